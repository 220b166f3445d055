package appsyncjs

import (
	"regexp"
	"strings"

	"github.com/dop251/goja"
)

// matches is util.matches. AWS documents that it is "based on" Java's Pattern, but not whether it searches the value or
// matches the whole of it. Where that makes a difference the call is refused; a pattern between ^ and $ is safe from that.
// Constructs that Go's syntax does not share with Java's (look-around, back references, possessive quantifiers) are refused
// as well.
func matches(c *invocation, args goja.FunctionCall) goja.Value {
	const name = "util.matches"
	pattern, value := c.text(name, args, 0), c.text(name, args, 1)
	search, err := regexp.Compile(pattern)
	if err != nil {
		c.refuse("%s: the pattern %q is not supported by this runtime: %v", name, pattern, err)
	}
	// To Java's dot all of these end a line, to Go's only the first does.
	if strings.Contains(pattern, ".") && strings.ContainsAny(value, "\r\u0085\u2028\u2029") {
		c.refuse("%s with a dot and a value of several lines is not supported by this runtime", name)
	}
	search.Longest()
	found := search.FindStringIndex(value)
	whole := found != nil && found[0] == 0 && found[1] == len(value)
	// Java's $ also matches before a line terminator at the end of the value.
	if whole != (found != nil) || whole != search.MatchString(withoutLineEnd(value)) {
		c.refuse("%s: it makes a difference whether %q is searched in the value or matched with the whole of it, which AWS does not document: put it between ^ and $, and mind a line break at the end of the value", name, pattern)
	}
	return c.vm.ToValue(whole)
}

// withoutLineEnd is value less one line terminator at its end.
func withoutLineEnd(value string) string {
	for _, end := range []string{"\r\n", "\n", "\r", "\u0085", "\u2028", "\u2029"} {
		if rest, ok := strings.CutSuffix(value, end); ok {
			return rest
		}
	}
	return value
}
