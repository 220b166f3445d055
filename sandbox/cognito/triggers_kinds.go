package cognito

import (
	"strings"
	"unicode/utf8"

	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/cognito/properties"
	"lightbox.example/lightbox/sandbox/cognito/refuse"
)

// admission is what a pre sign-up function answers. Of phone numbers no one is verified otherwise, and none is signed in with.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-sign-up.html
type admission struct {
	AutoConfirmUser bool `json:"autoConfirmUser"`
	AutoVerifyEmail bool `json:"autoVerifyEmail"`
	AutoVerifyPhone bool `json:"autoVerifyPhone"`
}

// admit asks the pool's function whether a new user may be. It is told the attributes that were given, and no others.
func (c *request) admit(p *directory.Pool, source string, u *directory.User, validation []properties.Attribute) (a admission, err error) {
	var data map[string]string
	for _, one := range validation {
		if data == nil {
			data = map[string]string{}
		}
		data[one.Name] = one.Value
	}
	err = c.ask(p, source, u, map[string]any{"userAttributes": u.Attributes, "validationData": data}, a, &a)
	return a, err
}

// confirmAs makes of a user who signs up what a function has answered. An address that it says is verified is theirs to sign in
// with, and no longer another's. That one is said to be verified which was not given is refused; AWS does not say in which words.
func (c *request) confirmAs(t directory.Tx, p *directory.Pool, u *directory.User, a admission) error {
	for _, one := range []struct {
		verify    bool
		attribute string
	}{{a.AutoVerifyEmail, "email"}, {a.AutoVerifyPhone, "phone_number"}} {
		if !one.verify {
			continue
		}
		if u.Attributes[one.attribute] == "" {
			return refuse.With("InvalidLambdaResponseException", "PreSignUp cannot verify %s: the user has none", one.attribute)
		}
		u.Set(one.attribute+"_verified", "true")
	}
	if a.AutoVerifyEmail {
		if err := t.ClaimAlias(p, u, true, c.at); err != nil {
			return err
		}
	}
	if !a.AutoConfirmUser {
		return nil
	}
	u.Status = directory.Confirmed
	return c.later(p, "PostConfirmation_ConfirmSignUp", u)
}

// What stands in messages for the code, or temporary password, and for the user's name.
const (
	codeParameter     = "{####}"
	usernameParameter = "{username}"
)

// messageSources are what functions are told that a message is for, by the operation that asked for it. There is none for the code of a
// second factor: the sandbox sends no such codes.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-custom-message.html
var messageSources = map[string]string{
	"AdminCreateUser":                  "CustomMessage_AdminCreateUser",
	"AdminResetUserPassword":           "CustomMessage_ForgotPassword",
	"AdminUpdateUserAttributes":        "CustomMessage_UpdateUserAttribute",
	"ForgotPassword":                   "CustomMessage_ForgotPassword",
	"GetUserAttributeVerificationCode": "CustomMessage_VerifyUserAttribute",
	"ResendConfirmationCode":           "CustomMessage_ResendCode",
	"SignUp":                           "CustomMessage_SignUp",
	"UpdateUserAttributes":             "CustomMessage_UpdateUserAttribute",
}

// message is what a custom message function answers; what it leaves out, or empty, is as the pool has it. The sandbox sends no SMS.
type message struct {
	SMSMessage   string `json:"smsMessage"`
	EmailMessage string `json:"emailMessage"`
	EmailSubject string `json:"emailSubject"`
}

// The characters that the words of a mail may have.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerificationMessageTemplateType.html
const (
	leastMessage, mostMessage = 6, 20000
	mostSubject               = 140
)

// unworded is the response of a function that leaves all words as they are.
var unworded = map[string]any{"smsMessage": nil, "emailMessage": nil, "emailSubject": nil}

// worded are the words of a mail as the pool's function has them, or else as they are. It is asked for by an operation.
func (c *request) worded(p *directory.Pool, u *directory.User, operation, subject, body string) (string, string, error) {
	var said message
	asked := map[string]any{"userAttributes": attributesOf(u), "codeParameter": codeParameter, "linkParameter": "{##Click Here##}", "usernameParameter": nil}
	invitation := operation == "AdminCreateUser"
	if invitation {
		asked["usernameParameter"] = usernameParameter
	}
	if err := c.ask(p, messageSources[operation], u, asked, unworded, &said); err != nil {
		return "", "", err
	}
	if fault := said.fault(p, invitation); fault != "" {
		return "", "", refuse.With("InvalidLambdaResponseException", "CustomMessage: %s", fault)
	}
	if said.EmailSubject != "" {
		subject = said.EmailSubject
	}
	if said.EmailMessage != "" {
		body = said.EmailMessage
	}
	return subject, body, nil
}

// fault is what is wrong with the words of a function; AWS does not say how it says so. An invitation has the user's name in it too.
func (m message) fault(p *directory.Pool, invitation bool) string {
	length := utf8.RuneCountInString
	switch {
	case m.EmailMessage == "" && m.EmailSubject == "":
		return ""
	case !p.Settings.SendsByFunctions():
		return "emailMessage and emailSubject are for pools whose EmailSendingAccount is DEVELOPER"
	case length(m.EmailSubject) > mostSubject:
		return "emailSubject is longer than 140 characters"
	case m.EmailMessage == "":
		return ""
	case length(m.EmailMessage) < leastMessage || length(m.EmailMessage) > mostMessage:
		return "emailMessage must have 6 to 20000 characters"
	case !strings.Contains(m.EmailMessage, codeParameter):
		return "emailMessage must contain " + codeParameter
	case invitation && !strings.Contains(m.EmailMessage, usernameParameter):
		return "emailMessage must contain " + usernameParameter
	}
	return ""
}
