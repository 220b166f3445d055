package cognito

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/cognito/properties"
	"lightbox.example/lightbox/sandbox/cognito/refuse"
	"lightbox.example/lightbox/sandbox/cognito/seal"
	"lightbox.example/lightbox/sandbox/cognito/srp"
	"lightbox.example/lightbox/sandbox/cognito/tokens"
	"lightbox.example/lightbox/sandbox/pipeline"
)

var signInOperations = pipeline.Table[*Service]{
	"AdminInitiateAuth":           signed((*request).adminInitiateAuth),
	"AdminRespondToAuthChallenge": signed((*request).adminRespondToAuthChallenge),
	"InitiateAuth":                public(counted((*request).initiateAuth)),
	"RespondToAuthChallenge":      public(counted((*request).respondToAuthChallenge)),
}

// clientRequest has the members that requests of an app client share. ClientMetadata is for the functions that
// a pool calls; UserContextData is for threat protection, which the sandbox has not: Amplify sends it, and nothing depends on it.
type clientRequest struct {
	ClientID        string `aws:"ClientId" shape:"ClientIdType" required:"true"`
	ClientMetadata  map[string]string
	UserContextData *userContextData
}

type userContextData struct{ IPAddress, EncodedData string }

type initiateAuthRequest struct {
	clientRequest
	AuthFlow       string `shape:"AuthFlowType" required:"true"`
	AuthParameters map[string]string
}

// authAnswer is the answer of a step of a sign-in: a challenge, or tokens.
type authAnswer struct {
	ChallengeName        string `json:",omitempty"`
	Session              string `json:",omitempty"`
	ChallengeParameters  map[string]string
	AuthenticationResult *tokens.Tokens `json:",omitempty"`
}

// client is the client of a request, and its pool.
func (c *request) client(id string) (cl *directory.Client, p *directory.Pool, err error) {
	err = c.view(func(t directory.Tx) error {
		cl, p, err = t.Client(id)
		return err
	})
	return cl, p, err
}

// initiateAuth begins a sign-in in the ways that the client allows.
func (c *request) initiateAuth(in initiateAuthRequest) (any, error) {
	cl, p, err := c.client(in.ClientID)
	if err != nil {
		return nil, err
	}
	switch in.AuthFlow {
	case "USER_SRP_AUTH":
		if cl.Settings.Allows(properties.AllowSRP) {
			return c.challengePassword(p, cl, in.AuthParameters)
		}
	case "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN":
		if cl.Settings.Allows(properties.AllowRefresh) {
			return c.refreshByInitiateAuth(cl, in.AuthParameters)
		}
	case "USER_PASSWORD_AUTH":
		if !cl.Settings.Allows(properties.AllowPassword) {
			return nil, refuse.InvalidParameter("USER_PASSWORD_AUTH flow not enabled for this client")
		}
		return c.byPassword(p, cl, in.AuthParameters)
	case "ADMIN_NO_SRP_AUTH", "ADMIN_USER_PASSWORD_AUTH":
		return nil, refuse.InvalidParameter("Initiate Auth method not supported.")
	case "CUSTOM_AUTH":
		if cl.Settings.Allows(properties.AllowCustom) {
			return nil, refuse.Unsupported("InitiateAuth: AuthFlow CUSTOM_AUTH is not supported by the sandbox: it has no custom sign-in")
		}
	}
	return nil, refuse.InvalidParameter("%s is not enabled for the client.", in.AuthFlow)
}

// parameter finds one that has to be there.
func parameter(parameters map[string]string, name string) (string, error) {
	if parameters[name] == "" {
		return "", refuse.InvalidParameter("Missing required parameter %s", name)
	}
	return parameters[name], nil
}

// longestPublic is the length of SRP's public values in hexadecimal digits, a zero byte in front included.
const longestPublic = 2 + 3072/4

