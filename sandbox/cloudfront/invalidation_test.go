package cloudfront_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	client "github.com/aws/aws-sdk-go-v2/service/cloudfront"

	"lightbox.example/lightbox/sandbox/store"
)

// waits is how long an invalidation takes.
const waits = 2 * time.Second

// Two Hits, an invalidation, a Miss: of the stacks that ship.
func TestInvalidation_takesFromTheCache(t *testing.T) {
	r := newRig(t)
	r.put("public/products/x.png", "first")
	r.put("public/products/y.png", "other")
	for _, outcome := range []string{"Miss", "Hit", "Hit"} {
		want(t, "before", r.get("/products/x.png").cache(), outcome)
	}
	r.get("/products/x.png", "Accept-Encoding", "gzip")
	r.get("/products/y.png")
	r.put("public/products/x.png", "second")
	id := r.must("1", "/products/x.png")
	got := r.get("/products/x.png")
	want(t, "until it completes", []any{got.cache(), got.body}, []any{"Hit", "first"})
	r.clock.Pass(waits - 1)
	want(t, "up to the last moment", []any{r.status(id), r.get("/products/x.png").body}, []any{"InProgress", "first"})
	r.clock.Pass(1)
	want(t, "then", r.status(id), "Completed")
	got = r.get("/products/x.png")
	want(t, "it is gone", []any{got.cache(), got.body}, []any{"Miss", "second"})
	got = r.get("/products/x.png", "Accept-Encoding", "gzip")
	want(t, "in each encoding", []any{got.cache(), got.body}, []any{"Miss", "second"})
	want(t, "and what comes after it stays", r.get("/products/x.png").cache(), "Hit")
	want(t, "control: another object", r.get("/products/y.png").cache(), "Hit")

	// The object goes too, and what says so.
	r.operator("DELETE", "public/products/x.png", "", nil)
	want(t, "control: without an invalidation", r.get("/products/x.png").body, "second")
	r.must("2", "/products/x.png")
	r.clock.Pass(waits)
	want(t, "what is no more", r.get("/products/x.png").status, 403)
	r.put("public/products/x.png", "third")
	r.must("3", "/products/x.png")
	r.clock.Pass(waits)
	want(t, "what is there again", r.get("/products/x.png").body, "third")
}

// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
func TestInvalidation_knowsPaths(t *testing.T) {
	r := newRig(t)
	viewed := map[string]string{ // what viewers ask for, and the key of it
		"/products/a.png": "products/a.png", "/products/%61.png": "products/a.png", "/products%2Fa.png": "products/a.png",
		"/products/A.png": "products/A.png", "/products/a.png.webp": "products/a.png.webp", "/products/a": "products/a",
		"/photos/us-east-1:1/x.png": "photos/us-east-1:1/x.png", "/photos/us-east-1%3A1/x.png": "photos/us-east-1:1/x.png", "/photos/us-east-1%3a1/y.png": "photos/us-east-1:1/y.png",
		"/products/%C3%A4%20~.png": "products/ä ~.png", "/products/%c3%a4%20%7E.png": "products/ä ~.png",
	}
	for _, key := range viewed {
		r.put("public/"+key, key)
	}
	for i, test := range []struct {
		path string
		gone []string
	}{
		{"/products/a.png", []string{"/products/%61.png", "/products/a.png", "/products%2Fa.png"}},
		{"/products/A.png", []string{"/products/A.png"}},
		{"/products/a.png*", []string{"/products/%61.png", "/products/a.png", "/products/a.png.webp", "/products%2Fa.png"}},
		{"/photos/us-east-1:1/*", []string{"/photos/us-east-1%3A1/x.png", "/photos/us-east-1%3a1/y.png", "/photos/us-east-1:1/x.png"}},
		{"/photos/us-east-1:1/x.png", []string{"/photos/us-east-1%3A1/x.png", "/photos/us-east-1:1/x.png"}},
		{"/products/%C3%A4%20%7E.png", []string{"/products/%C3%A4%20~.png", "/products/%c3%a4%20%7E.png"}},
		{"/products/%c3%a4*", []string{"/products/%C3%A4%20~.png", "/products/%c3%a4%20%7E.png"}},
		{"/public/products/a.png", nil}, // the origin's path is not the viewer's
		{"/products/", nil},
		{"/products", nil},
		{"//products/a.png", nil},
		{"/PRODUCTS/*", nil},
	} {
		for path := range viewed {
			want(t, path, r.get(path).status, 200)
		}
		r.must(fmt.Sprint(i), test.path)
		r.clock.Pass(waits)
		var gone []string
		for path := range viewed {
			if r.get(path+"?size=1").cache() == "Miss" { // which makes no difference
				gone = append(gone, path)
			}
		}
		slices.Sort(gone)
		slices.Sort(test.gone)
		want(t, test.path, gone, test.gone)
	}
	r.must("all", "/*")
	r.clock.Pass(waits)
	for path := range viewed {
		want(t, "all: "+path, r.get(path).cache(), "Miss")
	}
}

