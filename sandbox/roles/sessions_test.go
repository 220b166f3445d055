package roles_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lightbox/internal/iam"
	"lightbox/sandbox/aws"
	"lightbox/sandbox/roles"
	"lightbox/sandbox/store"
)

const files = "arn:aws:s3:::files8e6940b8/"

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
	if want := r.time().Add(12 * time.Hour); !session.Expiration.Equal(want) {
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

func TestCredentials_M36_holdAGuestBelowItsRoleAndCognitosCeiling(t *testing.T) {
	r := newRig(t)
	guest := r.guest().AccessKeyID
	for _, test := range []struct {
		action, resource string
		want             bool
	}{
		{"s3:GetObject", files + "public/products/a.png", true},
		{"appsync:GraphQL", "arn:aws:appsync:us-east-1:" + account + ":apis/graphql9562f4a3/types/Query/fields/getProduct", true},
		{"appsync:GraphQL", "arn:aws:appsync:us-east-1:" + account + ":apis/graphql9562f4a3/types/Mutation/fields/createPhoto", false},
		{"s3:PutObject", files + "public/products/a.png", false},
		{"s3:GetObject", files + "protected/us-east-1:g/a.png", false},
		{"s3:GetObject", files + "drafts/a.png", false},
		{"dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:" + account + ":table/t", false},
		{"cognito-idp:ListUsers", "arn:aws:cognito-idp:us-east-1:" + account + ":userpool/p", false},
		{"lambda:InvokeFunction", "arn:aws:lambda:us-east-1:" + account + ":function:f", false},
		{"sts:AssumeRole", r.roleARN("Identity", "AdminRole"), false},
		{"iam:CreateUser", "*", false},
	} {
		if got := r.may(guest, test.action, test.resource); got != test.want {
			t.Errorf("%s on %s: got %t, want %t", test.action, test.resource, got, test.want)
		}
	}

	// However wide the role is, the ceiling stays.
	_, role := r.Resource("Identity", "IdentityPoolUnauthenticatedRole")
	everything(t, r, role.PhysicalID)
	for action, want := range map[string]bool{"dynamodb:GetItem": true, "sts:AssumeRole": false, "iam:CreateUser": false, "secretsmanager:GetSecretValue": false} {
		if got := r.may(guest, action, "arn:aws:x:us-east-1:"+account+":x"); got != want {
			t.Errorf("with a role that may do everything: %s: got %t, want %t", action, got, want)
		}
	}
	caller := r.caller(guest)
	deploy := "arn:aws:iam::" + account + ":role/cdk-hnb659fds-deploy-role-" + account + "-us-east-1"
	if _, err := r.assume(roles.Request{RoleARN: deploy, Caller: &caller}); codeOf(err) != "AccessDenied" {
		t.Errorf("a guest who assumes the bootstrap role: got %v, want AccessDenied", err)
	}
}

// everything lets a role do everything.
func everything(t *testing.T, r *rig, role string) {
	t.Helper()
	_, err := r.s.ResourceTypes()["AWS::IAM::Policy"].Create(context.Background(), aws.Resource{
		Stack: "Other", LogicalID: "Everything", Suffix: "1",
		Properties: map[string]any{"PolicyName": "Everything", "Roles": []any{role}, "PolicyDocument": map[string]any{
			"Version": "2012-10-17", "Statement": []any{map[string]any{"Effect": "Allow", "Action": "*", "Resource": "*"}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestCredentials_carryTheClaimsAndTagsThatPoliciesAskFor(t *testing.T) {
	r := newRig(t)
	a, b := r.user("a").AccessKeyID, r.user("b").AccessKeyID
	for _, test := range []struct {
		key, path string
		want      bool
	}{
		{a, "private/us-east-1:a/x.png", true},
		{b, "private/us-east-1:a/x.png", false},
		{a, "public/photos/sub-a/x.png", true},
		{b, "public/photos/sub-a/x.png", false},
		{a, "protected/us-east-1:a/x.png", true},
		{b, "protected/us-east-1:a/x.png", false},
	} {
		if got := r.may(test.key, "s3:PutObject", files+test.path); got != test.want {
			t.Errorf("%s puts %s: got %t, want %t", r.caller(test.key), test.path, got, test.want)
		}
	}
	session := r.caller(a).Principal.(iam.RoleSession)
	if session.Identity.Audience != pool || session.Identity.Subject != "us-east-1:a" || len(session.Identity.Methods) != 3 {
		t.Errorf("got the claims %+v, want those of the web identity", session.Identity)
	}
	if !strings.HasPrefix(session.UserID, "AROA") || !strings.HasSuffix(session.UserID, ":CognitoIdentityCredentials") {
		t.Errorf("got the user id %q, want AROA…:CognitoIdentityCredentials", session.UserID)
	}
}

func TestCredentials_areLimitedByASessionPolicy(t *testing.T) {
	r := newRig(t)
	developer := r.caller(root.ID)
	key := r.mustAssume(roles.Request{
		RoleARN: "arn:aws:iam::" + account + ":role/cdk-hnb659fds-deploy-role-" + account + "-eu-west-1", Caller: &developer,
		Policy: `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}`,
	}).AccessKeyID
	if !r.may(key, "s3:GetObject", files+"a") || r.may(key, "s3:PutObject", files+"a") {
		t.Error("want s3:GetObject to be all that is allowed")
	}
}

func TestCredentials_changeWithThePoliciesOfTheRole(t *testing.T) {
	r := newRig(t)
	a := r.user("a").AccessKeyID
	product := files + "public/products/x.png"
	if !r.may(a, "s3:GetObject", product) {
		t.Fatal("control: want a user to read a product's picture")
	}
	deny := map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}}}
	var before any
	swap := func(document any) {
		t.Helper()
		err := r.Update("FileStorage", "UserAccess", func(p map[string]any) { before, p["PolicyDocument"] = p["PolicyDocument"], document })
		if err != nil {
			t.Fatal(err)
		}
	}
	if swap(deny); r.may(a, "s3:GetObject", product) {
		t.Error("want the policy's new words to count for the session that is there")
	}
	if swap(before); !r.may(a, "s3:GetObject", product) {
		t.Error("want the policy's old words to count again")
	}
	if err := r.Delete("FileStorage", "UserAccess"); err != nil || r.may(a, "s3:GetObject", product) {
		t.Errorf("want nothing to be allowed without the policy; got error %v", err)
	}
}

func TestCredentials_endWithTheRole(t *testing.T) {
	r := newRig(t)
	guest := r.guest().AccessKeyID
	for _, policy := range []struct{ stack, prefix string }{{"FileStorage", "GuestAccess"}, {"API", "FieldAccess"}, {"Identity", "IdentityPoolUnauthenticatedRole"}} {
		if err := r.Delete(policy.stack, policy.prefix); err != nil {
			t.Fatal(err)
		}
	}
	if _, ok := r.s.Credentials(guest); ok {
		t.Error("want the session to be unknown without its role")
	}
	r.Deploy("Identity") // makes a role of the same name
	if _, ok := r.s.Credentials(guest); ok {
		t.Error("want the session of a role that was deleted not to come back with another role of its name")
	}
	if _, ok := r.s.Credentials(r.guest().AccessKeyID); !ok {
		t.Error("control: want a new session to be known")
	}
}

func TestCredentials_areForgottenADayAfterTheyExpire(t *testing.T) {
	r := newRig(t)
	guest := r.guest()
	c, ok := r.s.Credentials(guest.AccessKeyID)
	if want := r.time().Add(time.Hour); !ok || !c.Expiration.Equal(want) || !guest.Expiration.Equal(want) {
		t.Fatalf("got %s, %t, want %s", c.Expiration, ok, want)
	}
	r.pass(25*time.Hour - time.Second)
	if _, ok := r.s.Credentials(guest.AccessKeyID); !ok {
		t.Error("want an expired key to be known for a day")
	}
	r.pass(time.Second)
	if _, ok := r.s.Credentials(guest.AccessKeyID); ok {
		t.Error("want a key that expired a day ago to be unknown")
	}
	r.guest()
	count := 0
	if err := r.db.View(func(tx store.Reader) error {
		for range tx.Range("roles/sessions", store.Range{}) {
			count++
		}
		return nil
	}); err != nil || count != 1 {
		t.Errorf("got %d sessions in the store, %v, want the new one alone", count, err)
	}
}

func TestCredentials_knowNoOtherKeys(t *testing.T) {
	r := newRig(t)
	for _, key := range []string{"", "AKIAOTHER", "ASIAOTHER"} {
		if _, ok := r.s.Credentials(key); ok {
			t.Errorf("%q: got credentials, want none", key)
		}
	}
	c, ok := r.s.Credentials(root.ID)
	if !ok || c.Secret != root.Secret || !r.may(root.ID, "iam:CreateUser", "*") {
		t.Errorf("control: got %+v, want the developer's key to do everything", c)
	}
	without, err := roles.New(roles.Config{Store: store.NewMemory()})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := without.Credentials(""); ok {
		t.Error("got credentials for no key where there is no root key, want none")
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

func TestNew_findsRolesAndSessionsAfterARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "db")
	db, err := store.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	r := open(t, db)
	r.Deploy("Auth", "Identity", "FileStorage", "API")
	guest, user := r.guest().AccessKeyID, r.user("a").AccessKeyID
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if db, err = store.Open(path); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	deployment := r.Deployment
	r = open(t, db)
	r.Deployment = deployment
	if !r.may(guest, "s3:GetObject", files+"public/products/x.png") || r.may(guest, "s3:PutObject", files+"public/products/x.png") {
		t.Error("want a guest to read pictures, and no more")
	}
	if !r.may(user, "s3:PutObject", files+"private/us-east-1:a/x") || r.may(user, "s3:PutObject", files+"private/us-east-1:b/x") {
		t.Error("want a user to write to the own folder, and no other")
	}
	if c := r.caller(guest); len(c.Session) != 2 {
		t.Errorf("got %d session policies, want Cognito's ceiling", len(c.Session))
	}
	if _, err := r.assume(roles.Request{RoleARN: r.roleARN("Identity", "AdminRole"), WebIdentity: person("us-east-1:a", "unauthenticated")}); codeOf(err) != "AccessDenied" {
		t.Errorf("got %v, want the trust policy to count", err)
	}
}
