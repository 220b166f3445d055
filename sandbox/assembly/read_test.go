package assembly

import (
	"slices"
	"strings"
	"testing"
)

// parse parses a template that has to be right.
func parse(t *testing.T, text string) *Template {
	t.Helper()
	template, err := ParseTemplate("Shop", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return template
}

// demand reports a test error unless err's text has what is wanted.
func demand(t *testing.T, err error, want ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("got no error, want %q", want)
		return
	}
	for _, w := range want {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("got %q, want %q in it", err, w)
		}
	}
}

func TestParseTemplate_readsAllSections(t *testing.T) {
	template := parse(t, `{
		"AWSTemplateFormatVersion": "2010-09-09", "Description": "D", "Metadata": {"x": 1},
		"Parameters": {"P": {"Type": "Number", "Default": 5, "MinValue": 1, "NoEcho": true, "Description": "d"}},
		"Mappings": {"M": {"a": {"b": ["1", 2]}}},
		"Conditions": {"C": {"Fn::Equals": ["a", "a"]}},
		"Rules": {"R": {"RuleCondition": {"Fn::Equals": ["a", "a"]}, "Assertions": [{"Assert": {"Fn::Equals": ["a", "a"]}, "AssertDescription": "why"}]}},
		"Resources": {
			"Z": {"Type": "AWS::S3::Bucket", "DependsOn": "A", "Condition": "C", "DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Snapshot"},
			"A": {"Type": "Custom::X", "Properties": {"p": {"q": []}}, "DependsOn": ["B"], "Metadata": {"aws:cdk:path": "Shop/A"}},
			"B": {"Type": "AWS::S3::Bucket"}},
		"Outputs": {"O": {"Value": {"Ref": "P"}, "Description": "o", "Export": {"Name": "n"}, "Condition": "C"}}}`)
	var ids []string
	for id := range template.Resources.All() {
		ids = append(ids, id)
	}
	if !slices.Equal(ids, []string{"Z", "A", "B"}) {
		t.Errorf("got the resources %v, want the template's order", ids)
	}
	z, _ := template.Resources.Get("Z")
	a, _ := template.Resources.Get("A")
	if z.DeletionPolicy != "RetainExceptOnCreate" || z.UpdateReplacePolicy != "Snapshot" || z.Condition != "C" || !slices.Equal(z.DependsOn, []string{"A"}) {
		t.Errorf("got Z as %+v", z)
	}
	if a.Type != "Custom::X" || a.Construct != "Shop/A" || a.Properties["p"] == nil {
		t.Errorf("got A as %+v", a)
	}
	p, _ := template.Parameters.Get("P")
	if p.Default != "5" || !p.HasDefault || !p.NoEcho || *p.MinValue != 1 {
		t.Errorf("got P as %+v", p)
	}
	o, _ := template.Outputs.Get("O")
	if o.Export != "n" || o.Condition != "C" || o.Description != "o" || template.Description != "D" {
		t.Errorf("got O as %+v", o)
	}
}

