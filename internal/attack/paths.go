package attack

import (
	"net/http"
	"strings"
)

const (
	objectKeys = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html"
	hosting    = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html"
	noRight    = "403 AccessDenied"
)

// ownFile is bob reading his own file, and listing his own folder.
func ownFile(w *World) *request {
	return w.object(w.bob.keys, http.MethodGet, w.bob.private("own.txt"), nil)
}

func ownFolder(w *World) *request {
	return w.object(w.bob.keys, http.MethodGet, "?list-type=2&prefix="+strings.NewReplacer("/", "%2F", ":", "%3A").Replace(w.bob.private("")), nil)
}

// at is bob asking for another path, of which his own folder and alice's file, whose colons are encoded, are made a part.
func at(make func(own, hers string) string) change {
	return func(w *World, r *request) {
		encoded := func(key string) string { return strings.ReplaceAll(key, ":", "%3A") }
		r.target = make(encoded(w.bob.private("")), encoded(w.alice.private("secret.txt")))
	}
}

// asSent signs the path as S3 reads it, in the place of the one that is sent.
func asSent(path func(own, hers string) string, read func(own, hers string) string) change {
	return func(w *World, r *request) {
		at(read)(w, r)
		signed := r.target
		at(path)(w, r)
		r.sign.path = signed
	}
}

