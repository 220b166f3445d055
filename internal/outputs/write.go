package outputs

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ReadFile reads the file at path; one that does not exist has nil Data. What is no regular file
// (a folder, a device) is an error.
func ReadFile(path string) (File, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return File{Name: path}, nil
	}
	if err != nil {
		return File{}, err
	}
	if !info.Mode().IsRegular() {
		return File{}, fmt.Errorf("%s: got a %s, want a file", path, kindOfFile(info.Mode()))
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return File{}, err
	}
	return File{Name: path, Data: data}, nil
}

func kindOfFile(mode fs.FileMode) string {
	if mode.IsDir() {
		return "folder"
	}
	return "device"
}

// WriteFile gives the file at path the content data and reports whether that changed anything.
//
// A reader sees the old content or the new, never a part: the text goes to a new file in the same
// folder, is flushed to the disk and renamed. A link stays a link (what it points to is replaced),
// a file keeps its mode, and one that holds data already is not touched, so that nothing that
// watches it wakes up. The folder is made if need be.
func WriteFile(path string, data []byte) (changed bool, err error) {
	target, err := followed(path)
	if err != nil {
		return false, err
	}
	mode := fs.FileMode(0)
	info, err := os.Stat(target)
	switch {
	case err == nil:
		mode = info.Mode().Perm()
		if was, err := os.ReadFile(target); err == nil && bytes.Equal(was, data) {
			return false, nil
		}
	case !errors.Is(err, fs.ErrNotExist):
		return false, err
	}

	folder := filepath.Dir(target)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return false, err
	}
	temp := filepath.Join(folder, "."+filepath.Base(target)+"."+rand.Text()[:8])
	if err := writeSynced(temp, data, mode); err != nil {
		return false, errors.Join(err, discard(temp))
	}
	if err := os.Rename(temp, target); err != nil {
		return false, errors.Join(err, discard(temp))
	}
	syncFolder(folder)
	return true, nil
}

// followed is where the links at path end, whether or not there is a file yet.
func followed(path string) (string, error) {
	const most = 40 // as Linux has it
	at := path
	for range most {
		next, err := os.Readlink(at)
		if err != nil {
			return at, nil // no link, or nothing there: this is the end
		}
		if !filepath.IsAbs(next) {
			next = filepath.Join(filepath.Dir(at), next)
		}
		at = next
	}
	return "", fmt.Errorf("%s: got a chain of more than %d links, want a file", path, most)
}

// writeSynced makes a new file with data on the disk. A mode of 0 leaves the mode to the umask.
func writeSynced(path string, data []byte, mode fs.FileMode) (err error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if mode != 0 {
		if err := file.Chmod(mode); err != nil {
			return err
		}
	}
	if _, err := file.Write(data); err != nil {
		return err
	}
	return file.Sync()
}

func discard(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// syncFolder makes the new name last through a power cut. Not every file system can, and the
// content is safe either way, so a failure is no fault.
func syncFolder(path string) {
	folder, err := os.Open(path)
	if err != nil {
		return
	}
	_ = folder.Sync()
	_ = folder.Close()
}
