package identity_test

import (
	"maps"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

func TestResourceTypes_takeAllIdentityPoolsOfOurTemplates(t *testing.T) {
	for _, env := range []string{"dev", "prod"} {
		r := open(t, store.NewMemory())
		r.Deployment = deploytest.New(t, "../..", env, r.roles.ResourceTypes(), r.users.ResourceTypes(), r.pools.ResourceTypes())
		r.Deploy("Auth", "Identity")
		for prefix, want := range map[string]string{"IdentityPoolEC8A1A0D": "", "IdentityPoolDefaultRoleAttachment": "", "PrincipalTag": "|"} {
			resource, state := r.Resource("Identity", prefix)
			if !strings.HasPrefix(state.PhysicalID, "us-east-1:") || !strings.Contains(state.PhysicalID, want) {
				t.Errorf("%s %s: got %q", env, prefix, state.PhysicalID)
			}
			kind := r.pools.ResourceTypes()[map[string]string{
				"IdentityPoolEC8A1A0D": "AWS::Cognito::IdentityPool", "IdentityPoolDefaultRoleAttachment": "AWS::Cognito::IdentityPoolRoleAttachment",
				"PrincipalTag": "AWS::Cognito::IdentityPoolPrincipalTag",
			}[prefix]]
			if again, err := kind.Create(t.Context(), resource); err != nil || again.PhysicalID != state.PhysicalID {
				t.Errorf("%s %s again: got %v, %v", env, prefix, again, err)
			}
			for _, name := range kind.Attributes {
				if state.Attributes[name] == nil {
					t.Errorf("%s %s: no attribute %s", env, prefix, name)
				}
			}
		}
	}
}

func TestCreate_refusesWhatItDoesNotKnowByName(t *testing.T) {
	r := newRig(t)
	provider := func(change object) []any {
		p := object{"ClientId": r.Client, "ProviderName": r.provider()}
		maps.Copy(p, change)
		return []any{p}
	}
	mapping := func(change object) object {
		m := object{"Type": "Token", "AmbiguousRoleResolution": "Deny", "IdentityProvider": r.provider() + ":" + r.Client}
		maps.Copy(m, change)
		return object{"UserPool": m}
	}
	many := object{}
	for i := range 51 {
		many[strings.Repeat("a", i+1)] = "sub"
	}
	for _, test := range []struct {
		kind   string
		change object
		want   string
	}{
		{"IdentityPool", nil, ""},
		{"IdentityPool", object{"IdentityPoolTags": []any{object{"Key": "k", "Value": "v"}}}, ""},
		{"IdentityPool", object{"SupportedLoginProviders": object{}}, "AWS::Cognito::IdentityPool.SupportedLoginProviders is not supported by the sandbox"},
		{"IdentityPool", object{"AllowClassicFlow": true}, "AllowClassicFlow: got true"},
		{"IdentityPool", object{"IdentityPoolName": "a/b"}, "IdentityPoolName"},
		{"IdentityPool", object{"CognitoIdentityProviders": provider(object{"ClientId": ""})}, "CognitoIdentityProviders[0].ClientId is missing"},
		{"IdentityPool", object{"CognitoIdentityProviders": provider(object{"ProviderName": "graph.facebook.com"})}, "CognitoIdentityProviders[0].ProviderName: got"},
		{"IdentityPool", object{"CognitoIdentityProviders": provider(object{"ProviderName": "cognito-idp.us-east-1.amazonaws.com/"})}, "ProviderName: got"},
		{"IdentityPool", object{"CognitoIdentityProviders": append(provider(nil), provider(nil)...)}, "twice"},
		{"IdentityPool", object{"CognitoIdentityProviders": provider(object{"Foo": 1})}, "AWS::Cognito::IdentityPool.CognitoIdentityProviders[0].Foo is not supported"},
		{"IdentityPoolRoleAttachment", nil, "has roles already"},
		{"IdentityPoolRoleAttachment", object{"IdentityPoolId": "us-east-1:0"}, "ResourceNotFoundException"},
		{"IdentityPoolRoleAttachment", object{"Roles": object{"admin": "x"}}, "AWS::Cognito::IdentityPoolRoleAttachment.Roles.admin is not supported"},
		{"IdentityPoolRoleAttachment", object{"RoleMappings": mapping(object{"Type": "Rules"})}, `RoleMappings.UserPool.Type: got "Rules"`},
		{"IdentityPoolRoleAttachment", object{"RoleMappings": mapping(object{"RulesConfiguration": object{}})}, "RulesConfiguration is not supported"},
		{"IdentityPoolRoleAttachment", object{"RoleMappings": mapping(object{"AmbiguousRoleResolution": ""})}, "AmbiguousRoleResolution: got"},
		{"IdentityPoolPrincipalTag", nil, "has tags already"},
		{"IdentityPoolPrincipalTag", object{"IdentityProviderName": "x"}, "which the pool"},
		{"IdentityPoolPrincipalTag", object{"PrincipalTags": object{"aws:x": "sub"}}, "PrincipalTags: got the claim"},
		{"IdentityPoolPrincipalTag", object{"PrincipalTags": object{"x": ""}}, "PrincipalTags: got the claim"},
		{"IdentityPoolPrincipalTag", object{"PrincipalTags": many}, "got 51"},
		{"IdentityPoolPrincipalTag", object{"IdentityPoolId": "us-east-1:0"}, "ResourceNotFoundException"},
	} {
		properties := map[string]object{
			"IdentityPool": {"AllowUnauthenticatedIdentities": true, "CognitoIdentityProviders": provider(nil)},
			"IdentityPoolRoleAttachment": {
				"IdentityPoolId": r.pool, "Roles": object{"authenticated": r.roleOf("IdentityPoolAuthenticatedRole")}, "RoleMappings": mapping(nil),
			},
			"IdentityPoolPrincipalTag": {"IdentityPoolId": r.pool, "IdentityProviderName": r.provider(), "PrincipalTags": object{"user": "sub"}},
		}[test.kind]
		maps.Copy(properties, test.change)
		_, err := r.pools.ResourceTypes()["AWS::Cognito::"+test.kind].Create(t.Context(), aws.Resource{Stack: "Other", LogicalID: "X", Suffix: "x", Properties: properties})
		switch {
		case err == nil && test.want != "":
			t.Errorf("%s %v: got no error, want %q", test.kind, test.change, test.want)
		case err != nil && (test.want == "" || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%s %v: got %v, want %q", test.kind, test.change, err, test.want)
		}
	}
	err := r.Update("Identity", "IdentityPoolDefaultRoleAttachment", func(p object) {
		p["RoleMappings"] = mapping(object{"IdentityProvider": r.provider() + ":other"})
	})
	if err == nil || !strings.Contains(err.Error(), "RoleMappings.UserPool.IdentityProvider: got") {
		t.Errorf("a mapping of a client that the pool doesn't have: got %v", err)
	}
}

func TestUpdate_ofAPoolChangesItForItsIdentities(t *testing.T) {
	r := newRig(t)
	guest := r.id("")
	if err := r.Update("Identity", "IdentityPoolEC8A1A0D", func(p object) { p["IdentityPoolName"] = "other" }); err != nil {
		t.Fatal(err)
	}
	if _, same := r.keys(guest, ""); same != guest {
		t.Errorf("got %s, want %s", same, guest)
	}
	resource, _ := r.Resource("Identity", "IdentityPoolEC8A1A0D")
	resource.PhysicalID = "us-east-1:0"
	if _, err := r.pools.ResourceTypes()["AWS::Cognito::IdentityPool"].Update(t.Context(), nil, resource); err == nil {
		t.Error("a pool that is not there: got no error")
	}
}

func TestDelete_takesThePoolsIdentitiesWithIt(t *testing.T) {
	r := newRig(t)
	r.SignUp("ann")
	token := r.SignIn("ann").IDToken
	guest, user := r.id(""), r.id(token)
	for range 2 { // what is gone can be deleted again
		for _, prefix := range []string{"PrincipalTag", "IdentityPoolDefaultRoleAttachment", "IdentityPoolEC8A1A0D"} {
			if err := r.Delete("Identity", prefix); err != nil {
				t.Errorf("%s: %v", prefix, err)
			}
		}
	}
	for _, id := range []string{guest, user} {
		if _, code := r.call("GetCredentialsForIdentity", object{"IdentityId": id}); code != "ResourceNotFoundException" {
			t.Errorf("got %q, want ResourceNotFoundException", code)
		}
	}
	r.Deploy("Identity") // the same pool: the test's suffix does not change
	if id := r.id(token); id == user {
		t.Error("want another identity in another pool")
	}
}

func TestDelete_ofAReplacedAttachmentLeavesTheOther(t *testing.T) {
	r := newRig(t)
	for prefix, kind := range map[string]string{
		"IdentityPoolDefaultRoleAttachment": "AWS::Cognito::IdentityPoolRoleAttachment", "PrincipalTag": "AWS::Cognito::IdentityPoolPrincipalTag",
	} {
		old, state := r.Resource("Identity", prefix)
		old.PhysicalID, old.Suffix = state.PhysicalID, "other"
		if err := r.pools.ResourceTypes()[kind].Delete(t.Context(), old); err != nil {
			t.Fatal(err)
		}
	}
	r.SignUp("ann")
	token := r.SignIn("ann").IDToken
	if ann, _ := r.keys(r.id(token), token); !may(ann, "s3:GetObject", files+"public/products/x") {
		t.Error("want the pool's roles to be there")
	}
}

func TestOperations_thatPeopleScriptAreForWhomIAMAllows(t *testing.T) {
	r := newRig(t)
	r.SignUp("ann")
	token := r.SignIn("ann").IDToken
	user, guest := r.id(token), r.id("")
	developer := r.anon
	developer.Key, developer.Secret = root.ID, root.Secret
	inputs := map[string]object{
		"DescribeIdentityPool":        {"IdentityPoolId": r.pool},
		"GetIdentityPoolRoles":        {"IdentityPoolId": r.pool},
		"GetPrincipalTagAttributeMap": {"IdentityPoolId": r.pool, "IdentityProviderName": r.provider()},
		"DescribeIdentity":            {"IdentityId": user},
		"ListIdentities":              {"IdentityPoolId": r.pool, "MaxResults": 60},
		"ListIdentityPools":           {"MaxResults": 60},
	}
	guestKeys := r.must("GetCredentialsForIdentity", object{"IdentityId": guest})["Credentials"].(object)
	asGuest := r.anon
	asGuest.Key, asGuest.Secret, asGuest.Token = guestKeys["AccessKeyId"].(string), guestKeys["SecretKey"].(string), guestKeys["SessionToken"].(string)
	answers := map[string]object{}
	for operation, in := range inputs {
		target := "AWSCognitoIdentityService." + operation
		output, code := developer.Call(target, in)
		if code != "" {
			t.Errorf("%s: got %s %v", operation, code, output)
		}
		answers[operation] = output
		if _, code := r.anon.Call(target, in); code != "MissingAuthenticationTokenException" {
			t.Errorf("%s without a signature: got %q", operation, code)
		}
		if _, code := asGuest.Call(target, in); code != "AccessDeniedException" {
			t.Errorf("M36 %s as a guest: got %q, want AccessDeniedException", operation, code)
		}
	}
	if got := answers["DescribeIdentityPool"]; got["AllowClassicFlow"] != false || got["AllowUnauthenticatedIdentities"] != true || got["IdentityPoolName"] != "lightbox-dev-us-east-1" {
		t.Errorf("got %v", got)
	}
	if got := answers["GetIdentityPoolRoles"]["Roles"].(object); got["authenticated"] != r.roleOf("IdentityPoolAuthenticatedRole") {
		t.Errorf("got %v", got)
	}
	if got := answers["GetIdentityPoolRoles"]["RoleMappings"].(object)[r.provider()+":"+r.Client].(object); got["Type"] != "Token" {
		t.Errorf("got %v", got)
	}
	if got := answers["GetPrincipalTagAttributeMap"]["PrincipalTags"].(object); got["user"] != "sub" {
		t.Errorf("got %v", got)
	}
	if got := answers["DescribeIdentity"]; got["IdentityId"] != user || got["Logins"].([]any)[0] != r.provider() {
		t.Errorf("got %v", got)
	}
	if got := answers["ListIdentityPools"]["IdentityPools"].([]any); len(got) != 1 {
		t.Errorf("got %v", got)
	}

	seen, next := map[string]bool{}, ""
	for pages := 0; pages == 0 || next != ""; pages++ {
		in := object{"IdentityPoolId": r.pool, "MaxResults": 1}
		if next != "" {
			in["NextToken"] = next
		}
		output, code := developer.Call("AWSCognitoIdentityService.ListIdentities", in)
		if code != "" || pages > 2 {
			t.Fatalf("page %d: got %q %v", pages, code, output)
		}
		for _, each := range output["Identities"].([]any) {
			seen[each.(object)["IdentityId"].(string)] = true
		}
		next, _ = output["NextToken"].(string)
	}
	if len(seen) != 2 || !seen[user] || !seen[guest] {
		t.Errorf("got %v, want both identities", seen)
	}
	for operation, in := range map[string]object{
		"ListIdentities": {"IdentityPoolId": r.pool, "MaxResults": 61}, "ListIdentityPools": {}, "DescribeIdentity": {"IdentityId": "x"}, "DescribeIdentityPool": {"IdentityPoolId": "x"},
	} {
		if _, code := developer.Call("AWSCognitoIdentityService."+operation, in); code != "ValidationException" {
			t.Errorf("%s %v: got %q, want ValidationException", operation, in, code)
		}
	}
}
