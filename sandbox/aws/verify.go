package aws

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Verifier checks the signatures of the requests to one service in one region.
type Verifier struct {
	Dialect Dialect
	Service string // as it stands in a signature's scope, as in s3
	Region  string // as in us-east-1
	Keys    Keys
	Now     func() time.Time
	// BodyLimit is the length in bytes that a body may have. S3's is not limited here: it streams.
	BodyLimit int64
}

// Verify returns who signed the request. It fails with an *Error in the words of v.Dialect. A request without a signature
// is anonymous in S3, and refused by the others.
//
// Afterwards r.Body is to be read instead of what it was. In S3 it decodes aws-chunked and fails with an *Error at its end,
// at the latest, if it is not what was signed; r.ContentLength is the decoded length. For the others it has been read, up
// to BodyLimit, and is right.
func (v Verifier) Verify(r *http.Request) (Caller, error) {
	query, err := ParseQuery(r.URL.RawQuery)
	if err != nil {
		return Caller{}, v.Dialect.badParameter(err.Error())
	}
	s, err := v.signatureOf(r, query)
	if err != nil {
		return Caller{}, err
	}
	if s == nil {
		if v.Dialect != S3 {
			return Caller{}, v.Dialect.unsigned()
		}
		return Caller{}, v.openBody(r, nil, nil)
	}
	if err := v.checkTime(s); err != nil {
		return Caller{}, err
	}
	credentials, err := v.credentials(r.Context(), s)
	if err != nil {
		return Caller{}, err
	}
	if err := v.checkHeaders(r, s); err != nil {
		return Caller{}, err
	}
	if err := v.readBody(r, s); err != nil {
		return Caller{}, err
	}
	canonical := v.canonicalRequest(r, query, s.signed, s.payload)
	text := stringToSign(s, canonical)
	key := signingKey(credentials.Secret, s.scope)
	if !same(hex.EncodeToString(sign(key, text)), s.value) {
		return Caller{}, v.Dialect.mismatch(s, text, canonical)
	}
	caller := Caller{
		AccessKeyID: s.accessKey, Account: credentials.Account, Principal: credentials.Principal,
		Identity: credentials.Identity, Session: credentials.Session,
		SignedAt: s.time, Presigned: s.presigned, Payload: s.payload,
	}
	EntryOf(r.Context()).Caller = caller.String()
	return caller, v.openBody(r, s, key)
}

// ParseQuery decodes a query string as AWS does: only & separates, + is a space.
func ParseQuery(raw string) (url.Values, error) {
	query := url.Values{}
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(name)
		if err != nil {
			return nil, fmt.Errorf("query parameter %q: want %%XX for a byte", name)
		}
		if value, err = url.QueryUnescape(value); err != nil {
			return nil, fmt.Errorf("query parameter %q: want %%XX for a byte", name)
		}
		query[name] = append(query[name], value)
	}
	return query, nil
}

// checkTime refuses a signature that is too old or from the future.
func (v Verifier) checkTime(s *signature) error {
	now := v.Now().UTC()
	switch {
	case s.presigned && s.time.After(now.Add(maxSkew)):
		return v.Dialect.early(s, now)
	case s.presigned && now.Sub(s.time) >= s.expires:
		return v.Dialect.lapsed(s, now)
	case !s.presigned && now.Sub(s.time).Abs() > maxSkew:
		return v.Dialect.skewed(s.time, now)
	}
	return nil
}

// credentials looks up the access key and compares the session token.
func (v Verifier) credentials(ctx context.Context, s *signature) (Credentials, error) {
	credentials, found := v.Keys.Credentials(s.accessKey)
	switch {
	case !found, credentials.SessionToken != "" && s.token == "":
		return Credentials{}, v.Dialect.unknownKey(s.accessKey)
	case !same(credentials.SessionToken, s.token):
		return Credentials{}, v.Dialect.wrongToken(s.token)
	case credentials.SessionToken == "" && sessionsOnly(ctx) != nil:
		return Credentials{}, v.Dialect.longTermKey(sessionsOnly(ctx))
	case !credentials.Expiration.IsZero() && !v.Now().Before(credentials.Expiration):
		return Credentials{}, v.Dialect.expiredToken(s.token)
	}
	return credentials, nil
}

// same compares in constant time.
func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// checkHeaders refuses a signature that leaves out what has to be signed: the host and, in S3, all of x-amz-*.
func (v Verifier) checkHeaders(r *http.Request, s *signature) error {
	if !slices.Contains(s.signed, "host") {
		return v.Dialect.hostUnsigned()
	}
	if v.Dialect != S3 {
		return nil
	}
	var left []string
	for name := range r.Header {
		name = strings.ToLower(name)
		if strings.HasPrefix(name, "x-amz-") && !slices.Contains(s.signed, name) {
			left = append(left, name)
		}
	}
	if left != nil {
		slices.Sort(left)
		return v.Dialect.headersUnsigned(left)
	}
	return nil
}

// readBody settles what of the body is signed. S3 takes the word of x-amz-content-sha256, which openBody then checks; all
// others hash the body.
func (v Verifier) readBody(r *http.Request, s *signature) error {
	switch {
	case v.Dialect == S3 && s.payload == "" && s.presigned:
		s.payload = unsignedPayload
	case v.Dialect == S3 && s.payload == "":
		return Refuse(http.StatusBadRequest, "InvalidRequest", "Missing required header for this request: x-amz-content-sha256")
	case v.Dialect != S3:
		body, err := ReadBody(r, v.BodyLimit)
		if err != nil {
			return err
		}
		hash := sha256.Sum256(body)
		s.payload = hex.EncodeToString(hash[:])
	}
	return nil
}
