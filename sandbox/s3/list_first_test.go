package s3_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// firstPages lists with ListObjects page by page, each as one text: keys, then common prefixes with a star. Without NextMarker
// it goes on behind the last key, as clients do.
func firstPages(r *rig, input *client.ListObjectsInput) (pages []string) {
	r.t.Helper()
	for len(pages) < 20 {
		output, err := r.as(operator).ListObjects(ctx, input)
		if err != nil {
			r.t.Fatal(err)
		}
		var lines []string
		for _, object := range output.Contents {
			lines = append(lines, *object.Key)
			want(r.t, "owner of "+*object.Key, sdk.ToString(object.Owner.ID) != "", true)
		}
		for _, prefix := range output.CommonPrefixes {
			lines = append(lines, *prefix.Prefix+"*")
		}
		pages = append(pages, strings.Join(lines, " "))
		want(r.t, "echoed marker", sdk.ToString(output.Marker), sdk.ToString(input.Marker))
		want(r.t, "next marker if and only if truncated and with a delimiter", output.NextMarker != nil, *output.IsTruncated && input.Delimiter != nil)
		switch {
		case !*output.IsTruncated:
			return pages
		case output.NextMarker != nil:
			input.Marker = output.NextMarker
		default:
			input.Marker = output.Contents[len(output.Contents)-1].Key
		}
	}
	return pages
}

func TestListObjects_pagesByMarkers(t *testing.T) {
	r := newRig(t)
	for _, key := range []string{"a", "a/1", "a/2", "a/b/3", "b", "c/1", "ä"} {
		r.put(key, key)
	}
	for _, test := range []struct {
		prefix, delimiter, marker string
		max                       int32
		pages                     []string
	}{
		{max: 1000, pages: []string{"a a/1 a/2 a/b/3 b c/1 ä"}},
		{max: 3, pages: []string{"a a/1 a/2", "a/b/3 b c/1", "ä"}},
		{max: 2, delimiter: "/", pages: []string{"a a/*", "b c/*", "ä"}},
		{max: 1, delimiter: "/", prefix: "a/", pages: []string{"a/1", "a/2", "a/b/*"}},
		{max: 1000, delimiter: "/", marker: "a/", pages: []string{"b ä c/*"}},
		{max: 1000, marker: "a/2", pages: []string{"a/b/3 b c/1 ä"}},
		{max: 1000, marker: "a/15", pages: []string{"a/2 a/b/3 b c/1 ä"}},
		{max: 0, pages: []string{""}},
	} {
		input := &client.ListObjectsInput{Bucket: &r.files, Prefix: &test.prefix, MaxKeys: &test.max}
		if test.delimiter != "" {
			input.Delimiter = &test.delimiter
		}
		if test.marker != "" {
			input.Marker = &test.marker
		}
		if pages := firstPages(r, input); !slices.Equal(pages, test.pages) {
			t.Errorf("%+v:\ngot  %q\nwant %q", test, pages, test.pages)
		}
	}
	output, err := r.as(operator).ListObjects(ctx, &client.ListObjectsInput{Bucket: &r.files, Marker: sdk.String("c/1"), EncodingType: types.EncodingTypeUrl})
	if err != nil {
		t.Fatal(err)
	}
	want(t, "encoded", []string{*output.Marker, *output.Contents[0].Key, string(output.EncodingType)}, []string{"c/1", "%C3%A4", "url"})
}

func TestListObjects_isDecidedAsListObjectsV2(t *testing.T) {
	r := newRig(t)
	codes := map[string]int{}
	for _, area := range []string{"public/", "protected/", "private/", "uploads/"} {
		for _, prefix := range []string{area, area + sub(userA) + "/", area + identity(userA) + "/", area + sub(userB) + "/"} {
			_, first := r.as(userA).ListObjects(ctx, &client.ListObjectsInput{Bucket: &r.files, Prefix: &prefix})
			_, second := r.as(userA).ListObjectsV2(ctx, &client.ListObjectsV2Input{Bucket: &r.files, Prefix: &prefix})
			want(t, prefix, codeOf(first), codeOf(second))
			codes[codeOf(first)]++
		}
	}
	want(t, "some are allowed and some are not", []any{codes["none"] > 0, codes["AccessDenied"] > 0, len(codes)}, []any{true, true, 2})
}

func TestListObjects_refusesParameters(t *testing.T) {
	r := newRig(t)
	for query, code := range map[string]string{
		"marker=": "none", "max-keys=-1": "InvalidArgument", "encoding-type=base64": "InvalidArgument", "continuation-token=a": "NotImplemented",
		"start-after=a": "NotImplemented", "list-type=1": "NotImplemented", "versionId=1": "NotImplemented", "unheard-of=1": "none",
	} {
		response := r.direct(r.caller(operator), "GET", "/?"+query, nil, nil)
		want(t, query, errorCode(response.Body.String()), code)
	}
}

// A form has its policy and its signature within it, so that nobody is told that they may not.
func TestPostObject_isRefusedByName(t *testing.T) {
	r := newRig(t)
	const form = "--x\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nk\r\n--x--\r\n"
	for kind, want := range map[string]struct {
		status int
		code   string
	}{
		"multipart/form-data; boundary=x": {http.StatusNotImplemented, "NotImplemented"},
		"Multipart/Form-Data;boundary=x":  {http.StatusNotImplemented, "NotImplemented"},
		"text/plain":                      {http.StatusForbidden, "AccessDenied"},
	} {
		got := r.request(http.MethodPost, "/", map[string]string{"Content-Type": kind}, form)
		if got.status != want.status || errorCode(got.body) != want.code {
			t.Errorf("%s: got %d %s, want %d %s", kind, got.status, got.body, want.status, want.code)
		}
	}
}
