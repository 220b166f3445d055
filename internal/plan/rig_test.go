package plan

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox/assembly"
)

var update = flag.Bool("update", false, "write the golden plans anew")

// A change is made to the text of a template, by the stack's construct id.
type change = func(stack string, template []byte) []byte

// prod is an assembly of prod with changes.
func prod(t testing.TB, changes ...change) string {
	return deploytest.Assembly(t, "../..", "prod", changes...)
}

func open(t testing.TB, folder string) *assembly.Assembly {
	t.Helper()
	a, err := assembly.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func compare(t testing.TB, old, next string) *Plan {
	t.Helper()
	p, err := Compare(open(t, old), open(t, next), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// renamed gives a construct another id, and with it another logical id in all templates: outputs that have it in their name
// follow, as they do in a synth.
func renamed(path, logicalID string) change {
	parent, name := filepath.Split(path)
	quote, by := "", "Other"+logicalID
	if !hashed.MatchString(logicalID) { // it may be a word of another kind elsewhere
		quote, by = `"`, `"Other`+logicalID
	}
	return func(_ string, template []byte) []byte {
		template = bytes.ReplaceAll(template, []byte(quote+logicalID+quote), []byte(by+quote))
		template = bytes.ReplaceAll(template, []byte(`"`+path+`"`), []byte(`"`+parent+"Other"+name+`"`))
		return bytes.ReplaceAll(template, []byte(`"`+path+`/`), []byte(`"`+parent+"Other"+name+"/"))
	}
}

var hashed = regexp.MustCompile(`[0-9A-F]{8}$`)

// edited changes the properties of a resource, and nothing else.
func edited(stack, logicalID string, edit func(resource map[string]any)) change {
	return func(of string, template []byte) []byte {
		if of != stack {
			return template
		}
		all := decoded(template)
		resource, ok := all["Resources"].(map[string]any)[logicalID].(map[string]any)
		if !ok {
			panic("no " + stack + "/" + logicalID)
		}
		edit(resource)
		return encoded(all)
	}
}

func decoded(template []byte) map[string]any {
	var all map[string]any
	if err := json.Unmarshal(template, &all); err != nil {
		panic(err)
	}
	return all
}

func encoded(all map[string]any) []byte {
	text, err := json.Marshal(all)
	if err != nil {
		panic(err)
	}
	return text
}

// set sets a property.
func set(stack, logicalID, property string, value any) change {
	return edited(stack, logicalID, func(r map[string]any) { r["Properties"].(map[string]any)[property] = value })
}

// golden compares a plan with the file of its name, of which the last line is the exit code.
func golden(t *testing.T, name string, p *Plan) {
	t.Helper()
	var b strings.Builder
	if err := p.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	b.WriteString("exit " + string(rune('0'+p.Code())) + "\n")
	compareFile(t, strings.ReplaceAll(name, " ", "-")+".txt", b.String())
}

// compareFile compares a text with a file in testdata.
func compareFile(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; `make golden` writes it, a reviewer reads it", err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s differs (-reviewed +now):\n%s", file, diff)
	}
}
