package cognito

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"testing"
)

// What awscdk's UserPool and its client say without any props, beside the address in the place of a name.
func ofTheCDK(pool, client map[string]any) {
	clear(pool)
	pool["AccountRecoverySetting"] = in{"RecoveryMechanisms": []any{in{"Name": "verified_phone_number", "Priority": 1.0}, in{"Name": "verified_email", "Priority": 2.0}}}
	pool["EmailVerificationMessage"], pool["SmsVerificationMessage"] = "The code is {####}", "The code is {####}"
	pool["UsernameAttributes"], pool["AutoVerifiedAttributes"] = []any{"email"}, []any{"email"}
	clear(client)
	client["AllowedOAuthFlows"], client["AllowedOAuthFlowsUserPoolClient"] = []any{"implicit", "code"}, true
	client["AllowedOAuthScopes"], client["CallbackURLs"] = []any{"profile", "openid"}, []any{"https://example.com", "http://localhost:5173/", "http://127.0.0.1/", "shop://signed-in"}
	client["SupportedIdentityProviders"] = []any{"COGNITO"}
}

func allowing(flows ...any) settings {
	return func(_, client map[string]any) { client["ExplicitAuthFlows"] = flows }
}

func TestDefaultClient_keepsItsOAuthAndSignsInBySRP(t *testing.T) {
	w := newWorld(t, ofTheCDK)
	got, _ := w.do("DescribeUserPoolClient", w.admin(w.public(in{})))["UserPoolClient"].(map[string]any)
	if got["AllowedOAuthFlowsUserPoolClient"] != true || len(got["CallbackURLs"].([]any)) != 4 || len(got["AllowedOAuthScopes"].([]any)) != 2 {
		t.Errorf("got %v, want its OAuth properties", got)
	}
	w.person("ann@example.com", "ann@example.com")
	w.enter("ann@example.com", password)
}

// Users of a pool that is signed in to by address have their sub as a name, and the address once.
func TestUsernameAttributes_areInThePlaceOfANameThatIsMadeUp(t *testing.T) {
	w := newWorld(t, ofTheCDK)
	made := w.do("SignUp", w.public(in{"Username": "ann@example.com", "Password": password}))
	sub, _ := made["UserSub"].(string)
	w.refused("SignUp", w.public(in{"Username": "ann", "Password": password}), "InvalidParameterException", "Username should be an email.")
	w.refused("SignUp", w.public(in{"Username": "ann@example.com", "Password": password}), "UsernameExistsException", "An account with the given email already exists.")
	w.do("ConfirmSignUp", w.public(in{"Username": "ann@example.com", "ConfirmationCode": w.lastCode("ann@example.com")}))
	user := w.do("AdminGetUser", w.admin(in{"Username": "ann@example.com"}))
	if user["Username"] != sub || user["UserStatus"] != "CONFIRMED" {
		t.Errorf("got %v, want the name %s", user, sub)
	}
	w.enter("ann@example.com", password)
	w.enter(sub, password)
	w.do("AdminDeleteUser", w.admin(in{"Username": "ann@example.com"}))
	w.do("SignUp", w.public(in{"Username": "ann@example.com", "Password": password})) // it is free again
}

func TestRecovery_refusesAnSMSByNameWhenItWouldBeSent(t *testing.T) {
	w := newWorld(t, ofTheCDK)
	w.person("ann@example.com", "ann@example.com")
	w.do("ForgotPassword", w.public(in{"Username": "ann@example.com"}))
	w.do("AdminUpdateUserAttributes", w.admin(in{"Username": "ann@example.com", "UserAttributes": []any{
		in{"Name": "phone_number", "Value": "+15550100"}, in{"Name": "phone_number_verified", "Value": "true"},
	}}))
	w.refused("ForgotPassword", w.public(in{"Username": "ann@example.com"}), "UnsupportedOperationException", "")
}

