// Package functions builds the Lambda functions in the folders of functions/: each is one static binary, called
// bootstrap, in a folder that is named by all that it is made of. Two builds of the same sources are equal byte by
// byte, wherever they stand, so that a deployment changes a function when its sources change, and only then.
//
// https://docs.aws.amazon.com/lambda/latest/dg/golang-package.html
package functions

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// Architecture is a processor, by AWS's name of it.
type Architecture string

// The architectures that Lambda has.
//
// https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html
const (
	ARM64 Architecture = "arm64"
	X86   Architecture = "x86_64"
)

// goarch are Go's names of the architectures.
var goarch = map[Architecture]string{ARM64: "arm64", X86: "amd64"}

// Architectures are all of them.
func Architectures() []Architecture { return []Architecture{ARM64, X86} }

// Host is the architecture of this machine, for what the sandbox runs; "" if Lambda has none like it.
func Host() Architecture {
	for _, one := range Architectures() {
		if goarch[one] == runtime.GOARCH {
			return one
		}
	}
	return ""
}

// A Bundle is what Lambda is given: a folder with a file bootstrap in it.
type Bundle struct {
	Folder string
	// Digest is of all that the binary is made of, 64 hexadecimal digits.
	Digest       string
	Architecture Architecture
}

// A Builder makes the bundle of a function, by its folder below functions/.
type Builder func(name string) (Bundle, error)

// flags are those of every build. A binary has no path, no revision and no symbols in it, and of Lambda's two protocols the
// one that provided.al2023 speaks.
var flags = []string{"-trimpath", "-buildvcs=false", "-mod=readonly", "-tags=lambda.norpc", "-ldflags=-s -w"}

// overlay is the file of sources that stand in the place of others, of the user's GOFLAGS; "" for none. The clock of tests
// is moved by one, and functions have to go by it too.
func overlay() string {
	for flag := range strings.FieldsSeq(os.Getenv("GOFLAGS")) {
		if file, is := strings.CutPrefix(flag, "-overlay="); is {
			return file
		}
	}
	return ""
}

// In builds the functions of the module in a folder for an architecture. Bundles are in .lightbox/functions there, one
// a function: what was built stays until something that it is made of changes.
func In(module string, architecture Architecture) Builder {
	return func(name string) (Bundle, error) {
		b := build{module: module, name: name, architecture: architecture}
		bundle, err := b.bundle()
		if err != nil {
			return Bundle{}, fmt.Errorf("functions/%s: %w", name, err)
		}
		return bundle, nil
	}
}

// Placeholder is a Builder of bundles that are empty and always the same, for templates that are looked at and not
// deployed.
func Placeholder(folder string, architecture Architecture) Builder {
	return func(name string) (Bundle, error) {
		bundle := Bundle{Folder: filepath.Join(folder, name), Digest: strings.Repeat("0", 2*sha256.Size), Architecture: architecture}
		if err := os.MkdirAll(bundle.Folder, 0o755); err != nil {
			return Bundle{}, err
		}
		return bundle, os.WriteFile(filepath.Join(bundle.Folder, bootstrap), nil, 0o755)
	}
}

// bootstrap is the file that Lambda starts.
//
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-provided.html
const bootstrap = "bootstrap"

// build is one function's.
type build struct {
	module, name string
	architecture Architecture
}

// bundle builds the function, unless its bundle is there.
func (b build) bundle() (Bundle, error) {
	if goarch[b.architecture] == "" {
		return Bundle{}, fmt.Errorf("got the architecture %q, want one of %v", b.architecture, Architectures())
	}
	if sources, err := filepath.Glob(filepath.Join(b.module, "functions", b.name, "*.go")); err != nil || len(sources) == 0 {
		return Bundle{}, errors.New("got no sources, want main.go there")
	}
	digest, err := b.digest()
	if err != nil {
		return Bundle{}, err
	}
	home := filepath.Join(b.module, ".lightbox", "functions")
	prefix := b.name + "-" + string(b.architecture) + "-"
	bundle := Bundle{filepath.Join(home, prefix+digest[:16]), digest, b.architecture}
	if _, err := os.Stat(filepath.Join(bundle.Folder, bootstrap)); err == nil {
		return bundle, nil
	}
	if err := os.MkdirAll(home, 0o755); err != nil {
		return Bundle{}, err
	}
	fresh, err := os.MkdirTemp(home, "building-")
	if err != nil {
		return Bundle{}, err
	}
	defer func() { _ = os.RemoveAll(fresh) }() // gone where it became the bundle
	if err := os.Chmod(fresh, 0o755); err != nil {
		return Bundle{}, err
	}
	binary, err := filepath.Abs(filepath.Join(fresh, bootstrap))
	if err != nil {
		return Bundle{}, err
	}
	arguments := slices.Concat([]string{"build", "-o", binary}, flags)
	if file := overlay(); file != "" {
		arguments = append(arguments, "-overlay="+file)
	}
	if _, err := b.run(append(arguments, "./functions/"+b.name)...); err != nil {
		return Bundle{}, err
	}
	old, err := filepath.Glob(filepath.Join(home, prefix+"*"))
	if err != nil {
		return Bundle{}, err
	}
	if err := os.Rename(fresh, bundle.Folder); err != nil && !errors.Is(err, os.ErrExist) {
		return Bundle{}, err
	}
	for _, folder := range old {
		if folder != bundle.Folder {
			_ = os.RemoveAll(folder) // it is in nobody's way
		}
	}
	return bundle, nil
}

