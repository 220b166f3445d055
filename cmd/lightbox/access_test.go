package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/internal/proof/explain"
)

// root is the folder of the module, taken before any test changes its own.
var root, _ = filepath.Abs("../..")

// shippedAssembly goes to a folder of its own with prod's assembly in cdk.out.
func shippedAssembly(t *testing.T) {
	t.Helper()
	assembly := deploytest.WholeAssembly(t, root, "prod")
	t.Chdir(t.TempDir())
	if err := os.Rename(assembly, "cdk.out"); err != nil {
		t.Fatal(err)
	}
}

// outputting is a copy of cdk.out with one output more.
func outputting(t *testing.T, dir string) {
	t.Helper()
	altering(t, dir, "Auth", func(template map[string]any) {
		outputs := template["Outputs"].(map[string]any)
		outputs["More"] = outputs["UserPoolId"]
	})
}

// commenting is a copy of cdk.out in which the group is called something else.
func commenting(t *testing.T, dir string) {
	t.Helper()
	altering(t, dir, "Identity", func(template map[string]any) {
		for _, resource := range template["Resources"].(map[string]any) {
			if resource := resource.(map[string]any); resource["Type"] == "AWS::Cognito::UserPoolGroup" {
				resource["Properties"].(map[string]any)["Description"] = "Staff"
			}
		}
	})
}

// altering is a copy of cdk.out in which one template is not as it ships.
func altering(t *testing.T, dir, stack string, change func(template map[string]any)) {
	t.Helper()
	if err := os.CopyFS(dir, os.DirFS("cdk.out")); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, stack+".template.json")
	var template map[string]any
	if err := json.Unmarshal([]byte(read(t, file)), &template); err != nil {
		t.Fatal(err)
	}
	change(template)
	text, err := json.Marshal(template)
	if err != nil {
		t.Fatal(err)
	}
	write(t, file, string(text))
}

// opening is a copy of cdk.out in which guests may get drafts/ as they may public/products/.
func opening(t *testing.T, dir string) {
	t.Helper()
	altering(t, dir, "FileStorage", func(template map[string]any) { openDrafts(t, template) })
}

func openDrafts(t *testing.T, template map[string]any) {
	t.Helper()
	changed := false
	for _, resource := range template["Resources"].(map[string]any) {
		properties, _ := resource.(map[string]any)["Properties"].(map[string]any)
		if properties["Description"] != "Files that guests may use" {
			continue
		}
		document := properties["PolicyDocument"].(map[string]any)
		statements := document["Statement"].([]any)
		text, err := json.Marshal(statements[0])
		if err != nil {
			t.Fatal(err)
		}
		var more map[string]any
		if err := json.Unmarshal([]byte(strings.Replace(string(text), "/public/products/", "/drafts/", 1)), &more); err != nil {
			t.Fatal(err)
		}
		delete(more, "Sid")
		document["Statement"], changed = append(statements, more), true
	}
	if !changed {
		t.Fatal("found no policy of guests")
	}
}

// command runs the command as main does: the exit code, what it prints, what it reports.
func command(args ...string) (code int, stdout, stderr string) {
	var out, faults bytes.Buffer
	code = status(run(args, &out), &faults)
	return code, out.String(), faults.String()
}

func TestAccess_printsTheMatrix(t *testing.T) {
	shippedAssembly(t)
	code, stdout, stderr := command("access")
	if code != 0 || stderr != "" {
		t.Fatalf("got exit code %d and %q, want 0", code, stderr)
	}
	for _, want := range []string{
		"  area                   CDN  guest  signed in  owner       Admins\n",
		"  private/{identity}/    -    -      -          get list    -\n",
		"  area                   pictures        remover              stays\n",
		"  uploads/{user}/        get             list-versions erase  a day\n",
		"  Query.listDrafts                 -       -          yes\n",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("got\n%s\nwant in it\n%s", stdout, want)
		}
	}
	if strings.Contains(stdout, "\x1b") {
		t.Error("got escape codes, want none but on a terminal")
	}
}

