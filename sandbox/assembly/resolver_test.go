package assembly

import (
	"slices"
	"testing"
)

func TestResources_comeAfterWhatTheyDependOn(t *testing.T) {
	r, err := NewResolver(parse(t, `{
		"Conditions": {"Yes": {"Fn::Equals": ["a", "a"]}, "No": {"Fn::Equals": ["a", "b"]}},
		"Parameters": {"P": {"Type": "String", "Default": ""}},
		"Resources": {
			"ByDependsOn": {"Type": "T", "DependsOn": ["Last"]},
			"ByRef": {"Type": "T", "Properties": {"a": [{"b": {"Ref": "ByDependsOn"}}], "p": {"Ref": "P"}, "r": {"Ref": "AWS::Region"}}},
			"ByGetAtt": {"Type": "T", "Properties": {"a": {"Fn::GetAtt": ["ByRef", "x"]}, "b": {"Fn::GetAtt": "Other.x"}}},
			"BySub": {"Type": "T", "Properties": {"a": {"Fn::Sub": ["${ByGetAtt}${Other.x}${own}${!ByMetadata}", {"own": {"Ref": "ByIf"}}]}}},
			"ByIf": {"Type": "T", "Properties": {"a": {"Fn::If": ["Yes", {"Ref": "Other"}, {"Ref": "BySub"}]}}},
			"ByMetadata": {"Type": "T", "Metadata": {"a": {"Ref": "BySub"}}},
			"Gone": {"Type": "T", "Condition": "No", "DependsOn": ["Last"]},
			"Condition": {"Type": "T", "Properties": {"Condition": "Yes", "a": {"Condition": "ByRef"}}},
			"Other": {"Type": "T"},
			"Last": {"Type": "T"}}}`), environment(known()))
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, res := range r.Resources() {
		order = append(order, res.LogicalID)
	}
	if want := []string{"Last", "ByDependsOn", "ByRef", "Other", "ByGetAtt", "ByIf", "BySub", "ByMetadata", "Condition"}; !slices.Equal(order, want) {
		t.Errorf("got the order %v, want %v", order, want)
	}
	for id, want := range map[string][]string{
		"ByDependsOn": {"Last"}, "ByRef": {"ByDependsOn"}, "ByGetAtt": {"ByRef", "Other"},
		"BySub": {"ByGetAtt", "ByIf", "Other"}, "ByIf": {"Other"}, "ByMetadata": {"BySub"}, "Gone": nil, "Condition": nil, "Last": nil,
	} {
		if got := r.Dependencies(id); !slices.Equal(got, want) {
			t.Errorf("got the dependencies %v of %s, want %v", got, id, want)
		}
	}
}

func TestNewResolver_refusesResourcesInACircle(t *testing.T) {
	_, err := NewResolver(parse(t, `{"Resources": {
		"Z": {"Type": "T", "DependsOn": "A"},
		"A": {"Type": "T", "Properties": {"x": {"Ref": "B"}}},
		"B": {"Type": "T", "Properties": {"x": {"Fn::Sub": "${C.Arn}"}}},
		"C": {"Type": "T", "DependsOn": ["A"]}}}`), environment(known()))
	demand(t, err, "Shop: resource A: got a circular dependency, A → B → C → A")
}

func TestNewResolver_refusesDependsOnWhatIsNotThere(t *testing.T) {
	_, err := NewResolver(parse(t, `{
		"Conditions": {"No": {"Fn::Equals": ["a", "b"]}},
		"Resources": {"A": {"Type": "T", "DependsOn": ["B"]}, "B": {"Type": "T", "Condition": "No"}}}`), environment(known()))
	demand(t, err, "Shop: resource A: DependsOn[0]: got B, want a resource that exists: its condition No does not hold")
}

func TestProperties_refusesAResourceThatIsNotThere(t *testing.T) {
	r, err := NewResolver(parse(t, subject(`1`)), environment(known()))
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.Properties("Gone")
	demand(t, err, "Shop: resource Gone: got Gone, want a resource that exists")
	_, err = r.Properties("Never")
	demand(t, err, "Shop: resource Never: got a name that the template does not define")
	if properties, err := r.Properties("B"); err != nil || properties == nil || len(properties) != 0 {
		t.Errorf("got %v, %v of a resource without properties, want an empty object", properties, err)
	}
}

func TestProperties_asksOnlyForWhatTheResourceNeeds(t *testing.T) {
	l := known()
	r, err := NewResolver(parse(t, subject(`{"Fn::If": ["Yes", {"Ref": "B"}, {"Ref": "Lost"}]}`)), environment(l))
	if err != nil {
		t.Fatal(err)
	}
	if len(l.asked) > 0 {
		t.Errorf("got the questions %v before any resource", l.asked)
	}
	if _, err := r.Properties("S"); err != nil || !slices.Equal(l.asked, []string{"B"}) {
		t.Errorf("got the questions %v, %v, want B", l.asked, err)
	}
}

