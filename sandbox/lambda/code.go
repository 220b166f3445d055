package lambda

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

// How large a zip file may be, and what is in it.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const (
	zipLimit  = 250 << 20
	codeLimit = 250 << 20
)

// code is a zip file that was unpacked.
type code struct {
	digest string
	size   int
}

// zipOf is the zip file of a function that runs here.
func zipOf(r aws.Resource) []aws.File {
	in, _ := r.Properties["Code"].(map[string]any)
	bucket, _ := in["S3Bucket"].(string)
	key, _ := in["S3Key"].(string)
	if bucket == "" || key == "" || provides(r.LogicalID) {
		return nil
	}
	return []aws.File{{Path: "Code", Bucket: bucket, Key: key}}
}

// unpack reads a zip file from S3, and unpacks it into the folder of its digest if it is not there.
func (s *Service) unpack(ctx context.Context, bucket, key string) (code, error) {
	from, err := s.Object(ctx, bucket, key, zipLimit)
	if err != nil {
		return code{}, fmt.Errorf("s3://%s/%s: %w", bucket, key, err)
	}
	defer func() { _ = from.Close() }()
	c, err := s.unpackFrom(from)
	if err != nil {
		return code{}, fmt.Errorf("s3://%s/%s: %w", bucket, key, err)
	}
	return c, nil
}

// A sized is what a zip file is read from.
type sized interface {
	io.ReaderAt
	Size() int64
}

// unpackFrom unpacks a zip file into the folder of its digest if it is not there.
func (s *Service) unpackFrom(from sized) (code, error) {
	c, err := codeOf(from)
	if err != nil {
		return code{}, err
	}
	if _, err := os.Stat(s.folder(c.digest)); err == nil {
		return c, nil
	}
	return c, s.unpackTo(s.folder(c.digest), from)
}

// codeOf is what a zip file is called.
func codeOf(from sized) (code, error) {
	sum := sha256.New()
	if _, err := io.CopyBuffer(sum, io.NewSectionReader(from, 0, from.Size()), make([]byte, 256<<10)); err != nil {
		return code{}, err
	}
	return code{hex.EncodeToString(sum.Sum(nil)), int(from.Size())}, nil
}

// folder is where code of a digest is.
func (s *Service) folder(digest string) string { return filepath.Join(s.Dir, "code", digest) }

// temporaryFolder is where the environments have folders of their own, and code is that is not all there yet.
func (s *Service) temporaryFolder() string { return filepath.Join(s.Dir, "tmp") }

// unpackTo unpacks into a folder that is there as a whole, or not.
func (s *Service) unpackTo(folder string, from sized) (err error) {
	files, err := zip.NewReader(from, from.Size())
	if err != nil {
		return fmt.Errorf("want a zip file: %w", err)
	}
	if err := errors.Join(os.MkdirAll(s.temporaryFolder(), 0o700), os.MkdirAll(filepath.Dir(folder), 0o700)); err != nil {
		return err
	}
	part, err := os.MkdirTemp(s.temporaryFolder(), "code-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(part)) }()
	left := int64(codeLimit)
	for _, file := range files.File {
		n, err := extract(part, file, left)
		if err != nil {
			return fmt.Errorf("%s: %w", file.Name, err)
		}
		left -= n
	}
	return os.Rename(part, folder)
}

// extract writes one file, of at most limit bytes. Those who run the sandbox may read it, and run it if the zip file says so.
func extract(folder string, file *zip.File, limit int64) (int64, error) {
	if !filepath.IsLocal(file.Name) {
		return 0, errors.New("got a path that leads out of the zip file")
	}
	path := filepath.Join(folder, filepath.FromSlash(file.Name))
	mode := file.Mode()
	switch {
	case mode.IsDir():
		return 0, os.MkdirAll(path, 0o700)
	case !mode.IsRegular():
		return 0, fmt.Errorf("got %s, want a file or a folder: no other is supported by the sandbox", mode.Type())
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return 0, err
	}
	from, err := file.Open()
	if err != nil {
		return 0, err
	}
	defer func() { _ = from.Close() }()
	to, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o400|mode.Perm()&0o100)
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(to, io.LimitReader(from, limit+1))
	if err == nil && n > limit {
		err = fmt.Errorf("Unzipped size must be smaller than %d bytes", codeLimit) //nolint:staticcheck // AWS's words
	}
	return n, errors.Join(err, to.Close())
}

// sweepCode removes the code that no function has any more. A program that runs goes on without its file.
func (s *Service) sweepCode() error {
	used := map[string]bool{}
	err := s.Store.View(func(tx store.Reader) error {
		for key := range tx.Range(spaceFunctions, store.Range{}) {
			var f function
			if _, err := store.GetJSON(tx, spaceFunctions, key, &f); err != nil {
				return err
			}
			used[f.Digest] = true
		}
		return nil
	})
	if err != nil {
		return err
	}
	entries, err := os.ReadDir(filepath.Join(s.Dir, "code"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, entry := range entries {
		if !used[entry.Name()] {
			err = errors.Join(err, os.RemoveAll(filepath.Join(s.Dir, "code", entry.Name())))
		}
	}
	return err
}
