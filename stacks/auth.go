package stacks

import (
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/jsii-runtime-go"

	"lightbox.example/lightbox/constructs"
	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/functions"
)

// Auth is where people sign up and sign in.
type Auth struct {
	Stack    awscdk.Stack
	UserPool awscognito.IUserPool
	Client   awscognito.IUserPoolClient
	// Functions are those that the pool calls.
	Functions []constructs.PoolFunction
}

// AuthProps are the functions that the user pool calls, and where it sends people back to.
type AuthProps struct {
	Site Site
	// Declared are the table's, of which those with triggers stand here.
	Declared []access.Function
	// Functions builds their code.
	Functions functions.Builder
}

// NewAuth defines the Auth stack.
func NewAuth(app awscdk.App, cfg config.Config, props AuthProps) (Auth, error) {
	if err := access.ValidateFunctions(props.Declared, access.Rules()); err != nil {
		return Auth{}, err
	}
	stack := newStack(app, "Auth", "users and how they sign in", cfg)
	triggers, err := newTriggers(stack, cfg, props)
	if err != nil {
		return Auth{}, err
	}
	pool := constructs.NewUserPool(stack, "UserPool", constructs.UserPoolProps{
		Name:             cfg.ResourceName(),
		MFA:              cfg.MFA,
		ThreatProtection: cfg.ThreatProtection,
		Email:            cfg.Email,
		Triggers:         triggers,
		RemoveData:       cfg.RemoveData,
		AllowDeletion:    cfg.AllowDeletion,
	})
	constructs.StandBefore(stack, pool.UserPoolArn(), cfg.Auth.WebACLARN)
	warnOfFewMails(stack, cfg)
	web := constructs.NewWebClient(stack, "WebClient", constructs.WebClientProps{
		UserPool:   pool,
		Origins:    props.Site.origins(cfg),
		Social:     cfg.Social,
		RemoveData: cfg.RemoveData,
	})
	output(stack, "UserPoolId", "User pool that people sign in to", pool.UserPoolId())
	output(stack, "UserPoolClientId", "App client of web front ends", web.Client.UserPoolClientId())
	if web.Domain != "" {
		output(stack, "UserPoolDomain", "Host of the social sign-in pages", &web.Domain)
	}
	return Auth{Stack: stack, UserPool: pool, Client: web.Client, Functions: triggers}, nil
}

// warnOfFewMails warns of a synth whose users can be locked out: Cognito's own sender has so few mails that strangers use them up.
//
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-email.html
func warnOfFewMails(stack awscdk.Stack, cfg config.Config) {
	if cfg.RemoveData || cfg.Email.From != "" {
		return
	}
	awscdk.Annotations_Of(stack).AddWarningV2(jsii.String("lightbox:email"), jsii.Sprintf(
		"environment %s keeps data and sends its mails by Cognito, 50 a day: after 50 sign-ups of strangers nobody gets a code, to sign up or to get back in. "+
			"Set email.from and email.sesIdentityArn in cdk.json", cfg.Env), nil)
}

// newTriggers defines the functions that the user pool calls. They know no bucket and no table; which pool it is, the event says.
func newTriggers(stack awscdk.Stack, cfg config.Config, props AuthProps) ([]constructs.PoolFunction, error) {
	var made []constructs.PoolFunction
	var faults []error
	for _, function := range props.Declared {
		if !function.IsTrigger() {
			continue // it stands in API
		}
		if slices.Contains(function.Triggers, access.CustomMessage) && cfg.Email.From == "" {
			faults = append(faults, fmt.Errorf("access function %q: has the trigger %s, and email.from is not set; want it in cdk.json: Cognito's own sender takes no words of a function",
				function.Name, access.CustomMessage))
		}
		bundle, err := props.Functions(string(function.Name))
		if err != nil {
			faults = append(faults, err)
			continue
		}
		made = append(made, constructs.PoolFunction{Declared: function, Function: constructs.NewFunction(stack, constructs.FunctionProps{
			Function: function, Bundle: bundle, MemoryMB: access.TriggerMemoryMB, TimeoutSeconds: access.TriggerSeconds,
			LogRetentionDays: cfg.LogRetentionDays, DisableTracing: cfg.DisableTracing, RemoveData: cfg.RemoveData,
		})})
	}
	return made, errors.Join(faults...)
}
