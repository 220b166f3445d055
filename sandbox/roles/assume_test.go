package roles_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/roles"
)

func TestAssume_M23_M38_letsNobodyInWhomTheTrustPolicyDoesNotName(t *testing.T) {
	r := newRig(t)
	guestRole, userRole, adminRole := r.roleARN("Identity", "IdentityPoolUnauthenticatedRole"), r.roleARN("Identity", "IdentityPoolAuthenticatedRole"), r.roleARN("Identity", "AdminRole")
	tag := []iam.Tag{{Key: "user", Value: "s"}}
	developer := r.caller(root.ID)
	other := person("us-east-1:a", "authenticated")
	other.Audience = "us-east-1:another-pool"
	google := person("us-east-1:a", "authenticated")
	google.Provider = "accounts.google.com"
	for _, test := range []struct {
		name    string
		request roles.Request
		want    string // the code of the refusal
	}{
		{"control: a guest", roles.Request{RoleARN: guestRole, WebIdentity: person("us-east-1:a", "unauthenticated")}, ""},
		{"control: a user with a tag", roles.Request{RoleARN: userRole, WebIdentity: person("us-east-1:a", "authenticated"), Tags: tag}, ""},
		{"control: an admin", roles.Request{RoleARN: adminRole, WebIdentity: person("us-east-1:a", "authenticated"), Tags: tag}, ""},
		{"M38 a guest as a user", roles.Request{RoleARN: userRole, WebIdentity: person("us-east-1:a", "unauthenticated")}, "AccessDenied"},
		{"M38 a guest as an admin", roles.Request{RoleARN: adminRole, WebIdentity: person("us-east-1:a", "unauthenticated")}, "AccessDenied"},
		{"M38 a user as a guest", roles.Request{RoleARN: guestRole, WebIdentity: person("us-east-1:a", "authenticated")}, "AccessDenied"},
		{"a guest with a tag", roles.Request{RoleARN: guestRole, WebIdentity: person("us-east-1:a", "unauthenticated"), Tags: tag}, "AccessDenied"},
		{"another pool's identity", roles.Request{RoleARN: userRole, WebIdentity: other}, "AccessDenied"},
		{"M23 another provider", roles.Request{RoleARN: userRole, WebIdentity: google}, "AccessDenied"},
		{"M23 AssumeRole by the account's administrator", roles.Request{RoleARN: userRole, Caller: &developer}, "AccessDenied"},
		{"M23 nobody", roles.Request{RoleARN: userRole}, "AccessDenied"},
		{"a resolver's role", roles.Request{RoleARN: r.roleARN("API", "PhotosRole"), WebIdentity: person("us-east-1:a", "authenticated")}, "AccessDenied"},
		{"no such role", roles.Request{RoleARN: userRole + "x", WebIdentity: person("us-east-1:a", "authenticated")}, "AccessDenied"},
		{"another account's role", roles.Request{RoleARN: strings.Replace(userRole, account, "111122223333", 1), WebIdentity: person("us-east-1:a", "authenticated")}, "AccessDenied"},
		{"no ARN", roles.Request{RoleARN: "x", WebIdentity: person("us-east-1:a", "authenticated")}, "AccessDenied"},
	} {
		if _, err := r.assume(test.request); codeOf(err) != test.want {
			t.Errorf("%s: got %v, want %q", test.name, err, test.want)
		}
	}
}

func TestAssume_entersADenialIntoTheLog(t *testing.T) {
	r := newRig(t)
	ctx, entry := aws.WithEntry(context.Background())
	_, err := r.s.Assume(ctx, roles.Request{
		RoleARN: r.roleARN("Identity", "AdminRole"), SessionName: "ann", WebIdentity: person("us-east-1:a", "unauthenticated"),
	})
	if codeOf(err) != "AccessDenied" || !entry.Decided || entry.Decision != iam.Deny || !strings.Contains(entry.Reasons.String(), "Lightbox-dev-Identity/AdminRole") {
		t.Errorf("got %v and %q, want a denial by the trust policy of the role", err, entry.Reasons)
	}
}

