package assembly

import (
	"fmt"
	"testing"
)

// conditionsOf resolves a template with nothing but parameters, mappings and these conditions.
func conditionsOf(t *testing.T, conditions string) (*Resolver, error) {
	t.Helper()
	return NewResolver(parse(t, `{
		"Parameters": {"Stage": {"Type": "String", "Default": "prod"}, "List": {"Type": "CommaDelimitedList", "Default": "a,b"}, "Number": {"Type": "Number", "Default": 5}},
		"Mappings": {"M": {"eu-west-1": {"open": true}}},
		"Conditions": `+conditions+`,
		"Resources": {"B": {"Type": "T"}}}`), environment(known()))
}

func TestConditions_hold(t *testing.T) {
	const yes, no = `{"Fn::Equals": ["a", "a"]}`, `{"Fn::Equals": ["a", "A"]}`
	for _, test := range []struct {
		name, expression string
		want             bool
	}{
		{"the same text", yes, true},
		{"a text in another case", no, false},
		{"a parameter", `{"Fn::Equals": [{"Ref": "Stage"}, "prod"]}`, true},
		{"a number and its text", `{"Fn::Equals": [{"Ref": "Number"}, 5]}`, true},
		{"a boolean and its text", `{"Fn::Equals": [true, "true"]}`, true},
		{"a pseudo parameter", `{"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}`, true},
		{"a mapped value", `{"Fn::Equals": [{"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "open"]}, "true"]}`, true},
		{"a joined list", `{"Fn::Equals": [{"Fn::Join": ["", {"Ref": "List"}]}, "ab"]}`, true},
		{"a selected part", `{"Fn::Equals": [{"Fn::Select": [0, {"Fn::Split": ["-", {"Fn::Sub": "${AWS::Region}"}]}]}, "eu"]}`, true},
		{"a negation", `{"Fn::Not": [` + no + `]}`, true},
		{"all", `{"Fn::And": [` + yes + `, ` + yes + `]}`, true},
		{"all but one", `{"Fn::And": [` + yes + `, ` + no + `]}`, false},
		{"one of them", `{"Fn::Or": [` + no + `, ` + yes + `]}`, true},
		{"none of them", `{"Fn::Or": [` + no + `, ` + no + `]}`, false},
		{"another that comes later", `{"Condition": "Later"}`, true},
		{"another within", `{"Fn::And": [{"Condition": "Later"}, {"Fn::Not": [{"Condition": "Later"}]}]}`, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, err := conditionsOf(t, `{"C": `+test.expression+`, "Later": `+yes+`}`)
			if err != nil {
				t.Fatal(err)
			}
			if got, ok := r.Holds("C"); got != test.want || !ok {
				t.Errorf("got %t, %t, want %t", got, ok, test.want)
			}
			if _, ok := r.Holds("D"); ok {
				t.Error("got a condition that the template does not have")
			}
		})
	}
}

