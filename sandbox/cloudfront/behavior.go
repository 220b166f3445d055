package cloudfront

import (
	"path"
	"regexp"
	"strings"
)

// association says which function is called at an event.
type association struct {
	EventType   string
	FunctionARN string
}

// viewerRequest is the event that the sandbox knows: a viewer's request has come, and the cache was not yet asked.
const viewerRequest = "viewer-request"

// viewerRequest is the ARN of the function that is called for a viewer's request, "" without one.
func (b behavior) viewerRequest() string {
	if len(b.FunctionAssociations) == 0 {
		return ""
	}
	return b.FunctionAssociations[0].FunctionARN
}

// behaviors are all of a distribution.
func (c distributionConfig) behaviors() []behavior {
	return append([]behavior{c.DefaultCacheBehavior}, c.CacheBehaviors...)
}

// behaviorFor is the first whose pattern matches a raw path, or the default one.
func (c distributionConfig) behaviorFor(raw string) behavior {
	for _, one := range c.CacheBehaviors {
		if matchesPath(one.PathPattern, raw) {
			return one
		}
	}
	return c.DefaultCacheBehavior
}

// pathPattern is what a pattern of at most 255 characters may be made of.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern
var pathPattern = regexp.MustCompile(`^[A-Za-z0-9_\-.*$/~"'@:+&?]+$`)

// matchesPath reports whether a path is one of a pattern, in which * is any text and ? any character. A slash at its begin is
// optional. Dot segments and repeated slashes are gone from what is compared, and stay in what the origin is asked for.
func matchesPath(pattern, raw string) bool {
	return likePattern("/"+strings.TrimPrefix(pattern, "/"), normalized(raw))
}

// normalized is a path as RFC 3986 has it, and as behaviors are chosen by.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#path-normalization
func normalized(raw string) string {
	clean := path.Clean("/" + raw)
	if clean != "/" && strings.HasSuffix(raw, "/") {
		clean += "/"
	}
	return clean
}

// likePattern compares without backtracking but to the last star.
func likePattern(pattern, text string) bool {
	p, t, star, from := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0:
			from++
			p, t = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
