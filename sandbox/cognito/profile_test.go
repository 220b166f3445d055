package cognito

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// email is the attribute alone.
func email(address string) []in { return []in{{"Name": "email", "Value": address}} }

// wantAddress compares a user's address, and whether it is verified.
func (w *world) wantAddress(when, name, address, verified string) {
	w.t.Helper()
	u, ok := w.service.User(w.pool, name)
	if !ok || u.Attributes["email"] != address || u.Attributes["email_verified"] != verified {
		w.t.Errorf("%s: got %v, want %s, verified %s", when, u.Attributes, address, verified)
	}
}

// M61: another address counts when its owner has proved it, and not before.
func TestUpdateUserAttributes_keepsTheAddressUntilTheNewOneIsVerified(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	s := w.enter("ann", password)
	output := w.do("UpdateUserAttributes", in{"AccessToken": s.access, "UserAttributes": email("new@other.org")})
	if want := []any{map[string]any{"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "n***@o***"}}; !cmp.Equal(output["CodeDeliveryDetailsList"], any(want)) {
		t.Errorf("got %v, want a code at the new address", output)
	}
	w.wantAddress("before the code", "ann", "ann@example.com", "true")
	w.enter("ann@example.com", password)
	_, refusal := w.signIn("new@other.org", password)
	wantRefusal(t, "the new address", nil, refusal, "NotAuthorizedException", "")

	code := w.lastCode("new@other.org")
	verify := func(code string) in {
		return in{"AccessToken": s.access, "AttributeName": "email", "Code": code}
	}
	w.refused("VerifyUserAttribute", verify(other(code)), "CodeMismatchException", "")
	w.wantAddress("after a wrong code", "ann", "ann@example.com", "true")
	w.do("VerifyUserAttribute", verify(code))
	w.wantAddress("after the code", "ann", "new@other.org", "true")
	w.enter("new@other.org", password)
	_, refusal = w.signIn("ann@example.com", password)
	wantRefusal(t, "the old address", nil, refusal, "NotAuthorizedException", "")
	w.refused("VerifyUserAttribute", verify(code), "ExpiredCodeException", "")

	// The address that was given up is there for others.
	w.person("bob", "ann@example.com")
	w.enter("ann@example.com", password)
}

// M61: the address of somebody else can't be taken from them, and nothing is learnt of them before one can read their mail.
func TestUpdateUserAttributes_leavesAnAddressToItsOwner(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	w.person("eve", "eve@example.com")
	s := w.enter("eve", password)
	known := w.do("UpdateUserAttributes", in{"AccessToken": s.access, "UserAttributes": email("Ann@Example.com")})
	unknown := w.do("UpdateUserAttributes", in{"AccessToken": s.access, "UserAttributes": email("Abe@Example.com")})
	if !cmp.Equal(known, unknown) {
		t.Errorf("got %v for an address that is taken, and %v for one that is not", known, unknown)
	}
	w.do("UpdateUserAttributes", in{"AccessToken": s.access, "UserAttributes": email("Ann@Example.com")})
	w.wantAddress("eve", "eve", "eve@example.com", "true")
	w.refused("VerifyUserAttribute", in{"AccessToken": s.access, "AttributeName": "email", "Code": w.lastCode("Ann@Example.com")},
		"AliasExistsException", "An account with the email already exists.")
	w.wantAddress("eve, with the code", "eve", "eve@example.com", "true")
	w.wantAddress("ann", "ann", "ann@example.com", "true")
	if got := w.do("GetUser", in{"AccessToken": w.enter("ann@example.com", password).access}); got["Username"] != "ann" {
		t.Errorf("ann's address signs in %v", got["Username"])
	}
}

// M61 and M68: what says who one is, or what one may, is nobody's own to write.
func TestUpdateUserAttributes_takesWhatTheClientMayWriteAndNoMore(t *testing.T) {
	custom := func(pool, client map[string]any) {
		pool["Schema"] = []any{map[string]any{"Name": "role", "AttributeDataType": "String", "Mutable": true}}
		client["WriteAttributes"] = []any{"email", "name"}
	}
	w := newWorld(t, custom)
	w.person("ann", "ann@example.com")
	s := w.enter("ann", password)
	for _, name := range []string{
		"custom:role", "custom:tenant", "role", "email_verified", "phone_number_verified", "sub", "cognito:groups", "cognito:username", "groups", "nickname",
	} {
		input := in{"AccessToken": s.access, "UserAttributes": []in{{"Name": "name", "Value": "Ann"}, {"Name": name, "Value": "Admins"}}}
		w.refused("UpdateUserAttributes", input, "NotAuthorizedException", "A client attempted to write unauthorized attribute")
		w.refused("DeleteUserAttributes", in{"AccessToken": s.access, "UserAttributeNames": []string{name}}, "NotAuthorizedException", "")
	}
	if u, _ := w.service.User(w.pool, "ann"); u.Attributes["name"] != "" || len(u.Groups) > 0 {
		t.Errorf("got %+v, want no part of what was refused", u)
	}
	w.do("UpdateUserAttributes", in{"AccessToken": s.access, "UserAttributes": []in{{"Name": "name", "Value": "Ann"}}}) // the control
	w.refused("UpdateUserAttributes", in{"AccessToken": s.access, "UserAttributes": []in{{"Name": "name", "Value": "A"}, {"Name": "name", "Value": "B"}}},
		"InvalidParameterException", "Attribute name is given twice")
	if u, _ := w.service.User(w.pool, "ann"); u.Attributes["name"] != "Ann" {
		t.Errorf("got %+v, want the name", u)
	}
	// Of a client that may write everything the same is true of what says who one is.
	w = newWorld(t, func(pool, client map[string]any) { custom(pool, client); delete(client, "WriteAttributes") })
	w.person("ann", "ann@example.com")
	s = w.enter("ann", password)
	for name, code := range map[string]string{
		"sub": "NotAuthorizedException", "email_verified": "NotAuthorizedException", "cognito:groups": "InvalidParameterException",
		"cognito:username": "InvalidParameterException", "role": "InvalidParameterException", "custom:tenant": "InvalidParameterException",
	} {
		w.refused("UpdateUserAttributes", in{"AccessToken": s.access, "UserAttributes": []in{{"Name": name, "Value": "true"}}}, code, "")
	}
	w.do("UpdateUserAttributes", in{"AccessToken": s.access, "UserAttributes": []in{{"Name": "custom:role", "Value": "x"}}})
	if _, claims, _, _ := decoded(t, w.enter("ann", password).id); claims["cognito:groups"] != nil || claims["cognito:roles"] != nil || claims["cognito:username"] != "ann" {
		t.Errorf("M68: got %v, want no group", claims)
	}
}

func TestUpdateUserAttributes_replacesAtOnceWhereThePoolDoesNotKeepTheOriginal(t *testing.T) {
	w := newWorld(t, func(pool, _ map[string]any) { delete(pool, "UserAttributeUpdateSettings") })
	w.person("ann", "ann@example.com")
	s := w.enter("ann", password)
	w.do("UpdateUserAttributes", in{"AccessToken": s.access, "UserAttributes": email("new@example.com")})
	w.wantAddress("before the code", "ann", "new@example.com", "false")
	for _, address := range []string{"ann@example.com", "new@example.com"} {
		_, refusal := w.signIn(address, password)
		wantRefusal(t, address, nil, refusal, "NotAuthorizedException", "Incorrect username or password.")
	}
	w.do("VerifyUserAttribute", in{"AccessToken": s.access, "AttributeName": "email", "Code": w.lastCode("new@example.com")})
	w.wantAddress("after the code", "ann", "new@example.com", "true")
	w.enter("new@example.com", password)
}

func TestVerificationCode_isSentAgainGuessedAtFiveTimesAndExpires(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	s := w.enter("ann", password)
	w.do("UpdateUserAttributes", in{"AccessToken": s.access, "UserAttributes": email("new@example.com")})
	if got := w.do("GetUserAttributeVerificationCode", in{"AccessToken": s.access, "AttributeName": "email"}); len(w.inbox.Messages()) != 3 {
		t.Errorf("got %v and %d mails, want another code", got, len(w.inbox.Messages()))
	}
	code := w.lastCode("new@example.com")
	for range 5 {
		w.refused("VerifyUserAttribute", in{"AccessToken": s.access, "AttributeName": "email", "Code": other(code)}, "CodeMismatchException", "")
	}
	w.refused("VerifyUserAttribute", in{"AccessToken": s.access, "AttributeName": "email", "Code": code}, "LimitExceededException", "")
	w.clock.advance(24 * time.Hour)
	s = w.enter("ann", password)
	w.refused("VerifyUserAttribute", in{"AccessToken": s.access, "AttributeName": "email", "Code": code}, "ExpiredCodeException", "")
	w.wantAddress("after a day", "ann", "ann@example.com", "true")
	// Nothing is pending any more: a code goes to the address that the user has.
	w.do("GetUserAttributeVerificationCode", in{"AccessToken": s.access, "AttributeName": "email"})
	if m := w.inbox.Messages(); m[len(m)-1].To != "ann@example.com" {
		t.Errorf("got a mail to %s", m[len(m)-1].To)
	}
	w.refused("GetUserAttributeVerificationCode", in{"AccessToken": s.access, "AttributeName": "phone_number"}, "InvalidParameterException", "")
	w.refused("VerifyUserAttribute", in{"AccessToken": s.access, "AttributeName": "phone_number", "Code": code}, "InvalidParameterException", "")
}

func TestDeleteUserAttributes_keepsWhatThePoolRequires(t *testing.T) {
	w := newWorld(t, func(pool, client map[string]any) {
		pool["Schema"] = []any{map[string]any{"Name": "email", "Required": true}}
		client["WriteAttributes"] = []any{"email", "name"}
	})
	w.person("ann", "ann@example.com")
	s := w.enter("ann", password)
	w.refused("DeleteUserAttributes", in{"AccessToken": s.access, "UserAttributeNames": []string{"email"}}, "InvalidParameterException", "")
	w.wantAddress("after all", "ann", "ann@example.com", "true")
	w.enter("ann@example.com", password)
	w.do("UpdateUserAttributes", in{"AccessToken": s.access, "UserAttributes": []in{{"Name": "name", "Value": "Ann"}}})
	w.do("DeleteUserAttributes", in{"AccessToken": s.access, "UserAttributeNames": []string{"name"}})
	if u, _ := w.service.User(w.pool, "ann"); u.Attributes["name"] != "" {
		t.Errorf("got %v", u.Attributes)
	}
}

func TestGetUser_showsWhatTheClientMayRead(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	w.do("AdminUpdateUserAttributes", w.admin(in{"Username": "ann", "UserAttributes": []in{{"Name": "nickname", "Value": "A"}}}))
	u, _ := w.service.User(w.pool, "ann")
	want := map[string]any{"Username": "ann", "UserAttributes": []any{
		map[string]any{"Name": "sub", "Value": u.Sub}, map[string]any{"Name": "email", "Value": "ann@example.com"}, map[string]any{"Name": "email_verified", "Value": "true"},
	}}
	if diff := cmp.Diff(want, w.do("GetUser", in{"AccessToken": w.enter("ann", password).access})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDeleteUser_leavesNothingOfTheUser(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	w.person("annabel", "annabel@example.com") // her keys begin with the same letters
	s, hers := w.enter("ann", password), w.enter("annabel", password)
	w.do("ForgotPassword", w.public(in{"Username": "ann"}))
	code := w.lastCode("ann@example.com")
	w.do("DeleteUser", in{"AccessToken": s.access})
	if _, there := w.service.User(w.pool, "ann"); there {
		t.Error("the user is there")
	}
	w.refused("GetTokensFromRefreshToken", w.public(in{"RefreshToken": s.refresh}), "NotAuthorizedException", "")
	w.refused("ConfirmForgotPassword", w.public(in{"Username": "ann", "ConfirmationCode": code, "Password": password}), "ExpiredCodeException", "")
	_, refusal := w.signIn("ann@example.com", password)
	wantRefusal(t, "sign-in", nil, refusal, "NotAuthorizedException", "Incorrect username or password.")
	w.do("GetUser", in{"AccessToken": hers.access})
	w.do("GetTokensFromRefreshToken", w.public(in{"RefreshToken": hers.refresh}))

	w.person("ann", "ann@example.com") // another one
	w.enter("ann@example.com", password)
	w.refused("GetTokensFromRefreshToken", w.public(in{"RefreshToken": s.refresh}), "NotAuthorizedException", "")
}
