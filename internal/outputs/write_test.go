package outputs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/outputs"
)

func TestWriteFile_makesTheFileAndItsFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "web", "src", "out.json")
	changed, err := outputs.WriteFile(path, []byte("new\n"))
	if err != nil {
		t.Fatal(err)
	}
	if !changed {
		t.Error("got unchanged, want changed")
	}
	holds(t, path, "new\n")
	alone(t, path)
}

func TestWriteFile_replacesTheContentAndKeepsTheMode(t *testing.T) {
	for _, mode := range []fs.FileMode{0o600, 0o644, 0o664} {
		t.Run(mode.String(), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "out.json")
			place(t, path, "old\n", mode)
			before := stat(t, path)
			if _, err := outputs.WriteFile(path, []byte("new\n")); err != nil {
				t.Fatal(err)
			}
			holds(t, path, "new\n")
			alone(t, path)
			if got := stat(t, path).Mode(); got != mode {
				t.Errorf("mode: got %s, want %s", got, mode)
			}
			// What has the old file open goes on reading the old content.
			if os.SameFile(before, stat(t, path)) {
				t.Error("wrote into the old file, want a new one in its place")
			}
		})
	}
}

func TestWriteFile_leavesAFileThatHoldsTheContentAlready(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.json")
	place(t, path, "same\n", 0o644)
	before := stat(t, path)
	changed, err := outputs.WriteFile(path, []byte("same\n"))
	if err != nil {
		t.Fatal(err)
	}
	if changed || !os.SameFile(before, stat(t, path)) || !before.ModTime().Equal(stat(t, path).ModTime()) {
		t.Error("touched the file")
	}
}

func TestWriteFile_followsLinks(t *testing.T) {
	for _, c := range []struct {
		name  string
		links map[string]string // from → to, in one folder
		there bool              // the target exists
	}{
		{"one", map[string]string{"out.json": "real/target.json"}, true},
		{"two", map[string]string{"out.json": "middle.json", "middle.json": "real/target.json"}, true},
		{"one to a file that is not there yet", map[string]string{"out.json": "real/target.json"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder := t.TempDir()
			target := filepath.Join(folder, "real", "target.json")
			if c.there {
				if err := os.Mkdir(filepath.Dir(target), 0o755); err != nil {
					t.Fatal(err)
				}
				place(t, target, "old\n", 0o644)
			}
			for from, to := range c.links {
				if err := os.Symlink(to, filepath.Join(folder, from)); err != nil {
					t.Skip("no links here:", err)
				}
			}
			if _, err := outputs.WriteFile(filepath.Join(folder, "out.json"), []byte("new\n")); err != nil {
				t.Fatal(err)
			}
			holds(t, target, "new\n")
			alone(t, target)
			for from, to := range c.links {
				if got, err := os.Readlink(filepath.Join(folder, from)); err != nil || got != to {
					t.Errorf("%s: got a link to %q (%v), want %q", from, got, err, to)
				}
			}
		})
	}
}

func TestWriteFile_leavesNothingBehindWhenItFails(t *testing.T) {
	folder := t.TempDir()
	place(t, filepath.Join(folder, "file"), "x", 0o644)
	if err := os.Mkdir(filepath.Join(folder, "full"), 0o755); err != nil {
		t.Fatal(err)
	}
	place(t, filepath.Join(folder, "full", "x"), "x", 0o644)
	if err := os.Symlink("loop", filepath.Join(folder, "loop")); err != nil {
		t.Skip("no links here:", err)
	}
	for name, path := range map[string]string{
		"below a file":     filepath.Join(folder, "file", "out.json"),
		"over a folder":    filepath.Join(folder, "full"),
		"through a circle": filepath.Join(folder, "loop"),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := outputs.WriteFile(path, []byte("new\n")); err == nil {
				t.Error("got no error")
			}
		})
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	if diff := cmp.Diff([]string{"file", "full", "loop"}, names); diff != "" {
		t.Errorf("the folder (-want +got):\n%s", diff)
	}
}

func TestReadFile_tellsAnEmptyFileFromNone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.json")
	none, err := outputs.ReadFile(path)
	if err != nil || none.Data != nil {
		t.Errorf("no file: got %v, %v, want nil data", none.Data, err)
	}
	place(t, path, "", 0o644)
	empty, err := outputs.ReadFile(path)
	if err != nil || empty.Data == nil {
		t.Errorf("empty file: got %v, %v, want data of no bytes", empty.Data, err)
	}
}

func TestReadFile_refusesWhatIsNoFile(t *testing.T) {
	folder := t.TempDir()
	_, err := outputs.ReadFile(folder)
	if err == nil || !strings.HasSuffix(err.Error(), ": got a folder, want a file") {
		t.Errorf("got %v", err)
	}
}

func place(t *testing.T, path, text string, mode fs.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil { // past the umask
		t.Fatal(err)
	}
}

func holds(t *testing.T, path, want string) {
	t.Helper()
	if got := string(read(t, path)); got != want {
		t.Errorf("%s: got %q, want %q", path, got, want)
	}
}

// alone wants no temporary file left beside path.
func alone(t *testing.T, path string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 {
		t.Errorf("got %d files in the folder, want 1: %v", len(entries), entries)
	}
}

func stat(t *testing.T, path string) fs.FileInfo {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info
}
