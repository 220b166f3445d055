package schema

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Same reports whether two resolved values mean the same to CloudFormation: a number or true and false may be written as a
// text.
func Same(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, b, Same)
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, Same)
	}
	switch b.(type) {
	case map[string]any, []any:
		return false
	}
	return a == nil && b == nil || a != nil && b != nil && fmt.Sprint(a) == fmt.Sprint(b)
}

// At is the value at a path as in "LoggingConfiguration.DestinationBucketName"; of a list, the list of what its items have
// there. It is nil where there is none.
func At(value any, path string) any { return at(value, strings.Split(path, ".")) }

func at(value any, path []string) any {
	if len(path) == 0 {
		return value
	}
	switch value := value.(type) {
	case map[string]any:
		return at(value[path[0]], path[1:])
	case []any:
		list := make([]any, len(value))
		for i, item := range value {
			list[i] = at(item, path)
		}
		return list
	}
	return nil
}
