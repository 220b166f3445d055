package appsyncjs

import (
	"regexp"
	"strings"

	"github.com/dop251/goja"
)

// lineEnds are the line terminators of Java's Pattern; Go's regular expressions know the first only.
const lineEnds = "\n\r\u0085\u2028\u2029"

// matches is util.matches. AWS documents that it is "based on" Java's Pattern, but not whether it searches the value or
// matches the whole of it. Where that makes a difference the call is refused: a pattern between ^ and $ never does.
// Constructs that Go's syntax does not share with Java's (look-around, back references, possessive quantifiers) are refused
// as well, and so are values with line terminators that only Java treats as such.
func matches(c *call, args goja.FunctionCall) goja.Value {
	const name = "util.matches"
	pattern, value := c.text(name, args, 0), c.text(name, args, 1)
	whole, err := regexp.Compile(`\A(?:` + pattern + `)\z`)
	if err != nil {
		c.refuse("%s: the pattern %q is not supported by this runtime: %v", name, pattern, err)
	}
	if strings.ContainsAny(value, lineEnds) && strings.ContainsAny(pattern, ".$^") {
		c.refuse("%s with . ^ or $ and a value of several lines is not supported by this runtime", name)
	}
	matched := whole.MatchString(value)
	if matched != regexp.MustCompile(pattern).MatchString(value) {
		c.refuse("%s: it makes a difference whether %q is searched in the value or matched with the whole of it, which AWS does not document: put it between ^ and $", name, pattern)
	}
	return c.vm.ToValue(matched)
}
