package cognito

import (
	"maps"

	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/cognito/tokens"
)

// A User is a user as they are in the store, for tests and pages that look into the sandbox.
type User struct {
	Username, Sub, Status string
	Enabled, MFA          bool
	Attributes            map[string]string
	Groups                []string
	SignIns               int // that are not over or revoked
}

// Users are the users of a pool, in the order of their names.
func (s *Service) Users(poolID string) ([]User, error) {
	users := []User{}
	err := s.directory.View(func(t directory.Tx) error {
		p, err := t.Pool(poolID)
		if err != nil {
			return err
		}
		return t.Users(p, "", func(_ string, u *directory.User) bool {
			users = append(users, look(t, p, u))
			return true
		})
	})
	return users, err
}

// User is a user of a pool by user name or verified e-mail address; it is false if there is no such user.
func (s *Service) User(poolID, username string) (found User, ok bool) {
	err := s.directory.View(func(t directory.Tx) error {
		p, err := t.Pool(poolID)
		if err != nil {
			return err
		}
		u, err := t.User(p, username)
		if err == nil {
			found = look(t, p, u)
		}
		return err
	})
	return found, err == nil
}

func look(t directory.Tx, p *directory.Pool, u *directory.User) User {
	return User{
		Username: u.Name, Sub: u.Sub, Status: u.Status, Enabled: u.Enabled, MFA: u.TOTP.Enabled,
		Attributes: maps.Clone(u.Attributes), Groups: u.Groups, SignIns: tokens.SignIns(t, p, u),
	}
}
