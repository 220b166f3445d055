package aws

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// The values of x-amz-content-sha256 beside a hash.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
const (
	unsignedPayload          = "UNSIGNED-PAYLOAD"
	streamingPayload         = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
	streamingTrailer         = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
	streamingUnsignedTrailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
)

// openBody puts a reader in the place of S3's body that checks it against what the signature says of it. An anonymous
// request, s is nil, may say what it likes of its body; only the sum of it counts.
func (v Verifier) openBody(r *http.Request, s *signature, key []byte) error {
	if v.Dialect != S3 {
		return nil
	}
	payload := r.Header.Get("X-Amz-Content-Sha256")
	if s != nil {
		payload = s.payload
	}
	switch payload {
	case "", unsignedPayload:
		return nil
	case streamingPayload, streamingTrailer, streamingUnsignedTrailer:
		return openChunks(r, payload, s, key)
	}
	if strings.HasPrefix(payload, "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD") {
		return NotImplemented("x-amz-content-sha256")
	}
	if want, err := hex.DecodeString(payload); err != nil || len(want) != sha256.Size {
		return Refuse(http.StatusBadRequest, "InvalidArgument",
			"x-amz-content-sha256 must be %s, %s, %s, %s, or a valid sha256 value.",
			unsignedPayload, streamingUnsignedTrailer, streamingPayload, streamingTrailer).
			With("ArgumentName", "x-amz-content-sha256").With("ArgumentValue", payload)
	}
	if r.Body != nil {
		r.Body = &hashed{ReadCloser: r.Body, sum: sha256.New(), want: strings.ToLower(payload)}
	}
	return nil
}

// NotImplemented is S3's refusal of a header that it knows, and that would change what a request means.
func NotImplemented(header string) *Error {
	return Refuse(http.StatusNotImplemented, "NotImplemented", "A header you provided implies functionality that is not implemented").
		With("Header", header)
}

// hashed is a body whose hash was signed.
type hashed struct {
	io.ReadCloser
	sum  hash.Hash
	want string
}

func (h *hashed) Read(p []byte) (int, error) {
	n, err := h.ReadCloser.Read(p)
	h.sum.Write(p[:n])
	if err != io.EOF {
		return n, err
	}
	if got := hex.EncodeToString(h.sum.Sum(nil)); got != h.want {
		return n, Refuse(http.StatusBadRequest, "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.").
			With("ClientComputedContentSHA256", h.want).With("S3ComputedContentSHA256", got)
	}
	return n, io.EOF
}

// openChunks puts a decoder of aws-chunked in the place of the body. Its trailing headers are in r.Trailer at its end.
func openChunks(r *http.Request, payload string, s *signature, key []byte) error {
	length, err := strconv.ParseInt(r.Header.Get("X-Amz-Decoded-Content-Length"), 10, 64)
	if err != nil || length < 0 {
		return Refuse(http.StatusLengthRequired, "MissingContentLength", "You must provide the Content-Length HTTP header.")
	}
	r.Trailer = http.Header{}
	c := &chunks{body: r.Body, in: bufio.NewReaderSize(r.Body, maxChunkLine), length: length, trailer: r.Trailer}
	if payload != streamingPayload {
		c.announced = announced(r.Header)
	}
	if payload != streamingUnsignedTrailer {
		if s == nil {
			return Refuse(http.StatusForbidden, "AccessDenied", "Access Denied")
		}
		c.seal = &seal{key: key, signature: s, previous: s.value, sum: sha256.New()}
	}
	r.Body, r.ContentLength = c, length
	return nil
}

// announced are the names in x-amz-trailer, in lower case.
func announced(header http.Header) map[string]bool {
	names := map[string]bool{}
	for _, value := range header.Values("X-Amz-Trailer") {
		for name := range strings.SplitSeq(value, ",") {
			if name = strings.ToLower(strings.TrimSpace(name)); name != "" {
				names[name] = true
			}
		}
	}
	return names
}
