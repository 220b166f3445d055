package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox"
)

// A cloud is a sandbox with the pinned CLI before it.
type cloud struct {
	*sandbox.Sandbox
	t    *testing.T
	home string // of what the CLI remembers and writes
}

func newCloud(t *testing.T) cloud {
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
	return cloud{s, t, t.TempDir()}
}

// cdk runs the pinned CLI and returns what it printed. code is the exit code that it must have.
func (c cloud) cdk(code int, args ...string) string {
	c.t.Helper()
	command := c.command("node_modules/.bin/cdk", args...)
	out, err := command.CombinedOutput()
	if got := command.ProcessState.ExitCode(); got != code {
		c.t.Fatalf("cdk %s: got exit code %d (%v), want %d\n%s", strings.Join(args, " "), got, err, code, out)
	}
	return string(out)
}

// command is one that comes to the sandbox.
func (c cloud) command(program string, args ...string) *exec.Cmd {
	c.t.Helper()
	bin, err := filepath.Abs("node_modules/.bin")
	if err != nil {
		c.t.Fatal(err)
	}
	command := exec.Command(program, args...)
	command.Env = append(os.Environ(), c.Environment()...)
	// The CLI remembers accounts by access key in the home folder of whoever runs it. What it synthesizes is validated in
	// this process.
	command.Env = append(command.Env, "CDK_VALIDATION=false", "PATH="+bin+string(filepath.ListSeparator)+os.Getenv("PATH"), "CDK_HOME="+c.home, "NO_COLOR=1")
	return command
}

// deploy deploys an app, the one of cdk.json or the folder of an assembly.
func (c cloud) deploy(code int, args ...string) string {
	c.t.Helper()
	return c.cdk(code, append([]string{"deploy", "--all", "--require-approval", "never", "--progress", "events", "--outputs-file", c.outputsFile()}, args...)...)
}

// must deploys an assembly without the CLI.
func (c cloud) must(folder string) {
	c.t.Helper()
	if err := c.Deploy(c.t.Context(), folder, nil); err != nil {
		c.t.Fatal(err)
	}
}

func (c cloud) outputsFile() string { return filepath.Join(c.home, "outputs.json") }

// outputs are what the CLI wrote.
func (c cloud) outputs() map[string]map[string]string {
	c.t.Helper()
	data, err := os.ReadFile(c.outputsFile())
	if err != nil {
		c.t.Fatal(err)
	}
	var outputs map[string]map[string]string
	if err := json.Unmarshal(data, &outputs); err != nil {
		c.t.Fatal(err)
	}
	return outputs
}

// changed is a copy of an assembly with other templates, as a synth would have written them.
func changed(t *testing.T, folder string, change func(id string, template string) string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"Auth", "Identity", "FileStorage", "CDN", "API"} {
		file := filepath.Join(to, id+".template.json")
		old, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		template := change(id, string(old))
		if template == string(old) {
			continue
		}
		replaceIn(t, file, string(old), template)
		before, after := templateHash(t, to, id), fmt.Sprintf("%x", sha256.Sum256([]byte(template)))
		replaceIn(t, filepath.Join(to, id+".assets.json"), before, after)
		replaceIn(t, filepath.Join(to, "manifest.json"), before, after)
	}
	return to
}

