package cognito

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPreSignUp_letsInWhomItConfirms(t *testing.T) {
	for name, test := range map[string]struct {
		response      any
		status, email string // of the user
		mails         int
		sources       []string
	}{
		"the event as it is": {in{}, "UNCONFIRMED", "false", 1, []string{"PreSignUp_SignUp"}},
		"confirmed":          {in{"autoConfirmUser": true}, "CONFIRMED", "false", 0, []string{"PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp"}},
		"and verified":       {in{"autoConfirmUser": true, "autoVerifyEmail": true}, "CONFIRMED", "true", 0, []string{"PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp"}},
		"verified alone":     {in{"autoVerifyEmail": true}, "UNCONFIRMED", "true", 1, []string{"PreSignUp_SignUp"}},
	} {
		t.Run(name, func(t *testing.T) {
			w, f := newTriggeredWorld(t, "PreSignUp", "PostConfirmation")
			f.answer = responding("PreSignUp_SignUp", test.response)
			output := w.do("SignUp", w.public(in{"Username": "ann", "Password": password, "UserAttributes": email("ann@example.com")}))
			u, _ := w.service.User(w.pool, "ann")
			if u.Status != test.status || u.Attributes["email_verified"] != test.email || output["UserConfirmed"] != (test.status == "CONFIRMED") || u.Sub != output["UserSub"] {
				t.Errorf("got %+v, %v, want %s with a verified address: %s", u, output, test.status, test.email)
			}
			if mails := w.inbox.Messages(); len(mails) != test.mails {
				t.Errorf("got %d mails, want %d", len(mails), test.mails)
			}
			if diff := cmp.Diff(test.sources, f.sources()); diff != "" {
				t.Errorf("called (-want +got):\n%s", diff)
			}
		})
	}
}

// What AWS says of aliases: the address is moved to the new user, and the previous one's is not verified any more.
func TestPreSignUp_movesAVerifiedAddressToTheNewUser(t *testing.T) {
	w, f := newTriggeredWorld(t, "PreSignUp")
	w.person("bob", "both@example.com")
	f.answer = responding("PreSignUp_SignUp", in{"autoConfirmUser": true, "autoVerifyEmail": true})
	w.signUp("ann", "both@example.com")
	bob, _ := w.service.User(w.pool, "bob")
	if whose, _ := w.service.User(w.pool, "both@example.com"); whose.Username != "ann" || bob.Attributes["email_verified"] != "false" {
		t.Errorf("got the address as %s's, and bob %+v, want it ann's alone", whose.Username, bob)
	}
	w.refused("SignUp", w.public(in{"Username": "eve", "Password": password}), "InvalidLambdaResponseException", "PreSignUp cannot verify email: the user has none")
	if _, there := w.service.User(w.pool, "eve"); there {
		t.Error("got eve, want nobody of whom a function says what is not so")
	}
}

// What a function answers for an administrator's user is ignored, but for its refusal.
func TestPreSignUp_confirmsNoUserOfAnAdministrator(t *testing.T) {
	w, f := newTriggeredWorld(t, "PreSignUp", "PostConfirmation")
	f.answer = responding("PreSignUp_AdminCreateUser", in{"autoConfirmUser": true, "autoVerifyEmail": true})
	w.do("AdminCreateUser", w.admin(in{"Username": "bob", "UserAttributes": email("bob@example.com")}))
	if u, _ := w.service.User(w.pool, "bob"); u.Status != "FORCE_CHANGE_PASSWORD" || u.Attributes["email_verified"] == "true" {
		t.Errorf("got %+v", u)
	}
}

func TestCustomMessage_hasTheWordsOfTheFunction(t *testing.T) {
	long := strings.Repeat("x", 19994)
	for name, test := range map[string]struct {
		response      in
		subject, body string // of the mail, with CODE in it; no body for a refusal
		message       string
	}{
		"both":                 {in{"emailSubject": "Hello", "emailMessage": "Dear {username}, {####}"}, "Hello", "Dear ann, CODE", ""},
		"the subject alone":    {in{"emailSubject": "Hello"}, "Hello", "Your verification code is CODE.", ""},
		"the message alone":    {in{"emailMessage": "It is {####}"}, "Your verification code", "It is CODE", ""},
		"nothing":              {in{"emailSubject": nil, "emailMessage": ""}, "Your verification code", "Your verification code is CODE.", ""},
		"words by SMS":         {in{"smsMessage": "It is {####}"}, "Your verification code", "Your verification code is CODE.", ""},
		"the longest":          {in{"emailMessage": "{####}" + long, "emailSubject": strings.Repeat("é", 140)}, strings.Repeat("é", 140), "CODE" + long, ""},
		"a longer message":     {in{"emailMessage": "{####}x" + long}, "", "", "emailMessage must have 6 to 20000 characters"},
		"a longer subject":     {in{"emailSubject": strings.Repeat("é", 141)}, "", "", "emailSubject is longer than 140 characters"},
		"a short message":      {in{"emailMessage": "####"}, "", "", "emailMessage must have 6 to 20000 characters"},
		"a message without it": {in{"emailMessage": "There is no code"}, "", "", "emailMessage must contain {####}"},
	} {
		t.Run(name, func(t *testing.T) {
			w, f := newTriggeredWorld(t, "CustomMessage")
			f.answer = responding("CustomMessage_SignUp", test.response)
			signUp := w.public(in{"Username": "ann", "Password": password, "UserAttributes": email("ann@example.com")})
			if test.message != "" {
				w.refused("SignUp", signUp, "InvalidLambdaResponseException", "CustomMessage: "+test.message)
				return
			}
			w.do("SignUp", signUp)
			mail := w.inbox.Messages()[0]
			if mail.Subject != test.subject || mail.Body != strings.Replace(test.body, "CODE", mail.Code, 1) {
				t.Errorf("got %.80q, %.80q", mail.Subject, mail.Body)
			}
		})
	}
}

func TestCustomMessage_ofAnInvitationHasTheNameToo(t *testing.T) {
	w, f := newTriggeredWorld(t, "CustomMessage")
	invite := w.admin(in{"Username": "bob", "UserAttributes": email("bob@example.com")})
	f.answer = responding("CustomMessage_AdminCreateUser", in{"emailMessage": "Your password is {####}"})
	w.refused("AdminCreateUser", invite, "InvalidLambdaResponseException", "CustomMessage: emailMessage must contain {username}")
	f.answer = responding("CustomMessage_AdminCreateUser", in{"emailMessage": "{username}, your password is {####}"})
	w.do("AdminCreateUser", invite)
	if mail := w.inbox.Messages()[0]; mail.Body != "bob, your password is "+mail.Code {
		t.Errorf("got %q", mail.Body)
	}
}

// Cognito's own sender takes no words of a function's.
func TestCustomMessage_isForAnOwnSender(t *testing.T) {
	w := newWorld(t, func(pool, _ map[string]any) {
		pool["LambdaConfig"] = map[string]any{"CustomMessage": functionARN}
		delete(pool, "EmailConfiguration")
	})
	f := &told{answer: responding("CustomMessage_SignUp", in{"emailMessage": "It is {####}"})}
	w.service.functions = f
	signUp := w.public(in{"Username": "ann", "Password": password, "UserAttributes": email("ann@example.com")})
	w.refused("SignUp", signUp, "InvalidLambdaResponseException", "CustomMessage: emailMessage and emailSubject are for pools whose EmailSendingAccount is DEVELOPER")
	f.answer = nil
	w.do("SignUp", signUp)
}
