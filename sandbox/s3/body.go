package s3

import (
	"bytes"
	"crypto/md5" //nolint:gosec // S3's ETag
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

// maxObject is how much may be put at once, and how big a part may be.
const maxObject = 5 << 30

// bodies are files of the folder dir, objects/ab/abcd…, and the small ones values of the space spaceBodies.
type bodies struct {
	dir   string
	store store.Store
	small int // how many bytes are held in the store at most

	// young are the ids of those that are being written, or are kept and their record may not be written yet.
	young *sync.Map
}

// body is a file of bytes that nobody changes any more, or a value in the store.
type body struct {
	ID   string // "" for no bytes
	Size int64
	Held bool `json:",omitempty"` // in the store, by its ID
}

// openBodies makes the folder. What a former process did not complete no record refers to: a sweep removes it.
func openBodies(c Config) (bodies, error) {
	return bodies{c.Dir, c.Store, c.Small, new(sync.Map)}, os.MkdirAll(filepath.Join(c.Dir, "objects"), 0o700)
}

func (b bodies) path(id string) string { return filepath.Join(b.dir, "objects", id[:2], id) }

// open opens a body for reading.
func (b bodies) open(body body) (io.ReadSeekCloser, error) {
	switch {
	case body.ID == "":
		return held{bytes.NewReader(nil)}, nil
	case body.Held:
		return b.openHeld(body.ID)
	}
	return os.Open(b.path(body.ID))
}

// remove deletes the files of bodies that nothing refers to any more. What it can't delete, a later sweep will. Those in the store
// are gone with their record, by forget.
func (b bodies) remove(gone ...body) {
	for _, body := range gone {
		if body.ID != "" && !body.Held {
			_ = os.Remove(b.path(body.ID))
		}
	}
}

// settled returns the ids of the bodies whose records, if they have any, are written.
func (b bodies) settled() (ids []string, err error) {
	err = filepath.WalkDir(filepath.Join(b.dir, "objects"), func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			ids = append(ids, entry.Name())
		}
		return err
	})
	return slices.DeleteFunc(ids, func(id string) bool {
		_, young := b.young.Load(id)
		return young
	}), err
}

// writer writes a new body and sums it up as it comes.
type writer struct {
	bodies
	id   string
	held *bytes.Buffer // what came so far, as long as it is small; nil when there is a file
	file *os.File      // nil as long as it is small, and when it is kept
	size int64
	md5  hash.Hash // nil for one that needs none
	sum  hash.Hash // by the algorithm
}

// create begins a body, of which no sweep takes anything until drop. What is not kept in the end has to be dropped.
func (b bodies) create(algorithm string) *writer {
	w := &writer{bodies: b, id: strings.ToLower(rand.Text()), md5: md5.New(), sum: algorithms[algorithm]()} //nolint:gosec // S3's ETag
	w.held = holders.Get().(*bytes.Buffer)
	return w
}

func (w *writer) Write(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if w.md5 != nil {
		_, _ = w.md5.Write(p) // never fails
	}
	_, _ = w.sum.Write(p)
	w.size += int64(len(p))
	if w.held != nil && w.size <= int64(w.small) {
		return w.held.Write(p)
	}
	if w.file == nil {
		if err := w.begin(); err != nil {
			return 0, err
		}
	}
	return w.file.Write(p)
}

// begin makes the file with what came so far, and its folder where that is not there yet.
func (w *writer) begin() error {
	w.young.Store(w.id, nil)
	if err := w.make(); err != nil {
		return err
	}
	defer w.letGo()
	if w.held.Len() == 0 {
		return nil
	}
	_, err := w.file.Write(w.held.Bytes())
	return err
}

