package attack

import (
	"net/http"
	"regexp"
	"strings"
	"time"
)

const (
	presigning     = "https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html"
	wrongParameter = "400 AuthorizationQueryParametersError"
)

// link is alice's link to her own file, and putLink one by which somebody may write it.
func link(w *World) *request {
	r := reads(w)
	r.sign.expires = "900"
	return r
}

func putLink(w *World) *request {
	r := w.object(w.alice.keys, http.MethodPut, w.alice.private("put.txt"), []byte("hers"))
	r.sign.expires = "900"
	return r.add("Content-Type", "text/plain")
}

// inLink changes the target behind the signer's back.
func inLink(old, by string) change {
	return sealed(func(_ *World, r *request) { r.target = strings.Replace(r.target, old, by, 1) })
}

// parameter puts another value into the query behind the signer's back.
func parameter(name, value string) change {
	of := regexp.MustCompile(`([?&])` + name + `=[^&]*`)
	return sealed(func(_ *World, r *request) { r.target = of.ReplaceAllString(r.target, "${1}"+name+"="+value) })
}

// presigned are links that were handed on, and used for something else than they are for.
func presigned(*World) []attack {
	rows := []row{
		{id: "by-put", want: wrongSigned, change: sealed(func(_ *World, r *request) { r.method = http.MethodPut; r.carry("x") })},
		{id: "by-delete", want: wrongSigned, change: sealed(func(_ *World, r *request) { r.method = http.MethodDelete })},
		{id: "by-head", want: "403", change: sealed(func(_ *World, r *request) { r.method = http.MethodHead })},
		{id: "by-post", want: "405 MethodNotAllowed", change: sealed(func(_ *World, r *request) { r.method = http.MethodPost; r.carry("") })},
		{id: "another-key", want: wrongSigned, change: inLink("secret.txt", "parts")},
		{id: "another-folder", want: wrongSigned, change: inLink("/private/", "/protected/")},
		{id: "its-folder", want: wrongSigned, change: inLink("secret.txt", "")},
		{id: "the-bucket", want: wrongSigned, change: sealed(func(_ *World, r *request) {
			_, query, _ := strings.Cut(r.target, "?")
			r.target = "/?" + query
		})},
		{id: "in-capitals", want: wrongSigned, change: inLink("secret.txt", "SECRET.TXT")},
		{id: "double-slash", want: wrongSigned, change: inLink("/private/", "//private/")},
		{id: "dots", want: wrongSigned, change: inLink("secret.txt", "x/../secret.txt")},
		{id: "another-bucket", want: "403 SignatureDoesNotMatch", change: sealed(func(_ *World, r *request) { r.set("Host", "x"+r.get("Host")) })},
		{id: "old", want: "403 AccessDenied", change: signs(func(_ *World, s *signing) { s.at = s.at.Add(-901 * time.Second) })},
		{id: "early", want: "403 AccessDenied", change: signs(func(_ *World, s *signing) { s.at = s.at.Add(16 * time.Minute) })},
		{id: "for-no-time", want: "403 AccessDenied", change: signs(func(_ *World, s *signing) { s.expires = "0" })},
		{id: "for-more-than-a-week", want: wrongParameter, change: signs(func(_ *World, s *signing) { s.expires = "604801" })},
		{id: "for-less-than-none", want: wrongParameter, change: signs(func(_ *World, s *signing) { s.expires = "-1" })},
		{id: "for-ever", want: wrongParameter, change: signs(func(_ *World, s *signing) { s.expires = "ever" })},
		{id: "for-a-number-too-large", want: wrongParameter, change: signs(func(_ *World, s *signing) { s.expires = "9223372036854775808" })},
		{id: "made-longer", want: wrongSigned, change: parameter("X-Amz-Expires", "604800")},
		{id: "expires-twice", want: wrongParameter, change: inLink("X-Amz-Expires=900", "X-Amz-Expires=900&X-Amz-Expires=604800")},
		{id: "with-a-type", want: wrongSigned, change: inLink("?", "?response-content-type=text%2Fhtml&")},
		{id: "with-a-disposition", want: wrongSigned, change: inLink("?", "?response-content-disposition=inline&")},
		{id: "with-a-version", want: wrongSigned, change: sealed(func(w *World, r *request) { r.target += "&versionId=" + w.versionID })},
		{id: "with-an-operation", want: wrongSigned, change: inLink("?", "?acl=&")},
		{id: "with-a-header-of-amazon", want: "403 AccessDenied", change: adding("X-Amz-Expected-Bucket-Owner", "000000000000")},
		{id: "with-an-authorization", want: "400 InvalidArgument", change: adding("Authorization", "AWS4-HMAC-SHA256 Credential=x")},
		{id: "plain", want: "403 AccessDenied", change: func(_ *World, r *request) { r.plain = true }},
		{id: "another-region", want: wrongParameter, change: signs(func(_ *World, s *signing) { s.region = "eu-west-1" })},
		{id: "another-service", want: wrongParameter, change: signs(func(_ *World, s *signing) { s.service = "dynamodb" })},
		{id: "by-another", has: "user", want: "403 AccessDenied", change: signs(func(w *World, s *signing) { s.keys = w.bob.keys })},
		{id: "by-an-admin", has: "admin", want: "403 AccessDenied", change: signs(func(w *World, s *signing) { s.keys = w.boss.keys })},
		{id: "by-a-guest", has: "guest", want: "403 AccessDenied", change: signs(func(w *World, s *signing) { s.keys = w.guest.keys })},
		{id: "by-nobody", has: "nothing", want: "403 InvalidAccessKeyId", change: signs(func(_ *World, s *signing) { s.id = "ASIAAAAAAAAAAAAAAAAA" })},
		{id: "of-version-2", want: "400 InvalidRequest", change: sealed(func(_ *World, r *request) {
			path, _, _ := strings.Cut(r.target, "?")
			r.target = path + "?AWSAccessKeyId=x&Expires=9999999999&Signature=x"
		})},
	}
	changed := map[string]string{
		"X-Amz-Algorithm": wrongParameter, "X-Amz-Credential": wrongParameter, "X-Amz-Date": wrongParameter, "X-Amz-Expires": wrongParameter,
		"X-Amz-SignedHeaders": "403 AccessDenied", "X-Amz-Security-Token": "400 InvalidToken", "X-Amz-Signature": wrongSigned,
	}
	for _, name := range []string{"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Security-Token", "X-Amz-Signature"} {
		gone := wrongParameter
		if name == "X-Amz-Security-Token" {
			gone = "403 InvalidAccessKeyId"
		}
		lower := strings.ToLower(strings.TrimPrefix(name, "X-Amz-"))
		rows = append(rows, row{id: "without-" + lower, want: gone, change: parameter(name, "")},
			row{id: "another-" + lower, want: changed[name], change: parameter(name, "x")})
	}
	list := against(link, "a link", presigning, rows)
	return append(list, against(putLink, "a link", presigning, putLinks())...)
}

