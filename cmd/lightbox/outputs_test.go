package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A workspace is a folder with a cdk.json and an outputs.json in which the test runs.
func workspace(t *testing.T, env string) {
	t.Helper()
	settings := read(t, "../../internal/outputs/testdata/cdk.json")
	deployment := read(t, "../../internal/outputs/testdata/"+env+".outputs.json")
	t.Chdir(t.TempDir())
	write(t, "cdk.json", settings)
	write(t, "outputs.json", deployment)
}

// golden is a result of internal/outputs, read before the test changes its folder.
func golden(t *testing.T, name string) string {
	t.Helper()
	return read(t, "../../internal/outputs/testdata/"+name)
}

func read(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// lightbox runs the command as main does: what it prints, and what it reports.
func lightbox(args ...string) (stdout, stderr string) {
	var out, faults bytes.Buffer
	if err := run(args, &out); err != nil {
		printFaults(&faults, err)
	}
	return out.String(), faults.String()
}

// files are the names of all files here, as in "web/amplify_outputs.json".
func files(t *testing.T) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(".", func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, filepath.ToSlash(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestOutputs_writesAmplifysFileByDefault(t *testing.T) {
	want := golden(t, "dev.amplify_outputs.json")
	workspace(t, "dev")
	stdout, stderr := lightbox("outputs")
	if stderr != "" {
		t.Fatal(stderr)
	}
	if line := "web/amplify_outputs.json: written for dev from Auth, Identity, FileStorage, CDN, API\n"; stdout != line {
		t.Errorf("stdout: got %q, want %q", stdout, line)
	}
	if diff := cmp.Diff(want, read(t, "web/amplify_outputs.json")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"cdk.json", "outputs.json", "web/amplify_outputs.json"}, files(t)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}

	stdout, stderr = lightbox("outputs")
	if line := "web/amplify_outputs.json: unchanged for dev from Auth, Identity, FileStorage, CDN, API\n"; stdout != line || stderr != "" {
		t.Errorf("the second time: got %q and %q, want %q", stdout, stderr, line)
	}
}

func TestOutputs_takesEveryFlag(t *testing.T) {
	want := golden(t, "prod.amplify_outputs.json")
	workspace(t, "prod")
	for from, to := range map[string]string{"outputs.json": "a.json", "cdk.json": "b.json"} {
		if err := os.Rename(from, to); err != nil {
			t.Fatal(err)
		}
	}
	if _, stderr := lightbox("outputs", "--in", "a.json", "--config", "b.json", "--env", "prod", "--out", "c.json"); stderr != "" {
		t.Fatal(stderr)
	}
	if diff := cmp.Diff(want, read(t, "c.json")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestOutputs_printsAndWritesNothing(t *testing.T) {
	amplify, flat := golden(t, "dev.amplify_outputs.json"), golden(t, "dev.flat_outputs.json")
	workspace(t, "dev")
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"with --out -", []string{"outputs", "--out", "-"}, amplify},
		{"with --flat", []string{"outputs", "--flat"}, flat},
		{"with both", []string{"outputs", "--flat", "--out=-"}, flat},
	} {
		t.Run(c.name, func(t *testing.T) {
			stdout, stderr := lightbox(c.args...)
			if stderr != "" {
				t.Error(stderr)
			}
			if diff := cmp.Diff(c.want, stdout); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]string{"cdk.json", "outputs.json"}, files(t)); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOutputs_writesAFlatFileThatIsNamed(t *testing.T) {
	want := golden(t, "dev.flat_outputs.json")
	workspace(t, "dev")
	if _, stderr := lightbox("outputs", "--flat", "--out", "flat.json"); stderr != "" {
		t.Fatal(stderr)
	}
	if diff := cmp.Diff(want, read(t, "flat.json")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestOutputs_mergesADeploymentOfOneStack(t *testing.T) {
	whole := golden(t, "dev.amplify_outputs.json")
	workspace(t, "dev")
	write(t, "web/amplify_outputs.json", strings.Replace(whole, `"custom": {`, `"custom": {"theme": "dark",`, 1))
	write(t, "outputs.json", `{"Lightbox-dev-CDN": {"DistributionDomainName": "d999.cloudfront.net", "DistributionId": "E999"}}`)
	stdout, stderr := lightbox("outputs")
	if stderr != "" {
		t.Fatal(stderr)
	}
	if line := "web/amplify_outputs.json: written for dev from CDN; kept Auth, Identity, FileStorage, API\n"; stdout != line {
		t.Errorf("stdout: got %q, want %q", stdout, line)
	}
	got := read(t, "web/amplify_outputs.json")
	for _, part := range []string{`"theme": "dark"`, `"https://d999.cloudfront.net"`, `"us-east-1_GNPNPr37m"`} {
		if !strings.Contains(got, part) {
			t.Errorf("got no %s in\n%s", part, got)
		}
	}
}

func TestOutputs_refusesBadInputAndWritesNothing(t *testing.T) {
	prod := golden(t, "prod.amplify_outputs.json")
	deployment := golden(t, "dev.outputs.json")
	for _, c := range []struct {
		name  string
		files map[string]string // "" removes one
		args  []string
		want  string // what each line begins with
	}{
		{
			"no outputs.json", map[string]string{"outputs.json": ""}, nil,
			"lightbox: outputs.json: got no such file, want what npx cdk deploy --all --outputs-file outputs.json writes\n",
		},
		{
			"outputs.json cut short", map[string]string{"outputs.json": deployment[:50]}, nil,
			"lightbox: outputs.json:3:24: unexpected end of JSON input, want a whole JSON document\n",
		},
		{
			"no stack of the environment", nil, []string{"--env", "social"},
			`lightbox: outputs.json: got no stack of environment social but "Billing", "Lightbox-dev-API", "Lightbox-dev-Auth", "Lightbox-dev-CDN", "Lightbox-dev-FileStorage", "Lightbox-dev-Identity", "Lightbox-dev-two-Auth", "Lightbox-prod-API", want Lightbox-social-Auth with UserPoolId, UserPoolClientId, UserPoolDomain` + "\n",
		},
		{
			"several faults, a line each", map[string]string{"outputs.json": strings.NewReplacer(`"us-east-1_GNPNPr37m"`, `"x"`, `"BucketRegion"`, `"Region"`).Replace(deployment)}, nil,
			`lightbox: outputs.json: Lightbox-dev-Auth.UserPoolId: got "x", want "us-east-1_" and then letters and digits` + "\n" +
				`lightbox: outputs.json: Lightbox-dev-FileStorage.BucketRegion: the key is missing, got "BucketName", "PublishOutputFnGetAttFiles8E6940B8RegionalDomainName382A24C7", "Region", want every output of the stack` + "\n",
		},
		{
			"a file of another environment", map[string]string{"web/amplify_outputs.json": prod}, nil,
			`lightbox: web/amplify_outputs.json: custom.lightbox.env: got "prod", want "dev": environments are not mixed in one file, so name another or remove this one` + "\n",
		},
		{
			"a version-2 file", map[string]string{"web/amplify_outputs.json": `{"version": "2"}`}, nil,
			`lightbox: web/amplify_outputs.json: version: got "2", want "1.4": it is not a file that lightbox wrote` + "\n",
		},
		{
			"its own input as the output", nil, []string{"--out", "outputs.json"},
			`lightbox: outputs.json: version: got nothing, want "1.4": it is not a file that lightbox wrote` + "\n",
		},
		{
			"a flat file over its own input", nil, []string{"--flat", "--out", "cdk.json"},
			`lightbox: cdk.json: got a file with the key "app", want one of flat names only to replace: name another file` + "\n",
		},
		{"a folder as the output", nil, []string{"--out", "."}, "lightbox: .: got a folder, want a file\n"},
		{"a flag that does not exist", nil, []string{"--environment", "dev"}, "lightbox: unknown flag: --environment\n"},
		{"an argument", nil, []string{"dev"}, `lightbox: unknown command "dev" for "lightbox outputs"` + "\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			workspace(t, "dev")
			for file, text := range c.files {
				if text != "" {
					write(t, file, text)
				} else if err := os.Remove(file); err != nil {
					t.Fatal(err)
				}
			}
			before := contents(t)
			stdout, stderr := lightbox(append([]string{"outputs"}, c.args...)...)
			if diff := cmp.Diff(c.want, stderr); diff != "" {
				t.Errorf("stderr (-want +got):\n%s", diff)
			}
			if stdout != "" {
				t.Errorf("stdout: got %q, want nothing", stdout)
			}
			if diff := cmp.Diff(before, contents(t)); diff != "" {
				t.Errorf("files (-before +after):\n%s", diff)
			}
		})
	}
}

// contents is what each file here holds.
func contents(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, file := range files(t) {
		all[file] = read(t, file)
	}
	return all
}

func TestOutputs_refusesSettingsThatAreNotThere(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"an environment", []string{"--env", "alice"}, "alice"},
		{"the file", []string{"--config", "other.json"}, "other.json"},
	} {
		t.Run(c.name, func(t *testing.T) {
			workspace(t, "dev")
			_, stderr := lightbox(append([]string{"outputs"}, c.args...)...)
			if strings.Count(stderr, "\n") != 1 || !strings.HasPrefix(stderr, "lightbox: ") || !strings.Contains(stderr, c.want) {
				t.Errorf("got %q, want one line that names %s", stderr, c.want)
			}
			if diff := cmp.Diff([]string{"cdk.json", "outputs.json"}, files(t)); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOutputs_failsWhenItCannotPrint(t *testing.T) {
	workspace(t, "dev")
	for _, args := range [][]string{{"outputs", "--out", "-"}, {"outputs"}} {
		if err := run(args, broken{}); !errors.Is(err, errPipe) {
			t.Errorf("%v: got %v, want %v", args, err, errPipe)
		}
	}
}

var errPipe = errors.New("broken pipe")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errPipe }

func TestHelp_teaches(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		want []string
	}{
		{"of the command", nil, []string{"outputs ", "cdk.json", "--help"}},
		{"of the command, asked for", []string{"--help"}, []string{"outputs ", "cdk.json"}},
		{"of outputs", []string{"outputs", "--help"}, []string{
			"What comes in", "What goes out", "Examples:", "npx cdk deploy --all --outputs-file outputs.json",
			"--in file", "--env name", "--out file", "--flat", "--config file", `(default "dev")`, `(default "web/amplify_outputs.json")`,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			stdout, stderr := lightbox(c.args...)
			if stderr != "" {
				t.Error(stderr)
			}
			words := strings.Join(strings.Fields(stdout), " ") // wherever lines are broken
			for _, part := range c.want {
				if !strings.Contains(words, strings.Join(strings.Fields(part), " ")) {
					t.Errorf("got no %q in\n%s", part, stdout)
				}
			}
		})
	}
}
