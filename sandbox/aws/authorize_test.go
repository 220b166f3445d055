package aws_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
)

func policy(t *testing.T, kind iam.Kind, document string) []*iam.Policy {
	t.Helper()
	p, err := iam.Parse(kind, "P", []byte(document))
	if err != nil {
		t.Fatal(err)
	}
	return []*iam.Policy{p}
}

const (
	allowGet = `{"Version": "2012-10-17", "Statement": [{"Sid": "Get", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}]}`
	allowNot = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}]}`
	denyAll  = `{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::b/*"}]}`
)

func TestAuthorize_saysWhyAsAWSDoes(t *testing.T) {
	session := iam.RoleSession{Role: "arn:aws:iam::111122223333:role/path/Guest", Name: "me"}
	const head = "User: arn:aws:sts::111122223333:assumed-role/Guest/me is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::b/x "
	get, put, all := policy(t, iam.Identity, allowGet), policy(t, iam.Session, allowNot), policy(t, iam.Resource, denyAll)
	tests := []struct {
		caller  aws.Caller
		bucket  []*iam.Policy
		message string
	}{
		{aws.Caller{Principal: session, Identity: get}, nil, ""},
		{aws.Caller{Principal: session}, nil, head + "because no identity-based policy allows the s3:GetObject action"},
		{aws.Caller{Principal: session, Identity: get}, all, head + "with an explicit deny in a resource-based policy"},
		{aws.Caller{Principal: session, Identity: get, Session: put}, nil, head + "because no session policy allows the s3:GetObject action"},
	}
	for _, test := range tests {
		ctx, entry := aws.WithEntry(context.Background())
		decision, message := aws.Authorize(ctx, test.caller, aws.Request{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/x", Account: "111122223333", Policies: test.bucket})
		if message != test.message || decision != iam.Decision(test.message == "") {
			t.Errorf("got  %s %q\nwant %q", decision, message, test.message)
		}
		if !entry.Decided || entry.Decision != decision || !strings.Contains(entry.Reasons.String(), "s3:GetObject") {
			t.Errorf("the log has %+v", entry)
		}
	}
}

// Only where TLS would have helped, the message says so.
func TestAuthorize_saysThatItCameByPlainHTTP(t *testing.T) {
	caller := aws.Caller{Principal: iam.RoleSession{Role: "arn:aws:iam::111122223333:role/Guest", Name: "me"}, Identity: policy(t, iam.Identity, allowGet)}
	const denyPlain = `{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}`
	for _, test := range []struct {
		target, bucket string
		denied, hint   bool
	}{
		{"http://h/", denyPlain, true, true},
		{"https://h/", denyPlain, false, false},
		{"http://h/", denyAll, true, false},
		{"https://h/", denyAll, true, false},
	} {
		r, _ := aws.Begin(httptest.NewRequest(http.MethodGet, test.target, nil), "s3", "us-east-1", time.Now)
		decision, message := aws.Authorize(r.Context(), caller, aws.Request{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/x", Account: "111122223333", Policies: policy(t, iam.Resource, test.bucket)})
		if (decision == iam.Deny) != test.denied || strings.Contains(message, "AWS_ENDPOINT_URL_S3") != test.hint {
			t.Errorf("%s with %s: got %s %q, want a hint: %v", test.target, test.bucket, decision, message, test.hint)
		}
	}
}

func TestEntryOf_isThereWithoutALog(t *testing.T) {
	aws.EntryOf(context.Background()).Operation = "GetObject"
	ctx, entry := aws.WithEntry(context.Background())
	aws.EntryOf(ctx).Operation = "PutObject"
	if entry.Operation != "PutObject" || entry.RequestID == "" || entry.HostID() == "" {
		t.Errorf("got %+v", entry)
	}
}
