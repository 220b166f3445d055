package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"lightbox.example/lightbox/sandbox"
)

func startSandbox(t *testing.T) *sandbox.Sandbox {
	t.Helper()
	s, err := sandbox.Start(context.Background(), sandbox.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestSandbox_refusesInOneLine(t *testing.T) {
	running := startSandbox(t).HTTP()
	workspace(t, "dev")
	write(t, "empty/notes.txt", "")
	write(t, "account/cdk.json", `{"context": {"environments": {"dev": {"account": "123456789012", "region": "us-east-1", "webOrigins": ["https://a.example"]}}}}`)
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"a folder without an assembly": {[]string{"--assembly", "empty"}, "empty: got no assembly there, want the folder that a synth writes: run `npx cdk synth` first"},
		"no folder":                    {[]string{"--assembly", "none"}, "none: got no assembly there, want the folder that a synth writes: run `npx cdk synth` first"},
		"watching nothing":             {[]string{"--watch"}, "--watch and --resynth: got no --assembly, want the folder of a synth"},
		"an environment":               {[]string{"--env", "none"}, `cdk.json: env: got "none", want one of `},
		"memory and a folder":          {[]string{"--ephemeral", "--data", "mine"}, "--ephemeral: got --data mine too, want one of the two: what is kept in memory is in no folder"},
		"memory in the background":     {[]string{"--ephemeral", "--detach"}, "--detach: got --ephemeral too, want a folder for the log and the process id"},
		"a region that is none":        {[]string{"--region", "eu-centrl-1"}, `--region: got "eu-centrl-1", want a region of AWS's, as in eu-central-1; did you mean "eu-central-1"?`},
		"calls as nobody prints them":  {[]string{"--log", "xml"}, `--log: got "xml", want `},
		"a port that is none":          {[]string{"--ephemeral", "--http", "127.0.0.1:99999", "--https", "127.0.0.1:0"}, `--http 127.0.0.1:99999: got the port "99999", want a number from 0 to 65535, as in 127.0.0.1:4566`},
		"a port by its name":           {[]string{"--ephemeral", "--http", "127.0.0.1:0", "--https", "127.0.0.1:https"}, `--https 127.0.0.1:https: got the port "https", want a number from 0 to 65535`},
		"an address that is elsewhere": {[]string{"--ephemeral", "--expose-to-network", "--http", "192.0.2.1:0", "--https", "127.0.0.1:0"}, "--http 192.0.2.1:0: got an address that this machine does not have, want one of its own"},
		"an origin that is none":       {[]string{"--ephemeral", "--http", "127.0.0.1:0", "--https", "127.0.0.1:0", "--origin", "localhost"}, "--origin: "},
		"no port to ask":               {[]string{"outputs", "--http", "127.0.0.1:99999"}, `--http 127.0.0.1:99999: got the port "99999", want a number from 0 to 65535`},
		"no address to ask":            {[]string{"env", "--http", "4566"}, "--http 4566: got no port, want HOST:PORT, as in 127.0.0.1:4566"},
		"nobody to make an admin":      {[]string{"admin"}, "got 0 arguments, want 1, as in `lightbox sandbox admin USER`"},
		"nothing deployed":             {[]string{"admin", "ann", "--http", running}, running + ": got no user pool of the environment dev in the sandbox, want it deployed: `npx cdk deploy --all -c env=dev` with the environment of `lightbox sandbox env --http " + running + "`"},
		"nobody there":                 {[]string{"status", "--http", "127.0.0.1:1"}, "http://127.0.0.1:1: got no answer (dial tcp 127.0.0.1:1: connect: connection refused), want a sandbox that runs there: `lightbox sandbox --http 127.0.0.1:1` starts one"},
		"nobody with logs":             {[]string{"logs", "--http", "127.0.0.1:1"}, "http://127.0.0.1:1: got no answer "},
	} {
		t.Run(name, func(t *testing.T) {
			_, stderr := lightbox(append([]string{"sandbox"}, test.args...)...)
			if !strings.HasPrefix(stderr, "lightbox: "+test.want) || strings.Count(stderr, "\n") != 1 {
				t.Errorf("got %q, want one line with %q", stderr, test.want)
			}
		})
	}
	t.Run("several", func(t *testing.T) {
		_, stderr := lightbox("sandbox", "--ephemeral", "--data", "mine", "--region", "nowhere", "--ready", "xml", "--log", "xml", "--assembly", "none")
		if got := strings.Count(stderr, "\n"); got != 5 {
			t.Errorf("got %d lines, want one for each of five flags: %s", got, stderr)
		}
		_, stderr = lightbox("sandbox", "--ephemeral", "--http", "127.0.0.1:4999", "--https", "127.0.0.1:4999", "--web", "empty", "--web-addr", "127.0.0.1:x", "--origin", "x")
		for _, want := range []string{"--https 127.0.0.1:4999: got the address of --http, want another", "--web empty: got no index.html there", `--web-addr 127.0.0.1:x: got the port "x"`, "--origin: "} {
			if !strings.Contains(stderr, want) {
				t.Errorf("got %q, want %q in it", stderr, want)
			}
		}
	})
	t.Run("an account of AWS's", func(t *testing.T) {
		t.Chdir("account")
		want := `lightbox: cdk.json: environments.dev.account: got "123456789012", and the sandbox is the account 000000000000`
		if _, stderr := lightbox("sandbox"); !strings.HasPrefix(stderr, want) {
			t.Errorf("got %q, want %q", stderr, want)
		}
	})
}

// `eval "$(lightbox sandbox env)" && npx cdk deploy` must not go to AWS because of a slip.
func TestSandboxEnv_stopsWhoEvaluatesAFault(t *testing.T) {
	workspace(t, "dev")
	stdout, stderr := lightbox("sandbox", "env", "--env", "none")
	if stdout != "false\n" || stderr == "" {
		t.Errorf("got %q and %q, want a command that fails, and a reason", stdout, stderr)
	}
}

// builds is a folder that outlives a test.
var builds string

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "lightbox-")
	if err != nil {
		panic(err)
	}
	builds = folder
	code := m.Run()
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

// built is the command, linked once.
var built = sync.OnceValues(func() (string, error) {
	file := filepath.Join(builds, "lightbox")
	if out, err := exec.Command("go", "-C", root, "build", "-o", file, "./cmd/lightbox").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return file, nil
})

// binary is the command as a file, for tests of more than one process.
func binary(t *testing.T) string {
	t.Helper()
	file, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestSandbox_doesNotTakeAnotherOneForItself(t *testing.T) {
	binary := binary(t)
	taken := startSandbox(t)
	data := filepath.Join(t.TempDir(), "data")
	out, err := exec.Command(binary, "sandbox", "--detach", "--data", data, "--region", "us-east-1", "--http", taken.HTTP(), "--https", taken.HTTPS()).CombinedOutput()
	if err == nil || strings.Count(string(out), "got an address that is taken, want a free one") != 2 || strings.Contains(string(out), "lightbox: lightbox:") {
		t.Errorf("got %v: %s, want a fault for each of the addresses", err, out)
	}
	if _, err := os.Stat(pidFile(data)); err == nil {
		t.Error("got a process id of what has ended")
	}
}
