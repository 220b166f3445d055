package cognito

import (
	"testing"
	"time"
)

func TestSignUp_confirmsTheAddressByItsCode(t *testing.T) {
	w := newWorld(t)
	output := w.do("SignUp", w.public(in{"Username": "ann", "Password": password, "UserAttributes": []in{{"Name": "email", "Value": "ann@example.com"}}}))
	details, _ := output["CodeDeliveryDetails"].(map[string]any)
	if output["UserConfirmed"] != false || details["Destination"] != "a***@e***" || details["DeliveryMedium"] != "EMAIL" || details["AttributeName"] != "email" {
		t.Errorf("got %v, want an unconfirmed user and a code at a***@e***", output)
	}
	mail := w.inbox.Messages()[0]
	if mail.To != "ann@example.com" || mail.Body != "Your verification code is "+mail.Code+"." || mail.Subject != "Your verification code" || len(mail.Code) != 6 {
		t.Errorf("got %+v, want six digits in the words of the template", mail)
	}
	if u, _ := w.service.User(w.pool, "ann"); u.Status != "UNCONFIRMED" || u.Attributes["email_verified"] != "false" || u.Sub != output["UserSub"] {
		t.Errorf("before: got %+v", u)
	}
	w.refused("ConfirmSignUp", w.public(in{"Username": "ann", "ConfirmationCode": other(mail.Code)}),
		"CodeMismatchException", "Invalid verification code provided, please try again.")
	w.do("ConfirmSignUp", w.public(in{"Username": "ann", "ConfirmationCode": mail.Code}))
	if u, _ := w.service.User(w.pool, "ann"); u.Status != "CONFIRMED" || u.Attributes["email_verified"] != "true" {
		t.Errorf("after: got %+v", u)
	}
	w.refused("ConfirmSignUp", w.public(in{"Username": "ann", "ConfirmationCode": mail.Code}),
		"NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED")
}

// A1. The pool has no schema that asks for an address; that it verifies one is what keeps out who gives none.
func TestSignUp_withoutAnAddressIsNeverConfirmedAndNeverSignsIn(t *testing.T) {
	for name, attributes := range map[string][]in{"none": {}, "an empty one": email("")} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			output := w.do("SignUp", w.public(in{"Username": "ann", "Password": password, "UserAttributes": attributes}))
			if output["UserConfirmed"] != false || output["CodeDeliveryDetails"] != nil {
				t.Errorf("got %v, want an unconfirmed user and no code", output)
			}
			refusedToSignIn := func() {
				t.Helper()
				output, refusal := w.signIn("ann", password)
				wantRefusal(t, "sign-in", output, refusal, "UserNotConfirmedException", "User is not confirmed.")
			}
			refusedToSignIn()
			for _, code := range []string{"000000", "123456"} {
				w.refused("ConfirmSignUp", w.public(in{"Username": "ann", "ConfirmationCode": code}), "ExpiredCodeException", "")
			}
			w.refused("ResendConfirmationCode", w.public(in{"Username": "ann"}), "InvalidParameterException", "")
			// Nor by a forgotten password: the answer is that for a user who is not there, and nothing is mailed.
			w.do("ForgotPassword", w.public(in{"Username": "ann"}))
			w.refused("ConfirmForgotPassword", w.public(in{"Username": "ann", "ConfirmationCode": "123456", "Password": nextPassword}), "CodeMismatchException", "")
			refusedToSignIn()
			if mails := w.inbox.Messages(); len(mails) != 0 {
				t.Errorf("got the mails %v, want none", mails)
			}
			// The control: the same with an address.
			w.person("bob", "bob@example.com")
			w.enter("bob", password)
			w.enter("bob@example.com", password)
		})
	}
}

