package cognito

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/cognito/properties"
)

func TestAdminCreateUser_invitesByMail(t *testing.T) {
	w := newWorld(t)
	output := w.do("AdminCreateUser", w.admin(in{"Username": "Ann", "UserAttributes": email("ann@example.com"), "DesiredDeliveryMediums": []string{"EMAIL"}}))
	u, _ := w.service.User(w.pool, "ann")
	at := float64(w.clock.Now().UnixMilli()) / 1000
	want := map[string]any{
		"Username": "ann", "Enabled": true, "UserStatus": "FORCE_CHANGE_PASSWORD", "UserCreateDate": at, "UserLastModifiedDate": at,
		"Attributes": []any{map[string]any{"Name": "sub", "Value": u.Sub}, map[string]any{"Name": "email", "Value": "ann@example.com"}},
	}
	if diff := cmp.Diff(want, output["User"]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	mail := w.inbox.Messages()[0]
	if mail.To != "ann@example.com" || mail.Purpose != "AdminCreateUser" || !strings.Contains(mail.Body, mail.Code) || !strings.Contains(mail.Body, "ann") {
		t.Errorf("got %+v", mail)
	}
	first := mail.Code
	if challenge, refusal := w.signIn("ann", first); refusal != nil || challenge["ChallengeName"] != "NEW_PASSWORD_REQUIRED" {
		t.Errorf("got %v, %v", challenge, refusal)
	}
	// RESEND gives another password; it needs a user who has none of their own.
	w.do("AdminCreateUser", w.admin(in{"Username": "ann", "MessageAction": "RESEND"}))
	_, refusal := w.signIn("ann", first)
	wantRefusal(t, "the first temporary password", nil, refusal, "NotAuthorizedException", "Incorrect username or password.")
	if challenge, refusal := w.signIn("ann", w.lastCode("ann@example.com")); refusal != nil || challenge["ChallengeName"] != "NEW_PASSWORD_REQUIRED" {
		t.Errorf("got %v, %v", challenge, refusal)
	}
	w.person("bob", "bob@example.com")
	w.refused("AdminCreateUser", w.admin(in{"Username": "bob", "MessageAction": "RESEND"}), "UnsupportedUserStateException", "")
	w.refused("AdminCreateUser", w.admin(in{"Username": "nobody", "MessageAction": "RESEND"}), "UserNotFoundException", "")
	w.refused("AdminCreateUser", w.admin(in{"Username": "BOB", "UserAttributes": email("b@example.com")}), "UsernameExistsException", "")
	w.refused("AdminCreateUser", w.admin(in{"Username": "carol", "UserAttributes": email("c@example.com"), "TemporaryPassword": "short"}), "InvalidPasswordException", "")

	sent := len(w.inbox.Messages())
	w.do("AdminCreateUser", w.admin(in{"Username": "dan", "UserAttributes": email("dan@example.com"), "MessageAction": "SUPPRESS", "TemporaryPassword": password}))
	if got := len(w.inbox.Messages()); got != sent {
		t.Errorf("got %d mails, want none more than %d", got, sent)
	}
	if challenge, refusal := w.signIn("dan", password); refusal != nil || challenge["ChallengeName"] != "NEW_PASSWORD_REQUIRED" {
		t.Errorf("got %v, %v", challenge, refusal)
	}
}

func TestAdminCreateUser_makesUpPasswordsThatThePolicyAllows(t *testing.T) {
	w := newWorld(t)
	seen := map[string]bool{}
	for range 100 {
		made := w.service.newPassword()
		if err := (&properties.Pool{}).CheckPassword(made, ""); err != nil || len(made) != 16 || seen[made] {
			t.Fatalf("got %q: %v", made, err)
		}
		seen[made] = true
	}
}

func TestAdminCreateUser_takesAnAddressByForceOnly(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "shared@example.com")
	attributes := append(email("shared@example.com"), in{"Name": "email_verified", "Value": "true"})
	w.refused("AdminCreateUser", w.admin(in{"Username": "bob", "UserAttributes": attributes}), "AliasExistsException", "An account with the email already exists.")
	if _, there := w.service.User(w.pool, "bob"); there {
		t.Error("the user who was refused is there")
	}
	w.do("AdminCreateUser", w.admin(in{"Username": "bob", "UserAttributes": attributes, "ForceAliasCreation": true}))
	w.wantAddress("ann", "ann", "shared@example.com", "false")
	if u, _ := w.service.User(w.pool, "shared@example.com"); u.Username != "bob" {
		t.Errorf("the address is %q's, want bob's", u.Username)
	}
}

