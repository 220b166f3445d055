package sandbox_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lightbox/sandbox"
)

// A page of another site, open in a browser on this machine, signs with the key that everyone knows and sends what needs no
// CORS: a form, an image, a WebSocket.
func TestSites_ofOthersDoNotReachTheServices(t *testing.T) {
	s := deployed(t, sandbox.Config{})
	deletion := url.Values{"Action": {"DeleteStack"}, "StackName": {"Lightbox-dev-CDN"}, "Version": {"2010-05-15"}}.Encode()
	bucket := output(t, s, "FileStorage", "BucketName")
	const site = "https://evil.example"
	for name, test := range map[string]struct {
		method, target, service string
		header                  map[string]string
		want                    int
	}{
		"a form":               {http.MethodPost, "/?" + deletion, "cloudformation", map[string]string{"Origin": site}, http.StatusForbidden},
		"an image":             {http.MethodGet, "/?" + deletion, "cloudformation", map[string]string{"Sec-Fetch-Site": "cross-site"}, http.StatusForbidden},
		"a site that is close": {http.MethodGet, "/?" + deletion, "cloudformation", map[string]string{"Sec-Fetch-Site": "same-site"}, http.StatusForbidden},
		"a sandboxed frame":    {http.MethodPost, "/?" + deletion, "cloudformation", map[string]string{"Origin": "null"}, http.StatusForbidden},
		"an upload":            {http.MethodPut, "/" + bucket + "/public/products/x.png", "s3", map[string]string{"Origin": site}, http.StatusForbidden},
		"control: a tool":      {http.MethodPost, "/?" + strings.Replace(deletion, "DeleteStack", "DescribeStacks", 1), "cloudformation", nil, http.StatusOK},
		"control: our own page": {
			http.MethodPost, "/?" + strings.Replace(deletion, "DeleteStack", "DescribeStacks", 1), "cloudformation",
			map[string]string{"Origin": "http://localhost:3000", "Sec-Fetch-Site": "cross-site"}, http.StatusOK,
		},
	} {
		t.Run(name, func(t *testing.T) {
			request := signed(t, test.method, "http://"+s.HTTP()+test.target, test.service, nil)
			for key, value := range test.header {
				request.Header.Set(key, value)
			}
			if got := do(t, http.DefaultClient, request); got.status != test.want {
				t.Errorf("got %d %s, want %d", got.status, got.body, test.want)
			}
		})
	}
	t.Run("over the bridge", func(t *testing.T) {
		target := "https://cloudformation.us-east-1.amazonaws.com/?" + deletion
		request := signed(t, http.MethodPost, target, "cloudformation", nil)
		request.URL, request.Host = bridge(t, s, target), ""
		request.Header.Set("Origin", site)
		if got := do(t, http.DefaultClient, request); got.status != http.StatusForbidden || !strings.Contains(got.body, site) {
			t.Errorf("got %d %s, want 403 that names the site", got.status, got.body)
		}
	})
	t.Run("control: a picture of the CDN on any page", func(t *testing.T) {
		request, err := http.NewRequest(http.MethodGet, bridge(t, s, "https://"+output(t, s, "CDN", "DistributionDomainName")+"/products/x.png").String(), http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Sec-Fetch-Site", "cross-site")
		if got := do(t, http.DefaultClient, request); got.header.Get("X-Cache") == "" {
			t.Errorf("got %d %s, want CloudFront's own answer", got.status, got.body)
		}
	})
	t.Run("by a name that points here", func(t *testing.T) {
		request := signed(t, http.MethodPost, "http://evil.example:4566/?"+deletion, "cloudformation", nil) // its signature is right
		request.URL.Host = s.HTTP()
		if got := do(t, http.DefaultClient, request); got.status != http.StatusForbidden || !strings.Contains(got.body, "got the Host evil.example:4566") {
			t.Errorf("got %d %s, want 403 that names the Host", got.status, got.body)
		}
	})
}
