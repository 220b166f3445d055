package assembly

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

// live is an environment for tests: resources by logical id, attributes by logicalId.Attribute.
type live struct {
	ids        map[string]string
	attributes map[string]any
	outputs    map[string]string // by region/stack/key
	exports    map[string]string
	parameters map[string]string
	asked      []string
}

var errUnknown = errors.New("nobody knows")

func look[V any](l *live, m map[string]V, key string) (V, error) {
	l.asked = append(l.asked, key)
	v, ok := m[key]
	if !ok {
		return v, errUnknown
	}
	return v, nil
}

func (l *live) Ref(res *Resource) (string, error) { return look(l, l.ids, res.LogicalID) }
func (l *live) GetAtt(res *Resource, name string) (any, error) {
	return look(l, l.attributes, res.LogicalID+"."+name)
}
func (l *live) StackOutput(region, stack, key string) (string, error) {
	return look(l, l.outputs, region+"/"+stack+"/"+key)
}
func (l *live) Export(name string) (string, error)    { return look(l, l.exports, name) }
func (l *live) Parameter(name string) (string, error) { return look(l, l.parameters, name) }
func (l *live) Dynamic(ref DynamicReference) (string, error) {
	if ref.Name == "unknown" {
		return "", errUnknown
	}
	if ref.Name == "empty" {
		return "", nil
	}
	text, err := json.Marshal(ref)
	return string(text), err
}

// environment is one in which everything is known.
func environment(l *live) Environment {
	return Environment{
		AccountID: "111122223333", Region: "eu-west-1", Partition: "aws", URLSuffix: "amazonaws.com",
		StackName: "Shop", StackID: "arn:aws:cloudformation:eu-west-1:111122223333:stack/Shop/1",
		Resources: l, Stacks: l, SSM: l, Secrets: l,
	}
}

func known() *live {
	return &live{
		ids:        map[string]string{"B": "bucket", "Empty": "", "Secret": "{{resolve:ssm:x}}"},
		attributes: map[string]any{"B.Arn": "arn:aws:s3:::bucket", "B.List": []string{"x", "y"}, "B.A.B": "nested", "B.Empty": "", "B.Gap": []string{"x", ""}, "B.Number": 5},
		outputs:    map[string]string{"eu-west-1/Auth/Pool": "pool", "us-east-1/Auth/Pool": "other", "eu-west-1/Auth/Empty": ""},
		exports:    map[string]string{"Auth-Pool": "exported"},
		parameters: map[string]string{"/name": "stored", "/list": "a, b,c", "/empty": ""},
	}
}

// subject puts a value under test into a template, as the property Value of the resource S.
func subject(value string) string {
	return `{
	"Parameters": {
		"Text": {"Type": "String", "Default": "text"}, "None": {"Type": "String", "Default": ""},
		"Number": {"Type": "Number", "Default": "7"}, "List": {"Type": "CommaDelimitedList", "Default": "a, b ,c"},
		"NoList": {"Type": "CommaDelimitedList", "Default": ""}, "Dynamic": {"Type": "String", "Default": "{{resolve:ssm:x}}"},
		"Attribute": {"Type": "String", "Default": "Arn"}},
	"Mappings": {"Map": {"eu-west-1": {"name": "ireland", "list": ["x", 1, true], "number": 5}, "text": {"name": "t"}}},
	"Conditions": {"Yes": {"Fn::Equals": ["a", "a"]}, "No": {"Fn::Equals": ["a", "b"]}},
	"Resources": {
		"B": {"Type": "AWS::S3::Bucket"}, "Empty": {"Type": "T"}, "Secret": {"Type": "T"}, "Lost": {"Type": "T"},
		"Gone": {"Type": "T", "Condition": "No"},
		"S": {"Type": "T", "Metadata": {"aws:cdk:path": "Shop/S"}, "Properties": {"Keep": 1, "Value": ` + value + `}}}}`
}

// property resolves the value under test.
func property(value string, env Environment) (any, error) {
	template, err := ParseTemplate("Shop", []byte(subject(value)))
	if err != nil {
		return nil, err
	}
	r, err := NewResolver(template, env)
	if err != nil {
		return nil, err
	}
	properties, err := r.Properties("S")
	return properties["Value"], err
}

