package cognito

import (
	"slices"

	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/cognito/properties"
	"lightbox.example/lightbox/sandbox/cognito/refuse"
	"lightbox.example/lightbox/sandbox/cognito/seal"
	"lightbox.example/lightbox/sandbox/pipeline"
)

var profileOperations = pipeline.Table[*Service]{
	"DeleteUser":                       public((*request).deleteOwnUser),
	"DeleteUserAttributes":             public((*request).deleteUserAttributes),
	"GetUser":                          public((*request).getUser),
	"GetUserAttributeVerificationCode": public((*request).getVerificationCode),
	"UpdateUserAttributes":             public((*request).updateUserAttributes),
	"VerifyUserAttribute":              public((*request).verifyUserAttribute),
}

type getUserAnswer struct {
	Username            string
	UserAttributes      []properties.Attribute
	PreferredMfaSetting string   `json:",omitempty"`
	UserMFASettingList  []string `json:",omitempty"`
}

// getUser shows a signed-in user as much of themselves as the client may read.
func (c *request) getUser(in accessRequest) (any, error) {
	token, err := c.accessToken(in.AccessToken)
	if err != nil {
		return nil, err
	}
	var answer getUserAnswer
	err = c.view(func(t directory.Tx) error {
		s, err := signedInBy(t, token)
		if err != nil {
			return err
		}
		answer = getUserAnswer{Username: s.user.Name, UserAttributes: s.user.List(s.client.Settings.Reads)}
		answer.PreferredMfaSetting, answer.UserMFASettingList = factorsOf(&s.user.TOTP)
		return nil
	})
	return answer, err
}

// factorsOf are the names of the user's second factors: the preferred one, and all that are on.
func factorsOf(u *directory.Authenticator) (preferred string, on []string) {
	if !u.Enabled {
		return "", nil
	}
	if u.Preferred {
		preferred = seal.StepTOTP
	}
	return preferred, []string{seal.StepTOTP}
}

type updateAttributesRequest struct {
	UserAttributes []properties.Attribute `required:"true"`
	AccessToken    string                 `shape:"TokenModelType" required:"true"`
	ClientMetadata map[string]string
}

type updateAttributesAnswer struct{ CodeDeliveryDetailsList []*delivery }

// updateUserAttributes changes what the client may write. Where the pool keeps the original, a new e-mail address counts
// when it is verified; elsewhere it counts at once, unverified, and can't be signed in with.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-email-phone-verification.html
func (c *request) updateUserAttributes(in updateAttributesRequest) (any, error) {
	answer := updateAttributesAnswer{CodeDeliveryDetailsList: []*delivery{}}
	err := c.signedIn(in.AccessToken, func(t directory.Tx, s *signedIn) error {
		c.by(s.client.ID, in.ClientMetadata)
		now, pending := split(s.pool, s.user, in.UserAttributes)
		if err := s.client.Settings.MayWrite(in.UserAttributes); err != nil {
			return err
		}
		if err := s.pool.Settings.Conforms(in.UserAttributes, false); err != nil {
			return err
		}
		before := s.user.Attributes["email"]
		if err := c.writeAttributes(t, s.pool, s.client, s.user, now); err != nil {
			return err
		}
		if address := s.user.Attributes["email"]; pending == "" && address != before {
			pending = address
		}
		if pending != "" && slices.Contains(s.pool.Settings.AutoVerifiedAttributes, "email") {
			sent, err := c.sendCode(t, s.pool, s.user, verifyCode, pending, "UpdateUserAttributes")
			if err != nil {
				return err
			}
			answer.CodeDeliveryDetailsList = append(answer.CodeDeliveryDetailsList, sent)
		}
		return t.PutUser(s.pool, s.user, c.at)
	})
	return answer, err
}

// writeAttributes sets attributes as a client may. A changed e-mail address is not verified.
func (c *request) writeAttributes(t directory.Tx, p *directory.Pool, cl *directory.Client, u *directory.User, given []properties.Attribute) error {
	if err := cl.Settings.MayWrite(given); err != nil {
		return err
	}
	if err := p.Settings.Conforms(given, false); err != nil {
		return err
	}
	for _, a := range given {
		if a.Name == "email" && a.Value != u.Attributes["email"] {
			if err := t.ReleaseAlias(p, u); err != nil {
				return err
			}
			u.Attributes["email_verified"] = "false"
		}
		u.Set(a.Name, a.Value)
	}
	return p.Settings.Complete(u.Attributes)
}