func TestConditions_refuse(t *testing.T) {
	const yes = `{"Fn::Equals": ["a", "a"]}`
	for _, test := range []struct{ name, expression, want string }{
		{"a boolean", `true`, "Shop: condition C: got true, want a function that gives true or false"},
		{"a Ref", `{"Ref": "Stage"}`, "condition C: got an object of 1, want a function"},
		{"an object", `{"a": "b"}`, "condition C: got an object of 1, want a function"},
		{"a resource", `{"Fn::Equals": [{"Ref": "B"}, "a"]}`, "condition C: Fn::Equals[0].Ref: got the resource B in the conditions of a template"},
		{"an attribute", `{"Fn::Equals": [{"Fn::GetAtt": ["B", "Arn"]}, "a"]}`, "Fn::Equals[0].Fn::GetAtt: got the function in the conditions"},
		{"an attribute in a Sub", `{"Fn::Equals": [{"Fn::Sub": "${B.Arn}"}, "a"]}`, "Fn::Equals[0].Fn::Sub: got the resource B in the conditions"},
		{"another stack's output", `{"Fn::Equals": [{"Fn::GetStackOutput": {"StackName": "a", "OutputName": "b"}}, "a"]}`, "Fn::GetStackOutput: got the function in the conditions"},
		{"an import", `{"Fn::Equals": [{"Fn::ImportValue": "Auth-Pool"}, "a"]}`, "Fn::ImportValue: got the function in the conditions"},
		{"an If", `{"Fn::If": ["D", "a", "b"]}`, "condition C: got an object of 1, want a function that gives true or false"},
		{"a Contains", `{"Fn::Contains": [["a"], "a"]}`, "Fn::Contains: got the function in the conditions"},
		{"a list", `{"Fn::Equals": [{"Ref": "List"}, "a"]}`, "Fn::Equals[0]: got a list of 2, want a string"},
		{"no value", `{"Fn::Equals": [{"Ref": "AWS::NoValue"}, ""]}`, "Fn::Equals[0]: got AWS::NoValue, want a string"},
		{"a dynamic reference", `{"Fn::Equals": ["{{resolve:ssm:x}}", "a"]}`, "Fn::Equals[0]: got a dynamic reference"},
		{"three to compare", `{"Fn::Equals": ["a", "a", "a"]}`, "got a list of 3"},
		{"one for And", `{"Fn::And": [` + yes + `]}`, "Fn::And: got a list of 1, want a list of 2 to 10"},
		{"eleven for Or", `{"Fn::Or": [` + yes + "," + yes + "," + yes + "," + yes + "," + yes + "," + yes + "," + yes + "," + yes + "," + yes + "," + yes + "," + yes + `]}`, "Fn::Or: got a list of 11"},
		{"two for Not", `{"Fn::Not": [` + yes + `, ` + yes + `]}`, "Fn::Not: got a list of 2"},
		{"a boolean in And", `{"Fn::And": [` + yes + `, true]}`, "Fn::And[1]: got true, want a function"},
		{"a fault that Or would not need", `{"Fn::Or": [` + yes + `, {"Fn::Equals": []}]}`, "Fn::Or[1].Fn::Equals: got a list of 0"},
		{"a function beside another", `{"Fn::Not": [` + yes + `], "Fn::Or": []}`, "condition C: got a function beside other keys"},
		{"itself", `{"Fn::Not": [{"Condition": "C"}]}`, "got a circular dependency, C → C"},
		{"a circle", `{"Condition": "D"}`, "got a circular dependency, C → D → C"},
		{"no name", `{"Condition": ["D"]}`, "Condition: got a list of 1, want the name of a condition"},
	} {
		t.Run(test.name, func(t *testing.T) {
			template, err := ParseTemplate("Shop", []byte(`{
				"Parameters": {"Stage": {"Type": "String", "Default": "prod"}, "List": {"Type": "CommaDelimitedList", "Default": "a,b"}},
				"Conditions": {"C": `+test.expression+`, "D": {"Condition": "C"}},
				"Resources": {"B": {"Type": "T"}}}`))
			if err == nil {
				_, err = NewResolver(template, environment(known()))
			}
			demand(t, err, test.want)
		})
	}
}

func TestConditions_areEvaluatedOnce(t *testing.T) {
	conditions := `{"C0": {"Fn::Equals": ["a", "a"]}`
	for i := range 60 { // 2^60 evaluations otherwise
		conditions += fmt.Sprintf(`, "C%d": {"Fn::And": [{"Condition": "C%d"}, {"Condition": "C%d"}]}`, i+1, i, i)
	}
	r, err := conditionsOf(t, conditions+"}")
	if err != nil {
		t.Fatal(err)
	}
	if holds, _ := r.Holds("C60"); !holds {
		t.Error("got false, want true")
	}
}

func TestNewResolver_namesAFaultyParameterOnce(t *testing.T) {
	_, err := NewResolver(parse(t, `{
		"Parameters": {"P": {"Type": "String"}},
		"Conditions": {"C": {"Fn::Equals": [{"Ref": "P"}, "a"]}},
		"Resources": {"B": {"Type": "T"}}}`), environment(known()))
	if n := len(faultsIn(err)); n != 1 {
		t.Errorf("got %d faults, want the parameter's alone: %v", n, err)
	}
}

// ruled checks the rules of a template with these.
func ruled(t *testing.T, rules string) error {
	t.Helper()
	r, err := NewResolver(parse(t, `{
		"Parameters": {
			"Stored": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/name"},
			"Stage": {"Type": "String", "Default": "prod"}, "List": {"Type": "CommaDelimitedList", "Default": "a,b"}},
		"Rules": `+rules+`,
		"Resources": {"B": {"Type": "T"}}}`), environment(known()))
	if err != nil {
		t.Fatal(err)
	}
	return r.CheckRules()
}

