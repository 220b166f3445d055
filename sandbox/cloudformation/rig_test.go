package cloudformation_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cloudformation"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/store"
)

const (
	account = "000000000000"
	region  = "us-east-1"
	admin   = "AKIAADMIN"
	guest   = "AKIAGUEST"
)

// rig is a CloudFormation that listens, with a service of boxes to make.
type rig struct {
	t      testing.TB
	s      *cloudformation.Service
	db     store.Store
	boxes  *boxes
	server *httptest.Server
	files  map[string][]byte // templates by their URLs
}

func newRig(t testing.TB) *rig {
	t.Helper()
	r := &rig{t: t, db: store.NewMemory(), boxes: newBoxes(), files: map[string][]byte{}}
	r.open()
	r.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) { r.s.ServeHTTP(w, request) }))
	t.Cleanup(func() {
		r.server.Close()
		if err := r.s.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// open starts the service on what is in the store, as a process does.
func (r *rig) open() {
	r.t.Helper()
	s, err := cloudformation.New(cloudformation.Config{
		Store: r.db, Types: r.boxes.types(), Keys: keysOf(r.t), Region: region, Account: account,
		Templates: func(_ context.Context, _ aws.Caller, url string) ([]byte, error) {
			if text, ok := r.files[url]; ok {
				return text, nil
			}
			return nil, errors.New("NoSuchKey")
		},
		Parameter: func(name string) (string, bool) { return "30", name == "/bootstrap/version" },
	})
	if err != nil {
		r.t.Fatal(err)
	}
	r.s = s
}

type keys map[string]aws.Credentials

func (k keys) Credentials(id string) (aws.Credentials, bool) {
	credentials, ok := k[id]
	return credentials, ok
}

func keysOf(t testing.TB) keys {
	t.Helper()
	policy := func(action string) []*iam.Policy {
		p, err := iam.Parse(iam.Identity, "Test", []byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "`+action+`", "Resource": "*"}]}`))
		if err != nil {
			t.Fatal(err)
		}
		return []*iam.Policy{p}
	}
	role := func(name string) iam.RoleSession {
		return iam.RoleSession{Role: "arn:aws:iam::" + account + ":role/" + name, Name: "test"}
	}
	return keys{
		admin: {Secret: "secret", Account: account, Principal: role("Admin"), Identity: policy("cloudformation:*")},
		guest: {Secret: "secret", Account: account, Principal: role("Guest"), Identity: policy("cloudformation:DescribeStacks")},
	}
}

// node is an element of an answer.
type node struct {
	XMLName xml.Name
	Text    string `xml:",chardata"`
	Nodes   []node `xml:",any"`
}

// at is the first element at the path; an empty one if there is none.
func (n node) at(path ...string) node {
	if len(path) == 0 {
		return n
	}
	for _, child := range n.Nodes {
		if child.XMLName.Local == path[0] {
			return child.at(path[1:]...)
		}
	}
	return node{}
}

// members are the members of the list at the path.
func (n node) members(path ...string) []node { return n.at(path...).Nodes }

// do sends a request and returns the result, or the error as "Code: Message".
func (r *rig) do(action string, form ...string) (node, error) { return r.as(admin, action, form...) }

func (r *rig) as(key, action string, form ...string) (node, error) {
	r.t.Helper()
	values := url.Values{"Action": {action}, "Version": {"2010-05-15"}}
	for i := 0; i < len(form); i += 2 {
		values.Set(form[i], form[i+1])
	}
	status, body := r.send(key, values.Encode())
	var answer node
	if err := xml.Unmarshal(body, &answer); err != nil {
		r.t.Fatalf("%s: %v: %s", action, err, body)
	}
	if status != http.StatusOK {
		return node{}, errors.New(answer.at("Error", "Code").Text + ": " + answer.at("Error", "Message").Text)
	}
	return answer.at(action + "Result"), nil
}

// send sends a signed form.
func (r *rig) send(key, body string) (status int, answer []byte) {
	r.t.Helper()
	request, err := http.NewRequest(http.MethodPost, r.server.URL, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	sum := sha256.Sum256([]byte(body))
	credentials := sdk.Credentials{AccessKeyID: key, SecretAccessKey: "secret"}
	if err := v4.NewSigner().SignHTTP(context.Background(), credentials, request, hex.EncodeToString(sum[:]), "cloudformation", region, time.Now()); err != nil {
		r.t.Fatal(err)
	}
	response, err := r.server.Client().Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err = io.ReadAll(response.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return response.StatusCode, answer
}

// must is do for a request that has to succeed.
func (r *rig) must(action string, form ...string) node {
	r.t.Helper()
	answer, err := r.do(action, form...)
	if err != nil {
		r.t.Fatalf("%s: %v", action, err)
	}
	return answer
}

// deploy brings the stack to the template by a change set, and returns the status that it comes to rest in.
func (r *rig) deploy(stack, template string, form ...string) string {
	r.t.Helper()
	var execute []string
	if i := slices.Index(form, "DisableRollback"); i >= 0 {
		execute = form[i : i+2]
		form = slices.Delete(slices.Clone(form), i, i+2)
	}
	set := r.propose(stack, template, form...)
	if status := set.at("Status").Text; status != "CREATE_COMPLETE" {
		r.t.Fatalf("the change set of %s: got %s (%s), want CREATE_COMPLETE", stack, status, set.at("StatusReason").Text)
	}
	r.must("ExecuteChangeSet", append([]string{"ChangeSetName", set.at("ChangeSetId").Text}, execute...)...)
	return r.rest(stack)
}

// propose makes a change set and describes it.
func (r *rig) propose(stack, template string, form ...string) node {
	r.t.Helper()
	kind := "UPDATE"
	if status := r.status(stack); status == "" || status == "REVIEW_IN_PROGRESS" {
		kind = "CREATE"
	}
	if kind == "UPDATE" {
		r.must("DeleteChangeSet", "StackName", stack, "ChangeSetName", "change")
	}
	made := r.must("CreateChangeSet", append([]string{
		"StackName", stack, "ChangeSetName", "change", "ChangeSetType", kind, "TemplateBody", template,
	}, form...)...)
	return r.must("DescribeChangeSet", "ChangeSetName", made.at("Id").Text, "IncludePropertyValues", "true")
}

// status is the stack's status, "" if there is none.
func (r *rig) status(stack string) string {
	r.t.Helper()
	answer, err := r.do("DescribeStacks", "StackName", stack)
	if err != nil {
		return ""
	}
	return answer.at("Stacks", "member", "StackStatus").Text
}

// rest waits until nothing is under way with the stack.
func (r *rig) rest(stack string) string {
	r.t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if status := r.status(stack); !strings.HasSuffix(status, "_IN_PROGRESS") || status == "REVIEW_IN_PROGRESS" {
			return status
		}
	}
	r.t.Fatalf("%s: still %s after a minute", stack, r.status(stack))
	return ""
}

// events are the stack's events, the first one first, as in "Box CREATE_COMPLETE".
func (r *rig) events(stack string) []string {
	r.t.Helper()
	var list []string
	for token := ""; ; {
		form := []string{"StackName", stack}
		if token != "" {
			form = append(form, "NextToken", token)
		}
		answer := r.must("DescribeStackEvents", form...)
		for _, e := range answer.members("StackEvents") {
			list = append(list, e.at("LogicalResourceId").Text+" "+e.at("ResourceStatus").Text)
		}
		if token = answer.at("NextToken").Text; token == "" {
			slices.Reverse(list)
			return list
		}
	}
}

// reasons are the reasons of all events, in one text.
func (r *rig) reasons(stack string) string {
	r.t.Helper()
	var b strings.Builder
	for _, e := range r.must("DescribeStackEvents", "StackName", stack).members("StackEvents") {
		fmt.Fprintln(&b, e.at("LogicalResourceId").Text, e.at("ResourceStatus").Text, e.at("ResourceStatusReason").Text)
	}
	return b.String()
}

// outputs are the stack's outputs.
func (r *rig) outputs(stack string) map[string]string {
	r.t.Helper()
	outputs := map[string]string{}
	for _, o := range r.must("DescribeStacks", "StackName", stack).members("Stacks", "member", "Outputs") {
		outputs[o.at("OutputKey").Text] = o.at("OutputValue").Text
	}
	return outputs
}