// challengePassword answers the first step of SRP. For a user who is not there the answer is made up: the same for the same
// name each time, and in form and in time to make like any other. With an e-mail address the name to sign with is a UUID
// then, as in Cognito: which is a user's name that someone may have, but most have not.
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html
func (c *request) challengePassword(p *directory.Pool, cl *directory.Client, parameters map[string]string) (any, error) {
	name, err := signsIn(cl, parameters)
	if err != nil {
		return nil, err
	}
	text, err := parameter(parameters, "SRP_A")
	if err != nil {
		return nil, err
	}
	a, ok := new(big.Int).SetString(text, 16)
	if !ok || len(text) > longestPublic || a.Sign() < 0 || new(big.Int).Mod(a, srp.N).Sign() == 0 {
		return nil, refuse.InvalidParameter("SRP_A is not a value that the protocol allows")
	}
	v := seal.Challenge{Step: seal.StepPassword, Pool: p.ID, Client: cl.ID, A: a.Bytes(), S: c.bytes(32)}
	salt, kept, err := c.meet(p, cl, name, &v)
	if err != nil {
		return nil, err
	}
	public := srp.ServerValue(kept, v.S)
	v.B = public.Bytes()
	return authAnswer{ChallengeName: seal.StepPassword, ChallengeParameters: map[string]string{
		"SALT":            hex.EncodeToString(salt),
		"SECRET_BLOCK":    c.sealUp(v, cl.Settings),
		"SRP_B":           public.Text(16),
		"USERNAME":        v.SignedName,
		"USER_ID_FOR_SRP": v.SignedName,
	}}, nil
}

// signsIn is the name by which somebody signs in, with the secret of the client if that has one.
func signsIn(cl *directory.Client, parameters map[string]string) (string, error) {
	name, err := parameter(parameters, "USERNAME")
	if err != nil {
		return "", err
	}
	if err := words.Check(&struct {
		Username string `shape:"UsernameType" required:"true"`
	}{name}); err != nil { // it becomes a key of the store
		return "", err
	}
	return name, proveSecret(cl, parameters["SECRET_HASH"], name)
}

// meet notes in a challenge who signs in by a name, or who does in the place of nobody, and answers their salt and verifier.
func (c *request) meet(p *directory.Pool, cl *directory.Client, name string, v *seal.Challenge) (salt, kept []byte, err error) {
	err = c.view(func(t directory.Tx) error {
		u, folded, err := t.Find(p, name)
		if err != nil {
			return err
		}
		if err := lockedOut(t, p, folded, c.at); err != nil {
			return err
		}
		if u == nil && !cl.Settings.HidesUsers() {
			return refuse.UserUnknown()
		}
		v.Name, v.SignedName, v.Sub = folded, signedName(p, u, folded), aws.UUID(p.MadeUp("sub", folded, 16))
		if u != nil {
			v.Sub = u.Sub
		}
		salt, kept = secrets(p, u, folded)
		return nil
	})
	return salt, kept, err
}

// signedName is the name that SRP hashes: the user's, or one for nobody.
func signedName(p *directory.Pool, u *directory.User, folded string) string {
	switch {
	case u != nil:
		return u.Name
	case strings.Contains(folded, "@"):
		return aws.UUID(p.MadeUp("name", folded, 16))
	}
	return folded
}

// secrets are the salt and the verifier of a user, or some for nobody.
func secrets(p *directory.Pool, u *directory.User, folded string) (salt, verifier []byte) {
	if u != nil && len(u.Verifier) > 0 {
		return u.Salt, u.Verifier
	}
	v := new(big.Int).SetBytes(p.MadeUp("verifier", folded, 3072/8))
	return p.MadeUp("salt", folded, saltSize), v.Mod(v, srp.N).Bytes()
}

type respondRequest struct {
	clientRequest
	ChallengeName      string `shape:"ChallengeNameType" required:"true"`
	ChallengeResponses map[string]string
	Session            string `shape:"SessionType"`
}

// respondToAuthChallenge takes the answer to a challenge that the service gave.
func (c *request) respondToAuthChallenge(in respondRequest) (any, error) {
	cl, p, err := c.client(in.ClientID)
	if err != nil {
		return nil, err
	}
	respond := map[string]func(*request, *directory.Pool, *directory.Client, respondRequest) (*outcome, error){
		"PASSWORD_VERIFIER":     (*request).provePassword,
		"NEW_PASSWORD_REQUIRED": (*request).setFirstPassword,
		"SOFTWARE_TOKEN_MFA":    (*request).proveTOTP,
		"MFA_SETUP":             (*request).finishSetup,
	}[in.ChallengeName]
	if respond == nil {
		return nil, refuse.InvalidParameter("%s is not a challenge that this user pool gives", in.ChallengeName)
	}
	if err := proveSecret(cl, in.ChallengeResponses["SECRET_HASH"], in.ChallengeResponses["USERNAME"]); err != nil {
		return nil, err
	}
	o, err := respond(c, p, cl, in)
	if err != nil {
		return nil, err
	}
	return c.answer(o)
}