// putLinks are links for writing, used to write something else.
func putLinks() []row {
	return []row{
		{id: "put-to-get", want: "403 SignatureDoesNotMatch", change: sealed(func(_ *World, r *request) { r.method = http.MethodGet; r.body = nil; r.del("Content-Length") })},
		{id: "put-to-delete", want: "403 SignatureDoesNotMatch", change: sealed(func(_ *World, r *request) { r.method = http.MethodDelete; r.carry("") })},
		{id: "put-another-type", want: wrongSigned, change: setting("Content-Type", "text/html")},
		{id: "put-no-type", want: wrongSigned, change: unset("Content-Type")},
		{id: "put-public", want: "403 AccessDenied", change: adding("X-Amz-Acl", "public-read")},
		{id: "put-metadata", want: "403 AccessDenied", change: adding("X-Amz-Meta-Owner", "bob")},
		{id: "put-a-copy", want: "403 AccessDenied", change: adding("X-Amz-Copy-Source", "/x/y")},
		{id: "put-elsewhere", want: wrongSigned, change: inLink("put.txt", "secret.txt")},
		{id: "put-a-part", want: wrongSigned, change: sealed(func(w *World, r *request) { r.target += "&partNumber=1&uploadId=" + w.parts })},
		{id: "put-an-acl", want: wrongSigned, change: sealed(func(_ *World, r *request) { r.target += "&acl=" })},
		{id: "put-tags", want: wrongSigned, change: sealed(func(_ *World, r *request) { r.target += "&tagging=" })},
		{id: "put-a-body-not-signed-for", want: "400 XAmzContentSHA256Mismatch", change: func(_ *World, r *request) {
			r.sign.payload = hashOf([]byte("else"))
			r.sign.more = "X-Amz-Content-Sha256=" + hashOf([]byte("else"))
		}},
	}
}
