package sandbox_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"lightbox.example/lightbox/sandbox"
)

// A page on another port loads the scripts from wherever the sandbox is, and they lead there.
func TestBrowserPart_knowsItsOwnAddress(t *testing.T) {
	s := start(t, sandbox.Config{})
	for _, name := range []string{"browser.js", "worker.js"} {
		got := get(t, http.DefaultClient, "http://"+s.HTTP()+"/_lightbox/"+name)
		if got.status != http.StatusOK || !strings.HasPrefix(got.header.Get("Content-Type"), "text/javascript") || got.header.Get("Cross-Origin-Resource-Policy") != "cross-origin" {
			t.Errorf("%s: got %d and %v, want a script for any page", name, got.status, got.header)
		}
		if !strings.Contains(got.body, "'http://"+s.HTTP()+"'") || strings.Contains(got.body, "4566") || strings.Contains(got.body, "SANDBOX_ADDRESS") {
			t.Errorf("%s: got %s, want the address %s in it and no other", name, got.body, s.HTTP())
		}
	}
	if got := do(t, http.DefaultClient, unsigned(t, http.MethodPost, "http://"+s.HTTP()+"/_lightbox/browser.js", nil)); got.status != http.StatusMethodNotAllowed {
		t.Errorf("got %d, want 405", got.status)
	}
}

// A page that somebody builds signs people up and in, as on AWS. With the key that everyone knows it does nothing, which an origin
// that is named may use, and one of another port does neither. None sees the sandbox's own pages.
func TestBridge_takesWhatPagesThatAreBuiltAskForPeople(t *testing.T) {
	s := start(t, sandbox.Config{Origins: []string{"http://localhost:5173"}})
	const pools, stacks = "https://cognito-idp.us-east-1.amazonaws.com/", "https://cloudformation.us-east-1.amazonaws.com/?Action=DescribeStacks&Version=2010-05-15"
	ask := func(origin string, request *http.Request) answer {
		t.Helper()
		request.URL, request.Host = bridge(t, s, request.URL.String()), ""
		request.Header.Set("Origin", origin)
		return do(t, http.DefaultClient, request)
	}
	signIn := func() *http.Request {
		request := unsigned(t, http.MethodPost, pools, []byte(`{"AuthFlow":"USER_SRP_AUTH","ClientId":"none","AuthParameters":{}}`))
		request.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.InitiateAuth")
		request.Header.Set("Content-Type", "application/x-amz-json-1.1")
		return request
	}
	listPools := func() *http.Request {
		request := unsigned(t, http.MethodPost, pools, []byte(`{"MaxResults":1}`))
		request.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.ListUserPools")
		request.Header.Set("Content-Type", "application/x-amz-json-1.1")
		sign(t, request, "cognito-idp")
		return request
	}
	const kept, ours = "got a request that a page of another site sends", "key is not for pages"
	for origin, want := range map[string]struct {
		signIn, admin, page string // what is in the answer
	}{
		"http://localhost:5173": {"ResourceNotFoundException", "<DescribeStacksResult>", kept},
		"http://localhost:3000": {"ResourceNotFoundException", ours, kept},
		"http://localhost:4200": {"ResourceNotFoundException", ours, kept},
		"http://localhost:8080": {"ResourceNotFoundException", ours, kept},
		"http://localhost:8081": {"ResourceNotFoundException", ours, kept},
		"http://localhost:8082": {kept, kept, kept},
		"https://evil.example":  {kept, kept, kept},
	} {
		mail := unsigned(t, http.MethodGet, "http://"+s.HTTP()+"/_lightbox/mail", nil)
		mail.Header.Set("Origin", origin)
		for what, test := range map[string]struct {
			got  answer
			want string
		}{
			"a sign-in":               {ask(origin, signIn()), want.signIn},
			"the administrator's key": {ask(origin, signed(t, http.MethodPost, stacks, "cloudformation", nil)), want.admin},
			"the inbox":               {do(t, http.DefaultClient, mail), want.page},
		} {
			if !strings.Contains(test.got.body, test.want) {
				t.Errorf("%s, %s: got %d %s, want %q in it", origin, what, test.got.status, test.got.body, test.want)
			}
		}
		// JSON names the fault beside its words.
		if got := ask(origin, listPools()); strings.Contains(got.body, "AccessDeniedException") != (want.admin == ours) {
			t.Errorf("%s, the administrator's key in JSON: got %d %s", origin, got.status, got.body)
		}
	}
}

// The same of a WebSocket, whose signature is in an address.
func TestBridge_keepsTheAdministratorsKeyOutOfSocketsOfPages(t *testing.T) {
	s := deployed(t, sandbox.Config{Origins: []string{"http://localhost:5173"}})
	endpoint := output(t, s, "API", "GraphQLAPIURL")
	request := signed(t, http.MethodPost, endpoint+"/connect", "appsync", []byte("{}"))
	header := map[string]string{"host": request.URL.Host}
	for name := range request.Header {
		header[name] = request.Header.Get(name)
	}
	text, err := json.Marshal(header)
	if err != nil {
		t.Fatal(err)
	}
	target := "wss" + strings.TrimPrefix(strings.Replace(endpoint, "appsync-api", "appsync-realtime-api", 1), "https") +
		"?payload=e30=&header=" + url.QueryEscape(base64.StdEncoding.EncodeToString(text))
	for origin, want := range map[string]bool{"http://localhost:5173": true, "http://localhost:4200": false, "http://localhost:4201": false} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		socket, _, err := websocket.Dial( //nolint:bodyclose // the library's users need not close it
			ctx, bridge(t, s, target).String(), &websocket.DialOptions{Subprotocols: []string{"graphql-ws"}, HTTPHeader: http.Header{"Origin": {origin}}})
		if err == nil {
			if err = socket.Write(ctx, websocket.MessageText, []byte(`{"type":"connection_init"}`)); err == nil {
				err = expect(ctx, socket, "connection_ack")
			}
			_ = socket.CloseNow()
		}
		cancel()
		if (err == nil) != want {
			t.Errorf("%s: got %v, want a connection: %t", origin, err, want)
		}
	}
}
