package lambda_test

import (
	"strings"
	"testing"
)

const rule = "arn:aws:events:us-east-1:000000000000:rule/nightly"

// A service calls for resources of any account: who may is told by whose.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
func TestPermission_isForTheResourceThatItNames(t *testing.T) {
	r := newRig(t)
	if err := r.service("events.amazonaws.com", rule, account); refusal(err).Code != "AccessDeniedException" {
		t.Fatalf("without a permission: got %v", err)
	}
	permission := properties{"Action": "lambda:InvokeFunction", "FunctionName": arn, "Principal": "events.amazonaws.com", "SourceArn": rule, "SourceAccount": account}
	state := r.make("AWS::Lambda::Permission", "P", permission)
	for what, test := range map[string]struct {
		service, source, account string
		may                      bool
	}{
		"its rule":                       {"events.amazonaws.com", rule, account, true},
		"another rule":                   {"events.amazonaws.com", rule + "2", account, false},
		"a rule of another account":      {"events.amazonaws.com", strings.Replace(rule, account, "111122223333", 1), "111122223333", false},
		"its rule, of whom nobody knows": {"events.amazonaws.com", rule, "", false},
		"another service":                {"s3.amazonaws.com", rule, account, false},
	} {
		if err := r.service(test.service, test.source, test.account); (err == nil) != test.may {
			t.Errorf("%s: got %v, want it to pass: %t", what, err, test.may)
		}
	}
	r.drop("AWS::Lambda::Permission", state.PhysicalID, permission)
	if err := r.service("events.amazonaws.com", rule, account); refusal(err).Code != "AccessDeniedException" {
		t.Errorf("without it again: got %v", err)
	}
}

// The function's own policy is enough for a role of the account, and an account's ARN opens it to that account's policies.
func TestPermission_isForRolesToo(t *testing.T) {
	r := newRig(t)
	caller := r.session("arn:aws:s3:::*", "s3:GetObject")
	r.send(caller, "POST", "f/invocations", nil).refused(t, "without a permission", 403, "AccessDeniedException", "")
	r.make("AWS::Lambda::Permission", "P", properties{"Action": "lambda:InvokeFunction", "FunctionName": "f", "Principal": "arn:aws:iam::000000000000:role/caller"})
	if got := r.send(caller, "POST", "f/invocations", nil); got.status != 200 {
		t.Errorf("got %d %s", got.status, got.body)
	}
	r.send(caller, "GET", "f", nil).refused(t, "another action", 403, "AccessDeniedException", "")
}

func TestPermission_isRefusedByName(t *testing.T) {
	r := newRig(t)
	good := func(changes ...func(properties)) properties {
		p := properties{"Action": "lambda:InvokeFunction", "FunctionName": "f", "Principal": "events.amazonaws.com"}
		for _, change := range changes {
			change(p)
		}
		return p
	}
	for want, change := range map[string]func(properties){
		`Action: got "s3:GetObject"`:               with("Action", "s3:GetObject"),
		`Principal: got "somebody"`:                with("Principal", "somebody"),
		`SourceAccount: got "1"`:                   with("SourceAccount", "1"),
		`SourceArn: got "bucket"`:                  with("SourceArn", "bucket"),
		"Function not found":                       with("FunctionName", "g"),
		"FunctionUrlAuthType is not supported by ": with("FunctionUrlAuthType", "NONE"),
	} {
		if _, err := r.try("AWS::Lambda::Permission", "P", good(change)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if state := r.make("AWS::Lambda::Permission", "P", good()); state.PhysicalID != "Stack-P-abcdefghijkl" || state.Attributes["Id"] != state.PhysicalID {
		t.Errorf("got %+v", state)
	}
}