func TestCheckRules_passesWhatHolds(t *testing.T) {
	for _, rule := range []string{
		`{"Assertions": [{"Assert": {"Fn::Not": [{"Fn::Contains": [["1", 2], {"Ref": "Stored"}]}]}}]}`,
		`{"Assertions": [{"Assert": {"Fn::Contains": [["dev", "prod"], {"Ref": "Stage"}]}}]}`,
		`{"Assertions": [{"Assert": {"Fn::Contains": [{"Ref": "List"}, "b"]}}]}`,
		`{"Assertions": [{"Assert": {"Fn::Contains": [[5], "5"]}}]}`,
		`{"RuleCondition": {"Fn::Equals": [{"Ref": "Stage"}, "dev"]}, "Assertions": [{"Assert": {"Fn::Equals": ["a", "b"]}}]}`,
		`{"RuleCondition": {"Fn::And": [{"Fn::Equals": ["a", "a"]}, {"Fn::Or": [{"Fn::Equals": ["a", "a"]}, {"Fn::Equals": ["a", "b"]}]}]}, "Assertions": [{"Assert": {"Fn::Equals": ["a", "a"]}}]}`,
	} {
		if err := ruled(t, `{"R": `+rule+`}`); err != nil {
			t.Errorf("%s: got %v, want no error", rule, err)
		}
	}
}

func TestCheckRules_refuses(t *testing.T) {
	for _, test := range []struct{ name, rules, want string }{
		{"what does not hold", `{"R": {"Assertions": [{"Assert": {"Fn::Contains": [["a"], "A"]}, "AssertDescription": "Too new."}]}}`, "Shop: rule R: Assertions[0].Assert: the assertion does not hold: Too new."},
		{"what does not hold where the rule applies", `{"R": {"RuleCondition": {"Fn::Equals": ["a", "a"]}, "Assertions": [{"Assert": {"Fn::Equals": ["a", "a"]}}, {"Assert": {"Fn::Equals": ["a", "b"]}}]}}`, "rule R: Assertions[1].Assert: the assertion does not hold"},
		{"a text", `{"R": {"Assertions": [{"Assert": "true"}]}}`, `Assertions[0].Assert: got "true", want a function`},
		{"a resource", `{"R": {"Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "B"}, "a"]}}]}}`, "got the resource B in the rules of a template"},
		{"a Join", `{"R": {"Assertions": [{"Assert": {"Fn::Equals": [{"Fn::Join": ["", ["a"]]}, "a"]}}]}}`, "Fn::Join: got the function in the rules"},
		{"a Contains of a text", `{"R": {"Assertions": [{"Assert": {"Fn::Contains": ["abc", "a"]}}]}}`, `Fn::Contains[0]: got "abc", want a list`},
		{"a Contains of objects", `{"R": {"Assertions": [{"Assert": {"Fn::Contains": [[{"a": 1}], "a"]}}]}}`, "value 0 of the list: got an object of 1"},
		{"a Contains of a list", `{"R": {"Assertions": [{"Assert": {"Fn::Contains": [["a"], {"Ref": "List"}]}}]}}`, "Fn::Contains[1]: got a list of 2"},
		{"a faulty condition", `{"R": {"RuleCondition": {"Fn::Equals": ["a"]}, "Assertions": [{"Assert": {"Fn::Equals": ["a", "a"]}}]}}`, "rule R: RuleCondition.Fn::Equals: got a list of 1"},
	} {
		t.Run(test.name, func(t *testing.T) { demand(t, ruled(t, test.rules), test.want) })
	}
	t.Run("what does not hold, and nobody says why", func(t *testing.T) {
		err := ruled(t, `{"R": {"Assertions": [{"Assert": {"Fn::Equals": ["a", "b"]}}]}}`)
		if want := "Shop: rule R: Assertions[0].Assert: the assertion does not hold"; err == nil || err.Error() != want {
			t.Errorf("got %v, want %q", err, want)
		}
	})
	t.Run("all of them at once", func(t *testing.T) {
		err := ruled(t, `{"R": {"Assertions": [{"Assert": {"Fn::Equals": ["a", "b"]}}]}, "Q": {"Assertions": [{"Assert": {"Fn::Equals": ["a", "b"]}}]}}`)
		demand(t, err, "rule R", "rule Q")
	})
}
