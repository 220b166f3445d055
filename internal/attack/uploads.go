package attack

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"net/http"
	"net/url"
	"strings"
)

const (
	putObject = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html"
	complete  = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html"
	copying   = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html"
	userGuide = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/"
)

// bobPuts is bob writing a file of his own.
func bobPuts(w *World) *request {
	return w.object(w.bob.keys, http.MethodPut, w.bob.private("put.txt"), []byte("bob's"))
}

// uploads are files that say what they are not, or want to be more than files, and pictures that are none.
func uploads(*World) []attack {
	list := against(bobPuts, "user", putObject, puttings())
	list = append(list, against(bobPuts, "user", s3Errors, lengths())...)
	list = append(list, multipart()...)
	list = append(list, against(bobCopies, "user", copying, copies())...)
	list = append(list, deletions()...)
	return append(list, pictures()...)
}

func with(name, value string) change { return func(_ *World, r *request) { r.set(name, value) } }

// puttings are headers that ask for more than a file.
func puttings() []row {
	acl := userGuide + "about-object-ownership.html"
	checks := userGuide + "checking-object-integrity-upload.html"
	rows := []row{
		{id: "acl-of-nobody", want: "400 InvalidArgument", page: acl, change: with("X-Amz-Acl", "everyone")},
		{id: "tagged", want: noRight, page: fileActions, change: with("X-Amz-Tagging", "role=admin")},
		{id: "website-redirect", want: "501 NotImplemented", change: with("X-Amz-Website-Redirect-Location", "https://evil.example")},
		{id: "locked", want: "501 NotImplemented", change: func(_ *World, r *request) {
			r.add("X-Amz-Object-Lock-Mode", "COMPLIANCE").add("X-Amz-Object-Lock-Retain-Until-Date", "2099-01-01T00:00:00Z")
		}},
		{id: "held", want: "501 NotImplemented", change: with("X-Amz-Object-Lock-Legal-Hold", "ON")},
		{id: "storage-class-unknown", want: "400 InvalidStorageClass", change: with("X-Amz-Storage-Class", "DEEP_FREEZE")},
		{id: "encryption-unknown", want: "400 InvalidEncryptionAlgorithmError", change: with("X-Amz-Server-Side-Encryption", "ROT13")},
		{id: "key-of-a-customer", want: "501 NotImplemented", change: with("X-Amz-Server-Side-Encryption-Customer-Algorithm", "AES256")},
		{id: "key-of-kms", want: "501 NotImplemented", change: with("X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id", "x")},
		{id: "owner-of-the-bucket-wrong", want: noRight, page: userGuide + "bucket-owner-condition.html", change: with("X-Amz-Expected-Bucket-Owner", "111111111111")},
		{id: "metadata-too-large", want: "400 MetadataTooLarge", page: userGuide + "UsingMetadata.html", change: with("X-Amz-Meta-X", strings.Repeat("x", 2049))},
		{id: "digest-wrong", want: "400 BadDigest", page: checks, change: with("Content-Md5", base64.StdEncoding.EncodeToString(make([]byte, 16)))},
		{id: "digest-of-no-form", want: "400 InvalidDigest", page: checks, change: with("Content-Md5", "x")},
		{id: "digest-too-short", want: "400 InvalidDigest", page: checks, change: with("Content-Md5", "AAAA")},
		{id: "two-sums", want: "400 InvalidRequest", page: checks, change: func(_ *World, r *request) {
			r.add("X-Amz-Checksum-Crc32", "AAAAAA==").add("X-Amz-Checksum-Crc32c", "AAAAAA==")
		}},
		{id: "part-of-an-upload-of-nobody", want: "404 NoSuchUpload", page: s3Errors, change: func(_ *World, r *request) { r.target += "?partNumber=1&uploadId=x" }},
		{id: "part-of-her-upload", want: "404 NoSuchUpload", page: s3Errors, change: func(w *World, r *request) { r.target += "?partNumber=1&uploadId=" + w.parts }},
		{id: "only-if-none-is-there", want: "412 PreconditionFailed", page: userGuide + "conditional-writes.html", change: func(w *World, r *request) {
			r.target = "/" + strings.ReplaceAll(w.bob.private("own.txt"), ":", "%3A")
			r.add("If-None-Match", "*")
		}},
		{id: "only-if-it-is-another", want: "412 PreconditionFailed", page: userGuide + "conditional-writes.html", change: func(w *World, r *request) {
			r.target = "/" + strings.ReplaceAll(w.bob.private("own.txt"), ":", "%3A")
			r.add("If-Match", `"x"`)
		}},
		{id: "key-of-1025-bytes", want: "400 KeyTooLongError", change: func(_ *World, r *request) { r.target += strings.Repeat("k", 1025) }},
		{id: "key-of-no-text", want: "400 InvalidURI", change: func(_ *World, r *request) { r.target += "%FF%FE" }},
		{id: "the-folder-of-all", want: noRight, change: func(_ *World, r *request) { r.target = "/private/" }},
		{id: "hers-by-an-odd-spelling", want: noRight, change: func(w *World, r *request) {
			r.target = "/%70rivate/" + strings.ReplaceAll(w.alice.identity, ":", "%3A") + "/put.txt"
			r.sign.path = strings.Replace(r.target, "%70", "p", 1)
		}},
	}
	for _, canned := range []string{"private", "public-read", "public-read-write", "authenticated-read"} {
		want := "400 AccessControlListNotSupported"
		rows = append(rows, row{id: "acl-" + canned, want: want, page: acl, change: with("X-Amz-Acl", canned)})
	}
	for _, right := range []string{"Read", "Full-Control", "Read-Acp", "Write-Acp"} {
		rows = append(rows, row{id: "grant-" + strings.ToLower(right), want: "400 AccessControlListNotSupported", page: acl, change: with("X-Amz-Grant-"+right, `uri="http://acs.amazonaws.com/groups/global/AllUsers"`)})
	}
	for name, sum := range inOrder(map[string]string{"Crc32": "AAAAAA==", "Crc32c": "AAAAAA==", "Crc64nvme": "AAAAAAAAAAA=", "Sha1": "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "Sha256": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}) {
		rows = append(rows, row{id: "sum-wrong-" + strings.ToLower(name), want: "400 BadDigest", page: checks, change: with("X-Amz-Checksum-"+name, sum)},
			row{id: "sum-of-no-form-" + strings.ToLower(name), want: "400 InvalidRequest", page: checks, change: with("X-Amz-Checksum-"+name, "x")})
	}
	return rows
}

// lengths are bodies that are not as long as they say. What is read of a body is said by its length.
func lengths() []row {
	return []row{
		{id: "length-too-long", want: "400 IncompleteBody", change: func(_ *World, r *request) { r.set("Content-Length", "6"); r.ends = true }},
		{id: "length-too-short", want: "400 XAmzContentSHA256Mismatch", change: func(_ *World, r *request) { r.set("Content-Length", "4") }},
		{id: "length-missing", want: "411 MissingContentLength or 400 XAmzContentSHA256Mismatch", change: func(_ *World, r *request) { r.del("Content-Length") }},
		{id: "length-below-0", want: "400", change: func(_ *World, r *request) { r.set("Content-Length", "-5") }},
		{id: "length-of-no-form", want: "400", change: func(_ *World, r *request) { r.set("Content-Length", "five") }},
		{id: "length-with-a-sign", want: "400", change: func(_ *World, r *request) { r.set("Content-Length", "+5") }},
		{id: "length-of-more-than-5-gigabytes", want: "400 EntityTooLarge", change: func(_ *World, r *request) { r.set("Content-Length", "5368709121") }},
		{id: "length-of-more-than-64-bits", want: "400", change: func(_ *World, r *request) { r.set("Content-Length", "99999999999999999999") }},
		{id: "two-lengths", want: "400", change: func(_ *World, r *request) { r.add("Content-Length", "4") }},
	}
}

// withParts is bob listing the parts of an upload of his own that he has begun.
func (w *World) withParts(ctx context.Context) (id, etag string, err error) {
	a, err := w.send(ctx, w.object(w.bob.keys, http.MethodPost, w.bob.private("parts")+"?uploads=", nil))
	if err != nil {
		return "", "", err
	}
	id = between(string(a.body), "<UploadId>", "</UploadId>")
	a, err = w.send(ctx, w.object(w.bob.keys, http.MethodPut, w.bob.private("parts")+"?partNumber=1&uploadId="+id, []byte("part")))
	return id, a.header.Get("Etag"), err
}

// multipart are uploads in parts that are put together of what they are not.
func multipart() []attack {
	finish := func(key func(w *World) string, body func(id, etag string) string) probe {
		return func(ctx context.Context, w *World) (answer, error) {
			id, etag, err := w.withParts(ctx)
			if err != nil {
				return answer{}, err
			}
			of := w.bob.private("parts")
			if key != nil {
				of = key(w)
			}
			return w.send(ctx, w.object(w.bob.keys, http.MethodPost, of+"?uploadId="+id, []byte(body(id, etag))))
		}
	}
	list := func(parts string) string { return "<CompleteMultipartUpload>" + parts + "</CompleteMultipartUpload>" }
	part := func(number, etag string) string {
		return "<Part><PartNumber>" + number + "</PartNumber><ETag>" + etag + "</ETag></Part>"
	}
	right := finish(nil, func(_, etag string) string { return list(part("1", etag)) })
	var attacks []attack
	for _, one := range []struct {
		id, want string
		key      func(w *World) string
		body     func(id, etag string) string
	}{
		{"complete-with-another-etag", "400 InvalidPart", nil, func(_, _ string) string { return list(part("1", `"00000000000000000000000000000000"`)) }},
		{"complete-with-a-part-that-is-not-there", "400 InvalidPart", nil, func(_, etag string) string { return list(part("2", etag)) }},
		{"complete-with-a-part-twice", "400 InvalidPartOrder", nil, func(_, etag string) string { return list(part("1", etag) + part("1", etag)) }},
		{"complete-backwards", "400 InvalidPartOrder", nil, func(_, etag string) string { return list(part("2", etag) + part("1", etag)) }},
		{"complete-with-part-0", "400 InvalidPart", nil, func(_, etag string) string { return list(part("0", etag)) }},
		{"complete-with-part-10001", "400 InvalidPart", nil, func(_, etag string) string { return list(part("10001", etag)) }},
		{"complete-with-none", "400 MalformedXML", nil, func(_, _ string) string { return list("") }},
		{"complete-with-nothing", "400 MalformedXML", nil, func(_, _ string) string { return "" }},
		{"complete-with-entities", "400 MalformedXML", nil, func(_, etag string) string {
			return `<!DOCTYPE x [<!ENTITY a "` + strings.Repeat("x", 100) + `"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>` + list(part("1", etag)+"&b;")
		}},
		{"complete-with-a-file-of-the-machine", "400 MalformedXML", nil, func(_, _ string) string {
			return `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>` + list(part("1", "&a;"))
		}},
		{"complete-another-document", "400 MalformedXML", nil, func(_, etag string) string { return "<Delete>" + part("1", etag) + "</Delete>" }},
		{"complete-at-another-key", "404 NoSuchUpload", func(w *World) string { return w.bob.private("other") }, func(_, etag string) string { return list(part("1", etag)) }},
		{"complete-at-hers", noRight, func(w *World) string { return w.alice.private("parts") }, func(_, etag string) string { return list(part("1", etag)) }},
	} {
		attacks = append(attacks, attack{id: one.id, has: "user", want: one.want, page: complete, control: right, try: finish(one.key, one.body), changes: true})
	}
	return attacks
}

// bobCopies is bob copying a file of his own.
func bobCopies(w *World) *request {
	return w.object(w.bob.keys, http.MethodPut, w.bob.private("copy.txt"), []byte{}).add("X-Amz-Copy-Source", "/"+w.bucket+"/"+url.PathEscape(w.bob.private("own.txt")))
}

// copies are copies of what may not be read, or of nothing.
func copies() []row {
	from := func(source func(w *World) string) change {
		return func(w *World, r *request) { r.set("X-Amz-Copy-Source", source(w)) }
	}
	key := func(key func(w *World) string) change {
		return from(func(w *World) string { return "/" + w.bucket + "/" + url.PathEscape(key(w)) })
	}
	return []row{
		{id: "copy-hers", want: noRight, change: key(func(w *World) string { return w.alice.private("secret.txt") })},
		{id: "copy-her-version", want: noRight, change: from(func(w *World) string {
			return "/" + w.bucket + "/" + url.PathEscape(w.alice.private("secret.txt")) + "?versionId=" + w.versionID
		})},
		{id: "copy-her-upload", want: noRight, change: key(func(w *World) string { return w.upload })},
		{id: "copy-by-going-up", want: "404 NoSuchKey", change: from(func(w *World) string {
			return "/" + w.bucket + "/" + url.PathEscape(w.bob.private("../"+w.alice.identity+"/secret.txt"))
		})},
		{id: "copy-encoded-twice", want: "403 AccessDenied", change: from(func(w *World) string {
			return "/" + w.bucket + "/" + url.PathEscape(url.PathEscape(w.alice.private("secret.txt")))
		})},
		{id: "copy-of-another-bucket", want: "404 NoSuchBucket", change: from(func(*World) string { return "/other-bucket/x" })},
		{id: "copy-of-no-key", want: "400 InvalidArgument", change: from(func(w *World) string { return "/" + w.bucket + "/" })},
		{id: "copy-of-no-form", want: "400 InvalidArgument", change: from(func(*World) string { return "x" })},
		{id: "copy-to-itself", want: "400 InvalidRequest", change: func(w *World, r *request) {
			r.target = "/" + strings.ReplaceAll(w.bob.private("own.txt"), ":", "%3A")
		}},
		{id: "copy-with-a-word-unknown", want: "400 InvalidArgument", change: with("X-Amz-Metadata-Directive", "STEAL")},
		{id: "copy-of-another-owner", want: noRight, change: with("X-Amz-Source-Expected-Bucket-Owner", "111111111111")},
		{id: "copy-public", want: "400 AccessControlListNotSupported", change: with("X-Amz-Acl", "public-read")},
		{id: "copy-if-it-is-another", want: "412 PreconditionFailed", change: with("X-Amz-Copy-Source-If-Match", `"x"`)},
		{id: "copy-to-hers", want: noRight, change: func(w *World, r *request) {
			r.target = "/" + strings.ReplaceAll(w.alice.private("copy.txt"), ":", "%3A")
		}},
		{id: "copy-to-public", want: noRight, change: func(_ *World, r *request) { r.target = "/public/products/x.png" }},
	}
}

// deletions are lists of files to remove with others' in them, which are refused one by one.
func deletions() []attack {
	list := func(w *World, keys ...string) *request {
		var b strings.Builder
		for _, key := range keys {
			b.WriteString("<Object><Key>" + key + "</Key></Object>")
		}
		body := []byte("<Delete>" + b.String() + "</Delete>")
		sum := make([]byte, 4)
		binary.BigEndian.PutUint32(sum, crc32.ChecksumIEEE(body))
		return w.object(w.bob.keys, http.MethodPost, "?delete=", body).add("X-Amz-Checksum-Crc32", base64.StdEncoding.EncodeToString(sum))
	}
	right := func(w *World) *request { return list(w, w.bob.private("gone.txt")) }
	const page = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html"
	all := func(w *World) []string {
		keys := make([]string, 1001)
		for n := range keys {
			keys[n] = w.bob.private(strings.Repeat("x", n%9))
		}
		return keys
	}
	return against(right, "user", page, []row{
		{id: "delete-hers", want: "200 AccessDenied", change: func(w *World, r *request) { *r = *list(w, w.alice.private("secret.txt")) }},
		{id: "delete-two-of-others", want: "200 AccessDenied", change: func(w *World, r *request) {
			*r = *list(w, "public"+w.picture, w.alice.private("secret.txt"))
		}},
		{id: "delete-public", want: "200 AccessDenied", change: func(w *World, r *request) { *r = *list(w, "public"+w.picture) }},
		{id: "delete-without-a-sum", want: "400 InvalidRequest", change: func(_ *World, r *request) { r.del("X-Amz-Checksum-Crc32") }},
		{id: "delete-with-another-sum", want: "400 BadDigest", change: with("X-Amz-Checksum-Crc32", "AAAAAA==")},
		{id: "delete-more-than-1000", want: "400 MalformedXML", change: func(w *World, r *request) { *r = *list(w, all(w)...) }},
		{id: "delete-none", want: "400 MalformedXML", change: func(w *World, r *request) { *r = *list(w) }},
	})
}

// pictures are uploads that are none, and keys that are no upload of the caller's.
func pictures() []attack {
	post := func(key func(w *World) string) func(w *World) *request {
		return func(w *World) *request {
			return w.ask(w.bob, createPhoto, map[string]any{"in": map[string]any{"imgKey": key(w)}})
		}
	}
	// The id of a photo is that of its upload: the same upload is posted over and over.
	sent := uuid()
	put := func(ctx context.Context, w *World, name string, body []byte) error {
		return w.must(ctx, w.object(w.bob.keys, http.MethodPut, w.bob.sent(name), body).add("Content-Type", "image/png"), nil)
	}
	right := func(ctx context.Context, w *World) (answer, error) {
		if err := put(ctx, w, sent, drawn()); err != nil {
			return answer{}, err
		}
		return w.send(ctx, post(func(w *World) string { return w.bob.sent(sent) })(w))
	}
	var list []attack
	for _, one := range []struct {
		id  string
		key func(w *World) string
	}{
		{"hers", func(w *World) string { return w.upload }}, {"of-none", func(w *World) string { return w.bob.sent(uuid()) }},
		{"of-a-private-file", func(w *World) string { return w.alice.private("secret.txt") }},
		{"of-ones-own-file", func(w *World) string { return w.bob.private("own.txt") }},
		{"in-capitals", func(w *World) string { return strings.ToUpper(w.bob.sent(sent)) }},
		{"by-going-up", func(w *World) string { return w.bob.sent("../" + strings.TrimPrefix(w.upload, "uploads/")) }},
		{"with-a-slash", func(w *World) string { return "/" + w.bob.sent(sent) }}, {"with-a-query", func(w *World) string { return w.bob.sent(sent) + "?versionId=x" }},
		{"of-the-folder", func(w *World) string { return w.bob.sent("") }}, {"with-a-zero-byte", func(w *World) string { return w.bob.sent(sent) + "\x00" }},
		{"of-a-published-picture", func(w *World) string { return "public" + w.picture }},
		{"of-another-bucket", func(w *World) string { return "https://evil.example/" + w.bob.sent(sent) }}, {"empty", func(*World) string { return "" }},
	} {
		list = append(list, attack{id: "picture-" + one.id, has: "user", want: "200 BadRequest", control: right, try: sends(post(one.key)),
			changes: one.id == "of-none"}) // a call of the function counts against the caller
	}
	for id, body := range inOrder(fakes()) {
		name := uuid()
		list = append(list, attack{
			id: "picture-that-is-" + id, has: "user", want: "200 BadRequest", page: "https://owasp.org/www-community/vulnerabilities/Unrestricted_File_Upload",
			control: right, changes: true, // the upload itself is bob's to make
			try: func(ctx context.Context, w *World) (answer, error) {
				if err := put(ctx, w, name, body); err != nil {
					return answer{}, err
				}
				return w.send(ctx, post(func(w *World) string { return w.bob.sent(name) })(w))
			},
		})
	}
	return list
}

// fakes are files that are no pictures, whatever they begin with.
func fakes() map[string][]byte {
	picture := drawn()
	huge := bytes.Clone(picture)
	binary.BigEndian.PutUint32(huge[16:], 100_000)
	binary.BigEndian.PutUint32(huge[20:], 100_000)
	binary.BigEndian.PutUint32(huge[29:], crc32.ChecksumIEEE(huge[12:29]))
	return map[string][]byte{
		"a-page": []byte("<!DOCTYPE html><script>alert(1)</script>"), "an-svg": []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`),
		"empty": {}, "half": picture[:len(picture)/2], "huge": huge, "a-script-after-a-head": []byte("GIF89a/*" + strings.Repeat("x", 40) + "*/=1;alert(1)"),
		"a-head-alone": picture[:33], "a-program": []byte("\x7fELF\x02\x01\x01"), "an-archive": []byte("PK\x03\x04"),
	}
}
