package cognito

import (
	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/pipeline"
)

var adminPasswordOperations = pipeline.Table[*Service]{
	"AdminResetUserPassword": signed((*request).adminResetUserPassword),
	"AdminSetUserPassword":   signed((*request).adminSetUserPassword),
}

type adminSetPasswordRequest struct {
	adminUserRequest
	Password  string `shape:"PasswordType" required:"true"`
	Permanent bool
}

// adminSetUserPassword sets a password, which is the user's own or one that they have to change at the next sign-in.
func (c *request) adminSetUserPassword(in adminSetPasswordRequest) (any, error) {
	return nil, c.changeUser(in.adminUserRequest, func(t directory.Tx, p *directory.Pool, u *directory.User) error {
		if err := p.Settings.CheckPassword(in.Password, "does not conform to policy"); err != nil {
			return err
		}
		status := directory.ForceChangePassword
		if in.Permanent {
			status = directory.Confirmed
		}
		c.setPassword(u, in.Password, status)
		return forget(t, p, p.Fold(u.Name), signInAttempt)
	})
}

// adminResetUserPassword takes a user's password from them and sends a code to set another with.
func (c *request) adminResetUserPassword(in adminConfirmRequest) (any, error) {
	c.by("", in.ClientMetadata)
	return nil, c.changeUser(in.adminUserRequest, func(t directory.Tx, p *directory.Pool, u *directory.User) error {
		if err := mayReset(p, u); err != nil {
			return err
		}
		u.Status = directory.ResetRequired
		_, err := c.sendCode(t, p, u, resetCode, u.Attributes["email"], "AdminResetUserPassword")
		return err
	})
}
