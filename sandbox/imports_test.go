package sandbox_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// layer is where a package of the module stands, and what it is called. A package imports its own layer and those below it.
func layer(path string) (height int, name string) {
	switch first, _, _ := strings.Cut(strings.TrimPrefix(path, module+"/"), "/"); first {
	case "sandbox":
		return 0, "the AWS part"
	case "api", "internal":
		return 1, "what Lightbox says of itself"
	case "cmd":
		return 2, "the command"
	}
	return 3, "the program"
}

const module = "lightbox"

// The AWS part knows nothing of Lightbox, and the command nothing of the CDK program. Two packages stand in internal for the
// program's sake: they are its tests' and its synth's.
func TestImports_goOneWay(t *testing.T) {
	list := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Deps " "}}`, "./...")
	list.Dir = ".."
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	heights := map[int]int{}
	for line := range strings.Lines(string(out)) {
		all := strings.Fields(line)
		of := all[0]
		height, name := layer(of)
		heights[height]++
		for _, imported := range all[1:] {
			if imported != module && !strings.HasPrefix(imported, module+"/") {
				continue
			}
			if above, other := layer(imported); above > height {
				t.Errorf("%s (%s) imports %s (%s): want imports to go down only", of, name, imported, other)
			}
		}
	}
	for height := range 4 {
		if heights[height] == 0 {
			t.Errorf("layer %d: got no package, so nothing was tried", height)
		}
	}
	if height, _ := layer(module + "/sandbox/s3"); height != 0 || !slices.Contains(strings.Fields(string(out)), module+"/sandbox/s3") {
		t.Error("sandbox/s3: got it nowhere, want it in the AWS part")
	}
}
