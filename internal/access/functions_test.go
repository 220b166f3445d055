package access

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFunctions_areValid(t *testing.T) {
	if err := ValidateFunctions(Functions(), Rules()); err != nil {
		t.Error(err)
	}
}

func TestValidateFunctions_namesEachFault(t *testing.T) {
	own := func(name Principal, triggers ...Trigger) Function {
		return Function{Name: name, Description: "d", Triggers: triggers}
	}
	for name, test := range map[string]struct {
		functions []Function
		rules     []Rule
		want      []string
	}{
		"every trigger, one a function": {[]Function{own("a", PreSignUp), own("b", PostConfirmation), own("c", CustomMessage)}, nil, nil},
		"every trigger of one function": {[]Function{own("a", Triggers()...)}, nil, nil},
		"none":                          {[]Function{own("a")}, []Rule{{Area: "x/", Functions: verbs{"a": Get}}}, nil},
		"a name that is no folder": {
			[]Function{own("Sign-up"), own("")}, nil,
			[]string{
				`access function "Sign-up": want a name of lower-case letters and digits, as its folder below functions/ has it`,
				`access function "": want a name of lower-case letters and digits, as its folder below functions/ has it`,
			},
		},
		"twice":         {[]Function{own("a"), own("a")}, nil, []string{`access function "a": stands twice; want one line`}},
		"for no reason": {[]Function{{Name: "a"}}, nil, []string{`access function "a": says nothing of what it is for; want a description`}},
		"the groups of tokens": {
			[]Function{own("a", "PreTokenGeneration", "PreTokenGenerationConfig")}, nil,
			[]string{
				`access function "a": has the trigger PreTokenGeneration, which writes the groups of tokens; want none: who is an admin is proven by them`,
				`access function "a": has the trigger PreTokenGenerationConfig, which writes the groups of tokens; want none: who is an admin is proven by them`,
			},
		},
		"another trigger": {[]Function{own("a", "PreAuthentication")}, nil, []string{`access function "a": has the trigger "PreAuthentication"; want one of [PreSignUp PostConfirmation CustomMessage]`}},
		"two for one trigger": {
			[]Function{own("a", PreSignUp), own("b", PostConfirmation, PreSignUp)}, nil,
			[]string{`access function "b": has the trigger PreSignUp, which a has; want one function a trigger`},
		},
		"one trigger twice": {[]Function{own("a", PreSignUp, PreSignUp)}, nil, []string{`access function "a": has the trigger PreSignUp, which a has; want one function a trigger`}},
		"files": {
			[]Function{own("a", PreSignUp)}, []Rule{{Area: "x/", Functions: verbs{"a": Get}}},
			[]string{`access function "a": has a column at "x/"; want none: the user pool calls it, whose stack knows no bucket`},
		},
		"resolvers": {[]Function{own(Remover, PreSignUp)}, nil, []string{`access function "remover": answers the step removeFiles; want it called by the user pool alone`}},
		"all at once": {
			[]Function{{Name: "a", Triggers: []Trigger{"x"}}}, nil,
			[]string{`access function "a": says nothing of what it is for; want a description`, `access function "a": has the trigger "x"; want one of [PreSignUp PostConfirmation CustomMessage]`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, faultsOf(ValidateFunctions(test.functions, test.rules))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
