package sandbox

import (
	"regexp"
	"slices"
	"strings"
)

// What codes are called that are sent to somebody, at the end of a name and without punctuation. Other things are called code too: of these only
// digits are a secret, four at least, which a status of HTTP has not.
var codeNames = []string{"code", "otp", "totp", "onetimepassword", "passcode"}

// Codes that are none of these.
var openCodes = []string{"errorcode", "statuscode", "exitcode", "postalcode", "zipcode", "countrycode", "areacode", "productcode"}

// sentCode reports whether what has a name can be a code that was sent to somebody.
func sentCode(name string) bool {
	plain := punctuation.ReplaceAllString(strings.ToLower(name), "")
	ends := func(end string) bool { return strings.HasSuffix(plain, end) }
	return slices.ContainsFunc(codeNames, ends) && !slices.ContainsFunc(openCodes, ends)
}

// memberStart is a member up to its value, in an excerpt that may end anywhere: of JSON, plain or in a text of it, or of GraphQL. The first group is how
// its name is quoted, the second the name. A number of DynamoDB's is a text within.
const memberStart = `(?:(\\*)")?([\w.:-]{1,128})(?:\\*")?\s*:\s*`

var (
	numbers = regexp.MustCompile(memberStart + `(?:\{\s*\\*"[NS]\\*"\s*:\s*)?\\*"?(-?\d[\d.eE+-]{3,})`)
	// A list of names and values has the name as a value.
	pairNumbers = regexp.MustCompile(`"(?i:name|key)(\\*)"\s*:\s*"([^"\\]{1,128})"\s*,\s*"(?i:value)"\s*:\s*(-?\d[\d.eE+-]{3,})`)
	openings    = []*regexp.Regexp{
		regexp.MustCompile(memberStart + `([\[{])`),
		regexp.MustCompile(`"(?i:name|key)(\\*)"\s*:\s*"([^"\\]{1,128})"\s*,\s*"(?i:values?)"\s*:\s*([\[{])`),
	}
)

// hideNumbers hides the numbers that are secrets by their names.
func hideNumbers(text string) string {
	for _, of := range []*regexp.Regexp{numbers, pairNumbers} {
		text = replaceAt(of, text, func(name string, at, end int) (int, string) {
			if secret(name) || sentCode(name) {
				return end, hidden
			}
			return at, ""
		})
	}
	return text
}

// hideLists hides all texts and numbers that are somewhere in a list or an object whose name is that of a secret: {"tokens": ["a", {"of": "b"}]}.
func hideLists(text string) string {
	for _, of := range openings {
		text = replaceAt(of, text, func(name string, at, _ int) (int, string) {
			if !secret(name) {
				return at, ""
			}
			return leaves(text, at, quoteAt(text, at))
		})
	}
	return text
}

// replaceAt has with decide about the third group of each match, by the name in the second one: it returns where what it replaces ends, and by
// what.
func replaceAt(of *regexp.Regexp, text string, with func(name string, at, end int) (int, string)) string {
	var b strings.Builder
	last := 0
	for _, m := range of.FindAllStringSubmatchIndex(text, -1) {
		if m[6] < last {
			continue // within what was replaced
		}
		end, by := with(text[m[4]:m[5]], m[6], m[7])
		b.WriteString(text[last:m[6]] + by)
		last = end
	}
	return b.String() + text[last:]
}

// quoteAt is how texts are quoted at a place: by how the next one is.
func quoteAt(text string, at int) string {
	quote := strings.IndexByte(text[at:], '"')
	if quote < 0 {
		return `"`
	}
	return text[at+quote-slashes(text[at:], quote) : at+quote+1]
}

// slashes is how many backslashes stand before a place.
func slashes(text string, at int) int {
	return at - len(strings.TrimRight(text[:at], `\`))
}

// leaves hides what is between the bracket at a place and the one that closes it, but for names of members. It returns where that ends, which may
// be the end of the text.
func leaves(text string, at int, quote string) (end int, by string) {
	var b strings.Builder
	depth := 0
	for at < len(text) {
		c := text[at]
		switch {
		case strings.HasPrefix(text[at:], quote):
			end := quoted(text, at, quote)
			if part := text[at:end]; strings.HasPrefix(strings.TrimLeft(text[end:], " \t\r\n"), ":") || part == quote+quote {
				b.WriteString(part)
			} else if end == len(text) && !strings.HasSuffix(part[len(quote):], quote) {
				b.WriteString(quote + hidden)
			} else {
				b.WriteString(quote + hidden + quote)
			}
			at = end
			continue
		case c == '-' || c >= '0' && c <= '9':
			at += len(text[at:]) - len(strings.TrimLeft(text[at:], "0123456789.eE+-"))
			b.WriteString(hidden)
			continue
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			depth--
		}
		b.WriteByte(c)
		at++
		if depth == 0 {
			break
		}
	}
	return at, b.String()
}

// quoted is where a text ends that begins at a place with its quote: behind the next one that nothing escapes. In a text within a text each backslash
// is two and each quote has one more.
func quoted(text string, at int, quote string) int {
	of := len(quote) - 1
	for next := at + len(quote); next < len(text); next++ {
		if text[next] != '"' {
			continue
		}
		before := slashes(text[at+len(quote):], next-at-len(quote))
		if before >= of && (before-of)/(of+1)%2 == 0 {
			return next + 1
		}
	}
	return len(text)
}
