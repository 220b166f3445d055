package cognito

import "maps"

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
	err := s.view(func(t tx) error {
		p, err := t.pool(poolID)
		if err != nil {
			return err
		}
		return t.users(p, "", func(_ string, u *user) bool {
			users = append(users, t.look(p, u))
			return true
		})
	})
	return users, err
}

// User is a user of a pool by user name or verified e-mail address; it is false if there is no such user.
func (s *Service) User(poolID, username string) (found User, ok bool) {
	err := s.view(func(t tx) error {
		p, err := t.pool(poolID)
		if err != nil {
			return err
		}
		u, err := t.user(p, username)
		if err == nil {
			found = t.look(p, u)
		}
		return err
	})
	return found, err == nil
}

func (t tx) look(p *pool, u *user) User {
	found := User{
		Username: u.Name, Sub: u.Sub, Status: u.Status, Enabled: u.Enabled, MFA: u.TOTP.Enabled,
		Attributes: maps.Clone(u.Attributes), Groups: u.Groups,
	}
	for range t.Range(signInSpace, prefix(p.ID, p.fold(u.Name))) {
		found.SignIns++
	}
	return found
}
