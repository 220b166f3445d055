package properties

import (
	"cmp"
	"errors"
	"slices"

	"lightbox.example/lightbox/sandbox/aws"
)

// Pool has the properties of AWS::Cognito::UserPool that the sandbox knows.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cognito-userpool.html
type Pool struct {
	AccountRecoverySetting      *AccountRecovery
	AdminCreateUserConfig       *AdminCreateUserConfig
	AliasAttributes             []string
	AutoVerifiedAttributes      []string
	DeletionProtection          string
	EmailConfiguration          *EmailConfiguration
	EmailVerificationMessage    string
	EmailVerificationSubject    string
	EnabledMfas                 []string
	LambdaConfig                *LambdaConfig
	MfaConfiguration            string
	Policies                    *poolPolicies
	Schema                      []SchemaAttribute
	SmsVerificationMessage      string // nothing is sent by SMS
	UserAttributeUpdateSettings *AttributeUpdates
	UserPoolName                string
	UserPoolTags                map[string]string
	UserPoolTier                string
	UsernameAttributes          []string
	UsernameConfiguration       *UsernameConfiguration
	VerificationMessageTemplate *MessageTemplate
}

// AccountRecovery is how a forgotten password can be set anew.
type AccountRecovery struct {
	RecoveryMechanisms []recoveryMechanism
}

type recoveryMechanism struct {
	Name     string
	Priority int
}

// AdminCreateUserConfig is whether people can sign up by themselves.
type AdminCreateUserConfig struct {
	AllowAdminCreateUserOnly bool
}

// EmailConfiguration is who mail is from.
type EmailConfiguration struct {
	EmailSendingAccount, From, SourceArn string
}

type poolPolicies struct {
	PasswordPolicy *PasswordPolicy
}

// PasswordPolicy is what a password must have, and how many days a temporary one is good; seven if nil.
type PasswordPolicy struct {
	MinimumLength                 int
	RequireLowercase              bool
	RequireNumbers                bool
	RequireSymbols                bool
	RequireUppercase              bool
	TemporaryPasswordValidityDays *int
}

// SchemaAttribute is what the schema says of an attribute. It can be changed unless Mutable says otherwise.
type SchemaAttribute struct {
	AttributeDataType          string
	Name                       string
	Mutable                    *bool
	Required                   bool
	StringAttributeConstraints *stringConstraints
}

type stringConstraints struct {
	MinLength, MaxLength *int
}

// AttributeUpdates are the attributes whose new value counts only when it is verified.
type AttributeUpdates struct {
	AttributesRequireVerificationBeforeUpdate []string
}

// UsernameConfiguration is whether names that differ in case are different names.
type UsernameConfiguration struct {
	CaseSensitive bool
}

// MessageTemplate has the words of a mail with a code.
type MessageTemplate struct {
	DefaultEmailOption, EmailMessage, EmailSubject, SmsMessage string
}

// Decode reads the properties of r. The error has all faults: of the sandbox's limits, and of Cognito's own rules as far as
// a pool that breaks them would do something else here than there.
func (s *Pool) Decode(r aws.Resource) error {
	const name = "AWS::Cognito::UserPool"
	f := faults{of: name}
	if err := aws.Decode(name, f.triggers(r.Properties), s); err != nil {
		return errors.Join(append(f.errs, err)...)
	}
	s.UserPoolName = cmp.Or(s.UserPoolName, r.LogicalID+"-"+r.Suffix)
	f.called(s)
	f.only("AliasAttributes", s.AliasAttributes, "email")
	f.only("AutoVerifiedAttributes", s.AutoVerifiedAttributes, "email")
	f.only("DeletionProtection", []string{s.DeletionProtection}, "ACTIVE", "INACTIVE")
	f.only("EnabledMfas", s.EnabledMfas, "SOFTWARE_TOKEN_MFA")
	f.only("MfaConfiguration", []string{s.MfaConfiguration}, "OFF", "OPTIONAL", "ON")
	f.only("UsernameAttributes", s.UsernameAttributes, "email")
	if len(s.UsernameAttributes) > 0 && len(s.AliasAttributes) > 0 {
		f.add("UsernameAttributes", "got %q beside AliasAttributes, want one of them", s.UsernameAttributes)
	}
	f.only("UserPoolTier", []string{s.UserPoolTier}, "LITE", "ESSENTIALS", "PLUS")
	if s.AccountRecoverySetting != nil {
		for _, mechanism := range s.AccountRecoverySetting.RecoveryMechanisms {
			f.only("AccountRecoverySetting.RecoveryMechanisms.Name", []string{mechanism.Name}, byMail, byPhone, "admin_only")
		}
	}
	if s.UserAttributeUpdateSettings != nil {
		f.only("UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate", s.UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate, "email")
	}
	if s.VerificationMessageTemplate != nil {
		f.only("VerificationMessageTemplate.DefaultEmailOption", []string{s.VerificationMessageTemplate.DefaultEmailOption}, "CONFIRM_WITH_CODE")
	}
	if s.MfaConfiguration != "" && s.MfaConfiguration != "OFF" && len(s.EnabledMfas) == 0 {
		f.add("EnabledMfas", "got none, want SOFTWARE_TOKEN_MFA, since MfaConfiguration is %s", s.MfaConfiguration)
	}
	if length := s.Passwords().MinimumLength; length < 6 || length > 99 {
		f.add("Policies.PasswordPolicy.MinimumLength", "got %d, want 6 to 99", length)
	}
	for _, attribute := range s.Schema {
		f.only("Schema.AttributeDataType", []string{attribute.AttributeDataType}, "String")
		if attribute.Name == "" {
			f.add("Schema.Name", "got none, want a name")
		}
	}
	return errors.Join(f.errs...)
}

