package proof

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/system"
)

// checkTriggers makes sure that the user pool calls the functions that are declared for its triggers and no others, that these
// stand beside it and let that pool of this account call them, and that nothing else lets anybody call a function.
func checkTriggers(s *system.System, declared []access.Function) []Violation {
	found := findings{rule: "triggers"}
	config, called := map[string]system.Function{}, map[string]system.Function{}
	for _, one := range declared {
		function, is := s.FunctionNamed(string(one.Name))
		if !one.IsTrigger() || !is { // the rule services says that it is not there
			continue
		}
		for _, trigger := range one.Triggers {
			config[string(trigger)] = function
		}
		called[function.ARN] = function
		if function.Stack != s.Users.At.Stack {
			found.opens(function.At, "the function %s stands in %s: want it in %s, with the user pool that calls it", one.Name, function.Stack, s.Users.At.Stack)
		}
		if source, is := s.API.Invocations[string(one.Source())]; is {
			found.opens(source.At, "resolvers call the function %s: want the user pool alone to call it", one.Name)
		}
	}
	found.calls(s, config)
	found.permissions(s, called)
	return found.all
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

// permissions compares who may call functions by a permission of theirs with the user pool, for those that it calls.
//
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
func (f *findings) permissions(s *system.System, called map[string]system.Function) {
	given := map[string]bool{}
	for _, resource := range s.Resources {
		if resource.Type != "AWS::Lambda::Permission" {
			continue
		}
		arn := fmt.Sprint(resource.Properties["FunctionName"])
		function, is := called[arn]
		switch {
		case !is:
			f.opens(resource.At, "%v may call %v: want no permission but the user pool's, of the functions that are declared for its triggers",
				show(resource.Properties["Principal"]), show(resource.Properties["FunctionName"]))
			continue
		case given[arn]:
			f.opens(resource.At, "the function %s has a second permission: want the user pool's alone", function.Name)
		}
		given[arn] = true
		for _, want := range [][2]string{
			{"Action", "lambda:InvokeFunction"}, {"Principal", "cognito-idp.amazonaws.com"},
			{"SourceAccount", s.Account}, {"SourceArn", subjectOf(s, "cognito-idp", "")},
		} {
			if got := resource.Properties[want[0]]; got != want[1] {
				f.opens(resource.At, "%s: got %v, want %s: the user pool alone calls the function %s", want[0], show(got), want[1], function.Name)
			}
		}
	}
	for _, arn := range slices.Sorted(maps.Keys(called)) {
		if !given[arn] {
			f.closes(called[arn].At, "nothing lets the user pool call the function %s: want a permission", called[arn].Name)
		}
	}
}