// templateHash is the hash under which the template of a stack is published.
func templateHash(t *testing.T, folder, id string) string {
	t.Helper()
	var assets struct {
		Files map[string]struct{ Source struct{ Path string } }
	}
	data, err := os.ReadFile(filepath.Join(folder, id+".assets.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &assets); err != nil {
		t.Fatal(err)
	}
	for hash, file := range assets.Files {
		if file.Source.Path == id+".template.json" {
			return strings.SplitN(hash, "-", 2)[0]
		}
	}
	t.Fatalf("%s.assets.json has no template", id)
	return ""
}

func replaceIn(t *testing.T, file, old, with string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(data, []byte(old)) {
		t.Fatalf("%s has no %q", file, old)
	}
	if err := os.WriteFile(file, bytes.ReplaceAll(data, []byte(old), []byte(with)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// edit changes the resources of one template.
func edit(t *testing.T, stack string, change func(resources map[string]any)) func(id, template string) string {
	t.Helper()
	return func(id, template string) string {
		if id != stack {
			return template
		}
		var document map[string]any
		if err := json.Unmarshal([]byte(template), &document); err != nil {
			t.Fatal(err)
		}
		change(document["Resources"].(map[string]any))
		text, err := json.MarshalIndent(document, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
}

// find is the logical id of the one resource of a type whose id begins with a text.
func find(t *testing.T, resources map[string]any, kind, prefix string) string {
	t.Helper()
	for id, resource := range resources {
		if strings.HasPrefix(id, prefix) && resource.(map[string]any)["Type"] == kind {
			return id
		}
	}
	t.Fatalf("got no %s %s…", kind, prefix)
	return ""
}

func wants(t *testing.T, what, out string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(out, text) {
			t.Errorf("%s: got no %q in\n%s", what, text, out)
		}
	}
}

// The life of a deployment, by the pinned CLI and the README's commands, on the sandbox.
func TestDeploy_throughItsLife(t *testing.T) {
	c := newCloud(t)
	out := shipped(t, "dev").folder

	wants(t, "diff of new stacks", c.cdk(0, "diff", "--app", out), "Stack Auth (Lightbox-dev-Auth)", "[+] AWS::Cognito::UserPool", "Number of stacks with differences: 5")
	if made := c.Overview().Stacks; len(made) > 0 {
		t.Errorf("after the diff: got the stacks %v, want none", made)
	}

	first := c.deploy(0, "--app", out)
	order := []string{"Auth", "Identity", "FileStorage", "CDN"}
	last := -1
	for _, id := range order {
		at := strings.Index(first, "✅  "+id)
		if at < last {
			t.Errorf("%s was deployed before one that it depends on, want %v", id, order)
		}
		last = at
	}
	templates := synth(t, "dev")
	for id, template := range templates {
		got := c.outputs()["Lightbox-dev-"+id]
		for key := range template.Outputs {
			if got[key] == "" {
				t.Errorf("outputs.json: %s has no %s: %v", id, key, got)
			}
		}
	}

	// Package cloudformation's tests deploy the same again.
	wants(t, "diff of the same", c.cdk(0, "diff", "--app", out), "There were no differences")

	before, client := c.tables(), c.outputs()["Lightbox-dev-Auth"]["UserPoolClientId"]
	bigger := changed(t, out, edit(t, "API", func(resources map[string]any) {
		table := resources[find(t, resources, "AWS::DynamoDB::GlobalTable", "Products")].(map[string]any)
		table["Properties"].(map[string]any)["TableName"] = "catalogue"
	}))
	renamed := changed(t, bigger, func(_, template string) string {
		return strings.ReplaceAll(template, find(t, c.resources("Auth"), "AWS::Cognito::UserPoolClient", "WebClient"), "WebClient2")
	})
	wants(t, "diff of another table", c.cdk(0, "diff", "--app", renamed), "TableName", "requires replacement")
	c.deploy(0, "--app", renamed)
	if after := c.tables(); !slices.Contains(after, "catalogue") || len(after) != len(before) {
		t.Errorf("got the tables %v, want catalogue in the place of one of %v", after, before)
	}
	if got := c.outputs()["Lightbox-dev-Auth"]["UserPoolClientId"]; got == client || got == "" {
		t.Errorf("got the client %q, want another than %s", got, client)
	}
	c.tour()

	broken := changed(t, renamed, edit(t, "API", func(resources map[string]any) {
		resources["Good"] = map[string]any{"Type": "AWS::Logs::LogGroup", "Properties": map[string]any{"RetentionInDays": 7}}
		resources["Bad"] = deploytest.Unmakeable("Good")
	}))
	failed := c.deploy(1, "--app", broken)
	wants(t, "a change that fails half-way", failed, "UPDATE_ROLLBACK_IN_PROG", deploytest.WhyUnmakeable, "Bad")
	if status := c.status("API"); status != "UPDATE_ROLLBACK_COMPLETE" {
		t.Errorf("got the status %s after a change that failed, want UPDATE_ROLLBACK_COMPLETE", status)
	}
	if resources := c.resources("API"); resources["Good"] != nil || resources["Bad"] != nil {
		t.Errorf("got the resources %v after the rollback, want neither Good nor Bad", slices.Sorted(maps.Keys(resources)))
	}

	wants(t, "destroy", c.cdk(0, "destroy", "--all", "--force", "--app", renamed), "✅  Auth (Lightbox-dev-Auth): destroyed")
	if left := c.Overview().Stacks; len(left) != 0 {
		t.Errorf("got the stacks %v after destroy, want none", left)
	}
	if left := c.tables(); len(left) != 0 {
		t.Errorf("got the tables %v after destroy, want none: dev leaves nothing", left)
	}
}

// An unknown property fails the stack by its name, before anything is made.
func TestDeploy_refusesAnUnknownPropertyByName(t *testing.T) {
	c := newCloud(t)
	odd := changed(t, shipped(t, "dev").folder, edit(t, "Auth", func(resources map[string]any) {
		pool := resources[find(t, resources, "AWS::Cognito::UserPool", "UserPool")].(map[string]any)
		pool["Properties"].(map[string]any)["UserPoolAddOns"] = map[string]any{"AdvancedSecurityMode": "AUDIT"}
	}))
	err := c.Deploy(t.Context(), odd, nil)
	if err == nil {
		t.Fatal("it was deployed, want a refusal")
	}
	wants(t, "deploy", err.Error(), "AWS::Cognito::UserPool.UserPoolAddOns", "is not supported by the sandbox")
	if made := c.Overview().Stacks; len(made) > 0 {
		t.Errorf("got the stacks %v, want none", made)
	}
}

func (c cloud) tables() []string {
	c.t.Helper()
	answer, fault := c.Tables.Handle("ListTables", []byte(`{}`))
	if fault != nil {
		c.t.Fatal(fault)
	}
	var list struct{ TableNames []string }
	if err := json.Unmarshal(answer, &list); err != nil {
		c.t.Fatal(err)
	}
	return list.TableNames
}

// status is that of a stack, "" if it is not there.
func (c cloud) status(id string) string {
	for _, stack := range c.Overview().Stacks {
		if stack.Name == "Lightbox-dev-"+id {
			return stack.Status
		}
	}
	return ""
}

// resources are those of a stack's deployed template that there are, by logical id, with their types.
func (c cloud) resources(id string) map[string]any {
	c.t.Helper()
	resources := map[string]any{}
	for _, stack := range c.Stacks.Stacks() {
		if stack.Name != "Lightbox-dev-"+id {
			continue
		}
		for _, resource := range stack.Resources {
			if resource.PhysicalID != "" && resource.Status != "DELETE_COMPLETE" {
				resources[resource.LogicalID] = map[string]any{"Type": resource.Type}
			}
		}
	}
	return resources
}

// tour takes the README's tour with Amplify's own client: it signs up and in, stores files, asks the API and subscribes.
func (c cloud) tour() {
	c.t.Helper()
	settings := filepath.Join(c.home, "amplify_outputs.json")
	if out, err := exec.Command("go", "run", "./cmd/lightbox", "outputs", "--in", c.outputsFile(), "--env", "dev", "--out", settings).CombinedOutput(); err != nil {
		c.t.Fatalf("lightbox outputs: %v\n%s", err, out)
	}
	node, err := filepath.Abs("node_modules/.bin/node")
	if err != nil {
		c.t.Fatal(err)
	}
	command := c.command(node, "--import", "./aws-hosts.mjs", "smoke.mjs", settings)
	command.Dir = "tools/node"
	// By AWS's own names, not by the endpoint: the bucket policy wants TLS.
	command.Env = slices.DeleteFunc(command.Env, func(v string) bool { return strings.HasPrefix(v, "AWS_ENDPOINT_URL") })
	command.Env = append(command.Env, "LIGHTBOX_HTTP="+c.HTTP(), "LIGHTBOX_HTTPS="+c.HTTPS())
	if out, err := command.CombinedOutput(); err != nil {
		c.t.Errorf("the tour: %v\n%s", err, out)
	}
}
