package constructs

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"lightbox.example/lightbox/internal/config"
)

// How long the tokens of the web client live. A refresh token is exchanged for a
// new one at each use; the old one stays valid for the grace period, so that a
// request that crosses another one does not sign the user out.
const (
	accessTokenLife     = time.Hour
	refreshTokenLife    = 30 * 24 * time.Hour
	rotationGracePeriod = 30 * time.Second
	signInTime          = 3 * time.Minute
)

// WebClientProps say how browsers sign in to a user pool.
type WebClientProps struct {
	UserPool awscognito.IUserPool
	// Origins are the sites that social sign-in may return to; without social
	// sign-in they are not used.
	Origins []string
	// Social is the identity provider besides the pool; the zero value is none.
	Social config.Social
	// RemoveData deletes the client with its stack.
	RemoveData bool
}

// WebClient is an app client for browsers.
type WebClient struct {
	Client awscognito.IUserPoolClient
	// Domain is the host of the sign-in pages, empty without social sign-in.
	Domain string
}

// NewWebClient defines the app client that browsers use: no secret, sign-in by
// SRP alone, the existence of users hidden, refresh tokens that rotate and can
// be revoked. Only the e-mail address may be written by its user.
//
// Its id is in every front end, so it is kept as data is. The sign-in host of social
// sign-in is not: it can be made again under the same name, and would be in its way.
//
// OAuth is off unless social sign-in is configured; then it is the authorization
// code grant alone, back to the configured origins.
//
// See https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-client-apps.html.
func NewWebClient(scope constructs.Construct, id string, props WebClientProps) WebClient {
	options := awscognito.UserPoolClientProps{
		UserPool:                   props.UserPool,
		AuthFlows:                  &awscognito.AuthFlow{UserSrp: jsii.Bool(true)},
		GenerateSecret:             jsii.Bool(false),
		PreventUserExistenceErrors: jsii.Bool(true),
		EnableTokenRevocation:      jsii.Bool(true),
		AccessTokenValidity:        duration(accessTokenLife),
		IdTokenValidity:            duration(accessTokenLife),
		RefreshTokenValidity:       duration(refreshTokenLife),
		AuthSessionValidity:        duration(signInTime),
		// Switches REFRESH_TOKEN_AUTH off, which rotation excludes.
		RefreshTokenRotationGracePeriod: duration(rotationGracePeriod),
		ReadAttributes: awscognito.NewClientAttributes().WithStandardAttributes(
			&awscognito.StandardAttributesMask{Email: jsii.Bool(true), EmailVerified: jsii.Bool(true)}),
		WriteAttributes: awscognito.NewClientAttributes().WithStandardAttributes(
			&awscognito.StandardAttributesMask{Email: jsii.Bool(true)}),
		SupportedIdentityProviders: &[]awscognito.UserPoolClientIdentityProvider{
			awscognito.UserPoolClientIdentityProvider_COGNITO(),
		},
		DisableOAuth: jsii.Bool(true),
	}
	if props.Social.Provider == "" {
		client := awscognito.NewUserPoolClient(scope, &id, &options)
		Keep(props.RemoveData, client)
		return WebClient{Client: client}
	}

	provider := socialProvider(scope, "SocialProvider", props.UserPool, props.Social)
	domain := awscognito.NewUserPoolDomain(scope, jsii.String("Domain"), &awscognito.UserPoolDomainProps{
		UserPool:      props.UserPool,
		CognitoDomain: &awscognito.CognitoDomainOptions{DomainPrefix: &props.Social.DomainPrefix},
	})
	var returnURLs []string
	for _, origin := range props.Origins {
		returnURLs = append(returnURLs, origin+"/")
	}
	options.DisableOAuth = nil
	options.SupportedIdentityProviders = &[]awscognito.UserPoolClientIdentityProvider{
		awscognito.UserPoolClientIdentityProvider_COGNITO(),
		awscognito.UserPoolClientIdentityProvider_Custom(provider.ProviderName()),
	}
	options.OAuth = &awscognito.OAuthSettings{
		Flows: &awscognito.OAuthFlows{AuthorizationCodeGrant: jsii.Bool(true)},
		// The last one lets a signed-in user read and change their own attributes.
		Scopes: &[]awscognito.OAuthScope{
			awscognito.OAuthScope_OPENID(), awscognito.OAuthScope_EMAIL(), awscognito.OAuthScope_COGNITO_ADMIN(),
		},
		CallbackUrls: jsii.Strings(returnURLs...),
		LogoutUrls:   jsii.Strings(returnURLs...),
	}
	client := awscognito.NewUserPoolClient(scope, &id, &options)
	// Cognito refuses a client that names a provider it does not know yet.
	client.Node().AddDependency(provider)
	Keep(props.RemoveData, client, provider)
	return WebClient{Client: client, Domain: *jsii.Sprintf("%s.auth.%s.amazoncognito.com", *domain.DomainName(), *awscdk.Stack_Of(scope).Region())}
}

// scopes ask each provider for the user's e-mail address, in its own words.
var scopes = map[config.SocialProvider]string{
	config.Google:          "openid email",
	config.Facebook:        "public_profile,email",
	config.LoginWithAmazon: "profile",
}

// socialProvider defines the identity provider of social sign-in. Its secret is
// read by CloudFormation from Secrets Manager at deployment: the template holds
// only the secret's name.
func socialProvider(scope constructs.Construct, id string, pool awscognito.IUserPool, social config.Social) awscognito.CfnUserPoolIdentityProvider {
	secret := awscdk.SecretValue_SecretsManager(&social.ClientSecretName, nil)
	return awscognito.NewCfnUserPoolIdentityProvider(scope, &id, &awscognito.CfnUserPoolIdentityProviderProps{
		UserPoolId:   pool.UserPoolId(),
		ProviderName: jsii.String(string(social.Provider)),
		ProviderType: jsii.String(string(social.Provider)),
		ProviderDetails: map[string]*string{
			"client_id":        &social.ClientID,
			"client_secret":    secret.UnsafeUnwrap(),
			"authorize_scopes": jsii.String(scopes[social.Provider]),
		},
		AttributeMapping: map[string]*string{"email": jsii.String("email")},
	})
}

func duration(d time.Duration) awscdk.Duration {
	return awscdk.Duration_Seconds(jsii.Number(d.Seconds()))
}
