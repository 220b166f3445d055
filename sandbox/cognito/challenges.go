package cognito

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/cognito/properties"
	"lightbox.example/lightbox/sandbox/cognito/refuse"
	"lightbox.example/lightbox/sandbox/cognito/seal"
	"lightbox.example/lightbox/sandbox/cognito/tokens"
)

// An outcome is what a step of a sign-in led to: a further challenge, or a sign-in.
type outcome struct {
	challenge *authAnswer
	grant     *tokens.Grant
}

// answer makes the answer of an outcome. It signs the tokens, which takes a while, outside of transactions.
func (c *request) answer(o *outcome) (any, error) {
	if o.challenge != nil {
		return o.challenge, nil
	}
	signed, err := c.tokens.Sign(o.grant, c.at)
	return authAnswer{ChallengeParameters: map[string]string{}, AuthenticationResult: signed}, err
}

// challenge asks u for the next step.
func (c *request) challenge(p *directory.Pool, cl *directory.Client, u *directory.User, step string, parameters map[string]string) *outcome {
	parameters["USER_ID_FOR_SRP"] = u.Name
	session := c.sealUp(seal.Challenge{Step: step, Pool: p.ID, Client: cl.ID, Name: p.Fold(u.Name), Sub: u.Sub}, cl.Settings)
	return &outcome{challenge: &authAnswer{ChallengeName: step, Session: session, ChallengeParameters: parameters}}
}

// signInUser ends a sign-in, and forgets those that failed before.
func (c *request) signInUser(t directory.Tx, p *directory.Pool, cl *directory.Client, u *directory.User) (*tokens.Grant, error) {
	if err := forget(t, p, p.Fold(u.Name), signInAttempt); err != nil {
		return nil, err
	}
	return c.tokens.SignIn(t, p, cl, u, c.at)
}

// sealUp gives v an id and the client's time for a sign-in, and seals it.
func (c *request) sealUp(v seal.Challenge, settings properties.Client) string {
	v.ID, v.Expires = c.bytes(16), c.at.Add(settings.SessionLife())
	return c.seal.Close(v)
}

// nextFactor is what comes after the password: the code of an authenticator app, or its setup where the pool requires one,
// or the end of the sign-in.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html
func (c *request) nextFactor(t directory.Tx, p *directory.Pool, cl *directory.Client, u *directory.User) (*outcome, error) {
	switch {
	case u.TOTP.Enabled && p.Settings.TOTP():
		return c.challenge(p, cl, u, seal.StepTOTP, map[string]string{"FRIENDLY_DEVICE_NAME": u.TOTP.Device}), nil
	case p.Settings.MfaConfiguration == "ON":
		return c.challenge(p, cl, u, seal.StepSetup, map[string]string{"MFAS_CAN_SETUP": `["SOFTWARE_TOKEN_MFA"]`}), nil
	}
	g, err := c.signInUser(t, p, cl, u)
	return &outcome{grant: g}, err
}

// session opens the Session of a request and finds its user, who must still be able to sign in. The transaction is to use
// it when the step is done.
func (c *request) session(t directory.Tx, p *directory.Pool, v seal.Challenge) (*directory.User, error) {
	if err := seal.Unused(t, v); err != nil {
		return nil, err
	}
	u, err := t.Same(p, v.Name, v.Sub)
	switch {
	case err != nil:
		return nil, err
	case u == nil:
		return nil, refuse.SessionInvalid()
	case !u.Enabled:
		return nil, refuse.UserDisabled()
	}
	return u, nil
}

// sessionOf opens the Session of an answer to a challenge; it must be the named user's.
func (c *request) sessionOf(p *directory.Pool, cl *directory.Client, in respondRequest, step string) (seal.Challenge, error) {
	if in.Session == "" {
		return seal.Challenge{}, refuse.InvalidParameter("Missing required parameter Session")
	}
	name, err := parameter(in.ChallengeResponses, "USERNAME")
	if err != nil {
		return seal.Challenge{}, err
	}
	v, err := c.seal.Open(in.Session, cl.ID, c.at, step)
	if err != nil {
		return seal.Challenge{}, err
	}
	if p.Fold(name) != v.Name && !c.isAlias(p, name, v.Name) {
		return seal.Challenge{}, refuse.SessionInvalid()
	}
	return v, nil
}

// isAlias reports whether name is another name of the user with that folded name.
func (c *request) isAlias(p *directory.Pool, name, folded string) (same bool) {
	err := c.view(func(t directory.Tx) error {
		_, found, err := t.Find(p, name)
		same = found == folded
		return err
	})
	return err == nil && same
}

