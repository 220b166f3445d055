package cognito

import (
	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/cognito/tokens"
	"lightbox.example/lightbox/sandbox/pipeline"
)

var sessionOperations = pipeline.Table[*Service]{
	"AdminUserGlobalSignOut":    signed((*request).adminUserGlobalSignOut),
	"GetTokensFromRefreshToken": public(counted((*request).getTokensFromRefreshToken)),
	"GlobalSignOut":             public((*request).globalSignOut),
	"RevokeToken":               public((*request).revokeToken),
}

type getTokensRequest struct {
	RefreshToken   string `shape:"TokenModelType" required:"true"`
	ClientID       string `aws:"ClientId" shape:"ClientIdType" required:"true"`
	ClientSecret   string `shape:"SecretType"`
	ClientMetadata map[string]string
}

type getTokensAnswer struct{ AuthenticationResult *tokens.Tokens }

// getTokensFromRefreshToken makes new tokens of a sign-in, a new refresh token among them where the client rotates them.
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html
func (c *request) getTokensFromRefreshToken(in getTokensRequest) (any, error) {
	g, err := c.refresh(in.ClientID, in.RefreshToken, func(cl *directory.Client, _ *tokens.Grant) error { return giveSecret(cl, in.ClientSecret) })
	if err != nil {
		return nil, err
	}
	signed, err := c.tokens.Sign(g, c.at)
	return getTokensAnswer{signed}, err
}

// refreshByInitiateAuth is the same for clients that don't rotate, by InitiateAuth.
func (c *request) refreshByInitiateAuth(cl *directory.Client, parameters map[string]string) (any, error) {
	token, err := parameter(parameters, "REFRESH_TOKEN")
	if err != nil {
		return nil, err
	}
	g, err := c.refresh(cl.ID, token, func(cl *directory.Client, g *tokens.Grant) error {
		return proveSecret(cl, parameters["SECRET_HASH"], g.Names()...)
	})
	if err != nil {
		return nil, err
	}
	return c.answer(&outcome{grant: g})
}

// refresh takes a refresh token for a new grant, of whoever proves to be the client.
func (c *request) refresh(clientID, token string, prove func(*directory.Client, *tokens.Grant) error) (*tokens.Grant, error) {
	var g *tokens.Grant
	err := c.update(func(t directory.Tx) error {
		cl, _, err := t.Client(clientID)
		if err != nil {
			return err
		}
		if g, err = c.tokens.Refresh(t, clientID, token, c.at); err != nil {
			return err
		}
		return prove(cl, g)
	})
	return g, err
}

type revokeRequest struct {
	Token        string `shape:"TokenModelType" required:"true"`
	ClientID     string `aws:"ClientId" shape:"ClientIdType" required:"true"`
	ClientSecret string `shape:"SecretType"`
}

func (c *request) revokeToken(in revokeRequest) (any, error) {
	return nil, c.update(func(t directory.Tx) error {
		cl, _, err := t.Client(in.ClientID)
		if err != nil {
			return err
		}
		if err := giveSecret(cl, in.ClientSecret); err != nil {
			return err
		}
		return tokens.Revoke(t, in.ClientID, in.Token)
	})
}

type accessRequest struct {
	AccessToken string `shape:"TokenModelType" required:"true"`
}

// globalSignOut ends all sign-ins of the user.
func (c *request) globalSignOut(in accessRequest) (any, error) {
	return nil, c.signedIn(in.AccessToken, func(t directory.Tx, s *signedIn) error { return tokens.SignOut(t, s.pool, s.user) })
}

func (c *request) adminUserGlobalSignOut(in adminUserRequest) (any, error) {
	return nil, c.changeUser(in, tokens.SignOut)
}
