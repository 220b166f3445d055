package s3_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

var ctx = context.Background()

func TestPutObject_givesBackWhatWasPut(t *testing.T) {
	r := newRig(t)
	for _, key := range []string{"drafts/a.txt", "drafts/with space+plus&amp", "drafts/ä/日本", "drafts/us-east-1:1b2c", "drafts//double", "drafts/./dots/..", "drafts/100%"} {
		r.put(key, "content of "+key, func(input *client.PutObjectInput) {
			input.ContentType, input.CacheControl, input.ContentEncoding = sdk.String("text/plain"), sdk.String("max-age=60"), sdk.String("gzip")
			input.Metadata = map[string]string{"Owner": "ann", "note": "a  b"}
		})
		output, err := r.as(operator).GetObject(ctx, &client.GetObjectInput{Bucket: &r.files, Key: &key})
		if err != nil {
			t.Errorf("%s: %v", key, err)
			continue
		}
		want(t, key, read(t, output.Body), "content of "+key)
		want(t, key+": type", *output.ContentType, "text/plain")
		want(t, key+": cache control", *output.CacheControl, "max-age=60")
		want(t, key+": encoding", *output.ContentEncoding, "gzip")
		want(t, key+": metadata", output.Metadata, map[string]string{"owner": "ann", "note": "a  b"})
		want(t, key+": encryption", output.ServerSideEncryption, "AES256")
	}
}

func TestPutObject_tellsETagVersionAndChecksum(t *testing.T) {
	r := newRig(t)
	output, err := r.as(operator).PutObject(ctx, &client.PutObjectInput{Bucket: &r.files, Key: sdk.String("k"), Body: strings.NewReader("hello")})
	if err != nil {
		t.Fatal(err)
	}
	want(t, "etag", *output.ETag, `"5d41402abc4b2a76b9719d911017c592"`)
	want(t, "crc32", *output.ChecksumCRC32, "NhCmhg==")
	head, err := r.as(operator).HeadObject(ctx, &client.HeadObjectInput{Bucket: &r.files, Key: sdk.String("k"), ChecksumMode: types.ChecksumModeEnabled})
	if err != nil {
		t.Fatal(err)
	}
	want(t, "version", *head.VersionId, *output.VersionId)
	want(t, "length", *head.ContentLength, 5)
	want(t, "head's crc32", *head.ChecksumCRC32, "NhCmhg==")
	want(t, "type", *head.ContentType, "application/octet-stream")
	want(t, "modified", head.LastModified.UTC(), r.clock.Now().Truncate(time.Second))
}

func TestPutObject_checksEveryChecksum(t *testing.T) {
	r := newRig(t)
	for _, algorithm := range []types.ChecksumAlgorithm{"CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"} {
		output, err := r.as(operator).PutObject(ctx, &client.PutObjectInput{Bucket: &r.files, Key: sdk.String("k"), Body: strings.NewReader("hello"), ChecksumAlgorithm: algorithm})
		if err != nil {
			t.Errorf("%s: %v", algorithm, err)
			continue
		}
		want(t, string(algorithm)+": type", output.ChecksumType, "FULL_OBJECT")
		// The SDK checks what comes back against the checksum.
		want(t, string(algorithm), r.content("k"), "hello")
	}
	for name, test := range map[string]struct {
		headers map[string]string
		code    string
	}{
		"crc32":              {map[string]string{"X-Amz-Checksum-Crc32": "AAAAAA=="}, "BadDigest"},
		"crc64nvme":          {map[string]string{"X-Amz-Checksum-Crc64nvme": "AAAAAAAAAAA="}, "BadDigest"},
		"not a crc32":        {map[string]string{"X-Amz-Checksum-Crc32": "AAAA"}, "InvalidRequest"},
		"two checksums":      {map[string]string{"X-Amz-Checksum-Crc32": "NhCmhg==", "X-Amz-Checksum-Sha1": "qvTGHdzF6KLavt4PO0gs2a6pQ00="}, "InvalidRequest"},
		"another algorithm":  {map[string]string{"X-Amz-Checksum-Crc32": "NhCmhg==", "X-Amz-Sdk-Checksum-Algorithm": "SHA1"}, "InvalidRequest"},
		"only the algorithm": {map[string]string{"X-Amz-Sdk-Checksum-Algorithm": "SHA1"}, "InvalidRequest"},
		"md5":                {map[string]string{"Content-Md5": "XUFAKrxLKna5cZ2REBfFkA=="}, "BadDigest"},
		"not an md5":         {map[string]string{"Content-Md5": "hello"}, "InvalidDigest"},
		"the right ones":     {map[string]string{"X-Amz-Checksum-Sha1": "qvTGHdzF6KLavt4PO0gs2a6pQ00=", "Content-Md5": "XUFAKrxLKna5cZ2REBfFkg=="}, "none"},
	} {
		response := r.direct(r.caller(operator), "PUT", "/checked", test.headers, []byte("hello"))
		if got := errorCode(response.Body.String()); got != test.code {
			t.Errorf("%s: got %s, want %s: %s", name, got, test.code, response.Body)
		}
	}
	want(t, "bodies", r.bodies(), 6)
}