// askNewPassword challenges a user with a temporary password to set their own.
func (c *request) askNewPassword(p *directory.Pool, cl *directory.Client, u *directory.User) *outcome {
	missing := []string{}
	for _, name := range p.Settings.RequiredAttributes() {
		if u.Attributes[name] == "" {
			missing = append(missing, "userAttributes."+name)
		}
	}
	visible := map[string]string{}
	for name, value := range u.Attributes {
		if cl.Settings.Reads(name) {
			visible[name] = value
		}
	}
	required, _ := json.Marshal(missing)   // a list of texts
	attributes, _ := json.Marshal(visible) // and a map
	return c.challenge(p, cl, u, seal.StepNewPassword, map[string]string{
		"requiredAttributes": string(required), "userAttributes": string(attributes),
	})
}

// setFirstPassword takes the password, and missing attributes, of a user who had a temporary one.
func (c *request) setFirstPassword(p *directory.Pool, cl *directory.Client, in respondRequest) (*outcome, error) {
	v, err := c.sessionOf(p, cl, in, seal.StepNewPassword)
	if err != nil {
		return nil, err
	}
	password, err := parameter(in.ChallengeResponses, "NEW_PASSWORD")
	if err != nil {
		return nil, err
	}
	if err := p.Settings.CheckPassword(password, "does not conform to policy"); err != nil {
		return nil, err
	}
	given, err := givenAttributes(in.ChallengeResponses)
	if err != nil {
		return nil, err
	}
	var o *outcome
	err = c.update(func(t directory.Tx) error {
		u, err := c.session(t, p, v)
		if err != nil {
			return err
		}
		if u.Status != directory.ForceChangePassword {
			return refuse.SessionInvalid()
		}
		if err := c.writeAttributes(t, p, cl, u, given); err != nil {
			return err
		}
		for _, name := range p.Settings.RequiredAttributes() {
			if u.Attributes[name] == "" {
				return refuse.InvalidParameter("Invalid attributes given, %s is missing", name)
			}
		}
		c.setPassword(u, password, directory.Confirmed)
		if err := seal.Use(t, v); err != nil {
			return err
		}
		if err := t.PutUser(p, u, c.at); err != nil {
			return err
		}
		o, err = c.nextFactor(t, p, cl, u)
		return err
	})
	return o, err
}

// givenAttributes are the attributes among the answers to a challenge, as in userAttributes.email.
func givenAttributes(responses map[string]string) ([]properties.Attribute, error) {
	var given []properties.Attribute
	for _, name := range slices.Sorted(maps.Keys(responses)) {
		if attributeName, ok := strings.CutPrefix(name, "userAttributes."); ok {
			given = append(given, properties.Attribute{Name: attributeName, Value: responses[name]})
		}
	}
	return given, words.Check(&struct{ UserAttributes []properties.Attribute }{given})
}

// proveTOTP takes the code of an authenticator app.
func (c *request) proveTOTP(p *directory.Pool, cl *directory.Client, in respondRequest) (*outcome, error) {
	v, err := c.sessionOf(p, cl, in, seal.StepTOTP)
	if err != nil {
		return nil, err
	}
	given, err := parameter(in.ChallengeResponses, "SOFTWARE_TOKEN_MFA_CODE")
	if err != nil {
		return nil, err
	}
	var o *outcome
	err = c.update(func(t directory.Tx) error {
		u, err := c.session(t, p, v)
		if err != nil {
			return err
		}
		if err := lockedOut(t, p, v.Name, c.at); err != nil {
			return err
		}
		if wrong := useCode(&u.TOTP, u.TOTP.Secret, given, c.at); wrong != nil {
			if err := wrongSignIn(t, p, v.Name, c.at); err != nil {
				return err
			}
			return directory.Committing(wrong)
		}
		if err := seal.Use(t, v); err != nil {
			return err
		}
		if err := t.PutUser(p, u, c.at); err != nil {
			return err
		}
		g, err := c.signInUser(t, p, cl, u)
		o = &outcome{grant: g}
		return err
	})
	return o, err
}

// finishSetup ends a sign-in in which the user set up the authenticator app that the pool requires.
func (c *request) finishSetup(p *directory.Pool, cl *directory.Client, in respondRequest) (*outcome, error) {
	v, err := c.sessionOf(p, cl, in, seal.StepVerified)
	if err != nil {
		return nil, err
	}
	var o *outcome
	err = c.update(func(t directory.Tx) error {
		u, err := c.session(t, p, v)
		if err != nil {
			return err
		}
		if err := seal.Use(t, v); err != nil {
			return err
		}
		u.TOTP.Enabled, u.TOTP.Preferred = true, true
		if err := t.PutUser(p, u, c.at); err != nil {
			return err
		}
		g, err := c.signInUser(t, p, cl, u)
		o = &outcome{grant: g}
		return err
	})
	return o, err
}
