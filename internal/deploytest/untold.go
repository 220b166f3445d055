package deploytest

import (
	"bytes"
	"strings"
)

// Untold is a change of templates: the function remover is not told of who leaves, so that what erases them is the test.
func Untold(stack string, template []byte) []byte {
	const filter = `\"leaving\":{\"S\":[{\"prefix\":\"2\"}`
	if stack == "API" && bytes.Count(template, []byte(filter)) != 2 {
		panic("deploytest: the templates have other filters of who leaves than two")
	}
	return bytes.ReplaceAll(template, []byte(filter), []byte(strings.Replace(filter, "2", "never", 1)))
}
