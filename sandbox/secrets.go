package sandbox

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// hidden stands in the place of a secret.
const hidden = "[hidden]"

// What names of secrets have in them, without punctuation and in lower case, and what they are as a whole; and names that only
// sound so. They are those of members, elements, headers and parameters of AWS's services, and of what people call theirs.
var (
	secretParts = []string{"password", "passwd", "passphrase", "secret", "token", "signature", "apikey", "privatekey", "authorization", "cookie", "otpcode", "mfacode", "encryptioncustomerkey"}
	secretNames = []string{"session", "answer", "srpa", "srpb", "usercode", "confirmationcode", "secwebsocketprotocol", "pin"}
	// What is said of a secret is none: how long, until when, by which rules.
	openEnds  = []string{"policy", "validity", "units", "days", "length", "size", "expires", "expiration", "expiresin", "revocation"}
	openNames = []string{
		"nexttoken", "continuationtoken", "nextcontinuationtoken", "paginationtoken", "clientrequesttoken", "clienttoken", "idempotencytoken", "tokentype", "tokenuse",
		"encryptioncustomerkeymd5", "xamzserversideencryptioncustomerkeymd5", "xamzsignedheaders", "secretarn", "apikeyid",
	}
)

var punctuation = regexp.MustCompile(`[^a-z0-9]`)

// secret reports whether what has a name is one.
func secret(name string) bool {
	plain := punctuation.ReplaceAllString(strings.ToLower(name), "")
	said := slices.ContainsFunc(openEnds, func(end string) bool { return strings.HasSuffix(plain, end) })
	return !said && !slices.Contains(openNames, plain) && (slices.Contains(secretNames, plain) ||
		slices.ContainsFunc(secretParts, func(part string) bool { return strings.Contains(plain, part) }))
}

// Secrets that look like it, whatever they are called: tokens of users, signatures of links and of chunks, API keys of AppSync, and
// the codes that Cognito mails.
var shapes = regexp.MustCompile(`eyJ[\w-]{8,}(?:\.[\w-]*)*|\bda2-[a-z0-9]{20,}|(?i:(?:X-Amz-Signature|X-Amz-Security-Token|chunk-signature|Signature)=)[^&"'\\\s<,;]+|(?i:Bearer )[^\s"]+`)

var digits = regexp.MustCompile(`^\d{4,}$`)

// A member is where a name and its value are, in an excerpt that may end anywhere: of JSON, plain or as the text in a member, also of
// DynamoDB's; of GraphQL in JSON; of XML; of a list of names and values in JSON, as users' attributes are.
var members = []*regexp.Regexp{
	regexp.MustCompile(`"(?P<name>[^"\\]{1,128})"\s*:\s*(?:\{\s*"[SNB]"\s*:\s*)?"(?P<value>(?:[^"\\]|\\.)*)(?:"|\\?$)`),
	regexp.MustCompile(`(?:\\")?(?P<name>[\w.-]{1,128})(?:\\")?\s*:\s*\\"(?P<value>(?:[^"\\]|\\[^"])*)(?:\\"|\\?$)`),
	regexp.MustCompile(`<(?P<name>[\w:.-]{1,128})>(?P<value>[^<]*)`),
	regexp.MustCompile(`"(?i:name|key)"\s*:\s*"(?P<name>[^"\\]{1,128})"\s*,\s*"(?i:value)"\s*:\s*"(?P<value>(?:[^"\\]|\\.)*)(?:"|\\?$)`),
}

// hideText hides the secrets in a body, which is JSON, XML, GraphQL or something else.
func hideText(text string) string {
	for _, member := range members {
		text = hideMembers(member, text)
	}
	return hideNumbers(hideShapes(hideLists(text)))
}

func hideMembers(member *regexp.Regexp, text string) string {
	name, value := 2*member.SubexpIndex("name"), 2*member.SubexpIndex("value")
	var b strings.Builder
	last := 0
	for _, at := range member.FindAllStringSubmatchIndex(text, -1) {
		if at[value] == at[value+1] || !secret(text[at[name]:at[name+1]]) {
			continue
		}
		b.WriteString(text[last:at[value]] + hidden)
		last = at[value+1]
	}
	return b.String() + text[last:]
}

func hideShapes(text string) string {
	return shapes.ReplaceAllStringFunc(text, func(found string) string {
		if name, _, ok := strings.Cut(found, "="); ok {
			return name + "=" + hidden
		}
		return hidden
	})
}

// hideQuery hides the secrets of a query or of a form.
func hideQuery(query string) string {
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		plain, err := url.QueryUnescape(name)
		switch decoded, _ := url.QueryUnescape(value); {
		case value == "":
		case err != nil, secret(plain), sentCode(plain) && digits.MatchString(value), plain == "header": // AppSync's header of a WebSocket has the credentials in base64
			pairs[i] = name + "=" + hidden
		case hideText(decoded) != decoded:
			pairs[i] = name + "=" + url.QueryEscape(hideText(decoded))
		}
	}
	return strings.Join(pairs, "&")
}

// hideHeader hides what is secret of a header's value. Of AWS's own scheme it leaves the scope and which headers are signed.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
func hideHeader(name, value string) string {
	switch {
	case name == "Authorization" && strings.HasPrefix(value, "AWS4-"):
		return hideShapes(value)
	case secret(name):
		return hidden
	case slices.Contains([]string{"Location", "Referer"}, name):
		if head, query, ok := strings.Cut(value, "?"); ok {
			return head + "?" + hideQuery(query)
		}
	}
	return hideShapes(value)
}

// A headerLine is a header as a page shows it.
type headerLine struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Hidden bool   `json:"hidden,omitempty"` // whether a secret was taken out
}

// headerLines are headers by name, without their secrets.
func headerLines(h http.Header) []headerLine {
	lines := []headerLine{}
	for name, values := range h {
		for _, value := range values {
			shown := hideHeader(name, value)
			lines = append(lines, headerLine{name, shown, shown != value})
		}
	}
	slices.SortStableFunc(lines, func(a, b headerLine) int { return strings.Compare(a.Name, b.Name) })
	return lines
}
