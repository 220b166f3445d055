package cognito

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const nextPassword = "Battery-staple-2"

// opens checks which of the two passwords above signs a user in, and that the other does not.
func (w *world) opens(name, right string) {
	w.t.Helper()
	w.enter(name, right)
	wrong := map[string]string{password: nextPassword, nextPassword: password}[right]
	_, refusal := w.signIn(name, wrong)
	wantRefusal(w.t, "sign-in of "+name, nil, refusal, "NotAuthorizedException", "Incorrect username or password.")
}

func TestForgotPassword_setsAnotherByTheCode(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	s := w.enter("ann", password)
	output := w.do("ForgotPassword", w.public(in{"Username": "Ann@example.com"}))
	if want := map[string]any{"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "a***@e***"}; !cmp.Equal(output["CodeDeliveryDetails"], any(want)) {
		t.Errorf("got %v", output)
	}
	w.opens("ann", password) // until the code is used

	code := w.lastCode("ann@example.com")
	confirm := func(code, password string) in {
		return w.public(in{"Username": "ann", "ConfirmationCode": code, "Password": password})
	}
	w.refused("ConfirmForgotPassword", confirm(other(code), nextPassword), "CodeMismatchException", "Invalid verification code provided, please try again.")
	w.refused("ConfirmForgotPassword", confirm(code, "short"), "InvalidPasswordException", "Password does not conform to policy: Password not long enough")
	w.opens("ann", password)
	w.do("ConfirmForgotPassword", confirm(code, nextPassword))
	w.opens("ann", nextPassword)
	w.refused("ConfirmForgotPassword", confirm(code, password), "ExpiredCodeException", "Invalid code provided, please request a code again.")
	w.opens("ann", nextPassword)
	w.do("GetUser", in{"AccessToken": s.access}) // as in Cognito, where one signs out for that
}

func TestForgotPassword_givesAnHourAndFiveGuesses(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	w.do("ForgotPassword", w.public(in{"Username": "ann"}))
	code := w.lastCode("ann@example.com")
	w.clock.advance(time.Hour)
	w.refused("ConfirmForgotPassword", w.public(in{"Username": "ann", "ConfirmationCode": code, "Password": nextPassword}), "ExpiredCodeException", "")

	for i := range freeGuesses {
		if i == freeGuesses-1 {
			w.clock.advance(30 * time.Minute)
		}
		w.do("ForgotPassword", w.public(in{"Username": "ann"})) // another code gives no further guess
		code = w.lastCode("ann@example.com")
		w.refused("ConfirmForgotPassword", w.public(in{"Username": "ann", "ConfirmationCode": other(code), "Password": nextPassword}), "CodeMismatchException", "")
	}
	w.refused("ConfirmForgotPassword", w.public(in{"Username": "ann", "ConfirmationCode": code, "Password": nextPassword}),
		"LimitExceededException", "Attempt limit exceeded, please try after some time.")
	w.opens("ann", password)
	w.clock.advance(30 * time.Minute) // the hour is that of the first guess
	w.do("ForgotPassword", w.public(in{"Username": "ann"}))
	w.do("ConfirmForgotPassword", w.public(in{"Username": "ann", "ConfirmationCode": w.lastCode("ann@example.com"), "Password": nextPassword}))
	w.opens("ann", nextPassword)
}

// M19: the answers for nobody, and for who can't be sent a code, are those for anybody.
func TestForgotPassword_hidesWhetherThereIsAUser(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	w.person("off", "off@example.com")
	w.do("AdminDisableUser", w.admin(in{"Username": "off"}))
	w.signUp("new", "new@example.com")
	sent := len(w.inbox.Messages())
	for _, name := range []string{"ann", "off", "new", "nobody", "nobody@example.com"} {
		details, _ := w.do("ForgotPassword", w.public(in{"Username": name}))["CodeDeliveryDetails"].(map[string]any)
		destination, _ := details["Destination"].(string)
		if len(destination) != len("a***@e***") || details["DeliveryMedium"] != "EMAIL" || details["AttributeName"] != "email" || len(details) != 3 {
			t.Errorf("%s: got %v", name, details)
		}
		again, _ := w.do("ForgotPassword", w.public(in{"Username": name}))["CodeDeliveryDetails"].(map[string]any)
		if !cmp.Equal(details, again) {
			t.Errorf("%s: got %v, then %v", name, details, again)
		}
		for range freeGuesses {
			w.refused("ConfirmForgotPassword", w.public(in{"Username": name, "ConfirmationCode": "x", "Password": nextPassword}), "CodeMismatchException", "")
		}
		w.refused("ConfirmForgotPassword", w.public(in{"Username": name, "ConfirmationCode": "x", "Password": nextPassword}), "LimitExceededException", "")
		for range freeRequests - 2 {
			w.do("ForgotPassword", w.public(in{"Username": name}))
		}
		w.refused("ForgotPassword", w.public(in{"Username": name}), "LimitExceededException", "")
	}
	if got := len(w.inbox.Messages()) - sent; got != freeRequests {
		t.Errorf("got %d mails, want %d, to ann alone", got, freeRequests)
	}

	w = newWorld(t, func(_, client map[string]any) { client["PreventUserExistenceErrors"] = "LEGACY" })
	w.signUp("new", "new@example.com")
	w.refused("ForgotPassword", w.public(in{"Username": "nobody"}), "UserNotFoundException", "User does not exist.")
	w.refused("ForgotPassword", w.public(in{"Username": "new"}), "InvalidParameterException", "Cannot reset password for the user as there is no registered/verified email or phone_number")
	w.refused("ConfirmForgotPassword", w.public(in{"Username": "nobody", "ConfirmationCode": "1", "Password": nextPassword}), "UserNotFoundException", "")
}

