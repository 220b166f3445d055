package cognito

import (
	"errors"
	"slices"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/cognito/properties"
	"lightbox.example/lightbox/sandbox/cognito/refuse"
	"lightbox.example/lightbox/sandbox/pipeline"
)

var signUpOperations = pipeline.Table[*Service]{
	"ConfirmSignUp":          public((*request).confirmSignUp),
	"ResendConfirmationCode": public((*request).resendConfirmationCode),
	"SignUp":                 public(counted((*request).signUp)),
}

type signUpRequest struct {
	hashedRequest
	Username       string `shape:"UsernameType" required:"true"`
	Password       string `shape:"PasswordType" required:"true"`
	UserAttributes []properties.Attribute
	ValidationData []properties.Attribute // for Lambda triggers
}

type signUpAnswer struct {
	UserConfirmed       bool
	UserSub             string
	CodeDeliveryDetails *delivery `json:",omitempty"`
}

// signUp makes a user who has to confirm that the address is theirs. That a user name is taken can be seen from the answer,
// as in Cognito; that an address is can't: that shows to who can read its mail.
func (c *request) signUp(in signUpRequest) (any, error) {
	c.by(in.ClientID, in.ClientMetadata)
	var answer signUpAnswer
	err := c.update(func(t directory.Tx) error {
		cl, p, err := hashed(t, in.hashedRequest, in.Username)
		if err != nil {
			return err
		}
		if config := p.Settings.AdminCreateUserConfig; config != nil && config.AllowAdminCreateUserOnly {
			return refuse.NotAuthorized("SignUp is not permitted for this user pool")
		}
		if err := p.Settings.CheckPassword(in.Password, "did not conform with policy"); err != nil {
			return err
		}
		if err := cl.Settings.MayWrite(in.UserAttributes); err != nil {
			return err
		}
		u, err := c.newUser(t, p, in.Username, in.UserAttributes)
		if err != nil {
			return err
		}
		admitted, err := c.admit(p, "PreSignUp_SignUp", u, in.ValidationData)
		if err != nil {
			return err
		}
		if u.Attributes["email"] != "" {
			u.Attributes["email_verified"] = "false"
		}
		c.setPassword(u, in.Password, directory.Unconfirmed)
		if err := c.confirmAs(t, p, u, admitted); err != nil {
			return err
		}
		if err := t.PutUser(p, u, c.at); err != nil {
			return err
		}
		answer = signUpAnswer{UserSub: u.Sub, UserConfirmed: admitted.AutoConfirmUser}
		if admitted.AutoConfirmUser || !slices.Contains(p.Settings.AutoVerifiedAttributes, "email") || u.Attributes["email"] == "" {
			return nil
		}
		answer.CodeDeliveryDetails, err = c.sendCode(t, p, u, confirmCode, u.Attributes["email"], "SignUp")
		return err
	})
	return answer, err
}

// newUser makes a user without a password, and does not put it into the store.
func (c *request) newUser(t directory.Tx, p *directory.Pool, name string, given []properties.Attribute) (*directory.User, error) {
	named := p.Settings.NamedBy("email")
	switch {
	case named && !properties.IsEmail(name):
		return nil, refuse.InvalidParameter("Username should be an email.")
	case p.Settings.HasAlias("email") && properties.IsEmail(name):
		return nil, refuse.InvalidParameter("Username cannot be of email format, since user pool is configured for email alias.")
	}
	if err := p.Settings.Conforms(given, true); err != nil {
		return nil, err
	}
	// Names are kept as they are compared: were the way that it was first written seen in answers, anyone could ask for
	// another way to write it, and see whether there is such a user.
	u := &directory.User{Name: p.Fold(name), Pool: p.ID, Sub: c.sub(), Enabled: true, Created: c.at, Attributes: map[string]string{}}
	switch other, err := t.Named(p, u.Name); {
	case err != nil:
		return nil, err
	case other != nil:
		return nil, refuse.With("UsernameExistsException", "User already exists")
	}
	for _, a := range given {
		u.Set(a.Name, a.Value)
	}
	if named {
		return u, c.nameByEmail(t, p, u, name)
	}
	return u, p.Settings.Complete(u.Attributes)
}

