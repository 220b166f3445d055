package s3_test

import (
	"strings"
	"testing"

	client "github.com/aws/aws-sdk-go-v2/service/s3"
)

// What a request says of the answer's headers is text, and a header has octets: one of ISO-8859-1 for each character.
func TestGetObject_writesTextAsOctets(t *testing.T) {
	r := newRig(t)
	r.put("k", "x")
	for parameter, name := range map[string]string{
		"response-cache-control": "Cache-Control", "response-content-disposition": "Content-Disposition", "response-content-encoding": "Content-Encoding",
		"response-content-language": "Content-Language", "response-content-type": "Content-Type", "response-expires": "Expires",
	} {
		for _, test := range []struct {
			what, query string
			status      int
			octets      string
		}{
			{"ASCII", "attachment%3B%20filename%3D%22a.jpg%22", 200, `attachment; filename="a.jpg"`},
			{"of ISO-8859-1", "%C3%BC%C3%BF%C2%A0", 200, "\xfc\xff\xa0"},
			{"beyond ISO-8859-1", "%E5%86%99%E7%9C%9F.jpg", 400, ""},
			{"just beyond it", "%C4%80", 400, ""},
			{"beyond the first plane", "%F0%9F%93%B7", 400, ""},
			{"no UTF-8", "%FC", 400, ""},
			{"a line", "a%0D%0AX-Injected%3A%201", 400, ""},
			{"a zero", "a%00b", 400, ""},
		} {
			for _, method := range []string{"GET", "HEAD"} {
				got := r.direct(r.caller(operator), method, "/k?"+parameter+"="+test.query, nil, nil)
				want(t, method+" "+parameter+" "+test.what, got.Code, test.status)
				if test.status == 200 {
					want(t, method+" "+parameter+" "+test.what, got.Header().Get(name), test.octets)
					continue
				}
				body := got.Body.String()
				if method == "GET" && (errorCode(body) != "InvalidArgument" || !strings.Contains(body, "Header value cannot be represented using ISO-8859-1.") ||
					!strings.Contains(body, "<ArgumentName>"+parameter+"</ArgumentName>")) {
					t.Errorf("%s %s: got %s", parameter, test.what, body)
				}
			}
		}
	}
}

// The octets of a header that is kept come back as they were, whatever they are; those of the user's metadata as mail has them.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html#UserMetadata
func TestPutObject_keepsOctets(t *testing.T) {
	r := newRig(t)
	for name, test := range map[string]struct{ put, got string }{
		"Content-Disposition": {"a\xfc\xff", "a\xfc\xff"},
		"Content-Language":    {"ü", "ü"},
		"Cache-Control":       {"max-age=1, x=\"\x80\"", "max-age=1, x=\"\x80\""},
		"Content-Type":        {"text/plain; x=写", "text/plain; x=写"},
		"Expires":             {"\xe9", "\xe9"},
		"x-amz-meta-ascii":    {"AMAZONS3", "AMAZONS3"},
		"x-amz-meta-nonascii": {"Ä", "=?UTF-8?B?w4PChA==?="},
		"x-amz-meta-latin":    {"\xfc", "=?UTF-8?B?w7w=?="},
		"x-amz-meta-mail":     {"=?UTF-8?B?w7w=?=", "=?UTF-8?B?w7w=?="},
		"x-amz-meta-plain":    {"=?UTF-8?Q?abc?=", "abc"},
	} {
		for _, path := range []string{"/k", "/copy"} {
			headers := map[string]string{name: test.put}
			if path == "/copy" {
				headers = map[string]string{"X-Amz-Copy-Source": r.files + "/k"}
			}
			want(t, name+": put "+path, r.direct(r.caller(operator), "PUT", path, headers, nil).Code, 200)
			got := r.direct(r.caller(operator), "GET", path, nil, nil)
			if values := got.Header()[name]; len(values) != 1 || values[0] != test.got {
				t.Errorf("%s of %s: got %q, want %q", name, path, values, test.got)
			}
		}
	}
}

// Clients that compare names see what S3 has: lower case. So it has to be on the wire, for net/http makes its own of it.
func TestGetObject_namesMetadataInLowerCase(t *testing.T) {
	r := newRig(t)
	r.put("k", "x", func(input *client.PutObjectInput) { input.Metadata = map[string]string{"My-Key": "v", "UPPER": "w"} })
	got := map[string][]string(r.direct(r.caller(operator), "GET", "/k", nil, nil).Header())
	want(t, "my-key", got["x-amz-meta-my-key"], "[v]")
	want(t, "upper", got["x-amz-meta-upper"], "[w]")
	for name := range got {
		if strings.HasPrefix(name, "X-Amz-Meta-") {
			t.Errorf("got %s, want it in lower case", name)
		}
	}
	refused := map[string][]string(r.direct(r.caller(operator), "GET", "/k", map[string]string{"If-Match": "x"}, nil).Header())
	want(t, "of a refusal", refused["x-amz-meta-my-key"], "[]")
}
