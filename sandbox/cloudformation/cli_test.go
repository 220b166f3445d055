package cloudformation_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cloudformation"
	"lightbox.example/lightbox/sandbox/roles"
	"lightbox.example/lightbox/sandbox/s3"
	"lightbox.example/lightbox/sandbox/ssm"
	"lightbox.example/lightbox/sandbox/store"
	"lightbox.example/lightbox/sandbox/sts"
)

// cloud is what the CLI talks to: CloudFormation with boxes, and the real STS, parameter store and S3 of the sandbox.
type cloud struct {
	rig
	cdk  string
	app  string // the folder of the assembly
	url  string
	home string

	mu      sync.Mutex
	unknown []string
}

const rootKey, rootSecret = "AKIATESTROOT", "not-a-secret"

func newCloud(t *testing.T) *cloud {
	t.Helper()
	cdk, err := filepath.Abs("../../node_modules/.bin/cdk")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(cdk); err != nil {
		t.Fatalf("%v: `npm ci` installs the CDK CLI", err)
	}
	c := &cloud{rig: rig{t: t, db: store.NewMemory(), boxes: newBoxes()}, cdk: cdk, app: t.TempDir(), home: t.TempDir()}
	access, err := roles.New(roles.Config{Store: c.db, Account: account, Root: roles.Key{ID: rootKey, Secret: rootSecret}})
	if err != nil {
		t.Fatal(err)
	}
	files, err := s3.New(s3.Config{Store: c.db, Keys: access, Now: time.Now, Region: region, Account: account})
	if err != nil {
		t.Fatal(err)
	}
	if err := files.Bootstrap(context.Background()); err != nil {
		t.Fatal(err)
	}
	parameters := ssm.New(ssm.Config{Region: region, Account: account, Keys: access})
	types := c.boxes.types()
	for name, kind := range access.ResourceTypes() {
		types[name] = kind
	}
	c.s, err = cloudformation.New(cloudformation.Config{
		Store: c.db, Types: types, Keys: access, Region: region, Account: account, Parameter: parameters.Parameter,
		Templates: func(ctx context.Context, caller aws.Caller, url string) ([]byte, error) {
			answer := httptest.NewRecorder()
			files.As(caller).ServeHTTP(answer, httptest.NewRequest(http.MethodGet, url, http.NoBody).WithContext(ctx))
			if answer.Code != http.StatusOK {
				return nil, errors.New(answer.Body.String())
			}
			return answer.Body.Bytes(), nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	services := map[string]http.Handler{
		"sts": sts.New(sts.Config{Region: region, Keys: access, Roles: access}), "ssm": parameters, "s3": files, "cloudformation": c.s,
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { c.serve(services, w, r) }))
	c.url = server.URL
	t.Cleanup(func() {
		server.Close()
		c.s.Close()
		files.Close()
	})
	return c
}

// serve finds the service by the scope of the signature, and notes calls that it does not know.
func (c *cloud) serve(services map[string]http.Handler, w http.ResponseWriter, r *http.Request) {
	name := "s3"
	if scope := strings.Split(r.Header.Get("Authorization"), "/"); len(scope) > 4 {
		name = scope[3]
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	answer := httptest.NewRecorder()
	if services[name] == nil {
		http.Error(answer, "no such service", http.StatusNotImplemented)
	} else {
		services[name].ServeHTTP(answer, r)
	}
	if text := answer.Body.String(); answer.Code >= 500 || strings.Contains(text, "InvalidAction") || strings.Contains(text, "UnknownOperation") {
		c.mu.Lock()
		c.unknown = append(c.unknown, fmt.Sprintf("%s %s %s: %s", name, r.URL, body, text))
		c.mu.Unlock()
	}
	for key, values := range answer.Header() {
		w.Header()[key] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

// stackOf is a stack of an assembly.
type stackOf struct {
	name     string
	template string
	needs    []string
}

// synth writes an assembly as a synth does, with the stacks deployed by the roles of the bootstrap.
func (c *cloud) synth(stacks ...stackOf) {
	c.t.Helper()
	role := func(name string) string {
		return fmt.Sprintf("arn:${AWS::Partition}:iam::%s:role/cdk-hnb659fds-%s-role-%s-%s", account, name, account, region)
	}
	bucket := fmt.Sprintf("cdk-hnb659fds-assets-%s-%s", account, region)
	artifacts := object{}
	for _, s := range stacks {
		file := s.name + ".template.json"
		key := fmt.Sprintf("%x.json", sha256.Sum256([]byte(s.template)))
		c.write(file, []byte(s.template))
		c.writeJSON(s.name+".assets.json", object{"version": "55.0.0", "dockerImages": object{}, "files": object{"template": object{
			"source": object{"path": file, "packaging": "file"},
			"destinations": object{"current": object{
				"bucketName": bucket, "objectKey": key, "region": region, "assumeRoleArn": role("file-publishing"),
			}},
		}}})
		artifacts[s.name+".assets"] = object{"type": "cdk:asset-manifest", "properties": object{
			"file": s.name + ".assets.json", "requiresBootstrapStackVersion": 6, "bootstrapStackVersionSsmParameter": "/cdk-bootstrap/hnb659fds/version",
		}}
		artifacts[s.name] = object{
			"type": "aws:cloudformation:stack", "environment": "aws://" + account + "/" + region, "displayName": s.name,
			"dependencies": append([]string{s.name + ".assets"}, s.needs...),
			"properties": object{
				"templateFile": file, "stackName": s.name, "assumeRoleArn": role("deploy"), "cloudFormationExecutionRoleArn": role("cfn-exec"),
				"stackTemplateAssetObjectUrl": "s3://" + bucket + "/" + key, "requiresBootstrapStackVersion": 6,
				"bootstrapStackVersionSsmParameter": "/cdk-bootstrap/hnb659fds/version",
				"lookupRole":                        object{"arn": role("lookup"), "requiresBootstrapStackVersion": 8, "bootstrapStackVersionSsmParameter": "/cdk-bootstrap/hnb659fds/version"},
			},
		}
	}
	c.writeJSON("manifest.json", object{"version": "55.0.0", "artifacts": artifacts})
}

func (c *cloud) writeJSON(name string, value any) {
	c.t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		c.t.Fatal(err)
	}
	c.write(name, text)
}

func (c *cloud) write(name string, text []byte) {
	c.t.Helper()
	if err := os.WriteFile(filepath.Join(c.app, name), text, 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// run runs the CLI and returns what it prints. It fails the test if the exit code is another.
func (c *cloud) run(code int, args ...string) string {
	c.t.Helper()
	command := exec.Command(c.cdk, append(args, "--app", c.app, "--no-color")...)
	command.Dir = c.home
	command.Env = append(os.Environ(),
		"PATH="+filepath.Dir(c.cdk)+string(filepath.ListSeparator)+os.Getenv("PATH"), "HOME="+c.home, "CDK_HOME="+c.home,
		"AWS_ENDPOINT_URL="+c.url, "AWS_ENDPOINT_URL_S3="+c.url, "AWS_ACCESS_KEY_ID="+rootKey, "AWS_SECRET_ACCESS_KEY="+rootSecret,
		"AWS_REGION="+region, "AWS_EC2_METADATA_DISABLED=true", "CDK_DISABLE_CLI_TELEMETRY=true", "CI=true",
	)
	out, err := command.CombinedOutput()
	if got := command.ProcessState.ExitCode(); got != code {
		c.t.Fatalf("cdk %s: got exit code %d (%v), want %d\n%s\ncalls without an answer: %v", strings.Join(args, " "), got, err, code, out, c.unknown)
	}
	return string(out)
}

func (c *cloud) deployed(code int, args ...string) string {
	c.t.Helper()
	return c.run(code, append([]string{"deploy", "--all", "--require-approval", "never", "--progress", "events", "--no-notices"}, args...)...)
}

func wants(t *testing.T, what, out string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(out, text) {
			t.Errorf("%s: got\n%s\nwant %q in it", what, out, text)
		}
	}
}

// The life of two stacks, by the real CLI. The program's own tests begin with a diff of what is not there.
func TestCLI_deploysUpdatesRollsBackAndDestroys(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	source := func(size int, lock string) stackOf {
		lid := object{"Lock": lock}
		return stackOf{name: "Source", template: template(object{"A": box(object{"Size": size, "Lid": lid})}, object{"Name": output(ref("A"))})}
	}
	user := stackOf{name: "User", needs: []string{"Source"}, template: template(object{"B": box(object{"Contents": []any{
		object{"Fn::GetStackOutput": object{"StackName": "Source", "OutputName": "Name"}},
	}})}, object{"Arn": output(att("B", "Arn"))})}
	outputs := filepath.Join(t.TempDir(), "outputs.json")

	c.synth(source(1, "a"), user)
	wants(t, "deploy", c.deployed(0, "--outputs-file", outputs), "CREATE_COMPLETE", "Source.Name = source-a-")
	text, err := os.ReadFile(outputs)
	if err != nil {
		t.Fatal(err)
	}
	var written map[string]map[string]string
	if err := json.Unmarshal(text, &written); err != nil {
		t.Fatal(err)
	}
	if ids := c.boxes.ids(); len(ids) != 2 || written["Source"]["Name"] != ids[0] || written["User"]["Arn"] != "arn:aws:boxes:::"+ids[1] {
		t.Errorf("outputs.json: got %v, want the names of %v", written, ids)
	}
	c.boxes.took()
	wants(t, "deploy again", c.deployed(0), "Source (no changes)", "User (no changes)")
	wants(t, "deploy again by force", c.deployed(0, "--force"), "Source (no changes)", "User (no changes)")
	if calls := c.boxes.took(); calls != nil {
		t.Errorf("deploy again: got the calls %v, want none", calls)
	}

	// The other test has an update in place.
	c.synth(source(2, "b"), user)
	wants(t, "diff", c.run(0, "diff", "--no-notices"), "[~] Test::Boxes::Box A", "[-] 1", "[+] 2", "replace")
	wants(t, "replacement", c.deployed(0, "--force"), "UPDATE_COMPLETE_CLEANUP", "DELETE_COMPLETE")
	ids := c.boxes.ids()
	if len(ids) != 2 || ids[0] == written["Source"]["Name"] || c.boxes.of(ids[1], "Contents") != "["+written["Source"]["Name"]+"]" {
		t.Errorf("after the replacement: got the boxes %v, want two, of which User's has the old name: its template is as it was", ids)
	}

	c.boxes.failing("update A", aws.Refuse(400, "LimitExceeded", "the box is full"))
	c.synth(source(3, "b"), user)
	// The rollback comes by the same call, and fails as well.
	wants(t, "an update that fails", c.deployed(1), "UPDATE_FAILED", "the box is full", "UPDATE_ROLLBACK_FAILED")
	c.boxes.failing("update A", nil)
	wants(t, "rollback", c.run(0, "rollback", "Source"), "UPDATE_ROLLBACK_COMPLET ") // the CLI cuts it
	if got := c.boxes.of(ids[0], "Size"); got != "2" {
		t.Errorf("after the rollback: got size %s, want 2", got)
	}

	wants(t, "destroy", c.run(0, "destroy", "--all", "--force"), "Source: destroyed", "User: destroyed")
	if ids := c.boxes.ids(); ids != nil {
		t.Errorf("after destroy: got the boxes %v, want none", ids)
	}
	if len(c.unknown) > 0 {
		t.Errorf("calls without an answer: %v", c.unknown)
	}
}

// What goes wrong, and what the CLI makes of it.
func TestCLI_printsWhyADeploymentFailed(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	good := stackOf{name: "S", template: template(object{"A": box(object{})}, nil)}
	c.synth(stackOf{name: "S", template: template(object{"A": object{"Type": "AWS::SQS::Queue"}}, nil)})
	wants(t, "an unknown type", c.deployed(1), "Unrecognized resource types: [AWS::SQS::Queue]")

	c.synth(stackOf{name: "S", template: template(object{"A": box(object{"Colour": "red", "Size": "big"})}, nil)})
	wants(t, "an unknown property", c.deployed(1), "Test::Boxes::Box.Colour is not supported by the sandbox", `Test::Boxes::Box.Size: got "big", want a whole number`)

	c.boxes.failing("create A", errors.New("no boxes left"))
	c.synth(good)
	wants(t, "a creation", c.deployed(1), "CREATE_FAILED", "no boxes left", "ROLLBACK_COMPLETE")
	c.boxes.failing("create A", nil)
	wants(t, "once more", c.deployed(0), "CREATE_COMPLETE")

	c.boxes.failing("create Z", errors.New("no boxes left"))
	c.synth(stackOf{name: "S", template: template(object{"A": box(object{"Size": 2}), "Z": box(object{"Contents": []any{ref("A")}})}, nil)})
	wants(t, "an update that is paused", c.deployed(1, "--no-rollback"), "UPDATE_FAILED", "no boxes left")
	wants(t, "its rollback", c.run(0, "rollback", "S"), "UPDATE_ROLLBACK_COMPLET ")
	wants(t, "an update", c.deployed(1), "UPDATE_ROLLBACK_COMPLET ", "no boxes left")
	if diff := cmp.Diff("UPDATE_ROLLBACK_COMPLETE", c.s.Stacks()[0].Status); diff != "" {
		t.Error(diff)
	}
	c.boxes.failing("create Z", nil)
	wants(t, "the same without the fault and a change set", c.deployed(0, "--method=direct"), "updating stack", "UPDATE_COMPLETE")
	if len(c.unknown) > 0 {
		t.Errorf("calls without an answer: %v", c.unknown)
	}
}
