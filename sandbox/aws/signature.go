package aws

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	algorithm  = "AWS4-HMAC-SHA256"
	terminator = "aws4_request"
	isoBasic   = "20060102T150405Z"
	isoDate    = "20060102"

	// maxSkew is how far the clocks of client and service may be apart.
	maxSkew = 15 * time.Minute
	// maxExpires is how long a presigned URL may live: a week.
	maxExpires = 604800 * time.Second
)

// signature is what a request says of its own signature, before any of it is believed.
type signature struct {
	accessKey string
	scope     scope
	signed    []string // names of headers in lower case, sorted
	value     string   // hex
	token     string   // session token
	time      time.Time
	expires   time.Duration // of a presigned request
	presigned bool
	payload   string // x-amz-content-sha256; "" if there is none
}

// scope is what a signing key is good for.
type scope struct{ date, region, service string }

func (s scope) String() string {
	return s.date + "/" + s.region + "/" + s.service + "/" + terminator
}

// parseCredential reads "key/date/region/service/aws4_request". The key may hold slashes.
func parseCredential(text string) (key string, s scope, end string, ok bool) {
	parts := strings.Split(text, "/")
	n := len(parts)
	if n < 5 {
		return "", scope{}, "", false
	}
	key = strings.Join(parts[:n-4], "/")
	return key, scope{date: parts[n-4], region: parts[n-3], service: parts[n-2]}, parts[n-1], key != ""
}

// signatureOf reads a request's signature; nil if it has none. The query is the request's, decoded.
func (v Verifier) signatureOf(r *http.Request, query url.Values) (*signature, error) {
	header := r.Header.Values("Authorization")
	inQuery := query.Has("X-Amz-Algorithm") || query.Has("X-Amz-Signature") || query.Has("X-Amz-Credential")
	switch {
	case len(header) == 0 && !inQuery:
		if query.Has("AWSAccessKeyId") || query.Has("Signature") {
			return nil, v.Dialect.otherVersion()
		}
		return nil, nil
	case len(header) > 1 || len(header) == 1 && inQuery:
		return nil, v.Dialect.twoSignatures()
	case inQuery:
		return v.inQuery(r, query)
	}
	return v.inHeader(r, header[0])
}

// inHeader reads "AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…".
func (v Verifier) inHeader(r *http.Request, header string) (*signature, error) {
	kind, rest, _ := strings.Cut(header, " ")
	if kind != algorithm {
		if strings.HasPrefix(kind, "AWS") {
			return nil, v.Dialect.otherVersion()
		}
		return nil, v.Dialect.unknownAuthorization(header)
	}
	parts := map[string]string{}
	for part := range strings.SplitSeq(rest, ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		if _, twice := parts[name]; !ok || twice {
			return nil, v.Dialect.malformedHeader(header)
		}
		parts[name] = value
	}
	s := &signature{
		value:   parts["Signature"],
		token:   r.Header.Get("X-Amz-Security-Token"),
		payload: r.Header.Get("X-Amz-Content-Sha256"),
		signed:  signedHeaders(parts["SignedHeaders"]),
	}
	for _, name := range []string{"Credential", "SignedHeaders", "Signature"} {
		if parts[name] == "" {
			return nil, v.Dialect.missingPart(name, header)
		}
	}
	var ok bool
	if s.time, ok = requestTime(r.Header); !ok {
		return nil, v.Dialect.noDate(header)
	}
	var end string
	if s.accessKey, s.scope, end, ok = parseCredential(parts["Credential"]); !ok {
		return nil, v.Dialect.malformedCredential(parts["Credential"], false)
	}
	return s, v.checkScope(s, end)
}

// queryParameters have all to be there in a presigned request.
var queryParameters = []string{
	"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-Date", "X-Amz-SignedHeaders", "X-Amz-Expires",
}

// OfSignature reports whether a query parameter is one of a presigned request's.
func OfSignature(name string) bool {
	return slices.Contains(queryParameters, name) || name == "X-Amz-Security-Token"
}

// inQuery reads the parameters X-Amz-*.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
func (v Verifier) inQuery(r *http.Request, query url.Values) (*signature, error) {
	for _, name := range queryParameters {
		if len(query[name]) != 1 || query.Get(name) == "" {
			return nil, v.Dialect.missingParameter(name)
		}
	}
	if got := query.Get("X-Amz-Algorithm"); got != algorithm {
		return nil, v.Dialect.badParameter(`X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"`)
	}
	s := &signature{
		value:     query.Get("X-Amz-Signature"),
		token:     query.Get("X-Amz-Security-Token"),
		payload:   query.Get("X-Amz-Content-Sha256"),
		signed:    signedHeaders(query.Get("X-Amz-SignedHeaders")),
		presigned: true,
	}
	if s.payload == "" {
		s.payload = r.Header.Get("X-Amz-Content-Sha256")
	}
	var err error
	if s.time, err = time.Parse(isoBasic, query.Get("X-Amz-Date")); err != nil {
		return nil, v.Dialect.badParameter(`X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`)
	}
	seconds, err := strconv.ParseInt(query.Get("X-Amz-Expires"), 10, 32)
	switch {
	case err != nil:
		return nil, v.Dialect.badParameter("X-Amz-Expires should be a number")
	case seconds < 0:
		return nil, v.Dialect.badParameter("X-Amz-Expires must be non-negative")
	case seconds > int64(maxExpires/time.Second):
		return nil, v.Dialect.badParameter("X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds")
	}
	s.expires = time.Duration(seconds) * time.Second
	var end string
	var ok bool
	if s.accessKey, s.scope, end, ok = parseCredential(query.Get("X-Amz-Credential")); !ok {
		return nil, v.Dialect.malformedCredential(query.Get("X-Amz-Credential"), true)
	}
	return s, v.checkScope(s, end)
}

// checkScope refuses a signature that is meant for another day, region or service.
func (v Verifier) checkScope(s *signature, end string) error {
	switch {
	case end != terminator:
		return v.Dialect.wrongTerminator(end, s.presigned)
	case !isDate(s.scope.date):
		return v.Dialect.malformedDate(s.scope.date, s.presigned)
	case s.scope.date != s.time.Format(isoDate):
		return v.Dialect.wrongDate(s)
	case s.scope.region != v.Region:
		return v.Dialect.wrongRegion(s.scope.region, v.Region, s.presigned)
	case s.scope.service != v.Service:
		return v.Dialect.wrongService(s.scope.service, v.Service, s.presigned)
	}
	return nil
}

func isDate(text string) bool {
	_, err := time.Parse(isoDate, text)
	return err == nil
}

// signedHeaders splits "host;x-amz-date" and puts the names in the order in which they are signed.
func signedHeaders(text string) []string {
	names := strings.Split(strings.ToLower(text), ";")
	slices.Sort(names)
	return names
}

// requestTime is when the request says that it was signed: X-Amz-Date, or else Date.
func requestTime(header http.Header) (time.Time, bool) {
	text := header.Get("X-Amz-Date")
	if text == "" {
		text = header.Get("Date")
	}
	for _, layout := range []string{isoBasic, http.TimeFormat, time.RFC1123Z} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}
