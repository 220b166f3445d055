package aws

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// The upload in chunks that AWS documents, 65 KiB of "a" in two chunks, with its signatures.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html#example-signature-calculations-streaming
const (
	chunkedSeed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
	chunked1    = "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"
	chunked2    = "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"
	chunkedEnd  = "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"
)

var chunkedTime = time.Date(2013, 5, 24, 0, 0, 0, 0, time.UTC)

func documented(body string) (*http.Request, Verifier) {
	r := httptest.NewRequest("PUT", "https://s3.amazonaws.com/examplebucket/chunkObject.txt", strings.NewReader(body))
	r.ContentLength = 66824
	for name, value := range map[string]string{
		"X-Amz-Date": "20130524T000000Z", "X-Amz-Storage-Class": "REDUCED_REDUNDANCY", "X-Amz-Content-Sha256": streamingPayload,
		"Content-Encoding": "aws-chunked", "X-Amz-Decoded-Content-Length": "66560",
		"Authorization": "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class,Signature=" + chunkedSeed,
	} {
		r.Header.Set(name, value)
	}
	return r, Verifier{
		Dialect: S3, Service: "s3", Region: "us-east-1", Now: func() time.Time { return chunkedTime },
		Keys: suiteKeys{"AKIAIOSFODNN7EXAMPLE": {Secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}},
	}
}

func documentedBody(first, second, end string) string {
	return fmt.Sprintf("10000;chunk-signature=%s\r\n%s\r\n400;chunk-signature=%s\r\n%s\r\n0;chunk-signature=%s\r\n\r\n",
		first, strings.Repeat("a", 65536), second, strings.Repeat("a", 1024), end)
}

func readAll(r *http.Request, v Verifier) (string, error) {
	if _, err := v.Verify(r); err != nil {
		return "", err
	}
	body, err := io.ReadAll(r.Body)
	return string(body), err
}

func TestVerify_acceptsTheDocumentedChunks(t *testing.T) {
	body, err := readAll(documented(documentedBody(chunked1, chunked2, chunkedEnd)))
	if err != nil || body != strings.Repeat("a", 66560) {
		t.Errorf("got %d bytes and %v", len(body), err)
	}
}

func TestVerify_refusesOtherChunksThanTheDocumented(t *testing.T) {
	right := documentedBody(chunked1, chunked2, chunkedEnd)
	for name, test := range map[string]struct{ body, code string }{
		"first signature":  {documentedBody(chunked2, chunked2, chunkedEnd), "SignatureDoesNotMatch"},
		"second signature": {documentedBody(chunked1, chunked1, chunkedEnd), "SignatureDoesNotMatch"},
		"last signature":   {documentedBody(chunked1, chunked2, chunked2), "SignatureDoesNotMatch"},
		"another byte":     {strings.Replace(right, "aaa\r\n400", "aab\r\n400", 1), "SignatureDoesNotMatch"},
		"unsigned chunk":   {strings.Replace(right, ";chunk-signature="+chunked2, "", 1), "IncompleteBody"},
		"shorter chunk":    {strings.Replace(right, "400;", "3ff;", 1), "IncompleteBody"},
		"longer chunk":     {strings.Replace(right, "400;", "401;", 1), "IncompleteBody"},
		"negative chunk":   {strings.Replace(right, "400;", "-400;", 1), "IncompleteBody"},
		"huge chunk":       {strings.Replace(right, "400;", "7fffffffffffffff;", 1), "IncompleteBody"},
		"no end":           {strings.TrimSuffix(right, "0;chunk-signature="+chunkedEnd+"\r\n\r\n"), "IncompleteBody"},
		"half":             {right[:40000], "IncompleteBody"},
		"long head":        {strings.Replace(right, "400;", "400;"+strings.Repeat("x", maxChunkLine), 1), "IncompleteBody"},
		"a trailer":        {strings.TrimSuffix(right, "\r\n") + "x-amz-checksum-crc32:AAAAAA==\r\n\r\n", "MalformedTrailerError"},
		"nothing":          {"", "IncompleteBody"},
	} {
		_, err := readAll(documented(test.body))
		var refusal *Error
		if !errors.As(err, &refusal) || refusal.Code != test.code {
			t.Errorf("%s: got %v, want %s", name, err, test.code)
		}
	}
}