func TestAdminSetUserPassword_isPermanentOrNot(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	w.refused("AdminSetUserPassword", w.admin(in{"Username": "ann", "Password": "Correcthorse", "Permanent": true}), "InvalidPasswordException", "Password does not conform to policy: Password must have numeric characters")
	w.do("AdminSetUserPassword", w.admin(in{"Username": "ann", "Password": nextPassword, "Permanent": true}))
	w.opens("ann", nextPassword)
	w.do("AdminSetUserPassword", w.admin(in{"Username": "ann", "Password": password}))
	if challenge, refusal := w.signIn("ann", password); refusal != nil || challenge["ChallengeName"] != "NEW_PASSWORD_REQUIRED" {
		t.Errorf("got %v, %v, want a temporary password", challenge, refusal)
	}
	// It confirms who never did, as scripts that make users rely on.
	w.signUp("new", "new@example.com")
	w.do("AdminSetUserPassword", w.admin(in{"Username": "new", "Password": nextPassword, "Permanent": true}))
	w.opens("new", nextPassword)
	w.refused("AdminSetUserPassword", w.admin(in{"Username": "nobody", "Password": password}), "UserNotFoundException", "User does not exist.")
}

func TestAdminResetUserPassword_takesThePasswordAway(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	s := w.enter("ann", password)
	w.do("AdminResetUserPassword", w.admin(in{"Username": "ann"}))
	_, refusal := w.signIn("ann", password)
	wantRefusal(t, "the old password", nil, refusal, "PasswordResetRequiredException", "Password reset required for the user")
	_, refusal = w.signIn("ann", "Wrong-horse-1")
	wantRefusal(t, "a wrong password", nil, refusal, "NotAuthorizedException", "Incorrect username or password.")
	w.refused("GetUser", in{"AccessToken": s.access}, "PasswordResetRequiredException", "")
	w.refused("GetTokensFromRefreshToken", w.public(in{"RefreshToken": s.refresh}), "PasswordResetRequiredException", "")
	w.do("ConfirmForgotPassword", w.public(in{"Username": "ann", "ConfirmationCode": w.lastCode("ann@example.com"), "Password": nextPassword}))
	w.opens("ann", nextPassword)
}

// M64: who is disabled does not get in, and does not stay in.
func TestAdminDisableUser_endsSignInsAndAllowsNone(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	s := w.enter("ann", password)
	w.do("AdminDisableUser", w.admin(in{"Username": "ann"}))
	_, refusal := w.signIn("ann", password)
	wantRefusal(t, "the right password", nil, refusal, "NotAuthorizedException", "User is disabled.")
	_, refusal = w.signIn("ann", "Wrong-horse-1")
	wantRefusal(t, "a wrong password", nil, refusal, "NotAuthorizedException", "Incorrect username or password.")
	w.refused("GetUser", in{"AccessToken": s.access}, "NotAuthorizedException", "User is disabled.")
	w.refused("GetTokensFromRefreshToken", w.public(in{"RefreshToken": s.refresh}), "NotAuthorizedException", "")
	w.do("AdminEnableUser", w.admin(in{"Username": "ann"}))
	w.refused("GetTokensFromRefreshToken", w.public(in{"RefreshToken": s.refresh}), "NotAuthorizedException", "Refresh Token has been revoked")
	w.enter("ann", password)
}

// A script that knows a sub never hits who has the name by now.
func TestAdminDeleteUser_takesASubForAName(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	first, _ := w.service.User(w.pool, "ann")
	bySub := w.admin(in{"Username": first.Sub})
	if got := w.do("AdminGetUser", bySub); got["Username"] != "ann" {
		t.Errorf("got %v, want ann", got)
	}
	w.do("AdminDeleteUser", bySub)
	w.person("ann", "ann@example.com")
	for _, operation := range []string{"AdminGetUser", "AdminDeleteUser", "AdminDisableUser", "AdminEnableUser", "AdminUserGlobalSignOut"} {
		w.refused(operation, bySub, "UserNotFoundException", "User does not exist.")
	}
	if second, there := w.service.User(w.pool, "ann"); !there || second.Sub == first.Sub || !second.Enabled {
		t.Errorf("control: got %+v, %t, want the second ann as she was", second, there)
	}
}

func TestAdminConfirmSignUp_verifiesNoAddress(t *testing.T) {
	w := newWorld(t)
	w.signUp("ann", "ann@example.com")
	w.do("AdminConfirmSignUp", w.admin(in{"Username": "ann"}))
	w.enter("ann", password)
	w.wantAddress("after it", "ann", "ann@example.com", "false")
	w.refused("AdminConfirmSignUp", w.admin(in{"Username": "ann"}), "NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED")
	w.refused("AdminConfirmSignUp", w.admin(in{"Username": "nobody"}), "UserNotFoundException", "User does not exist.")
}