// A1. The address is no longer required, so users may delete their own. Then they have their name, and no way to recover.
func TestProfile_withoutItsAddressSignsInByNameAlone(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	w.do("DeleteUserAttributes", in{"AccessToken": w.enter("ann@example.com", password).access, "UserAttributeNames": []string{"email"}})
	output, refusal := w.signIn("ann@example.com", password)
	wantRefusal(t, "by the address", output, refusal, "NotAuthorizedException", "Incorrect username or password.")
	sent := len(w.inbox.Messages())
	w.do("ForgotPassword", w.public(in{"Username": "ann"}))
	if got := len(w.inbox.Messages()) - sent; got != 0 {
		t.Errorf("got %d mails with a code, want none", got)
	}
	s := w.enter("ann", password)
	// It can be somebody else's then, and the user can prove another.
	w.person("bob", "ann@example.com")
	w.enter("ann@example.com", password)
	w.do("UpdateUserAttributes", in{"AccessToken": s.access, "UserAttributes": email("new@example.com")})
	w.do("VerifyUserAttribute", in{"AccessToken": s.access, "AttributeName": "email", "Code": w.lastCode("new@example.com")})
	w.enter("new@example.com", password)
}

func TestConfirmSignUp_refusesAnOldCodeAndTakesANewOne(t *testing.T) {
	w := newWorld(t)
	w.signUp("ann", "ann@example.com")
	old := w.lastCode("ann@example.com")
	w.clock.advance(24 * time.Hour)
	w.refused("ConfirmSignUp", w.public(in{"Username": "ann", "ConfirmationCode": old}),
		"ExpiredCodeException", "Invalid code provided, please request a code again.")
	w.do("ResendConfirmationCode", w.public(in{"Username": "ann"}))
	if old == w.lastCode("ann@example.com") {
		t.Skip("the new code is the old one, one time in a million")
	}
	w.refused("ConfirmSignUp", w.public(in{"Username": "ann", "ConfirmationCode": old}), "CodeMismatchException", "")
	w.do("ConfirmSignUp", w.public(in{"Username": "ann", "ConfirmationCode": w.lastCode("ann@example.com")}))
	w.refused("ResendConfirmationCode", w.public(in{"Username": "ann"}), "InvalidParameterException", "User is already confirmed.")
}

func TestConfirmSignUp_canBeGuessedAtFiveTimesAnHour(t *testing.T) {
	w := newWorld(t)
	w.signUp("ann", "ann@example.com")
	code := w.lastCode("ann@example.com")
	for range 5 {
		w.refused("ConfirmSignUp", w.public(in{"Username": "ann", "ConfirmationCode": other(code)}), "CodeMismatchException", "")
	}
	// Neither the right code nor a new one helps until the hour is over.
	w.refused("ConfirmSignUp", w.public(in{"Username": "ann", "ConfirmationCode": code}),
		"LimitExceededException", "Attempt limit exceeded, please try after some time.")
	w.do("ResendConfirmationCode", w.public(in{"Username": "ann"}))
	code = w.lastCode("ann@example.com")
	w.refused("ConfirmSignUp", w.public(in{"Username": "ann", "ConfirmationCode": code}), "LimitExceededException", "")
	w.clock.advance(time.Hour)
	w.do("ConfirmSignUp", w.public(in{"Username": "ann", "ConfirmationCode": code}))
}

func TestResendConfirmationCode_sendsTwentyCodesAnHour(t *testing.T) {
	w := newWorld(t)
	w.signUp("ann", "ann@example.com")
	for range freeRequests - 1 {
		w.do("ResendConfirmationCode", w.public(in{"Username": "ann"}))
	}
	w.refused("ResendConfirmationCode", w.public(in{"Username": "ann"}), "LimitExceededException", "")
	if got := len(w.inbox.Messages()); got != freeRequests {
		t.Errorf("got %d mails, want %d", got, freeRequests)
	}
	w.clock.advance(time.Hour)
	w.do("ResendConfirmationCode", w.public(in{"Username": "ann"}))
}