func TestAccess_printsWhatShipsAsMarkdown(t *testing.T) {
	want := read(t, "../../docs/ACCESS.md")
	shippedAssembly(t)
	if code, stdout, stderr := command("access", "--format", "markdown"); code != 0 || stdout != want {
		t.Errorf("got exit code %d, %q and\n%s\nwant docs/ACCESS.md", code, stderr, stdout)
	}
}

func TestAccess_printsJSON(t *testing.T) {
	shippedAssembly(t)
	_, stdout, stderr := command("access", "--format", "json", "--assembly", "cdk.out")
	var matrix struct {
		Areas  []map[string]any
		Fields []map[string]any
	}
	if err := json.Unmarshal([]byte(stdout), &matrix); err != nil {
		t.Fatalf("%v: %s", err, stderr)
	}
	if len(matrix.Areas) != 9 || len(matrix.Fields) == 0 || matrix.Areas[0]["area"] != "uploads/{user}/" || matrix.Areas[3]["owner"] != nil {
		t.Errorf("got %v, want the nine areas, the fourth without owners", matrix.Areas)
	}
}

func TestAccess_refusesInOneLine(t *testing.T) {
	shippedAssembly(t)
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"no assembly":           {[]string{"access", "--assembly", "none"}, "lightbox: none: got no assembly there, want the folder that a synth writes: run `npx cdk synth` first\n"},
		"no assembly, explain":  {[]string{"access", "explain", "--assembly", "none"}, "lightbox: none: got no assembly there, want the folder that a synth writes: run `npx cdk synth` first\n"},
		"no assembly, diff":     {[]string{"access", "diff", "cdk.out", "none"}, "lightbox: none: got no assembly there, want the folder that a synth writes: run `npx cdk synth` first\n"},
		"an unknown format":     {[]string{"access", "--format", "xml"}, "lightbox: --format: got \"xml\", want text, markdown, svg or json\n"},
		"a diff of one":         {[]string{"access", "diff", "cdk.out"}, "lightbox: got 1 arguments, want 2, as in `lightbox access diff OLD NEW`\n"},
		"explain what":          {[]string{"access", "explain", "--as", "user"}, "lightbox: action: got none, want one as in s3:GetObject, or a field\n"},
		"explain of an unknown": {[]string{"access", "explain", "--as", "root", "--field", "Query.a"}, "lightbox: as: got \"root\", want " + explain.AskerNames() + "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if code, stdout, stderr := command(test.args...); code != 1 || stdout != "" || stderr != test.want {
				t.Errorf("got exit code %d, %q and %q, want 1 and %q", code, stdout, stderr, test.want)
			}
		})
	}
}

func TestAccessExplain_answersByExitCode(t *testing.T) {
	shippedAssembly(t)
	for name, test := range map[string]struct {
		args []string
		code int
		want string
	}{
		"allowed":            {[]string{"--as", "user", "--owner", "me", "--action", "s3:GetObject", "--key", "private/x"}, 0, "Yes: a signed-in user may get private/{me}/x.\n"},
		"denied":             {[]string{"--as", "user", "--owner", "other", "--action", "s3:GetObject", "--key", "private/x"}, 2, "No: a signed-in user may not get private/{other}/x.\n"},
		"a field":            {[]string{"--as", "guest", "--field", "Query.getProduct"}, 0, "Yes: a guest may call Query.getProduct.\n"},
		"a field, denied":    {[]string{"--as", "guest", "--field", "Query.getPhoto"}, 2, "No: a guest may not call Query.getPhoto.\n"},
		"an empty prefix":    {[]string{"--as", "admin", "--action", "list", "--key", ""}, 2, "No: an admin may not list everything.\n"},
		"a listing without":  {[]string{"--as", "admin", "--action", "list"}, 2, "No: an admin may not list the bucket.\n"},
		"the key as it is":   {[]string{"--as", "user", "--owner", "none", "--action", "put", "--key", "private/x"}, 2, "No: a signed-in user may not put private/x.\n"},
		"my folder, put out": {[]string{"--as", "user", "--action", "put", "--key", "private/{owner}/x"}, 0, "Yes: a signed-in user may put private/{me}/x.\n"},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := command(append([]string{"access", "explain"}, test.args...)...)
			if code != test.code || stderr != "" || !strings.HasPrefix(stdout, test.want) {
				t.Errorf("got exit code %d, %q and %q, want %d and %q…", code, stdout, stderr, test.code, test.want)
			}
		})
	}
}

