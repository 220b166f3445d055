package cognito

import (
	"encoding/base32"
	"errors"
	"time"

	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/cognito/refuse"
	"lightbox.example/lightbox/sandbox/cognito/seal"
	"lightbox.example/lightbox/sandbox/cognito/totp"
	"lightbox.example/lightbox/sandbox/pipeline"
)

var mfaOperations = pipeline.Table[*Service]{
	"AdminDeleteSoftwareToken":  signed((*request).adminDeleteSoftwareToken),
	"AdminSetUserMFAPreference": signed((*request).adminSetUserMFAPreference),
	"AssociateSoftwareToken":    public((*request).associateSoftwareToken),
	"SetUserMFAPreference":      public((*request).setUserMFAPreference),
	"VerifySoftwareToken":       public((*request).verifySoftwareToken),
}

// bearer is who asks for a step of the setup of an authenticator app: a signed-in user, or one in the midst of a sign-in.
type bearer struct {
	AccessToken string `shape:"TokenModelType"`
	Session     string `shape:"SessionType"`
}

// setup runs change for the user of b, and returns the Session of the next step if it was begun with one.
func (c *request) setup(b bearer, step, next string, change func(*directory.Pool, *directory.User) error) (session string, err error) {
	if (b.AccessToken == "") == (b.Session == "") {
		return "", refuse.InvalidParameter("Either AccessToken or Session is required, and not both")
	}
	if b.AccessToken != "" {
		return "", c.signedIn(b.AccessToken, func(t directory.Tx, s *signedIn) error {
			if err := change(s.pool, s.user); err != nil {
				return err
			}
			return t.PutUser(s.pool, s.user, c.at)
		})
	}
	v, err := c.seal.Open(b.Session, "", c.at, step)
	if err != nil {
		return "", err
	}
	err = c.update(func(t directory.Tx) error {
		cl, p, err := t.Client(v.Client)
		if err != nil {
			return err
		}
		u, err := c.session(t, p, v)
		if err != nil {
			return err
		}
		if err := lockedOut(t, p, v.Name, c.at); err != nil {
			return err
		}
		if err := change(p, u); err != nil {
			if wrong := wrongSignIn(t, p, v.Name, c.at); wrong != nil {
				return wrong
			}
			return directory.Committing(err)
		}
		session = c.challenge(p, cl, u, next, map[string]string{}).challenge.Session
		return errors.Join(seal.Use(t, v), t.PutUser(p, u, c.at))
	})
	return session, err
}

type associateRequest struct{ bearer }

type associateAnswer struct {
	SecretCode string
	Session    string `json:",omitempty"`
}

// associateSoftwareToken makes the secret of a new authenticator app, which counts when its first code is verified. An app
// that the user has counts until then.
func (c *request) associateSoftwareToken(in associateRequest) (any, error) {
	secret := c.bytes(32)
	session, err := c.setup(in.bearer, seal.StepSetup, seal.StepAssociated, func(p *directory.Pool, u *directory.User) error {
		if !p.Settings.TOTP() {
			return noTOTP()
		}
		u.TOTP.Pending = secret
		return nil
	})
	code := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
	return associateAnswer{SecretCode: code, Session: session}, err
}

// useCode takes a code made with secret, each once.
func useCode(u *directory.Authenticator, secret []byte, given string, now time.Time) error {
	if len(secret) == 0 {
		return refuse.With("SoftwareTokenMFANotFoundException", "Software token MFA has not been set up by the user")
	}
	step, ok := totp.Match(secret, given, now)
	switch {
	case !ok:
		return refuse.With("CodeMismatchException", "Invalid code received for user")
	case step <= u.LastStep:
		return refuse.With("ExpiredCodeException", "Your software token has already been used once.")
	}
	u.LastStep = step
	return nil
}

func noTOTP() error {
	return refuse.With("SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool")
}

type verifyRequest struct {
	bearer
	UserCode           string `shape:"SoftwareTokenMFAUserCodeType" required:"true"`
	FriendlyDeviceName string
}

type verifyAnswer struct {
	Status  string
	Session string `json:",omitempty"`
}

// verifySoftwareToken takes the first code of a new authenticator app.
func (c *request) verifySoftwareToken(in verifyRequest) (any, error) {
	session, err := c.setup(in.bearer, seal.StepAssociated, seal.StepVerified, func(p *directory.Pool, u *directory.User) error {
		if !p.Settings.TOTP() {
			return noTOTP()
		}
		if len(u.TOTP.Pending) == 0 {
			return refuse.InvalidParameter("Software token is not associated with the user")
		}
		app := directory.Authenticator{Secret: u.TOTP.Pending, Enabled: u.TOTP.Enabled, Preferred: u.TOTP.Preferred, Device: in.FriendlyDeviceName}
		if err := useCode(&app, app.Secret, in.UserCode, c.at); err != nil {
			return refuse.With("EnableSoftwareTokenMFAException", "Code mismatch and fail enable Software Token MFA")
		}
		u.TOTP = app
		return nil
	})
	return verifyAnswer{Status: "SUCCESS", Session: session}, err
}

type factor struct{ Enabled, PreferredMfa bool }

// factors are the settings of second factors; of those the sandbox has only authenticator apps.
type factors struct {
	SMSMfaSettings           *factor
	EmailMfaSettings         *factor
	SoftwareTokenMfaSettings *factor
	WebAuthnMfaSettings      *factor
}

// apply changes what u signs in with.
func (f factors) apply(p *directory.Pool, u *directory.User) error {
	for name, other := range map[string]*factor{"SMS_MFA": f.SMSMfaSettings, "EMAIL_OTP": f.EmailMfaSettings, "WEB_AUTHN": f.WebAuthnMfaSettings} {
		if other != nil && (other.Enabled || other.PreferredMfa) {
			return refuse.InvalidParameter("User does not have delivery config set to turn on %s", name)
		}
	}
	app := f.SoftwareTokenMfaSettings
	switch {
	case app == nil:
		return nil
	case app.PreferredMfa && !app.Enabled:
		return refuse.InvalidParameter("Software token MFA cannot be preferred and not enabled")
	case app.Enabled && !p.Settings.TOTP():
		return noTOTP()
	case app.Enabled && len(u.TOTP.Secret) == 0:
		return refuse.InvalidParameter("User has not verified software token mfa")
	}
	u.TOTP.Enabled, u.TOTP.Preferred = app.Enabled, app.PreferredMfa
	return nil
}

type mfaPreferenceRequest struct {
	factors
	AccessToken string `shape:"TokenModelType" required:"true"`
}

// setUserMFAPreference switches the code of the user's authenticator app on or off.
func (c *request) setUserMFAPreference(in mfaPreferenceRequest) (any, error) {
	return nil, c.signedIn(in.AccessToken, func(t directory.Tx, s *signedIn) error {
		if err := in.apply(s.pool, s.user); err != nil {
			return err
		}
		return t.PutUser(s.pool, s.user, c.at)
	})
}

type adminMFAPreferenceRequest struct {
	factors
	adminUserRequest
}

func (c *request) adminSetUserMFAPreference(in adminMFAPreferenceRequest) (any, error) {
	return nil, c.changeUser(in.adminUserRequest, func(_ directory.Tx, p *directory.Pool, u *directory.User) error { return in.apply(p, u) })
}

// adminDeleteSoftwareToken takes a lost authenticator app from its user.
func (c *request) adminDeleteSoftwareToken(in adminUserRequest) (any, error) {
	return nil, c.changeUser(in, func(_ directory.Tx, _ *directory.Pool, u *directory.User) error {
		u.TOTP = directory.Authenticator{}
		return nil
	})
}
