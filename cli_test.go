package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lightbox/internal/cdktest"
)

func TestSynth_exitsWithOneOnAFault(t *testing.T) {
	dir := t.TempDir()
	command := exec.Command("node_modules/.bin/cdk", "synth", "-q", "-c", "env=stage", "--output", filepath.Join(dir, "cdk.out"))
	out, err := command.CombinedOutput()
	if code := command.ProcessState.ExitCode(); code != 1 {
		t.Errorf("cdk synth -c env=stage: got exit code %d (%v), want 1", code, err)
	}
	if !bytes.Contains(out, []byte(`lightbox: env: got "stage"`)) {
		t.Errorf("cdk synth -c env=stage: got %s, want the fault", out)
	}
	if written, _ := filepath.Glob(filepath.Join(dir, "cdk.out", "*.template.json")); len(written) > 0 {
		t.Errorf("cdk synth -c env=stage wrote %v, want nothing", written)
	}
}

// The real CLI, with the README's command: what it would send to AWS.
func TestDeploy_sendsOneChangeSetAStackInOrder(t *testing.T) {
	cdk, err := filepath.Abs("node_modules/.bin/cdk")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(cdk); err != nil {
		t.Fatalf("%v: `npm ci` installs the CDK CLI", err)
	}
	recorder := cdktest.NewRecorder(t)
	dir := t.TempDir()
	command := exec.Command(cdk, "deploy", "--all", "--outputs-file", filepath.Join(dir, "outputs.json"),
		"--require-approval", "never", "--output", filepath.Join(dir, "cdk.out"), "--progress", "events")
	command.Env = append(os.Environ(),
		"PATH="+filepath.Dir(cdk)+string(filepath.ListSeparator)+os.Getenv("PATH"),
		"AWS_ENDPOINT_URL="+recorder.URL, "AWS_ENDPOINT_URL_S3="+recorder.URL,
		"AWS_ACCESS_KEY_ID=AKIDTEST", "AWS_SECRET_ACCESS_KEY=test", "AWS_REGION=us-east-1", "AWS_EC2_METADATA_DISABLED=true",
		// The CLI remembers accounts by access key in the home folder of whoever runs it.
		"CDK_HOME="+dir,
	)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("cdk deploy: %v\n%s\ncalls without an answer: %v", err, out, recorder.Unknown())
	}
	if unknown := recorder.Unknown(); len(unknown) > 0 {
		t.Errorf("calls without an answer: %v", unknown)
	}

	templates := synth(t, "dev")
	position := map[string]int{}
	for i, set := range recorder.ChangeSets() {
		id := strings.TrimPrefix(set.StackName, "Lightbox-dev-")
		template := templates[id]
		if template == nil || position[id] != 0 {
			t.Fatalf("got a change set for %s, want one for each of the five stacks", set.StackName)
		}
		position[id] = i + 1
		if set.Kind != "CREATE" {
			t.Errorf("%s: got a change set of type %s, want CREATE", id, set.Kind)
		}
		if !bytes.Equal(set.Template, template.Text) {
			t.Errorf("%s: the template sent is not the one synthesized", id)
		}
		if wanted := []string{"CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"}; !slices.Equal(set.Capabilities, wanted) {
			t.Errorf("%s: got capabilities %v, want %v", id, set.Capabilities, wanted)
		}
		for _, before := range template.DependsOn {
			if position[before] == 0 {
				t.Errorf("%s was deployed before %s, which it depends on", id, before)
			}
		}
	}
	if len(position) != len(templates) {
		t.Errorf("got change sets for %v, want one for each of the %d stacks", position, len(templates))
	}

	data, err := os.ReadFile(filepath.Join(dir, "outputs.json"))
	if err != nil {
		t.Fatal(err)
	}
	var outputs map[string]map[string]string
	if err := json.Unmarshal(data, &outputs); err != nil {
		t.Fatal(err)
	}
	if got := outputs["Lightbox-dev-FileStorage"]["BucketName"]; got == "" {
		t.Errorf("outputs.json has no BucketName: %s", data)
	}
}
