package tokens

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/cognito/refuse"
)

// A signIn is what tokens of one sign-in have in common. Tokens whose signIn is gone are revoked.
type signIn struct {
	directory.Expiring
	ID                      string // the claim origin_jti
	Pool, Client, Name, Sub string // Name is folded
	At                      time.Time
}

// A refreshToken is what is kept of one; its key is the token's hash.
type refreshToken struct {
	directory.Expiring
	Pool, Client, Name, SignIn string
	End                        time.Time // of its time
	Rotated                    time.Time // from when it is of no use since it was exchanged; zero if it was not
}

// afterlife is how long a refresh token is remembered after its time, so that its holder can be told.
const afterlife = 24 * time.Hour

// SignIn ends a sign-in: from now on its tokens are good.
func (i *Issuer) SignIn(t directory.Tx, p *directory.Pool, cl *directory.Client, u *directory.User, at time.Time) (*Grant, error) {
	name := p.Fold(u.Name)
	s := signIn{ID: aws.UUID(i.random(16)), Pool: p.ID, Client: cl.ID, Name: name, Sub: u.Sub, At: at}
	// Access tokens can outlive the refresh token that they came with.
	s.Expires = at.Add(max(cl.Settings.RefreshLife(), cl.Settings.AccessLife(), cl.Settings.IDLife()))
	refresh, err := i.putRefreshToken(t, s, at.Add(cl.Settings.RefreshLife()))
	if err != nil {
		return nil, err
	}
	if err := t.PutExpiring(directory.SignInSpace, directory.Key(p.ID, name, s.ID), s, s.Expires); err != nil {
		return nil, err
	}
	groups, err := t.GroupsOf(p, u)
	return &Grant{signIn: s, client: cl, user: u, groups: groups, refresh: refresh}, err
}

// Refresh takes a refresh token for a new grant. Where the client rotates them the grant has a new one, good for the rest of the
// time of the first, and the one that was used is good for the grace period only. The errors are refusals.
func (i *Issuer) Refresh(t directory.Tx, clientID, token string, at time.Time) (*Grant, error) {
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
	case !at.Before(kept.End):
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
	case !kept.Rotated.IsZero() && !at.Before(kept.Rotated):
		return nil, refuse.With("RefreshTokenReuseException", "Refresh token has been invalidated by refresh token rotation")
	}
	g := &Grant{signIn: *s, client: cl, user: u}
	if g.groups, err = t.GroupsOf(p, u); err != nil {
		return nil, err
	}
	if cl.Settings.Rotates() {
		if g.refresh, err = i.rotate(t, cl, *s, kept, hash, at); err != nil {
			return nil, err
		}
	}
	if end := at.Add(max(cl.Settings.AccessLife(), cl.Settings.IDLife())); end.After(s.Expires) {
		s.Expires = end
		err = t.PutExpiring(directory.SignInSpace, directory.Key(s.Pool, s.Name, s.ID), s, end)
	}
	return g, err
}

// rotate makes the refresh token that comes after kept. The grace period runs from the first use.
func (i *Issuer) rotate(t directory.Tx, cl *directory.Client, s signIn, kept refreshToken, hash []byte, at time.Time) (string, error) {
	if kept.Rotated.IsZero() {
		kept.Rotated = at.Add(time.Duration(cl.Settings.RefreshTokenRotation.RetryGracePeriodSeconds) * time.Second)
		if err := t.PutJSON(directory.RefreshSpace, hash, kept); err != nil {
			return "", err
		}
	}
	return i.putRefreshToken(t, s, kept.End)
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

// refreshKey is what a refresh token is kept under: the store has none of the tokens themselves.
func refreshKey(token string) []byte {
	hash := sha256.Sum256([]byte(token))
	return hash[:]
}

// putRefreshToken makes a refresh token of s.
func (i *Issuer) putRefreshToken(t directory.Tx, s signIn, end time.Time) (string, error) {
	token := base64.RawURLEncoding.EncodeToString(i.random(96))
	expires := end.Add(afterlife)
	kept := refreshToken{Expiring: directory.Expiring{Expires: expires}, Pool: s.Pool, Client: s.Client, Name: s.Name, SignIn: s.ID, End: end}
	return token, t.PutExpiring(directory.RefreshSpace, refreshKey(token), kept, expires)
}

// Revoke ends the sign-in of a refresh token, if the token is the client's: its access tokens are worth nothing from now on
// either. As RFC 7009 has it, a token that is not known is revoked already. The errors are refusals.
func Revoke(t directory.Tx, clientID, token string) error {
	if strings.Count(token, ".") == 2 {
		return refuse.With("UnsupportedTokenTypeException", "Unsupported token type")
	}
	cl, _, err := t.Client(clientID)
	if err != nil {
		return err
	}
	if !cl.Settings.Revokes() {
		return refuse.Unsupported("Token revocation is not enabled for this client")
	}
	var kept refreshToken
	found, err := t.GetJSON(directory.RefreshSpace, refreshKey(token), &kept)
	if err != nil || !found {
		return err
	}
	if kept.Client != cl.ID {
		return refuse.With("UnauthorizedException", "The refresh token was not issued to this client")
	}
	return t.Delete(directory.SignInSpace, directory.Key(kept.Pool, kept.Name, kept.SignIn))
}

// SignOut ends all sign-ins of u.
func SignOut(t directory.Tx, p *directory.Pool, u *directory.User) error {
	return t.DeleteAll(directory.SignInSpace, p.ID, p.Fold(u.Name))
}

// SignIns is how many sign-ins of u are not over or revoked.
func SignIns(t directory.Tx, p *directory.Pool, u *directory.User) int {
	return t.Count(directory.SignInSpace, p.ID, p.Fold(u.Name))
}
