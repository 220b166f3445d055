package identity_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
)

func TestGetCredentials_givesMembersOfAGroupItsRole(t *testing.T) {
	r := newRig(t)
	r.SignUp("adm", "Admins")
	r.SignUp("ann")
	token := r.SignIn("adm").IDToken
	admin, _ := r.keys(r.id(token), token)
	if session := admin.Principal.(iam.RoleSession); session.Role != r.roleOf("AdminRole") || len(session.Tags) != 1 {
		t.Errorf("got %+v, want the admins' role with the tag", session)
	}
	if !may(admin, "s3:GetObject", files+"drafts/x.png") || may(admin, "s3:PutObject", files+"drafts/x.png") {
		t.Error("want an admin to get pictures of drafts, and to put none")
	}

	// M72, M38: a role that the token doesn't have can't be asked for.
	token = r.SignIn("ann").IDToken
	in := object{"IdentityId": r.id(token), "Logins": r.logins(token), "CustomRoleArn": r.roleOf("AdminRole")}
	if output, code := r.call("GetCredentialsForIdentity", in); code != "NotAuthorizedException" {
		t.Errorf("a user who asks for the admins' role: got %q %v, want NotAuthorizedException", code, output)
	}
	guest := object{"IdentityId": r.id(""), "CustomRoleArn": r.roleOf("IdentityPoolAuthenticatedRole")}
	if output, code := r.call("GetCredentialsForIdentity", guest); code != "InvalidParameterException" {
		t.Errorf("a guest who asks for the users' role: got %q %v, want InvalidParameterException", code, output)
	}
	token = r.SignIn("adm").IDToken
	r.must("GetCredentialsForIdentity", object{"IdentityId": r.id(token), "Logins": r.logins(token), "CustomRoleArn": r.roleOf("AdminRole")})
}

