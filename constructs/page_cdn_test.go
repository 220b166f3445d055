package constructs

import (
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox/cloudfront/edge"
)

func TestIndexes_findTheFileOfAPage(t *testing.T) {
	function, err := edge.Compile(indexes)
	if err != nil {
		t.Fatal(err)
	}
	for uri, want := range map[string]string{
		"/": "/index.html", "/photos": "/photos/index.html", "/photos/": "/photos/index.html", "/a/b": "/a/b/index.html",
		// What has a dot is a file, but for a folder's.
		"/photos/index.html": "/photos/index.html", "/icon.svg": "/icon.svg", "/v1.2/photos": "/v1.2/photos/index.html", "/.well-known/x": "/.well-known/x", "/.well-known/": "/.well-known/index.html",
		// What is written in another way stays so: S3 has it or not.
		"/a%2Fb": "/a%2Fb/index.html", "//": "//index.html", "/%": "/%/index.html",
	} {
		event := edge.Event{Request: edge.Request{Method: "GET", URI: uri}}
		if got, err := function.Run(event, time.Now()); got != want || err != nil {
			t.Errorf("%s: got %s and %v, want %s", uri, got, err, want)
		}
	}
}
