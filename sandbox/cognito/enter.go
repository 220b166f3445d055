package cognito

import (
	"context"

	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/cognito/refuse"
	"lightbox.example/lightbox/sandbox/cognito/tokens"
)

// SignIn signs a user in at a client of their pool without a password, for the sandbox's own pages: AWS has nothing like it. Who may
// not sign in, since they are disabled or not confirmed, is refused as they are when they do it.
func (s *Service) SignIn(ctx context.Context, poolID, clientID, username string) (*tokens.Tokens, error) {
	c := &request{Service: s, ctx: ctx, at: s.now()}
	var g *tokens.Grant
	err := c.update(func(t directory.Tx) error {
		p, u, err := poolAndUser(t, poolID, username)
		if err != nil {
			return err
		}
		cl, err := t.ClientOf(poolID, clientID)
		if err != nil {
			return err
		}
		switch {
		case !u.Enabled:
			return refuse.UserDisabled()
		case u.Status == directory.Unconfirmed:
			return refuse.With("UserNotConfirmedException", "User is not confirmed.")
		case u.Status != directory.Confirmed:
			return refuse.NotAuthorized("User %s can't sign in: their status is %s, want %s.", u.Name, u.Status, directory.Confirmed)
		}
		g, err = c.tokens.SignIn(t, p, cl, u, c.at)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.tokens.Sign(g, c.at)
}

// SignOut ends a sign-in by its refresh token.
func (s *Service) SignOut(clientID, refresh string) error {
	return s.directory.Update(s.now(), func(t directory.Tx) error { return tokens.Revoke(t, clientID, refresh) })
}
