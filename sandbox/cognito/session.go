package cognito

import (
	"strings"
	"time"

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
func (c *request) refreshByInitiateAuth(cl *client, parameters map[string]string) (any, error) {
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
	err := c.update(func(t tx) (err error) {
		g, err = c.refreshIn(t, clientID, token)
		return err
	})
	return g, err
}

func (c *request) refreshIn(t tx, clientID, token string) (*grant, error) {
	cl, p, err := t.client(clientID)
	if err != nil {
		return nil, err
	}
	var kept refreshToken
	hash := refreshKey(token)
	found, err := t.get(refreshSpace, hash, &kept)
	switch {
	case err != nil:
		return nil, err
	case !found || kept.Client != cl.ID:
		return nil, refuse.NotAuthorized("Invalid Refresh Token")
	case !c.at.Before(kept.End):
		return nil, refuse.NotAuthorized("Refresh Token has expired")
	}
	s, u, err := t.signInOf(p, kept)
	switch {
	case err != nil:
		return nil, err
	case s == nil:
		return nil, refuse.NotAuthorized("Refresh Token has been revoked")
	case !u.Enabled:
		return nil, refuse.UserDisabled()
	case u.Status == resetPassword:
		return nil, refuse.ResetRequired()
	case !kept.Rotated.IsZero() && !c.at.Before(kept.Rotated):
		return nil, refuse.With("RefreshTokenReuseException", "Refresh token has been invalidated by refresh token rotation")
	}
	g := &grant{signIn: *s, client: cl, user: u}
	if g.groups, err = t.groupsOf(p, u); err != nil {
		return nil, err
	}
	if cl.Settings.Rotates() {
		if g.refresh, err = c.rotate(t, cl, *s, kept, hash); err != nil {
			return nil, err
		}
	}
	if end := c.at.Add(max(cl.Settings.AccessLife(), cl.Settings.IDLife())); end.After(s.Expires) {
		s.Expires = end
		err = t.putExpiring(signInSpace, key(s.Pool, s.Name, s.ID), s, end)
	}
	return g, err
}

// rotate makes the refresh token that comes after kept. The grace period runs from the first use.
func (c *request) rotate(t tx, cl *client, s signIn, kept refreshToken, hash []byte) (string, error) {
	if kept.Rotated.IsZero() {
		kept.Rotated = c.at.Add(time.Duration(cl.Settings.RefreshTokenRotation.RetryGracePeriodSeconds) * time.Second)
		if err := t.put(refreshSpace, hash, kept); err != nil {
			return "", err
		}
	}
	return c.putRefreshToken(t, s, kept.End)
}

// signInOf finds the sign-in of a refresh token with its user; nil if it was revoked.
func (t tx) signInOf(p *pool, kept refreshToken) (*signIn, *user, error) {
	s, u := &signIn{}, &user{}
	found, err := t.get(signInSpace, key(kept.Pool, kept.Name, kept.SignIn), s)
	if err != nil || !found {
		return nil, nil, err
	}
	found, err = t.get(userSpace, key(p.ID, kept.Name), u)
	if err != nil || !found || u.Sub != s.Sub {
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
	return nil, c.update(func(t tx) error {
		cl, _, err := t.client(in.ClientID)
		if err != nil {
			return err
		}
		if !cl.Settings.Revokes() {
			return refuse.Unsupported("Token revocation is not enabled for this client")
		}
		var kept refreshToken
		found, err := t.get(refreshSpace, refreshKey(in.Token), &kept)
		if err != nil || !found {
			return err
		}
		if kept.Client != cl.ID {
			return refuse.With("UnauthorizedException", "The refresh token was not issued to this client")
		}
		return t.w.Delete(signInSpace, key(kept.Pool, kept.Name, kept.SignIn))
	})
}

type accessRequest struct {
	AccessToken string `shape:"TokenModelType" required:"true"`
}

// globalSignOut ends all sign-ins of the user.
func (c *request) globalSignOut(in accessRequest) (any, error) {
	return nil, c.signedIn(in.AccessToken, func(t tx, s *signedIn) error { return t.signOut(s.pool, s.user) })
}

func (c *request) adminUserGlobalSignOut(in adminUserRequest) (any, error) {
	return nil, c.changeUser(in, func(t tx, p *pool, u *user) error { return t.signOut(p, u) })
}

// signOut ends all sign-ins of u.
func (t tx) signOut(p *pool, u *user) error { return t.deleteAll(signInSpace, p.ID, p.fold(u.Name)) }
