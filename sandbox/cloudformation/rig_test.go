package cloudformation_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"lightbox/internal/iam"
	"lightbox/sandbox/aws"
	"lightbox/sandbox/cloudformation"
	"lightbox/sandbox/store"
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
	set := r.propose(stack, template, form...)
	if status := set.at("Status").Text; status != "CREATE_COMPLETE" {
		r.t.Fatalf("the change set of %s: got %s (%s), want CREATE_COMPLETE", stack, status, set.at("StatusReason").Text)
	}
	execute := []string{"ChangeSetName", set.at("ChangeSetId").Text}
	if i := slices.Index(form, "DisableRollback"); i >= 0 {
		execute = append(execute, form[i:i+2]...)
	}
	r.must("ExecuteChangeSet", execute...)
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
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if status := r.status(stack); !strings.HasSuffix(status, "_IN_PROGRESS") || status == "REVIEW_IN_PROGRESS" {
			return status
		}
	}
	r.t.Fatalf("%s: still %s after 10 seconds", stack, r.status(stack))
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

// boxes is a service whose resources are boxes. It lives through a restart of CloudFormation, as its own state would.
type boxes struct {
	mu    sync.Mutex
	made  map[string]map[string]any // properties by physical id
	calls []string                  // as in "create A"
	fail  map[string]error          // by call
	hold  map[string]chan struct{}  // calls that wait
	held  chan string               // tells of them
	each  func(call string)         // is told of each
}

func newBoxes() *boxes {
	return &boxes{made: map[string]map[string]any{}, fail: map[string]error{}, hold: map[string]chan struct{}{}, held: make(chan string, 10)}
}

type boxProperties struct {
	Name     string
	Size     int
	Contents []string
	Lid      struct{ Color, Lock string }
}

func (b *boxes) types() map[string]aws.ResourceType {
	box := aws.ResourceType{
		Replaces: []string{"Name", "Lid.Lock"}, Attributes: []string{"Arn", "Parts"}, Properties: (*boxProperties)(nil),
		Create: b.create, Update: b.update, Delete: b.delete,
	}
	role := box
	role.Properties = nil
	return map[string]aws.ResourceType{"Test::Boxes::Box": box, "AWS::IAM::Role": role}
}

// enter notes a call, waits if it is held, and fails if it is to fail.
func (b *boxes) enter(call string) error {
	b.mu.Lock()
	b.calls = append(b.calls, call)
	hold, fault := b.hold[call], b.fail[call]
	if b.each != nil {
		b.each(call)
	}
	b.mu.Unlock()
	if hold != nil {
		b.held <- call
		<-hold
	}
	return fault
}

func (b *boxes) create(_ context.Context, r aws.Resource) (aws.State, error) {
	if err := b.enter("create " + r.LogicalID); err != nil {
		return aws.State{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	id, _ := r.Properties["Name"].(string)
	if id == "" {
		id = strings.ToLower(r.Stack + "-" + r.LogicalID + "-" + r.Suffix)
	}
	b.made[id] = r.Properties
	return state(id), nil
}

func state(id string) aws.State {
	return aws.State{PhysicalID: id, Attributes: map[string]any{"Arn": "arn:aws:boxes:::" + id, "Parts": []string{"lid", "base"}}}
}

func (b *boxes) update(_ context.Context, old map[string]any, r aws.Resource) (aws.State, error) {
	if err := b.enter("update " + r.LogicalID); err != nil {
		return aws.State{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.made[r.PhysicalID] == nil {
		return aws.State{}, aws.Refuse(404, "NoSuchBox", "there is no box %s", r.PhysicalID)
	}
	b.made[r.PhysicalID] = r.Properties
	return state(r.PhysicalID), nil
}

func (b *boxes) delete(_ context.Context, r aws.Resource) error {
	if err := b.enter("delete " + r.LogicalID); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.made, r.PhysicalID)
	return nil
}

// failing lets a call, as in "create A", fail.
func (b *boxes) failing(call string, fault error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fail[call] = fault
}

// holding lets a call wait until release.
func (b *boxes) holding(call string) (release func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	hold := make(chan struct{})
	b.hold[call] = hold
	return func() {
		b.mu.Lock()
		delete(b.hold, call)
		b.mu.Unlock()
		close(hold)
	}
}

// took returns the calls since it was last asked.
func (b *boxes) took() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	calls := b.calls
	b.calls = nil
	return calls
}

// ids are the physical ids of the boxes there are, sorted.
func (b *boxes) ids() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var ids []string
	for id := range b.made {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// of is the property of the box.
func (b *boxes) of(id, property string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return fmt.Sprint(b.made[id][property])
}

// object is a piece of a template.
type object map[string]any

// template writes a template with the resources, and with outputs.
func template(resources, outputs object) string {
	if outputs == nil {
		outputs = object{}
	}
	text, err := json.Marshal(object{"Resources": resources, "Outputs": outputs})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// box is a resource of a template.
func box(properties object, more ...object) object {
	entry := object{"Type": "Test::Boxes::Box", "Properties": properties}
	for _, m := range more {
		for key, value := range m {
			entry[key] = value
		}
	}
	return entry
}

func ref(id string) object          { return object{"Ref": id} }
func att(id, name string) object    { return object{"Fn::GetAtt": []string{id, name}} }
func output(value any) object       { return object{"Value": value} }
func export(v any, n string) object { return object{"Value": v, "Export": object{"Name": n}} }
