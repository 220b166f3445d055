package pipeline

import (
	"net/http"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/pipeline/input"
)

// Words are how most JSON services speak of the faults of an input; code is that of an invalid one, as in ValidationException.
// AWS's words for a value of another type come from its framework; these are the sandbox's own.
func Words(code string, shapes map[string]input.Shape) *input.Dialect {
	return &input.Dialect{
		Shapes: shapes,
		Mismatch: func(path string, err error) error {
			if path == "" {
				path = "the body"
			}
			return aws.Refuse(http.StatusBadRequest, "SerializationException", "%s: %s", path, err)
		},
		Unknown: func(operation string, members []string) error {
			return aws.Refuse(http.StatusBadRequest, code, "%s: %s is not supported by the sandbox", operation, strings.Join(members, ", "))
		},
		Invalid: func(message string) error { return aws.Refuse(http.StatusBadRequest, code, "%s", message) },
	}
}
