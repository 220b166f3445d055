package sandbox_test

import (
	"os/exec"
	"strings"
	"testing"
)

// layer is where a folder of the module stands, and what it is called. A package imports its own layer and those below it.
func layer(folder string) (height int, name string) {
	switch first, _, _ := strings.Cut(folder, "/"); first {
	case "sandbox":
		return 0, "the AWS part"
	case "api", "internal":
		return 1, "what Lightbox says of itself"
	case "cmd":
		return 2, "the command"
	}
	return 3, "the program"
}

// The AWS part knows nothing of Lightbox, and the command and the CDK program nothing of each other. Two packages stand in
// internal for the program's sake: they are its tests' and its synth's.
func TestImports_goOneWay(t *testing.T) {
	list := exec.Command("go", "list", "-f", `{{.Module.Path}} {{.ImportPath}} {{join .Deps " "}}`, "./...")
	list.Dir = ".."
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	heights := map[int]int{}
	for line := range strings.Lines(string(out)) {
		all := strings.Fields(line)
		module := all[0]
		within := func(path string) (folder string, ours bool) {
			folder, ours = strings.CutPrefix(path+"/", module+"/")
			return strings.TrimSuffix(folder, "/"), ours
		}
		of, _ := within(all[1])
		height, name := layer(of)
		heights[height]++
		for _, path := range all[2:] {
			imported, ours := within(path)
			if !ours {
				continue
			}
			if other, its := layer(imported); other > height || height == 3 && other == 2 {
				t.Errorf("%s (%s) imports %s (%s): want imports to go down only", all[1], name, path, its)
			}
		}
	}
	for height := range 4 {
		if heights[height] == 0 {
			t.Errorf("layer %d: got no package, so nothing was tried", height)
		}
	}
}
