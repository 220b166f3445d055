package cognito

import (
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/cognito/refuse"
	"lightbox.example/lightbox/sandbox/pipeline"
)

var sessionOperations = pipeline.Table[*Service]{
	"AdminUserGlobalSignOut":    signed((*request).adminUserGlobalSignOut),
	"GetTokensFromRefreshToken": public((*request).getTokensFromRefreshToken),
	"GlobalSignOut":             public((*request).globalSignOut),
	"RevokeToken":               public((*request).revokeToken),
}

type getTokensRequest struct {
	RefreshToken   string `shape:"TokenModelType" required:"true"`
	ClientID       string `aws:"ClientId" shape:"ClientIdType" required:"true"`
	ClientMetadata map[string]string
}

type getTokensAnswer struct{ AuthenticationResult *tokens }

// getTokensFromRefreshToken makes new tokens of a sign-in. Where the client rotates refresh tokens there is a new one among
// them, good for the rest of the time of the first, and the one that was used is good for the grace period only.
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html
func (c *request) getTokensFromRefreshToken(in getTokensRequest) (any, error) {
	g, err := c.refresh(in.ClientID, in.RefreshToken)
	if err != nil {
		return nil, err
	}
	signed, err := c.sign(g)
	return getTokensAnswer{signed}, err
}

// refreshByInitiateAuth is the same for clients that don't rotate, by InitiateAuth.
func (c *request) refreshByInitiateAuth(cl *directory.Client, parameters map[string]string) (any, error) {
	token, err := parameter(parameters, "REFRESH_TOKEN")
	if err != nil {
		return nil, err
	}
	g, err := c.refresh(cl.ID, token)
	if err != nil {
		return nil, err
	}
	return c.answer(&outcome{grant: g})
}

// refresh takes a refresh token for a new grant.
func (c *request) refresh(clientID, token string) (*grant, error) {
	var g *grant
	err := c.update(func(t directory.Tx) (err error) {
		g, err = c.refreshIn(t, clientID, token)
		return err
	})
	return g, err
}

func (c *request) refreshIn(t directory.Tx, clientID, token string) (*grant, error) {
	cl, p, err := t.Client(clientID)
	if err != nil {
		return nil, err
	}
	var kept refreshToken
	hash := refreshKey(token)
	found, err := t.GetJSON(directory.RefreshSpace, hash, &kept)
	switch {
	case err != nil:
		return nil, err
	case !found || kept.Client != cl.ID:
		return nil, refuse.NotAuthorized("Invalid Refresh Token")
	case !c.at.Before(kept.End):
		return nil, refuse.NotAuthorized("Refresh Token has expired")
	}
	s, u, err := signInOf(t, p, kept)
	switch {
	case err != nil:
		return nil, err
	case s == nil:
		return nil, refuse.NotAuthorized("Refresh Token has been revoked")
	case !u.Enabled:
		return nil, refuse.UserDisabled()
	case u.Status == directory.ResetRequired:
		return nil, refuse.ResetRequired()
	case !kept.Rotated.IsZero() && !c.at.Before(kept.Rotated):
		return nil, refuse.With("RefreshTokenReuseException", "Refresh token has been invalidated by refresh token rotation")
	}
	g := &grant{signIn: *s, client: cl, user: u}
	if g.groups, err = t.GroupsOf(p, u); err != nil {
		return nil, err
	}
	if cl.Settings.Rotates() {
		if g.refresh, err = c.rotate(t, cl, *s, kept, hash); err != nil {
			return nil, err
		}
	}
	if end := c.at.Add(max(cl.Settings.AccessLife(), cl.Settings.IDLife())); end.After(s.Expires) {
		s.Expires = end
		err = t.PutExpiring(directory.SignInSpace, directory.Key(s.Pool, s.Name, s.ID), s, end)
	}
	return g, err
}

// rotate makes the refresh token that comes after kept. The grace period runs from the first use.
func (c *request) rotate(t directory.Tx, cl *directory.Client, s signIn, kept refreshToken, hash []byte) (string, error) {
	if kept.Rotated.IsZero() {
		kept.Rotated = c.at.Add(time.Duration(cl.Settings.RefreshTokenRotation.RetryGracePeriodSeconds) * time.Second)
		if err := t.PutJSON(directory.RefreshSpace, hash, kept); err != nil {
			return "", err
		}
	}
	return c.putRefreshToken(t, s, kept.End)
}

// signInOf finds the sign-in of a refresh token with its user; nil if it was revoked.
func signInOf(t directory.Tx, p *directory.Pool, kept refreshToken) (*signIn, *directory.User, error) {
	s := &signIn{}
	found, err := t.GetJSON(directory.SignInSpace, directory.Key(kept.Pool, kept.Name, kept.SignIn), s)
	if err != nil || !found {
		return nil, nil, err
	}
	u, err := t.Same(p, kept.Name, s.Sub)
	if err != nil || u == nil {
		return nil, nil, err
	}
	return s, u, nil
}

type revokeRequest struct {
	Token    string `shape:"TokenModelType" required:"true"`
	ClientID string `aws:"ClientId" shape:"ClientIdType" required:"true"`
}

// revokeToken ends the sign-in of a refresh token: its access tokens are worth nothing from now on either. As RFC 7009 has
// it, a token that is not known is revoked already.
func (c *request) revokeToken(in revokeRequest) (any, error) {
	if strings.Count(in.Token, ".") == 2 {
		return nil, refuse.With("UnsupportedTokenTypeException", "Unsupported token type")
	}
	return nil, c.update(func(t directory.Tx) error {
		cl, _, err := t.Client(in.ClientID)
		if err != nil {
			return err
		}
		if !cl.Settings.Revokes() {
			return refuse.Unsupported("Token revocation is not enabled for this client")
		}
		var kept refreshToken
		found, err := t.GetJSON(directory.RefreshSpace, refreshKey(in.Token), &kept)
		if err != nil || !found {
			return err
		}
		if kept.Client != cl.ID {
			return refuse.With("UnauthorizedException", "The refresh token was not issued to this client")
		}
		return t.Delete(directory.SignInSpace, directory.Key(kept.Pool, kept.Name, kept.SignIn))
	})
}

type accessRequest struct {
	AccessToken string `shape:"TokenModelType" required:"true"`
}

// globalSignOut ends all sign-ins of the user.
func (c *request) globalSignOut(in accessRequest) (any, error) {
	return nil, c.signedIn(in.AccessToken, func(t directory.Tx, s *signedIn) error { return signOut(t, s.pool, s.user) })
}

func (c *request) adminUserGlobalSignOut(in adminUserRequest) (any, error) {
	return nil, c.changeUser(in, func(t directory.Tx, p *directory.Pool, u *directory.User) error { return signOut(t, p, u) })
}

// signOut ends all sign-ins of u.
func signOut(t directory.Tx, p *directory.Pool, u *directory.User) error {
	return t.DeleteAll(directory.SignInSpace, p.ID, p.Fold(u.Name))
}