func TestInvalidation_refusesPaths(t *testing.T) {
	r := newRig(t)
	for path, words := range map[string]string{
		"": "want a slash at its begin", "x.png": "want a slash at its begin", "*": "want a slash at its begin", "https://x.cloudfront.net/x": "want a slash",
		"#tag": "cache tags are not supported by the sandbox", "/*.png": "want * as its last character only", "/a/*/b": "want * as its last", "/**": "want * as its last",
		"/x.png?size=1": "got a query string", "/x.png?*": "got a query string",
		"/a b.png": `the character " ", want it URL-encoded`, "/ä.png": "want it URL-encoded", "/~user": `the character "~"`, `/a"b`: "want it URL-encoded", "/a\nb": "URL-encoded",
		"/100%": "begins no encoded character", "/%zz": "begins no encoded character", "/%4": "begins no encoded character",
		"/%78.png": `got %78 for "x", which is not to be URL-encoded: AWS would invalidate nothing`, "/us-east-1%3A1/x": `got %3A for ":"`, "/a%2Fb": "not to be URL-encoded", "/a%2A": "not to be URL-encoded",
		"/" + strings.Repeat("x", 4000): "got 4001 characters, want at most 4000",
	} {
		_, err := r.invalidate("x", "/right", path)
		coded(t, fmt.Sprintf("%.40q", path), err, "InvalidArgument", "Your request contains one or more invalid invalidation paths.", words)
	}
	for i, path := range []string{"/", "/*", "/a*", "/" + strings.Repeat("x", 3999), "/a%20b.png", "/%25", "/%7Euser", "/a:b@c&d=e+f,g;h!i$j'k(l)m", "/.."} {
		if _, err := r.invalidate(fmt.Sprint(i), path); err != nil {
			t.Errorf("control: %.20s: %v", path, err)
		}
	}
	list, err := r.api(root).ListInvalidations(ctx, &client.ListInvalidationsInput{DistributionId: new(r.distribution())})
	want(t, "what was refused is not there", fmt.Sprint(len(list.InvalidationList.Items), err), "9 <nil>")
}

// What the origin was asked before an invalidation completes may be what is invalidated, whenever it arrives.
func TestInvalidation_outlivesAnswersOnTheirWay(t *testing.T) {
	const path = "/products/x.png"
	for name, test := range map[string]struct {
		warm  bool // whether there is an entry that has to be validated
		paths []string
		late  bool // whether the answer arrives behind the invalidation's end
		kept  bool
	}{
		"during it":                  {false, []string{path}, false, false},
		"after it":                   {false, []string{path}, true, false},
		"after one of all":           {false, []string{"/*"}, true, false},
		"validated, after it":        {true, []string{path}, true, false},
		"control: another path":      {false, []string{"/products/y.png"}, true, true},
		"control: validated another": {true, []string{"/products/y.png"}, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.put("public/products/x.png", "first", "Cache-Control", "max-age=60")
			if test.warm {
				r.get(path)
				r.clock.Pass(61 * time.Second)
			}
			answered, goOn, done := make(chan bool), make(chan bool), make(chan answer)
			r.hold(func() {
				answered <- true
				<-goOn
			})
			go func() { done <- r.get(path) }()
			<-answered // S3 has said what there was
			r.hold(nil)
			r.put("public/products/x.png", "second", "Cache-Control", "max-age=60")
			r.must("1", test.paths...)
			if test.late {
				r.clock.Pass(waits)
			}
			close(goOn)
			want(t, "whoever asked before", (<-done).body, "first")
			r.clock.Pass(waits)
			got := r.get(path)
			want(t, "whoever asks after", got.body, map[bool]string{true: "first", false: "second"}[test.kept])
		})
	}
}

// hold has S3's answers wait for a function.
func (r *rig) hold(until func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.held = until
}