func TestParseTemplate_refuses(t *testing.T) {
	const bucket = `"Resources": {"B": {"Type": "AWS::S3::Bucket"}}`
	for _, test := range []struct{ name, text, want string }{
		{"no resources", `{}`, "Shop: Resources: got none, want at least one resource"},
		{"faulty JSON", `{"Resources": {`, "Shop: line 1, column 16, at Resources: "},
		{"a transform", `{"Transform": "AWS::LanguageExtensions", ` + bucket + `}`, "Shop: Transform: this section is not supported"},
		{"hooks", `{"Hooks": {}, ` + bucket + `}`, "Shop: Hooks: this section is not supported"},
		{"another version", `{"AWSTemplateFormatVersion": "2020-01-01", ` + bucket + `}`, `got "2020-01-01", want "2010-09-09"`},
		{"a description that is no text", `{"Description": {"Ref": "P"}, ` + bucket + `}`, "Shop: Description: got an object of 1, want a string"},
		{"metadata that is a list", `{"Resources": {"B": {"Type": "T", "Metadata": []}}}`, "resource B: Metadata: got a list of 0, want an object"},
		{"a faulty Sub in the branch that does not count", `{"Conditions": {"C": {"Fn::Equals": ["a", "a"]}}, "Resources": {"B": {"Type": "T", "Properties": {"a": {"Fn::If": ["C", "", {"Fn::Sub": "${"}]}}}}}`, "Properties.a.Fn::If[2].Fn::Sub: got"},
		{"a mapping that is a list", `{"Mappings": {"M": []}, ` + bucket + `}`, "mapping M: got a list of 0, want an object"},
		{"assertions that are no list", `{"Rules": {"R": {"Assertions": {}}}, ` + bucket + `}`, "rule R: Assertions: got an object of 0, want a list"},
		{"an output's description that is no text", `{"Outputs": {"O": {"Value": "", "Description": 5}}, ` + bucket + `}`, "output O: Description: got the number 5, want a string"},
		{"a parameter that is a text", `{"Parameters": {"P": "String"}, ` + bucket + `}`, `parameter P: got "String", want an object`},
		{"a NoEcho of neither", `{"Parameters": {"P": {"Type": "String", "NoEcho": "yes"}}, ` + bucket + `}`, `NoEcho: got "yes", want true or false`},
		{"allowed values that are no list", `{"Parameters": {"P": {"Type": "String", "AllowedValues": "a"}}, ` + bucket + `}`, `AllowedValues: got "a", want a list`},
		{"no allowed values", `{"Parameters": {"P": {"Type": "String", "AllowedValues": []}}, ` + bucket + `}`, "AllowedValues: got a list of 0"},
		{"a bound that is no number", `{"Parameters": {"P": {"Type": "Number", "MinValue": "a"}}, ` + bucket + `}`, `MinValue: got "a", want a number`},
		{"a section that is a list", `{"Resources": []}`, "at Resources: got '[', want an object"},
		{"a logical id with a hyphen", `{"Resources": {"a-b": {"Type": "T"}}}`, `Shop: Resources.a-b: got a name of other characters`},
		{"a resource that is a text", `{"Resources": {"B": "x"}}`, `Shop: resource B: got "x", want an object`},
		{"a resource without a type", `{"Resources": {"B": {}}}`, "Shop: resource B: Type: got none"},
		{"an empty type", `{"Resources": {"B": {"Type": ""}}}`, `resource B: Type: got ""`},
		{"an attribute that is not known", `{"Resources": {"B": {"Type": "T", "CreationPolicy": {}}}}`, "resource B: CreationPolicy: this attribute is not supported"},
		{"another deletion policy", `{"Resources": {"B": {"Type": "T", "DeletionPolicy": "Keep"}}}`, `DeletionPolicy: got "Keep", want one of Delete, Retain`},
		{"a policy of the other attribute", `{"Resources": {"B": {"Type": "T", "UpdateReplacePolicy": "RetainExceptOnCreate"}}}`, `UpdateReplacePolicy: got "RetainExceptOnCreate"`},
		{"a function for DependsOn", `{"Resources": {"B": {"Type": "T", "DependsOn": {"Ref": "B"}}}}`, "DependsOn: got an object of 1, want a logical id"},
		{"a function for all properties", `{"Resources": {"B": {"Type": "T", "Properties": {"Fn::If": []}}}}`, "Properties: got the function Fn::If"},
		{"properties that are a list", `{"Resources": {"B": {"Type": "T", "Properties": []}}}`, "Properties: got a list of 0"},
		{"DependsOn on nothing known", `{"Resources": {"B": {"Type": "T", "DependsOn": ["B2"]}}}`, `DependsOn[0]: got "B2", want a resource of this template`},
		{"DependsOn on itself", `{"Resources": {"B": {"Type": "T", "DependsOn": ["B"]}}}`, "DependsOn[0]: got the resource itself"},
		{"an unknown condition", `{"Resources": {"B": {"Type": "T", "Condition": "C"}}}`, `resource B: Condition: got "C", want a condition`},
		{"an empty condition", `{"Resources": {"B": {"Type": "T", "Condition": ""}}}`, `resource B: Condition: got ""`},
		{"an unknown Ref", `{"Resources": {"B": {"Type": "T", "Properties": {"a": [{"Ref": "X"}]}}}}`, `resource B: Properties.a[0].Ref: got "X", want a parameter, a resource`},
		{"AWS::NotificationARNs", `{"Resources": {"B": {"Type": "T", "Properties": {"a": {"Ref": "AWS::NotificationARNs"}}}}}`, `got "AWS::NotificationARNs", want`},
		{"an unknown Ref in the metadata", `{"Resources": {"B": {"Type": "T", "Metadata": {"a": {"Ref": "X"}}}}}`, `resource B: Metadata.a.Ref: got "X"`},
		{"an unknown Fn::GetAtt", `{"Resources": {"B": {"Type": "T", "Properties": {"a": {"Fn::GetAtt": "X.Arn"}}}}}`, `Properties.a.Fn::GetAtt: got "X", want a resource`},
		{"an unknown name in the branch that does not count", `{"Conditions": {"C": {"Fn::Equals": ["a", "a"]}}, "Resources": {"B": {"Type": "T", "Properties": {"a": {"Fn::If": ["C", "", {"Fn::Sub": "${X}"}]}}}}}`, `Properties.a.Fn::If[2].Fn::Sub: got "X"`},
		{"an unknown condition of Fn::If", `{"Resources": {"B": {"Type": "T", "Properties": {"a": {"Fn::If": ["C", "", ""]}}}}}`, `Fn::If: got "C", want a condition`},
		{"an unknown mapping", `{"Resources": {"B": {"Type": "T", "Properties": {"a": {"Fn::FindInMap": ["M", "a", "b"]}}}}}`, `Fn::FindInMap: got "M", want a mapping`},
		{"an unknown function", `{"Resources": {"B": {"Type": "T", "Properties": {"a": {"Fn::GetAZs": ""}}}}}`, "Properties.a.Fn::GetAZs: the function Fn::GetAZs is not supported"},
		{"a macro", `{"Resources": {"B": {"Type": "T", "Properties": {"Fn::Transform": {}}}}}`, "got the function Fn::Transform"},
		{"a loop", `{"Resources": {"B": {"Type": "T", "Properties": {"a": {"Fn::ForEach::X": []}}}}}`, "Fn::ForEach::X is not supported"},
		{"a function beside other keys", `{"Resources": {"B": {"Type": "T", "Properties": {"a": {"Ref": "B", "b": 1}}}}}`, "Properties.a: got a function beside other keys"},
		{"an unknown condition in a condition", `{"Conditions": {"C": {"Fn::Not": [{"Condition": "D"}]}}, ` + bucket + `}`, `condition C: Fn::Not[0].Condition: got "D"`},
		{"a mapping of one level", `{"Mappings": {"M": {"a": "b"}}, ` + bucket + `}`, `mapping M: a: got "b", want an object`},
		{"a mapping of three levels", `{"Mappings": {"M": {"a": {"b": {}}}}, ` + bucket + `}`, "mapping M: a.b: got an object of 0"},
		{"a function in a mapping", `{"Mappings": {"M": {"a": {"b": [{"Ref": "B"}]}}}, ` + bucket + `}`, "mapping M: a.b: got a list of 1"},
		{"a rule without assertions", `{"Rules": {"R": {}}, ` + bucket + `}`, "rule R: Assertions: got none"},
		{"an assertion without one", `{"Rules": {"R": {"Assertions": [{"AssertDescription": "x"}]}}, ` + bucket + `}`, "rule R: Assertions[0].Assert: got none"},
		{"an assertion with more", `{"Rules": {"R": {"Assertions": [{"Assert": {}, "Else": 1}]}}, ` + bucket + `}`, "rule R: Assertions[0].Else: this attribute is not supported"},
		{"an output without a value", `{"Outputs": {"O": {}}, ` + bucket + `}`, "output O: Value: got none"},
		{"an output with more", `{"Outputs": {"O": {"Value": "", "Type": "x"}}, ` + bucket + `}`, "output O: Type: this attribute is not supported"},
		{"an export of two keys", `{"Outputs": {"O": {"Value": "", "Export": {"Name": "a", "As": "b"}}}, ` + bucket + `}`, "output O: Export: got an object of 2"},
		{"a parameter without a type", `{"Parameters": {"P": {}}, ` + bucket + `}`, `parameter P: got the type "", want one of`},
		{"a parameter of a type AWS has to check", `{"Parameters": {"P": {"Type": "AWS::EC2::KeyPair::KeyName"}}, ` + bucket + `}`, `parameter P: got the type "AWS::EC2::KeyPair::KeyName"`},
		{"a pattern that is none", `{"Parameters": {"P": {"Type": "String", "AllowedPattern": "("}}, ` + bucket + `}`, "parameter P: AllowedPattern: "},
		{"a length of a number", `{"Parameters": {"P": {"Type": "Number", "MinLength": 1}}, ` + bucket + `}`, "MinLength and MaxLength are not supported on Number"},
		{"a bound of a text", `{"Parameters": {"P": {"Type": "String", "MaxValue": 1}}, ` + bucket + `}`, "MinValue and MaxValue are not supported on String"},
		{"a negative length", `{"Parameters": {"P": {"Type": "String", "MinLength": -1}}, ` + bucket + `}`, "MinLength: got the number -1"},
		{"values of a stored parameter", `{"Parameters": {"P": {"Type": "AWS::SSM::Parameter::Value<String>", "AllowedValues": ["a"]}}, ` + bucket + `}`, "AllowedValues and AllowedPattern are not supported on AWS::SSM"},
		{"a default that is a list", `{"Parameters": {"P": {"Type": "CommaDelimitedList", "Default": ["a"]}}, ` + bucket + `}`, "parameter P: Default: got a list of 1"},
		{"more than 1 MiB", `{` + bucket + strings.Repeat(" ", 1<<20) + `}`, "want at most 1048576"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := ParseTemplate("Shop", []byte(test.text))
			demand(t, err, test.want)
		})
	}
}

