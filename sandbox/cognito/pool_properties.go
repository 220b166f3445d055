package cognito

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
)

// poolProperties are the properties of AWS::Cognito::UserPool that the sandbox knows.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cognito-userpool.html
type poolProperties struct {
	AccountRecoverySetting      *accountRecovery
	AdminCreateUserConfig       *adminCreateUserConfig
	AliasAttributes             []string
	AutoVerifiedAttributes      []string
	DeletionProtection          string
	EmailConfiguration          *emailConfiguration
	EmailVerificationMessage    string
	EmailVerificationSubject    string
	EnabledMfas                 []string
	MfaConfiguration            string
	Policies                    *poolPolicies
	Schema                      []schemaAttribute
	SmsVerificationMessage      string // nothing is sent by SMS
	UserAttributeUpdateSettings *attributeUpdates
	UserPoolName                string
	UserPoolTags                map[string]string
	UserPoolTier                string
	UsernameConfiguration       *usernameConfiguration
	VerificationMessageTemplate *messageTemplate
}

type accountRecovery struct {
	RecoveryMechanisms []recoveryMechanism
}

type recoveryMechanism struct {
	Name     string
	Priority int
}

type adminCreateUserConfig struct {
	AllowAdminCreateUserOnly bool
}

type emailConfiguration struct {
	EmailSendingAccount, From, SourceArn string
}

type poolPolicies struct {
	PasswordPolicy *passwordPolicy
}

type passwordPolicy struct {
	MinimumLength                 int
	RequireLowercase              bool
	RequireNumbers                bool
	RequireSymbols                bool
	RequireUppercase              bool
	TemporaryPasswordValidityDays *int
}

type schemaAttribute struct {
	AttributeDataType          string
	Name                       string
	Mutable                    *bool
	Required                   bool
	StringAttributeConstraints *stringConstraints
}

type stringConstraints struct {
	MinLength, MaxLength *int
}

type attributeUpdates struct {
	AttributesRequireVerificationBeforeUpdate []string
}

type usernameConfiguration struct {
	CaseSensitive bool
}

type messageTemplate struct {
	DefaultEmailOption, EmailMessage, EmailSubject, SmsMessage string
}

// decode reads the properties of r. The error has all faults: of the sandbox's limits, and of Cognito's own rules as far as
// a pool that breaks them would do something else here than there.
func (s *poolProperties) decode(r aws.Resource) error {
	const name = "AWS::Cognito::UserPool"
	if err := aws.Decode(name, r.Properties, s); err != nil {
		return err
	}
	s.UserPoolName = cmp.Or(s.UserPoolName, r.LogicalID+"-"+r.Suffix)
	var faults []error
	only := func(property string, got []string, known ...string) {
		for _, value := range got {
			if value != "" && !slices.Contains(known, value) {
				faults = append(faults, fault(name+"."+property, "got %q, want one of %s: no other is supported by the sandbox", value, strings.Join(known, ", ")))
			}
		}
	}
	only("AliasAttributes", s.AliasAttributes, "email")
	only("AutoVerifiedAttributes", s.AutoVerifiedAttributes, "email")
	only("DeletionProtection", []string{s.DeletionProtection}, "ACTIVE", "INACTIVE")
	only("EnabledMfas", s.EnabledMfas, "SOFTWARE_TOKEN_MFA")
	only("MfaConfiguration", []string{s.MfaConfiguration}, "OFF", "OPTIONAL", "ON")
	only("UserPoolTier", []string{s.UserPoolTier}, "LITE", "ESSENTIALS", "PLUS")
	if s.AccountRecoverySetting != nil {
		for _, mechanism := range s.AccountRecoverySetting.RecoveryMechanisms {
			only("AccountRecoverySetting.RecoveryMechanisms.Name", []string{mechanism.Name}, "verified_email", "admin_only")
		}
	}
	if s.UserAttributeUpdateSettings != nil {
		only("UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate", s.UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate, "email")
	}
	if s.VerificationMessageTemplate != nil {
		only("VerificationMessageTemplate.DefaultEmailOption", []string{s.VerificationMessageTemplate.DefaultEmailOption}, "CONFIRM_WITH_CODE")
	}
	if s.MfaConfiguration != "" && s.MfaConfiguration != "OFF" && len(s.EnabledMfas) == 0 {
		faults = append(faults, fault(name+".EnabledMfas", "got none, want SOFTWARE_TOKEN_MFA, since MfaConfiguration is %s", s.MfaConfiguration))
	}
	if length := s.passwords().MinimumLength; length < 6 || length > 99 {
		faults = append(faults, fault(name+".Policies.PasswordPolicy.MinimumLength", "got %d, want 6 to 99", length))
	}
	for _, attribute := range s.Schema {
		if attribute.AttributeDataType != "" {
			only("Schema.AttributeDataType", []string{attribute.AttributeDataType}, "String")
		}
		if attribute.Name == "" {
			faults = append(faults, fault(name+".Schema.Name", "got none, want a name"))
		}
	}
	return errors.Join(faults...)
}

// passwords is the password policy; Cognito's own if the template has none.
func (s *poolProperties) passwords() passwordPolicy {
	if s.Policies == nil || s.Policies.PasswordPolicy == nil {
		return passwordPolicy{MinimumLength: 8, RequireLowercase: true, RequireNumbers: true, RequireSymbols: true, RequireUppercase: true}
	}
	policy := *s.Policies.PasswordPolicy
	policy.MinimumLength = cmp.Or(policy.MinimumLength, 8)
	return policy
}

// totp reports whether the pool knows authenticator apps.
func (s *poolProperties) totp() bool {
	return s.MfaConfiguration != "" && s.MfaConfiguration != "OFF" && slices.Contains(s.EnabledMfas, "SOFTWARE_TOKEN_MFA")
}

// keepsOriginal reports whether a changed attribute counts only when it is verified.
func (s *poolProperties) keepsOriginal(attribute string) bool {
	return s.UserAttributeUpdateSettings != nil &&
		slices.Contains(s.UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate, attribute)
}

// recoversByMail reports whether a forgotten password can be set anew with a code.
func (s *poolProperties) recoversByMail() bool {
	if s.AccountRecoverySetting == nil {
		return true
	}
	for _, mechanism := range s.AccountRecoverySetting.RecoveryMechanisms {
		if mechanism.Name == "verified_email" {
			return true
		}
	}
	return false
}

// verification is the subject and the body of a mail with a code.
func (s *poolProperties) verification() (subject, body string) {
	subject, body = s.EmailVerificationSubject, s.EmailVerificationMessage
	if t := s.VerificationMessageTemplate; t != nil {
		subject, body = t.EmailSubject, t.EmailMessage
	}
	return cmp.Or(subject, "Your verification code"), cmp.Or(body, "Your confirmation code is {####}")
}
