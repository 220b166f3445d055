package cloudfront

import (
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"
)

// maxPath is the length of the longest path of an invalidation.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html#invalidation-specifying-objects-paths
const maxPath = 4000

// unsafe are the characters beside blanks, controls and what is no ASCII that a path has only in encoded form.
// https://www.rfc-editor.org/rfc/rfc1738#section-2.2
const unsafe = "<>\"#%{}|\\^~[]`"

// checkPath returns what is wrong with a path of an invalidation, "" for nothing. What AWS takes and does nothing with is
// wrong too: characters that are encoded without need, and query strings, which no cache policy here has in its key.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
func checkPath(path string) string {
	switch star := strings.IndexByte(path, '*'); {
	case strings.HasPrefix(path, "#"):
		return "cache tags are not supported by the sandbox"
	case !strings.HasPrefix(path, "/"):
		return "want a slash at its begin"
	case utf8.RuneCountInString(path) > maxPath:
		return fmt.Sprintf("got %d characters, want at most %d", utf8.RuneCountInString(path), maxPath)
	case star >= 0 && star < len(path)-1:
		return "want * as its last character only"
	case strings.Contains(path, "?"):
		return "got a query string, want none: the sandbox has no cache policy with them in the key"
	}
	for i := 0; i < len(path); i++ {
		if path[i] != '%' {
			if mustEncode(path[i]) {
				return fmt.Sprintf("got the character %q, want it URL-encoded", path[i:i+1])
			}
			continue
		}
		plain, err := url.PathUnescape(path[i:min(i+3, len(path))])
		switch {
		case err != nil:
			return "got a % that begins no encoded character"
		case !mustEncode(plain[0]):
			return fmt.Sprintf("got %s for %q, which is not to be URL-encoded: AWS would invalidate nothing", path[i:i+3], plain)
		}
		i += 2
	}
	return ""
}

func mustEncode(b byte) bool { return b <= ' ' || b >= 0x7F || strings.IndexByte(unsafe, b) >= 0 }

func isWildcard(path string) bool { return strings.HasSuffix(path, "*") }

// targets are the paths of an invalidation, decoded: in whatever way a viewer has encoded one, it is the same object of S3's.
type targets struct {
	files     map[string]bool
	beginning []string // of those that end with *
}

// newTargets makes targets of paths that were checked.
func newTargets(paths []string) targets {
	t := targets{files: map[string]bool{}}
	for _, path := range paths {
		beginning, wildcard := strings.CutSuffix(path, "*")
		plain, _ := url.PathUnescape(beginning)
		if wildcard {
			t.beginning = append(t.beginning, plain)
			continue
		}
		t.files[plain] = true
	}
	return t
}

// has reports whether a path as a viewer sent it, without what is behind a question mark, is among the targets.
func (t targets) has(raw string) bool {
	plain, err := url.PathUnescape(raw)
	if err != nil {
		plain = raw
	}
	if plain == "" {
		plain = "/" // as the origin is asked
	}
	if t.files[plain] {
		return true
	}
	for _, beginning := range t.beginning {
		if strings.HasPrefix(plain, beginning) {
			return true
		}
	}
	return false
}