func TestAssume_refusesWhatIsWrongWithTheRequest(t *testing.T) {
	r := newRig(t)
	developer := r.caller(root.ID)
	deploy := "arn:aws:iam::" + account + ":role/cdk-hnb659fds-deploy-role-" + account + "-us-east-1"
	chained := r.caller(r.mustAssume(roles.Request{RoleARN: deploy, Caller: &developer}).AccessKeyID)
	allow := `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`
	for _, test := range []struct {
		name   string
		change func(*roles.Request)
		want   string
	}{
		{"control", func(*roles.Request) {}, ""},
		{"control: all of it", func(q *roles.Request) {
			q.Duration, q.Tags, q.ExternalID, q.Policy = time.Hour, []iam.Tag{{Key: "k", Value: "v"}}, "x", allow
		}, ""},
		{"control: 15 minutes", func(q *roles.Request) { q.Duration = 15 * time.Minute }, ""},
		{"less than 15 minutes", func(q *roles.Request) { q.Duration = 15*time.Minute - 1 }, "ValidationError"},
		{"longer than the role allows", func(q *roles.Request) { q.Duration = time.Hour + 1 }, "ValidationError"},
		{"a space in the name", func(q *roles.Request) { q.SessionName = "a b" }, "ValidationError"},
		{"one letter", func(q *roles.Request) { q.SessionName = "a" }, "ValidationError"},
		{"65 letters", func(q *roles.Request) { q.SessionName = strings.Repeat("a", 65) }, "ValidationError"},
		{"51 tags", func(q *roles.Request) { q.Tags = make([]iam.Tag, 51) }, "ValidationError"},
		{"a tag twice", func(q *roles.Request) { q.Tags = []iam.Tag{{Key: "user"}, {Key: "User"}} }, "ValidationError"},
		{"a tag of AWS", func(q *roles.Request) { q.Tags = []iam.Tag{{Key: "AWS:x"}} }, "ValidationError"},
		{"a tag without a key", func(q *roles.Request) { q.Tags = []iam.Tag{{Value: "x"}} }, "ValidationError"},
		{"a long value", func(q *roles.Request) { q.Tags = []iam.Tag{{Key: "k", Value: strings.Repeat("a", 257)}} }, "ValidationError"},
		{"a broken policy", func(q *roles.Request) { q.Policy = "{" }, "MalformedPolicyDocument"},
		{"an unknown operator", func(q *roles.Request) {
			q.Policy = strings.Replace(allow, `"*"}`, `"*", "Condition": {"Foo": {"a:b": "c"}}}`, 1)
		}, "MalformedPolicyDocument"},
		{"a condition key that no request has", func(q *roles.Request) {
			q.Policy = strings.Replace(allow, `"*"}`, `"*", "Condition": {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": "c"}}}`, 1)
		}, "MalformedPolicyDocument"},
		{"a long policy", func(q *roles.Request) { q.Policy = allow + strings.Repeat(" ", 2048) }, "PackedPolicyTooLarge"},
		{"control: chained", func(q *roles.Request) { q.Caller = &chained }, ""},
	} {
		request := roles.Request{RoleARN: deploy, Caller: &developer, SessionName: "cdk"}
		test.change(&request)
		if _, err := r.assume(request); codeOf(err) != test.want {
			t.Errorf("%s: got %v, want %q", test.name, err, test.want)
		}
	}
}

func TestAssume_letsARoleThatIsLongEnoughLastLonger(t *testing.T) {
	r := newRig(t)
	if err := r.Update("Identity", "AdminRole", func(p map[string]any) { p["MaxSessionDuration"] = "43200" }); err != nil {
		t.Fatal(err)
	}
	session := r.mustAssume(roles.Request{
		RoleARN: r.roleARN("Identity", "AdminRole"), WebIdentity: person("us-east-1:a", "authenticated"), Duration: 12 * time.Hour,
	})
	if want := r.clock.Now().Add(12 * time.Hour); !session.Expiration.Equal(want) {
		t.Errorf("got %s, want %s", session.Expiration, want)
	}

	// A session of a session has an hour at most.
	err := r.Update("Identity", "AdminRole", func(p map[string]any) {
		p["MaxSessionDuration"] = "43200"
		p["AssumeRolePolicyDocument"] = map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{
			"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": map[string]any{"AWS": account},
		}}}
	})
	if err != nil {
		t.Fatal(err)
	}
	developer := r.caller(root.ID)
	chained := r.caller(r.mustAssume(roles.Request{
		RoleARN: "arn:aws:iam::" + account + ":role/cdk-hnb659fds-deploy-role-" + account + "-us-east-1", Caller: &developer,
	}).AccessKeyID)
	for what, test := range map[string]struct {
		caller aws.Caller
		want   string
	}{"control: the developer": {developer, ""}, "chained": {chained, "ValidationError"}} {
		_, err := r.assume(roles.Request{RoleARN: r.roleARN("Identity", "AdminRole"), Caller: &test.caller, Duration: 2 * time.Hour})
		if codeOf(err) != test.want {
			t.Errorf("%s: got %v, want %q", what, err, test.want)
		}
	}
}

