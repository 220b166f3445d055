package s3_test

import (
	"crypto/tls"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/s3"
	"lightbox.example/lightbox/sandbox/store"
)

// fuzzed is an S3 in memory with a bucket, some objects in it, and a caller who may do everything.
func fuzzed(f *testing.F) func(t *testing.T, method, path, query string, header http.Header, body string) {
	s, err := s3.New(s3.Config{Store: store.NewMemory(), Dir: f.TempDir(), Now: time.Now, Region: region, Account: account})
	if err != nil {
		f.Fatal(err)
	}
	// Without versions, which would grow in number with every run.
	if _, err := s.ResourceTypes()[bucketType].Create(ctx, declare("B", map[string]any{"BucketName": "fuzzed"})); err != nil {
		f.Fatal(err)
	}
	all, err := iam.Parse(iam.Identity, "All", []byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`))
	if err != nil {
		f.Fatal(err)
	}
	caller := aws.Caller{Account: account, Principal: iam.RoleSession{Role: "arn:aws:iam::" + account + ":role/All", Name: "fuzz"}, Identity: []*iam.Policy{all}}
	ask := func(method, path, query string, header http.Header, body string) (*httptest.ResponseRecorder, *aws.Entry) {
		request := httptest.NewRequest(method, "https://fuzzed.s3.us-east-1.amazonaws.com/", strings.NewReader(body))
		request.URL.Path, request.URL.RawQuery, request.Header = "/"+path, query, header
		request.TLS = &tls.ConnectionState{Version: tls.VersionTLS13}
		ctx, entry := aws.WithEntry(request.Context())
		recorder := httptest.NewRecorder()
		s.As(caller).ServeHTTP(recorder, request.WithContext(ctx))
		return recorder, entry
	}
	for _, key := range []string{"a", "a/b", "c"} {
		ask("PUT", key, "", http.Header{}, "content of "+key)
	}
	return func(t *testing.T, method, path, query string, header http.Header, body string) {
		got, entry := ask(method, path, query, header, body)
		if got.Code >= 500 && got.Code != http.StatusNotImplemented || entry.Fault != nil {
			t.Errorf("%s /%s?%s: got %d %s, %v", method, path, query, got.Code, got.Body, entry.Fault)
		}
		if method != "HEAD" && strings.HasPrefix(got.Body.String(), "<?xml") && path == "" {
			decoder := xml.NewDecoder(got.Body)
			for {
				if _, err := decoder.Token(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Errorf("%s /%s?%s: answered no XML: %v", method, path, query, err)
					break
				}
			}
		}
	}
}

// FuzzDocuments are the documents that clients send.
func FuzzDocuments(f *testing.F) {
	ask := fuzzed(f)
	f.Add("<Delete><Object><Key>a</Key><VersionId>null</VersionId></Object><Quiet>true</Quiet></Delete>")
	f.Add("<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>x</ETag><ChecksumCRC32>AAAAAA==</ChecksumCRC32></Part></CompleteMultipartUpload>")
	f.Add("<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>")
	f.Add("<!DOCTYPE x [<!ENTITY y SYSTEM \"file:///etc/passwd\">]><Delete><Object><Key>&y;</Key></Object></Delete>")
	f.Add("<Delete><Object><Key>\xff</Key></Object></Delete>")
	f.Fuzz(func(t *testing.T, document string) {
		header := http.Header{"Content-Md5": {md5Of(document)}}
		ask(t, "POST", "", "delete", header.Clone(), document)
		ask(t, "PUT", "c", "tagging", header.Clone(), document)
		ask(t, "POST", "c", "uploadId=nonsense", header.Clone(), document)
	})
}

// FuzzQuery are query strings, of all methods, with and without a key.
func FuzzQuery(f *testing.F) {
	ask := fuzzed(f)
	for _, query := range []string{
		"list-type=2&prefix=a&delimiter=%2F&max-keys=1&continuation-token=YWZ0ZXIgYQ&encoding-type=url", "versions&key-marker=a&version-id-marker=null",
		"uploads&upload-id-marker=x&key-marker=a", "partNumber=1&uploadId=x", "versionId=null", "response-content-type=a%0Ab", "uploadId=x&max-parts=-1", "%zz", "a=b;c=d",
	} {
		f.Add("a", query)
		f.Add("", query)
	}
	f.Fuzz(func(t *testing.T, path, query string) {
		for _, method := range []string{"GET", "HEAD", "PUT", "POST", "OPTIONS"} {
			ask(t, method, path, query, http.Header{}, "")
		}
	})
}

// FuzzHeaders are the headers with a syntax of their own.
func FuzzHeaders(f *testing.F) {
	ask := fuzzed(f)
	f.Add("bytes=0-1", "fuzzed/a?versionId=null", "a=b&c=d", `"etag"`, "crc32")
	f.Add("bytes=-9223372036854775808", "/fuzzed/%61", "a", "*", "x-amz-checksum-sha256")
	f.Add("bytes=1-0", "%", "%zz", "W/", "")
	f.Fuzz(func(t *testing.T, ranges, source, tags, etag, checksum string) {
		ask(t, "GET", "a", "", http.Header{"Range": {ranges}, "If-None-Match": {etag}, "If-Range": {etag}, "If-Modified-Since": {ranges}}, "")
		ask(t, "PUT", "copy", "", http.Header{"X-Amz-Copy-Source": {source}, "X-Amz-Copy-Source-If-Match": {etag}}, "")
		ask(t, "PUT", "tagged", "", http.Header{"X-Amz-Tagging": {tags}, "X-Amz-Meta-" + "A": {etag}}, "x")
		ask(t, "PUT", "summed", "", http.Header{"X-Amz-Sdk-Checksum-Algorithm": {checksum}, "X-Amz-Checksum-Crc32": {etag}, "X-Amz-Trailer": {checksum}, "Content-Md5": {tags}}, "x")
		ask(t, "OPTIONS", "a", "", http.Header{"Origin": {source}, "Access-Control-Request-Method": {"GET"}, "Access-Control-Request-Headers": {tags}}, "")
	})
}
