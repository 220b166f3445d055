package proof

import (
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/system"
)

// judgePeople judges Cognito: who may sign in, and what their tokens are good for.
func (s judge) judgePeople(types map[string]properties) {
	users := properties{}
	users.may("AccountRecoverySetting.RecoveryMechanisms.0.Priority", 1)
	users.is("AccountRecoverySetting.RecoveryMechanisms", []any{map[string]any{"Name": "verified_email", "Priority": 1}})
	users.is("AdminCreateUserConfig", map[string]any{"AllowAdminCreateUserOnly": false})
	users.proven("life", "DeletionProtection")
	users.irrelevant(Words, "EmailVerificationMessage", "EmailVerificationSubject", "SmsVerificationMessage",
		"VerificationMessageTemplate.EmailMessage", "VerificationMessageTemplate.EmailSubject", "VerificationMessageTemplate.SmsMessage")
	users.is("VerificationMessageTemplate.DefaultEmailOption", "CONFIRM_WITH_CODE")
	users.may("EnabledMfas", []any{"SOFTWARE_TOKEN_MFA"})
	users.is("MfaConfiguration", "OFF", "OPTIONAL", "ON")
	users.within("Policies.PasswordPolicy.MinimumLength", 12, 99)
	for _, class := range []string{"Lowercase", "Numbers", "Symbols", "Uppercase"} {
		users.is("Policies.PasswordPolicy.Require"+class, true)
	}
	users.within("Policies.PasswordPolicy.TemporaryPasswordValidityDays", 1, 3)
	users.irrelevant(Name, "UserPoolName")
	users.is("UserPoolTier", "ESSENTIALS", "PLUS")
	users.is("UsernameConfiguration", map[string]any{"CaseSensitive": false})
	users.may("UserPoolAddOns", map[string]any{"AdvancedSecurityMode": "ENFORCED"})
	users.may("EmailConfiguration.EmailSendingAccount", "DEVELOPER")
	users.irrelevant(Words, "EmailConfiguration.From")
	users.proven("services", "EmailConfiguration.SourceArn")
	types["AWS::Cognito::UserPool"] = users

	client := properties{}
	client.proven("settings", "AccessTokenValidity", "IdTokenValidity", "RefreshTokenValidity", "TokenValidityUnits", "RefreshTokenRotation",
		"AllowedOAuthFlows", "CallbackURLs", "LogoutURLs")
	client.may("AllowedOAuthFlowsUserPoolClient", true, false)
	client.may("AllowedOAuthScopes", []any{"openid", "email", "aws.cognito.signin.user.admin"})
	client.within("AuthSessionValidity", 3, 3)
	client.is("GenerateSecret", false)
	client.is("ReadAttributes", []any{"email", "email_verified"})
	client.holds("SupportedIdentityProviders", s.providers)
	client.is("UserPoolId", s.Users.ID)
	client.irrelevant(Name, "ClientName")
	types["AWS::Cognito::UserPoolClient"] = client

	group := properties{}
	group.irrelevant(Words, "Description")
	group.is("GroupName", string(access.Admins))
	group.is("Precedence", 0)
	group.proven("trust", "RoleArn")
	group.is("UserPoolId", s.Users.ID)
	types["AWS::Cognito::UserPoolGroup"] = group

	domain := properties{}
	domain.irrelevant(Name, "Domain")
	domain.is("UserPoolId", s.Users.ID)
	types["AWS::Cognito::UserPoolDomain"] = domain

	provider := properties{}
	provider.is("AttributeMapping", map[string]any{"email": "email"})
	provider.is("UserPoolId", s.Users.ID)
	provider.is("ProviderName", social...)
	provider.is("ProviderType", social...)
	provider.holds("ProviderDetails", s.providerDetails)
	types["AWS::Cognito::UserPoolIdentityProvider"] = provider

	s.judgeIdentities(types)
}

// social are the providers that people may sign in by.
var social = []any{"Google", "Facebook", "LoginWithAmazon"}

// providers holds a client to the pool itself, and the providers that the pool has.
func (s judge) providers(value any) string {
	ours := []any{"COGNITO"}
	for _, resource := range s.Resources {
		if resource.Type == "AWS::Cognito::UserPoolIdentityProvider" {
			ours = append(ours, resource.Properties["ProviderName"])
		}
	}
	if items := system.Items(value); len(items) == 0 || items[0] != "COGNITO" || slices.ContainsFunc(items, func(one any) bool { return !slices.Contains(ours, one) }) {
		return orList([]any{ours})
	}
	return ""
}

// providerDetails holds the details of a provider to those that sign-in needs, and keeps the secret
// out of the template.
func (s judge) providerDetails(value any) string {
	details, _ := value.(map[string]any)
	for _, resource := range s.Resources {
		if resource.Type != "AWS::Cognito::UserPoolIdentityProvider" {
			continue
		}
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
