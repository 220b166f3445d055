package cloudfront

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
)

// forwarded are the headers of a viewer that the origin gets to see: those that make it answer with a part or with nothing.
// Whoever asks with one of them is answered by the origin itself, unless the cache can.
var forwarded = []string{"Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"}

// hidden are the headers of S3's answers that CloudFront keeps to itself.
var hidden = []string{"X-Amz-Request-Id", "X-Amz-Id-2"}

// fetch asks the origin for the object, answers with it and keeps it.
func (v *visit) fetch() {
	request := v.request()
	for _, name := range forwarded {
		if value := v.r.Header.Get(name); value != "" {
			request.Header.Set(name, value)
		}
	}
	flight := v.cache.begin(v.key)
	defer v.cache.end(flight)
	if response := v.exchange(request, false); response != nil {
		v.serve(v.keep(flight, v.inPlaceOf(response)), miss)
	}
}

// validate asks the origin whether the entry, which is no longer fresh, is still what there is, and answers with it or with
// what there is instead.
func (v *visit) validate(entry *cached) {
	request := v.request()
	request.Method = http.MethodGet
	request.Header.Set("If-None-Match", entry.etag)
	flight := v.cache.begin(v.key)
	defer v.cache.end(flight)
	response := v.exchange(request, false)
	switch {
	case response == nil: // answered
	case response.status == http.StatusNotModified:
		fresh := *entry
		fresh.stored = v.Now()
		fresh.header = entry.header.Clone()
		fresh.header["Date"] = response.header["Date"] // https://www.rfc-editor.org/rfc/rfc9111#section-4.3.4
		fresh.until = fresh.stored.Add(v.policy().lifetime(fresh.header, fresh.stored))
		v.cache.put(flight, &fresh)
		v.offer(&fresh, refreshHit)
	case response.status >= http.StatusInternalServerError:
		v.offer(entry, hit) // better than nothing
	default:
		v.offer(v.keep(flight, v.inPlaceOf(response)), miss)
	}
}

// request is what CloudFront asks of the origin, without conditions. Of the viewer's request only the path is in it: as it
// came, behind that of the origin.
func (v *visit) request() *http.Request {
	origin, path := v.site.origin, v.path
	plain, _ := url.PathUnescape(path) // it can be: the request's URL was parsed, and so was what a function made of it
	request := &http.Request{
		Method: v.r.Method,
		URL:    &url.URL{Scheme: "https", Host: origin.DomainName, Path: origin.OriginPath + plain, RawPath: aws.EscapePath(origin.OriginPath) + path},
		Proto:  "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"User-Agent": {"Amazon CloudFront"}},
		Body:   http.NoBody,
		Host:   origin.DomainName,
	}
	if viewer, _, err := net.SplitHostPort(v.r.RemoteAddr); err == nil {
		request.Header.Set("X-Forwarded-For", viewer)
	}
	if v.r.TLS != nil {
		// CloudFront asks S3 by the protocol that the viewer used, and by the best version of it.
		request.TLS = &tls.ConnectionState{Version: tls.VersionTLS13}
	}
	return request
}

// caller is who asks the origin: the service on behalf of the distribution, its origin access identity, or nobody if it does not
// sign. What of the
// distribution's it sends is its ARN; that it sends aws:SourceAccount is documented nowhere.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
func (v *visit) caller() aws.Caller {
	if id := v.site.identity; id != nil {
		return aws.Caller{Principal: iam.OriginIdentity{ID: id.ID, Canonical: id.canonical()}}
	}
	if v.site.control == nil || v.site.control.Config.SigningBehavior != "always" {
		return aws.Caller{Principal: iam.Anonymous{}}
	}
	return aws.Caller{Principal: iam.Service{Name: "cloudfront.amazonaws.com", SourceARN: v.arn(v.site.distribution)}}
}

