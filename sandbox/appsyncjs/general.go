package appsyncjs

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	mathrand "math/rand/v2"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/dop251/goja"
	"golang.org/x/text/unicode/norm"
)

// https://docs.aws.amazon.com/appsync/latest/devguide/built-in-util-js.html and, for math and str,
// https://docs.aws.amazon.com/appsync/latest/devguide/utility-helpers-in-math.html and -in-str.html
var generalFunctions = map[string]function{
	"util.autoId":       {"()", "A random UUID, version 4.", func(c *invocation, _ goja.FunctionCall) goja.Value { return c.vm.ToValue(newUUID()) }},
	"util.autoUlid":     {"()", "A ULID: 26 characters that sort by time, then random.", func(c *invocation, _ goja.FunctionCall) goja.Value { return c.vm.ToValue(newULID(c.now)) }},
	"util.autoKsuid":    {"()", "A KSUID: 27 characters that sort by time, then random.", func(c *invocation, _ goja.FunctionCall) goja.Value { return c.vm.ToValue(newKSUID(c.now)) }},
	"util.authType":     {"()", "How the request is authorized, as \"User Pool Authorization\".", authType},
	"util.matches":      {"(pattern, value)", "Whether the value matches a regular expression. Refused where a search and a match of the whole would differ.", matches},
	"util.urlEncode":    {"(value)", "The value as application/x-www-form-urlencoded.", urlEncode},
	"util.urlDecode":    {"(value)", "The inverse of urlEncode.", urlDecode},
	"util.base64Encode": {"(value)", "The value's UTF-8 bytes in base64.", base64Encode},
	"util.base64Decode": {"(value)", "The inverse of base64Encode.", base64Decode},

	"util.str.normalize": {"(value, form)", "The value in the Unicode form nfc, nfd, nfkc or nfkd.", normalize},

	"util.math.roundNum": {"(n)", "The nearest whole number, halves up.", func(c *invocation, args goja.FunctionCall) goja.Value {
		return c.vm.ToValue(math.Floor(c.number("util.math.roundNum", args, 0) + 0.5))
	}},
	"util.math.minVal": {"(a, b)", "The smaller number.", func(c *invocation, args goja.FunctionCall) goja.Value {
		return c.vm.ToValue(math.Min(c.number("util.math.minVal", args, 0), c.number("util.math.minVal", args, 1)))
	}},
	"util.math.maxVal": {"(a, b)", "The larger number.", func(c *invocation, args goja.FunctionCall) goja.Value {
		return c.vm.ToValue(math.Max(c.number("util.math.maxVal", args, 0), c.number("util.math.maxVal", args, 1)))
	}},
	"util.math.randomDouble": {"()", "A random number from 0 to 1.", func(c *invocation, _ goja.FunctionCall) goja.Value {
		return c.vm.ToValue(mathrand.Float64())
	}},
	"util.math.randomWithinRange": {"(start, end)", "A random whole number from start to before end.", randomWithinRange},
}

// newUUID is a random UUID, version 4 of RFC 9562.
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

const (
	crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	base62    = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// ksuidEpoch is 2014-05-13T16:53:20Z in Unix seconds, where the time of a KSUID begins.
const ksuidEpoch = 1_400_000_000

// newULID is 48 bits of milliseconds and 80 random bits in Crockford's base32. https://github.com/ulid/spec
func newULID(now time.Time) string {
	var b [16]byte
	_, _ = rand.Read(b[6:])
	var stamp [8]byte
	binary.BigEndian.PutUint64(stamp[:], uint64(now.UnixMilli()))
	copy(b[:6], stamp[2:])
	return inBase(b[:], crockford, 26)
}

// newKSUID is 32 bits of seconds and 128 random bits in base62. https://github.com/segmentio/ksuid
func newKSUID(now time.Time) string {
	var b [20]byte
	_, _ = rand.Read(b[4:])
	binary.BigEndian.PutUint32(b[:4], uint32(now.Unix()-ksuidEpoch))
	return inBase(b[:], base62, 27)
}

// inBase writes the number that b is in size digits of the alphabet.
func inBase(b []byte, alphabet string, size int) string {
	n, base, digit := new(big.Int).SetBytes(b), big.NewInt(int64(len(alphabet))), new(big.Int)
	text := make([]byte, size)
	for i := size - 1; i >= 0; i-- {
		n.DivMod(n, base, digit)
		text[i] = alphabet[digit.Int64()]
	}
	return string(text)
}

// authType tells the modes apart by the members of ctx.identity that are there, as AppSync does.
func authType(c *invocation, _ goja.FunctionCall) goja.Value {
	mode := "API Key Authorization"
	has := func(names string) bool {
		for name := range words(names) {
			if absent(c.identity.Get(name)) {
				return false
			}
		}
		return true
	}
	switch {
	case c.identity == nil:
	case len(c.identity.Keys()) == 0 || has("resolverContext"):
		mode = "Lambda Authorization"
	case has("accountId userArn username sourceIp"):
		mode = "IAM Authorization"
	case has("sub issuer claims username sourceIp defaultAuthStrategy"):
		mode = "User Pool Authorization"
	case has("sub issuer claims") && absent(c.identity.Get("username")):
		mode = "Open ID Connect Authorization"
	}
	return c.vm.ToValue(mode)
}

func urlEncode(c *invocation, args goja.FunctionCall) goja.Value {
	// Java's URLEncoder leaves * and encodes ~; Go's QueryEscape does the opposite.
	escaped := url.QueryEscape(c.text("util.urlEncode", args, 0))
	return c.vm.ToValue(strings.NewReplacer("%2A", "*", "~", "%7E").Replace(escaped))
}

func urlDecode(c *invocation, args goja.FunctionCall) goja.Value {
	text, err := url.QueryUnescape(c.text("util.urlDecode", args, 0))
	if err != nil {
		c.refuse("util.urlDecode: %v", err)
	}
	return c.vm.ToValue(text)
}

func base64Encode(c *invocation, args goja.FunctionCall) goja.Value {
	return c.vm.ToValue(base64.StdEncoding.EncodeToString([]byte(c.text("util.base64Encode", args, 0))))
}

func base64Decode(c *invocation, args goja.FunctionCall) goja.Value {
	text, err := base64.StdEncoding.DecodeString(c.text("util.base64Decode", args, 0))
	if err != nil {
		c.refuse("util.base64Decode: %v", err)
	}
	if !utf8.Valid(text) {
		c.refuse("util.base64Decode: the bytes are not UTF-8")
	}
	return c.vm.ToValue(string(text))
}

func normalize(c *invocation, args goja.FunctionCall) goja.Value {
	forms := map[string]norm.Form{"nfc": norm.NFC, "nfd": norm.NFD, "nfkc": norm.NFKC, "nfkd": norm.NFKD}
	value, name := c.text("util.str.normalize", args, 0), c.text("util.str.normalize", args, 1)
	form, ok := forms[name]
	if !ok {
		c.refuse("util.str.normalize: form %q, want nfc, nfd, nfkc or nfkd", name)
	}
	return c.vm.ToValue(form.String(value))
}

func randomWithinRange(c *invocation, args goja.FunctionCall) goja.Value {
	const name = "util.math.randomWithinRange"
	start, end := c.whole(name, args, 0), c.whole(name, args, 1)
	if start >= end {
		c.refuse("%s: start %d is not below end %d", name, start, end)
	}
	return c.vm.ToValue(start + mathrand.Int64N(end-start))
}
