package sandbox_test

import (
	"context"
	"errors"
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox"
)

var publicApp = flag.String("public-app", "", "the `folder` into which a public CDK app is fetched, to be deployed by its own CDK CLI: wants git, npm and a network")

// The app of others that is tried as it is, at one commit. Nothing of it is in this repository.
const (
	publicAppFrom = "https://github.com/focusOtter/fullstack-image-upload-download"
	publicAppAt   = "06903af"
)

// A public app, fetched, deploys as it is, by the CDK CLI of 2024 that it brings, and its pages' client works on it. That CLI knows
// no AWS_ENDPOINT_URL: connections to AWS's names are moved to the sandbox below it, as for any older program that runs in Node.
//
//	go test ./sandbox -run TestPublicApp -args -public-app /tmp/public-app
func TestPublicApp_deploysAsItIs(t *testing.T) {
	if *publicApp == "" {
		t.Skip("-public-app was not given")
	}
	backend := fetchedApp(t)
	s := start(t, sandbox.Config{})
	tools, err := filepath.Abs("../tools/node")
	if err != nil {
		t.Fatal(err)
	}
	home, outputs := t.TempDir(), filepath.Join(t.TempDir(), "outputs.json")
	env := append(append(os.Environ(), s.Environment()...), "HOME="+home, "CI=true", "NO_COLOR=1", "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION=1",
		"LIGHTBOX_HTTP="+s.HTTP(), "LIGHTBOX_HTTPS="+s.HTTPS(), "PATH="+filepath.Join(tools, "../../node_modules/.bin")+string(filepath.ListSeparator)+os.Getenv("PATH"))
	hosts := filepath.Join(tools, "aws-hosts.mjs")
	run(t, backend, append(env, "NODE_OPTIONS=--require "+hosts), "node", "node_modules/aws-cdk/bin/cdk", "deploy", "--require-approval", "never", "--outputs-file", outputs)
	run(t, tools, env, "node", "--import", "./aws-hosts.mjs", "public-app.mjs", outputs)
	run(t, backend, append(env, "NODE_OPTIONS=--require "+hosts), "node", "node_modules/aws-cdk/bin/cdk", "destroy", "--force")
	if left := s.Stacks.Stacks(); len(left) > 0 {
		t.Errorf("got the stack %s, %s, want it destroyed", left[0].Name, left[0].Status)
	}
}

// fetchedApp is the folder of the app's CDK program, with its packages.
func fetchedApp(t *testing.T) string {
	t.Helper()
	backend := filepath.Join(*publicApp, "_backend")
	if _, err := os.Stat(backend); errors.Is(err, fs.ErrNotExist) {
		run(t, ".", os.Environ(), "git", "clone", "--quiet", publicAppFrom, *publicApp)
		run(t, *publicApp, os.Environ(), "git", "checkout", "--quiet", publicAppAt)
	}
	if _, err := os.Stat(filepath.Join(backend, "node_modules/aws-cdk")); errors.Is(err, fs.ErrNotExist) {
		run(t, backend, os.Environ(), "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
	}
	return backend
}

// run runs a program, and ends the test with what it printed if it fails.
func run(t *testing.T, folder string, env []string, name string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, name, args...)
	command.Dir, command.Env = folder, env
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	t.Logf("%s %s\n%s", name, strings.Join(args, " "), out)
}
