package aws

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
)

const hexDigits = "0123456789ABCDEF"

// EscapePath writes a text as AWS does in a signed URL: all bytes but letters, digits and -._~ as %XX. Slashes stay.
func EscapePath(text string) string { return escape(text, true) }

func escape(text string, keepSlash bool) string {
	b := strings.Builder{}
	b.Grow(len(text) + 8)
	for i := range len(text) {
		c := text[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-._~", c) >= 0, c == '/' && keepSlash:
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(hexDigits[c>>4])
			b.WriteByte(hexDigits[c&15])
		}
	}
	return b.String()
}

// Path is the path of a request as S3 reads it: a plus is a space, as in a query. Clients that mean a plus send %2B.
func Path(u *url.URL) string {
	text, err := url.PathUnescape(strings.ReplaceAll(u.EscapedPath(), "+", "%20"))
	if err != nil {
		return u.Path // cannot be: EscapedPath is well-formed
	}
	return text
}

// canonicalRequest is the text whose hash is signed.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request
func (v Verifier) canonicalRequest(r *http.Request, query url.Values, signed []string, payload string) string {
	b := strings.Builder{}
	b.WriteString(r.Method)
	b.WriteByte('\n')
	b.WriteString(v.canonicalPath(r.URL))
	b.WriteByte('\n')
	b.WriteString(canonicalQuery(query))
	b.WriteByte('\n')
	for _, name := range signed {
		b.WriteString(name)
		b.WriteByte(':')
		for i, value := range headerValues(r, name) {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(trimmed(value))
		}
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
	b.WriteString(strings.Join(signed, ";"))
	b.WriteByte('\n')
	b.WriteString(payload)
	return b.String()
}

// trimmed is a header's value without blanks around it, and with one space in the place of more within.
func trimmed(value string) string {
	if !strings.ContainsAny(value, "\t\n\r") && !strings.Contains(value, "  ") {
		return strings.Trim(value, " ")
	}
	return strings.Join(strings.FieldsFunc(value, isBlank), " ")
}

func isBlank(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' }

// canonicalPath is the path as signed. S3 encodes the key as it reads it, once, and leaves it as it is; all others normalize the path that
// was sent, dots and slashes, and encode it a second time.
func (v Verifier) canonicalPath(u *url.URL) string {
	if v.Dialect == S3 {
		if u.Path == "" {
			return "/"
		}
		return EscapePath(Path(u))
	}
	sent := u.EscapedPath()
	clean := path.Clean("/" + sent)
	if strings.HasSuffix(sent, "/") && clean != "/" {
		clean += "/"
	}
	return EscapePath(clean)
}

// canonicalQuery sorts the parameters by their encoded names and then values, without the signature itself.
func canonicalQuery(query url.Values) string {
	var pairs []string
	for name, values := range query {
		if name == "X-Amz-Signature" {
			continue
		}
		for _, value := range values {
			// A space sorts before what follows it in encoded text, as the name alone has to.
			pairs = append(pairs, escape(name, false)+" "+escape(value, false))
		}
	}
	slices.Sort(pairs)
	for i, pair := range pairs {
		pairs[i] = strings.Replace(pair, " ", "=", 1)
	}
	return strings.Join(pairs, "&")
}

// headerValues are the values of a header, those too that net/http keeps elsewhere.
func headerValues(r *http.Request, name string) []string {
	switch name {
	case "host":
		return []string{r.Host}
	case "content-length":
		return []string{strconv.FormatInt(max(r.ContentLength, 0), 10)}
	case "transfer-encoding":
		return r.TransferEncoding
	}
	return r.Header.Values(name)
}

// stringToSign is what the signing key signs.
func stringToSign(s *signature, canonical string) string {
	hash := sha256.Sum256([]byte(canonical))
	return strings.Join([]string{algorithm, s.time.Format(isoBasic), s.scope.String(), hex.EncodeToString(hash[:])}, "\n")
}

// signingKey derives the key of a scope from a secret. It is the same for all requests of a day.
func signingKey(secret string, s scope) []byte {
	return signingKeys.get(secretScope{secret, s}, func() []byte {
		key := []byte("AWS4" + secret)
		for _, part := range []string{s.date, s.region, s.service, terminator} {
			key = sign(key, part)
		}
		return key
	})
}

func sign(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}
