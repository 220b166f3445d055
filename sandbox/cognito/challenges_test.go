package cognito

import (
	"encoding/base32"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox/cognito/totp"
)

// requireMFA makes a world whose pool wants an authenticator app of everyone.
func requireMFA(pool, _ map[string]any) { pool["MfaConfiguration"] = "ON" }

// codeOf is the code that an authenticator app shows for a secret now, and steps of 30 seconds later.
func (w *world) codeOf(secret string, steps int64) string {
	w.t.Helper()
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		w.t.Fatal(err)
	}
	return totp.Code(raw, w.clock.Now().Unix()/30+steps)
}

// enroll sets up an authenticator app for a signed-in user and switches it on.
func (w *world) enroll(s session) (secret string) {
	w.t.Helper()
	secret, _ = w.do("AssociateSoftwareToken", in{"AccessToken": s.access})["SecretCode"].(string)
	w.do("VerifySoftwareToken", in{"AccessToken": s.access, "UserCode": w.codeOf(secret, 0), "FriendlyDeviceName": "phone"})
	w.do("SetUserMFAPreference", in{"AccessToken": s.access, "SoftwareTokenMfaSettings": in{"Enabled": true, "PreferredMfa": true}})
	return secret
}

func TestTOTP_isAskedForOnceItIsSwitchedOn(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	s := w.enter("ann", password)
	w.refused("SetUserMFAPreference", in{"AccessToken": s.access, "SoftwareTokenMfaSettings": in{"Enabled": true}},
		"InvalidParameterException", "User has not verified software token mfa")
	secret, _ := w.do("AssociateSoftwareToken", in{"AccessToken": s.access})["SecretCode"].(string)
	w.refused("VerifySoftwareToken", in{"AccessToken": s.access, "UserCode": other(w.codeOf(secret, 0))},
		"EnableSoftwareTokenMFAException", "Code mismatch and fail enable Software Token MFA")
	w.do("VerifySoftwareToken", in{"AccessToken": s.access, "UserCode": w.codeOf(secret, 0), "FriendlyDeviceName": "phone"})
	w.enter("ann", password) // it is verified, and not on yet
	w.do("SetUserMFAPreference", in{"AccessToken": s.access, "SoftwareTokenMfaSettings": in{"Enabled": true, "PreferredMfa": true}})
	if got := w.do("GetUser", in{"AccessToken": s.access}); got["PreferredMfaSetting"] != "SOFTWARE_TOKEN_MFA" {
		t.Errorf("got %v, want the app preferred", got)
	}

	challenge, refusal := w.signIn("ann", password)
	if refusal != nil || challenge["ChallengeName"] != "SOFTWARE_TOKEN_MFA" || challenge["AuthenticationResult"] != nil {
		t.Fatalf("got %v, %v, want a challenge and no tokens", challenge, refusal)
	}
	if p := parametersOf(challenge); p["FRIENDLY_DEVICE_NAME"] != "phone" || p["USER_ID_FOR_SRP"] != "ann" {
		t.Errorf("got %v", p)
	}
	respond := func(code string) in {
		return w.public(in{"ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": challenge["Session"], "ChallengeResponses": in{"USERNAME": "ann", "SOFTWARE_TOKEN_MFA_CODE": code}})
	}
	w.refused("RespondToAuthChallenge", respond(other(w.codeOf(secret, 0))), "CodeMismatchException", "Invalid code received for user")
	w.refused("RespondToAuthChallenge", respond(w.codeOf(secret, 2)), "CodeMismatchException", "")
	w.refused("RespondToAuthChallenge", respond(w.codeOf(secret, 0)), "ExpiredCodeException", "Your software token has already been used once.")
	w.clock.advance(30 * time.Second)
	if got := sessionOf(w.do("RespondToAuthChallenge", respond(w.codeOf(secret, 0)))); got.access == "" {
		t.Error("the right code gave no tokens")
	}
	w.clock.advance(30 * time.Second)
	w.refused("RespondToAuthChallenge", respond(w.codeOf(secret, 0)), "NotAuthorizedException", "Invalid session for the user, session can only be used once.")

	challenge, _ = w.signIn("ann", password)
	w.clock.advance(3 * time.Minute)
	w.refused("RespondToAuthChallenge", respond(w.codeOf(secret, 0)), "NotAuthorizedException", "Invalid session for the user, session is expired.")

	s = w.freshWithTOTP("ann", secret)
	w.do("SetUserMFAPreference", in{"AccessToken": s.access, "SoftwareTokenMfaSettings": in{"Enabled": false}})
	w.enter("ann", password)
}

