package constructs

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/config"
)

// UserPoolProps are the settings of a user pool. The zero value is the
// production one: data is kept and protected from deletion.
type UserPoolProps struct {
	// Name is what the console shows; it can be changed.
	Name string
	// MFA says whether users may or must give a second factor; the factor is TOTP.
	MFA config.MFA
	// ThreatProtection blocks sign-ins that Cognito finds risky. It needs the Plus
	// feature plan, which is billed per user.
	ThreatProtection bool
	// Email names the sender of codes; the zero value is Cognito's own sender,
	// which is limited to 50 messages a day.
	Email config.Email
	// Triggers are the functions that the pool calls.
	Triggers []PoolFunction
	// RemoveData deletes the pool with its stack.
	RemoveData bool
	// AllowDeletion switches Cognito's deletion protection off.
	AllowDeletion bool
}

// A PoolFunction is a function that a user pool calls.
type PoolFunction struct {
	// Declared says when.
	Declared access.Function
	Function awslambda.Function
}

// NewUserPool defines a user pool in which people sign themselves up with a user
// name and an e-mail address, and sign in with either. The address is proven by
// a code before it counts, at sign-up and at each change. A sign-up without an
// address is taken, but never confirmed, so nobody signs in by it.
//
// Its immutable properties (aliases, case sensitivity) are part of what the
// construct id stands for: Cognito refuses a change of one, so the id must change
// too, and with it the pool.
//
// See https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-updating.html.
func NewUserPool(scope constructs.Construct, id string, props UserPoolProps) awscognito.UserPool {
	// The refresh tokens of the web client rotate, which the Lite plan lacks.
	plan, threats := awscognito.FeaturePlan_ESSENTIALS, awscognito.StandardThreatProtectionMode("")
	if props.ThreatProtection {
		plan, threats = awscognito.FeaturePlan_PLUS, awscognito.StandardThreatProtectionMode_FULL_FUNCTION
	}
	pool := awscognito.NewUserPool(scope, &id, &awscognito.UserPoolProps{
		UserPoolName:      &props.Name,
		SelfSignUpEnabled: jsii.Bool(true),
		SignInAliases: &awscognito.SignInAliases{
			Username: jsii.Bool(true),
			Email:    jsii.Bool(true),
		},
		SignInCaseSensitive: jsii.Bool(false),
		// No StandardAttributes: with a Schema in its template a pool can be made and
		// never changed. See docs/adr/0023-no-schema-in-the-template.md.
		AutoVerify:   &awscognito.AutoVerifiedAttrs{Email: jsii.Bool(true)},
		KeepOriginal: &awscognito.KeepOriginalAttrs{Email: jsii.Bool(true)},
		UserVerification: &awscognito.UserVerificationConfig{
			EmailStyle:   awscognito.VerificationEmailStyle_CODE,
			EmailSubject: jsii.String("Your verification code"),
			EmailBody:    jsii.String("Your verification code is {####}."),
		},
		// All four classes by name: giving only the length would drop them.
		PasswordPolicy: &awscognito.PasswordPolicy{
			MinLength:            jsii.Number(config.PasswordLength),
			RequireDigits:        jsii.Bool(true),
			RequireLowercase:     jsii.Bool(true),
			RequireUppercase:     jsii.Bool(true),
			RequireSymbols:       jsii.Bool(true),
			TempPasswordValidity: awscdk.Duration_Days(jsii.Number(3)),
		},
		Mfa:             mfa(props.MFA),
		MfaSecondFactor: &awscognito.MfaSecondFactor{Otp: jsii.Bool(true), Sms: jsii.Bool(false)},
		// Never by SMS: there is no phone number to send to.
		AccountRecovery:              awscognito.AccountRecovery_EMAIL_ONLY,
		FeaturePlan:                  plan,
		StandardThreatProtectionMode: threats,
		DeletionProtection:           jsii.Bool(!props.AllowDeletion),
		RemovalPolicy:                removalOfProtected(props.RemoveData),
	})
	if props.Email.SESIdentityARN != "" {
		resource := pool.Node().DefaultChild().(awscognito.CfnUserPool)
		resource.SetEmailConfiguration(&awscognito.CfnUserPool_EmailConfigurationProperty{
			EmailSendingAccount: jsii.String("DEVELOPER"),
			From:                &props.Email.From,
			SourceArn:           &props.Email.SESIdentityARN,
		})
	}
	callFunctions(scope, pool, props.Triggers)
	return pool
}

// callFunctions has a pool call functions, each of which lets that pool of this account do so and nobody else, as AWS advises.
// The library's own permission leaves the account out.
//
// See https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html.
func callFunctions(scope constructs.Construct, pool awscognito.UserPool, functions []PoolFunction) {
	if len(functions) == 0 {
		return
	}
	arns := map[access.Trigger]*string{}
	for _, one := range functions {
		for _, trigger := range one.Declared.Triggers {
			arns[trigger] = one.Function.FunctionArn()
		}
		awslambda.NewCfnPermission(scope, jsii.String(one.Declared.ID("Permission")), &awslambda.CfnPermissionProps{
			Action:        jsii.String("lambda:InvokeFunction"),
			FunctionName:  one.Function.FunctionArn(),
			Principal:     jsii.String("cognito-idp.amazonaws.com"),
			SourceAccount: awscdk.Stack_Of(scope).Account(),
			SourceArn:     pool.UserPoolArn(),
		})
	}
	pool.Node().DefaultChild().(awscognito.CfnUserPool).SetLambdaConfig(&awscognito.CfnUserPool_LambdaConfigProperty{
		PreSignUp:        arns[access.PreSignUp],
		PostConfirmation: arns[access.PostConfirmation],
		CustomMessage:    arns[access.CustomMessage],
	})
}

func mfa(mode config.MFA) awscognito.Mfa {
	switch mode {
	case config.MFAOff:
		return awscognito.Mfa_OFF
	case config.MFARequired:
		return awscognito.Mfa_REQUIRED
	default:
		return awscognito.Mfa_OPTIONAL
	}
}
