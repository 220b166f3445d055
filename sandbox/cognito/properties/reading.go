package properties

import (
	"cmp"
	"slices"
	"strconv"

	"lightbox.example/lightbox/sandbox/aws"
)

// Read are the properties of a pool as Cognito answers them, with what it has where a template says nothing.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPool.html,
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpool.html
func (s *Pool) Read() map[string]any {
	all := aws.Encode(s)
	passwords := s.Passwords()
	passwords.TemporaryPasswordValidityDays = new(int(s.TemporaryLife().Hours() / 24))
	all["Policies"] = map[string]any{
		"PasswordPolicy": aws.Encode(passwords), "SignInPolicy": map[string]any{"AllowedFirstAuthFactors": []any{"PASSWORD"}},
	}
	var admin AdminCreateUserConfig
	if s.AdminCreateUserConfig != nil {
		admin = *s.AdminCreateUserConfig
	}
	created := aws.Encode(admin)
	created["UnusedAccountValidityDays"] = 7.0
	all["AdminCreateUserConfig"] = created
	all["DeletionProtection"], all["MfaConfiguration"] = cmp.Or(s.DeletionProtection, "INACTIVE"), cmp.Or(s.MfaConfiguration, "OFF")
	all["UserPoolTier"] = cmp.Or(s.UserPoolTier, "ESSENTIALS")
	mail, _ := all["EmailConfiguration"].(map[string]any)
	if mail == nil {
		mail = map[string]any{}
		all["EmailConfiguration"] = mail
	}
	if mail["EmailSendingAccount"] == nil {
		mail["EmailSendingAccount"] = "COGNITO_DEFAULT"
	}
	words, _ := all["VerificationMessageTemplate"].(map[string]any)
	if words == nil {
		words = map[string]any{}
		all["VerificationMessageTemplate"] = words
	}
	if words["DefaultEmailOption"] == nil {
		words["DefaultEmailOption"] = "CONFIRM_WITH_CODE"
	}
	all["Schema"] = s.attributes()
	return all
}

// attributes are those of a pool: Cognito answers the standard ones too, and its own with custom: in front.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
func (s *Pool) attributes() []any {
	var list []any
	described := func(name, kind string, mutable, required bool, least, most int) {
		attribute := map[string]any{
			"Name": name, "AttributeDataType": kind, "DeveloperOnlyAttribute": false, "Mutable": mutable, "Required": required,
		}
		switch kind {
		case "String":
			attribute["StringAttributeConstraints"] = map[string]any{"MinLength": strconv.Itoa(least), "MaxLength": strconv.Itoa(most)}
		case "Number":
			attribute["NumberAttributeConstraints"] = map[string]any{"MinValue": "0"}
		}
		list = append(list, attribute)
	}
	limits := func(a SchemaAttribute, least, most int) (int, int) {
		if c := a.StringAttributeConstraints; c != nil {
			return aws.Or(c.MinLength, least), aws.Or(c.MaxLength, most)
		}
		return least, most
	}
	described("sub", "String", false, true, 1, 2048)
	for _, name := range standardAttributes {
		kind, least, most := "String", 0, 2048
		switch name {
		case "email_verified", "phone_number_verified":
			kind = "Boolean"
		case "updated_at":
			kind = "Number"
		case "birthdate":
			least, most = 10, 10
		}
		own, _ := s.schemaOf(name)
		least, most = limits(own, least, most)
		described(name, kind, aws.Or(own.Mutable, true), own.Required, least, most)
	}
	for _, a := range s.Schema {
		if !slices.Contains(standardAttributes, a.Name) {
			least, most := limits(a, 0, 2048)
			described("custom:"+a.Name, a.AttributeDataType, aws.Or(a.Mutable, true), a.Required, least, most)
		}
	}
	return list
}

// Read are the properties of a client as Cognito answers them.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolClientType.html
func (s *Client) Read() map[string]any {
	all, lives := aws.Encode(s), s.Lives()
	units := map[string]any{}
	for i, name := range []string{"AccessToken", "IdToken", "RefreshToken"} {
		all[name+"Validity"], units[name] = float64(lives[i].Value), lives[i].Unit
	}
	all["TokenValidityUnits"] = units
	all["AuthSessionValidity"] = s.SessionLife().Minutes()
	all["EnableTokenRevocation"] = s.Revokes()
	return all
}