// freshWithTOTP signs in with a password and the code of the next step.
func (w *world) freshWithTOTP(name, secret string) session {
	w.t.Helper()
	w.clock.advance(30 * time.Second)
	challenge, refusal := w.signIn(name, password)
	if refusal != nil {
		w.t.Fatal(refusal)
	}
	return sessionOf(w.do("RespondToAuthChallenge", w.public(in{
		"ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": challenge["Session"],
		"ChallengeResponses": in{"USERNAME": name, "SOFTWARE_TOKEN_MFA_CODE": w.codeOf(secret, 0)},
	})))
}

func TestTOTP_canBeGuessedAtAsOftenAsAPassword(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	secret := w.enroll(w.enter("ann", password))
	w.clock.advance(30 * time.Second)
	for i := range 5 { // the password between them, which is right, does not help
		challenge, refusal := w.signIn("ann", password)
		if refusal != nil {
			t.Fatalf("guess %d: %v", i, refusal)
		}
		w.refused("RespondToAuthChallenge", w.public(in{
			"ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": challenge["Session"],
			"ChallengeResponses": in{"USERNAME": "ann", "SOFTWARE_TOKEN_MFA_CODE": other(w.codeOf(secret, 0))},
		}), "CodeMismatchException", "")
	}
	_, refusal := w.signIn("ann", password)
	wantRefusal(t, "after five", nil, refusal, "NotAuthorizedException", "Password attempts exceeded")
	w.freshWithTOTP("ann", secret)
}

func TestTOTP_ofALostDeviceCanBeDeletedByAnAdministrator(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	w.enroll(w.enter("ann", password))
	if challenge, _ := w.signIn("ann", password); challenge["ChallengeName"] != "SOFTWARE_TOKEN_MFA" {
		t.Fatalf("got %v", challenge)
	}
	w.do("AdminDeleteSoftwareToken", w.admin(in{"Username": "ann"}))
	w.enter("ann", password)
}

func TestAssociateSoftwareToken_keepsTheAppUntilTheNextIsVerified(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	s := w.enter("ann", password)
	secret := w.enroll(s)
	next, _ := w.do("AssociateSoftwareToken", in{"AccessToken": s.access})["SecretCode"].(string)
	s = w.freshWithTOTP("ann", secret)
	w.do("VerifySoftwareToken", in{"AccessToken": s.access, "UserCode": w.codeOf(next, 0)})
	w.freshWithTOTP("ann", next)
}

func TestAssociateSoftwareToken_needsAPoolWithMFA(t *testing.T) {
	w := newWorld(t, func(pool, _ map[string]any) {
		pool["MfaConfiguration"] = "OFF"
		delete(pool, "EnabledMfas")
	})
	w.person("ann", "ann@example.com")
	s := w.enter("ann", password)
	w.refused("AssociateSoftwareToken", in{"AccessToken": s.access}, "SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool")
	w.refused("AssociateSoftwareToken", in{}, "InvalidParameterException", "")
	w.refused("SetUserMFAPreference", in{"AccessToken": s.access, "SMSMfaSettings": in{"Enabled": true}}, "InvalidParameterException", "User does not have delivery config set to turn on SMS_MFA")
}

func TestMFASetup_isPartOfTheSignInWhereThePoolRequiresIt(t *testing.T) {
	w := newWorld(t, requireMFA)
	w.person("ann", "ann@example.com")
	challenge, _ := w.signIn("ann", password)
	if p := parametersOf(challenge); challenge["ChallengeName"] != "MFA_SETUP" || p["MFAS_CAN_SETUP"] != `["SOFTWARE_TOKEN_MFA"]` {
		t.Fatalf("got %v, want MFA_SETUP", challenge)
	}
	finish := func(session any) in {
		return w.public(in{"ChallengeName": "MFA_SETUP", "Session": session, "ChallengeResponses": in{"USERNAME": "ann"}})
	}
	w.refused("RespondToAuthChallenge", finish(challenge["Session"]), "NotAuthorizedException", "Invalid session for the user.")
	associated := w.do("AssociateSoftwareToken", in{"Session": challenge["Session"]})
	w.refused("RespondToAuthChallenge", finish(associated["Session"]), "NotAuthorizedException", "Invalid session for the user.")
	secret, _ := associated["SecretCode"].(string)
	w.refused("VerifySoftwareToken", in{"Session": associated["Session"], "UserCode": other(w.codeOf(secret, 0))}, "EnableSoftwareTokenMFAException", "")
	verified := w.do("VerifySoftwareToken", in{"Session": associated["Session"], "UserCode": w.codeOf(secret, 0)})
	if verified["Status"] != "SUCCESS" {
		t.Errorf("got %v", verified)
	}
	s := sessionOf(w.do("RespondToAuthChallenge", finish(verified["Session"])))
	if s.access == "" {
		t.Fatal("got no tokens")
	}
	w.refused("RespondToAuthChallenge", finish(verified["Session"]), "NotAuthorizedException", "Invalid session for the user, session can only be used once.")
	w.freshWithTOTP("ann", secret)
	// A session of the setup is no way around the app that the user has by now.
	w.refused("AssociateSoftwareToken", in{"Session": challenge["Session"]}, "NotAuthorizedException", "Invalid session for the user, session can only be used once.")
}

