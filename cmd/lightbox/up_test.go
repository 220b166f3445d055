package main

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox/assembly"
)

// downloaded is a folder as an archive has it: the command with dev's assembly, its settings and two pages.
func downloaded(t *testing.T) (command string) {
	t.Helper()
	folder := t.TempDir()
	share := filepath.Join(folder, shareFolder)
	settings := read(t, filepath.Join(root, "cdk.json"))
	write(t, filepath.Join(share, shareSettings), settings)
	if err := os.Rename(deploytest.WorkingAssembly(t, root, "dev"), filepath.Join(share, shareAssembly)); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(share, sharePages, "index.html"), "<meta content='connect-src http://"+builtFor+"'>")
	write(t, filepath.Join(share, sharePages, "index.html.gz"), "of the usual address")
	write(t, filepath.Join(share, sharePages, "app.js"), "const usual = '"+builtFor+"'")
	write(t, filepath.Join(share, sharePages, wayScript), "const sandbox = 'http://"+builtFor+"'")
	command = filepath.Join(folder, "lightbox")
	if err := os.Link(binary(t), command); err != nil {
		t.Fatal(err)
	}
	return command
}

func TestUp_hasTheBackendAndThePagesWhereTheyAre(t *testing.T) {
	command := downloaded(t)
	t.Chdir(t.TempDir())
	run := func(args ...string) string {
		t.Helper()
		out, err := exec.Command(command, args...).Output()
		if err != nil {
			t.Fatalf("%v: %v: %s", args, err, out)
		}
		return string(out)
	}
	var ready readyLine
	line := run(append([]string{"up", "--detach", "--ready", "json"}, anywhere...)...)
	if err := json.Unmarshal([]byte(line), &ready); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	t.Cleanup(func() { run("sandbox", "stop") })
	if len(ready.Stacks) != 5 || !sameFile(ready.Data, defaultData) {
		t.Errorf("got %d stacks in %s, want five in a folder here", len(ready.Stacks), ready.Data)
	}
	for name, want := range map[string]string{
		"":        "<meta content='connect-src http://" + ready.HTTP + "'>",
		wayScript: "const sandbox = 'http://" + ready.HTTP + "'",
		"app.js":  "const usual = '" + builtFor + "'", // the pages' own scripts are those of production
	} {
		if got := shown(t, "http://"+ready.Web+"/"+name, "*/*"); got != want {
			t.Errorf("the page %q: got %s, want %s", name, got, want)
		}
	}
	settings := shown(t, "http://"+ready.Web+"/amplify_outputs.json", "*/*")
	if got := run("sandbox", "outputs", "-"); got != settings || !strings.Contains(got, ready.output("UserPoolId")) {
		t.Errorf("for a front end of one's own: got %s, want what the pages have: %s", got, settings)
	}
	bucket := "https://" + ready.output("BucketName") + ".s3.us-east-1.amazonaws.com/private/x"
	for origin, want := range map[string]string{"http://" + ready.Web: "http://" + ready.Web, usualOrigin: usualOrigin, "http://localhost:1": ""} {
		if got := preflight(t, ready.HTTP, bucket, origin); got != want {
			t.Errorf("the bucket, asked from %s: got %q let in, want %q", origin, got, want)
		}
	}
	if again := run("up", "--detach", "--ready", "json"); !strings.Contains(again, `"http":"`+ready.HTTP+`"`) {
		t.Errorf("a second time: got %s, want the one that runs", again)
	}
}

// output is an output of any of the stacks.
func (r readyLine) output(key string) string {
	for _, stack := range r.Stacks {
		if value := stack.Outputs[key]; value != "" {
			return value
		}
	}
	return ""
}

// preflight asks for an address of AWS's as a browser does before a page of an origin may send something there, and returns the
// origin that is let in.
func preflight(t *testing.T, at, target, origin string) string {
	t.Helper()
	request, err := http.NewRequest(http.MethodOptions, "http://"+at+"/_lightbox/bridge?url="+url.QueryEscape(target), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Origin", origin)
	request.Header.Set("Access-Control-Request-Method", http.MethodPut)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.Header.Get("Access-Control-Allow-Origin")
}

func TestUp_refusesWhereNothingCameWithIt(t *testing.T) {
	t.Chdir(t.TempDir())
	if _, got := lightbox("up"); !strings.HasPrefix(got, "lightbox: got no share/ beside this command, want ") {
		t.Errorf("got %q", got)
	}
	for name, folder := range map[string]string{"no folder": "none", "no first page": "."} {
		if _, err := readPages(folder); err == nil || !strings.Contains(err.Error(), "want the pages that came with this command") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestUp_leavesPagesAsTheyAreAtTheUsualAddress(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "index.html"), builtFor)
	write(t, filepath.Join(folder, "index.html.gz"), "compressed")
	for address, want := range map[string][]string{builtFor: {"index.html", "index.html.gz"}, "127.0.0.1:1": {"index.html"}} {
		pages, err := readPages(folder)
		if err != nil {
			t.Fatal(err)
		}
		files := pages.at(address)
		names, err := fs.Glob(files, "*")
		if diff := cmp.Diff(want, names); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got)\n%s", address, err, diff)
		}
		if text, err := fs.ReadFile(files, "index.html"); err != nil || string(text) != address {
			t.Errorf("%s: got %s, %v", address, text, err)
		}
	}
}

func TestUp_refusesOtherPortsWhereNoTemplateNamesTheUsualOne(t *testing.T) {
	folder := t.TempDir()
	smallAssembly(t, folder)
	opened, err := assembly.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	if err := allow(opened, usualOrigin); err != nil {
		t.Errorf("the usual one: got %v", err)
	}
	if err := allow(opened, "http://localhost:3001"); err == nil || !strings.Contains(err.Error(), "got pages at http://localhost:3001, and no template that names http://localhost:3000") {
		t.Errorf("got %v", err)
	}
}