// The time in which a TIMESTAMP is written, and how far it may be from the service's: five minutes, which is believed to be
// Cognito's limit but not documented.
const (
	timestampLayout = "Mon Jan 2 15:04:05 UTC 2006"
	timestampSkew   = 5 * time.Minute
)

// provePassword takes the second step of SRP. A secret block is good for one attempt; that one is counted if it fails.
func (c *request) provePassword(p *directory.Pool, cl *directory.Client, in respondRequest) (*outcome, error) {
	values := map[string]string{}
	for _, name := range []string{"USERNAME", "PASSWORD_CLAIM_SECRET_BLOCK", "PASSWORD_CLAIM_SIGNATURE", "TIMESTAMP"} {
		value, err := parameter(in.ChallengeResponses, name)
		if err != nil {
			return nil, err
		}
		values[name] = value
	}
	signed, err := time.Parse(timestampLayout, values["TIMESTAMP"])
	if err != nil || signed.Format(timestampLayout) != values["TIMESTAMP"] {
		return nil, refuse.InvalidParameter("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.")
	}
	v, err := c.seal.Open(values["PASSWORD_CLAIM_SECRET_BLOCK"], cl.ID, c.at, seal.StepPassword)
	if err != nil {
		return nil, err
	}
	if skew := c.at.Sub(signed).Abs(); skew > timestampSkew || p.Fold(values["USERNAME"]) != p.Fold(v.SignedName) {
		return nil, refuse.WrongPassword()
	}

	// The arithmetic is done before the transaction, which holds up all others.
	var u *directory.User
	err = c.view(func(t directory.Tx) (err error) {
		u, err = t.Same(p, v.Name, v.Sub)
		return err
	})
	if err != nil {
		return nil, err
	}
	_, kept := secrets(p, u, v.Name)
	shared, ok := srp.SharedKey(new(big.Int).SetBytes(v.A), new(big.Int).SetBytes(v.B), kept, v.S)
	block, _ := base64.StdEncoding.DecodeString(values["PASSWORD_CLAIM_SECRET_BLOCK"]) // it was sealed so
	given, _ := base64.StdEncoding.DecodeString(values["PASSWORD_CLAIM_SIGNATURE"])    // what is none is wrong
	right := hmac.Equal(given, srp.Claim(shared, p.ID, v.SignedName, block, values["TIMESTAMP"])) && ok && u != nil

	var o *outcome
	err = c.update(func(t directory.Tx) (err error) {
		o, err = c.afterPassword(t, p, cl, v, kept, right)
		return err
	})
	return o, err
}

// afterPassword goes on with a sign-in whose password was right, and counts one whose was not.
func (c *request) afterPassword(t directory.Tx, p *directory.Pool, cl *directory.Client, v seal.Challenge, kept []byte, right bool) (*outcome, error) {
	if err := lockedOut(t, p, v.Name, c.at); err != nil {
		return nil, err
	}
	if err := seal.Use(t, v); err != nil {
		return nil, err
	}
	u, err := t.Same(p, v.Name, v.Sub)
	if err != nil {
		return nil, err
	}
	if !right || u == nil || !hmac.Equal(u.Verifier, kept) { // the last: it was changed a moment ago
		if err := wrongSignIn(t, p, v.Name, c.at); err != nil {
			return nil, err
		}
		return nil, directory.Committing(refuse.WrongPassword())
	}
	switch {
	case !u.Enabled:
		return nil, directory.Committing(refuse.UserDisabled())
	case u.Status == directory.Unconfirmed:
		return nil, directory.Committing(refuse.With("UserNotConfirmedException", "User is not confirmed."))
	case u.Status == directory.ResetRequired:
		return nil, directory.Committing(refuse.ResetRequired())
	case u.Status == directory.ForceChangePassword && c.at.After(u.PasswordSet.Add(p.Settings.TemporaryLife())):
		return nil, directory.Committing(refuse.NotAuthorized("Temporary password has expired and must be reset by an administrator."))
	case u.Status == directory.ForceChangePassword:
		return c.askNewPassword(p, cl, u), nil
	}
	return c.nextFactor(t, p, cl, u)
}