// streaming is a request whose chunks, and trailer, the test signs itself.
func streaming(payload, trailer string, sizes ...int) (*http.Request, Verifier) {
	v := suiteVerifier("")
	v.Dialect, v.Service = S3, "s3"
	r := httptest.NewRequest("PUT", "https://h/key", nil)
	length := 0
	for _, size := range sizes {
		length += size
	}
	r.Header.Set("X-Amz-Decoded-Content-Length", fmt.Sprint(length))
	r.Header.Set("X-Amz-Content-Sha256", payload)
	r.Header.Set("X-Amz-Date", suiteDate)
	if trailer != "" {
		name, _, _ := strings.Cut(trailer, ":")
		r.Header.Set("X-Amz-Trailer", name)
	}
	s := &signature{time: suiteTime, scope: scope{"20150830", "us-east-1", "s3"}}
	signed := names(r)
	key := signingKey(suiteSecret, s.scope)
	s.value = fmt.Sprintf("%x", sign(key, stringToSign(s, v.canonicalRequest(r, nil, signed, payload))))
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+suiteKey+"/"+s.scope.String()+", SignedHeaders="+strings.Join(signed, ";")+", Signature="+s.value)
	r.Body = io.NopCloser(strings.NewReader(encodeChunks(key, s, payload, trailer, sizes)))
	return r, v
}

func encodeChunks(key []byte, s *signature, payload, trailer string, sizes []int) string {
	const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	b := strings.Builder{}
	previous := s.value
	seal := func(kind string, hashes ...string) string {
		text := strings.Join(append([]string{kind, suiteDate, s.scope.String(), previous}, hashes...), "\n")
		previous = fmt.Sprintf("%x", sign(key, text))
		return previous
	}
	for _, size := range append(sizes, 0) {
		data := strings.Repeat("b", size)
		fmt.Fprintf(&b, "%x", size)
		if payload != streamingUnsignedTrailer {
			b.WriteString(";chunk-signature=" + seal("AWS4-HMAC-SHA256-PAYLOAD", empty, hexSum(data)))
		}
		b.WriteString("\r\n" + data)
		if size > 0 {
			b.WriteString("\r\n")
		}
	}
	if trailer != "" {
		b.WriteString(trailer + "\r\n")
	}
	if payload == streamingTrailer {
		canonical := ""
		if trailer != "" {
			canonical = trailer + "\n"
		}
		b.WriteString("x-amz-trailer-signature:" + seal("AWS4-HMAC-SHA256-TRAILER", hexSum(canonical)) + "\r\n")
	}
	return b.String() + "\r\n"
}

func TestVerify_handsOverTrailers(t *testing.T) {
	const crc = "x-amz-checksum-crc32:sOO8/Q=="
	for _, payload := range []string{streamingTrailer, streamingUnsignedTrailer} {
		r, v := streaming(payload, crc, 9000, 10)
		body, err := readAll(r, v)
		if err != nil || len(body) != 9010 || r.Trailer.Get("X-Amz-Checksum-Crc32") != "sOO8/Q==" {
			t.Errorf("%s: got %d bytes, trailer %v, %v", payload, len(body), r.Trailer, err)
		}
		r, v = streaming(payload, "")
		if body, err = readAll(r, v); err != nil || body != "" {
			t.Errorf("%s, empty: got %q, %v", payload, body, err)
		}
	}
}

func TestVerify_refusesTrailersThatAreNotAsSigned(t *testing.T) {
	const crc = "x-amz-checksum-crc32:sOO8/Q=="
	for _, test := range []struct{ payload, old, new, code string }{
		{streamingTrailer, "sOO8", "sOO9", "SignatureDoesNotMatch"},
		{streamingTrailer, "x-amz-trailer-signature", "x-amz-other-signature", "MalformedTrailerError"},
		{streamingTrailer, "x-amz-trailer-signature:", "x-amz-trailer-signature:0", "SignatureDoesNotMatch"},
		{streamingUnsignedTrailer, "checksum-crc32", "checksum-sha1", "MalformedTrailerError"},
		{streamingUnsignedTrailer, crc, crc + "\r\n" + crc, "MalformedTrailerError"},
		{streamingUnsignedTrailer, crc, "", "MalformedTrailerError"},
		{streamingUnsignedTrailer, crc, "x-amz-checksum-crc32", "MalformedTrailerError"},
		{streamingUnsignedTrailer, crc, crc + strings.Repeat("A", maxTrailer), "MalformedTrailerError"},
		{streamingUnsignedTrailer, "0\r\n", "0;chunk-signature=1\r\n", "IncompleteBody"},
	} {
		r, v := streaming(test.payload, crc, 100)
		encoded, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(strings.NewReader(strings.Replace(string(encoded), test.old, test.new, 1)))
		_, err := readAll(r, v)
		var refusal *Error
		if !errors.As(err, &refusal) || refusal.Code != test.code {
			t.Errorf("%s for %s: got %v, want %s", test.new, test.old, err, test.code)
		}
	}
}

func TestVerify_refusesSmallChunksBeforeTheLast(t *testing.T) {
	r, v := streaming(streamingPayload, "", minChunk-1, 10)
	_, err := readAll(r, v)
	var refusal *Error
	if !errors.As(err, &refusal) || refusal.Code != "InvalidChunkSizeError" {
		t.Errorf("got %v", err)
	}
	r, v = streaming(streamingPayload, "", minChunk, 10)
	if _, err := readAll(r, v); err != nil {
		t.Errorf("control: %v", err)
	}
}
