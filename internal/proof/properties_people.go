package proof

import (
	"regexp"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/proof/system"
)

// judgePeople judges Cognito: who may sign in, and what their tokens are good for.
func (s judge) judgePeople(types map[string]properties) {
	s.judgeUsers(types)
	s.judgeClient(types)
	s.judgeSignIn(types)
	s.judgeIdentities(types)
}

// judgeUsers judges the user pool and its groups.
func (s judge) judgeUsers(types map[string]properties) {
	users := properties{}
	users.is("AccountRecoverySetting.RecoveryMechanisms", []any{map[string]any{"Name": "verified_email", "Priority": 1}})
	users.choice("AdminCreateUserConfig", map[string]any{"AllowAdminCreateUserOnly": false}, map[string]any{"AllowAdminCreateUserOnly": true})
	users.proven("life", "DeletionProtection")
	for _, message := range []string{"EmailVerificationMessage", "SmsVerificationMessage", "VerificationMessageTemplate.EmailMessage", "VerificationMessageTemplate.SmsMessage"} {
		users[message] = judgement{needed: true, choice: true, holds: codeMessage} // whose words are a team's own
	}
	for _, subject := range []string{"EmailVerificationSubject", "VerificationMessageTemplate.EmailSubject"} {
		users[subject] = judgement{needed: true, choice: true, holds: plainText}
	}
	users.is("VerificationMessageTemplate.DefaultEmailOption", "CONFIRM_WITH_CODE")
	if s.Users.Properties["MfaConfiguration"] == "OFF" {
		users.may("EnabledMfas")
	} else {
		users.is("EnabledMfas", []any{"SOFTWARE_TOKEN_MFA"})
	}
	users.choice("MfaConfiguration", "OFF", "OPTIONAL", "ON")
	users.proven("triggers", "LambdaConfig")
	users.is("Policies.PasswordPolicy.MinimumLength", config.PasswordLength)
	for _, class := range []string{"Lowercase", "Numbers", "Symbols", "Uppercase"} {
		users.is("Policies.PasswordPolicy.Require"+class, true)
	}
	users.is("Policies.PasswordPolicy.TemporaryPasswordValidityDays", 3)
	users.irrelevant(Name, "UserPoolName")
	users.choice("UserPoolTier", "ESSENTIALS", "PLUS")
	users.is("UsernameConfiguration", map[string]any{"CaseSensitive": false})
	users.may("UserPoolAddOns", map[string]any{"AdvancedSecurityMode": "ENFORCED"})
	users.may("EmailConfiguration.EmailSendingAccount", "DEVELOPER")
	users["EmailConfiguration.From"] = judgement{choice: true, holds: func(any) string {
		if system.Lookup(s.Users.Properties, "EmailConfiguration.SourceArn") == nil {
			return "none without an identity of SES that sends"
		}
		return ""
	}}
	users["EmailConfiguration.SourceArn"] = judgement{choice: true, holds: func(value any) string {
		if text, _ := value.(string); !strings.HasPrefix(text, "arn:"+s.Partition+":ses:") || !strings.Contains(text, ":identity/") {
			return "an identity of SES"
		}
		return ""
	}}
	types["AWS::Cognito::UserPool"] = users
	s.judgeGroups(types)
}