func TestPasswordFlows_signInAsSRPDoes(t *testing.T) {
	w := newWorld(t, ofTheCDK, allowing("ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"))
	with := func(flow, secret string) in {
		return w.public(in{"AuthFlow": flow, "AuthParameters": in{"USERNAME": "ann@example.com", "PASSWORD": secret}})
	}
	w.do("SignUp", w.public(in{"Username": "ann@example.com", "Password": password}))
	w.refused("InitiateAuth", with("USER_PASSWORD_AUTH", password), "UserNotConfirmedException", "")
	w.do("AdminConfirmSignUp", w.admin(in{"Username": "ann@example.com"}))
	for _, flow := range []string{"USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH"} {
		operation, whole := "InitiateAuth", func(i in) in { return i }
		if flow != "USER_PASSWORD_AUTH" {
			operation, whole = "AdminInitiateAuth", w.admin
		}
		w.refused(operation, whole(with(flow, "Wrong-horse-1")), "NotAuthorizedException", "Incorrect username or password.")
		got, _ := w.do(operation, whole(with(flow, password)))["AuthenticationResult"].(map[string]any)
		refresh := in{"AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": in{"REFRESH_TOKEN": got["RefreshToken"]}}
		if again, _ := w.do(operation, whole(w.public(refresh)))["AuthenticationResult"].(map[string]any); again["AccessToken"] == nil {
			t.Errorf("%s: got %v by its refresh token, want tokens", flow, again)
		}
	}
	w.do("AdminCreateUser", w.admin(in{"Username": "ben@example.com", "TemporaryPassword": "Temporary-1", "MessageAction": "SUPPRESS"}))
	first := w.do("AdminInitiateAuth", w.admin(w.public(in{"AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "AuthParameters": in{"USERNAME": "ben@example.com", "PASSWORD": "Temporary-1"}})))
	done := w.do("AdminRespondToAuthChallenge", w.admin(w.public(in{"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": first["Session"], "ChallengeResponses": in{
		"USERNAME": "ben@example.com", "NEW_PASSWORD": password,
	}})))
	if done["AuthenticationResult"] == nil {
		t.Errorf("got %v, want tokens after the first password", done)
	}
}

func TestSecret_isProvenByAHashOfTheName(t *testing.T) {
	w := newWorld(t, ofTheCDK, allowing("ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"), func(_, client map[string]any) { client["GenerateSecret"] = true })
	record, _ := w.do("DescribeUserPoolClient", w.admin(w.public(in{})))["UserPoolClient"].(map[string]any)
	secret, _ := record["ClientSecret"].(string)
	if len(secret) != 51 {
		t.Fatalf("got the secret %q, want 51 characters", secret)
	}
	hash := func(name string) string {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(name + w.client))
		return base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	up := in{"Username": "ann@example.com", "Password": password}
	w.refused("SignUp", w.public(up), "NotAuthorizedException", "Client "+w.client+" is configured for secret but secret was not received")
	up["SecretHash"] = hash("ben@example.com")
	w.refused("SignUp", w.public(up), "NotAuthorizedException", "SecretHash does not match for the client: "+w.client)
	up["SecretHash"] = hash("ann@example.com")
	w.do("SignUp", w.public(up))
	w.do("AdminConfirmSignUp", w.admin(in{"Username": "ann@example.com"}))
	enter := in{"USERNAME": "ann@example.com", "PASSWORD": password}
	signIn := w.public(in{"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": enter})
	w.refused("InitiateAuth", signIn, "NotAuthorizedException", "Client "+w.client+" is configured for secret but secret was not received")
	enter["SECRET_HASH"] = hash("ann@example.com")
	got, _ := w.do("InitiateAuth", signIn)["AuthenticationResult"].(map[string]any)
	user := w.do("AdminGetUser", w.admin(in{"Username": "ann@example.com"}))
	refresh := in{"REFRESH_TOKEN": got["RefreshToken"]}
	renew := w.public(in{"AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": refresh})
	w.refused("InitiateAuth", renew, "NotAuthorizedException", "")
	refresh["SECRET_HASH"] = hash(user["Username"].(string))
	w.do("InitiateAuth", renew)
	w.refused("RevokeToken", w.public(in{"Token": got["RefreshToken"]}), "NotAuthorizedException", "")
	w.do("RevokeToken", w.public(in{"Token": got["RefreshToken"], "ClientSecret": secret}))
}

func TestSecret_staysWhenTheClientChanges(t *testing.T) {
	w := newWorld(t, ofTheCDK, func(_, client map[string]any) { client["GenerateSecret"] = true })
	of := func() any {
		return w.do("DescribeUserPoolClient", w.admin(w.public(in{})))["UserPoolClient"].(map[string]any)["ClientSecret"]
	}
	before := of()
	kind := w.service.ResourceTypes()["AWS::Cognito::UserPoolClient"]
	next := resource("WebClient", in{"UserPoolId": w.pool, "GenerateSecret": true, "ClientName": "another"})
	next.PhysicalID = w.client
	state, err := kind.Update(t.Context(), nil, next)
	if err != nil || of() != before || state.Attributes["ClientSecret"] != before || !slices.Contains(kind.Attributes, "ClientSecret") {
		t.Errorf("got %v, %v, want the secret %v", state, err, before)
	}
}