func TestInvalidation_isMadeOnceForAReference(t *testing.T) {
	r := newRig(t)
	first := r.must("once", "/a", "/b")
	r.clock.Pass(waits)
	again, err := r.invalidate("once", "/a", "/b")
	if err != nil {
		t.Fatal(err)
	}
	want(t, "again", []any{*again.Invalidation.Id, *again.Invalidation.Status, strings.HasSuffix(*again.Location, "/"+first)}, []any{first, "Completed", true})
	_, err = r.invalidate("once", "/a", "/c")
	coded(t, "another path", err, "InvalidationBatchAlreadyExists")
	_, err = r.invalidate("once", "/a")
	coded(t, "a path less", err, "InvalidationBatchAlreadyExists")
	r.open(0)
	want(t, "after a restart", r.must("once", "/a", "/b"), first)
	if r.must("twice", "/a", "/b") == first {
		t.Error("control: another reference: got the first invalidation")
	}
}

// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/InvalidationLimits.html
func TestInvalidation_hasRoomForSoManyAtATime(t *testing.T) {
	r := newRig(t)
	paths := func(n int, format string) (list []string) {
		for i := range n {
			list = append(list, fmt.Sprintf(format, i))
		}
		return list
	}
	_, err := r.invalidate("batch", paths(3001, "/f%d")...)
	coded(t, "a batch of too many", err, "BatchTooLarge")
	r.must("files", paths(2999, "/f%d")...)
	r.must("the last file", "/x")
	_, err = r.invalidate("more", "/y")
	coded(t, "more files", err, "TooManyInvalidationsInProgress", "exceed the maximum number of in-progress invalidations")
	r.must("wildcards", paths(14, "/w%d*")...)
	_, err = r.invalidate("two more", "/y*", "/z*")
	coded(t, "two more wildcards", err, "TooManyInvalidationsInProgress", "in-progress wildcard invalidations")
	r.must("the last wildcard", "/y*")
	_, err = r.invalidate("one more", "/z*")
	coded(t, "one more wildcard", err, "TooManyInvalidationsInProgress")
	r.open(0)
	_, err = r.invalidate("more", "/y")
	coded(t, "after a restart", err, "TooManyInvalidationsInProgress")
	r.must("files", paths(2999, "/f%d")...) // which was made
	r.clock.Pass(waits)
	r.must("more", "/y")
	r.must("one more", "/z*")
	_, err = r.invalidate("sixteen", paths(16, "/w%d*")...)
	coded(t, "what never has room", err, "TooManyInvalidationsInProgress")
}

// Deleted with their distribution are its invalidations, and what the cache has of it; and nothing of another.
func TestInvalidation_goesWithItsDistribution(t *testing.T) {
	r := newRig(t)
	second := r.one("AWS::CloudFront::Distribution", "")
	second.LogicalID, second.Suffix = "Second", "zzzzzzzzzzzz"
	types := r.cdn.ResourceTypes()["AWS::CloudFront::Distribution"]
	state, err := types.Create(ctx, second)
	fails(t, "a second distribution", err)
	second.PhysicalID = state.PhysicalID
	r.put("public/products/x.png", "picture")
	first, host := r.host, state.Attributes["DomainName"].(string)
	for _, r.host = range []string{first, host} {
		want(t, "before", []string{r.get("/products/x.png").cache(), r.get("/products/x.png").cache()}, []string{"Miss", "Hit"})
	}
	kept := r.must("all", "/*")
	r.clock.Pass(waits)
	want(t, "an invalidation of the first: the second's", r.get("/products/x.png").cache(), "Hit")
	r.host = first
	want(t, "its own", r.get("/products/x.png").cache(), "Miss")
	if _, err := r.invalidateOf(second.PhysicalID, "x", "/other"); err != nil { // a reference is a distribution's
		t.Fatal(err)
	}
	fails(t, "delete", types.Delete(ctx, second))
	_, err = r.invalidateOf(second.PhysicalID, "x", "/other")
	coded(t, "after it", err, "NoSuchDistribution")
	want(t, "control: the other's", []any{r.status(kept), r.get("/products/x.png").cache()}, []any{"Completed", "Hit"})
	want(t, "in the store", r.stored(), 1)
	_, err = types.Create(ctx, second)
	fails(t, "the same again", err)
	list, err := r.api(root).ListInvalidations(ctx, &client.ListInvalidationsInput{DistributionId: &second.PhysicalID})
	want(t, "has none", fmt.Sprint(len(list.InvalidationList.Items), err), "0 <nil>")
	r.host = host
	want(t, "and nothing in the cache", r.get("/products/x.png").cache(), "Miss")
}

// stored is how many invalidations are in the store.
func (r *rig) stored() (n int) {
	r.t.Helper()
	if err := r.db.View(func(tx store.Reader) error {
		for range tx.Range("cloudfront/invalidations", store.Range{}) {
			n++
		}
		return nil
	}); err != nil {
		r.t.Fatal(err)
	}
	return n
}