func (w *writer) make() (err error) {
	path := w.path(w.id)
	open := func() error {
		w.file, err = os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		return err
	}
	if !errors.Is(open(), fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return open()
}

// drop forgets a body that was not kept. One that was kept has its record by now, or will never have one.
func (w *writer) drop() {
	if w.file != nil {
		_ = w.file.Close()
		_ = os.Remove(w.file.Name())
	}
	w.letGo()
	w.young.Delete(w.id)
}

// keep completes the body.
func (w *writer) keep() (body, error) {
	switch {
	case w.size == 0:
		return body{}, nil
	case w.held != nil:
		return body{ID: w.id, Size: w.size, Held: true}, nil
	}
	if err := w.file.Close(); err != nil {
		return body{}, err
	}
	w.file = nil
	return body{ID: w.id, Size: w.size}, nil
}

// etag is the MD5 of what was written.
func (w *writer) etag() string { return hex.EncodeToString(w.md5.Sum(nil)) }

// receive writes the request's body and checks it against all that the client says of it: its length, its MD5, a checksum
// in a header or behind it, and, by its reader, the signature. The checksum is by the given algorithm; if that is "", by
// the client's or else S3's own choice.
func (c *request) receive(algorithm string) (*writer, checksum, error) {
	if c.r.ContentLength < 0 {
		return nil, checksum{}, aws.Refuse(http.StatusLengthRequired, "MissingContentLength", "You must provide the Content-Length HTTP header.")
	}
	if c.r.ContentLength > maxObject {
		return nil, checksum{}, aws.Refuse(http.StatusBadRequest, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size").With("MaxSizeAllowed", "5368709120")
	}
	claimed, err := announcedChecksum(c.r.Header)
	if err != nil {
		return nil, checksum{}, err
	}
	switch {
	case algorithm == "" && claimed.Algorithm != "":
		algorithm = claimed.Algorithm
	case algorithm == "":
		algorithm = defaultAlgorithm
	case claimed.Algorithm != "" && claimed.Algorithm != algorithm:
		return nil, checksum{}, invalidRequest("Checksum Type mismatch occurred, expected checksum Type: " + algorithm + ", actual checksum Type: " + claimed.Algorithm)
	}
	w := c.bodies.create(algorithm)
	sum, err := c.fill(w, algorithm, claimed)
	if err != nil {
		w.drop()
		return nil, checksum{}, err
	}
	return w, sum, nil
}

// fill copies the request's body to w.
func (c *request) fill(w *writer, algorithm string, claimed checksum) (checksum, error) {
	n, err := pour(w, c.r.Body)
	if err != nil {
		return checksum{}, incomplete(err)
	}
	if n != c.r.ContentLength {
		return checksum{}, incomplete(io.ErrUnexpectedEOF)
	}
	sum := checksum{Algorithm: algorithm, Value: sumOf(w.sum), Type: fullObject}
	if claimed.Algorithm != "" && claimed.Value == "" {
		claimed.Value = c.r.Trailer.Get(checksumPrefix + algorithm)
		if err := checkValue(claimed); err != nil {
			return checksum{}, err
		}
	}
	if claimed.Algorithm != "" && claimed.Value != sum.Value {
		return checksum{}, badChecksum(algorithm)
	}
	return sum, checkMD5(c.r.Header.Get("Content-Md5"), w.md5)
}

// checkMD5 compares Content-MD5, if the client sent it.
func checkMD5(claimed string, sum hash.Hash) error {
	if claimed == "" {
		return nil
	}
	want, err := base64.StdEncoding.DecodeString(claimed)
	if err != nil || len(want) != md5.Size {
		return aws.Refuse(http.StatusBadRequest, "InvalidDigest", "The Content-MD5 you specified was invalid.").With("Content-MD5", claimed)
	}
	if got := sum.Sum(nil); string(got) != string(want) {
		return aws.Refuse(http.StatusBadRequest, "BadDigest", "The Content-MD5 you specified did not match what we received.").
			With("ExpectedDigest", hex.EncodeToString(want)).With("CalculatedDigest", base64.StdEncoding.EncodeToString(got))
	}
	return nil
}

// checkDigests compares a small body with what the client says of it.
func (c *request) checkDigests(content []byte) error {
	claimed, err := announcedChecksum(c.r.Header)
	if err != nil {
		return err
	}
	if claimed.Algorithm != "" {
		if claimed.Value == "" {
			claimed.Value = c.r.Trailer.Get(checksumPrefix + claimed.Algorithm)
		}
		sum := algorithms[claimed.Algorithm]()
		sum.Write(content)
		if sumOf(sum) != claimed.Value {
			return badChecksum(claimed.Algorithm)
		}
	}
	sum := md5.New() //nolint:gosec // what Content-MD5 is
	sum.Write(content)
	return checkMD5(c.r.Header.Get("Content-Md5"), sum)
}

// incomplete is a body that broke off. What its reader refuses, and a fault of the disk, stay what they are.
func incomplete(err error) error {
	var refusal *aws.Error
	var disk *fs.PathError
	if errors.As(err, &refusal) || errors.As(err, &disk) {
		return err
	}
	return aws.Refuse(http.StatusBadRequest, "IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header")
}
