package attack

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"time"
)

// keys are credentials of AWS.
type keys struct{ id, secret, token string }

// A signing is how a request is signed: AWS's signature, version 4, whose every part can be another than it has to be.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
type signing struct {
	keys
	service, region, end string
	at                   time.Time
	date                 string   // of the scope; that of at if empty
	signed               []string // the names of the signed headers; all that are there if nil
	payload              string   // what stands in the place of the body's hash; the hash if empty
	path                 string   // as signed; the target's if empty
	expires              string   // of a presigned link, in seconds; "" for a signature in the header
	more                 string   // a part of the query that is signed besides, as in versionId=1
	chunks               []string // what an aws-chunked body has, each signed; nil for a body of one piece
	trailer              string   // a header behind the chunks, as in x-amz-checksum-crc32:AAAAAA==
}

// signedBy is a request signed by credentials for a service, when it is sent.
func (w *World) signedBy(by keys, service string, r *request) *request {
	r.sign = &signing{keys: by, service: service, region: w.region, end: "aws4_request", at: w.now()}
	return r
}

const isoBasic = "20060102T150405Z"

// seal signs a request that is to be signed and was not yet. What is changed afterwards is changed behind the signer's back.
func (w *World) seal(r *request) *request {
	s := r.sign
	if s == nil {
		return r
	}
	r.sign = nil
	if s.date == "" {
		s.date = s.at.Format("20060102")
	}
	scope := strings.Join([]string{s.date, s.region, s.service, s.end}, "/")
	if s.payload == "" {
		s.payload = hashOf(r.body)
	}
	if s.expires != "" {
		return s.presign(r, scope)
	}
	r.set("X-Amz-Date", s.at.Format(isoBasic))
	if s.token != "" {
		r.set("X-Amz-Security-Token", s.token)
	}
	if s.service == "s3" {
		r.set("X-Amz-Content-Sha256", s.payload)
	}
	names := s.names(r)
	path, query, _ := strings.Cut(r.target, "?")
	signature := s.signature(scope, s.canonical(r, path, query, names))
	r.set("Authorization", "AWS4-HMAC-SHA256 Credential="+s.id+"/"+scope+", SignedHeaders="+strings.Join(names, ";")+", Signature="+signature)
	if s.chunks != nil {
		s.chunked(r, scope, signature)
	}
	return r
}

func (s *signing) presign(r *request, scope string) *request {
	if s.payload == hashOf(r.body) {
		s.payload = "UNSIGNED-PAYLOAD"
	}
	path, query, _ := strings.Cut(r.target, "?")
	names := s.names(r)
	parts := []string{
		"X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Credential=" + url.QueryEscape(s.id+"/"+scope), "X-Amz-Date=" + s.at.Format(isoBasic),
		"X-Amz-Expires=" + s.expires, "X-Amz-SignedHeaders=" + url.QueryEscape(strings.Join(names, ";")),
	}
	if s.token != "" {
		parts = append(parts, "X-Amz-Security-Token="+url.QueryEscape(s.token))
	}
	for _, own := range []string{query, s.more} {
		if own != "" {
			parts = append(parts, own)
		}
	}
	query = strings.Join(parts, "&")
	r.target = path + "?" + query + "&X-Amz-Signature=" + s.signature(scope, s.canonical(r, path, query, names))
	return r
}

// names are those of the headers that are signed.
func (s *signing) names(r *request) []string {
	if s.signed != nil {
		return s.signed
	}
	var names []string
	for _, f := range r.fields {
		name := strings.ToLower(f.name)
		if name == "host" || name == "content-type" || name == "content-md5" || strings.HasPrefix(name, "x-amz-") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (s *signing) canonical(r *request, path, query string, names []string) string {
	if s.path != "" {
		path = s.path
	}
	parts := strings.Split(query, "&")
	for i, part := range parts {
		if part != "" && !strings.Contains(part, "=") {
			parts[i] += "="
		}
	}
	slices.Sort(parts)
	lines := []string{r.method, path, strings.Join(parts, "&")}
	for _, name := range names {
		var values []string
		for _, f := range r.fields {
			if strings.EqualFold(f.name, name) {
				values = append(values, strings.TrimSpace(f.value))
			}
		}
		lines = append(lines, name+":"+strings.Join(values, ","))
	}
	return strings.Join(append(lines, "", strings.Join(names, ";"), s.payload), "\n")
}

func (s *signing) signature(scope, canonical string) string {
	return hex.EncodeToString(sum(s.key(), strings.Join([]string{"AWS4-HMAC-SHA256", s.at.Format(isoBasic), scope, hashOf([]byte(canonical))}, "\n")))
}

func (s *signing) key() []byte {
	key := []byte("AWS4" + s.secret)
	for _, part := range []string{s.date, s.region, s.service, s.end} {
		key = sum(key, part)
	}
	return key
}

// What x-amz-content-sha256 says of bodies in chunks.
const (
	streamed        = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
	streamedTrailer = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
)

// chunked writes the body as aws-chunked, each chunk signed over the signature of the one before.
//
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
func (s *signing) chunked(r *request, scope, previous string) {
	var b strings.Builder
	key, stamp := s.key(), s.at.Format(isoBasic)
	for _, chunk := range append(slices.Clone(s.chunks), "") {
		text := strings.Join([]string{"AWS4-HMAC-SHA256-PAYLOAD", stamp, scope, previous, hashOf(nil), hashOf([]byte(chunk))}, "\n")
		previous = hex.EncodeToString(sum(key, text))
		b.WriteString(hexOf(len(chunk)) + ";chunk-signature=" + previous + "\r\n")
		if chunk != "" {
			b.WriteString(chunk + "\r\n")
		}
	}
	if s.trailer != "" {
		text := strings.Join([]string{"AWS4-HMAC-SHA256-TRAILER", stamp, scope, previous, hashOf([]byte(s.trailer + "\n"))}, "\n")
		b.WriteString(s.trailer + "\r\nx-amz-trailer-signature:" + hex.EncodeToString(sum(key, text)) + "\r\n")
	}
	b.WriteString("\r\n")
	r.carry(b.String())
}

func hexOf(n int) string {
	const digits = "0123456789abcdef"
	text := ""
	for ; n > 0; n /= 16 {
		text = digits[n%16:n%16+1] + text
	}
	return or(text, "0")
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func sum(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}
