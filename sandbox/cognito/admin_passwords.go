package cognito

import "lightbox.example/lightbox/sandbox/pipeline"

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
	return nil, c.changeUser(in.adminUserRequest, func(t tx, p *pool, u *user) error {
		if err := p.Settings.CheckPassword(in.Password, "does not conform to policy"); err != nil {
			return err
		}
		status := forceChangePassword
		if in.Permanent {
			status = confirmed
		}
		u.setPassword(c, in.Password, status)
		return t.forget(p, p.fold(u.Name), signInAttempt)
	})
}

// adminResetUserPassword takes a user's password from them and sends a code to set another with.
func (c *request) adminResetUserPassword(in adminConfirmRequest) (any, error) {
	return nil, c.changeUser(in.adminUserRequest, func(t tx, p *pool, u *user) error {
		if err := p.mayReset(u); err != nil {
			return err
		}
		u.Status = resetPassword
		_, err := c.sendCode(t, p, u, resetCode, u.Attributes["email"], "AdminResetUserPassword")
		return err
	})
}
