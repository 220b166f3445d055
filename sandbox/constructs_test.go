package sandbox_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox"
)

var everyConstruct = flag.Bool("every-construct", false, "synthesize and deploy every construct of awscdk, which takes half a minute")

// constructsPage says what becomes of each.
const constructsPage = "../docs/CONSTRUCTS.md"

// ofServices are the services whose resources the sandbox makes, as in AWS::S3.
func ofServices(s *sandbox.Sandbox) []string {
	services := map[string]bool{}
	for name := range s.Stacks.Types {
		if parts := strings.Split(name, "::"); parts[0] == "AWS" && parts[1] != "CDK" {
			services["AWS::"+parts[1]] = true
		}
	}
	return slices.Sorted(maps.Keys(services))
}

// version is that of aws-cdk-lib in the packages of tools/node.
func version(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../tools/node/package.json")
	if err != nil {
		t.Fatal(err)
	}
	var p struct{ Dependencies, DevDependencies map[string]string }
	if err := json.Unmarshal(text, &p); err != nil {
		t.Fatal(err)
	}
	return p.Dependencies["aws-cdk-lib"] + p.DevDependencies["aws-cdk-lib"]
}

// TestConstructs_arePutToTheProof holds docs/CONSTRUCTS.md to the library and the services that it is about, and with the flag to
// what deploying each construct says:
//
//	go test ./sandbox -run TestConstructs -args -every-construct -update
func TestConstructs_arePutToTheProof(t *testing.T) {
	update := flag.Lookup("update").Value.String() == "true" // docs_test.go has it
	s := start(t, sandbox.Config{})
	head := fmt.Sprintf("Of aws-cdk-lib %s: %s.", version(t), strings.Join(ofServices(s), ", "))
	page, err := os.ReadFile(constructsPage)
	if err != nil && !update {
		t.Fatal(err)
	}
	if !*everyConstruct {
		if !bytes.Contains(page, []byte(head)) {
			t.Errorf("%s is not %q\nwant it written anew: go test ./sandbox -run TestConstructs -args -every-construct -update", constructsPage, head)
		}
		return
	}
	got := constructsTried(t, head, triedConstructs(t, ofServices(s)))
	if update {
		if err := os.WriteFile(constructsPage, got, 0o644); err != nil { //nolint:gosec // a page of the repository
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(got, page) {
		t.Errorf("%s is not what deploying says:\n%s", constructsPage, got)
	}
}

// tried is a construct as tools/node/constructs.mjs says it: in an app in a folder, or with what it needs, or what it threw.
type tried struct {
	Name          string
	Deprecated    bool
	Given, Empty  bool // what it needs; whether there is nothing to deploy
	Needs         []string
	Threw, Folder string
}

// triedConstructs synthesizes all constructs of services.
func triedConstructs(t *testing.T, services []string) []tried {
	t.Helper()
	folder := t.TempDir()
	command := exec.CommandContext(t.Context(), "node", "constructs.mjs", folder, strings.Join(services, ","))
	command.Dir = "../tools/node"
	bin, err := filepath.Abs("../node_modules/.bin")
	if err != nil {
		t.Fatal(err)
	}
	command.Env = append(os.Environ(), "CDK_VALIDATION=false", "PATH="+bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
	command.Stderr = t.Output()
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
	var all []tried
	if err := json.Unmarshal(lines[len(lines)-1], &all); err != nil {
		t.Fatal(err)
	}
	for i := range all {
		if all[i].Folder != "" {
			all[i].Folder = filepath.Join(folder, all[i].Folder)
		}
	}
	return all
}

// constructsTried is the page: what deploying each says.
func constructsTried(t *testing.T, head string, all []tried) []byte {
	t.Helper()
	var b bytes.Buffer
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# Constructs of the CDK in the sandbox\n")
	line("Written by a test that derives every construct of the second level from the manifest of aws-cdk-lib, for each service that the")
	line("sandbox has, and deploys it: without props, or with the least that it needs. What is refused is refused by name, before anything is")
	line("made; whatever else of a construct's props is refused is on [the page about the sandbox](SANDBOX.md).\n")
	line("%s\n", head)
	counts := map[string]int{}
	rows := make([]string, len(all))
	for i, one := range all {
		what, says := outcome(t, one)
		counts[what]++
		name := "`" + strings.ReplaceAll(one.Name, ".", "` `") + "`"
		if one.Deprecated {
			name += ", deprecated"
		}
		rows[i] = fmt.Sprintf("| %s | %s | %s |", name, needed(one), strings.ReplaceAll(says, "|", "\\|"))
	}
	line("%d constructs: %d work, %d are refused by name, %d are not tried because of what they need.\n", len(all), counts["works"], counts["refused"], counts["needs"])
	line("| construct | needs | in the sandbox |\n|---|---|---|\n%s", strings.Join(rows, "\n"))
	return b.Bytes()
}

func needed(one tried) string {
	if len(one.Needs) > 0 {
		return strings.Join(one.Needs, ", ")
	}
	if one.Given || one.Threw != "" {
		return "props"
	}
	return ""
}

// outcome is what becomes of a construct, as a word and as the page says it.
func outcome(t *testing.T, one tried) (what, says string) {
	t.Helper()
	switch {
	case one.Threw != "":
		return "needs", "not tried: " + one.Threw
	case one.Folder == "":
		return "needs", "not tried"
	case one.Empty:
		return "works", "works: it has no resource of its own"
	}
	s := start(t, sandbox.Config{})
	err := s.Deploy(t.Context(), one.Folder, nil)
	if err == nil {
		return "works", "works"
	}
	for _, stack := range s.Stacks.Stacks() {
		t.Errorf("%s: got the stack %s, %s, want a refusal before anything is made: %v", one.Name, stack.Name, stack.Status, err)
	}
	if !strings.Contains(err.Error(), "("+filepath.Base(one.Folder)+"/") {
		t.Errorf("%s: got %v, want the construct in it", one.Name, err)
	}
	return "refused", "refused: " + refusedNames(err.Error())
}

// namesOfTypes are types, or properties of them, in a refusal.
var (
	unknownTypes = regexp.MustCompile(`Unrecognized resource types: \[([^\]]*)\]`)
	namedFault   = regexp.MustCompile(`(?m)(?:^|: )((?:AWS|Custom)::[\w:]+(?:\.[\w.\[\]]+))`)
)

// refusedNames are the names in a refusal: of types, or of properties.
func refusedNames(text string) string {
	var names []string
	if found := unknownTypes.FindStringSubmatch(text); found != nil {
		names = strings.Split(found[1], ", ")
	}
	for _, found := range namedFault.FindAllStringSubmatch(text, -1) {
		names = append(names, strings.TrimRight(found[1], "."))
	}
	slices.Sort(names)
	if names = slices.Compact(names); len(names) == 0 {
		return strings.SplitN(text, "\n", 2)[0]
	}
	return "`" + strings.Join(names, "` `") + "`"
}