func TestProperties_resolves(t *testing.T) {
	for _, test := range []struct{ name, value, want string }{
		{"what has no function, as it is", `{"a": [1.50, true, "", {"Condition": {"Bool": {}}}]}`, `{"a":[1.50,true,"",{"Condition":{"Bool":{}}}]}`},
		{"the policy variable of IAM, which is no variable here", `"${aws:username}/*"`, `"${aws:username}/*"`},

		{"Ref of a parameter", `{"Ref": "Text"}`, `"text"`},
		{"Ref of an empty parameter", `{"Ref": "None"}`, `""`},
		{"Ref of a number, as text", `{"Ref": "Number"}`, `"7"`},
		{"Ref of a list", `{"Ref": "List"}`, `["a","b","c"]`},
		{"Ref of an empty list", `{"Ref": "NoList"}`, `[]`},
		{"Ref of a resource", `{"Ref": "B"}`, `"bucket"`},
		{"Ref of the account", `{"Ref": "AWS::AccountId"}`, `"111122223333"`},
		{"Ref of the region", `{"Ref": "AWS::Region"}`, `"eu-west-1"`},
		{"Ref of the partition", `{"Ref": "AWS::Partition"}`, `"aws"`},
		{"Ref of the suffix", `{"Ref": "AWS::URLSuffix"}`, `"amazonaws.com"`},
		{"Ref of the stack's name", `{"Ref": "AWS::StackName"}`, `"Shop"`},
		{"Ref of the stack's id", `{"Ref": "AWS::StackId"}`, `"arn:aws:cloudformation:eu-west-1:111122223333:stack/Shop/1"`},
		{"no value in an object", `{"a": {"Ref": "AWS::NoValue"}, "b": 1}`, `{"b":1}`},
		{"no value in a list", `[1, {"Ref": "AWS::NoValue"}, 2]`, `[1,2]`},
		{"no value in a Join's list", `{"Fn::Join": [",", ["a", {"Ref": "AWS::NoValue"}, "b"]]}`, `"a,b"`},

		{"GetAtt as a list", `{"Fn::GetAtt": ["B", "Arn"]}`, `"arn:aws:s3:::bucket"`},
		{"GetAtt with a dot", `{"Fn::GetAtt": "B.Arn"}`, `"arn:aws:s3:::bucket"`},
		{"GetAtt of an attribute with a dot", `{"Fn::GetAtt": "B.A.B"}`, `"nested"`},
		{"GetAtt of a list", `{"Fn::GetAtt": ["B", "List"]}`, `["x","y"]`},
		{"GetAtt of an attribute by parameter", `{"Fn::GetAtt": ["B", {"Ref": "Attribute"}]}`, `"arn:aws:s3:::bucket"`},

		{"Join of texts", `{"Fn::Join": ["-", ["a", {"Ref": "Text"}, ""]]}`, `"a-text-"`},
		{"Join of nothing", `{"Fn::Join": ["-", []]}`, `""`},
		{"Join of numbers and booleans", `{"Fn::Join": [" ", [0, -12, 1.5, true, false, 123456789012345]]}`, `"0 -12 1.5 true false 123456789012345"`},
		{"Join of a list parameter", `{"Fn::Join": ["/", {"Ref": "List"}]}`, `"a/b/c"`},
		{"Join of a Split", `{"Fn::Join": ["/", {"Fn::Split": [".", "a.b"]}]}`, `"a/b"`},
		{"Join of a mapped list", `{"Fn::Join": ["/", {"Fn::FindInMap": ["Map", "eu-west-1", "list"]}]}`, `"x/1/true"`},

		{"Sub of references", `{"Fn::Sub": "${AWS::Partition}:${Text}:${B}:${B.Arn}:${B.A.B}"}`, `"aws:text:bucket:arn:aws:s3:::bucket:nested"`},
		{"Sub of a literal", `{"Fn::Sub": "${!aws:username} ${!B.Arn} ${!}"}`, `"${aws:username} ${B.Arn} ${}"`},
		{"Sub of lonely signs", `{"Fn::Sub": "$ $$ } {} $}"}`, `"$ $$ } {} $}"`},
		{"Sub of a dollar before a variable", `{"Fn::Sub": "$${Text}"}`, `"$text"`},
		{"Sub of nothing", `{"Fn::Sub": ""}`, `""`},
		{"Sub with variables", `{"Fn::Sub": ["${a}-${b.c}-${Text}", {"a": {"Ref": "B"}, "b.c": 5, "unused": true}]}`, `"bucket-5-text"`},
		{"Sub with a variable before a parameter of the name", `{"Fn::Sub": ["${Text}", {"Text": "own"}]}`, `"own"`},
		{"Sub once, not what it put in", `{"Fn::Sub": ["${a}", {"a": "${Text}"}]}`, `"${Text}"`},

		{"Select by number", `{"Fn::Select": [1, ["a", "b"]]}`, `"b"`},
		{"Select by text", `{"Fn::Select": ["0", {"Ref": "List"}]}`, `"a"`},
		{"Select by parameter", `{"Fn::Select": [{"Ref": "Number"}, [0, 1, 2, 3, 4, 5, 6, {"x": 7}]]}`, `{"x":7}`},
		{"Select of a mapped index", `{"Fn::Select": [{"Fn::FindInMap": ["Map", "eu-west-1", "number"]}, [0, 1, 2, 3, 4, 5]]}`, `5`},
		{"Split", `{"Fn::Split": ["|", "a||c|"]}`, `["a","","c",""]`},
		{"Split without the delimiter", `{"Fn::Split": ["|", "abc"]}`, `["abc"]`},
		{"Split of a reference", `{"Fn::Select": [5, {"Fn::Split": [":", {"Fn::GetAtt": ["B", "Arn"]}]}]}`, `"bucket"`},
		{"Base64", `{"Fn::Base64": {"Fn::Sub": "${Text}é"}}`, `"dGV4dMOp"`},

		{"FindInMap", `{"Fn::FindInMap": ["Map", {"Ref": "AWS::Region"}, "name"]}`, `"ireland"`},
		{"FindInMap of a list", `{"Fn::FindInMap": ["Map", "eu-west-1", "list"]}`, `["x",1,true]`},
		{"FindInMap within", `{"Fn::FindInMap": ["Map", {"Ref": "Text"}, "name"]}`, `"t"`},
		{"FindInMap of nothing with a default", `{"Fn::FindInMap": ["Map", "mars", "name", {"DefaultValue": {"Ref": "B"}}]}`, `"bucket"`},
		{"FindInMap of something with a default", `{"Fn::FindInMap": ["Map", "text", "name", {"DefaultValue": {"Ref": "Lost"}}]}`, `"t"`},

		{"ImportValue of a name", `{"Fn::ImportValue": "Auth-Pool"}`, `"exported"`},
		{"ImportValue of a joined name", `{"Fn::ImportValue": {"Fn::Join": ["-", ["Auth", "Pool"]]}}`, `"exported"`},
		{"GetStackOutput here", `{"Fn::GetStackOutput": {"StackName": "Auth", "OutputName": "Pool"}}`, `"pool"`},
		{"GetStackOutput elsewhere", `{"Fn::GetStackOutput": {"StackName": {"Fn::Sub": "Auth"}, "Region": "us-east-1", "OutputName": "Pool"}}`, `"other"`},

		{"If that holds", `{"Fn::If": ["Yes", {"a": {"Ref": "B"}}, {"Ref": "Lost"}]}`, `{"a":"bucket"}`},
		{"If that does not hold", `{"Fn::If": ["No", {"Ref": "Gone"}, "b"]}`, `"b"`},
		{"If without a value in a list", `["a", {"Fn::If": ["No", "b", {"Ref": "AWS::NoValue"}]}]`, `["a"]`},

		{"a secret", `"a{{resolve:secretsmanager:s:SecretString:k:v}}b"`, `"a{\"Service\":\"secretsmanager\",\"Name\":\"s\",\"JSONKey\":\"k\",\"VersionStage\":\"v\",\"VersionID\":\"\",\"Version\":\"\"}b"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			v, err := property(test.value, environment(known()))
			if err != nil {
				t.Fatal(err)
			}
			if got := encoded(t, v); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// encoded writes a resolved value.
func encoded(t *testing.T, v any) string {
	t.Helper()
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}

func TestProperties_refuses(t *testing.T) {
	const at = "Shop: resource S (Shop/S): Properties.Value"
	for _, test := range []struct{ name, value, want string }{
		{"Ref of a function", `{"Ref": {"Ref": "B"}}`, at + ".Ref: got an object of 1, want a name"},
		{"Ref of a resource that is not there", `{"Ref": "Gone"}`, at + ".Ref: got Gone, want a resource that exists: its condition No does not hold"},
		{"Ref that nobody answers", `{"Ref": "Lost"}`, at + ".Ref: the physical id of Lost: nobody knows"},
		{"Ref that is answered by nothing", `{"Ref": "Empty"}`, at + `.Ref: the physical id of Empty: got ""`},
		{"Ref that is answered by a dynamic reference", `{"Ref": "Secret"}`, at + `.Ref: the physical id of Secret: got "{{resolve:ssm:x}}"`},
		{"GetAtt of a resource that is not there", `{"Fn::GetAtt": ["Gone", "Arn"]}`, "its condition No does not hold"},
		{"GetAtt that nobody answers", `{"Fn::GetAtt": ["B", "Nothing"]}`, "the attribute Nothing of B: nobody knows"},
		{"GetAtt that is answered by nothing", `{"Fn::GetAtt": ["B", "Empty"]}`, `the attribute Empty of B: got ""`},
		{"GetAtt that is answered by a list with a gap", `{"Fn::GetAtt": ["B", "Gap"]}`, "the attribute Gap of B: got"},
		{"GetAtt that is answered by something else", `{"Fn::GetAtt": ["B", "Number"]}`, "the attribute Number of B: got a int"},
		{"GetAtt without an attribute", `{"Fn::GetAtt": "B"}`, `.Fn::GetAtt: got "B", want ["logicalId", "attribute"]`},
		{"GetAtt of an empty attribute", `{"Fn::GetAtt": ["B", ""]}`, `got "" for the attribute`},
		{"GetAtt of three", `{"Fn::GetAtt": ["B", "a", "b"]}`, "got a list of 3"},
		{"GetAtt of an attribute by resource", `{"Fn::GetAtt": ["B", {"Ref": "B"}]}`, "the attribute's name must not depend on resources"},
		{"GetAtt of an attribute by Join", `{"Fn::GetAtt": ["B", {"Fn::Join": ["", ["Arn"]]}]}`, "want its name or a Ref"},

		{"Join of one", `{"Fn::Join": [""]}`, at + `.Fn::Join: got a list of 1, want ["delimiter", [values]]`},
		{"Join by a function", `{"Fn::Join": [{"Ref": "Text"}, []]}`, "for the delimiter, want a string"},
		{"Join of a text", `{"Fn::Join": ["", "abc"]}`, at + `.Fn::Join[1]: got "abc", want a list`},
		{"Join of lists", `{"Fn::Join": ["", [["a"]]]}`, "value 0 of the list: got a list of 1, want a string"},
		{"Join of a list parameter as an element", `{"Fn::Join": ["", ["a", {"Ref": "List"}]]}`, "value 1 of the list: got a list of 3"},
		{"Join of objects", `{"Fn::Join": ["", [{"a": "b"}]]}`, "value 0 of the list: got an object of 1"},
		{"Join of a number with an exponent", `{"Fn::Join": ["", [1e3]]}`, "got the number 1e3, want it as a string"},
		{"Join of a number with a zero at its end", `{"Fn::Join": ["", [1.50]]}`, "got the number 1.50, want it as a string"},
		{"Join of a number without end", `{"Fn::Join": ["", [12345678901234567890]]}`, "want it as a string"},
		{"Join with a faulty element", `{"Fn::Join": ["", ["a", {"Ref": "Lost"}]]}`, at + ".Fn::Join[1][1].Ref: the physical id of Lost"},

		{"Sub of an open variable", `{"Fn::Sub": "a${Text"}`, `.Fn::Sub: got "${Text" without a closing brace`},
		{"Sub of a variable with spaces", `{"Fn::Sub": "${ Text }"}`, `.Fn::Sub: got the variable "${ Text }"`},
		{"Sub of a variable of the shell", `{"Fn::Sub": "${a:-b}"}`, `got the variable "${a:-b}"`},
		{"Sub of an empty variable", `{"Fn::Sub": "${}"}`, `got the variable "${}"`},
		{"Sub of a variable within a literal", `{"Fn::Sub": "${!a${Text}}"}`, "want no variable within a literal"},
		{"Sub of a list", `{"Fn::Sub": "${List}"}`, "${List}: got a list of 3, want a string"},
		{"Sub of no value", `{"Fn::Sub": "${AWS::NoValue}"}`, "got AWS::NoValue, want a string"},
		{"Sub of a function", `{"Fn::Sub": {"Ref": "Text"}}`, `got an object of 1, want "text" or`},
		{"Sub by a function", `{"Fn::Sub": [{"Ref": "Text"}, {}]}`, `got a list of 2, want "text" or`},
		{"Sub with a variable that is a list", `{"Fn::Sub": ["${a}", {"a": ["b"]}]}`, at + ".Fn::Sub[1].a: got a list of 1, want a string"},
		{"Sub with a variable of a pseudo parameter's name", `{"Fn::Sub": ["a", {"AWS::Region": "mars"}]}`, `got the variable "AWS::Region", want a name of its own`},
		{"Sub with a variable of other characters", `{"Fn::Sub": ["a", {"a b": ""}]}`, `got the variable "a b"`},
		{"Sub with one faulty variable that is not used", `{"Fn::Sub": ["a", {"a": {"Ref": "Lost"}}]}`, at + ".Fn::Sub[1].a.Ref: the physical id of Lost"},

		{"Select beyond the end", `{"Fn::Select": [2, ["a", "b"]]}`, `.Fn::Select: got the index "2", want 0 to 1`},
		{"Select before the beginning", `{"Fn::Select": [-1, ["a"]]}`, `got the index "-1"`},
		{"Select of half", `{"Fn::Select": ["0.5", ["a"]]}`, `got the index "0.5"`},
		{"Select by a sign", `{"Fn::Select": ["+0", ["a"]]}`, `got the index "+0"`},
		{"Select by nothing", `{"Fn::Select": ["", ["a"]]}`, `got the index ""`},
		{"Select of no value", `{"Fn::Select": [0, ["a", {"Ref": "AWS::NoValue"}]]}`, "got AWS::NoValue at 1, want a value"},
		{"Select of a text", `{"Fn::Select": [0, "abc"]}`, `.Fn::Select[1]: got "abc", want a list`},
		{"Select by a Join", `{"Fn::Select": [{"Fn::Join": ["", ["0"]]}, ["a"]]}`, "want a text, Ref or Fn::FindInMap"},
		{"Select by a resource", `{"Fn::Select": [{"Ref": "B"}, ["a"]]}`, "the index must not depend on resources"},
		{"Split by nothing", `{"Fn::Split": ["", "abc"]}`, `got "" for the delimiter`},
		{"Split of a list", `{"Fn::Split": [",", {"Ref": "List"}]}`, ".Fn::Split[1]: got a list of 3"},
		{"Split of a dynamic reference", `{"Fn::Split": [":", "{{resolve:ssm:x}}"]}`, ".Fn::Split[1]: got a dynamic reference"},
		{"Base64 of a number", `{"Fn::Base64": 5}`, "got the number 5, want a string"},
		{"Base64 of a dynamic reference", `{"Fn::Base64": {"Ref": "Dynamic"}}`, "want a string without dynamic references"},

		{"FindInMap of nothing", `{"Fn::FindInMap": ["Map", "mars", "name"]}`, `got the keys "Map", "mars" and "name", which no mapping has`},
		{"FindInMap by a resource", `{"Fn::FindInMap": ["Map", {"Ref": "B"}, "name"]}`, "a key of a mapping must not depend on resources"},
		{"FindInMap by a Join", `{"Fn::FindInMap": ["Map", {"Fn::Join": ["", ["text"]]}, "name"]}`, "want a text, Ref or Fn::FindInMap"},
		{"FindInMap of two keys", `{"Fn::FindInMap": ["Map", "text"]}`, "got a list of 2"},
		{"FindInMap with another fourth", `{"Fn::FindInMap": ["Map", "mars", "name", "x"]}`, `got "x", want {"DefaultValue": value}`},
		{"FindInMap with more than a default", `{"Fn::FindInMap": ["Map", "mars", "name", {"DefaultValue": 1, "x": 2}]}`, "got an object of 2"},

		{"ImportValue that nobody answers", `{"Fn::ImportValue": "x"}`, `the export "x": nobody knows`},
		{"ImportValue by a resource", `{"Fn::ImportValue": {"Ref": "B"}}`, "the name of an import must not depend on resources"},
		{"ImportValue by another", `{"Fn::ImportValue": {"Fn::ImportValue": "Auth-Pool"}}`, "the name of an import must not depend on other stacks"},
		{"ImportValue by an output", `{"Fn::ImportValue": {"Fn::GetStackOutput": {"StackName": "Auth", "OutputName": "Pool"}}}`, "the name of an import must not depend on other stacks"},
		{"ImportValue of nothing", `{"Fn::ImportValue": ""}`, `got "", want the name of an export`},
		{"ImportValue of a list", `{"Fn::ImportValue": ["a"]}`, "got a list of 1, want the name"},
		{"GetStackOutput that nobody answers", `{"Fn::GetStackOutput": {"StackName": "Auth", "OutputName": "x"}}`, "the output x of Auth in eu-west-1: nobody knows"},
		{"GetStackOutput that is answered by nothing", `{"Fn::GetStackOutput": {"StackName": "Auth", "OutputName": "Empty"}}`, `the output Empty of Auth in eu-west-1: got ""`},
		{"GetStackOutput of another account", `{"Fn::GetStackOutput": {"StackName": "Auth", "OutputName": "Pool", "RoleArn": "arn"}}`, "got RoleArn, which is not supported"},
		{"GetStackOutput without a stack", `{"Fn::GetStackOutput": {"OutputName": "Pool"}}`, "got no StackName, want one"},
		{"GetStackOutput of an empty region", `{"Fn::GetStackOutput": {"StackName": "Auth", "OutputName": "Pool", "Region": ""}}`, "got no Region, want one"},
		{"GetStackOutput of a text", `{"Fn::GetStackOutput": "Auth.Pool"}`, `got "Auth.Pool", want {"StackName"`},

		{"If of two", `{"Fn::If": ["Yes", "a"]}`, "got a list of 2"},
		{"If by an expression", `{"Fn::If": [{"Fn::Equals": ["a", "a"]}, "a", "b"]}`, "want the name of a condition"},
		{"Equals in a property", `{"Fn::Equals": ["a", "a"]}`, ".Fn::Equals: got the function in the resources of a template, where it can't stand"},
		{"Contains in a property", `{"Fn::Contains": [["a"], "a"]}`, ".Fn::Contains: got the function in the resources"},

		{"a dynamic reference of another service", `"{{resolve:vault:x}}"`, `got the service "vault"`},
		{"a dynamic reference without an end", `"{{resolve:ssm:x}"`, "want }} at its end"},
		{"a dynamic reference to no name", `"{{resolve:secretsmanager::SecretString}}"`, "want secretsmanager:name"},
		{"a dynamic reference that nobody answers", `["{{resolve:secretsmanager:unknown}}"]`, at + `[0]: the dynamic reference "{{resolve:secretsmanager:unknown}}": nobody knows`},
		{"a dynamic reference that is answered by nothing", `"{{resolve:secretsmanager:empty}}"`, "got nothing, want a text"},
		{"a dynamic reference that a Join made", `{"Fn::Join": ["", ["{{resolve:", "vault:x}}"]]}`, `got the service "vault"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := property(test.value, environment(known()))
			demand(t, err, test.want)
		})
	}
}

