package logs_test

import (
	"context"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/logs"
	"lightbox.example/lightbox/sandbox/roles"
	"lightbox.example/lightbox/sandbox/store"
)

var root = roles.Key{ID: "AKIAROOT", Secret: "secret"}

// rig is the stacks of dev with the log group of the API, and a CloudWatch that listens.
type rig struct {
	*deploytest.Deployment
	t         *testing.T
	roles     *roles.Service
	logs      *logs.Service
	developer deploytest.Client
	group     string
	writer    aws.Caller // the API's log role
	clock     *deploytest.Clock
}

// open makes the services on a store.
func open(t *testing.T, db store.Store, env string) *rig {
	t.Helper()
	r := &rig{t: t, clock: deploytest.ClockAt(time.Now().UTC().Truncate(time.Millisecond))}
	var err error
	if r.roles, err = roles.New(roles.Config{Store: db, Root: root, Now: r.clock.Now}); err != nil {
		t.Fatal(err)
	}
	r.logs = logs.New(logs.Config{Store: db, Keys: r.roles, Now: r.clock.Now})
	server := httptest.NewServer(r.logs)
	t.Cleanup(server.Close)
	r.developer = deploytest.Client{T: t, URL: server.URL, Service: "logs", Key: root.ID, Secret: root.Secret, Now: r.clock.Now()}
	r.Deployment = deploytest.New(t, "../..", env, r.roles.ResourceTypes(), r.logs.ResourceTypes())
	return r
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := open(t, store.NewMemory(), "dev")
	r.deploy()
	return r
}

func (r *rig) deploy() {
	r.t.Helper()
	r.Deploy("Auth", "Identity", "API")
	_, group := r.Resource("API", "Log9")
	r.group = group.PhysicalID
	r.writer = r.as("LogRole")
}

// as is AppSync with a role of the API.
func (r *rig) as(prefix string) aws.Caller {
	r.t.Helper()
	_, role := r.Resource("API", prefix)
	caller, err := r.roles.As(context.Background(), role.Attributes["Arn"].(string), "appsync", iam.Service{Name: "appsync.amazonaws.com"})
	if err != nil {
		r.t.Fatal(err)
	}
	return caller
}

// write adds lines now, and lets a second pass.
func (r *rig) write(stream string, lines ...string) {
	r.t.Helper()
	if err := r.logs.Write(context.Background(), r.writer, r.group, stream, r.clock.Now(), lines); err != nil {
		r.t.Fatal(err)
	}
	r.clock.Pass(time.Second)
}

type object = map[string]any

// call calls an operation on the group.
func (r *rig) call(operation string, in object) (object, string) {
	r.t.Helper()
	if operation != "DescribeLogGroups" && in["logGroupName"] == nil && in["logGroupIdentifier"] == nil {
		in["logGroupName"] = r.group
	}
	c := r.developer
	c.Now = r.clock.Now()
	return c.Call("Logs_20140328."+operation, in)
}

// messages are those of the lines that an operation finds.
func (r *rig) messages(operation string, in object) ([]string, object) {
	r.t.Helper()
	output, code := r.call(operation, in)
	if code != "" {
		r.t.Fatalf("%s %v: got %s %v", operation, in, code, output)
	}
	messages := []string{}
	for _, e := range output["events"].([]any) {
		messages = append(messages, e.(object)["message"].(string))
	}
	return messages, output
}

// numbers are n numbers from first on, as text.
func numbers(first, n int) []string {
	lines := make([]string, n)
	for i := range lines {
		lines[i] = strconv.Itoa(first + i)
	}
	return lines
}