// Passwords is the password policy; Cognito's own if the template has none.
func (s *Pool) Passwords() PasswordPolicy {
	if s.Policies == nil || s.Policies.PasswordPolicy == nil {
		return PasswordPolicy{MinimumLength: 8, RequireLowercase: true, RequireNumbers: true, RequireSymbols: true, RequireUppercase: true}
	}
	policy := *s.Policies.PasswordPolicy
	policy.MinimumLength = cmp.Or(policy.MinimumLength, 8)
	return policy
}

// TOTP reports whether the pool knows authenticator apps.
func (s *Pool) TOTP() bool {
	return s.MfaConfiguration != "" && s.MfaConfiguration != "OFF" && slices.Contains(s.EnabledMfas, "SOFTWARE_TOKEN_MFA")
}

// KeepsOriginal reports whether a changed attribute counts only when it is verified.
func (s *Pool) KeepsOriginal(attribute string) bool {
	return s.UserAttributeUpdateSettings != nil &&
		slices.Contains(s.UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate, attribute)
}

// The ways to set a forgotten password anew.
const (
	byMail  = "verified_email"
	byPhone = "verified_phone_number"
)

// RecoveredBy is the attribute of a user by which a forgotten password can be set anew with a code: the first of the pool's ways
// of which the user has what is verified; "" for none. Without a setting it is the mail here, where Cognito prefers an SMS.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AccountRecoverySettingType.html
func (s *Pool) RecoveredBy(attributes map[string]string) string {
	ways := []recoveryMechanism{{Name: byMail}}
	if s.AccountRecoverySetting != nil {
		ways = slices.SortedStableFunc(slices.Values(s.AccountRecoverySetting.RecoveryMechanisms), func(a, b recoveryMechanism) int {
			return cmp.Compare(a.Priority, b.Priority)
		})
	}
	for _, way := range ways {
		name := map[string]string{byMail: "email", byPhone: "phone_number"}[way.Name]
		if name != "" && attributes[name] != "" && attributes[name+"_verified"] == "true" {
			return name
		}
	}
	return ""
}

// NamedBy reports whether the pool's users have that attribute in the place of a user name: Cognito makes one up.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html#user-pool-settings-aliases
func (s *Pool) NamedBy(attribute string) bool {
	return slices.Contains(s.UsernameAttributes, attribute)
}

// Verification is the subject and the body of a mail with a code.
func (s *Pool) Verification() (subject, body string) {
	subject, body = s.EmailVerificationSubject, s.EmailVerificationMessage
	if t := s.VerificationMessageTemplate; t != nil {
		subject, body = t.EmailSubject, t.EmailMessage
	}
	return cmp.Or(subject, "Your verification code"), cmp.Or(body, "Your confirmation code is {####}")
}

// HasAlias reports whether the pool's users sign in by that attribute too.
func (s *Pool) HasAlias(attribute string) bool {
	return slices.Contains(s.AliasAttributes, attribute)
}