func TestProperties_refusesWhatAnEmptyEnvironmentWouldHaveToKnow(t *testing.T) {
	for _, test := range []struct{ value, want string }{
		{`{"Ref": "B"}`, "got no resources to ask for the physical id of B"},
		{`{"Fn::GetAtt": ["B", "Arn"]}`, "got no resources to ask for Arn of B"},
		{`{"Fn::ImportValue": "x"}`, `got no other stacks to ask for the export "x"`},
		{`{"Fn::GetStackOutput": {"StackName": "a", "OutputName": "b", "Region": "c"}}`, "got no other stacks to ask for the output b of a"},
		{`{"Fn::GetStackOutput": {"StackName": "a", "OutputName": "b"}}`, "got no Region"},
		{`"{{resolve:ssm:x}}"`, "which nobody is there to resolve"},
		{`{"Ref": "AWS::AccountId"}`, `AWS::AccountId: got ""`},
		{`{"Fn::Sub": "${AWS::Partition}"}`, `AWS::Partition: got ""`},
		{`{"Ref": "AWS::URLSuffix"}`, `AWS::URLSuffix: got ""`},
		{`{"Ref": "AWS::StackId"}`, `AWS::StackId: got ""`},
		{`{"Ref": "AWS::StackName"}`, `AWS::StackName: got ""`},
		{`{"Ref": "AWS::Region"}`, `AWS::Region: got ""`},
	} {
		_, err := property(test.value, Environment{})
		demand(t, err, "Shop: resource S (Shop/S): Properties.Value", test.want)
	}
}