// errorCode is the code in an error document, "none" in another one.
func errorCode(document string) string {
	_, rest, ok := strings.Cut(document, "<Code>")
	if !ok || !strings.Contains(document, "<Error>") {
		return "none"
	}
	code, _, _ := strings.Cut(rest, "<")
	return code
}

func TestPutObject_preventsOverwriting(t *testing.T) {
	r := newRig(t)
	input := func(content string) *client.PutObjectInput {
		return &client.PutObjectInput{Bucket: &r.files, Key: sdk.String("k"), Body: strings.NewReader(content), IfNoneMatch: sdk.String("*")}
	}
	_, err := r.as(operator).PutObject(ctx, input("first"))
	want(t, "first", codeOf(err), "none")
	_, err = r.as(operator).PutObject(ctx, input("second"))
	want(t, "second", codeOf(err), "PreconditionFailed")
	want(t, "content", r.content("k"), "first")
	if _, err := r.as(operator).DeleteObject(ctx, &client.DeleteObjectInput{Bucket: &r.files, Key: sdk.String("k")}); err != nil {
		t.Fatal(err)
	}
	_, err = r.as(operator).PutObject(ctx, input("third"))
	want(t, "after its deletion", codeOf(err), "none")
	want(t, "content", r.content("k"), "third")
}

func TestPutObject_overwritesOneOfManyWhoMayNot(t *testing.T) {
	r := newRig(t)
	results := make(chan string, 8)
	for range cap(results) {
		go func() {
			_, err := r.as(operator).PutObject(ctx, &client.PutObjectInput{Bucket: &r.files, Key: sdk.String("k"), Body: strings.NewReader("x"), IfNoneMatch: sdk.String("*")})
			results <- codeOf(err)
		}()
	}
	count := map[string]int{}
	for range cap(results) {
		count[<-results]++
	}
	want(t, "results", count, map[string]int{"none": 1, "PreconditionFailed": 7})
}

func TestPutObject_comparesIfMatch(t *testing.T) {
	r := newRig(t)
	r.put("k", "hello")
	for etag, code := range map[string]string{`"5d41402abc4b2a76b9719d911017c592"`: "none", `"0"`: "PreconditionFailed"} {
		_, err := r.as(operator).PutObject(ctx, &client.PutObjectInput{Bucket: &r.files, Key: sdk.String("k"), Body: strings.NewReader("hello"), IfMatch: &etag})
		want(t, etag, codeOf(err), code)
	}
	_, err := r.as(operator).PutObject(ctx, &client.PutObjectInput{Bucket: &r.files, Key: sdk.String("none"), Body: strings.NewReader("hello"), IfMatch: sdk.String("x")})
	want(t, "no object", codeOf(err), "NoSuchKey")
}

