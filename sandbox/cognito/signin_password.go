package cognito

import (
	"crypto/hmac"

	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/cognito/properties"
	"lightbox.example/lightbox/sandbox/cognito/refuse"
	"lightbox.example/lightbox/sandbox/cognito/seal"
	"lightbox.example/lightbox/sandbox/cognito/srp"
)

type adminInitiateAuthRequest struct {
	poolRequest
	ClientID       string `aws:"ClientId" shape:"ClientIdType" required:"true"`
	AuthFlow       string `shape:"AuthFlowType" required:"true"`
	AuthParameters map[string]string
	ClientMetadata map[string]string
}

// adminClient is the client of an administrator's request, and its pool.
func (c *request) adminClient(poolID, id string) (cl *directory.Client, p *directory.Pool, err error) {
	err = c.view(func(t directory.Tx) error {
		if p, err = t.Pool(poolID); err != nil {
			return err
		}
		cl, err = t.ClientOf(poolID, id)
		return err
	})
	return cl, p, err
}

// adminInitiateAuth begins a sign-in for a server of the app's own, which signs the request with an account's keys.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminInitiateAuth.html
func (c *request) adminInitiateAuth(in adminInitiateAuthRequest) (any, error) {
	cl, p, err := c.adminClient(in.UserPoolID, in.ClientID)
	if err != nil {
		return nil, err
	}
	switch in.AuthFlow {
	case "ADMIN_NO_SRP_AUTH", "ADMIN_USER_PASSWORD_AUTH":
		if cl.Settings.Allows(properties.AllowAdminPassword) {
			return c.byPassword(p, cl, in.AuthParameters)
		}
	case "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN":
		if cl.Settings.Allows(properties.AllowRefresh) {
			return c.refreshByInitiateAuth(cl, in.AuthParameters)
		}
	}
	return nil, refuse.InvalidParameter("Auth flow not enabled for this client")
}

type adminRespondRequest struct {
	poolRequest
	ClientID           string `aws:"ClientId" shape:"ClientIdType" required:"true"`
	ChallengeName      string `shape:"ChallengeNameType" required:"true"`
	ChallengeResponses map[string]string
	ClientMetadata     map[string]string
	Session            string `shape:"SessionType"`
}

// adminRespondToAuthChallenge goes on with such a sign-in.
func (c *request) adminRespondToAuthChallenge(in adminRespondRequest) (any, error) {
	if _, _, err := c.adminClient(in.UserPoolID, in.ClientID); err != nil {
		return nil, err
	}
	return c.respondToAuthChallenge(respondRequest{
		clientRequest: clientRequest{ClientID: in.ClientID, ClientMetadata: in.ClientMetadata}, ChallengeName: in.ChallengeName,
		ChallengeResponses: in.ChallengeResponses, Session: in.Session,
	})
}

// byPassword signs in with the password as it is: the same as by SRP after its second step. That a user is not there takes as long as
// a wrong password.
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
func (c *request) byPassword(p *directory.Pool, cl *directory.Client, parameters map[string]string) (any, error) {
	name, err := signsIn(cl, parameters)
	if err != nil {
		return nil, err
	}
	password, err := parameter(parameters, "PASSWORD")
	if err != nil {
		return nil, err
	}
	v := seal.Challenge{
		Step: seal.StepPassword, Pool: p.ID, Client: cl.ID, ID: c.bytes(16), Expires: c.at.Add(cl.Settings.SessionLife()),
	}
	salt, kept, err := c.meet(p, cl, name, &v)
	if err != nil {
		return nil, err
	}
	right := hmac.Equal(srp.Verifier(p.ID, v.SignedName, password, salt), kept)
	var o *outcome
	err = c.update(func(t directory.Tx) (err error) {
		o, err = c.afterPassword(t, p, cl, v, kept, right)
		return err
	})
	if err != nil {
		return nil, err
	}
	return c.answer(o)
}
