package console

import (
	"bytes"
	"compress/gzip"
	"embed"
	"io"
	"net/http"
	"strings"
	"time"
)

// GraphiQL, with React and all that it needs, as tools/node/graphiql.mjs makes it of the packages that are pinned there: graphiql.test.mjs holds
// it to that. SHA256 has the hashes of what is in the files.
//
//go:embed graphiql/*.gz
var compressed embed.FS

// A smallAsset is one that is kept compressed, and that browsers get so.
type smallAsset struct {
	kind, etag string
	text       []byte
}

// small is the asset of a name below Path, as graphiql/graphiql.js.
func small(name string) (smallAsset, bool) {
	text, err := compressed.ReadFile(name + ".gz")
	if err != nil {
		return smallAsset{}, false
	}
	// The last eight bytes are the checksum and the length of what is within.
	return smallAsset{kindOf(name), `"` + hash(text[len(text)-8:]) + `"`, text}, true
}

func (a smallAsset) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", "no-cache")
	h.Set("ETag", a.etag)
	h.Set("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(a.text))
		return
	}
	whole, err := gzip.NewReader(bytes.NewReader(a.text))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_, _ = io.Copy(w, whole) //nolint:gosec // it is embedded
}