// outputsOf resolves the outputs of a template with a bucket B and a resource Gone.
func outputsOf(t *testing.T, outputs string) ([]OutputValue, error) {
	t.Helper()
	template, err := ParseTemplate("Shop", []byte(`{
		"Parameters": {"List": {"Type": "CommaDelimitedList", "Default": "a,b"}, "None": {"Type": "String", "Default": ""}},
		"Conditions": {"No": {"Fn::Equals": ["a", "b"]}},
		"Resources": {"B": {"Type": "T"}, "Gone": {"Type": "T", "Condition": "No"}},
		"Outputs": `+outputs+`}`))
	if err != nil {
		return nil, err
	}
	r, err := NewResolver(template, environment(known()))
	if err != nil {
		return nil, err
	}
	return r.Outputs()
}

func TestOutputs_resolve(t *testing.T) {
	got, err := outputsOf(t, `{
		"Z": {"Value": {"Fn::GetAtt": ["B", "Arn"]}, "Description": "d", "Export": {"Name": {"Fn::Sub": "${AWS::StackName}-B"}}},
		"Gone": {"Value": {"Ref": "Gone"}, "Condition": "No"},
		"A": {"Value": 5}, "W": {"Value": {"Fn::GetStackOutput": {"StackName": "Auth", "OutputName": "Pool"}}},
		"D": {"Value": "{{resolve:ssm:/name:3}}"}}`)
	want := []OutputValue{
		{Key: "Z", Value: "arn:aws:s3:::bucket", Description: "d", Export: "Shop-B"},
		{Key: "A", Value: "5"}, {Key: "W", Value: "pool"},
		{Key: "D", Value: `{"Service":"ssm","Name":"/name","JSONKey":"","VersionStage":"","VersionID":"","Version":"3"}`},
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

func TestOutputs_refuse(t *testing.T) {
	for _, test := range []struct{ name, outputs, want string }{
		{"a list", `{"O": {"Value": {"Ref": "List"}}}`, "Shop: output O: Value: got a list of 2, want a string"},
		{"an object", `{"O": {"Value": {"a": "b"}}}`, "output O: Value: got an object of 1"},
		{"no value", `{"O": {"Value": {"Ref": "AWS::NoValue"}}}`, "output O: Value: got AWS::NoValue"},
		{"a resource that is not there", `{"O": {"Value": {"Ref": "Gone"}}}`, "output O: Value.Ref: got Gone, want a resource that exists"},
		{"an export by resource", `{"O": {"Value": "a", "Export": {"Name": {"Ref": "B"}}}}`, "output O: Export.Name.Ref: got the resource B, but the name of an export must not depend on resources"},
		{"an export by another stack", `{"O": {"Value": "a", "Export": {"Name": {"Fn::ImportValue": "Auth-Pool"}}}}`, "output O: Export.Name.Fn::ImportValue: the name of an export must not depend on other stacks"},
		{"an export without a name", `{"O": {"Value": "a", "Export": {"Name": {"Ref": "None"}}}}`, "output O: Export: got an empty Name"},
		{"a secret", `{"O": {"Value": "{{resolve:secretsmanager:s}}"}}`, "in an output, which would show the secret"},
		{"a secure parameter", `{"O": {"Value": "{{resolve:ssm-secure:s:1}}"}}`, "in an output, which would show the secret"},
		{"all of them at once", `{"O": {"Value": []}, "P": {"Value": {}}}`, "output P"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := outputsOf(t, test.outputs)
			demand(t, err, test.want)
		})
	}
}

func TestParseDynamic_readsTheFormsOfAWS(t *testing.T) {
	for body, want := range map[string]DynamicReference{
		"ssm:/a/b-c.d_e":                     {Service: "ssm", Name: "/a/b-c.d_e"},
		"ssm:a:12":                           {Service: "ssm", Name: "a", Version: "12"},
		"ssm-secure:a:1":                     {Service: "ssm-secure", Name: "a", Version: "1"},
		"secretsmanager:a":                   {Service: "secretsmanager", Name: "a"},
		"secretsmanager:a/b:::":              {Service: "secretsmanager", Name: "a/b"},
		"secretsmanager:a:SecretString":      {Service: "secretsmanager", Name: "a"},
		"secretsmanager:a:SecretString:k:s:": {Service: "secretsmanager", Name: "a", JSONKey: "k", VersionStage: "s"},
		"secretsmanager:a:SecretString:k::i": {Service: "secretsmanager", Name: "a", JSONKey: "k", VersionID: "i"},
		"secretsmanager:arn:aws:secretsmanager:eu-west-1:111122223333:secret:a-AbCdEf:SecretString:k": {
			Service: "secretsmanager", Name: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:a-AbCdEf", JSONKey: "k",
		},
	} {
		if got, err := parseDynamic(body); err != nil || got != want {
			t.Errorf("%s: got %+v, %v, want %+v", body, got, err, want)
		}
	}
	for _, body := range []string{
		"", "ssm", "ssm:", "ssm:a:b", "ssm:a:1:2", "ssm:a b", "secretsmanager", "secretsmanager::", "secretsmanager:a:SecretBinary",
		"secretsmanager:a:SecretString:k:s:i", "secretsmanager:a:SecretString:k:s::x", "kms:a",
	} {
		if got, err := parseDynamic(body); err == nil {
			t.Errorf("%q: got %+v, want an error", body, got)
		}
	}
}
