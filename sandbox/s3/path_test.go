package s3_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	client "github.com/aws/aws-sdk-go-v2/service/s3"
)

// A plus in a path is a space, as AWS reads it, and %2B a plus: in keys, in what is signed, and in the source of a copy.
func TestPath_readsAPlusAsASpace(t *testing.T) {
	r := newRig(t)
	r.put("a b", "space")
	r.put("a+b", "plus")
	r.put("a%2Bb", "percent")
	for path, content := range map[string]string{"/a+b": "space", "/a%20b": "space", "/a%2Bb": "plus", "/a%2bb": "plus", "/a%252Bb": "percent"} {
		want(t, path, r.direct(r.caller(operator), "GET", path, nil, nil).Body.String(), content)
		source := map[string]string{"X-Amz-Copy-Source": r.files + path}
		want(t, "copy of "+path, r.direct(r.caller(operator), "PUT", "/copy", source, nil).Code, 200)
		want(t, "copy of "+path, r.content("copy"), content)
		inPath := r.directTo(r.caller(operator), "GET", "https://s3.us-east-1.amazonaws.com/"+r.files+path)
		want(t, "by path: "+path, inPath.Body.String(), content)
	}
	for key, content := range map[string]string{"a b": "space", "a+b": "plus", "a%2Bb": "percent"} {
		want(t, "the SDK: "+key, r.content(key), content)
		signed, err := client.NewPresignClient(r.as(operator)).PresignGetObject(ctx, &client.GetObjectInput{Bucket: &r.files, Key: &key})
		if err != nil {
			t.Fatal(err)
		}
		want(t, "presigned: "+key, r.fetch(signed.URL).body, content)
		respelled := strings.Replace(signed.URL, "a%20b", "a+b", 1)
		want(t, "presigned, a space as a plus: "+key, r.fetch(respelled).body, content)
		if key == "a+b" {
			want(t, "signed for a plus and sent as one", errorCode(r.fetch(strings.Replace(signed.URL, "a%2Bb", "a+b", 1)).body), "SignatureDoesNotMatch")
		}
	}
}

func (r *rig) fetch(target string) answer {
	r.t.Helper()
	parsed, err := url.Parse(target)
	if err != nil {
		r.t.Fatal(err)
	}
	return r.send(&http.Request{Method: http.MethodGet, URL: parsed, Host: parsed.Host, Header: http.Header{}})
}
