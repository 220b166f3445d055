package attack

import (
	"context"
	"net/http"
	"strings"
)

const (
	cdnPaths   = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html"
	cdnMethods = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html"
)

// shown is anyone seeing alice's photo.
func shown(w *World) *request { return to(http.MethodGet, w.cdn, w.picture, nil) }

// cdnAttacks are ways past what is public, other methods, and headers that would have others see something else.
func cdnAttacks(*World) []attack {
	path := func(path string) change {
		return func(w *World, r *request) {
			r.target = strings.NewReplacer("HERS", w.alice.private("secret.txt"), "UPLOAD", w.upload, "PICTURE", w.picture).Replace(path)
		}
	}
	rows := []row{}
	for id, one := range inOrder(map[string]string{
		"hers": "/HERS", "up": "/../HERS", "up-from-a-folder": "/photos/../../HERS", "encoded-up": "/%2e%2e/HERS", "encoded-all": "/photos/%2e%2e%2f%2e%2e%2fHERS",
		"encoded-twice": "/%252e%252e%252fHERS", "backslash": "/..%5cHERS", "double-slash": "//HERS", "semicolon": "/photos/..;/..;/HERS",
		"too-long-utf8": "/%c0%ae%c0%ae/HERS", "zero-byte": "/photos/x%00/../../HERS", "public-again": "/publicPICTURE", "upload": "/UPLOAD", "uploads": "/uploads/",
		"originals": "/originals/", "drafts": "/drafts/", "hidden": "/hidden/photos/", "answers": "/answers/", "root": "/", "list": "/?list-type=2&prefix=private/",
		"versions": "/?versions", "policy": "/?policy", "acl": "PICTURE?acl", "tagging": "PICTURE?tagging", "torrent": "PICTURE?torrent", "in-capitals": "/PHOTOS/x",
		"folder": "/photos/", "dot-at-the-end": "PICTURE.", "slash-at-the-end": "PICTURE/", "encoded-space": "PICTURE%20", "key-too-long": "/" + strings.Repeat("k", 1100),
		"address-too-long": "/" + strings.Repeat("k", 9000),
	}) {
		want := noRight
		if strings.HasPrefix(one, "PICTURE?") {
			want = "200" // the CDN asks its origin without the query
		}
		if id == "address-too-long" {
			want = "414"
		}
		if id == "too-long-utf8" {
			want = "400 InvalidURI"
		}
		rows = append(rows, row{id: id, want: want, change: path(one)})
	}
	for _, method := range []string{http.MethodPut, http.MethodPost, http.MethodDelete, http.MethodPatch, "TRACE", "PROPFIND", "get"} {
		rows = append(rows, row{id: "method-" + strings.ToLower(method), want: "403", page: cdnMethods, change: func(_ *World, r *request) { r.method = method }})
	}
	rows = append(rows, []row{
		{id: "range-beyond", want: "416 InvalidRange", page: "https://www.rfc-editor.org/rfc/rfc9110#section-14.4", change: with("Range", "bytes=99999999-")},
		{id: "not-by-tls", want: "301", page: cdnMethods, change: func(_ *World, r *request) { r.plain = true }},
		{id: "another-distribution", want: "403", change: func(_ *World, r *request) { r.set("Host", "d"+strings.Repeat("a", 13)+".cloudfront.net") }},
		{id: "the-bucket-by-its-host", want: noRight, change: func(w *World, r *request) {
			r.set("Host", w.bucket+".s3."+w.region+".amazonaws.com")
			r.target = "/public" + w.picture
		}},
		{id: "the-bucket-in-the-target", want: "403 AccessDenied", change: func(w *World, r *request) {
			r.target = "https://" + w.bucket + ".s3." + w.region + ".amazonaws.com/public" + w.picture
		}},
		{id: "by-a-stolen-secret-of-the-origin", want: "403 AccessDenied", change: func(w *World, r *request) {
			r.target = "/" + w.alice.private("secret.txt")
			r.add("X-Amz-Cf-Id", "x").add("Referer", "https://"+w.cdn+"/").add("X-Origin-Verify", "x")
		}},
	}...)
	return append(against(shown, "nothing", cdnPaths, rows), poisons()...)
}

// poisons are headers by which one viewer would have the cache keep something else for all. The answer of whoever asks afterwards must be
// the picture, as before.
func poisons() []attack {
	var list []attack
	for id, f := range inOrder(map[string]field{
		"forwarded-host": {"X-Forwarded-Host", "evil.example"}, "original-url": {"X-Original-Url", "/private/x"}, "rewrite-url": {"X-Rewrite-Url", "/private/x"},
		"method-override": {"X-Http-Method-Override", "DELETE"}, "forwarded-proto": {"X-Forwarded-Proto", "http"}, "forwarded": {"Forwarded", "host=evil.example"},
		"range": {"Range", "bytes=0-0"}, "conditional": {"If-None-Match", "*"}, "if-match": {"If-Match", `"x"`}, "authorization": {"Authorization", "AWS4-HMAC-SHA256 x"},
		"origin": {"Origin", "https://evil.example"}, "accept-encoding": {"Accept-Encoding", "br;q=1, gzip;q=0"}, "cache-control": {"Cache-Control", "no-store"},
		"cookie": {"Cookie", "a=b"}, "content-length": {"Content-Length", "5"},
	}) {
		list = append(list, attack{
			id: "poison-" + id, has: "nothing", want: "200", control: sends(shown),
			page: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-the-cache-key.html",
			try: func(ctx context.Context, w *World) (answer, error) {
				before, err := w.send(ctx, shown(w))
				if err != nil {
					return before, err
				}
				r := to(http.MethodGet, w.cdn, w.picture+"?"+id, nil).add(f.name, f.value)
				if f.name == "Content-Length" {
					r.body = []byte("GET /")
				}
				if _, err := w.send(ctx, r); err != nil {
					return answer{}, err
				}
				after, err := w.send(ctx, to(http.MethodGet, w.cdn, w.picture+"?"+id, nil))
				if string(after.body) != string(before.body) || after.header.Get("Location") != "" || after.header.Get("Content-Type") != before.header.Get("Content-Type") {
					after.code = "poisoned"
				}
				return after, err
			},
		})
	}
	return list
}
