package cost

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox/assembly"
)

var update = flag.Bool("update", false, "write what reports of the use in testdata/ say anew")

// now is a day on which the prices are fresh.
var now = Of.AddDate(0, 0, 20)

// factsOf are those of an environment as it ships, with changes to the texts of its templates.
func factsOf(t *testing.T, env string, changes ...func(stack string, template []byte) []byte) Facts {
	t.Helper()
	a, err := assembly.Open(deploytest.WholeAssembly(t, "../..", env, changes...))
	if err != nil {
		t.Fatal(err)
	}
	facts, err := Read(a)
	if err != nil {
		t.Fatal(err)
	}
	return facts
}

func usageOf(t *testing.T, name string) Usage {
	t.Helper()
	usage, err := ReadUsage(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return usage
}

// Four uses of prod, as a person reads them.
func TestReports_areGolden(t *testing.T) {
	prod := factsOf(t, "prod")
	for _, name := range []string{"idle", "club", "shop", "crowd"} {
		var text bytes.Buffer
		if err := NewReport("cdk.out", prod, usageOf(t, name), now).WriteText(&text); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(text.String()) {
			if width := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); width > 80 {
				t.Errorf("%s: got a line of %d columns, want at most 80: %s", name, width, line)
			}
		}
		file := filepath.Join("testdata", name+".txt")
		if *update {
			if err := os.WriteFile(file, text.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), text.String()); diff != "" {
			t.Errorf("%s (-reviewed +now); `go test ./internal/cost -update` writes it:\n%s", file, diff)
		}
	}
}

var _ = time.Now