// M19.
func TestResendConfirmationCode_hidesWhetherThereIsAUser(t *testing.T) {
	w := newWorld(t)
	w.signUp("off", "off@example.com")
	w.do("AdminDisableUser", w.admin(in{"Username": "off"}))
	w.signUp("new", "new@example.com")
	sent := len(w.inbox.Messages())
	for _, name := range []string{"new", "off", "nobody", "nobody@example.com"} {
		details, _ := w.do("ResendConfirmationCode", w.public(in{"Username": name}))["CodeDeliveryDetails"].(map[string]any)
		if destination, _ := details["Destination"].(string); len(destination) != len("n***@e***") || details["DeliveryMedium"] != "EMAIL" || details["AttributeName"] != "email" {
			t.Errorf("%s: got %v", name, details)
		}
		w.refused("ConfirmSignUp", w.public(in{"Username": name, "ConfirmationCode": "x"}), "CodeMismatchException", "")
	}
	if got := len(w.inbox.Messages()) - sent; got != 1 {
		t.Errorf("got %d mails, want one, to the user who is there", got)
	}
	w = newWorld(t, func(_, client map[string]any) { client["PreventUserExistenceErrors"] = "LEGACY" })
	w.refused("ResendConfirmationCode", w.public(in{"Username": "nobody"}), "UserNotFoundException", "User does not exist.")
	w.refused("ConfirmSignUp", w.public(in{"Username": "nobody", "ConfirmationCode": "x"}), "UserNotFoundException", "User does not exist.")
}

func TestSignUp_holdsAttributesToTheirSchema(t *testing.T) {
	w := newWorld(t, func(pool, client map[string]any) {
		limits := map[string]any{"MinLength": "2", "MaxLength": "4"} // as text, as CloudFormation has them
		pool["Schema"] = []any{map[string]any{"Name": "badge", "AttributeDataType": "String", "Mutable": false, "StringAttributeConstraints": limits}}
		delete(client, "WriteAttributes")
	})
	sign := func(name, value string) in {
		return w.public(in{"Username": "ann", "Password": password, "UserAttributes": append(email("ann@example.com"), in{"Name": name, "Value": value})})
	}
	w.refused("SignUp", sign("custom:badge", "x"), "InvalidParameterException", "Attributes did not conform to the schema: custom:badge: String must be longer than 2 characters")
	w.refused("SignUp", sign("custom:badge", "xxxxx"), "InvalidParameterException", "Attributes did not conform to the schema: custom:badge: String must be no longer than 4 characters")
	w.refused("SignUp", sign("phone_number", "12"), "InvalidParameterException", "Invalid phone number format.")
	w.do("SignUp", sign("custom:badge", "漢𝒳x"))
	w.do("AdminConfirmSignUp", w.admin(in{"Username": "ann"}))
	w.refused("UpdateUserAttributes", in{"AccessToken": w.enter("ann", password).access, "UserAttributes": []in{{"Name": "custom:badge", "Value": "yy"}}},
		"InvalidParameterException", "user.custom:badge: Attribute cannot be updated.")
}

func TestSignUp_refusesWhatThePoolDoesNotAllow(t *testing.T) {
	w := newWorld(t)
	w.person("taken", "taken@example.com")
	mail := []in{{"Name": "email", "Value": "ann@example.com"}}
	for name, test := range map[string]struct {
		input         in
		code, message string
	}{
		"a name that is taken": {
			in{"Username": "taken", "Password": password, "UserAttributes": mail}, "UsernameExistsException", "User already exists",
		},
		"a name that is taken, in capitals": {
			in{"Username": "TAKEN", "Password": password, "UserAttributes": mail}, "UsernameExistsException", "User already exists",
		},
		"an e-mail address as name": {
			in{"Username": "ann@example.com", "Password": password, "UserAttributes": mail},
			"InvalidParameterException", "Username cannot be of email format, since user pool is configured for email alias.",
		},
		"what is no e-mail address": {
			in{"Username": "ann", "Password": password, "UserAttributes": []in{{"Name": "email", "Value": "ann"}}},
			"InvalidParameterException", "Invalid email address format.",
		},
		"an attribute that the client may not write": {
			in{"Username": "ann", "Password": password, "UserAttributes": append(mail, in{"Name": "name", "Value": "Ann"})},
			"NotAuthorizedException", "A client attempted to write unauthorized attribute",
		},
		"an address that calls itself verified": {
			in{"Username": "ann", "Password": password, "UserAttributes": append(mail, in{"Name": "email_verified", "Value": "true"})},
			"NotAuthorizedException", "A client attempted to write unauthorized attribute",
		},
		"M72, a way into a group": {
			in{"Username": "ann", "Password": password, "UserAttributes": append(mail, in{"Name": "cognito:groups", "Value": "Admins"})},
			"NotAuthorizedException", "A client attempted to write unauthorized attribute",
		},
		"a short password": {
			in{"Username": "ann", "Password": "Aa1!", "UserAttributes": mail},
			"InvalidPasswordException", "Password did not conform with policy: Password not long enough",
		},
		"a client that is not there": {
			in{"ClientId": "nobody", "Username": "ann", "Password": password},
			"ResourceNotFoundException", "User pool client nobody does not exist.",
		},
	} {
		if test.input["ClientId"] == nil {
			test.input = w.public(test.input)
		}
		output, refusal := w.try("SignUp", test.input)
		wantRefusal(t, name, output, refusal, test.code, test.message)
	}
	if users, _ := w.service.Users(w.pool); len(users) != 1 {
		t.Errorf("got %d users, want the first alone", len(users))
	}
	w.do("SignUp", w.public(in{"Username": "ann", "Password": password, "UserAttributes": mail}))
	if u, _ := w.service.User(w.pool, "ann"); len(u.Groups) != 0 {
		t.Errorf("M72: got groups %v, want none", u.Groups)
	}
}

