package cognito

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/cognito/properties"
	"lightbox.example/lightbox/sandbox/cognito/refuse"
	"lightbox.example/lightbox/sandbox/cognito/tokens"
	"lightbox.example/lightbox/sandbox/pipeline"
)

var adminOperations = pipeline.Table[*Service]{
	"AdminConfirmSignUp":        signed((*request).adminConfirmSignUp),
	"AdminCreateUser":           signed((*request).adminCreateUser),
	"AdminDeleteUser":           signed((*request).adminDeleteUser),
	"AdminDeleteUserAttributes": signed((*request).adminDeleteUserAttributes),
	"AdminDisableUser":          signed((*request).adminDisableUser),
	"AdminEnableUser":           signed((*request).adminEnableUser),
	"AdminGetUser":              signed((*request).adminGetUser),
	"AdminUpdateUserAttributes": signed((*request).adminUpdateUserAttributes),
}

type adminUserRequest struct {
	poolRequest
	Username string `shape:"UsernameType" required:"true"`
}

// changeUser runs change for the user of a request and keeps what it did.
func (c *request) changeUser(in adminUserRequest, change func(directory.Tx, *directory.Pool, *directory.User) error) error {
	return c.update(func(t directory.Tx) error {
		p, u, err := poolAndUser(t, in.UserPoolID, in.Username)
		if err != nil {
			return err
		}
		if err := change(t, p, u); err != nil {
			return err
		}
		return t.PutUser(p, u, c.at)
	})
}

// poolAndUser finds a user who must be there, and their pool: by user name, by verified e-mail address or by sub.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteUser.html#API_AdminDeleteUser_RequestParameters
func poolAndUser(t directory.Tx, poolID, name string) (*directory.Pool, *directory.User, error) {
	p, err := t.Pool(poolID)
	if err != nil {
		return nil, nil, err
	}
	u, _, err := t.Find(p, name)
	if err == nil && u == nil {
		u, err = t.WithSub(p, name)
	}
	if err == nil && u == nil {
		err = refuse.UserUnknown()
	}
	return p, u, err
}

// stamp is a time as JSON 1.1 has it: seconds since 1970.
type stamp time.Time

// MarshalJSON writes milliseconds behind the point.
func (s stamp) MarshalJSON() ([]byte, error) {
	milliseconds := time.Time(s).UnixMilli()
	return fmt.Appendf(nil, "%d.%03d", milliseconds/1000, milliseconds%1000), nil
}

type userRecord struct {
	Username             string
	Attributes           []properties.Attribute
	UserCreateDate       stamp
	UserLastModifiedDate stamp
	Enabled              bool
	UserStatus           string
}

// recordOf is a user as lists show them, with the attributes that visible lets be seen.
func recordOf(u *directory.User, visible func(string) bool) userRecord {
	return userRecord{
		Username: u.Name, Attributes: u.List(visible), Enabled: u.Enabled, UserStatus: u.Status,
		UserCreateDate: stamp(u.Created), UserLastModifiedDate: stamp(u.Modified),
	}
}

type adminCreateRequest struct {
	adminUserRequest
	UserAttributes         []properties.Attribute
	ValidationData         []properties.Attribute // for Lambda triggers
	TemporaryPassword      string                 `shape:"PasswordType"`
	ForceAliasCreation     bool
	MessageAction          string   `shape:"MessageActionType"`
	DesiredDeliveryMediums []string `each:"DeliveryMediumType"`
	ClientMetadata         map[string]string
}

type userAnswer struct{ User userRecord }

// adminCreateUser makes a user who has to set a password of their own at the first sign-in, or gives one who has not done so
// yet another temporary password. The invitation goes to the e-mail address, whichever medium is desired.
func (c *request) adminCreateUser(in adminCreateRequest) (any, error) {
	c.by("", in.ClientMetadata)
	var answer userAnswer
	err := c.update(func(t directory.Tx) error {
		p, err := t.Pool(in.UserPoolID)
		if err != nil {
			return err
		}
		password := in.TemporaryPassword
		if password == "" {
			password = c.newPassword()
		}
		if err := p.Settings.CheckPassword(password, "did not conform with policy"); err != nil {
			return err
		}
		u, err := c.invited(t, p, in)
		if err != nil {
			return err
		}
		c.setPassword(u, password, directory.ForceChangePassword)
		if u.Attributes["email_verified"] == "true" {
			if err := t.ClaimAlias(p, u, in.ForceAliasCreation, c.at); err != nil {
				return err
			}
		}
		if to := u.Attributes["email"]; to != "" && in.MessageAction != "SUPPRESS" {
			if err := c.send(p, u, to, "AdminCreateUser", "Your temporary password", "Your username is {username} and temporary password is {####}.", password); err != nil {
				return err
			}
		}
		if err := t.PutUser(p, u, c.at); err != nil {
			return err
		}
		answer.User = recordOf(u, all)
		return nil
	})
	return answer, err
}

// invited is the user of an invitation: a new one, or one who is invited again.
func (c *request) invited(t directory.Tx, p *directory.Pool, in adminCreateRequest) (*directory.User, error) {
	if in.MessageAction != "RESEND" {
		u, err := c.newUser(t, p, in.Username, in.UserAttributes)
		if err != nil {
			return nil, err
		}
		_, err = c.admit(p, "PreSignUp_AdminCreateUser", u, in.ValidationData)
		return u, err
	}
	u, err := t.User(p, in.Username)
	if err == nil && u.Status != directory.ForceChangePassword {
		err = refuse.With("UnsupportedUserStateException", "Resend not possible. %s status is not FORCE_CHANGE_PASSWORD", u.Name)
	}
	return u, err
}

