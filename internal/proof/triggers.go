package proof

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/system"
)

// checkTriggers makes sure that the user pool calls the functions that are declared for its triggers and no others, and that these
// stand beside it. It says who has to be permitted to call for that.
//
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
func checkTriggers(s *system.System, declared []access.Function) ([]Violation, []permission) {
	found := findings{rule: "triggers"}
	config, permissions := map[string]system.Function{}, []permission{}
	for _, one := range declared {
		function, is := s.FunctionNamed(string(one.Name))
		if !one.IsTrigger() || !is { // the rule services says that it is not there
			continue
		}
		for _, trigger := range one.Triggers {
			config[string(trigger)] = function
		}
		permissions = append(permissions, permission{
			function: function, service: "cognito-idp.amazonaws.com", source: subjectOf(s, "cognito-idp:", ""), account: s.Account,
			why: fmt.Sprintf("the user pool calls %s: %v", one.Name, one.Triggers),
		})
		if function.Stack != s.Users.At.Stack {
			found.opens(function.At, "the function %s stands in %s: want it in %s, with the user pool that calls it", one.Name, function.Stack, s.Users.At.Stack)
		}
		if source, is := s.API.Invocations[string(one.Source())]; is {
			found.opens(source.At, "resolvers call the function %s: want the user pool alone to call it", one.Name)
		}
	}
	found.calls(s, config)
	return found.all, permissions
}

// calls compares what the user pool calls with what is declared.
func (f *findings) calls(s *system.System, wanted map[string]system.Function) {
	got, _ := system.Lookup(s.Users.Properties, "LambdaConfig").(map[string]any)
	for _, trigger := range slices.Sorted(maps.Keys(got)) {
		switch function, is := wanted[trigger]; {
		case strings.HasPrefix(trigger, "PreTokenGeneration"):
			f.opens(s.Users.At, "LambdaConfig.%s: got %v, want none: it writes the groups of tokens, and who is an admin is proven by them", trigger, show(got[trigger]))
		case !is:
			f.opens(s.Users.At, "LambdaConfig.%s: got %v, want none: no function of access.Functions is declared for it", trigger, show(got[trigger]))
		case got[trigger] != function.ARN:
			f.opens(s.Users.At, "LambdaConfig.%s: got %v, want the function %s", trigger, show(got[trigger]), function.Name)
		}
	}
	for _, trigger := range slices.Sorted(maps.Keys(wanted)) {
		if got[trigger] == nil {
			f.closes(s.Users.At, "LambdaConfig.%s: got nothing, want the function %s", trigger, wanted[trigger].Name)
		}
	}
}
