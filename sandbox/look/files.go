package look

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
)

// A FilePage is what GET /_lightbox/files answers: the buckets, and of the one that ?bucket= names a page of what is in the folder ?prefix=. ?key=
// is one file, with what ?version= names of it or the latest.
type FilePage struct {
	Buckets []Bucket `json:"buckets"`
	Bucket  string   `json:"bucket,omitempty"`
	Prefix  string   `json:"prefix,omitempty"`
	Folders []string `json:"folders"` // whole prefixes
	Files   []File   `json:"files"`
	Next    string   `json:"next,omitempty"` // for ?after=
	File    *Whole   `json:"file,omitempty"`
}

// Bucket is a bucket.
type Bucket struct {
	Name    string `json:"name"`
	Created string `json:"created"`
}

// File is an object in a list.
type File struct {
	Key      string `json:"key"`
	Size     int64  `json:"size"` // bytes
	Modified string `json:"modified"`
	ETag     string `json:"etag"`
}

// Whole is a file with all that is known of it.
type Whole struct {
	Key      string            `json:"key"`
	Version  string            `json:"version,omitempty"` // the one that is shown; "" of a file whose latest is a delete marker
	Type     string            `json:"type,omitempty"`    // Content-Type
	Headers  map[string]string `json:"headers"`           // the others that it is served with
	Metadata map[string]string `json:"metadata"`
	Tags     map[string]string `json:"tags"`
	Preview  string            `json:"preview,omitempty"` // where its picture is; "" of what is none that browsers show
	Download string            `json:"download,omitempty"`
	Versions []Version         `json:"versions"` // the newest first
	Owner    string            `json:"owner,omitempty"`
	Who      []Who             `json:"who"`
}

// Version is a version of a file, or a delete marker.
type Version struct {
	ID       string `json:"id"`
	Latest   bool   `json:"latest"`
	Deleted  bool   `json:"deleted"` // a delete marker
	Size     int64  `json:"size"`
	Modified string `json:"modified"`
	ETag     string `json:"etag,omitempty"`
}

const filesAPage = 100

func (l *Looker) files(ctx context.Context, query url.Values) (any, error) {
	page := FilePage{Buckets: []Bucket{}, Folders: []string{}, Files: []File{}, Prefix: query.Get("prefix")}
	var all struct {
		Buckets []struct{ Name, CreationDate string } `xml:"Buckets>Bucket"`
	}
	if err := l.xml(ctx, "", "", nil, &all); err != nil {
		return nil, err
	}
	var names []string
	for _, b := range all.Buckets {
		page.Buckets = append(page.Buckets, Bucket{b.Name, b.CreationDate})
		names = append(names, b.Name)
	}
	var err error
	if page.Bucket, err = chosen(query, "bucket", names); err != nil || page.Bucket == "" || query.Get("bucket") == "" {
		page.Bucket = ""
		return page, err
	}
	if key := query.Get("key"); key != "" {
		if page.File, err = l.file(ctx, page.Bucket, key, query.Get("version")); err != nil {
			return nil, err
		}
	}
	return page, l.folder(ctx, &page, query.Get("after"))
}

// folder reads a page of a folder.
func (l *Looker) folder(ctx context.Context, page *FilePage, after string) error {
	in := url.Values{"list-type": {"2"}, "delimiter": {"/"}, "encoding-type": {"url"}, "max-keys": {strconv.Itoa(filesAPage)}, "prefix": {page.Prefix}}
	if after != "" {
		in.Set("continuation-token", after)
	}
	var out struct {
		NextContinuationToken string
		Contents              []struct {
			Key, LastModified, ETag string
			Size                    int64
		}
		CommonPrefixes []struct{ Prefix string }
	}
	if err := l.xml(ctx, page.Bucket, "", in, &out); err != nil {
		return err
	}
	page.Next = out.NextContinuationToken
	for _, p := range out.CommonPrefixes {
		page.Folders = append(page.Folders, decoded(p.Prefix))
	}
	for _, c := range out.Contents {
		page.Files = append(page.Files, File{decoded(c.Key), c.Size, c.LastModified, strings.Trim(c.ETag, `"`)})
	}
	return nil
}

// decoded is a key that was written by encoding-type=url.
func decoded(text string) string {
	key, err := url.QueryUnescape(text)
	if err != nil {
		return text // S3 wrote it
	}
	return key
}

// xml asks S3 for a document.
func (l *Looker) xml(ctx context.Context, bucket, key string, query url.Values, out any) error {
	answer, err := l.object(ctx, http.MethodGet, bucket, key, query)
	if err != nil {
		return err
	}
	return xml.Unmarshal(answer.body.Bytes(), out)
}

func (l *Looker) object(ctx context.Context, method, bucket, key string, query url.Values) (*answer, error) {
	path := "/"
	if bucket != "" {
		path += bucket + "/" + key
	}
	return l.Client.rest(ctx, "s3", method, path, query)
}

// file is all of a file.
func (l *Looker) file(ctx context.Context, bucket, key, version string) (*Whole, error) {
	w := &Whole{Key: key, Version: version, Headers: map[string]string{}, Metadata: map[string]string{}, Tags: map[string]string{}, Versions: []Version{}, Who: []Who{}}
	if err := l.versions(ctx, bucket, w); err != nil {
		return nil, err
	}
	at := slices.IndexFunc(w.Versions, func(v Version) bool { return v.ID == version || version == "" && v.Latest })
	if at < 0 {
		return nil, &Fault{http.StatusNotFound, fmt.Errorf("key: got %q, version %q, want a file of %s", key, version, bucket)}
	}
	var err error
	if w.Owner, w.Who, err = l.who(ctx, bucket, key); err != nil {
		return nil, err
	}
	if w.Version = w.Versions[at].ID; w.Versions[at].Deleted {
		w.Version = ""
		return w, nil
	}
	return w, l.described(ctx, bucket, w)
}

