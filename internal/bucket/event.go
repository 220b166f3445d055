package bucket

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Decode reads JSON strictly: a field that is not known, or something after the document, is an error.
func Decode(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("got something after the document")
	}
	return nil
}

// Only errs unless exactly one command was given.
func Only(given map[string]bool) error {
	names := slices.Sorted(maps.Keys(given))
	var got []string
	for _, name := range names {
		if given[name] {
			got = append(got, name)
		}
	}
	if len(got) == 1 {
		return nil
	}
	return fmt.Errorf("got %d commands (%s), want one of %s", len(got), strings.Join(got, " "), strings.Join(names, " "))
}

// Named is an error of a command, and nil for nil.
func Named(command string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", command, err)
}