// paths are ways to another's file that begin in one's own folder, are written oddly, or lead through another name of the bucket.
func paths(*World) []attack {
	rows := []row{
		{id: "hers", want: noRight, change: at(func(_, hers string) string { return "/" + hers })},
		{id: "up", want: "404 NoSuchKey", change: at(func(own, hers string) string { return "/" + own + "../../" + hers })},
		{id: "up-one", want: "404 NoSuchKey", change: at(func(own, hers string) string { return "/" + own + "../" + strings.TrimPrefix(hers, "private/") })},
		{id: "up-from-the-root", want: "403 AccessDenied", change: at(func(_, hers string) string { return "/../" + hers })},
		{id: "dot", want: "403 AccessDenied", change: at(func(_, hers string) string { return "/./" + hers })},
		{id: "double-slash", want: "403 AccessDenied", change: at(func(_, hers string) string { return "//" + hers })},
		{id: "slash-in-the-middle", want: noRight, change: at(func(_, hers string) string { return "/" + strings.Replace(hers, "/", "//", 1) })},
		{id: "slash-at-the-end", want: noRight, change: at(func(_, hers string) string { return "/" + hers + "/" })},
		{id: "dot-at-the-end", want: noRight, change: at(func(_, hers string) string { return "/" + hers + "." })},
		{id: "backslash", want: "404 NoSuchKey", change: asSent(func(own, hers string) string { return "/" + own + `..\..\` + hers }, func(own, hers string) string { return "/" + own + "..%5C..%5C" + hers })},
		{id: "encoded-dots", want: "404 NoSuchKey", change: asSent(func(own, hers string) string { return "/" + own + "%2e%2e/%2e%2e/" + hers }, func(own, hers string) string { return "/" + own + "../../" + hers })},
		{id: "encoded-slashes", want: noRight, change: asSent(func(_, hers string) string { return "/" + strings.ReplaceAll(hers, "/", "%2F") }, func(_, hers string) string { return "/" + hers })},
		{id: "encoded-up", want: "404 NoSuchKey", change: asSent(func(own, hers string) string { return "/" + own + "..%2f..%2f" + hers }, func(own, hers string) string { return "/" + own + "../../" + hers })},
		{id: "encoded-twice", want: "404 NoSuchKey", change: at(func(own, hers string) string { return "/" + own + "%252e%252e%252f" + hers })},
		{id: "encoded-letter", want: noRight, change: asSent(func(_, hers string) string { return "/%70" + hers[1:] }, func(_, hers string) string { return "/" + hers })},
		{id: "too-long-utf8", want: "400 InvalidURI", change: at(func(own, hers string) string { return "/" + own + "%C0%AE%C0%AE/" + hers })},
		{id: "zero-byte", want: "404 NoSuchKey", change: at(func(own, hers string) string { return "/" + own + "own.txt%00/" + hers })},
		{id: "zero-byte-after-hers", want: noRight, change: at(func(_, hers string) string { return "/" + hers + "%00" })},
		{id: "line-end", want: "404 NoSuchKey", change: at(func(own, hers string) string { return "/" + own + "x%0D%0A" + hers })},
		{id: "semicolon", want: "404 NoSuchKey", change: asSent(func(own, hers string) string { return "/" + own + ";/" + hers }, func(own, hers string) string { return "/" + own + "%3B/" + hers })},
		{id: "question-in-the-key", want: "404 NoSuchKey", change: at(func(own, hers string) string { return "/" + own + "%3F/" + hers })},
		{id: "wildcard", want: noRight, change: at(func(_, _ string) string { return "/private/%2A/secret.txt" })},
		{id: "variable-of-a-policy", want: noRight, change: at(func(_, _ string) string { return "/private/%24%7Bcognito-identity.amazonaws.com%3Asub%7D/secret.txt" })},
		{id: "in-capitals", want: noRight, change: at(func(_, hers string) string { return "/" + strings.Replace(hers, "private", "PRIVATE", 1) })},
		{id: "without-an-identity", want: noRight, change: at(func(_, _ string) string { return "/private//secret.txt" })},
		{id: "prefix-of-his", want: noRight, change: func(_ *World, r *request) { r.target = strings.Replace(r.target, "/own.txt", "x/own.txt", 1) }},
		{id: "fragment", want: "403 SignatureDoesNotMatch", change: sealed(func(_ *World, r *request) { r.target += "#/../secret.txt" })},
		{id: "of-another-host", want: "403 SignatureDoesNotMatch", change: sealed(func(w *World, r *request) {
			r.target = "https://other-" + w.bucket + ".s3.amazonaws.com/" + w.alice.private("secret.txt")
		})},
		{id: "absolute-of-hers", want: "403 SignatureDoesNotMatch", change: sealed(func(w *World, r *request) {
			r.target = "https://" + r.get("Host") + "/" + w.alice.private("secret.txt")
		})},
		{id: "relative", want: "400", change: sealed(func(w *World, r *request) { r.target = w.alice.private("secret.txt") })},
		{id: "space-in-the-target", want: "400", change: sealed(func(w *World, r *request) { r.target = "/" + w.alice.private("secret.txt") + " x" })},
		{id: "key-of-1025-bytes", want: "400 KeyTooLongError", page: s3Errors, change: func(_ *World, r *request) {
			r.target += strings.Repeat("k", 1025)
		}},
		{id: "host-by-the-path", want: noRight, page: hosting, change: func(w *World, r *request) {
			r.set("Host", w.endpoint("s3"))
			r.target = "/" + w.bucket + "/" + strings.ReplaceAll(w.alice.private("secret.txt"), ":", "%3A")
		}},
		{id: "host-and-path-of-two-buckets", want: "403 AccessDenied", page: hosting, change: func(w *World, r *request) {
			r.target = "/" + w.bucket + "/../" + strings.ReplaceAll(w.alice.private("secret.txt"), ":", "%3A")
		}},
		{id: "host-in-capitals", want: noRight, page: hosting, change: func(w *World, r *request) {
			r.set("Host", strings.ToUpper(r.get("Host")))
			r.target = "/" + strings.ReplaceAll(w.alice.private("secret.txt"), ":", "%3A")
		}},
		{id: "host-with-a-dot", want: "403", page: hosting, change: func(w *World, r *request) {
			r.set("Host", r.get("Host")+".")
			r.target = "/" + strings.ReplaceAll(w.alice.private("secret.txt"), ":", "%3A")
		}},
		{id: "host-with-a-user", want: "400", change: func(_ *World, r *request) { r.set("Host", "x@"+r.get("Host")) }},
	}
	list := against(ownFile, "user", objectKeys, rows)
	return append(list, against(ownFolder, "user", "https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html", listings())...)
}

// colons writes an identity as a URL has it.
func colons(identity string) string { return strings.ReplaceAll(identity, ":", "%3A") }

// listings are ways to the names of others' files.
func listings() []row {
	with := func(prefix string) change {
		return func(w *World, r *request) {
			r.target = "/?list-type=2&prefix=" + strings.NewReplacer("HERS", colons(w.alice.identity), "OWN", colons(w.bob.identity)).Replace(prefix)
		}
	}
	return []row{
		{id: "list-hers", want: noRight, change: with("private%2FHERS%2F")},
		{id: "list-all-private", want: noRight, change: with("private%2F")},
		{id: "list-from-her-id", want: noRight, change: with("private%2FHERS")},
		{id: "list-own-without-a-slash", want: noRight, change: with("private%2FOWN")},
		{id: "list-nothing", want: noRight, change: with("")},
		{id: "list-without-a-prefix", want: noRight, change: func(_ *World, r *request) { r.target = "/?list-type=2" }},
		{id: "list-a-wildcard", want: noRight, change: with("private%2F%2A%2F")},
		{id: "list-by-a-variable", want: noRight, change: with("private%2F%24%7Bcognito-identity.amazonaws.com%3Asub%7D%2F")},
		{id: "list-two-prefixes", want: "200", change: func(w *World, r *request) {
			r.target += "&prefix=" + strings.ReplaceAll(w.alice.private(""), "/", "%2F")
			r.target = strings.ReplaceAll(r.target, ":", "%3A")
		}},
		{id: "list-two-prefixes-hers-first", want: noRight, change: func(w *World, r *request) {
			own := strings.TrimPrefix(r.target, "/?list-type=2&")
			r.target = "/?list-type=2&prefix=" + strings.NewReplacer("/", "%2F", ":", "%3A").Replace(w.alice.private("")) + "&" + own
		}},
		{id: "list-uploads", want: noRight, change: with("uploads%2F")},
		{id: "list-originals", want: noRight, change: with("originals%2F")},
		{id: "list-drafts", want: noRight, change: with("drafts%2F")},
		{id: "list-hidden", want: noRight, change: with("hidden%2F")},
		{id: "list-public", want: noRight, change: with("public%2F")},
		{id: "list-versions", want: noRight, change: func(_ *World, r *request) { r.target = strings.Replace(r.target, "list-type=2", "versions=", 1) }},
		{id: "list-uploads-in-parts", want: noRight, change: func(_ *World, r *request) { r.target = strings.Replace(r.target, "list-type=2", "uploads=", 1) }},
		{id: "list-after-his", want: "200", change: with("private%2FOWN%2F..%2FHERS")},
	}
}
