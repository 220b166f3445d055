package identity_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/iam"
)

func TestGetCredentials_givesAUserKeysForTheirOwnFolders(t *testing.T) {
	r := newRig(t)
	r.SignUp("ann")
	r.SignUp("bob")
	tokens := r.SignIn("ann")
	id := r.id(tokens.IDToken)
	if !regexp.MustCompile(`^us-east-1:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(id) {
		t.Errorf("got the identity id %q, want REGION:uuid", id)
	}
	ann, same := r.keys(id, tokens.IDToken)
	if same != id || r.id(r.SignIn("ann").IDToken) != id {
		t.Errorf("got the identity id %q and another, want %q each time", same, id)
	}
	sub := ann.Principal.(iam.RoleSession).Tags[0].Value
	other := r.id(r.SignIn("bob").IDToken)
	if other == id {
		t.Error("got one identity for two users")
	}
	for _, test := range []struct {
		action, path string
		want         bool
	}{
		{"s3:PutObject", "private/" + id + "/x.png", true},
		{"s3:GetObject", "private/" + id + "/x.png", true},
		{"s3:PutObject", "protected/" + id + "/x.png", true},
		{"s3:PutObject", "uploads/" + sub + "/x", true},
		{"s3:GetObject", "uploads/" + sub + "/x", true},
		{"s3:GetObject", "originals/" + sub + "/x", true},
		{"s3:GetObject", "public/products/x.png", true},
		{"s3:PutObject", "private/" + other + "/x.png", false},
		{"s3:GetObject", "private/" + other + "/x.png", false},
		{"s3:PutObject", "uploads/other/x", false},
		{"s3:DeleteObject", "uploads/" + sub + "/x", false},
		{"s3:PutObject", "originals/" + sub + "/x", false},
		{"s3:PutObject", "public/photos/" + sub + "/x.png", false},
		{"s3:PutObject", "public/products/x.png", false},
		{"s3:GetObject", "drafts/x.png", false},
	} {
		if got := may(ann, test.action, files+test.path); got != test.want {
			t.Errorf("%s %s: got %t, want %t", test.action, test.path, got, test.want)
		}
	}
	session := ann.Principal.(iam.RoleSession)
	if session.Role != r.roleOf("IdentityPoolAuthenticatedRole") || session.Name != "CognitoIdentityCredentials" || ann.Session != nil {
		t.Errorf("got %s with the session policies %v, want the role of users without any", session, ann.Session)
	}
}

func TestGetCredentials_putsTheClaimsIntoTheSession(t *testing.T) {
	r := newRig(t)
	r.SignUp("ann")
	token := r.SignIn("ann").IDToken
	ann, id := r.keys(r.id(token), token)
	session := ann.Principal.(iam.RoleSession)
	want := iam.WebIdentity{Provider: "cognito-identity.amazonaws.com", Audience: r.pool, Subject: id, Methods: []string{
		"authenticated", r.provider(), r.provider() + ":CognitoSignIn:" + session.Tags[0].Value,
	}}
	if diff := cmp.Diff(want, session.Identity); diff != "" {
		t.Errorf("a user: %s", diff)
	}
	guest, id := r.keys(r.id(""), "")
	want.Subject, want.Methods = id, []string{"unauthenticated"}
	if diff := cmp.Diff(want, guest.Principal.(iam.RoleSession).Identity); diff != "" {
		t.Errorf("a guest: %s", diff)
	}
}

func TestGetCredentials_M36_putsGuestsBelowTheirRoleAndTheCeiling(t *testing.T) {
	r := newRig(t)
	guest, _ := r.keys(r.id(""), "")
	if session := guest.Principal.(iam.RoleSession); session.Role != r.roleOf("IdentityPoolUnauthenticatedRole") || len(session.Tags) != 0 {
		t.Errorf("got %+v, want the guests' role without tags", session)
	}
	if len(guest.Session) != len(iam.GuestCeiling()) {
		t.Errorf("got %d session policies, want Cognito's ceiling", len(guest.Session))
	}
	for action, want := range map[string]bool{"s3:GetObject": true, "s3:PutObject": false, "s3:DeleteObject": false} {
		if got := may(guest, action, files+"public/products/x.png"); got != want {
			t.Errorf("%s: got %t, want %t", action, got, want)
		}
	}
	for _, action := range []string{"dynamodb:GetItem", "cognito-idp:ListUsers", "lambda:InvokeFunction", "sts:AssumeRole", "iam:CreateUser"} {
		if may(guest, action, "*") {
			t.Errorf("%s: got true, want false", action)
		}
	}
	if first := r.id(""); first == r.id("") {
		t.Error("got one identity for two guests")
	}
}

func TestGetCredentials_M37_hasNoClassicFlow(t *testing.T) {
	r := newRig(t)
	id := r.id("")
	output, code := r.call("GetOpenIdToken", object{"IdentityId": id})
	if code != "InvalidParameterException" || !strings.Contains(output["message"].(string), "Basic (classic) flow is not enabled") {
		t.Errorf("got %s %v", code, output)
	}
	err := r.Update("Identity", "IdentityPoolEC8A1A0D", func(p object) { p["AllowClassicFlow"] = true })
	if err == nil || !strings.Contains(err.Error(), "AllowClassicFlow") {
		t.Errorf("got %v, want a pool with the classic flow to be refused", err)
	}
}

func TestGetCredentials_keepsTheGuestsIdentityOfWhoSignsInForTheFirstTime(t *testing.T) {
	r := newRig(t)
	r.SignUp("ann")
	guest := r.id("")
	token := r.SignIn("ann").IDToken
	if _, id := r.keys(guest, token); id != guest {
		t.Errorf("got %s, want the guest's %s", id, guest)
	}
	if id := r.id(r.SignIn("ann").IDToken); id != guest {
		t.Errorf("the next time: got %s, want %s", id, guest)
	}
	output, code := r.call("GetCredentialsForIdentity", object{"IdentityId": guest})
	if want := "Access to Identity '" + guest + "' is forbidden."; code != "NotAuthorizedException" || output["message"] != want {
		t.Errorf("the same identity without a token: got %s %v, want %s", code, output, want)
	}

	// In another browser she was a guest as well, and has an identity already: it comes back, and replaces the guest's.
	second := r.id("")
	if _, id := r.keys(second, token); id != guest {
		t.Errorf("with another guest's identity: got %s, want hers, %s", id, guest)
	}
	if _, id := r.keys(second, ""); id != second {
		t.Errorf("got %s, want the other guest to be one still", id)
	}
	r.SignUp("bob")
	if _, id := r.keys(second, r.SignIn("bob").IDToken); id != second {
		t.Errorf("bob: got %s, want the guest's %s", id, second)
	}
	output, code = r.call("GetCredentialsForIdentity", object{"IdentityId": second, "Logins": r.logins(token)})
	if code != "NotAuthorizedException" || !strings.HasPrefix(output["message"].(string), "Logins don't match.") {
		t.Errorf("ann with bob's identity: got %s %v", code, output)
	}
}

func TestGetCredentials_expireInAnHour(t *testing.T) {
	r := newRig(t)
	output := r.must("GetCredentialsForIdentity", object{"IdentityId": r.id("")})
	credentials := output["Credentials"].(object)
	if got, want := int64(credentials["Expiration"].(float64)), r.clock.Now().Add(time.Hour).Unix(); got != want {
		t.Errorf("got %d, want %d", got, want)
	}
	c, _ := r.roles.Credentials(credentials["AccessKeyId"].(string))
	if c.Secret != credentials["SecretKey"] || c.SessionToken != credentials["SessionToken"] || c.Expiration.Unix() != r.clock.Now().Add(time.Hour).Unix() {
		t.Error("want the keys to be those that the services look up")
	}
}
