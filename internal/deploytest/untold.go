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

// Unmakeable is a resource with which nothing is wrong by itself, and that can't be made: it is to empty a bucket that is not there. It
// comes after the others, by their logical ids.
func Unmakeable(after ...string) map[string]any {
	return map[string]any{"Type": "Custom::S3AutoDeleteObjects", "DependsOn": append([]string{}, after...), "Properties": map[string]any{
		"ServiceToken": "arn:aws:lambda:us-east-1:000000000000:function:none", "BucketName": "there-is-none",
	}}
}

// WhyUnmakeable is in the reason of its failure.
const WhyUnmakeable = "The specified bucket does not exist"
