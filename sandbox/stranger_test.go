package sandbox_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// stranger is a program of somebody else's, who has this module in a folder of their own.
const stranger = `package main

import (
	"context"
	"fmt"
	"net/http"
	"os"

	"MODULE/sandbox"
)

func main() {
	s, err := sandbox.Start(context.Background(), sandbox.Config{})
	if err == nil {
		var response *http.Response
		if response, err = http.Get("http://" + s.HTTP() + "/_lightbox/"); err == nil {
			fmt.Println(response.Status, s.Overview().Account)
			err = response.Body.Close()
		}
	}
	if err == nil {
		err = s.Close()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
`

// Another module imports the sandbox by a replace, and starts it.
func TestStart_inAProgramOfAnotherModule(t *testing.T) {
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	settings, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	first, rest, _ := strings.Cut(string(settings), "\n")
	module := strings.TrimPrefix(first, "module ")
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":  "module stranger.example/shop\n" + rest + "\nrequire " + module + " v0.0.0\nreplace " + module + " => " + root + "\n",
		"go.sum":  string(sums),
		"main.go": strings.ReplaceAll(stranger, "MODULE", module),
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := exec.Command("go", "run", "-mod=mod", ".")
	run.Dir = folder
	run.Env = append(os.Environ(), "GOPROXY=off", "GOWORK=off")
	out, err := run.CombinedOutput()
	if want := "200 OK 000000000000\n"; err != nil || string(out) != want {
		t.Errorf("got %q (%v), want %q", out, err, want)
	}
}
