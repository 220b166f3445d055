package roles_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/roles"
	"lightbox.example/lightbox/sandbox/store"
)

const files = "arn:aws:s3:::files8e6940b8/"

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
		{a, "uploads/sub-a/x", true},
		{b, "uploads/sub-a/x", false},
		{a, "public/photos/sub-a/x.png", false},
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
	if want := r.clock.Now().Add(time.Hour); !ok || !c.Expiration.Equal(want) || !guest.Expiration.Equal(want) {
		t.Fatalf("got %s, %t, want %s", c.Expiration, ok, want)
	}
	r.clock.Pass(25*time.Hour - time.Second)
	if _, ok := r.s.Credentials(guest.AccessKeyID); !ok {
		t.Error("want an expired key to be known for a day")
	}
	r.clock.Pass(time.Second)
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
