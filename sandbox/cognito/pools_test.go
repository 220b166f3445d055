package cognito

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDescribeUserPool_saysWhatTheTemplateDeclared(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	got, _ := w.do("DescribeUserPool", w.admin(in{}))["UserPool"].(map[string]any)
	at := float64(w.clock.Now().Unix())
	want := map[string]any{
		"Id": w.pool, "Arn": "arn:aws:cognito-idp:us-east-1:000000000000:userpool/" + w.pool, "Name": "lightbox-prod-us-east-1",
		"CreationDate": at, "LastModifiedDate": at, "EstimatedNumberOfUsers": 1.0, "DeletionProtection": "ACTIVE",
		"MfaConfiguration": "OPTIONAL", "UserPoolTier": "ESSENTIALS", "AliasAttributes": []any{"email"}, "AutoVerifiedAttributes": []any{"email"},
		"UsernameConfiguration": map[string]any{"CaseSensitive": false}, "AdminCreateUserConfig": map[string]any{"AllowAdminCreateUserOnly": false},
		"Policies": map[string]any{"PasswordPolicy": map[string]any{
			"MinimumLength": 12.0, "RequireLowercase": true, "RequireNumbers": true, "RequireSymbols": true, "RequireUppercase": true, "TemporaryPasswordValidityDays": 3.0,
		}},
		"UserAttributeUpdateSettings": map[string]any{"AttributesRequireVerificationBeforeUpdate": []any{"email"}},
	}
	for name := range got {
		if _, compared := want[name]; !compared {
			delete(got, name)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestGetUserPoolMfaConfig_saysWhatTheTemplateDeclared(t *testing.T) {
	w := newWorld(t)
	want := map[string]any{"MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": map[string]any{"Enabled": true}}
	if diff := cmp.Diff(want, w.do("GetUserPoolMfaConfig", w.admin(in{}))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	w.refused("GetUserPoolMfaConfig", in{"UserPoolId": "us-east-1_other"}, "ResourceNotFoundException", "")
}

func TestDescribeUserPoolClient_saysWhatTheTemplateDeclared(t *testing.T) {
	w := newWorld(t)
	got, _ := w.do("DescribeUserPoolClient", w.admin(w.public(in{})))["UserPoolClient"].(map[string]any)
	at := float64(w.clock.Now().Unix())
	want := map[string]any{
		"UserPoolId": w.pool, "ClientId": w.client, "ClientName": "WebClient-abcdefghijkl", "CreationDate": at, "LastModifiedDate": at,
		"AccessTokenValidity": 60.0, "IdTokenValidity": 60.0, "RefreshTokenValidity": 43200.0, "AuthSessionValidity": 3.0,
		"TokenValidityUnits":    map[string]any{"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "minutes"},
		"EnableTokenRevocation": true, "PreventUserExistenceErrors": "ENABLED", "ExplicitAuthFlows": []any{"ALLOW_USER_SRP_AUTH"},
		"ReadAttributes": []any{"email", "email_verified"}, "WriteAttributes": []any{"email"}, "SupportedIdentityProviders": []any{"COGNITO"},
		"RefreshTokenRotation": map[string]any{"Feature": "ENABLED", "RetryGracePeriodSeconds": 30.0}, "AllowedOAuthFlowsUserPoolClient": false,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	other := w.create(poolType, "OtherPool", map[string]any{})
	w.refused("DescribeUserPoolClient", in{"UserPoolId": other, "ClientId": w.client}, "ResourceNotFoundException", "User pool client "+w.client+" does not exist.")
}

func TestLists_ofPoolsAndClientsHavePages(t *testing.T) {
	w := newWorld(t)
	other := w.create(poolType, "OtherPool", map[string]any{"UserPoolName": "other"})
	w.create(clientType, "Others", map[string]any{"UserPoolId": other})
	clients := map[string]bool{w.client: true}
	for i := range 4 {
		clients[w.create(clientType, fmt.Sprintf("Client%d", i), map[string]any{"UserPoolId": w.pool})] = true
	}
	if got := w.pages("ListUserPools", in{"MaxResults": 1}, "NextToken", "UserPools", "Id"); len(got) != 2 || len(got[0]) != 1 || cmp.Equal(got[0], got[1]) {
		t.Errorf("got %v, want two pools, one a page", got)
	}
	got := w.pages("ListUserPoolClients", w.admin(in{"MaxResults": 2}), "NextToken", "UserPoolClients", "ClientId")
	seen := map[string]bool{}
	for _, page := range got {
		for _, id := range page {
			seen[id] = true
		}
	}
	if len(got) != 3 || !cmp.Equal(seen, clients) {
		t.Errorf("got %v, want %v", got, clients)
	}
	w.refused("ListUserPools", in{}, "InvalidParameterException", "1 validation error detected: Value null at 'maxResults' failed to satisfy constraint: Member must not be null")
	w.refused("ListUserPools", in{"MaxResults": 0}, "InvalidParameterException", "")
}

func TestRead_saysWhatBreaksTheServiceModel(t *testing.T) {
	w := newWorld(t)
	for _, test := range []struct {
		operation     string
		input         in
		code, message string
	}{
		{"SignUp", in{}, "InvalidParameterException", "3 validation errors detected: Value at 'clientId' failed to satisfy constraint: Member must not be null; " +
			"Value at 'username' failed to satisfy constraint: Member must not be null; Value at 'password' failed to satisfy constraint: Member must not be null"},
		{"SignUp", w.public(in{"Username": "a b", "Password": password}), "InvalidParameterException",
			`1 validation error detected: Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+`},
		{"SignUp", w.public(in{"Username": "a", "Password": password, "UserAttributes": []in{{"Value": "x"}}}), "InvalidParameterException",
			"1 validation error detected: Value null at 'userAttributes.1.member.name' failed to satisfy constraint: Member must not be null"},
		{"InitiateAuth", w.public(in{"AuthFlow": "FOO"}), "InvalidParameterException",
			"1 validation error detected: Value 'FOO' at 'authFlow' failed to satisfy constraint: Member must satisfy enum value set: " +
				"[USER_SRP_AUTH, REFRESH_TOKEN_AUTH, REFRESH_TOKEN, CUSTOM_AUTH, ADMIN_NO_SRP_AUTH, USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, USER_AUTH]"},
		{"GetUser", in{"AccessToken": "a b"}, "InvalidParameterException", ""},
		{"GetUser", in{"accessToken": "x"}, "InvalidParameterException", "GetUser: accessToken is not supported by the sandbox"},
		{"SignUp", in{"Foo": 1, "Bar": in{"Baz": 1}}, "InvalidParameterException", "SignUp: Bar, Foo is not supported by the sandbox"},
		{"SignUp", w.public(in{"UserAttributes": in{}}), "SerializationException", "userAttributes: got an object, want a list"},
		{"AdminSetUserPassword", w.admin(in{"Permanent": "true"}), "SerializationException", "permanent: got a string, want a boolean"},
		{"ListUsers", w.admin(in{"Limit": 1.5}), "SerializationException", "limit: got a number, want a whole number"},
		{"InitiateAuth", w.public(in{"AuthFlow": "USER_SRP_AUTH"}), "InvalidParameterException", "Missing required parameter USERNAME"},
		{"RespondToAuthChallenge", w.public(in{"ChallengeName": "CUSTOM_CHALLENGE"}), "InvalidParameterException", "CUSTOM_CHALLENGE is not a challenge that this user pool gives"},
		{"AssociateSoftwareToken", in{}, "InvalidParameterException", "Either AccessToken or Session is required, and not both"},
	} {
		w.refused(test.operation, test.input, test.code, test.message)
	}
}

func TestInbox_keepsTheLastMessages(t *testing.T) {
	var box Inbox
	for i := range inboxSize + 10 {
		box.Deliver(Message{Code: fmt.Sprint(i)})
	}
	if got := box.Messages(); len(got) != inboxSize || got[0].Code != "10" || got[inboxSize-1].Code != fmt.Sprint(inboxSize+9) {
		t.Errorf("got %d messages, from %+v", len(got), got[0])
	}
}
