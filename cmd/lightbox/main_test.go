package main

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// every calls each for the command and all below it, hidden ones too.
func every(cmd *cobra.Command, each func(*cobra.Command)) {
	each(cmd)
	for _, sub := range cmd.Commands() {
		every(sub, each)
	}
}

func TestHelp_fitsInto80Columns(t *testing.T) {
	count := 0
	every(newRoot(nil, io.Discard), func(cmd *cobra.Command) {
		count++
		args := append(strings.Fields(cmd.CommandPath())[1:], "--help")
		stdout, stderr := lightbox(args...)
		if stderr != "" || stdout == "" {
			t.Errorf("%s: got %q and %q, want help", args, stdout, stderr)
		}
		for line := range strings.SplitSeq(stdout, "\n") {
			if width := utf8.RuneCountInString(line); width > columns || strings.Contains(line, "\t") {
				t.Errorf("%s: got a line of %d columns, want at most %d and no tab: %s", args, width, columns, line)
			}
		}
	})
	if count < 12 {
		t.Errorf("got %d commands, want all", count)
	}
}

// What a help sends people to is there.
func TestHelp_namesPagesThatAreThere(t *testing.T) {
	named := 0
	every(newRoot(nil, io.Discard), func(cmd *cobra.Command) {
		for _, page := range regexp.MustCompile(`docs/[\w./-]*\w`).FindAllString(cmd.Long+cmd.Example, -1) {
			named++
			if _, err := os.Stat(filepath.Join("..", "..", page)); err != nil {
				t.Errorf("%s: got %s, want a page that is there", cmd.CommandPath(), page)
			}
		}
	})
	if named == 0 {
		t.Error("got no page in any help, want some")
	}
}

func TestCommand_suggestsWhatWasMeant(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"acess", `unknown command "acess" for "lightbox"; did you mean "access"?`},
		{"output", `unknown command "output" for "lightbox"; did you mean "outputs"?`},
		{"Sandbox", `unknown command "Sandbox" for "lightbox"; did you mean "sandbox"?`},
		{"zzz", `unknown command "zzz" for "lightbox"`},
		{"access explan", `unknown command "explan" for "lightbox access"; did you mean "explain"?`},
		{"sandbox stats", `unknown command "stats" for "lightbox sandbox"; did you mean "status"?`},
		{"sandbox zzz", `unknown command "zzz" for "lightbox sandbox"`},
		{"sandbox --ephemral", `unknown flag: --ephemral; did you mean "ephemeral"?`},
		{"help acess", `unknown command "acess" for "lightbox"; did you mean "access"?`},
		{"help access dif", `unknown command "dif" for "lightbox access"; did you mean "diff"?`},
		{"help version zzz", `unknown command "zzz" for "lightbox version"`},
		{"outputs --env=", `--env: got nothing, want a value (name), or no such flag for dev`},
		{"access diff --asembly=x", `unknown flag: --asembly`},
		{"outputs --fromt=x", `unknown flag: --fromt`},
		{"outputs --outs x", `unknown flag: --outs; did you mean "out"?`},
		{"sandbox -z", `unknown shorthand flag: 'z' in -z`},
	} {
		stdout, stderr := lightbox(strings.Fields(test.args)...)
		if want := "lightbox: " + test.want + "\n"; stderr != want || stdout != "" {
			t.Errorf("%s: got %q and %q, want %q alone", test.args, stdout, stderr, want)
		}
	}
}

// Controls: what is right goes on as it did.
func TestCommand_takesHelpAndEmptyValues(t *testing.T) {
	for _, args := range []string{"help", "help access diff", "help sandbox", "version"} {
		if stdout, stderr := lightbox(strings.Fields(args)...); stdout == "" || stderr != "" {
			t.Errorf("%s: got %q and %q, want an answer and no fault", args, stdout, stderr)
		}
	}
	want := "lightbox: --env: got nothing, want a value (name), or no such flag for dev\nlightbox: --in: got nothing, want a value (file), or no such flag for outputs.json\n"
	if _, stderr := lightbox("outputs", "--in=", "--env="); stderr != want {
		t.Errorf("got %q, want %q", stderr, want)
	}
	if stdout, stderr := lightbox("sandbox", "--web=", "--env=none", "--assembly=none"); strings.Contains(stdout+stderr, "--web") {
		t.Errorf("a flag whose default is empty: got %q and %q, want it taken", stdout, stderr)
	}
}

// eval "$(lightbox sandbox env …)" must not go on to the account at AWS, whatever was wrong with it.
func TestSandboxEnv_isFalseForAShellWhateverIsWrong(t *testing.T) {
	for _, args := range []string{"--env=", "--data=", "--regoin=x", "-z", "more"} {
		if stdout, stderr := lightbox("sandbox", "env", args); stdout != "false\n" || stderr == "" {
			t.Errorf("%s: got %q and %q, want false and the fault", args, stdout, stderr)
		}
	}
	if stdout, stderr := lightbox("sandbox", "status", "--regoin=x"); stdout != "" || stderr == "" {
		t.Errorf("control, a command that no shell evaluates: got %q and %q, want the fault alone", stdout, stderr)
	}
}

func TestVersion_isThatOfTheBuild(t *testing.T) {
	for _, arg := range []string{"--version", "version"} {
		stdout, stderr := lightbox(arg)
		if !strings.HasPrefix(stdout, "lightbox ") || !strings.HasSuffix(stdout, ", "+runtime.Version()+" "+runtime.GOOS+"/"+runtime.GOARCH+"\n") || stderr != "" {
			t.Errorf("%s: got %q and %q, want the version of lightbox and of Go", arg, stdout, stderr)
		}
	}
}