// exchange lets the origin answer the request, and returns its answer. An object that is too big for the cache goes to the
// viewer as it comes, unless it is to be kept whole; then there is nothing to return.
func (v *visit) exchange(request *http.Request, whole bool) *response {
	ctx, inner := aws.WithEntry(v.r.Context())
	answer := &response{visit: v, header: http.Header{}, whole: whole}
	v.Origin.As(v.caller()).ServeHTTP(answer, request.WithContext(ctx))
	answer.WriteHeader(http.StatusOK) // if the origin has written nothing
	v.cache.release(answer.reserved)
	entry := aws.EntryOf(v.r.Context())
	entry.Fault, entry.Decided, entry.Decision, entry.Reasons = inner.Fault, inner.Decided, inner.Decision, inner.Reasons
	if answer.passing {
		return nil
	}
	return answer
}

// response is the answer of the origin, as it comes.
type response struct {
	visit    *visit
	header   http.Header
	status   int
	body     bytes.Buffer
	reserved int64
	passing  bool // to the viewer
	whole    bool // it is for CloudFront itself
	error    int  // the status in whose place it is, 0 for none
}

// Header is the origin's.
func (r *response) Header() http.Header { return r.header }

// WriteHeader decides whether the answer can be kept.
func (r *response) WriteHeader(status int) {
	if r.status != 0 {
		return
	}
	r.status = status
	for _, name := range hidden {
		r.header.Del(name)
	}
	r.header.Set("Date", r.visit.Now().UTC().Format(http.TimeFormat))
	length, err := strconv.ParseInt(r.header.Get("Content-Length"), 10, 64)
	if status != http.StatusOK && status != http.StatusPartialContent || r.whole {
		return // a document of the origin's own, or a page for an error: they are short
	}
	// The body of a part is nothing to keep, and HEAD has none.
	if status == http.StatusOK && r.visit.r.Method == http.MethodGet && err == nil && r.visit.cache.reserve(length) {
		r.reserved = length
		r.body.Grow(int(length))
		return
	}
	if status == http.StatusOK && err == nil && r.visit.compresses() && canCompress(status, r.header, int(length)) {
		r.header.Add("Vary", "Accept-Encoding") // as the answer from the cache has it
	}
	r.passing = true
	r.visit.begin(status, r.header, miss)
	r.visit.w.WriteHeader(status)
}

// errUnwanted ends the reading of a body that nobody wants.
var errUnwanted = errors.New("cloudfront: the viewer asked for the header only")

// Write takes some of the body.
func (r *response) Write(p []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	switch {
	case !r.passing:
		return r.body.Write(p)
	case r.visit.r.Method == http.MethodHead:
		return 0, errUnwanted
	}
	return r.visit.w.Write(p)
}

// ReadFrom reads a body up to its end, through the file's own way to the network if it passes.
func (r *response) ReadFrom(src io.Reader) (int64, error) {
	r.WriteHeader(http.StatusOK)
	if r.passing && r.visit.r.Method != http.MethodHead {
		return io.Copy(r.visit.w, src)
	}
	return io.Copy(struct{ io.Writer }{r}, src)
}

// keep makes an entry of the answer, compressed if need be, and puts it into the cache if it may be there.
func (v *visit) keep(f *flight, r *response) *cached {
	entry := &cached{status: r.status, header: r.header, body: r.body.Bytes(), stored: v.Now()}
	var lifetime time.Duration // of 304 there is nothing to keep
	switch {
	case r.error != 0:
		lifetime = v.site.Config.errorLifetime(r.error, r.header)
	case r.status == http.StatusOK:
		entry.etag = r.header.Get("Etag")
		lifetime = v.policy().lifetime(r.header, entry.stored)
	case r.status >= http.StatusBadRequest:
		lifetime = v.site.Config.errorLifetime(r.status, r.header)
	}
	if v.compresses() && canCompress(r.status, r.header, len(entry.body)) {
		r.header.Add("Vary", "Accept-Encoding")
		if v.key.encoding != "" {
			entry.body = compress(r.header, entry.body)
		}
	}
	if r.status != http.StatusNotModified {
		r.header.Set("Content-Length", strconv.Itoa(len(entry.body)))
	}
	if entry.until = entry.stored.Add(lifetime); lifetime > 0 && v.r.Method == http.MethodGet {
		v.cache.put(f, entry)
	}
	return entry
}