// group makes a group with a role.
func (r *rig) group(name, role string, precedence any) {
	r.t.Helper()
	properties := object{"GroupName": name, "UserPoolId": r.Pool, "RoleArn": role}
	if precedence != nil {
		properties["Precedence"] = precedence
	}
	_, err := r.users.ResourceTypes()["AWS::Cognito::UserPoolGroup"].Create(r.t.Context(), aws.Resource{
		Stack: "Other", LogicalID: name, Suffix: "x", Properties: properties,
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

func TestGetCredentials_resolvesAmbiguousRolesAsThePoolSays(t *testing.T) {
	r := newRig(t)
	admin, user := r.roleOf("AdminRole"), r.roleOf("IdentityPoolAuthenticatedRole")
	r.group("Editors", user, "0") // like Admins
	r.group("Readers", user, nil)
	r.SignUp("both", "Admins", "Editors")
	r.SignUp("ranked", "Admins", "Readers")
	r.SignUp("nobody")
	role := func(name string) string {
		t.Helper()
		token := r.SignIn(name).IDToken
		output, code := r.call("GetCredentialsForIdentity", object{"IdentityId": r.id(token), "Logins": r.logins(token)})
		if code != "" {
			return code + ": " + output["message"].(string)
		}
		key := output["Credentials"].(object)["AccessKeyId"].(string)
		return r.caller(key).Principal.(iam.RoleSession).Role
	}
	resolve := func(how string) {
		t.Helper()
		err := r.Update("Identity", "IdentityPoolDefaultRoleAttachment", func(p object) {
			text, _ := json.Marshal(p["RoleMappings"])
			mappings := object{}
			_ = json.Unmarshal(text, &mappings)
			mappings["UserPool"].(object)["AmbiguousRoleResolution"] = how
			p["RoleMappings"] = mappings
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	want := func(how string, roles map[string]string) {
		t.Helper()
		resolve(how)
		for name, want := range roles {
			if got := role(name); got != want {
				t.Errorf("%s, %s: got %s, want %s", how, name, got, want)
			}
		}
	}
	want("AuthenticatedRole", map[string]string{"both": user, "ranked": admin, "nobody": user})
	denied := "NotAuthorizedException: The ambiguous role mapping rules for: " + r.provider() + " denied this request."
	want("Deny", map[string]string{"both": denied, "ranked": admin, "nobody": denied})
	err := r.Update("Identity", "IdentityPoolDefaultRoleAttachment", func(p object) { delete(p, "RoleMappings") })
	if err != nil || role("ranked") != user {
		t.Errorf("without a mapping: got %s, %v, want the users' role", role("ranked"), err)
	}
}

func TestGetCredentials_M62_M64_refusesTokens(t *testing.T) {
	r := newRig(t)
	for _, name := range []string{"ann", "out", "off", "gone", "revoked"} {
		r.SignUp(name)
	}
	ann := r.SignIn("ann")
	id := r.id(ann.IDToken)

	// A client of the same pool that the identity pool doesn't know, and a pool of its own.
	web, _ := r.Resource("Auth", "WebClient")
	web.LogicalID, web.Suffix = "Other", "other"
	state, err := r.users.ResourceTypes()["AWS::Cognito::UserPoolClient"].Create(t.Context(), web)
	if err != nil {
		t.Fatal(err)
	}
	otherClient := r.UserPool
	otherClient.Client = state.PhysicalID
	foreign := newRig(t)
	foreign.SignUp("ann")

	out, off, gone, revoked := r.SignIn("out"), r.SignIn("off"), r.SignIn("gone"), r.SignIn("revoked")
	r.Do("GlobalSignOut", object{"AccessToken": out.AccessToken})
	r.Do("AdminDisableUser", object{"UserPoolId": r.Pool, "Username": "off"})
	r.Do("DeleteUser", object{"AccessToken": gone.AccessToken})
	r.Do("RevokeToken", object{"Token": revoked.RefreshToken, "ClientId": r.Client})

	parts := strings.Split(ann.IDToken, ".")
	none := "eyJhbGciOiJub25lIn0." + parts[1] + "."
	foreignToken := foreign.SignIn("ann").IDToken
	for _, test := range []struct {
		name, token string
		want        string // part of the message; "" for none
	}{
		{"control", ann.IDToken, ""},
		{"tampered", parts[0] + "." + strings.Split(out.IDToken, ".")[1] + "." + parts[2], "Token signature invalid"},
		{"unsigned", none, "Token signature invalid"},
		{"no token", "x", "Not a valid OpenId Connect identity token"},
		{"empty", "", "Not a valid OpenId Connect identity token"},
		{"an access token", ann.AccessToken, "Not a valid OpenId Connect identity token"},
		{"a refresh token", ann.RefreshToken, "Not a valid OpenId Connect identity token"},
		{"another pool's", foreignToken, "invalid"},
		{"M62 another client's", otherClient.SignIn("ann").IDToken, "Incorrect token audience"},
		{"M64 signed out everywhere", out.IDToken, "revoked"},
		{"M64 disabled", off.IDToken, "disabled"},
		{"M64 deleted", gone.IDToken, "deleted"},
		{"M64 revoked", revoked.IDToken, "revoked"},
	} {
		for operation, in := range map[string]object{
			"GetId":                     {"IdentityPoolId": r.pool, "Logins": r.logins(test.token)},
			"GetCredentialsForIdentity": {"IdentityId": id, "Logins": r.logins(test.token)},
		} {
			output, code := r.call(operation, in)
			message, _ := output["message"].(string)
			if test.want == "" && code == "" {
				continue
			}
			if test.want == "" || code != "NotAuthorizedException" || !strings.Contains(strings.ToLower(message), strings.ToLower(test.want)) {
				t.Errorf("%s, %s: got %q %v, want NotAuthorizedException %q", operation, test.name, code, output, test.want)
			}
		}
	}

	// The user pool's own name must be the provider's.
	in := object{"IdentityPoolId": r.pool, "Logins": object{foreign.provider() + "x": foreignToken}}
	if _, code := r.call("GetId", in); code != "NotAuthorizedException" {
		t.Errorf("another provider: got %q, want NotAuthorizedException", code)
	}

	r.clock.Pass(2 * time.Hour)
	output, code := r.call("GetCredentialsForIdentity", object{"IdentityId": id, "Logins": r.logins(ann.IDToken)})
	if code != "NotAuthorizedException" || !strings.Contains(output["message"].(string), "Token expired") {
		t.Errorf("expired: got %s %v", code, output)
	}
}

func TestGetCredentials_looksForTheUserOnlyIfThePoolSaysSo(t *testing.T) {
	r := newRig(t)
	r.SignUp("ann")
	ann := r.SignIn("ann")
	id := r.id(ann.IDToken)
	r.Do("GlobalSignOut", object{"AccessToken": ann.AccessToken})
	in := object{"IdentityId": id, "Logins": r.logins(ann.IDToken)}
	if _, code := r.call("GetCredentialsForIdentity", in); code != "NotAuthorizedException" {
		t.Errorf("with ServerSideTokenCheck: got %q, want NotAuthorizedException", code)
	}
	err := r.Update("Identity", "IdentityPoolEC8A1A0D", func(p object) {
		first := p["CognitoIdentityProviders"].([]any)[0].(object)
		p["CognitoIdentityProviders"] = []any{object{"ClientId": first["ClientId"], "ProviderName": first["ProviderName"]}}
	})
	if err != nil {
		t.Fatal(err)
	}
	r.must("GetCredentialsForIdentity", in)
}

func TestGetCredentials_M38_letsTheTrustPolicyDecide(t *testing.T) {
	r := newRig(t)
	r.SignUp("ann")
	r.SignUp("adm", "Admins")
	guest, token := r.id(""), r.SignIn("ann").IDToken
	user := r.id(token)
	adminToken := r.SignIn("adm").IDToken
	denied := func(what string, in object) {
		t.Helper()
		if output, code := r.call("GetCredentialsForIdentity", in); code != "InvalidIdentityPoolConfigurationException" {
			t.Errorf("%s: got %q %v, want InvalidIdentityPoolConfigurationException", what, code, output)
		}
	}
	asGuest, asUser, asAdmin := object{"IdentityId": guest}, object{"IdentityId": user, "Logins": r.logins(token)}, object{"IdentityId": r.id(adminToken), "Logins": r.logins(adminToken)}
	for _, in := range []object{asGuest, asUser, asAdmin} {
		r.must("GetCredentialsForIdentity", in)
	}

	// The roles the wrong way round.
	swap := func(authenticated, unauthenticated string) {
		t.Helper()
		err := r.Update("Identity", "IdentityPoolDefaultRoleAttachment", func(p object) {
			p["Roles"] = object{"authenticated": authenticated, "unauthenticated": unauthenticated}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	guestRole, userRole := r.roleOf("IdentityPoolUnauthenticatedRole"), r.roleOf("IdentityPoolAuthenticatedRole")
	swap(guestRole, userRole)
	denied("a guest with the users' role", asGuest)
	denied("a user with the guests' role", asUser)
	swap(userRole, "")
	denied("no role for guests", asGuest)
	swap("arn:aws:iam::000000000000:role/gone", guestRole)
	denied("a role that is not there", asUser)
	swap(userRole, guestRole)
	r.must("GetCredentialsForIdentity", asUser)

	// A trust policy that forbids tags: users have one.
	err := r.Update("Identity", "AdminRole", func(p object) {
		text, _ := json.Marshal(p["AssumeRolePolicyDocument"])
		document := object{}
		_ = json.Unmarshal(text, &document)
		document["Statement"].([]any)[0].(object)["Action"] = "sts:AssumeRoleWithWebIdentity"
		p["AssumeRolePolicyDocument"] = document
	})
	if err != nil {
		t.Fatal(err)
	}
	denied("a role that takes no tags", asAdmin)
	if err := r.Delete("Identity", "IdentityPoolDefaultRoleAttachment"); err != nil {
		t.Fatal(err)
	}
	denied("no attachment", asUser)
}

func TestGetCredentials_tagsTheSessionWithClaims(t *testing.T) {
	r := newRig(t)
	r.SignUp("ann")
	tags := func(change func(p object)) map[string]string {
		t.Helper()
		if err := r.Update("Identity", "PrincipalTag", change); err != nil {
			t.Fatal(err)
		}
		token := r.SignIn("ann").IDToken
		ann, _ := r.keys(r.id(token), token)
		found := map[string]string{}
		for _, tag := range ann.Principal.(iam.RoleSession).Tags {
			found[tag.Key] = tag.Value
		}
		return found
	}
	got := tags(func(p object) {
		p["PrincipalTags"] = object{"mail": "email", "verified": "email_verified", "none": "address", "time": "auth_time", "groups": "cognito:groups"}
	})
	if len(got) != 3 || got["mail"] != "ann@example.com" || got["verified"] != "false" || got["time"] == "" {
		t.Errorf("got %v, want mail, verified and time", got)
	}
	got = tags(func(p object) { p["UseDefaults"] = true })
	if len(got) != 2 || got["client"] != r.Client || got["username"] == "" {
		t.Errorf("the defaults: got %v, want client and username", got)
	}
	if err := r.Delete("Identity", "PrincipalTag"); err != nil {
		t.Fatal(err)
	}
	token := r.SignIn("ann").IDToken
	ann, _ := r.keys(r.id(token), token)
	if tags := ann.Principal.(iam.RoleSession).Tags; tags != nil {
		t.Errorf("without a map: got %v, want no tags", tags)
	}
}
