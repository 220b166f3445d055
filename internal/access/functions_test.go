package access

import (
	"strings"
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
		if len(triggers) == 0 {
			return Function{Name: name, Description: "d", Schedules: []string{"rate(1 day)"}}
		}
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
		"twice": {[]Function{own("a"), own("a")}, nil, []string{`access function "a": stands twice; want one line`}},
		"for no reason": {[]Function{{Name: "a"}}, nil, []string{
			`access function "a": says nothing of what it is for; want a description`,
			`access function "a": is called by nobody; want a trigger, a stream, an area, a schedule, or a step of a resolver`,
		}},
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

func TestValidateFunctions_takesEvents(t *testing.T) {
	events := []Function{{
		Name: Pictures, Description: "d", Created: []string{"uploads/{user}/", "drafts/"}, Schedules: []string{"rate(1 hour)", "cron(0 3 ? * MON-FRI *)"},
	}}
	if err := ValidateFunctions(events, Rules()); err != nil {
		t.Errorf("with events: got %v", err)
	}
}

func TestValidateFunctions_namesEachFaultOfEvents(t *testing.T) {
	err := ValidateFunctions([]Function{
		{Name: Pictures, Description: "d", Created: []string{"uploads/", "private/{identity}/", "drafts/", "drafts/"}, Schedules: []string{"rate(1 hour)", "rate(1 hour)"}},
		{Name: Remover, Description: "d", Created: []string{"drafts/"}, Schedules: []string{"cron(61 25 * * ? *)", "every day"}},
	}, Rules())
	for _, want := range []string{
		`access function "pictures": is called for what is created in "uploads/", which is no area of access.Rules`,
		`access function "pictures": is called for what is created in "private/{identity}/", where it may nothing; want get too`,
		`access function "pictures": is called for "drafts/" twice`,
		`access function "pictures": has the schedule rate(1 hour) twice`,
		`access function "remover": is called for what is created in "drafts/", where it may list delete; want get too`,
		`access function "remover": schedule: cron(61 25 * * ? *): minutes: got "61"`,
		`access function "remover": schedule: cron(61 25 * * ? *): hours: got "25"`,
		`access function "remover": schedule: got "every day", want rate(`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
	if lines := strings.Count(err.Error(), "\n") + 1; lines != 8 {
		t.Errorf("got %d faults, want 8:\n%v", lines, err)
	}
}