// nameByEmail gives a new user, who was given an address in the place of a name, the address, and their sub as a name. The address is
// theirs to sign in with at once, verified or not: no two users of such a pool have the same.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html#user-pool-settings-aliases
func (c *request) nameByEmail(t directory.Tx, p *directory.Pool, u *directory.User, address string) error {
	if given := u.Attributes["email"]; given != "" && p.Fold(given) != p.Fold(address) {
		return refuse.InvalidParameter("Attribute email: got another address than the user name's")
	}
	u.Name = u.Sub
	u.Set("email", address)
	if _, taken, err := t.Find(p, address); err != nil || taken != p.Fold(address) {
		return errors.Join(err, refuse.With("UsernameExistsException", "An account with the given email already exists."))
	}
	if err := t.ClaimAlias(p, u, false, c.at); err != nil {
		return err
	}
	return p.Settings.Complete(u.Attributes)
}

// sub is the id of the user whom the request makes.
func (c *request) sub() string {
	if c.newSub == "" {
		c.newSub = aws.UUID(c.bytes(16))
	}
	return c.newSub
}

type confirmSignUpRequest struct {
	hashedRequest
	Username           string `shape:"UsernameType" required:"true"`
	ConfirmationCode   string `shape:"ConfirmationCodeType" required:"true"`
	ForceAliasCreation bool
}

// confirmSignUp takes the code of a new user: their address is verified, and theirs to sign in with.
func (c *request) confirmSignUp(in confirmSignUpRequest) (any, error) {
	c.by(in.ClientID, in.ClientMetadata)
	return nil, c.update(func(t directory.Tx) error {
		cl, p, err := hashed(t, in.hashedRequest, in.Username)
		if err != nil {
			return err
		}
		u, name, err := t.Find(p, in.Username)
		if err != nil {
			return err
		}
		if u == nil && !cl.Settings.HidesUsers() {
			return refuse.UserUnknown()
		}
		if u != nil && u.Status != directory.Unconfirmed {
			return refuse.NotAuthorized("User cannot be confirmed. Current status is %s", u.Status)
		}
		if _, err := c.checkCode(t, p, name, confirmCode, in.ConfirmationCode); err != nil {
			return err
		}
		if err := t.ClaimAlias(p, u, in.ForceAliasCreation, c.at); err != nil {
			return err
		}
		u.Status, u.Attributes["email_verified"] = directory.Confirmed, "true"
		if err := dropCode(t, p, name, confirmCode); err != nil {
			return err
		}
		if err := c.later(p, "PostConfirmation_ConfirmSignUp", u); err != nil {
			return err
		}
		return t.PutUser(p, u, c.at)
	})
}

type resendRequest struct {
	hashedRequest
	Username string `shape:"UsernameType" required:"true"`
}

type deliveryAnswer struct{ CodeDeliveryDetails *delivery }

// resendConfirmationCode sends a new user another code. Where users are hidden it says so for users who are not there too.
func (c *request) resendConfirmationCode(in resendRequest) (any, error) {
	c.by(in.ClientID, in.ClientMetadata)
	var answer deliveryAnswer
	err := c.update(func(t directory.Tx) error {
		cl, p, err := hashed(t, in.hashedRequest, in.Username)
		if err != nil {
			return err
		}
		u, name, err := t.Find(p, in.Username)
		switch {
		case err != nil:
			return err
		case (u == nil || !u.Enabled) && cl.Settings.HidesUsers():
			answer.CodeDeliveryDetails, err = c.pretend(t, p, name, confirmCode)
		case u == nil:
			return refuse.UserUnknown()
		case u.Status != directory.Unconfirmed:
			return refuse.InvalidParameter("User is already confirmed.")
		case u.Attributes["email"] == "":
			return refuse.InvalidParameter("Cannot resend codes. Auto verification not turned on.")
		default:
			answer.CodeDeliveryDetails, err = c.sendCode(t, p, u, confirmCode, u.Attributes["email"], "ResendConfirmationCode")
		}
		return err
	})
	return answer, err
}

// pretend answers as if a code was sent to a user who is not there. It is kept that there is one, which nothing matches: a
// guess at it fails like a guess at any other.
func (c *request) pretend(t directory.Tx, p *directory.Pool, name, purpose string) (*delivery, error) {
	if err := c.putCode(t, p, name, purpose, code{}); err != nil {
		return nil, err
	}
	if properties.IsEmail(name) {
		return mailedTo(name), nil
	}
	letters := p.MadeUp("address", name, 2)
	return mailedTo(string('a'+letters[0]%26) + "@" + string('a'+letters[1]%26)), nil
}
