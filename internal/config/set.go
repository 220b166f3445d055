package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A Change is another value of a setting.
type Change struct {
	Key   string // as in "auth.signUp"
	Value string // JSON
}

// Set gives settings of an environment other values in a cdk.json file, and leaves all else of the file as it is, byte by byte. Objects
// that a key stands in are made where they are not there; the environment's has to be. before are the values that they had, "" for none.
// The file, or the one that a link leads to, is replaced in one step: not at all where a setting would be refused after all the changes,
// or where somebody else changes the file meanwhile.
func Set(file, env string, changes ...Change) (before []string, err error) {
	file, err = filepath.EvalSymlinks(file)
	if err != nil {
		return nil, err
	}
	read, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	text, err := textOf(file, read)
	if err != nil {
		return nil, err
	}
	for _, change := range changes {
		if !json.Valid([]byte(change.Value)) {
			return nil, fmt.Errorf(`%s: got the value %s, want JSON, as in true, 7 or "text"`, change.Key, change.Value)
		}
		environment, is, err := memberAt(text, 0, "context", "environments", env)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if !is {
			return nil, fmt.Errorf("%s: got no object context.environments.%s, want the environment's", file, env)
		}
		var was string
		text, was, err = set(text, environment.start, strings.Split(change.Key, "."), change.Value)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", file, change.Key, err)
		}
		before = append(before, was)
	}
	return before, replace(file, env, read, text)
}

// replace puts a text in the place of what was read from a file, if the settings that it says for an environment are good.
func replace(file, env string, read, text []byte) (err error) {
	if _, err := readOf(file, text, env); err != nil {
		return err
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	fresh, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".new*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = fresh.Close()           // it is closed already, or thrown away
			_ = os.Remove(fresh.Name()) // it is in nobody's way
		}
	}()
	if err := writeAll(fresh, text, info.Mode().Perm()); err != nil {
		return err
	}
	unlock, err := lock(file + ".lock")
	if err != nil {
		return err
	}
	defer unlock()
	now, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if !bytes.Equal(now, read) {
		return fmt.Errorf("%s: somebody else changed it in the same moment: nothing is set, try again", file)
	}
	return os.Rename(fresh.Name(), file)
}

// lock makes a file that nobody else can make before unlock removes it: one at a time compares and replaces.
func lock(name string) (unlock func(), err error) {
	for range 100 {
		var made *os.File
		if made, err = os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600); err == nil {
			_ = made.Close() // nothing is in it
			return func() { _ = os.Remove(name) }, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
		time.Sleep(20 * time.Millisecond)
	}
	return nil, fmt.Errorf("%w: is another change at work? If not, remove it", err)
}

// writeAll writes a whole file, which is on the disk then.
func writeAll(file *os.File, text []byte, mode os.FileMode) error {
	if _, err := file.Write(text); err != nil {
		return err
	}
	if err := file.Chmod(mode); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	return file.Close()
}

// span is where a value is in a text.
type span struct{ start, end int }

// set gives what is at a path of the object that begins at a place of a text another value.
func set(text []byte, object int, path []string, value string) (changed []byte, before string, err error) {
	found, is, err := memberAt(text, object, path[0])
	switch {
	case err != nil:
		return nil, "", err
	case is && len(path) > 1:
		return set(text, found.start, path[1:], value)
	case is:
		return slices.Concat(text[:found.start], []byte(value), text[found.end:]), string(text[found.start:found.end]), nil
	}
	for i := len(path) - 1; i > 0; i-- {
		value = "{ " + quote(path[i]) + ": " + value + " }"
	}
	// First of the members, spaced as the first is.
	begin := object + 1
	rest := bytes.TrimLeft(text[begin:], " \t\r\n")
	space, comma := string(text[begin:len(text)-len(rest)]), ","
	if rest[0] == '}' {
		space, comma = " ", " "
	}
	return slices.Concat(text[:begin], []byte(space+quote(path[0])+": "+value+comma), text[begin:]), "", nil
}

// memberAt finds what is at a path of the object that begins at a place of a JSON text.
func memberAt(text []byte, object int, path ...string) (found span, is bool, err error) {
	begin := object + bytes.IndexFunc(text[object:], func(r rune) bool { return !strings.ContainsRune(" \t\r\n", r) })
	decoder := json.NewDecoder(bytes.NewReader(text[begin:]))
	if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
		return span{}, false, fmt.Errorf("got %v before %s, want an object", token, path[0])
	}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return span{}, false, err
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return span{}, false, err
		}
		end := begin + int(decoder.InputOffset())
		if found = (span{end - len(value), end}); key != path[0] {
			continue
		}
		if len(path) == 1 {
			return found, true, nil
		}
		return memberAt(text, found.start, path[1:]...)
	}
	return span{}, false, nil
}