func TestProperties_reportsAllFaultsOfAResource(t *testing.T) {
	_, err := property(`{"b": {"Ref": "Gone"}, "a": [{"Ref": "Lost"}, {"Fn::Select": [5, []]}]}`, environment(known()))
	demand(t, err, "Properties.Value.a[0].Ref", "Properties.Value.a[1].Fn::Select", "Properties.Value.b.Ref")
}

func TestProperties_removesAPropertyWithoutAValue(t *testing.T) {
	r, err := NewResolver(parse(t, subject(`{"Fn::If": ["No", 1, {"Ref": "AWS::NoValue"}]}`)), environment(known()))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := r.Properties("S"); err != nil || encoded(t, got) != `{"Keep":1}` {
		t.Errorf("got %v, %v, want Keep alone", got, err)
	}
}

func TestProperties_leavesTheTemplateAlone(t *testing.T) {
	template := parse(t, subject(`[{"Fn::FindInMap": ["Map", "eu-west-1", "list"]}, ["x"], {"Ref": "List"}]`))
	r, err := NewResolver(template, environment(known()))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		properties, err := r.Properties("S")
		if got := encoded(t, properties["Value"]); err != nil || got != `[["x",1,true],["x"],["a","b","c"]]` {
			t.Fatalf("got %s, %v", got, err)
		}
		for _, list := range properties["Value"].([]any) {
			list.([]any)[0] = "changed"
		}
	}
}

func TestProperties_refusesTextWithoutEnd(t *testing.T) {
	value := `"xxxxxxxxxxxxxxxx"`
	for range 30 {
		value = `{"Fn::Sub": ["${a}${a}", {"a": ` + value + `}]}`
	}
	long := strings.Repeat("x", 100_000)
	for _, value := range []string{
		value,
		`{"Fn::Join": ["` + long + `", [` + strings.Repeat(`"",`, 50) + `""]]}`,
		`{"Fn::Sub": ["` + strings.Repeat("${a}", 50) + `", {"a": "` + long + `"}]}`,
		`[` + strings.Repeat(`{"Fn::Sub": "`+strings.Repeat("${AWS::StackId}", 1000)+`"},`, 60) + `1]`,
	} {
		_, err := property(value, environment(known()))
		demand(t, err, "got more than 4194304 bytes of text out of functions")
	}
}