func TestAccessDiff_answersByExitCode(t *testing.T) {
	shippedAssembly(t)
	opening(t, "open.out")
	outputting(t, "more.out")
	commenting(t, "words.out")
	for name, test := range map[string]struct {
		before, after string
		code          int
		want          string
	}{
		"equal":  {"cdk.out", "cdk.out", 0, "Nobody may do more than before, and nobody less.\n"},
		"opens":  {"cdk.out", "open.out", 3, "Opens\n  - a guest may get drafts/\n      statement 3 of FileStorage/GuestAccess\n\n1 opened, 0 closed.\n"},
		"closes": {"open.out", "cdk.out", 0, "Closes\n  - a guest may no longer get drafts/\n      statement 3 of FileStorage/GuestAccess\n\n0 opened, 1 closed.\n"},
		"irrelevant": {"cdk.out", "words.out", 0, "Irrelevant to access\n  - Identity Admins8B360DEA (AWS::Cognito::UserPoolGroup) Properties.Description: " +
			"\"May edit the catalogue and remove what others posted\" -> \"Staff\" (words for people)\n\nNobody may do more than before, and nobody less.\n"},
		"not compared": {"cdk.out", "more.out", 3, "Not compared, and for a reviewer to read\n" +
			"  - Auth Outputs.More.Description: nothing -> \"User pool that people sign in to\"\n" +
			"  - Auth Outputs.More.Value.Ref: nothing -> \"UserPool6BA7E5F2\"\n\n0 opened, 0 closed, 2 not compared.\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if code, stdout, stderr := command("access", "diff", test.before, test.after); code != test.code || stdout != test.want || stderr != "" {
				t.Errorf("got exit code %d, %q and %q, want %d and %q", code, stdout, stderr, test.code, test.want)
			}
		})
	}
}

func TestAccessCheck_answersByExitCode(t *testing.T) {
	shippedAssembly(t)
	opening(t, "open.out")
	if err := os.Mkdir("empty", 0o700); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		args                   []string
		code                   int
		wantStdout, wantStderr string
	}{
		"proven":             {nil, 0, "Proven: nobody may do more than is declared, and nobody less.\n", ""},
		"a folder":           {[]string{"cdk.out"}, 0, "Proven: ", ""},
		"a violation":        {[]string{"open.out"}, 3, "FileStorage/GuestAccess\n  open.out/FileStorage.template.json:", ""},
		"for programs":       {[]string{"open.out/", "--format", "json"}, 3, `"template": "open.out/FileStorage.template.json"`, ""},
		"for code scanning":  {[]string{"open.out", "--format", "sarif"}, 3, `"uri": "open.out/FileStorage.template.json"`, ""},
		"no assembly":        {[]string{"empty"}, 1, "", "empty: got no assembly there"},
		"nothing":            {[]string{"none"}, 1, "", "none: got no assembly there"},
		"an unknown format":  {[]string{"--format", "xml"}, 1, "", `--format: got "xml", want text, json or sarif`},
		"too many arguments": {[]string{"a", "b"}, 1, "", "got 2 arguments, want at most 1, as in `lightbox access check [DIR]`"},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := command(append([]string{"access", "check"}, test.args...)...)
			if code != test.code || !strings.Contains(stdout, test.wantStdout) || !strings.Contains(stderr, test.wantStderr) || test.wantStderr == "" && stderr != "" {
				t.Errorf("got exit code %d, %q and %q, want %d, %q and %q", code, stdout, stderr, test.code, test.wantStdout, test.wantStderr)
			}
		})
	}
}

func TestAccess_helpTeachesByExamples(t *testing.T) {
	for _, args := range [][]string{{"access"}, {"access", "check"}, {"access", "explain"}, {"access", "diff"}} {
		code, stdout, _ := command(append(args, "--help")...)
		if code != 0 || !strings.Contains(stdout, "Examples:\n  ") {
			t.Errorf("%q: got exit code %d and\n%s\nwant examples", args, code, stdout)
		}
	}
}