func TestMFASetup_canBeGuessedAtAsOftenAsAPassword(t *testing.T) {
	w := newWorld(t, requireMFA)
	w.person("ann", "ann@example.com")
	challenge, _ := w.signIn("ann", password)
	associated := w.do("AssociateSoftwareToken", in{"Session": challenge["Session"]})
	secret, _ := associated["SecretCode"].(string)
	verify := func(code string) in { return in{"Session": associated["Session"], "UserCode": code} }
	for range freePasswords {
		w.refused("VerifySoftwareToken", verify(other(w.codeOf(secret, 0))), "EnableSoftwareTokenMFAException", "")
	}
	w.refused("VerifySoftwareToken", verify(w.codeOf(secret, 0)), "NotAuthorizedException", "Password attempts exceeded")
	w.clock.advance(time.Second)
	w.do("VerifySoftwareToken", verify(w.codeOf(secret, 0)))
}

func TestNewPasswordRequired_replacesTheTemporaryPassword(t *testing.T) {
	w := newWorld(t)
	w.do("AdminCreateUser", w.admin(in{"Username": "ann", "TemporaryPassword": "Temporary-1-x", "UserAttributes": []in{{"Name": "email", "Value": "ann@example.com"}, {"Name": "email_verified", "Value": "true"}}}))
	begin := func() map[string]any {
		t.Helper()
		challenge, refusal := w.signIn("ann@example.com", "Temporary-1-x")
		if refusal != nil || challenge["ChallengeName"] != "NEW_PASSWORD_REQUIRED" {
			t.Fatalf("got %v, %v, want NEW_PASSWORD_REQUIRED", challenge, refusal)
		}
		return challenge
	}
	challenge := begin()
	if p := parametersOf(challenge); p["requiredAttributes"] != "[]" || p["userAttributes"] != `{"email":"ann@example.com","email_verified":"true"}` {
		t.Errorf("got %v", p)
	}
	respond := func(session any, extra in) in {
		responses := in{"USERNAME": "ann", "NEW_PASSWORD": password}
		for name, value := range extra {
			responses[name] = value
		}
		return w.public(in{"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": session, "ChallengeResponses": responses})
	}
	w.refused("RespondToAuthChallenge", respond(challenge["Session"], in{"NEW_PASSWORD": "short"}), "InvalidPasswordException", "Password does not conform to policy: Password not long enough")
	w.refused("RespondToAuthChallenge", respond(challenge["Session"], in{"userAttributes.name": "Ann"}), "NotAuthorizedException", "A client attempted to write unauthorized attribute")
	w.refused("RespondToAuthChallenge", respond(challenge["Session"], in{"USERNAME": "bob"}), "NotAuthorizedException", "Invalid session for the user.")
	w.refused("RespondToAuthChallenge", respond(nil, nil), "InvalidParameterException", "Missing required parameter Session")
	second := begin()
	if s := sessionOf(w.do("RespondToAuthChallenge", respond(challenge["Session"], nil))); s.access == "" {
		t.Fatal("got no tokens")
	}
	w.refused("RespondToAuthChallenge", respond(second["Session"], in{"NEW_PASSWORD": "Another-horse-1"}), "NotAuthorizedException", "Invalid session for the user.")
	w.enter("ann", password)
	_, refusal := w.signIn("ann", "Temporary-1-x")
	wantRefusal(t, "the temporary password", nil, refusal, "NotAuthorizedException", "Incorrect username or password.")
	// An administrator's next temporary password does not bring the session back.
	w.do("AdminSetUserPassword", w.admin(in{"Username": "ann", "Password": "Temporary-2-x"}))
	w.refused("RespondToAuthChallenge", respond(challenge["Session"], nil), "NotAuthorizedException", "Invalid session for the user, session can only be used once.")
}