// judgeClient judges the client that browsers sign in by: what tokens are good for.
func (s judge) judgeClient(types map[string]properties) {
	client := properties{}
	client.is("AccessTokenValidity", 60)
	client.is("IdTokenValidity", 60)
	client.is("RefreshTokenValidity", 30*24*60)
	client.is("TokenValidityUnits", map[string]any{"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "minutes"})
	client.is("RefreshTokenRotation", map[string]any{"Feature": "ENABLED", "RetryGracePeriodSeconds": 30})
	client.is("AuthSessionValidity", 3)
	if len(ofType(s.System, "AWS::Cognito::UserPoolIdentityProvider")) == 0 {
		client.is("AllowedOAuthFlowsUserPoolClient", false)
	} else {
		client.is("AllowedOAuthFlowsUserPoolClient", true)
		client.is("AllowedOAuthScopes", []any{"openid", "email", "aws.cognito.signin.user.admin"})
		client.proven("settings", "AllowedOAuthFlows", "CallbackURLs", "LogoutURLs")
	}
	client.is("GenerateSecret", false)
	client.is("ReadAttributes", []any{"email", "email_verified"})
	client.holds("SupportedIdentityProviders", s.providers)
	client.is("UserPoolId", s.Users.ID)
	client.irrelevant(Name, "ClientName")
	types["AWS::Cognito::UserPoolClient"] = client
}

func (s judge) judgeGroups(types map[string]properties) {
	group := properties{}
	group.irrelevant(Words, "Description")
	var names, places []any
	for i, one := range access.Groups() {
		names, places = append(names, string(one.Name)), append(places, i)
	}
	group.is("GroupName", names...)
	group.is("Precedence", places...) // whose is which, checkGroups says
	group.proven("trust", "RoleArn")
	group.is("UserPoolId", s.Users.ID)
	types["AWS::Cognito::UserPoolGroup"] = group
}

// judgeSignIn judges how people sign in by another provider.
func (s judge) judgeSignIn(types map[string]properties) {
	domain := properties{}
	domain["Domain"] = judgement{needed: true, choice: true, holds: func(any) string {
		if len(ofType(s.System, "AWS::Cognito::UserPoolIdentityProvider")) == 0 {
			return "no page to sign in at where nobody signs in by another provider"
		}
		return ""
	}}
	domain.is("UserPoolId", s.Users.ID)
	types["AWS::Cognito::UserPoolDomain"] = domain

	provider := properties{}
	provider.is("AttributeMapping", map[string]any{"email": "email"})
	provider.is("UserPoolId", s.Users.ID)
	var social []any
	for _, one := range config.SocialProviders() {
		social = append(social, string(one))
	}
	provider.is("ProviderName", social...)
	provider.is("ProviderType", social...)
	provider.holds("ProviderDetails", s.providerDetails)
	types["AWS::Cognito::UserPoolIdentityProvider"] = provider
}

// standingCode is a code that is no part of an address: mail programs make links of text.
var standingCode = regexp.MustCompile(`(?:^|\s)\{####\}(?:[\s.,;!]|$)`)

// codeMessage holds a message with a code to plain text that has the code once: a mail is HTML, and a
// picture or a link in it would tell others the code.
func codeMessage(value any) string {
	if text, _ := value.(string); !standingCode.MatchString(text) || plainText(strings.Replace(text, "{####}", "", 1)) != "" {
		return "plain text with {####} in it once, by itself"
	}
	return ""
}

// plainText holds words to what is neither markup, nor an address, nor filled in by somebody else.
func plainText(value any) string {
	if text, is := value.(string); !is || strings.ContainsAny(text, "<>{}&") || strings.Contains(text, "://") {
		return "plain text, without markup, addresses and codes"
	}
	return ""
}

// providers holds a client to the pool itself, and the providers that the pool has.
func (s judge) providers(value any) string {
	ours := []any{"COGNITO"}
	for _, provider := range ofType(s.System, "AWS::Cognito::UserPoolIdentityProvider") {
		ours = append(ours, provider.Properties["ProviderName"])
	}
	if !same(value, ours) {
		return orList([]any{ours})
	}
	return ""
}

// ofType are the resources of a type.
func ofType(s *system.System, kind string) []system.Resource {
	return slices.DeleteFunc(slices.Clone(s.Resources), func(one system.Resource) bool { return one.Type != kind })
}

// providerDetails holds the details of a provider to those that sign-in needs, and keeps the secret
// out of the template.
func (s judge) providerDetails(value any) string {
	details, _ := value.(map[string]any)
	for _, resource := range ofType(s.System, "AWS::Cognito::UserPoolIdentityProvider") {
		written, _ := system.Lookup(s.declares(resource.At), "Properties.ProviderDetails.client_secret").(string)
		if !strings.HasPrefix(written, "{{resolve:secretsmanager:") {
			return "a client_secret that is read from Secrets Manager"
		}
	}
	for name := range details {
		if !slices.Contains([]string{"client_id", "client_secret", "authorize_scopes"}, name) {
			return "client_id, client_secret and authorize_scopes alone"
		}
	}
	return ""
}

// judgeIdentities judges the identity pool: who gets credentials of AWS, and of which role.
func (s judge) judgeIdentities(types map[string]properties) {
	pool := properties{}
	pool.is("AllowUnauthenticatedIdentities", true)
	pool.irrelevant(Name, "IdentityPoolName")
	types["AWS::Cognito::IdentityPool"] = pool

	tag := properties{}
	tag.is("IdentityPoolId", s.Pool.ID)
	types["AWS::Cognito::IdentityPoolPrincipalTag"] = tag

	attachment := properties{}
	attachment.is("IdentityPoolId", s.Pool.ID)
	attachment.proven("trust", "Roles.authenticated", "Roles.unauthenticated")
	types["AWS::Cognito::IdentityPoolRoleAttachment"] = attachment
}
