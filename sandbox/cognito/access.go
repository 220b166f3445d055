package cognito

import (
	"errors"

	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/cognito/refuse"
	"lightbox.example/lightbox/sandbox/cognito/tokens"
)

// signedIn is the user who an access token was made for.
type signedIn struct {
	token  tokens.Token
	pool   *directory.Pool
	client *directory.Client
	user   *directory.User
}

// signedIn verifies the access token of a request, and runs change for its user in a transaction that writes.
func (c *request) signedIn(access string, change func(directory.Tx, *signedIn) error) error {
	token, err := c.accessToken(access)
	if err != nil {
		return err
	}
	return c.update(func(t directory.Tx) error {
		s, err := signedInBy(t, token)
		if err != nil {
			return err
		}
		return change(t, s)
	})
}

// accessToken verifies the access token of a request, which may be of any pool.
func (c *request) accessToken(access string) (tokens.Token, error) {
	var pool string
	err := c.view(func(t directory.Tx) error {
		cl, _, err := t.Client(tokens.ClientOf(access))
		if err == nil {
			pool = cl.Pool
		}
		return err
	})
	if refuse.Is(err, "ResourceNotFoundException") {
		return tokens.Token{}, refuse.NotAuthorized("Invalid Access Token")
	}
	if err != nil {
		return tokens.Token{}, err
	}
	token, err := c.tokens.Verify(access, tokens.Expect{Pool: pool, Use: tokens.AccessToken})
	switch {
	case errors.Is(err, tokens.ErrExpired):
		return tokens.Token{}, refuse.NotAuthorized("Access Token has expired")
	case errors.Is(err, tokens.ErrSignature):
		return tokens.Token{}, refuse.NotAuthorized("Could not verify signature for Access Token")
	case errors.Is(err, tokens.ErrIssuer), errors.Is(err, tokens.ErrMalformed), errors.Is(err, tokens.ErrUse):
		return tokens.Token{}, refuse.NotAuthorized("Invalid Access Token")
	case err != nil:
		return tokens.Token{}, err
	}
	c.entry().Caller = "user " + token.Username + " of " + token.Pool
	return token, nil
}

// signedInBy finds the user of a verified access token, who must still be signed in.
func signedInBy(t directory.Tx, token tokens.Token) (*signedIn, error) {
	p, u, err := tokens.Holder(t, token)
	switch {
	case errors.Is(err, tokens.ErrNoUser):
		return nil, refuse.UserUnknown()
	case errors.Is(err, tokens.ErrDisabled):
		return nil, refuse.UserDisabled()
	case errors.Is(err, tokens.ErrRevoked):
		return nil, refuse.NotAuthorized("Access Token has been revoked")
	case err != nil:
		return nil, err
	case u.Status == directory.ResetRequired:
		return nil, refuse.ResetRequired()
	}
	cl, _, err := t.Client(token.Client)
	return &signedIn{token: token, pool: p, client: cl, user: u}, err
}
