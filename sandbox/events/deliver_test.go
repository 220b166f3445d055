package events_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/aws"
)

// A function reads it by aws-lambda-go's own type.
// https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
func TestDelivery_hasAWSsShape(t *testing.T) {
	r, clock := newRig(t)
	r.make(created())
	r.happens("Object Created", "a&b")
	r.events.Tick()
	if len(r.invoked) != 1 {
		t.Fatalf("got %v, %s", r.invoked, r.faulted())
	}
	var got lambdaevents.EventBridgeEvent
	if err := json.Unmarshal(r.invoked[0].Payload, &got); err != nil {
		t.Fatal(err)
	}
	if len(got.ID) != 36 {
		t.Errorf("got the id %q, want a UUID", got.ID)
	}
	want := lambdaevents.EventBridgeEvent{
		Version: "0", ID: got.ID, DetailType: "Object Created", Source: "aws.s3", AccountID: "000000000000", Time: clock.Now(), Region: "us-east-1",
		Resources: []string{"arn:aws:s3:::b"}, Detail: got.Detail,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !strings.Contains(string(got.Detail), `"name":"b"`) {
		t.Errorf("got %s", got.Detail)
	}
}

func TestDelivery_isOfTheRulesThatMatch(t *testing.T) {
	r, _ := newRig(t)
	r.make(created(object{"Name": "below", "EventPattern": object{"detail": object{"object": object{"key": []any{object{"prefix": "uploads/"}}}}}}))
	happen := func() (n int) {
		r.happens("Object Created", "uploads/a")
		r.happens("Object Created", "elsewhere/a")
		r.events.Tick()
		return len(r.got())
	}
	if n := happen(); n != 1 {
		t.Errorf("got %d, want that below uploads/ alone", n)
	}
	r.update("below", created(object{"State": "DISABLED"}))
	if n := happen(); n != 0 {
		t.Errorf("disabled: got %d", n)
	}
	r.update("below", created())
	if n := happen(); n != 2 {
		t.Errorf("of another pattern: got %d, want both", n)
	}
	r.open()
	if n := happen(); n != 2 {
		t.Errorf("opened again: got %d, want both", n)
	}
	r.drop("below")
	if n := happen(); n != 0 || r.kept() != 0 {
		t.Errorf("deleted: got %d, kept %d", n, r.kept())
	}
}

// The function's own policy decides, by the rule. What it does not permit is not tried again, and the log says so.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
func TestDelivery_isByTheFunctionsPermission(t *testing.T) {
	r, clock := newRig(t)
	r.make(created())
	for _, rule := range []string{"none", "created2", ""} {
		if r.permit(rule); rule == "" {
			r.policy = nil
		}
		r.faults = nil
		r.happens("Object Created", "a")
		r.events.Tick()
		clock.Pass(time.Hour)
		r.events.Tick()
		if got := r.got(); len(got) > 0 || r.kept() != 0 {
			t.Errorf("a permission for %q: got %v, want nothing invoked", rule, got)
		}
		want := "Deliver: the rule created, target f, event "
		denied := "not authorized to perform: lambda:InvokeFunction on resource: " + function
		if got := r.faulted(); strings.Count(got, want) != 1 || !strings.Contains(got, denied) {
			t.Errorf("a permission for %q: got the log %q, want %s, once", rule, got, denied)
		}
	}
	r.permit("created")
	r.happens("Object Created", "a")
	if r.events.Tick(); len(r.got()) != 1 {
		t.Error("with its permission: want it invoked")
	}
}

// What was kept is delivered by whoever opens the store next: a kill comes between the two.
func TestDelivery_survivesAKill(t *testing.T) {
	r, _ := newRig(t)
	r.make(created())
	r.happens("Object Created", "a")
	r.open()
	r.events.Tick()
	if got := r.got(); len(got) != 1 || r.kept() != 0 {
		t.Errorf("got %v, %d kept, want it delivered", got, r.kept())
	}
	r.open()
	if r.events.Tick(); len(r.got()) != 0 {
		t.Error("again: want it delivered once where nothing came between")
	}
	rule := created(object{"Name": "deleted"})
	r.make(rule)
	r.happens("Object Created", "a")
	r.drop("deleted")
	r.drop("created")
	if r.events.Tick(); len(r.got()) != 0 || r.kept() != 0 {
		t.Error("of a rule that is gone: want nothing delivered, and nothing kept")
	}
}

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
func TestDelivery_isTriedAgain(t *testing.T) {
	broken := aws.Refuse(500, "ServiceException", "for a while")
	for what, test := range map[string]struct {
		retries object
		fail    func(n int) error
		tried   int
		said    string
	}{
		"a while": {nil, func(n int) error { return map[bool]error{true: broken}[n < 4] }, 4, ""},
		"throttled": {nil, func(n int) error {
			return map[bool]error{true: aws.Refuse(429, "TooManyRequestsException", "x")}[n < 3]
		}, 3, ""},
		"for ever":        {object{"MaximumRetryAttempts": "2"}, func(int) error { return broken }, 3, "3 attempts failed, the last one: "},
		"once":            {object{"MaximumRetryAttempts": 0.0}, func(int) error { return broken }, 1, "1 attempts failed"},
		"a minute":        {object{"MaximumEventAgeInSeconds": 60.0}, func(int) error { return broken }, 6, "it is older than 1m0s"},
		"what is not":     {nil, func(int) error { return aws.Refuse(404, "ResourceNotFoundException", "Function not found") }, 1, "Function not found"},
		"by the default":  {nil, func(int) error { return broken }, 186, "186 attempts failed"},
		"a day at most":   {object{"MaximumEventAgeInSeconds": 86400.0}, func(int) error { return broken }, 186, "186 attempts failed"},
		"not at all late": {object{"MaximumEventAgeInSeconds": 61.0}, func(n int) error { return map[bool]error{true: broken}[n < 2] }, 2, ""},
	} {
		r, clock := newRig(t)
		r.make(created(object{"Targets": targets(test.retries)}))
		if test.retries == nil {
			r.update("created", created())
		}
		r.fail = test.fail
		r.happens("Object Created", "a")
		for range 1000 {
			next := r.events.Tick()
			if r.kept() == 0 {
				break
			}
			if !next.After(clock.Now()) {
				t.Fatalf("%s: got %s, want a time to wait for", what, next)
			}
			clock.Pass(next.Sub(clock.Now()))
		}
		said := r.faulted()
		if r.tried != test.tried || r.kept() != 0 || !strings.Contains(said, test.said) || (said == "") != (len(r.got()) == 1) {
			t.Errorf("%s: got %d attempts, %d kept, %q, want %d, %q", what, r.tried, r.kept(), said, test.tried, test.said)
		}
	}
}

func TestRule_isRefusedByName(t *testing.T) {
	r, _ := newRig(t)
	for want, change := range map[string]object{
		`AWS::Events::Rule.EventBusName is not supported by the sandbox`:                {"EventBusName": "other"},
		`AWS::Events::Rule.RoleArn is not supported by the sandbox`:                     {"RoleArn": "arn:aws:iam::000000000000:role/r"},
		`AWS::Events::Rule.Targets[0].Input is not supported by the sandbox`:            {"Targets": []any{object{"Arn": function, "Id": "f", "Input": "{}"}}},
		`AWS::Events::Rule.Targets[0].InputPath is not supported by the sandbox`:        {"Targets": []any{object{"Arn": function, "Id": "f", "InputPath": "$"}}},
		`AWS::Events::Rule.Targets[0].InputTransformer is not supported by the sandbox`: {"Targets": []any{object{"Arn": function, "Id": "f", "InputTransformer": object{}}}},
		`AWS::Events::Rule.Targets[0].DeadLetterConfig is not supported by the sandbox`: {"Targets": []any{object{"Arn": function, "Id": "f", "DeadLetterConfig": object{}}}},
		`AWS::Events::Rule.Targets[0].RoleArn is not supported by the sandbox`:          {"Targets": []any{object{"Arn": function, "Id": "f", "RoleArn": "r"}}},
		`Targets[0].Arn: got "arn:aws:sqs:us-east-1:000000000000:q"`:                    {"Targets": []any{object{"Arn": "arn:aws:sqs:us-east-1:000000000000:q", "Id": "q"}}},
		`Targets[0].Arn: got "` + function + `:1"`:                                      {"Targets": []any{object{"Arn": function + ":1", "Id": "q"}}},
		`Targets[1].Id: got "f", want 1 to 64`:                                          {"Targets": []any{object{"Arn": function, "Id": "f"}, object{"Arn": function, "Id": "f"}}},
		`Targets[0].Id: got "a b"`:                                                      {"Targets": []any{object{"Arn": function, "Id": "a b"}}},
		`Targets[0].RetryPolicy.MaximumEventAgeInSeconds: got 59, want 60 to 86400`:     {"Targets": targets(object{"MaximumEventAgeInSeconds": 59.0})},
		`Targets[0].RetryPolicy.MaximumRetryAttempts: got 186, want 0 to 185`:           {"Targets": targets(object{"MaximumRetryAttempts": 186.0})},
		`AWS::Events::Rule.Targets: got 6, want at most 5`:                              {"Targets": []any{object{"Id": "1"}, object{"Id": "2"}, object{"Id": "3"}, object{"Id": "4"}, object{"Id": "5"}, object{"Id": "6"}}},
		`AWS::Events::Rule.Name: got "a b"`:                                             {"Name": "a b"},
		`AWS::Events::Rule.State: got "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"`:  {"State": "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"},
		`AWS::Events::Rule.EventPattern: got it and ScheduleExpression, or neither`:     {"ScheduleExpression": "rate(1 day)"},
		`got it and ScheduleExpression, or neither, want one`:                           {"EventPattern": nil},
		`AWS::Events::Rule.EventPattern.source: got "aws.s3", want a list`:              {"EventPattern": object{"source": "aws.s3"}},
		`AWS::Events::Rule.EventPattern.x[0]: the operator regex`:                       {"EventPattern": object{"source": "aws.s3", "x": []any{object{"regex": "y"}}}},
		`AWS::Events::Rule.EventPattern: got 5`:                                         {"EventPattern": object{"source": []any{strings.Repeat("x", 5000)}}},
		`AWS::Events::Rule.ScheduleExpression: rate(1 hours): got`:                      {"EventPattern": nil, "ScheduleExpression": "rate(1 hours)"},
		`AWS::Events::Rule.ScheduleExpression: cron(0 61 * * ? 1): hours: got "61"`:     {"EventPattern": nil, "ScheduleExpression": "cron(0 61 * * ? 1)"},
		`AWS::Events::Rule.ScheduleExpression: cron(0 61 * * ? 1): year: got "1"`:       {"EventPattern": nil, "ScheduleExpression": "cron(0 61 * * ? 1)"},
		`AWS::Events::Rule.Description: got 513 characters`:                             {"Description": strings.Repeat("x", 513)},
	} {
		if _, err := r.try(created(change)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	_, err := r.try(object{"Name": "a b", "State": "ON", "Targets": []any{object{}}})
	for _, property := range []string{"Name", "State", "EventPattern", "Targets[0].Arn", "Targets[0].Id"} {
		if err == nil || !strings.Contains(err.Error(), ruleType+"."+property+": ") {
			t.Errorf("all at once: got %v, want %s too", err, property)
		}
	}
	if state := r.make(created(object{"Name": nil})); state.PhysicalID != "Stack-Rule-abcdefghijkl" || state.Attributes["Arn"] != ruleARN+state.PhysicalID {
		t.Errorf("got %+v", state)
	}
	if _, err := r.try(created(object{"Name": nil})); err != nil {
		t.Errorf("made again after a kill: got %v", err)
	}
	if _, err := r.events.ResourceTypes()[ruleType].Create(t.Context(), declared("Other", created(object{"Name": "Stack-Rule-abcdefghijkl"}))); err == nil {
		t.Error("another resource of its name: want it refused")
	}
	if _, err := r.events.ResourceTypes()[ruleType].Update(t.Context(), nil, aws.Resource{PhysicalID: "gone", Properties: created()}); fmt.Sprint(err) == "<nil>" {
		t.Error("update of none: want it refused")
	}
}