func TestAs_actsWithTheRoleIfTheRoleTrustsTheService(t *testing.T) {
	r := newRig(t)
	appsync := iam.Service{Name: "appsync.amazonaws.com"}
	caller, err := r.s.As(context.Background(), r.roleARN("API", "ProductsRole"), "APPSYNC_ASSUME_ROLE", appsync)
	if err != nil {
		t.Fatal(err)
	}
	table := "arn:aws:dynamodb:us-east-1:" + account + ":products229621c6"
	for action, want := range map[string]iam.Decision{"dynamodb:GetItem": iam.Allow, "dynamodb:Scan": iam.Deny, "dynamodb:Query": iam.Deny} {
		if got, _ := aws.Authorize(context.Background(), caller, aws.Request{Action: action, Resource: table}); got != want {
			t.Errorf("%s: got %s, want %s", action, got, want)
		}
	}
	for name, test := range map[string]struct {
		role    string
		service string
	}{
		"another service":       {r.roleARN("API", "ProductsRole"), "lambda.amazonaws.com"},
		"a person's role":       {r.roleARN("Identity", "AdminRole"), "appsync.amazonaws.com"},
		"no such role":          {"arn:aws:iam::" + account + ":role/nobody", "appsync.amazonaws.com"},
		"a bootstrap role":      {"arn:aws:iam::" + account + ":role/cdk-hnb659fds-cfn-exec-role-" + account + "-us-east-1", "appsync.amazonaws.com"},
		"an empty ARN":          {"", "appsync.amazonaws.com"},
		"a role's name, no ARN": {"PhotosRole", "appsync.amazonaws.com"},
	} {
		if _, err := r.s.As(context.Background(), test.role, "s", iam.Service{Name: test.service}); codeOf(err) != "AccessDenied" {
			t.Errorf("%s: got %v, want AccessDenied", name, err)
		}
	}
	exec := "arn:aws:iam::" + account + ":role/cdk-hnb659fds-cfn-exec-role-" + account + "-us-east-1"
	if _, err := r.s.As(context.Background(), exec, "s", iam.Service{Name: "cloudformation.amazonaws.com"}); err != nil {
		t.Errorf("control: CloudFormation: %v", err)
	}
}

func TestBootstrapRoles_areThereForTheAccountsPrincipals(t *testing.T) {
	r := newRig(t)
	developer := r.caller(root.ID)
	for name, want := range map[string]string{
		"deploy": "", "file-publishing": "", "image-publishing": "", "lookup": "", "cfn-exec": "AccessDenied", "other": "AccessDenied",
	} {
		arn := "arn:aws:iam::" + account + ":role/cdk-hnb659fds-" + name + "-role-" + account + "-us-east-1"
		session, err := r.assume(roles.Request{RoleARN: arn, Caller: &developer})
		if codeOf(err) != want {
			t.Errorf("%s: got %v, want %q", name, err, want)
		}
		if err == nil && !r.may(session.AccessKeyID, "cloudformation:CreateChangeSet", "*") {
			t.Errorf("%s: want an administrator", name)
		}
	}
	arn := "arn:aws:iam::" + account + ":role/cdk-hnb659fds-deploy-role-" + account + "-us-east-1"
	for _, other := range []string{strings.Replace(arn, account+"-us", "111122223333-us", 1), strings.Replace(arn, "us-east-1", "x", 1), strings.Replace(arn, "role/", "role/path/", 1)} {
		if _, err := r.assume(roles.Request{RoleARN: other, Caller: &developer}); codeOf(err) != "AccessDenied" {
			t.Errorf("%s: got %v, want AccessDenied", other, err)
		}
	}
}