func TestForgotPassword_isForUsersAsTheyAreWhenTheCodeIsUsed(t *testing.T) {
	w := newWorld(t, func(_, client map[string]any) { client["PreventUserExistenceErrors"] = "LEGACY" })
	w.person("ann", "ann@example.com")
	w.do("ForgotPassword", w.public(in{"Username": "ann"}))
	confirm := w.public(in{"Username": "ann", "ConfirmationCode": w.lastCode("ann@example.com"), "Password": nextPassword})
	w.do("AdminDisableUser", w.admin(in{"Username": "ann"}))
	w.refused("ConfirmForgotPassword", confirm, "NotAuthorizedException", "User is disabled.")
	w.do("AdminEnableUser", w.admin(in{"Username": "ann"}))
	w.do("AdminSetUserPassword", w.admin(in{"Username": "ann", "Password": password}))
	w.refused("ConfirmForgotPassword", confirm, "NotAuthorizedException", "User password cannot be reset in the current state.")
	w.refused("ForgotPassword", w.public(in{"Username": "ann"}), "NotAuthorizedException", "User password cannot be reset in the current state.")
	w.do("AdminSetUserPassword", w.admin(in{"Username": "ann", "Password": password, "Permanent": true}))
	w.do("ConfirmForgotPassword", confirm) // the control
}

func TestForgotPassword_isClosedWhereOnlyAdministratorsRecover(t *testing.T) {
	w := newWorld(t, func(pool, client map[string]any) {
		pool["AccountRecoverySetting"] = map[string]any{"RecoveryMechanisms": []any{map[string]any{"Name": "admin_only", "Priority": 1.0}}}
		client["PreventUserExistenceErrors"] = "LEGACY"
	})
	w.person("ann", "ann@example.com")
	w.refused("ForgotPassword", w.public(in{"Username": "ann"}), "InvalidParameterException", "")
}

func TestForgotPassword_unlocksTheSignIn(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	for range freePasswords {
		_, refusal := w.signIn("ann", "Wrong-horse-1")
		wantRefusal(t, "wrong", nil, refusal, "NotAuthorizedException", "Incorrect username or password.")
	}
	_, refusal := w.signIn("ann", password)
	wantRefusal(t, "locked", nil, refusal, "NotAuthorizedException", "Password attempts exceeded")
	w.do("ForgotPassword", w.public(in{"Username": "ann"}))
	w.do("ConfirmForgotPassword", w.public(in{"Username": "ann", "ConfirmationCode": w.lastCode("ann@example.com"), "Password": nextPassword}))
	w.enter("ann", nextPassword)
}

func TestChangePassword_needsThePreviousOne(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	s := w.enter("ann", password)
	change := func(from, to string) in {
		return in{"AccessToken": s.access, "PreviousPassword": from, "ProposedPassword": to}
	}
	w.refused("ChangePassword", change(password, "Nosymbols1234"), "InvalidPasswordException", "Password does not conform to policy: Password must have symbol characters")
	w.refused("ChangePassword", change("Wrong-horse-1", nextPassword), "NotAuthorizedException", "Incorrect username or password.")
	w.refused("ChangePassword", in{"AccessToken": s.id, "PreviousPassword": password, "ProposedPassword": nextPassword}, "NotAuthorizedException", "Invalid Access Token")
	w.opens("ann", password)
	w.do("ChangePassword", change(password, nextPassword))
	w.opens("ann", nextPassword)
	w.do("GetUser", in{"AccessToken": s.access})

	// A stolen token does not find the password out.
	for range freeGuesses {
		w.refused("ChangePassword", change("Wrong-horse-1", password), "NotAuthorizedException", "Incorrect username or password.")
	}
	w.refused("ChangePassword", change(nextPassword, password), "LimitExceededException", "")
	w.clock.advance(time.Hour)
	s = w.enter("ann", nextPassword)
	w.do("ChangePassword", change(nextPassword, password))
	w.opens("ann", password)
}
