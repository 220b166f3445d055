package properties

import (
	"maps"
	"regexp"
	"slices"
)

// LambdaConfig has the functions that a pool calls, by their ARNs; "" for none.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-cognito-userpool-lambdaconfig.html
type LambdaConfig struct {
	CustomMessage    string
	PostConfirmation string
	PreSignUp        string
}

// Triggers are the ARNs of the pool's functions by their triggers, as in PreSignUp, of those that there are.
func (s *Pool) Triggers() map[string]string {
	if s.LambdaConfig == nil {
		return nil
	}
	all := map[string]string{
		"CustomMessage": s.LambdaConfig.CustomMessage, "PostConfirmation": s.LambdaConfig.PostConfirmation, "PreSignUp": s.LambdaConfig.PreSignUp,
	}
	maps.DeleteFunc(all, func(_, arn string) bool { return arn == "" })
	return all
}

// SendsByFunctions reports whether functions may word the pool's mail: Cognito's own sender takes no words of theirs.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-custom-message.html
func (s *Pool) SendsByFunctions() bool {
	return s.EmailConfiguration != nil && s.EmailConfiguration.EmailSendingAccount == "DEVELOPER"
}

// refusedTriggers are the members of LambdaConfig that the sandbox has not, and the reason why.
var refusedTriggers = map[string]string{
	"CreateAuthChallenge":         customSignIn,
	"CustomEmailSender":           otherSender,
	"CustomSMSSender":             otherSender,
	"DefineAuthChallenge":         customSignIn,
	"InboundFederation":           "nobody signs in by another provider",
	"KMSKeyID":                    otherSender,
	"PostAuthentication":          "no function is called at sign-in",
	"PreAuthentication":           "no function is called at sign-in",
	"PreTokenGeneration":          writesTokens,
	"PreTokenGenerationConfig":    writesTokens,
	"UserMigration":               "users are in the pool, or nowhere",
	"VerifyAuthChallengeResponse": customSignIn,
}

const (
	customSignIn = "it has no custom sign-in"
	otherSender  = "it sends mail by itself, and no SMS"
	writesTokens = "its function would write the groups of tokens, which say who may do what"
)

// triggers takes the members of LambdaConfig that are refused with a reason out of a template's properties.
func (f *faults) triggers(given map[string]any) map[string]any {
	config, _ := given["LambdaConfig"].(map[string]any)
	left := maps.Clone(config)
	for _, name := range slices.Sorted(maps.Keys(config)) {
		if reason := refusedTriggers[name]; reason != "" && config[name] != nil {
			f.add("LambdaConfig."+name, "not supported by the sandbox: %s", reason)
			delete(left, name)
		}
	}
	if len(left) == len(config) {
		return given
	}
	given = maps.Clone(given)
	given["LambdaConfig"] = left
	return given
}

// functionARN is the ARN of a function, or of one of its versions.
var functionARN = regexp.MustCompile(`^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[a-zA-Z0-9-_]+(:[a-zA-Z0-9-_$]+)?$`)

// called adds the triggers that name no function.
func (f *faults) called(s *Pool) {
	triggers := s.Triggers()
	for _, name := range slices.Sorted(maps.Keys(triggers)) {
		if arn := triggers[name]; !functionARN.MatchString(arn) {
			f.add("LambdaConfig."+name, "got %q, want the ARN of a function", arn)
		}
	}
}
