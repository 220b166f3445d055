package process

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// Lines come out whole and in order, wherever the pipe cuts them, and a take has all that was written before.
func TestOutput_takesWhatWasWritten(t *testing.T) {
	o, err := newOutput()
	if err != nil {
		t.Fatal(err)
	}
	defer o.close()
	write := func(text string) {
		if _, err := o.w.WriteString(text); err != nil {
			t.Fatal(err)
		}
	}
	if lines := o.take(); lines != nil {
		t.Errorf("got %q, want nothing", lines)
	}
	write("one\n\ntwo\nno end")
	if lines := o.take(); !slices.Equal(lines, []string{"one", "", "two", "no end"}) {
		t.Errorf("got %q", lines)
	}
	for length := maxLine - 40; length < maxLine+2*len(o.mark)+10; length += 7 { // the mark falls where a long line is cut
		write(strings.Repeat("x", length))
		if got := strings.Join(o.take(), ""); len(got) != length {
			t.Fatalf("a line of %d bytes without an end: got %d", length, len(got))
		}
	}
	for range 40 {
		write(strings.Repeat("y", maxLine-1) + "\n")
	}
	write("last\n")
	lines := o.take()
	size := 0
	for _, line := range lines {
		size += len(line)
	}
	if size > maxBytes || lines[len(lines)-1] != "last" {
		t.Errorf("got %d bytes up to %.10q, want the latest %d", size, lines[len(lines)-1], maxBytes)
	}
}

// script starts a program that is a shell script.
func script(t *testing.T, text string) *Instance {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "bootstrap"), []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	i, err := Start(Config{Folder: folder, Env: []string{"PATH=/usr/bin:/bin"}, ARN: "arn", Memory: 512, Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(i.Close)
	return i
}

// The port of the Runtime API is open to this machine: a page in a browser, whatever name it goes by, gets nothing of it.
func TestAPI_isForTheProgramAlone(t *testing.T) {
	i := script(t, "sleep 600")
	address := i.listener.Addr().String()
	for name, change := range map[string]func(*http.Request){
		"by another name":       func(r *http.Request) { r.Host = "evil.example" },
		"from a page":           func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") },
		"from a page's picture": func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/2018-06-01/runtime/invocation/next", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		change(request)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusForbidden {
			t.Errorf("%s: got %d, want 403", name, response.StatusCode)
		}
	}
	response, err := http.Post("http://"+address+"/2018-06-01/runtime/invocation/other/response", "application/json", strings.NewReader("1"))
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusBadRequest {
		t.Errorf("an answer to no event: got %d, want 400", response.StatusCode)
	}
}

// What a program started ends with it.
func TestClose_endsTheProgramsChildren(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere the program alone is ended")
	}
	file := filepath.Join(t.TempDir(), "pid")
	i := script(t, "sleep 600 & echo $! > '"+file+"'; wait")
	pid := ""
	within(t, func() bool {
		text, err := os.ReadFile(file)
		pid = strings.TrimSpace(string(text))
		return err == nil && pid != ""
	})
	i.Close()
	within(t, func() bool {
		stat, err := os.ReadFile("/proc/" + pid + "/stat")
		_, state, _ := strings.Cut(string(stat), ") ")
		return errors.Is(err, os.ErrNotExist) || strings.HasPrefix(state, "Z")
	})
}

// within waits until something holds, a minute at most.
func within(t *testing.T, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it does not hold after a minute")
		}
	}
}
