package sandbox

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"lightbox.example/lightbox/sandbox/store"
)

// What is in the folder of a sandbox, beside tls/ and saved/.
const (
	databaseFile    = "sandbox.db"
	objectsFolder   = "s3"
	functionsFolder = "lambda"
	addressFile     = "address" // of the endpoint, while the sandbox runs
)

// smallBody is how many bytes an object may have that lies in the store: it is written without a file, which takes longer than the rest.
// On the disk the store waits for what it writes, files do not, so that there it is for the smaller ones alone.
func (s *Sandbox) smallBody() int {
	if s.temporary != "" {
		return 128 << 10
	}
	return 16 << 10
}

// Reset empties the folder of a sandbox that is not running. Its certificate stays, so that what trusts it still does, and so does
// what Save has kept under names.
// A folder that is not there is empty.
func Reset(folder string) error {
	path := filepath.Join(folder, databaseFile)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	db, err := store.Open(path)
	if errors.Is(err, store.ErrInUse) {
		return fmt.Errorf("%s: %w: stop it first", folder, err)
	}
	if err == nil {
		err = db.Close()
	} else if errors.Is(err, store.ErrDamaged) {
		err = nil // it goes
	}
	errs := []error{err, os.Remove(path)}
	for _, name := range []string{objectsFolder, objectsFolder + "-" + central, functionsFolder} {
		errs = append(errs, os.RemoveAll(filepath.Join(folder, name)))
	}
	return errors.Join(errs...)
}

// Address is where the sandbox of a folder runs, as in 127.0.0.1:4566; "" if none does. One that was killed leaves it there.
func Address(folder string) string {
	text, err := os.ReadFile(filepath.Join(folder, addressFile))
	if err != nil {
		return ""
	}
	return string(text)
}

// damaged says what to do about a database that can't be opened.
func damaged(err error, folder string) error {
	if errors.Is(err, store.ErrDamaged) {
		return fmt.Errorf("%w: put a copy of it back, or begin anew with `lightbox sandbox reset --data %s`", err, folder)
	}
	return err
}