func TestPutObject_refusesWhatIsTooLong(t *testing.T) {
	r := newRig(t)
	for name, test := range map[string]struct {
		target  string
		headers map[string]string
		code    string
	}{
		"key of 1025 bytes":     {"/" + strings.Repeat("k", 1025), nil, "KeyTooLongError"},
		"key of 1024 bytes":     {"/" + strings.Repeat("k", 1024), nil, "none"},
		"2 KB of metadata":      {"/k", map[string]string{"X-Amz-Meta-A": strings.Repeat("m", 2048)}, "MetadataTooLarge"},
		"less metadata":         {"/k", map[string]string{"X-Amz-Meta-A": strings.Repeat("m", 2047)}, "none"},
		"a key that is no text": {"/%ff", nil, "InvalidURI"},
	} {
		response := r.direct(r.caller(operator), "PUT", test.target, test.headers, nil)
		if got := errorCode(response.Body.String()); got != test.code {
			t.Errorf("%s: got %s, want %s", name, got, test.code)
		}
	}
	request := r.direct(r.caller(operator), "GET", "/"+strings.Repeat("k", 1024), nil, nil)
	want(t, "status", request.Code, 200)
	for _, method := range []string{"GET", "DELETE"} {
		request = r.direct(r.caller(operator), method, "/"+strings.Repeat("k", 1025), nil, nil)
		want(t, method, errorCode(request.Body.String()), "KeyTooLongError")
	}
}

func TestGetObject_ranges(t *testing.T) {
	r := newRig(t)
	r.put("k", "0123456789")
	r.put("empty", "")
	for _, test := range []struct {
		key, rang string
		status    int
		content   string
		of        string // Content-Range
	}{
		{"k", "bytes=0-3", 206, "0123", "bytes 0-3/10"},
		{"k", "bytes=4-", 206, "456789", "bytes 4-9/10"},
		{"k", "bytes=-3", 206, "789", "bytes 7-9/10"},
		{"k", "bytes=-100", 206, "0123456789", "bytes 0-9/10"},
		{"k", "bytes=8-100", 206, "89", "bytes 8-9/10"},
		{"k", "bytes=10-", 416, "", ""},
		{"k", "bytes=-0", 416, "", ""},
		{"empty", "bytes=0-0", 416, "", ""},
		{"k", "bytes=3-1", 200, "0123456789", ""},
		{"k", "bytes=0-1,3-4", 200, "0123456789", ""},
		{"k", "items=0-1", 200, "0123456789", ""},
		{"k", "bytes=a-b", 200, "0123456789", ""},
		{"k", "bytes=99999999999999999999-", 200, "0123456789", ""},
		{"k", "bytes=-9223372036854775807", 206, "0123456789", "bytes 0-9/10"},
	} {
		response := r.direct(r.caller(operator), "GET", "/"+test.key, map[string]string{"Range": test.rang}, nil)
		want(t, test.rang+": status", response.Code, test.status)
		want(t, test.rang+": range", response.Header().Get("Content-Range"), test.of)
		if test.status == 416 {
			want(t, test.rang, errorCode(response.Body.String()), "InvalidRange")
			continue
		}
		want(t, test.rang, response.Body.String(), test.content)
	}
}

func TestGetObject_conditions(t *testing.T) {
	r := newRig(t)
	r.put("k", "hello")
	const etag = `"5d41402abc4b2a76b9719d911017c592"`
	at := func(d time.Duration) string { return r.clock.Now().Add(d).UTC().Format(http.TimeFormat) }
	r.clock.Pass(time.Hour)
	for _, test := range []struct {
		name    string
		headers map[string]string
		status  int
	}{
		{"match", map[string]string{"If-Match": etag}, 200},
		{"match among others", map[string]string{"If-Match": `"x", ` + etag}, 200},
		{"match any", map[string]string{"If-Match": "*"}, 200},
		{"match another", map[string]string{"If-Match": `"x"`}, 412},
		{"none match", map[string]string{"If-None-Match": etag}, 304},
		{"none match without quotes", map[string]string{"If-None-Match": strings.Trim(etag, `"`)}, 304},
		{"none match another", map[string]string{"If-None-Match": `"x"`}, 200},
		{"modified since before", map[string]string{"If-Modified-Since": at(-2 * time.Hour)}, 200},
		{"modified since after", map[string]string{"If-Modified-Since": at(-time.Minute)}, 304},
		{"modified since the future", map[string]string{"If-Modified-Since": at(time.Hour)}, 200},
		{"unmodified since before", map[string]string{"If-Unmodified-Since": at(-2 * time.Hour)}, 412},
		{"unmodified since after", map[string]string{"If-Unmodified-Since": at(-time.Minute)}, 200},
		{"match over unmodified", map[string]string{"If-Match": etag, "If-Unmodified-Since": at(-2 * time.Hour)}, 200},
		{"none match over modified", map[string]string{"If-None-Match": etag, "If-Modified-Since": at(-2 * time.Hour)}, 304},
		{"range if the same", map[string]string{"Range": "bytes=0-1", "If-Range": etag}, 206},
		{"range if another", map[string]string{"Range": "bytes=0-1", "If-Range": `"x"`}, 200},
		{"range if older", map[string]string{"Range": "bytes=0-1", "If-Range": at(0)}, 206},
	} {
		for _, method := range []string{"GET", "HEAD"} {
			response := r.direct(r.caller(operator), method, "/k", test.headers, nil)
			want(t, method+" "+test.name, response.Code, test.status)
			if test.status == 304 && (response.Header().Get("Etag") != etag || response.Body.Len() != 0) {
				t.Errorf("%s %s: got etag %s and %d bytes", method, test.name, response.Header().Get("Etag"), response.Body.Len())
			}
		}
	}
}

