package s3

import (
	"net/http"
	"strconv"

	"lightbox.example/lightbox/sandbox/aws"
)

// precondition checks the conditions of a read: If-Match and its like, or those of the source of a copy, whose names have a
// prefix. A copy fails where a read is told that nothing changed.
func (c *request) precondition(v *version, prefix string) error {
	switch failed := v.representation().Failed(c.r.Header, prefix, c.Now()); {
	case failed == "":
		return nil
	case prefix == "" && (failed == "If-None-Match" || failed == "If-Modified-Since"):
		return aws.Refuse(http.StatusNotModified, "NotModified", "Not Modified")
	default:
		return failedCondition(prefix + failed)
	}
}

// slice returns the bytes that the request wants of the body, and their checksum, which is none for a range.
func (c *request) slice(v *version) (aws.Range, checksum, error) {
	if c.query.Has("partNumber") {
		return c.slicePart(v)
	}
	part, ok := v.representation().Wanted(c.r.Header)
	switch {
	case ok && part.Partial:
		return part, checksum{}, nil
	case !ok:
		return part, checksum{}, aws.Refuse(http.StatusRequestedRangeNotSatisfiable, "InvalidRange", "The requested range is not satisfiable").
			With("RangeRequested", c.r.Header.Get("Range")).With("ActualObjectSize", strconv.FormatInt(v.Body.Size, 10))
	}
	return part, v.Checksum, nil
}

func (v *version) representation() aws.Representation {
	return aws.Representation{ETag: v.ETag, Modified: v.Modified, Size: v.Body.Size}
}
