package cognito

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
)

// A shape has the constraints of a type in Cognito's service model; lengths are in UTF-16 units, as Java counts. The values
// of secret shapes are left out of messages.
type shape struct {
	min, max int // of lengths and numbers; a max of 0 is none
	pattern  string
	enum     []string
	secret   bool
}

// shapes are the types that requests are checked against, by their names in the service model.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_Operations.html
var shapes = map[string]shape{
	"AttributeNameType":            {min: 1, max: 32, pattern: `[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+`},
	"AttributeValueType":           {max: 2048, secret: true},
	"AuthFlowType":                 {enum: authFlows},
	"ChallengeNameType":            {enum: challengeNames},
	"ClientIdType":                 {min: 1, max: 128, pattern: `[\w+]+`, secret: true},
	"ConfirmationCodeType":         {min: 1, max: 2048, pattern: `[\S]+`},
	"DeliveryMediumType":           {enum: []string{"SMS", "EMAIL"}},
	"GroupNameType":                {min: 1, max: 128, pattern: `[\p{L}\p{M}\p{S}\p{N}\p{P}]+`},
	"MessageActionType":            {enum: []string{"RESEND", "SUPPRESS"}},
	"PaginationKey":                {min: 1, max: 131072, pattern: `[\S]+`},
	"PasswordType":                 {max: 256, pattern: `^[\S]+.*[\S]+$`, secret: true},
	"PoolQueryLimitType":           {min: 1, max: 60},
	"QueryLimit":                   {min: 1, max: 60},
	"QueryLimitType":               {max: 60},
	"SearchPaginationTokenType":    {min: 1, max: 131072, pattern: `[\S]+`},
	"SessionType":                  {min: 20, max: 4096, secret: true},
	"SoftwareTokenMFAUserCodeType": {min: 6, max: 6, pattern: `[0-9]+`, secret: true},
	"TokenModelType":               {pattern: `[A-Za-z0-9-_=.]+`, secret: true},
	"UserFilterType":               {max: 256},
	"UserPoolIdType":               {min: 1, max: 55, pattern: `[\w-]+_[0-9a-zA-Z]+`},
	"UsernameType":                 {min: 1, max: 128, pattern: `[\p{L}\p{M}\p{S}\p{N}\p{P}]+`, secret: true},
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

// patterns are the patterns of shapes, which a value must match as a whole.
var patterns = compile()

func compile() map[string]*regexp.Regexp {
	compiled := map[string]*regexp.Regexp{}
	for name, s := range shapes {
		if s.pattern != "" {
			compiled[name] = regexp.MustCompile(`\A(?:` + s.pattern + `)\z`)
		}
	}
	return compiled
}

func (r *reader) checkText(path, text, name string) {
	if name == "" {
		return
	}
	s := shapes[name]
	value := "'" + text + "'"
	length := len(utf16.Encode([]rune(text)))
	if length < s.min {
		r.violation(name, value, path, fmt.Sprintf("Member must have length greater than or equal to %d", s.min))
	}
	if s.max > 0 && length > s.max {
		r.violation(name, value, path, fmt.Sprintf("Member must have length less than or equal to %d", s.max))
	}
	if pattern := patterns[name]; pattern != nil && !pattern.MatchString(text) {
		r.violation(name, value, path, "Member must satisfy regular expression pattern: "+s.pattern)
	}
	if s.enum != nil && !slices.Contains(s.enum, text) {
		r.violation(name, value, path, "Member must satisfy enum value set: ["+strings.Join(s.enum, ", ")+"]")
	}
}

func (r *reader) checkNumber(path string, value int64, name string) {
	s := shapes[name]
	if value < int64(s.min) {
		r.violation(name, fmt.Sprintf("'%d'", value), path, fmt.Sprintf("Member must have value greater than or equal to %d", s.min))
	}
	if s.max > 0 && value > int64(s.max) {
		r.violation(name, fmt.Sprintf("'%d'", value), path, fmt.Sprintf("Member must have value less than or equal to %d", s.max))
	}
}

// violation notes a value that breaks a constraint, in the words of the framework behind Cognito.
func (r *reader) violation(name, value, path, constraint string) {
	subject := "Value " + value
	if shapes[name].secret {
		subject = "Value"
	}
	r.violations = append(r.violations, fmt.Sprintf("%s at '%s' failed to satisfy constraint: %s", subject, path, constraint))
}

// violated is the error of all violations of a request, nil if there are none.
func violated(violations []string) error {
	switch len(violations) {
	case 0:
		return nil
	case 1:
		return invalidParameter("1 validation error detected: %s", violations[0])
	}
	return invalidParameter("%d validation errors detected: %s", len(violations), strings.Join(violations, "; "))
}