func TestParseTemplate_reportsAllFaultsAtOnce(t *testing.T) {
	_, err := ParseTemplate("Shop", []byte(`{"Transform": "x", "Resources": {
		"A": {"Type": "T", "Properties": {"x": {"Ref": "Y"}, "y": {"Fn::GetAtt": ["Z", "Arn"]}}},
		"B": {"Metadata": {"aws:cdk:path": "Shop/B"}}}}`))
	var got []string
	for _, fault := range faultsIn(err) {
		got = append(got, strings.Join([]string{fault.Stack, string(fault.Kind), fault.LogicalID, fault.Path}, " "))
	}
	want := []string{"Shop   Transform", "Shop resource B Type", "Shop resource A Properties.x.Ref", "Shop resource A Properties.y.Fn::GetAtt"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestParseTemplate_namesAtMostSoManyFaults(t *testing.T) {
	refs := strings.TrimSuffix(strings.Repeat(`{"Ref": "X"},`, 1000), ",")
	_, err := ParseTemplate("Shop", []byte(`{"Resources": {"A": {"Type": "T", "Properties": {"x": [`+refs+`]}}}}`))
	if n := len(faultsIn(err)); n != maxFaults {
		t.Errorf("got %d faults, want %d", n, maxFaults)
	}
	demand(t, err, "and 900 more")
}
