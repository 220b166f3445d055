package events_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/events"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/lambda"
	"lightbox.example/lightbox/sandbox/store"
)

const (
	ruleType = "AWS::Events::Rule"
	ruleARN  = "arn:aws:events:us-east-1:000000000000:rule/"
	function = "arn:aws:lambda:us-east-1:000000000000:function:f"
)

type object = map[string]any

// rig is EventBridge over a function that notes what it is invoked with.
type rig struct {
	t      testing.TB
	db     store.Store
	events *events.Service
	now    func() time.Time

	mu      sync.Mutex
	policy  *iam.Policy // the function's own
	fail    func(n int) error
	tried   int
	invoked []lambda.Invocation
	faults  []string
}

// InvokeFor implements events.Functions.
func (r *rig) InvokeFor(_ context.Context, in lambda.Invocation, allow func([]aws.Request) error) (lambda.Result, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tried++
	need := aws.Request{Action: "lambda:InvokeFunction", Resource: in.Function, Account: deploytest.Account}
	if r.policy != nil {
		need.Policies = []*iam.Policy{r.policy}
	}
	if err := allow([]aws.Request{need}); err != nil {
		return lambda.Result{}, err
	}
	if r.fail != nil {
		if err := r.fail(r.tried); err != nil {
			return lambda.Result{}, err
		}
	}
	r.invoked = append(r.invoked, in)
	return lambda.Result{Status: 202}, nil
}

// newRig is one whose function may be invoked for any rule, by a clock that the test moves; nothing runs by itself.
func newRig(t testing.TB) (*rig, *deploytest.Clock) {
	t.Helper()
	clock := deploytest.ClockAt(time.Date(2026, 1, 1, 10, 0, 15, 0, time.UTC))
	r := &rig{t: t, db: store.NewMemory(), now: clock.Now}
	r.permit("*")
	r.open()
	return r, clock
}

// open opens the service over the store, as after a restart.
func (r *rig) open() {
	r.t.Helper()
	var err error
	r.events, err = events.New(events.Config{Store: r.db, Now: r.now, Fault: func(operation string, err error) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.faults = append(r.faults, operation+": "+err.Error())
	}})
	if err != nil {
		r.t.Fatal(err)
	}
	r.events.To(r)
}

// permit lets EventBridge invoke the function for a rule.
func (r *rig) permit(rule string) {
	r.t.Helper()
	policy, err := iam.Parse(iam.Resource, "permissions", []byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "lambda:InvokeFunction",
		"Principal": {"Service": "events.amazonaws.com"}, "Resource": "`+function+`", "Condition": {"ArnLike": {"AWS:SourceArn": "`+ruleARN+rule+`"}}}]}`))
	if err != nil {
		r.t.Fatal(err)
	}
	r.policy = policy
}

func declared(id string, properties object) aws.Resource {
	return aws.Resource{Partition: "aws", Region: deploytest.Region, Account: deploytest.Account, Stack: "Stack", LogicalID: id, Suffix: "abcdefghijkl", Properties: properties}
}

func (r *rig) try(properties object) (aws.State, error) {
	return r.events.ResourceTypes()[ruleType].Create(context.Background(), declared("Rule", properties))
}

func (r *rig) make(properties object) aws.State {
	r.t.Helper()
	state, err := r.try(properties)
	if err != nil {
		r.t.Fatal(err)
	}
	return state
}

func (r *rig) update(name string, properties object) {
	r.t.Helper()
	of := declared("Rule", properties)
	of.PhysicalID = name
	if _, err := r.events.ResourceTypes()[ruleType].Update(context.Background(), nil, of); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) drop(name string) {
	r.t.Helper()
	of := declared("Rule", nil)
	of.PhysicalID = name
	if err := r.events.ResourceTypes()[ruleType].Delete(context.Background(), of); err != nil {
		r.t.Fatal(err)
	}
}

func targets(retries ...object) []any {
	target := object{"Arn": function, "Id": "f"}
	for _, policy := range retries {
		target["RetryPolicy"] = policy
	}
	return []any{target}
}

// created is a rule of objects that are created.
func created(changes ...object) object {
	p := object{"Name": "created", "EventPattern": object{"source": []any{"aws.s3"}, "detail-type": []any{"Object Created"}}, "Targets": targets()}
	for _, change := range changes {
		for name, value := range change {
			p[name] = value
		}
	}
	return p
}

// happens has something happen in S3.
func (r *rig) happens(detailType, key string) {
	r.t.Helper()
	err := r.db.Update(func(tx store.Writer) error {
		return r.events.Keep(tx, "aws.s3", detailType, []string{"arn:aws:s3:::b"}, object{"bucket": object{"name": "b"}, "object": object{"key": key}})
	})
	if err != nil {
		r.t.Fatal(err)
	}
	r.events.Send()
}

// got are the events that the function had, each as its type, time and detail, and takes them.
func (r *rig) got() (all []string) {
	r.t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, in := range r.invoked {
		var e struct {
			Type   string          `json:"detail-type"`
			Time   string          `json:"time"`
			Detail json.RawMessage `json:"detail"`
		}
		if err := json.Unmarshal(in.Payload, &e); err != nil || in.Function != function || in.Type != lambda.Event {
			r.t.Fatalf("got %+v: %v", in, err)
		}
		all = append(all, e.Type+" "+e.Time+" "+string(e.Detail))
	}
	r.invoked = nil
	return all
}

func (r *rig) faulted() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.faults, "\n")
}

// kept counts the deliveries in the store.
func (r *rig) kept() (n int) {
	r.t.Helper()
	if err := r.db.View(func(tx store.Reader) error {
		for range tx.Range("events/deliveries", store.Range{}) {
			n++
		}
		return nil
	}); err != nil {
		r.t.Fatal(err)
	}
	return n
}
