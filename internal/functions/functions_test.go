package functions_test

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/functions"
)

// module writes a module with a function hello and answers its folder.
func module(t *testing.T, changed map[string]string) string {
	t.Helper()
	files := map[string]string{
		"go.mod":                    "module m.example/m\n\ngo 1.26.0\n\nrequire n.example/n v0.0.0\n\nreplace n.example/n => ./near\n",
		"go.sum":                    "",
		"functions/hello/main.go":   "package main\n\nimport (\n\t_ \"m.example/m/greet\"\n\t_ \"n.example/n\"\n)\n\nfunc main() { println(\"hello\") }\n",
		"greet/greet.go":            "package greet\n\nimport _ \"embed\"\n\n//go:embed words.txt\nvar words string\n\nvar _ = words\n",
		"greet/words.txt":           "good day",
		"greet/greet.s":             "#include \"greet.h\"\n",
		"greet/greet.h":             "// good\n",
		"near/go.mod":               "module n.example/n\n\ngo 1.26.0\n",
		"near/near.go":              "package near\n",
		"greet/greet_test.go":       "package greet\n",
		"functions/other/main.go":   "package main\n\nfunc main() {}\n",
		"functions/library/main.go": "package library\n",
		"functions/broken/main.go":  "package main\n\nfunc main() { nope() }\n",
	}
	maps.Copy(files, changed)
	folder := t.TempDir()
	for name, text := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func built(t *testing.T, folder string, architecture functions.Architecture) (functions.Bundle, []byte) {
	t.Helper()
	bundle, err := functions.In(folder, architecture)("hello")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(bundle.Folder)
	if err != nil || len(entries) != 1 || entries[0].Name() != "bootstrap" {
		t.Fatalf("got %v, %v in the bundle, want bootstrap alone", entries, err)
	}
	if info, err := entries[0].Info(); err != nil || info.Mode().Perm()&0o111 == 0 {
		t.Errorf("got %v, %v, want a file that can be run", info.Mode(), err)
	}
	binary, err := os.ReadFile(filepath.Join(bundle.Folder, "bootstrap"))
	if err != nil {
		t.Fatal(err)
	}
	return bundle, binary
}

func TestIn_buildsTheSameBytesInTwoFolders(t *testing.T) {
	first, binary := built(t, module(t, nil), functions.ARM64)
	t.Setenv("GOFLAGS", "-race") // the user's settings are for the user's builds
	second, again := built(t, module(t, nil), functions.ARM64)
	if first.Digest != second.Digest || !bytes.Equal(binary, again) {
		t.Errorf("got the digests %s and %s, equal bytes %t, want the same", first.Digest, second.Digest, bytes.Equal(binary, again))
	}
	if bytes.Contains(binary, []byte(filepath.Dir(first.Folder))) {
		t.Error("the binary names the folder that it was built in")
	}
	x86, other := built(t, filepath.Dir(filepath.Dir(filepath.Dir(first.Folder))), functions.X86)
	if x86.Digest == first.Digest || bytes.Equal(other, binary) {
		t.Error("another processor: got the same, want another binary and digest")
	}
}

// Each input of a build is in its digest, and what is none is not.
func TestIn_namesBundlesByAllThatTheyAreMadeOf(t *testing.T) {
	usual, _ := built(t, module(t, nil), functions.ARM64)
	for name, test := range map[string]struct {
		changed map[string]string
		same    bool
	}{
		"its own source":       {map[string]string{"functions/hello/main.go": "package main\n\nimport _ \"m.example/m/greet\"\n\nfunc main() {}\n"}, false},
		"a package":            {map[string]string{"greet/greet.go": "package greet\n"}, false},
		"an embedded file":     {map[string]string{"greet/words.txt": "good night"}, false},
		"a file more":          {map[string]string{"greet/more.go": "package greet\n"}, false},
		"the sums of modules":  {map[string]string{"go.sum": "x.example/x v1.0.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"}, false},
		"a test":               {map[string]string{"greet/greet_test.go": "package greet\n\nvar _ = 1\n"}, true},
		"assembly":             {map[string]string{"greet/greet.s": "#include \"greet.h\"\n// more\n"}, false},
		"a header of it":       {map[string]string{"greet/greet.h": "// better\n"}, false},
		"a module in a folder": {map[string]string{"near/near.go": "package near\n\nvar _ = 1\n"}, false},
		"another function":     {map[string]string{"functions/other/main.go": "package main\n\nfunc main() { println() }\n"}, true},
		"nothing":              {nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			if bundle, _ := built(t, module(t, test.changed), functions.ARM64); (bundle.Digest == usual.Digest) != test.same {
				t.Errorf("got the digest %s after %s, want the same as before: %t", bundle.Digest, usual.Digest, test.same)
			}
		})
	}
}

// The clock of tests is moved by an overlay.
func TestIn_takesSourcesInThePlaceOfOthers(t *testing.T) {
	folder := module(t, nil)
	usual, _ := built(t, folder, functions.Host())
	other, list := filepath.Join(folder, "other.go"), filepath.Join(folder, "overlay.json")
	for file, text := range map[string]string{
		other: "package main\n\nfunc main() { println(\"in its place\") }\n",
		list:  `{"Replace": {"` + filepath.Join(folder, "functions", "hello", "main.go") + `": "` + other + `"}}`,
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("GOFLAGS", "-count=1 -overlay="+list)
	moved, binary := built(t, folder, functions.Host())
	if moved.Digest == usual.Digest || !bytes.Contains(binary, []byte("in its place")) {
		t.Errorf("got the digest %s after %s, want another, and the other source built", moved.Digest, usual.Digest)
	}
	if err := os.WriteFile(other, []byte("package main\n\nfunc main() { println(\"in its place too\") }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if again, binary := built(t, folder, functions.Host()); again.Digest == moved.Digest || !bytes.Contains(binary, []byte("in its place too")) {
		t.Errorf("got the digest %s after %s, want another of the source that changed", again.Digest, moved.Digest)
	}
}

func TestIn_buildsOnceAndKeepsTheLast(t *testing.T) {
	folder := module(t, nil)
	first, _ := built(t, folder, functions.ARM64)
	mark := filepath.Join(first.Folder, "bootstrap")
	if err := os.WriteFile(mark, []byte("as it was"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, binary := built(t, folder, functions.ARM64); string(binary) != "as it was" {
		t.Error("got it built again, want the one that is there")
	}
	if err := os.WriteFile(filepath.Join(folder, "greet", "words.txt"), []byte("hi"), 0o600); err != nil {
		t.Fatal(err)
	}
	built(t, folder, functions.ARM64)
	if _, err := os.Stat(first.Folder); err == nil {
		t.Error("the bundle of before is still there")
	}
}

func TestIn_saysWhatDoesNotBuild(t *testing.T) {
	folder := module(t, nil)
	for _, test := range []struct {
		name         string
		architecture functions.Architecture
		want         string
	}{
		{"broken", functions.ARM64, "undefined: nope"},
		{"absent", functions.ARM64, "functions/absent: got no sources, want main.go there"},
		{"library", functions.ARM64, "functions/library: got the package library, want main, with a func main that Lambda starts"},
		{"hello", "sparc", `got the architecture "sparc", want one of [arm64 x86_64]`},
	} {
		if _, err := functions.In(folder, test.architecture)(test.name); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", test.name, err, test.want)
		}
	}
}
