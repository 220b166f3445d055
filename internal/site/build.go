package site

import (
	"crypto/md5" //nolint:gosec // as S3 has it, and against nobody
	"fmt"
	"path"
	"slices"
	"strings"
)

const (
	// Outputs is where the pages look for the settings of the backend.
	Outputs = "amplify_outputs.json"
	// Shared is the folder of pages for sharing.
	Shared = "s/"
	// immutable is the folder of what is named by its content.
	immutable = "_next/static/"
)

// What browsers and edges may do with a file. A page is asked for again each time, and answered by a 304 while it is the same.
const (
	forEver = "public, max-age=31536000, immutable"
	never   = "no-cache"
)

// A File is one of a build.
type File struct {
	Key                       string // as in photos/index.html
	Content                   []byte
	ContentType, CacheControl string
}

// etag is what S3 calls the content, where it encrypts by keys of its own and got it in one piece.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
func (f File) etag() string { return fmt.Sprintf("%q", fmt.Sprintf("%x", md5.Sum(f.Content))) } //nolint:gosec // see above

// kinds are the types of content by the ends of names, as text for browsers has a character set. The table is not the machine's, so
// that a build is the same from everywhere.
var kinds = map[string]string{
	".avif": "image/avif", ".css": "text/css; charset=utf-8", ".csv": "text/csv; charset=utf-8", ".gif": "image/gif", ".htm": "text/html; charset=utf-8",
	".html": "text/html; charset=utf-8", ".ico": "image/x-icon", ".jpeg": "image/jpeg", ".jpg": "image/jpeg", ".js": "text/javascript; charset=utf-8",
	".json": "application/json", ".map": "application/json", ".mjs": "text/javascript; charset=utf-8", ".mp4": "video/mp4", ".pdf": "application/pdf",
	".png": "image/png", ".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8", ".wasm": "application/wasm",
	".webmanifest": "application/manifest+json", ".webp": "image/webp", ".woff": "font/woff", ".woff2": "font/woff2", ".xml": "application/xml",
}

// file is a file of a build by its key. Of a name that no kind is known of, it is bytes to browsers.
func file(key string, content []byte) File {
	f := File{key, content, kinds[strings.ToLower(path.Ext(key))], never}
	if f.ContentType == "" {
		f.ContentType = "application/octet-stream"
	}
	if strings.HasPrefix(key, immutable) {
		f.CacheControl = forEver
	}
	return f
}

// Build is the files of a build, by key.
type Build map[string]File

// waves are the files in the order in which they go up, those of a wave in any order: what is named by its content, what pages
// ask for, the settings, and pages.
func (b Build) waves(keys []string) [][]File {
	waves := make([][]File, 4)
	for _, key := range slices.Sorted(slices.Values(keys)) {
		wave := 1
		switch {
		case strings.HasPrefix(key, immutable):
			wave = 0
		case key == Outputs:
			wave = 2
		case strings.HasSuffix(key, ".html"):
			wave = 3
		}
		waves[wave] = append(waves[wave], b[key])
	}
	return waves
}