func TestSignUp_isClosedWhereOnlyAdministratorsMakeUsers(t *testing.T) {
	w := newWorld(t, func(pool, _ map[string]any) {
		pool["AdminCreateUserConfig"] = map[string]any{"AllowAdminCreateUserOnly": true}
	})
	w.refused("SignUp", w.public(in{"Username": "ann", "Password": password, "UserAttributes": []in{{"Name": "email", "Value": "ann@example.com"}}}),
		"NotAuthorizedException", "SignUp is not permitted for this user pool")
	w.do("AdminCreateUser", w.admin(in{"Username": "ann", "UserAttributes": []in{{"Name": "email", "Value": "ann@example.com"}}}))
}

func TestConfirmSignUp_leavesAnAddressToWhoVerifiedItFirst(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "shared@example.com")
	w.signUp("bob", "Shared@Example.com")
	code := w.lastCode("Shared@Example.com")
	w.refused("ConfirmSignUp", w.public(in{"Username": "bob", "ConfirmationCode": code}),
		"AliasExistsException", "An account with the email already exists.")
	if u, _ := w.service.User(w.pool, "shared@example.com"); u.Username != "ann" {
		t.Errorf("the address is %q's, want ann's", u.Username)
	}
	// Who can read the mail may take it over, if they say so.
	w.do("ConfirmSignUp", w.public(in{"Username": "bob", "ConfirmationCode": code, "ForceAliasCreation": true}))
	if u, _ := w.service.User(w.pool, "shared@example.com"); u.Username != "bob" {
		t.Errorf("the address is %q's, want bob's", u.Username)
	}
	if u, _ := w.service.User(w.pool, "ann"); u.Attributes["email_verified"] != "false" {
		t.Error("ann's address is verified still")
	}
	w.enter("shared@example.com", password)
	w.enter("ann", password)
}

func TestPasswordPolicy_saysWhatIsMissing(t *testing.T) {
	w := newWorld(t)
	for given, missing := range map[string]string{
		"Aa1!aaaaaaa":  "Password not long enough",
		"aa1!aaaaaaaa": "Password must have uppercase characters",
		"AA1!AAAAAAAA": "Password must have lowercase characters",
		"Aaa!aaaaaaaa": "Password must have numeric characters",
		"Aa1aaaaaaaaa": "Password must have symbol characters",
		"Aa1§aaaaaaaa": "Password must have symbol characters",
		"Aa1 aaaaaaaa": "",
		"Aa1!aaaaaaaa": "",
		"Ää1!ääääääää": "",
		"Aa1!🐎🐎🐎🐎🐎🐎🐎🐎": "",
	} {
		_, refusal := w.try("SignUp", w.public(in{"Username": "u" + given[:2] + given[len(given)-3:], "Password": given, "UserAttributes": []in{{"Name": "email", "Value": "u@example.com"}}}))
		if missing == "" {
			if refusal != nil && refusal.Code != "UsernameExistsException" {
				t.Errorf("%q: got %v, want it accepted", given, refusal)
			}
			continue
		}
		wantRefusal(t, given, nil, refusal, "InvalidPasswordException", "Password did not conform with policy: "+missing)
	}
}