// split parts the attributes that count at once from an e-mail address that has to be verified first, "" if there is none.
func split(p *directory.Pool, u *directory.User, given []properties.Attribute) (now []properties.Attribute, pending string) {
	for _, a := range given {
		if a.Name == "email" && a.Value != "" && a.Value != u.Attributes["email"] && p.Settings.KeepsOriginal("email") {
			pending = a.Value
			continue
		}
		now = append(now, a)
	}
	return now, pending
}

type verificationCodeRequest struct {
	AccessToken    string `shape:"TokenModelType" required:"true"`
	AttributeName  string `shape:"AttributeNameType" required:"true"`
	ClientMetadata map[string]string
}

// getVerificationCode sends a code to the address that is to be verified: the new one, or the one that the user has.
func (c *request) getVerificationCode(in verificationCodeRequest) (any, error) {
	var answer deliveryAnswer
	err := c.signedIn(in.AccessToken, func(t directory.Tx, s *signedIn) error {
		c.by(s.client.ID, in.ClientMetadata)
		if err := onlyMail(in.AttributeName); err != nil {
			return err
		}
		var pending code
		if _, err := t.GetJSON(directory.CodeSpace, directory.Key(s.pool.ID, s.pool.Fold(s.user.Name), verifyCode), &pending); err != nil {
			return err
		}
		address := s.user.Attributes["email"]
		if c.at.Before(pending.Expires) {
			address = pending.Address
		}
		if address == "" {
			return refuse.InvalidParameter("User does not have an email address to verify")
		}
		var err error
		answer.CodeDeliveryDetails, err = c.sendCode(t, s.pool, s.user, verifyCode, address, "GetUserAttributeVerificationCode")
		return err
	})
	return answer, err
}

// onlyMail refuses other attributes: there is nothing to send to them.
func onlyMail(name string) error {
	if name != "email" {
		return refuse.InvalidParameter("%s cannot be verified: the sandbox sends codes to email only", name)
	}
	return nil
}

type verifyAttributeRequest struct {
	AccessToken   string `shape:"TokenModelType" required:"true"`
	AttributeName string `shape:"AttributeNameType" required:"true"`
	Code          string `shape:"ConfirmationCodeType" required:"true"`
}

// verifyUserAttribute takes the code that was sent to an address: it is the user's from now on.
func (c *request) verifyUserAttribute(in verifyAttributeRequest) (any, error) {
	return nil, c.signedIn(in.AccessToken, func(t directory.Tx, s *signedIn) error {
		if err := onlyMail(in.AttributeName); err != nil {
			return err
		}
		name := s.pool.Fold(s.user.Name)
		v, err := c.checkCode(t, s.pool, name, verifyCode, in.Code)
		if err != nil {
			return err
		}
		if err := c.takeAddress(t, s.pool, s.user, v.Address); err != nil {
			return err
		}
		if err := dropCode(t, s.pool, name, verifyCode); err != nil {
			return err
		}
		return t.PutUser(s.pool, s.user, c.at)
	})
}

// takeAddress gives u a verified address.
func (c *request) takeAddress(t directory.Tx, p *directory.Pool, u *directory.User, address string) error {
	if err := t.ReleaseAlias(p, u); err != nil {
		return err
	}
	u.Set("email", address)
	u.Set("email_verified", "true")
	return t.ClaimAlias(p, u, false, c.at)
}

type deleteAttributesRequest struct {
	UserAttributeNames []string `each:"AttributeNameType" required:"true"`
	AccessToken        string   `shape:"TokenModelType" required:"true"`
}

// deleteUserAttributes deletes what the client may write.
func (c *request) deleteUserAttributes(in deleteAttributesRequest) (any, error) {
	return nil, c.signedIn(in.AccessToken, func(t directory.Tx, s *signedIn) error {
		if err := c.writeAttributes(t, s.pool, s.client, s.user, blank(in.UserAttributeNames)); err != nil {
			return err
		}
		return t.PutUser(s.pool, s.user, c.at)
	})
}

// blank are the attributes of those names without values.
func blank(names []string) []properties.Attribute {
	list := make([]properties.Attribute, len(names))
	for i, name := range names {
		list[i].Name = name
	}
	return list
}

// deleteOwnUser deletes a signed-in user.
func (c *request) deleteOwnUser(in accessRequest) (any, error) {
	return nil, c.signedIn(in.AccessToken, func(t directory.Tx, s *signedIn) error { return t.DeleteUser(s.pool, s.user) })
}
