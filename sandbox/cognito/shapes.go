package cognito

import (
	"lightbox.example/lightbox/sandbox/cognito/properties"
	"lightbox.example/lightbox/sandbox/pipeline"
	"lightbox.example/lightbox/sandbox/pipeline/input"
)

// words are how Cognito speaks of the faults of a request.
var words = pipeline.Words("InvalidParameterException", shapes)

// shapes are the types that requests are checked against, by their names in the service model.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_Operations.html
var shapes = map[string]input.Shape{
	"AttributeNameType":            {Min: 1, Max: 32, Pattern: `[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+`},
	"AttributeValueType":           {Max: 2048, Secret: true},
	"AuthFlowType":                 {Enum: authFlows},
	"ChallengeNameType":            {Enum: challengeNames},
	"ClientIdType":                 {Min: 1, Max: 128, Pattern: `[\w+]+`, Secret: true},
	"ConfirmationCodeType":         {Min: 1, Max: 2048, Pattern: `[\S]+`},
	"DeliveryMediumType":           {Enum: []string{"SMS", "EMAIL"}},
	"GroupNameType":                properties.GroupName,
	"MessageActionType":            {Enum: []string{"RESEND", "SUPPRESS"}},
	"PaginationKey":                {Min: 1, Max: 131072, Pattern: `[\S]+`},
	"PasswordType":                 {Max: 256, Pattern: `^[\S]+.*[\S]+$`, Secret: true},
	"PoolQueryLimitType":           {Min: 1, Max: 60},
	"QueryLimit":                   {Min: 1, Max: 60},
	"QueryLimitType":               {Max: 60},
	"SearchPaginationTokenType":    {Min: 1, Max: 131072, Pattern: `[\S]+`},
	"SecretHashType":               {Min: 1, Max: 128, Pattern: `[\w+=/]+`, Secret: true},
	"SecretType":                   {Min: 1, Max: 64, Pattern: `[\w+]+`, Secret: true},
	"SessionType":                  {Min: 20, Max: 4096, Secret: true},
	"SoftwareTokenMFAUserCodeType": {Min: 6, Max: 6, Pattern: `[0-9]+`, Secret: true},
	"TokenModelType":               {Pattern: `[A-Za-z0-9-_=.]+`, Secret: true},
	"UserFilterType":               {Max: 256},
	"UserPoolIdType":               {Min: 1, Max: 55, Pattern: `[\w-]+_[0-9a-zA-Z]+`},
	"UsernameType":                 {Min: 1, Max: 128, Pattern: `[\p{L}\p{M}\p{S}\p{N}\p{P}]+`, Secret: true},
}

var authFlows = []string{
	"USER_SRP_AUTH", "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", "CUSTOM_AUTH", "ADMIN_NO_SRP_AUTH", "USER_PASSWORD_AUTH",
	"ADMIN_USER_PASSWORD_AUTH", "USER_AUTH",
}

var challengeNames = []string{
	"SMS_MFA", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA", "SELECT_MFA_TYPE", "MFA_SETUP", "PASSWORD_VERIFIER", "CUSTOM_CHALLENGE",
	"SELECT_CHALLENGE", "DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER", "ADMIN_NO_SRP_AUTH", "NEW_PASSWORD_REQUIRED", "SMS_OTP",
	"PASSWORD", "WEB_AUTHN", "PASSWORD_SRP",
}
