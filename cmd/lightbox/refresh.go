package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"lightbox.example/lightbox/api"
)

// A liveAPI puts the code of the API into an assembly as soon as it is saved. A synth would write the same, since code is
// inline in the templates, but takes seconds to be built and run: it follows, and proves what was put there.
type liveAPI struct {
	folder   string // the sources, api/
	assembly string
	code     map[string]string // by resolver, and the schema by ""
}

// newLiveAPI starts with the code that is in the folder now, which the assembly is taken to have.
func newLiveAPI(folder, assembly string) (*liveAPI, error) {
	code, err := readAPI(folder)
	return &liveAPI{folder, assembly, code}, err
}

// readAPI bundles what is in a folder like api/.
func readAPI(folder string) (map[string]string, error) {
	code := map[string]string{}
	text, err := os.ReadFile(filepath.Join(folder, "schema.graphql"))
	if err != nil {
		return nil, err
	}
	if code[""], err = api.SchemaOf(string(text)); err != nil {
		return nil, err
	}
	var errs []error
	for _, name := range api.Names() {
		bundled, err := api.ResolverIn(os.DirFS(folder), name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // it was removed: for the synth to say
		}
		code[name], errs = bundled, append(errs, err)
	}
	return code, errors.Join(errs...)
}

// refresh writes what was saved into the templates of the assembly. It reports whether that changed any.
func (l *liveAPI) refresh() (changed bool, err error) {
	code, err := readAPI(l.folder)
	if err != nil {
		return false, err
	}
	templates, err := filepath.Glob(filepath.Join(l.assembly, "*.template.json"))
	if err != nil {
		return false, err
	}
	for _, template := range templates {
		old, err := os.ReadFile(template)
		if err != nil {
			return false, err
		}
		text := old
		for name, saved := range code {
			if before := l.code[name]; before != "" {
				text = bytes.ReplaceAll(text, quoted(before), quoted(saved))
			}
		}
		if bytes.Equal(old, text) {
			continue
		}
		changed = true
		if err := os.WriteFile(template, text, 0o600); err != nil {
			return false, err
		}
	}
	l.code = code
	return changed, nil
}

// quoted is a text as templates have it: JSON that leaves <, > and & alone.
func quoted(text string) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a text
	return bytes.TrimSpace(b.Bytes())
}
