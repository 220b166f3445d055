package aws

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Representation is what a GET or HEAD may be answered with, as far as conditions and ranges ask about it.
type Representation struct {
	ETag     string    // without quotes; "" for none
	Modified time.Time // zero for unknown
	Size     int64     // bytes
}

// Failed returns the name of the first condition of a request that does not hold, "" if all do: "If-Match",
// "If-Unmodified-Since", "If-None-Match" or "If-Modified-Since". The last two say that nothing changed. The names of a copy's
// conditions on its source have a prefix.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_RequestSyntax,
// https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2
func (p Representation) Failed(header http.Header, prefix string, now time.Time) string {
	value := func(name string) string { return header.Get(prefix + name) }
	modified := p.Modified.Truncate(time.Second)
	if match := value("If-Match"); match != "" {
		if !p.has(match) {
			return "If-Match"
		}
	} else if since, ok := parseTime(value("If-Unmodified-Since")); ok && !modified.IsZero() && modified.After(since) {
		return "If-Unmodified-Since"
	}
	if none := value("If-None-Match"); none != "" {
		if p.has(none) {
			return "If-None-Match"
		}
		return ""
	}
	since, ok := parseTime(value("If-Modified-Since"))
	if !ok || modified.IsZero() || modified.After(since) || since.After(now) {
		return ""
	}
	return "If-Modified-Since"
}

// has reports whether a list of ETags, with quotes or without, has the representation's. A star has all.
func (p Representation) has(list string) bool {
	for item := range strings.SplitSeq(list, ",") {
		item = strings.Trim(strings.TrimPrefix(strings.TrimSpace(item), "W/"), `"`)
		if item == "*" || item == p.ETag && item != "" {
			return true
		}
	}
	return false
}

func parseTime(text string) (time.Time, bool) {
	t, err := http.ParseTime(text)
	return t, err == nil
}

// Range is the part of a representation that a request wants.
type Range struct {
	First, Length int64 // bytes
	Partial       bool  // whether it is not simply all
}

// Wanted returns what the request's Range and If-Range want: everything, or one range. Several ranges, and a range that is
// none, are answered with everything. It is not ok if there are no such bytes.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_RequestSyntax
func (p Representation) Wanted(header http.Header) (part Range, ok bool) {
	all := Range{Length: p.Size}
	if condition := header.Get("If-Range"); condition != "" && !p.has(condition) {
		since, ok := parseTime(condition)
		if !ok || p.Modified.IsZero() || p.Modified.Truncate(time.Second).After(since) {
			return all, true
		}
	}
	first, last, ok := ParseRange(header.Get("Range"), p.Size)
	switch {
	case !ok:
		return all, true
	case first > last || first >= p.Size:
		return Range{}, false
	}
	return Range{first, last - first + 1, true}, true
}

// ContentRange is the header of that name for the part of a representation of size bytes.
func (r Range) ContentRange(size int64) string {
	return "bytes " + strconv.FormatInt(r.First, 10) + "-" + strconv.FormatInt(r.First+r.Length-1, 10) + "/" + strconv.FormatInt(size, 10)
}

// ParseRange reads "bytes=first-last", "bytes=first-" or "bytes=-length"; last is at most the last byte there is. A range
// that nothing satisfies has its first after its last. It is the one reader of ranges that the sandbox has.
func ParseRange(text string, size int64) (first, last int64, ok bool) {
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
