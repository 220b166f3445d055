package stacks

import (
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/cdktest"
	"lightbox.example/lightbox/internal/config"
)

func userPool(t *testing.T, templates cdktest.Templates) cdktest.Resource {
	t.Helper()
	return templates["Auth"].Only(t, "AWS::Cognito::UserPool", "")
}

func webClient(t *testing.T, templates cdktest.Templates) cdktest.Resource {
	t.Helper()
	return templates["Auth"].Only(t, "AWS::Cognito::UserPoolClient", "")
}

func TestAuth_signsUpWithUserNameAndVerifiedEmail(t *testing.T) {
	pool := userPool(t, environment(t, "prod"))
	want(t, pool, "AdminCreateUserConfig.AllowAdminCreateUserOnly", false)
	want(t, pool, "AliasAttributes", list("email"))
	want(t, pool, "AutoVerifiedAttributes", list("email"))
	want(t, pool, "UsernameConfiguration.CaseSensitive", false)
	want(t, pool, "Schema", nil)
	want(t, pool, "VerificationMessageTemplate.DefaultEmailOption", "CONFIRM_WITH_CODE")
}

func TestAuth_wantsTwelveCharactersOfFourClasses(t *testing.T) {
	pool := userPool(t, environment(t, "prod"))
	want(t, pool, "Policies.PasswordPolicy.MinimumLength", 12)
	for _, class := range []string{"RequireLowercase", "RequireUppercase", "RequireNumbers", "RequireSymbols"} {
		want(t, pool, "Policies.PasswordPolicy."+class, true)
	}
}

func TestAuth_recoversByEmailOnly(t *testing.T) {
	pool := userPool(t, environment(t, "prod"))
	want(t, pool, "AccountRecoverySetting.RecoveryMechanisms", []any{map[string]any{"Name": "verified_email", "Priority": 1.0}})
}

func TestAuth_asksForTheSecondFactorAsConfigured(t *testing.T) {
	for mode, wanted := range map[config.MFA]string{config.MFAOff: "OFF", config.MFAOptional: "OPTIONAL", config.MFARequired: "ON"} {
		pool := userPool(t, environment(t, "dev", func(cfg *config.Config) { cfg.MFA = mode }))
		want(t, pool, "MfaConfiguration", wanted)
		if mode != config.MFAOff {
			want(t, pool, "EnabledMfas", list("SOFTWARE_TOKEN_MFA"))
		}
	}
}

func TestAuth_paysForThreatProtectionOnlyWhenAsked(t *testing.T) {
	pool := userPool(t, environment(t, "prod"))
	want(t, pool, "UserPoolTier", "ESSENTIALS")
	want(t, pool, "UserPoolAddOns", nil)

	pool = userPool(t, environment(t, "prod", func(cfg *config.Config) { cfg.ThreatProtection = true }))
	want(t, pool, "UserPoolTier", "PLUS")
	want(t, pool, "UserPoolAddOns.AdvancedSecurityMode", "ENFORCED")
}

func TestAuth_sendsFromTheConfiguredSender(t *testing.T) {
	pool := userPool(t, environment(t, "prod"))
	want(t, pool, "EmailConfiguration", nil)

	identity := "arn:aws:ses:eu-west-1:111122223333:identity/shop.example.com"
	pool = userPool(t, environment(t, "prod", func(cfg *config.Config) {
		cfg.Email = config.Email{From: "Shop <hello@shop.example.com>", SESIdentityARN: identity}
	}))
	want(t, pool, "EmailConfiguration", map[string]any{
		"EmailSendingAccount": "DEVELOPER", "From": "Shop <hello@shop.example.com>", "SourceArn": identity,
	})
}

func TestAuth_hidesWhoExists(t *testing.T) {
	want(t, webClient(t, environment(t, "prod")), "PreventUserExistenceErrors", "ENABLED")
}

func TestAuth_signsInBySRPAlone(t *testing.T) {
	client := webClient(t, environment(t, "prod"))
	want(t, client, "ExplicitAuthFlows", list("ALLOW_USER_SRP_AUTH"))
	want(t, client, "GenerateSecret", false)
}

func TestAuth_hasNoOAuthUnlessSocialSignInIsConfigured(t *testing.T) {
	templates := environment(t, "prod")
	client := webClient(t, templates)
	want(t, client, "AllowedOAuthFlowsUserPoolClient", false)
	for _, absent := range []string{"AllowedOAuthFlows", "AllowedOAuthScopes", "CallbackURLs", "LogoutURLs"} {
		want(t, client, absent, nil)
	}
	if domains := templates["Auth"].All("AWS::Cognito::UserPoolDomain"); len(domains) > 0 {
		t.Errorf("got %d user pool domains, want none", len(domains))
	}
}

func TestAuth_socialSignInReturnsToTheOriginsByCode(t *testing.T) {
	templates := environment(t, "prod", func(cfg *config.Config) {
		cfg.WebOrigins = []string{"https://shop.example.com", "https://www.example.com"}
		cfg.Social = config.Social{Provider: config.Google, ClientID: "id", ClientSecretName: "lightbox/google", DomainPrefix: "shop"}
	})
	client := webClient(t, templates)
	want(t, client, "AllowedOAuthFlows", list("code"))
	want(t, client, "CallbackURLs", list("https://shop.example.com/", "https://www.example.com/"))
	want(t, client, "LogoutURLs", list("https://shop.example.com/", "https://www.example.com/"))
	want(t, client, "AllowedOAuthScopes", list("openid", "email", "aws.cognito.signin.user.admin"))
	want(t, client, "SupportedIdentityProviders.0", "COGNITO")
	provider := templates["Auth"].Only(t, "AWS::Cognito::UserPoolIdentityProvider", "")
	want(t, provider, "ProviderDetails.client_secret", "{{resolve:secretsmanager:lightbox/google:SecretString:::}}")
	want(t, provider, "AttributeMapping", map[string]any{"email": "email"})
	if templates["Auth"].Outputs["UserPoolDomain"].Description == "" {
		t.Error("output UserPoolDomain is missing")
	}
	if strings.Contains(string(templates["Auth"].Text), "example.com/callback") {
		t.Error("the library's default callback is still there")
	}
}

func TestAuth_letsUsersWriteTheirEmailAloneAndKeepsTheOldUntilVerified(t *testing.T) {
	templates := environment(t, "prod")
	want(t, webClient(t, templates), "WriteAttributes", list("email"))
	want(t, userPool(t, templates), "UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate", list("email"))
}

func TestAuth_tokensAreShortRotateAndCanBeRevoked(t *testing.T) {
	client := webClient(t, environment(t, "prod"))
	want(t, client, "EnableTokenRevocation", true)
	want(t, client, "RefreshTokenRotation.Feature", "ENABLED")
	want(t, client, "AccessTokenValidity", 60)
	want(t, client, "IdTokenValidity", 60)
	want(t, client, "RefreshTokenValidity", 30*24*60)
	want(t, client, "TokenValidityUnits", map[string]any{"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "minutes"})
}