func TestAdminUpdateUserAttributes_believesWhatIsSaidOfAnAddress(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	w.person("bob", "bob@example.com")
	update := func(attributes []in) in { return w.admin(in{"Username": "ann", "UserAttributes": attributes}) }
	verified := in{"Name": "email_verified", "Value": "true"}

	w.do("AdminUpdateUserAttributes", update(append(email("new@example.com"), verified)))
	w.wantAddress("verified", "ann", "new@example.com", "true")
	w.enter("new@example.com", password)
	_, refusal := w.signIn("ann@example.com", password)
	wantRefusal(t, "the old address", nil, refusal, "NotAuthorizedException", "")

	w.do("AdminUpdateUserAttributes", update(email("third@example.com")))
	w.wantAddress("unsaid", "ann", "new@example.com", "true")
	s := w.enter("new@example.com", password)
	w.do("VerifyUserAttribute", in{"AccessToken": s.access, "AttributeName": "email", "Code": w.lastCode("third@example.com")})
	w.wantAddress("unsaid, and verified", "ann", "third@example.com", "true")

	w.do("AdminUpdateUserAttributes", update(append(email("fourth@example.com"), in{"Name": "email_verified", "Value": "false"})))
	w.wantAddress("said to be unverified", "ann", "fourth@example.com", "false")
	_, refusal = w.signIn("fourth@example.com", password)
	wantRefusal(t, "the unverified address", nil, refusal, "NotAuthorizedException", "")

	w.refused("AdminUpdateUserAttributes", update(append(email("bob@example.com"), verified)), "AliasExistsException", "")
	w.wantAddress("refused", "ann", "fourth@example.com", "false")
	for name, message := range map[string]string{
		"sub":            "Cannot modify the non-mutable attribute sub",
		"cognito:groups": "Attributes did not conform to the schema: Type for attribute {cognito:groups} could not be determined",
		"custom:role":    "Attributes did not conform to the schema: Type for attribute {custom:role} could not be determined",
	} {
		w.refused("AdminUpdateUserAttributes", update([]in{{"Name": name, "Value": "x"}}), "InvalidParameterException", message)
	}
	w.do("AdminUpdateUserAttributes", update([]in{{"Name": "nickname", "Value": "A"}}))
	w.do("AdminDeleteUserAttributes", w.admin(in{"Username": "ann", "UserAttributeNames": []string{"nickname"}}))
	if u, _ := w.service.User(w.pool, "ann"); u.Attributes["nickname"] != "" {
		t.Errorf("got %v", u.Attributes)
	}
	// The pool requires no attribute: an address may go, and nobody signs in by it then.
	w.do("AdminDeleteUserAttributes", w.admin(in{"Username": "ann", "UserAttributeNames": []string{"email"}}))
	if u, _ := w.service.User(w.pool, "ann"); u.Attributes["email"] != "" {
		t.Errorf("got %v", u.Attributes)
	}
	_, refusal = w.signIn("fourth@example.com", password)
	wantRefusal(t, "the address that went", nil, refusal, "NotAuthorizedException", "")
	if _, refusal = w.signIn("ann", password); refusal != nil {
		t.Errorf("by name: %v", refusal)
	}
}

func TestAdminGetUser_showsAllOfAUser(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	created := w.clock.Now()
	s := w.enter("ann", password)
	w.clock.advance(time.Minute)
	w.enroll(s)
	u, _ := w.service.User(w.pool, "ann")
	want := map[string]any{
		"Username": "ann", "Enabled": true, "UserStatus": "CONFIRMED",
		"UserCreateDate": float64(created.Unix()), "UserLastModifiedDate": float64(created.Unix() + 60),
		"PreferredMfaSetting": "SOFTWARE_TOKEN_MFA", "UserMFASettingList": []any{"SOFTWARE_TOKEN_MFA"},
		"UserAttributes": []any{
			map[string]any{"Name": "sub", "Value": u.Sub}, map[string]any{"Name": "email", "Value": "ann@example.com"},
			map[string]any{"Name": "email_verified", "Value": "true"},
		},
	}
	if diff := cmp.Diff(want, w.do("AdminGetUser", w.admin(in{"Username": "ANN@example.com"}))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	w.refused("AdminGetUser", w.admin(in{"Username": "nobody"}), "UserNotFoundException", "User does not exist.")
	w.refused("AdminGetUser", in{"UserPoolId": "us-east-1_none", "Username": "ann"}, "ResourceNotFoundException", "User pool us-east-1_none does not exist.")
}

func TestAdminDeleteUser_isFinal(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	w.do("AdminDeleteUser", w.admin(in{"Username": "ann"}))
	w.refused("AdminDeleteUser", w.admin(in{"Username": "ann"}), "UserNotFoundException", "")
	_, refusal := w.signIn("ann", password)
	wantRefusal(t, "sign-in", nil, refusal, "NotAuthorizedException", "Incorrect username or password.")
}