// run runs the go command on nothing of the user's settings that would change what it makes.
func (b build) run(arguments ...string) ([]byte, error) {
	command := exec.Command("go", arguments...)
	command.Dir = b.module
	command.Env = append(os.Environ(),
		"CGO_ENABLED=0", "GOOS=linux", "GOARCH="+goarch[b.architecture], "GOARM64=v8.0", "GOAMD64=v1", "GOFLAGS=", "GOEXPERIMENT=", "GOWORK=off")
	var complaints bytes.Buffer
	command.Stderr = &complaints
	output, err := command.Output()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("go %s: %w", arguments[0], err), lines(complaints.String()))
	}
	return output, nil
}

func lines(text string) error {
	if text = strings.TrimSpace(text); text == "" {
		return nil
	}
	return errors.New(text)
}

// listed is what `go list` says of a package.
type listed struct {
	ImportPath, Dir, Name string
	Standard              bool
	Module                *struct {
		Main    bool
		Replace *struct{ Version string }
	}
	GoFiles, SFiles, HFiles, SysoFiles, EmbedFiles []string
}

// unsummed tells a package whose sources no sum in go.sum is of: this module's, and those of a folder that go.mod puts in the
// place of another module.
func (l listed) unsummed() bool {
	return !l.Standard && l.Module != nil && (l.Module.Main || l.Module.Replace != nil && l.Module.Replace.Version == "")
}

// files are all that are compiled or embedded.
func (l listed) files() []string {
	return slices.Concat(l.GoFiles, l.SFiles, l.HFiles, l.SysoFiles, l.EmbedFiles)
}

// digest is of all that the binary is made of: the sources of it that have no sum, the sums of all other modules, Go's version,
// the flags and the architecture.
func (b build) digest() (string, error) {
	version, err := b.run("env", "GOVERSION")
	if err != nil {
		return "", err
	}
	packages, err := b.run("list", "-deps", "-tags=lambda.norpc", "-json=ImportPath,Dir,Name,Standard,Module,GoFiles,SFiles,HFiles,SysoFiles,EmbedFiles", "./functions/"+b.name)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "%s %s %q\n", bytes.TrimSpace(version), b.architecture, flags)
	for _, file := range []string{"go.mod", "go.sum"} {
		if err := add(sum, file, filepath.Join(b.module, file)); err != nil {
			return "", err
		}
	}
	if file := overlay(); file != "" {
		if err := addOverlay(sum, file); err != nil {
			return "", err
		}
	}
	var ours []listed
	name := ""
	for decoder := json.NewDecoder(bytes.NewReader(packages)); ; {
		var one listed
		if err := decoder.Decode(&one); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return "", err
		}
		name = one.Name // the last is the function's own: the others are what it imports
		if one.unsummed() {
			ours = append(ours, one)
		}
	}
	if name != "main" {
		return "", fmt.Errorf("got the package %s, want main, with a func main that Lambda starts", name)
	}
	slices.SortFunc(ours, func(a, b listed) int { return cmp.Compare(a.ImportPath, b.ImportPath) })
	for _, one := range ours {
		for _, file := range one.files() {
			if err := add(sum, one.ImportPath+"/"+filepath.ToSlash(file), filepath.Join(one.Dir, file)); err != nil {
				return "", err
			}
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// addOverlay adds an overlay to a sum, with the sources that it has in the place of others.
//
// https://pkg.go.dev/cmd/go#hdr-Compile_packages_and_dependencies
func addOverlay(sum io.Writer, list string) error {
	text, err := os.ReadFile(list)
	if err != nil {
		return err
	}
	var overlay struct{ Replace map[string]string }
	if err := json.Unmarshal(text, &overlay); err != nil {
		return fmt.Errorf("%s: %w", list, err)
	}
	for _, replaced := range slices.Sorted(maps.Keys(overlay.Replace)) {
		if by := overlay.Replace[replaced]; by != "" { // "" takes it away
			err = errors.Join(err, add(sum, replaced, by))
		} else {
			fmt.Fprintf(sum, "%s -\n", replaced)
		}
	}
	return err
}

// add adds a file to a sum, under a name that is the same everywhere.
func add(sum io.Writer, name, path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(sum, "%s %d\n%s\n", name, len(text), text)
	return err
}