// newPassword makes up a temporary password of 16 characters, of each class some.
func (s *Service) newPassword() string {
	const classes = "ABCDEFGHJKLMNPQRSTUVWXYZ abcdefghijkmnopqrstuvwxyz 23456789 !#%+-.:="
	kinds := strings.Fields(classes)
	var password strings.Builder
	for i, b := range s.bytes(16) {
		kind := kinds[i%len(kinds)]
		password.WriteByte(kind[int(b)%len(kind)])
	}
	return password.String()
}

// adminConfirmSignUp lets a new user in without a code. Their address is not verified by that.
func (c *request) adminConfirmSignUp(in adminConfirmRequest) (any, error) {
	c.by("", in.ClientMetadata)
	return nil, c.changeUser(in.adminUserRequest, func(_ directory.Tx, p *directory.Pool, u *directory.User) error {
		if u.Status != directory.Unconfirmed {
			return refuse.NotAuthorized("User cannot be confirmed. Current status is %s", u.Status)
		}
		u.Status = directory.Confirmed
		return c.later(p, "PostConfirmation_ConfirmSignUp", u)
	})
}

type adminConfirmRequest struct {
	adminUserRequest
	ClientMetadata map[string]string
}

type adminGetAnswer struct {
	getUserAnswer
	UserCreateDate       stamp
	UserLastModifiedDate stamp
	Enabled              bool
	UserStatus           string
}

func (c *request) adminGetUser(in adminUserRequest) (any, error) {
	var answer adminGetAnswer
	err := c.view(func(t directory.Tx) error {
		_, u, err := poolAndUser(t, in.UserPoolID, in.Username)
		if err != nil {
			return err
		}
		answer = adminGetAnswer{
			getUserAnswer:  getUserAnswer{Username: u.Name, UserAttributes: u.List(all)},
			UserCreateDate: stamp(u.Created), UserLastModifiedDate: stamp(u.Modified), Enabled: u.Enabled, UserStatus: u.Status,
		}
		answer.PreferredMfaSetting, answer.UserMFASettingList = factorsOf(&u.TOTP)
		return nil
	})
	return answer, err
}

func (c *request) adminDeleteUser(in adminUserRequest) (any, error) {
	return nil, c.update(func(t directory.Tx) error {
		p, u, err := poolAndUser(t, in.UserPoolID, in.Username)
		if err != nil {
			return err
		}
		return t.DeleteUser(p, u)
	})
}

// adminDisableUser ends all sign-ins of a user, who can't sign in again until they are enabled.
func (c *request) adminDisableUser(in adminUserRequest) (any, error) {
	return nil, c.changeUser(in, func(t directory.Tx, p *directory.Pool, u *directory.User) error {
		u.Enabled = false
		return tokens.SignOut(t, p, u)
	})
}

func (c *request) adminEnableUser(in adminUserRequest) (any, error) {
	return nil, c.changeUser(in, func(_ directory.Tx, _ *directory.Pool, u *directory.User) error {
		u.Enabled = true
		return nil
	})
}

type adminUpdateAttributesRequest struct {
	adminUserRequest
	UserAttributes []properties.Attribute `required:"true"`
	ClientMetadata map[string]string
}

// adminUpdateUserAttributes changes any attribute but sub. An e-mail address that is said to be verified is the user's at
// once; one of which that is not said has to be verified as if the user had changed it.
func (c *request) adminUpdateUserAttributes(in adminUpdateAttributesRequest) (any, error) {
	c.by("", in.ClientMetadata)
	return nil, c.changeUser(in.adminUserRequest, func(t directory.Tx, p *directory.Pool, u *directory.User) error {
		if err := p.Settings.Conforms(in.UserAttributes, false); err != nil {
			return err
		}
		now, pending := in.UserAttributes, ""
		said := slices.ContainsFunc(now, func(a properties.Attribute) bool { return a.Name == "email_verified" })
		if !said {
			now, pending = split(p, u, in.UserAttributes)
		}
		if err := t.ReleaseAlias(p, u); err != nil {
			return err
		}
		before := u.Attributes["email"]
		for _, a := range now {
			u.Set(a.Name, a.Value)
		}
		if !said && u.Attributes["email"] != before {
			u.Set("email_verified", "false")
		}
		if u.Attributes["email_verified"] == "true" {
			if err := t.ClaimAlias(p, u, false, c.at); err != nil {
				return err
			}
		}
		if pending != "" && slices.Contains(p.Settings.AutoVerifiedAttributes, "email") {
			if _, err := c.sendCode(t, p, u, verifyCode, pending, "AdminUpdateUserAttributes"); err != nil {
				return err
			}
		}
		return p.Settings.Complete(u.Attributes)
	})
}

type adminDeleteAttributesRequest struct {
	adminUserRequest
	UserAttributeNames []string `each:"AttributeNameType" required:"true"`
}

func (c *request) adminDeleteUserAttributes(in adminDeleteAttributesRequest) (any, error) {
	return c.adminUpdateUserAttributes(adminUpdateAttributesRequest{
		adminUserRequest: in.adminUserRequest, UserAttributes: blank(in.UserAttributeNames),
	})
}
