package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
)

// Set gives one setting of an environment another value in a cdk.json file, and leaves all else of the file as it is, byte by byte. key
// is as in "auth.signUp", value is JSON. Objects that the key stands in are made where they are not there; the environment's has to be.
// before is the value that it had, "" for none. The file is replaced in one step, or not at all where a setting would be refused.
func Set(file, env, key, value string) (before string, err error) {
	text, err := Text(file)
	if err != nil {
		return "", err
	}
	if !json.Valid([]byte(value)) {
		return "", fmt.Errorf(`%s: got the value %s, want JSON, as in true, 7 or "text"`, key, value)
	}
	environment, is, err := memberAt(text, 0, "context", "environments", env)
	if err != nil {
		return "", fmt.Errorf("%s: %w", file, err)
	}
	if !is {
		return "", fmt.Errorf("%s: got no object context.environments.%s, want the environment's", file, env)
	}
	changed, before, err := set(text, environment.start, strings.Split(key, "."), value)
	if err != nil {
		return "", fmt.Errorf("%s: %s: %w", file, key, err)
	}
	return before, replace(file, env, changed)
}

// replace puts a text in the place of a file, if the settings that it says for an environment are good.
func replace(file, env string, text []byte) error {
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	fresh := file + ".new"
	if err := os.WriteFile(fresh, text, info.Mode().Perm()); err != nil {
		return err
	}
	if _, err := Read(fresh, env); err != nil {
		_ = os.Remove(fresh) // it is in nobody's way
		return err
	}
	return os.Rename(fresh, file)
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