func TestChallenges_areForTheUserWhoTheyWereMadeForAsTheyAreNow(t *testing.T) {
	w := newWorld(t)
	invite := w.admin(in{"Username": "ann", "TemporaryPassword": "Temporary-1-x", "UserAttributes": email("ann@example.com")})
	respond := func(session any) in {
		return w.public(in{"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": session, "ChallengeResponses": in{"USERNAME": "ann", "NEW_PASSWORD": password}})
	}
	w.do("AdminCreateUser", invite)
	challenge, _ := w.signIn("ann", "Temporary-1-x")
	w.do("AdminDeleteUser", w.admin(in{"Username": "ann"}))
	w.refused("RespondToAuthChallenge", respond(challenge["Session"]), "NotAuthorizedException", "Invalid session for the user.")
	w.do("AdminCreateUser", invite) // another one of the same name
	w.refused("RespondToAuthChallenge", respond(challenge["Session"]), "NotAuthorizedException", "Invalid session for the user.")
	challenge, _ = w.signIn("ann", "Temporary-1-x")
	w.do("AdminDisableUser", w.admin(in{"Username": "ann"}))
	w.refused("RespondToAuthChallenge", respond(challenge["Session"]), "NotAuthorizedException", "User is disabled.")
	w.do("AdminEnableUser", w.admin(in{"Username": "ann"}))
	w.do("RespondToAuthChallenge", respond(challenge["Session"])) // the control
}

func TestSetUserMFAPreference_canBeAnAdministrators(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	prefer := func(app in) in { return w.admin(in{"Username": "ann", "SoftwareTokenMfaSettings": app}) }
	w.refused("AdminSetUserMFAPreference", prefer(in{"Enabled": true}), "InvalidParameterException", "User has not verified software token mfa")
	w.enroll(w.enter("ann", password))
	w.do("AdminSetUserMFAPreference", prefer(in{"Enabled": false}))
	w.enter("ann", password)
	w.refused("AdminSetUserMFAPreference", prefer(in{"Enabled": false, "PreferredMfa": true}), "InvalidParameterException", "Software token MFA cannot be preferred and not enabled")
	w.do("AdminSetUserMFAPreference", prefer(in{"Enabled": true, "PreferredMfa": true}))
	if challenge, _ := w.signIn("ann", password); challenge["ChallengeName"] != "SOFTWARE_TOKEN_MFA" {
		t.Errorf("got %v", challenge)
	}
}

func TestNewPasswordRequired_asksForMissingAttributes(t *testing.T) {
	w := newWorld(t, func(pool, client map[string]any) {
		pool["Schema"] = []any{map[string]any{"Name": "name", "Required": true, "Mutable": true}}
		client["WriteAttributes"] = []any{"email", "name"}
	})
	w.do("AdminCreateUser", w.admin(in{"Username": "ann", "TemporaryPassword": "Temporary-1-x", "UserAttributes": []in{{"Name": "email", "Value": "ann@example.com"}, {"Name": "name", "Value": "Ann"}}}))
	w.refused("AdminCreateUser", w.admin(in{"Username": "bob", "UserAttributes": []in{{"Name": "email", "Value": "bob@example.com"}}}), "InvalidParameterException", "Attributes did not conform to the schema: name: The attribute is required")
	challenge, _ := w.signIn("ann", "Temporary-1-x")
	w.do("RespondToAuthChallenge", w.public(in{"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": challenge["Session"], "ChallengeResponses": in{"USERNAME": "ann", "NEW_PASSWORD": password, "userAttributes.name": "Anna"}}))
	if u, _ := w.service.User(w.pool, "ann"); u.Attributes["name"] != "Anna" {
		t.Errorf("got %v, want the name that was given", u.Attributes)
	}
}

func TestTemporaryPassword_expires(t *testing.T) {
	w := newWorld(t)
	create := in{"Username": "ann", "TemporaryPassword": "Temporary-1-x", "UserAttributes": []in{{"Name": "email", "Value": "ann@example.com"}}}
	w.do("AdminCreateUser", w.admin(create))
	w.clock.advance(3*24*time.Hour + time.Second)
	_, refusal := w.signIn("ann", "Temporary-1-x")
	wantRefusal(t, "after three days", nil, refusal, "NotAuthorizedException", "Temporary password has expired and must be reset by an administrator.")
	create["MessageAction"] = "RESEND"
	w.do("AdminCreateUser", w.admin(create))
	if challenge, _ := w.signIn("ann", "Temporary-1-x"); challenge["ChallengeName"] != "NEW_PASSWORD_REQUIRED" {
		t.Errorf("after another invitation: got %v", challenge)
	}
}
