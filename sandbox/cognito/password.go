package cognito

import (
	"crypto/hmac"

	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/cognito/refuse"
	"lightbox.example/lightbox/sandbox/cognito/srp"
	"lightbox.example/lightbox/sandbox/pipeline"
)

var passwordOperations = pipeline.Table[*Service]{
	"ChangePassword":        public((*request).changePassword),
	"ConfirmForgotPassword": public((*request).confirmForgotPassword),
	"ForgotPassword":        public((*request).forgotPassword),
}

const saltSize = 16

// setPassword keeps what proves a password, and the state that the user has with it.
func (c *request) setPassword(u *directory.User, password, status string) {
	u.Salt = c.bytes(saltSize)
	u.Verifier = srp.Verifier(u.Pool, u.Name, password, u.Salt)
	u.PasswordSet, u.Status = c.at, status
}

type forgotPasswordRequest struct {
	hashedRequest
	Username string `shape:"UsernameType" required:"true"`
}

// forgotPassword sends a code to the user's verified address. Where users are hidden it says so too for a user who is not
// there, is disabled, or has no verified address.
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html
func (c *request) forgotPassword(in forgotPasswordRequest) (any, error) {
	c.by(in.ClientID, in.ClientMetadata)
	var answer deliveryAnswer
	err := c.update(func(t directory.Tx) error {
		cl, p, err := hashed(t, in.hashedRequest, in.Username)
		if err != nil {
			return err
		}
		u, name, err := t.Find(p, in.Username)
		if err != nil {
			return err
		}
		if refusal := mayReset(p, u); refusal != nil {
			if !cl.Settings.HidesUsers() {
				return refusal
			}
			answer.CodeDeliveryDetails, err = c.pretend(t, p, name, resetCode)
			return err
		}
		answer.CodeDeliveryDetails, err = c.sendCode(t, p, u, resetCode, u.Attributes["email"], "ForgotPassword")
		return err
	})
	return answer, err
}

// mayReset says why a user, who may be nil, can't set a new password with a code.
func mayReset(p *directory.Pool, u *directory.User) error {
	switch {
	case u == nil:
		return refuse.UserUnknown()
	case !u.Enabled:
		return refuse.UserDisabled()
	case u.Status == directory.ForceChangePassword:
		return refuse.NotAuthorized("User password cannot be reset in the current state.")
	}
	switch p.Settings.RecoveredBy(u.Attributes) {
	case "phone_number":
		return refuse.Unsupported("an SMS is not supported by the sandbox: the pool recovers %s by phone first", u.Name)
	case "":
		return refuse.InvalidParameter("Cannot reset password for the user as there is no registered/verified email or phone_number")
	}
	return nil
}

type confirmForgotRequest struct {
	hashedRequest
	Username         string `shape:"UsernameType" required:"true"`
	ConfirmationCode string `shape:"ConfirmationCodeType" required:"true"`
	Password         string `shape:"PasswordType" required:"true"`
}

// confirmForgotPassword sets a new password with a code. A password that the policy does not allow is refused before the
// code is looked at, and leaves it good.
func (c *request) confirmForgotPassword(in confirmForgotRequest) (any, error) {
	c.by(in.ClientID, in.ClientMetadata)
	return nil, c.update(func(t directory.Tx) error {
		cl, p, err := hashed(t, in.hashedRequest, in.Username)
		if err != nil {
			return err
		}
		if err := p.Settings.CheckPassword(in.Password, "does not conform to policy"); err != nil {
			return err
		}
		u, name, err := t.Find(p, in.Username)
		if err != nil {
			return err
		}
		if u == nil && !cl.Settings.HidesUsers() {
			return refuse.UserUnknown()
		}
		if _, err := c.checkCode(t, p, name, resetCode, in.ConfirmationCode); err != nil {
			return err
		}
		if err := mayReset(p, u); err != nil { // it was changed since the code was sent
			return err
		}
		c.setPassword(u, in.Password, directory.Confirmed)
		if err := dropCode(t, p, name, resetCode); err != nil {
			return err
		}
		if err := forget(t, p, name, signInAttempt); err != nil {
			return err
		}
		if err := c.later(p, "PostConfirmation_ConfirmForgotPassword", u); err != nil {
			return err
		}
		return t.PutUser(p, u, c.at)
	})
}

type changePasswordRequest struct {
	PreviousPassword string `shape:"PasswordType" required:"true"`
	ProposedPassword string `shape:"PasswordType" required:"true"`
	AccessToken      string `shape:"TokenModelType" required:"true"`
}

// changePassword sets a new password for a signed-in user who knows the previous one, which can be guessed at five times an
// hour.
func (c *request) changePassword(in changePasswordRequest) (any, error) {
	return nil, c.signedIn(in.AccessToken, func(t directory.Tx, s *signedIn) error {
		p, u := s.pool, s.user
		name := p.Fold(u.Name)
		if err := p.Settings.CheckPassword(in.ProposedPassword, "does not conform to policy"); err != nil {
			return err
		}
		if err := spent(t, p, name, changeAttempt, freeGuesses, c.at); err != nil {
			return err
		}
		if !hmac.Equal(srp.Verifier(p.ID, u.Name, in.PreviousPassword, u.Salt), u.Verifier) {
			if err := count(t, p, name, changeAttempt, c.at); err != nil {
				return err
			}
			return directory.Committing(refuse.WrongPassword())
		}
		c.setPassword(u, in.ProposedPassword, directory.Confirmed)
		if err := forget(t, p, name, changeAttempt); err != nil {
			return err
		}
		return t.PutUser(p, u, c.at)
	})
}
