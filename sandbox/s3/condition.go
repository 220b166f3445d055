package s3

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"lightbox/sandbox/aws"
)

// precondition checks the conditions of a read: If-Match and its like, or those of the source of a copy, whose names have a
// prefix. A copy fails where a read is told that nothing changed.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_RequestSyntax,
// https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2
func (c *call) precondition(v *version, prefix string) error {
	header := func(name string) string { return c.r.Header.Get(prefix + name) }
	modified := v.Modified.Truncate(time.Second)
	if match := header("If-Match"); match != "" {
		if !hasETag(match, v.ETag) {
			return failedCondition(prefix + "If-Match")
		}
	} else if since, ok := parseTime(header("If-Unmodified-Since")); ok && modified.After(since) {
		return failedCondition(prefix + "If-Unmodified-Since")
	}
	unchanged := aws.Refuse(http.StatusNotModified, "NotModified", "Not Modified")
	if none := header("If-None-Match"); none != "" {
		if !hasETag(none, v.ETag) {
			return nil
		}
		if prefix != "" {
			return failedCondition(prefix + "If-None-Match")
		}
		return unchanged
	}
	since, ok := parseTime(header("If-Modified-Since"))
	switch {
	case !ok || modified.After(since) || since.After(c.Now()):
		return nil
	case prefix != "":
		return failedCondition(prefix + "If-Modified-Since")
	}
	return unchanged
}

// hasETag reports whether a list of ETags, with quotes or without, has one. A star has all.
func hasETag(list, etag string) bool {
	for item := range strings.SplitSeq(list, ",") {
		item = strings.Trim(strings.TrimPrefix(strings.TrimSpace(item), "W/"), `"`)
		if item == "*" || item == etag {
			return true
		}
	}
	return false
}

func parseTime(text string) (time.Time, bool) {
	t, err := http.ParseTime(text)
	return t, err == nil
}

// slice returns the bytes that the request wants of the body: all, or one range. Several ranges, and a range that is none,
// S3 answers with everything.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_RequestSyntax
func (c *call) slice(v *version) (first, length int64, partial bool, err error) {
	size := v.Body.Size
	text := c.r.Header.Get("Range")
	if condition := c.r.Header.Get("If-Range"); condition != "" && !hasETag(condition, v.ETag) {
		since, ok := parseTime(condition)
		if !ok || v.Modified.Truncate(time.Second).After(since) {
			text = ""
		}
	}
	first, last, ok := parseRange(text, size)
	switch {
	case !ok:
		return 0, size, false, nil
	case first > last || first >= size:
		return 0, 0, false, aws.Refuse(http.StatusRequestedRangeNotSatisfiable, "InvalidRange", "The requested range is not satisfiable").
			With("RangeRequested", text).With("ActualObjectSize", strconv.FormatInt(size, 10))
	}
	return first, last - first + 1, true, nil
}

// parseRange reads "bytes=first-last", "bytes=first-" or "bytes=-length"; last is at most the last byte there is. A range
// that nothing satisfies has its first after its last.
func parseRange(text string, size int64) (first, last int64, ok bool) {
	text, ok = strings.CutPrefix(text, "bytes=")
	from, to, dash := strings.Cut(strings.TrimSpace(text), "-")
	if !ok || !dash {
		return 0, 0, false
	}
	if from == "" {
		n, err := strconv.ParseUint(to, 10, 63)
		return max(0, size-int64(n)), size - 1, err == nil //nolint:gosec // 63 bits
	}
	n, err := strconv.ParseUint(from, 10, 63)
	if err != nil {
		return 0, 0, false
	}
	first, last = int64(n), size-1 //nolint:gosec // 63 bits
	if to != "" {
		n, err := strconv.ParseUint(to, 10, 63)
		if err != nil || int64(n) < first { //nolint:gosec // 63 bits
			return 0, 0, false
		}
		last = min(last, int64(n)) //nolint:gosec // 63 bits
	}
	return first, last, true
}

func contentRange(first, length, size int64) string {
	return fmt.Sprintf("bytes %d-%d/%d", first, first+length-1, size)
}
