package sandbox

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/assembly"
)

// What is published while the templates are checked is in its bucket once they are good, and never if they are not.
func TestPublish_waitsForTheChecks(t *testing.T) {
	s, err := Start(t.Context(), Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "asset.a", "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{"bootstrap": strings.Repeat("program ", 100_000), "sub/notes.txt": "notes", "sub/empty": ""}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, "asset.a", name), []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	const bucket = "cdk-hnb659fds-assets-" + Account + "-us-east-1"
	opened := &assembly.Assembly{Dir: dir, Stacks: []*assembly.Stack{{Name: "T", Assets: []assembly.Asset{{
		Path: "asset.a", Packaging: "zip", Destinations: []assembly.Destination{{Bucket: bucket, Key: "a.zip"}},
	}}}}}
	fault := errors.New("a resource is refused")
	if err := s.publish(t.Context(), opened, func() error { return fault }); !errors.Is(err, fault) {
		t.Errorf("got %v, want the fault of the checks", err)
	}
	if _, err := s.object(t.Context(), bucket, "a.zip", 1<<20); err == nil {
		t.Error("got the object of a deployment that is refused")
	}
	if err := s.publish(t.Context(), opened, func() error { return nil }); err != nil {
		t.Fatal(err)
	}
	if _, err := s.object(t.Context(), bucket, "a.zip", 1000); err == nil || !strings.Contains(err.Error(), "want at most 1000") {
		t.Errorf("more than the limit: got %v", err)
	}
	text, err := s.object(t.Context(), bucket, "a.zip", 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	read, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	if err != nil || len(read.File) != len(files) {
		t.Fatalf("got %v, want a zip file of %d", err, len(files))
	}
	for _, file := range read.File {
		from, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(from); err != nil || string(got) != files[file.Name] {
			t.Errorf("%s: got %d bytes, %v, want %d", file.Name, len(got), err, len(files[file.Name]))
		}
	}
}
