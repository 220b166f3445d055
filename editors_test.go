package main

import (
	"errors"
	"flag"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var editors = flag.Bool("editors", false, "synthesize what docs/editors.diff makes, step by step, which takes minutes")

// A team has changed a copy of what ships, by a patch of its own.
type team struct {
	*testing.T
	folder, patch string
}

// A team's own group: docs/editors.diff declares Editors, who write the catalogue and no photo.
const editorsPatch = "docs/editors.diff"

// apply applies the patch, or its part about some files alone.
func (t team) apply(how ...string) {
	t.Helper()
	patch, err := filepath.Abs(t.patch)
	if err != nil {
		t.Fatal(err)
	}
	if out, err := t.run("git", append(append([]string{"apply"}, how...), patch)...); err != nil {
		t.Fatalf("%s does not fit; make its changes by hand and `git add -AN && git diff -- internal api functions > %[1]s`: %v\n%s", t.patch, err, out)
	}
}

// run runs a command in the team's folder.
func (t team) run(name string, args ...string) (out string, err error) {
	command := exec.Command(name, args...)
	command.Dir = t.folder
	command.Env = append(command.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(t.folder))
	text, err := command.CombinedOutput()
	return string(text), err
}

// synth synthesizes an environment, and wants one word of what fails; none for a synth that is green.
func (t team) synth(env, want string, more ...string) {
	t.Helper()
	cdk, err := filepath.Abs("node_modules/.bin/cdk")
	if err != nil {
		t.Fatal(err)
	}
	out, err := t.run(cdk, append([]string{"synth", "--quiet", "--context", "env=" + env, "--output", "out/" + env}, more...)...)
	if (err == nil) != (want == "") || !strings.Contains(out, want) {
		t.Errorf("%s: got %v, want %q:\n%s", env, err, want, out)
	}
}

// golden does what make golden does for the proof: it measures which branches of the resolvers the trials take.
func (t team) golden() {
	t.Helper()
	for _, of := range []string{".", "./internal/proof"} {
		if out, err := t.run("go", "test", of, "-run", "Golden", "-update"); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
}

// access runs `lightbox access`, which has to end with an exit code and to print some lines.
func (t team) access(args []string, code int, lines ...string) {
	t.Helper()
	out, err := t.run(filepath.Join(t.folder, "lightbox.own"), append([]string{"access"}, args...)...)
	got := 0
	if exit, failed := errors.AsType[*exec.ExitError](err); failed {
		got = exit.ExitCode()
	}
	for _, line := range lines {
		if !strings.Contains(out, line) {
			t.Errorf("%v: got\n%s\nwant in it\n%s", args, out, line)
		}
	}
	if got != code {
		t.Errorf("%v: got the exit code %d, want %d:\n%s", args, got, code, out)
	}
}

func (t team) build() {
	t.Helper()
	if out, err := t.run("go", "build", "-o", "lightbox.own", "./cmd/lightbox"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func TestEditors_patchApplies(t *testing.T) {
	team{t, fork(t), editorsPatch}.apply("--check")
}

// Each part of the patch is missed by name until it is there: the group alone has what every
// signed-in user has, its columns want directives, and those want the resolvers.
func TestEditors_areProven(t *testing.T) {
	if !*editors {
		t.Skip("compiles and synthesizes for minutes: `make soak` does")
	}
	own := team{t, fork(t), editorsPatch}
	own.apply("--include=internal/access/groups.go")
	own.golden()
	own.build()
	own.synth("prod", "")
	own.access([]string{"--assembly", "out/prod"}, 0,
		"public/products/       get  get    get                             get list put delete  get\n",
		"drafts/                -    -      -                               get list put delete  -\n",
		"Query.listDrafts                 -       -          yes     -\n")
	if out, err := own.run("mv", "out/prod", "out/without"); err != nil {
		t.Fatal(out, err)
	}

	own.apply("--include=internal/access/access.go", "--include=internal/access/fields.go")
	own.synth("prod", "editors may not call Query.listDrafts, which is for Admins, Editors: its @aws_cognito_user_pools names Admins")
	own.apply("--include=api/schema.graphql")
	own.synth("prod", "Mutation.createProduct by an editor about")
	own.apply("--include=api/resolvers/*")
	own.golden()
	own.synth("dev", "")
	own.synth("prod", "")
	own.build()
	own.access([]string{"--assembly", "out/prod"}, 0,
		"public/products/       get  get    get                             get list put delete  get list put delete\n",
		"public/photos/{user}/  get  get    get        get list put delete  get list delete      get\n",
		"protected/{identity}/  -    -      get        get list put delete  get list delete      get\n",
		"private/{identity}/    -    -      -          get list put delete  -                    -\n",
		"drafts/                -    -      -                               get list put delete  get list put delete\n",
		"Query.listDrafts                 -       -          yes     yes\n")
	own.access([]string{"explain", "--as", "editor", "--action", "put", "--key", "drafts/x", "--assembly", "out/prod"}, 0,
		"Yes: an editor may put drafts/x.", "EditorAccess", "the access table says nobody but admins, editors")
	own.access([]string{"explain", "--as", "editor", "--owner", "other", "--action", "delete", "--key", "public/photos/x", "--assembly", "out/prod"}, 2,
		"No: an editor may not delete public/photos/{other}/x.")
	own.access([]string{"diff", "out/without", "out/prod"}, 3,
		"an editor may get, list, put and delete drafts/", "an editor may call Mutation.createProduct")
	own.apply("--reverse")
	own.golden()
	own.synth("prod", "")
}
