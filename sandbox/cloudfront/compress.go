package cloudfront

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

const (
	gzipEncoding = "gzip"
	minCompress  = 1000 // bytes
)

// compressible are the types of content that CloudFront compresses.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html#compressed-content-cloudfront-file-types
var compressible = setOf(`
	application/dash+xml application/eot application/font application/font-sfnt application/javascript application/json
	application/opentype application/otf application/pdf application/pkcs7-mime application/protobuf application/rss+xml
	application/truetype application/ttf application/vnd.apple.mpegurl application/vnd.mapbox-vector-tile
	application/vnd.ms-fontobject application/wasm application/xhtml+xml application/xml application/x-font-opentype
	application/x-font-truetype application/x-font-ttf application/x-httpd-cgi application/x-javascript application/x-mpegurl
	application/x-opentype application/x-otf application/x-perl application/x-ttf font/eot font/opentype font/otf font/ttf
	image/svg+xml text/css text/csv text/html text/javascript text/js text/plain text/richtext text/tab-separated-values
	text/xml text/x-component text/x-java-source text/x-script vnd.apple.mpegurl`)

// compressed are the statuses of the answers that CloudFront compresses.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html
var compressed = []int{http.StatusOK, http.StatusForbidden, http.StatusNotFound}

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}

// normalizeEncoding is the Accept-Encoding of a request as it stands in the cache's key: "gzip" if the viewer takes that, or
// "". https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cache-key-understand-cache-policy.html#cache-policy-compressed-objects
func normalizeEncoding(header http.Header) string {
	for item := range strings.SplitSeq(strings.Join(header.Values("Accept-Encoding"), ","), ",") {
		name, parameters, _ := strings.Cut(item, ";")
		if !strings.EqualFold(strings.TrimSpace(name), gzipEncoding) {
			continue
		}
		quality, found := strings.CutPrefix(strings.ReplaceAll(parameters, " ", ""), "q=")
		weight, err := strconv.ParseFloat(quality, 64)
		if !found || err == nil && weight > 0 {
			return gzipEncoding
		}
	}
	return ""
}

// canCompress reports whether CloudFront compresses an answer of the length in bytes, for viewers who take that.
func canCompress(status int, header http.Header, length int) bool {
	kind, _, _ := strings.Cut(header.Get("Content-Type"), ";")
	return slices.Contains(compressed, status) && length >= minCompress && length <= maxCached && header.Get("Content-Encoding") == "" &&
		compressible[strings.ToLower(strings.TrimSpace(kind))]
}

// compress compresses a body. The bytes are others then, so the ETag becomes a weak one.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html#compressed-content-cloudfront-etag-header
func compress(header http.Header, body []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(body) // a buffer takes everything
	_ = w.Close()
	header.Set("Content-Encoding", gzipEncoding)
	if etag := header.Get("Etag"); etag != "" && !strings.HasPrefix(etag, "W/") {
		header.Set("Etag", "W/"+etag)
	}
	return b.Bytes()
}
