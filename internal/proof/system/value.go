package system

import (
	"fmt"
	"strings"
)

// Lookup follows a path of keys and indexes into decoded JSON, as in CorsRules.0.AllowedOrigins; nil where there is nothing.
func Lookup(value any, path string) any {
	for key := range strings.SplitSeq(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[key]
		case []any:
			var index int
			if _, err := fmt.Sscanf(key, "%d", &index); err != nil || index < 0 || index >= len(v) {
				return nil
			}
			value = v[index]
		default:
			return nil
		}
	}
	return value
}

// Items are the elements of a decoded list, none of any other value.
func Items(value any) []any {
	list, _ := value.([]any)
	return list
}
