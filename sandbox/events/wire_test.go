package events_test

import (
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/events"
	"lightbox.example/lightbox/sandbox/roles"
)

// wired is the rig's service over the wire, as the developer has it and as somebody who may describe one rule.
func wired(t *testing.T, r *rig) (developer, other deploytest.Client) {
	t.Helper()
	root := roles.Key{ID: "AKIAROOT", Secret: "secret"}
	keys, err := roles.New(roles.Config{Store: r.db, Root: root, Now: r.now})
	if err != nil {
		t.Fatal(err)
	}
	if r.events, err = events.New(events.Config{Store: r.db, Keys: keys, Now: r.now}); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(r.events)
	t.Cleanup(server.Close)
	document := func(effect object) object { return object{"Version": "2012-10-17", "Statement": []any{effect}} }
	if _, err := keys.ResourceTypes()["AWS::IAM::Role"].Create(t.Context(), declared("Role", object{
		"RoleName": "other", "AssumeRolePolicyDocument": document(object{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": object{"AWS": "000000000000"}}),
		"Policies": []any{object{"PolicyName": "p", "PolicyDocument": document(object{"Effect": "Allow", "Action": "events:*", "Resource": ruleARN + "created"})}},
	})); err != nil {
		t.Fatal(err)
	}
	credentials, _ := keys.Credentials(root.ID)
	session, err := keys.Assume(t.Context(), roles.Request{
		RoleARN: "arn:aws:iam::000000000000:role/other", SessionName: "test",
		Caller: &aws.Caller{Account: credentials.Account, Principal: credentials.Principal, Identity: credentials.Identity},
	})
	if err != nil {
		t.Fatal(err)
	}
	developer = deploytest.Client{T: t, URL: server.URL, Service: "events", Key: root.ID, Secret: root.Secret, Now: r.now()}
	other = developer
	other.Key, other.Secret, other.Token = session.AccessKeyID, session.SecretAccessKey, session.SessionToken
	return developer, other
}

func TestWire_showsRules(t *testing.T) {
	r, _ := newRig(t)
	developer, other := wired(t, r)
	r.make(created(object{"Description": "of uploads"}))
	r.make(scheduled("rate(1 day)", object{"State": "DISABLED", "Targets": targets(object{"MaximumRetryAttempts": 3.0})}))
	one := object{
		"Name": "created", "Arn": ruleARN + "created", "State": "ENABLED", "EventBusName": "default", "Description": "of uploads",
		"EventPattern": `{"detail-type":["Object Created"],"source":["aws.s3"]}`,
	}
	two := object{"Name": "tick", "Arn": ruleARN + "tick", "State": "DISABLED", "EventBusName": "default", "ScheduleExpression": "rate(1 day)"}
	described := object{"CreatedBy": "000000000000"}
	for name, value := range one {
		described[name] = value
	}
	first, _ := developer.Call("AWSEvents.ListRules", object{"Limit": 1})
	token := first["NextToken"]
	for _, test := range []struct {
		operation string
		in, want  object
		code      string
	}{
		{"ListRules", object{}, object{"Rules": []any{one, two}}, ""},
		{"ListRules", object{"NamePrefix": "t", "EventBusName": "default"}, object{"Rules": []any{two}}, ""},
		{"ListRules", object{"Limit": 1}, object{"Rules": []any{one}, "NextToken": token}, ""},
		{"ListRules", object{"Limit": 1, "NextToken": token}, object{"Rules": []any{two}}, ""},
		{"ListRules", object{"Limit": 1, "NextToken": "created"}, nil, "ValidationException"},
		{"ListTargetsByRule", object{"Rule": "tick", "NextToken": token}, nil, "ValidationException"},
		{"ListRules", object{"EventBusName": "other"}, nil, "ResourceNotFoundException"},
		{"ListRules", object{"Limit": 101}, nil, "ValidationException"},
		{"DescribeRule", object{"Name": "created", "EventBusName": "arn:aws:events:us-east-1:000000000000:event-bus/default"}, described, ""},
		{"DescribeRule", object{"Name": "gone"}, nil, "ResourceNotFoundException"},
		{"ListTargetsByRule", object{"Rule": "created"}, object{"Targets": []any{object{"Arn": function, "Id": "f"}}}, ""},
		{"ListTargetsByRule", object{"Rule": "tick"}, object{"Targets": []any{object{"Arn": function, "Id": "f", "RetryPolicy": object{"MaximumRetryAttempts": 3.0}}}}, ""},
		{"ListTargetsByRule", object{"Rule": "gone"}, nil, "ResourceNotFoundException"},
		{"PutEvents", object{"Entries": []any{}}, nil, "UnknownOperationException"},
		{"PutRule", object{"Name": "x"}, nil, "UnknownOperationException"},
	} {
		got, code := developer.Call("AWSEvents."+test.operation, test.in)
		if diff := cmp.Diff(test.want, got); code != test.code || code == "" && diff != "" {
			t.Errorf("%s %v: got %s %v, want %s (-want +got):\n%s", test.operation, test.in, code, got, test.code, diff)
		}
	}
	for operation, in := range map[string]object{"DescribeRule": {"Name": "created"}, "ListTargetsByRule": {"Rule": "created"}} {
		if _, code := other.Call("AWSEvents."+operation, in); code != "" {
			t.Errorf("%s of a rule that the policy names: got %s", operation, code)
		}
	}
	for operation, in := range map[string]object{"DescribeRule": {"Name": "tick"}, "ListTargetsByRule": {"Rule": "tick"}, "ListRules": {}} {
		if _, code := other.Call("AWSEvents."+operation, in); code != "AccessDeniedException" {
			t.Errorf("%s: got %q, want it denied", operation, code)
		}
	}
}