func TestGetObject_answersWithTheHeadersAskedFor(t *testing.T) {
	r := newRig(t)
	r.put("public/products/k", "hello")
	output, err := r.as(guest).GetObject(ctx, &client.GetObjectInput{
		Bucket: &r.files, Key: sdk.String("public/products/k"),
		ResponseContentType: sdk.String("image/png"), ResponseContentDisposition: sdk.String(`attachment; filename="x"`),
		ResponseCacheControl: sdk.String("no-store"), ResponseContentEncoding: sdk.String("br"), ResponseContentLanguage: sdk.String("de"),
	})
	if err != nil {
		t.Fatal(err)
	}
	got := []string{*output.ContentType, *output.ContentDisposition, *output.CacheControl, *output.ContentEncoding, *output.ContentLanguage}
	want(t, "headers", got, []string{"image/png", `attachment; filename="x"`, "no-store", "br", "de"})
}

func TestGetObject_tellsAFaultWithoutTheObjectsHeaders(t *testing.T) {
	r := newRig(t)
	r.put("k", "hello", func(input *client.PutObjectInput) {
		input.ContentEncoding, input.CacheControl = sdk.String("gzip"), sdk.String("max-age=60")
	})
	for _, headers := range []map[string]string{{"If-Match": "x"}, {"Range": "bytes=100-"}} {
		response := r.direct(r.caller(operator), "GET", "/k", headers, nil)
		for _, name := range []string{"Content-Encoding", "Cache-Control", "Etag"} {
			want(t, name, response.Header().Get(name), "")
		}
		want(t, "type", response.Header().Get("Content-Type"), "application/xml")
	}
}

func TestHeadObject_hasNoBodyAndAllHeaders(t *testing.T) {
	r := newRig(t)
	r.put("k", "hello")
	response := r.direct(r.caller(operator), "HEAD", "/k?response-cache-control=no-store", nil, nil)
	want(t, "status", response.Code, 200)
	want(t, "length", response.Header().Get("Content-Length"), "5")
	want(t, "accepts", response.Header().Get("Accept-Ranges"), "bytes")
	want(t, "body", response.Body.Len(), 0)
	if response.Header().Get("X-Amz-Request-Id") == "" || response.Header().Get("X-Amz-Id-2") == "" {
		t.Errorf("got no request id: %v", response.Header())
	}
}

func TestObjects_areWholeWhateverHappensAtOnce(t *testing.T) {
	r := newRig(t)
	r.makeBucket("plain", nil) // where a new object takes the place of the old one
	r.files = "plain"
	operators := r.caller(operator)
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for i := range 40 {
				target := fmt.Sprintf("/k%d", i%3)
				switch (worker + i) % 4 {
				case 0, 1:
					content := strings.Repeat(fmt.Sprint(worker), 10_000)
					want(t, "put", r.direct(operators, "PUT", target, nil, []byte(content)).Code, 200)
				case 2:
					got := r.direct(operators, "GET", target, nil, nil)
					body := got.Body.String()
					if got.Code != 404 && (got.Code != 200 || body != strings.Repeat(body[:1], 10_000)) {
						t.Errorf("get: got %d, %d bytes", got.Code, len(body))
					}
				case 3:
					want(t, "delete", r.direct(operators, "DELETE", target, nil, nil).Code, 204)
				}
			}
		})
	}
	group.Wait()
	versions, err := r.s.Versions("plain")
	if err != nil {
		t.Fatal(err)
	}
	want(t, "bodies", r.bodies(), len(versions))
}