// described reads headers, metadata and tags of the version that is shown.
func (l *Looker) described(ctx context.Context, bucket string, w *Whole) error {
	of := url.Values{"versionId": {w.Version}}
	head, err := l.object(ctx, http.MethodHead, bucket, w.Key, of)
	if err != nil {
		return err
	}
	for name, values := range head.header {
		value := strings.Join(values, ", ")
		own, isMetadata := strings.CutPrefix(strings.ToLower(name), "x-amz-meta-")
		switch {
		case isMetadata:
			w.Metadata[own] = value
		case name == "Content-Type":
			w.Type = value
		case slices.Contains(kept, name):
			w.Headers[name] = value
		}
	}
	var tags struct {
		Tag []struct{ Key, Value string } `xml:"TagSet>Tag"`
	}
	if err := l.xml(ctx, bucket, w.Key, url.Values{"tagging": {""}, "versionId": {w.Version}}, &tags); err != nil {
		return err
	}
	for _, t := range tags.Tag {
		w.Tags[t.Key] = t.Value
	}
	raw := url.Values{"bucket": {bucket}, "key": {w.Key}, "version": {w.Version}}
	w.Download = "/_lightbox/files/" + RawName + "?" + raw.Encode()
	if pictures[w.Type] {
		w.Preview = w.Download
	}
	return nil
}

// kept are the headers that whoever stores a file gives it.
var kept = []string{"Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language", "Expires", "X-Amz-Storage-Class", "X-Amz-Server-Side-Encryption"}

// versions reads those of a key.
func (l *Looker) versions(ctx context.Context, bucket string, w *Whole) error {
	type item struct {
		Key, LastModified, ETag string
		VersionID               string `xml:"VersionId"`
		IsLatest                bool
		Size                    int64
	}
	in := url.Values{"versions": {""}, "encoding-type": {"url"}, "prefix": {w.Key}, "max-keys": {strconv.Itoa(filesAPage)}}
	var out struct{ Version, DeleteMarker []item }
	if err := l.xml(ctx, bucket, "", in, &out); err != nil {
		return err
	}
	add := func(items []item, deleted bool) {
		for _, v := range items {
			if decoded(v.Key) == w.Key {
				w.Versions = append(w.Versions, Version{v.VersionID, v.IsLatest, deleted, v.Size, v.LastModified, strings.Trim(v.ETag, `"`)})
			}
		}
	}
	add(out.Version, false)
	add(out.DeleteMarker, true)
	slices.SortStableFunc(w.Versions, func(a, b Version) int {
		if a.Latest != b.Latest {
			return map[bool]int{true: -1, false: 1}[a.Latest]
		}
		return strings.Compare(b.Modified, a.Modified)
	})
	return nil
}

// RawName is where files themselves are, below /_lightbox/files/.
const RawName = "raw"

// pictures are what is shown as it is: what people store is none of the sandbox's pages, and SVG has scripts.
var pictures = map[string]bool{"image/png": true, "image/jpeg": true, "image/gif": true, "image/webp": true, "image/avif": true}

// rawLimit is how many bytes of a file the page hands out: it is in memory meanwhile.
const rawLimit = 64 << 20

// contents are those of a file, if they are not too many.
func (l *Looker) contents(ctx context.Context, bucket, key string, of url.Values) (*answer, error) {
	head, err := l.object(ctx, http.MethodHead, bucket, key, of)
	if err != nil {
		return nil, err
	}
	if size, _ := strconv.ParseInt(head.header.Get("Content-Length"), 10, 64); size > rawLimit {
		return nil, &Fault{http.StatusRequestEntityTooLarge, fmt.Errorf("key: got a file of %d bytes, want at most %d here: `aws s3 cp` has all of it", size, rawLimit)}
	}
	return l.object(ctx, http.MethodGet, bucket, key, of)
}

// Raw answers with a file: a picture, or else something to keep. What answers is apart from the pages, with an origin of its own.
func (l *Looker) Raw() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'none'; frame-ancestors 'none'; sandbox")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if r.Method != http.MethodGet {
			h.Set("Allow", "GET")
			http.Error(w, fmt.Sprintf("got %.20s, want GET", r.Method), http.StatusMethodNotAllowed)
			return
		}
		query := r.URL.Query()
		bucket, key := query.Get("bucket"), query.Get("key")
		if bucket == "" || key == "" {
			http.Error(w, "bucket and key: got not both, want a file", http.StatusBadRequest)
			return
		}
		of := url.Values{}
		if version := query.Get("version"); version != "" {
			of.Set("versionId", version)
		}
		answer, err := l.contents(r.Context(), bucket, key, of)
		if err != nil {
			http.Error(w, err.Error(), StatusOf(err))
			return
		}
		kind := answer.header.Get("Content-Type")
		if !pictures[kind] || !pictures[http.DetectContentType(answer.body.Bytes())] && kind != "image/avif" {
			kind = "application/octet-stream"
			h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(path.Base(key)))
		}
		h.Set("Content-Type", kind)
		_, _ = w.Write(answer.body.Bytes())
	})
}
