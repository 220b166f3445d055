package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"

	"lightbox.example/lightbox/constructs"
	"lightbox.example/lightbox/internal/config"
)

// Auth is where people sign up and sign in.
type Auth struct {
	Stack    awscdk.Stack
	UserPool awscognito.IUserPool
	Client   awscognito.IUserPoolClient
}

// NewAuth defines the Auth stack.
func NewAuth(app awscdk.App, cfg config.Config) Auth {
	stack := newStack(app, "Auth", "users and how they sign in", cfg)
	pool := constructs.NewUserPool(stack, "UserPool", constructs.UserPoolProps{
		Name:             cfg.ResourceName(),
		MFA:              cfg.MFA,
		ThreatProtection: cfg.ThreatProtection,
		Email:            cfg.Email,
		RemoveData:       cfg.RemoveData,
		AllowDeletion:    cfg.AllowDeletion,
	})
	web := constructs.NewWebClient(stack, "WebClient", constructs.WebClientProps{
		UserPool:   pool,
		Origins:    cfg.WebOrigins,
		Social:     cfg.Social,
		RemoveData: cfg.RemoveData,
	})
	output(stack, "UserPoolId", "User pool that people sign in to", pool.UserPoolId())
	output(stack, "UserPoolClientId", "App client of web front ends", web.Client.UserPoolClientId())
	if web.Domain != "" {
		output(stack, "UserPoolDomain", "Host of the social sign-in pages", &web.Domain)
	}
	return Auth{Stack: stack, UserPool: pool, Client: web.Client}
}
