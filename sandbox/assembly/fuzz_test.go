package assembly

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// everything answers any question, deterministically.
type everything struct{}

func (everything) Ref(res *Resource) (string, error) { return "id-" + res.LogicalID, nil }
func (everything) GetAtt(res *Resource, name string) (any, error) {
	if strings.HasSuffix(name, "s") {
		return []string{"a", "b"}, nil
	}
	return "attribute-" + name, nil
}
func (everything) StackOutput(_, stack, key string) (string, error) { return stack + "." + key, nil }
func (everything) Export(name string) (string, error)               { return "export-" + name, nil }
func (everything) Parameter(name string) (string, error)            { return "stored," + name, nil }
func (everything) Dynamic(ref DynamicReference) (string, error)     { return "secret-" + ref.Name, nil }
func answeringAll() Environment {
	all := everything{}
	return Environment{
		AccountID: "111122223333", Region: "eu-west-1", Partition: "aws", URLSuffix: "amazonaws.com", StackName: "Shop", StackID: "arn",
		Resources: all, Stacks: all, SSM: all, Secrets: all,
	}
}

// FuzzTemplate resolves whatever is a template: it must not panic or hang, what it resolves must have no function left
// in it, and it must be the same twice.
func FuzzTemplate(f *testing.F) {
	files, _ := filepath.Glob(shop + "/*.template.json")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(subject(`{"Fn::Sub": ["${a}${!b}", {"a": {"Fn::If": ["Yes", {"Fn::Select": [0, {"Fn::Split": [",", {"Ref": "Text"}]}]}, {"Ref": "AWS::NoValue"}]}}]}`)))
	for _, text := range []string{
		`{"Parameters":{"P":{"Type":"Number","Default":5,"MinValue":1,"AllowedValues":[5]}},"Resources":{"B":{"Type":"T","Properties":{"a":{"Ref":"P"}}}}}`,
		`{"Conditions":{"C":{"Fn::Or":[{"Condition":"D"},{"Fn::Equals":["a",{"Ref":"AWS::Region"}]}]},"D":{"Fn::Not":[{"Fn::Equals":[1,1]}]}},"Resources":{"B":{"Type":"T","Condition":"C","DependsOn":["C"]},"C":{"Type":"T"}}}`,
		`{"Rules":{"R":{"RuleCondition":{"Fn::Equals":["a","a"]},"Assertions":[{"Assert":{"Fn::Contains":[["a"],"a"]}}]}},"Resources":{"B":{"Type":"T"}}}`,
		`{"Mappings":{"M":{"a":{"b":[1]}}},"Resources":{"B":{"Type":"T"}},"Outputs":{"O":{"Value":{"Fn::Join":["",{"Fn::FindInMap":["M","a","b"]}]},"Export":{"Name":"x"}}}}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) { resolveTwice(t, text) })
}

// FuzzIntrinsic is FuzzTemplate with all of the input in one property.
func FuzzIntrinsic(f *testing.F) {
	for _, value := range []string{
		`{"Ref": "B"}`, `{"Fn::GetAtt": ["B", "Arn"]}`, `{"Fn::Join": ["-", ["a", 1.5, true]]}`, `{"Fn::Sub": ["${a}${!b}${B.Arn}", {"a": 1}]}`,
		`{"Fn::Select": ["1", {"Ref": "List"}]}`, `{"Fn::Split": ["|", "a|b"]}`, `{"Fn::Base64": "a"}`, `{"Fn::If": ["Yes", 1, {"Ref": "AWS::NoValue"}]}`,
		`{"Fn::FindInMap": ["Map", {"Ref": "AWS::Region"}, "x", {"DefaultValue": []}]}`, `{"Fn::ImportValue": "x"}`,
		`{"Fn::GetStackOutput": {"StackName": "a", "OutputName": "b"}}`, `"{{resolve:secretsmanager:a:SecretString:k:s:}}"`, `{"Condition": "Yes"}`,
	} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) { resolveTwice(t, []byte(subject(value))) })
}

func resolveTwice(t *testing.T, text []byte) {
	template, err := ParseTemplate("Shop", text)
	if err != nil {
		return
	}
	first, second := resolveAll(t, template), resolveAll(t, template)
	if !bytes.Equal(first, second) {
		t.Errorf("got %s, and then %s", first, second)
	}
}

// resolveAll resolves all of a template, and writes what came of it.
func resolveAll(t *testing.T, template *Template) []byte {
	r, err := NewResolver(template, answeringAll())
	if err != nil {
		return []byte(err.Error())
	}
	var b bytes.Buffer
	write := func(v any, err error) {
		if err != nil {
			b.WriteString(err.Error())
			return
		}
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(text)
	}
	created := map[string]bool{}
	for _, res := range r.Resources() {
		for _, other := range r.Dependencies(res.LogicalID) {
			if !created[other] {
				t.Errorf("got %s before %s, which it depends on", res.LogicalID, other)
			}
		}
		created[res.LogicalID] = true
		properties, err := r.Properties(res.LogicalID)
		if err == nil && functionLeft(properties) {
			t.Errorf("got %v with a function left in it", properties)
		}
		write(properties, err)
	}
	write(r.Outputs())
	write(nil, r.CheckRules())
	return b.Bytes()
}

func functionLeft(v any) bool {
	switch v := v.(type) {
	case nil, nothing:
		return true
	case []any:
		for _, v := range v {
			if functionLeft(v) {
				return true
			}
		}
	case map[string]any:
		for key, v := range v {
			if isFunction(key) || functionLeft(v) {
				return true
			}
		}
	}
	return false
}

func BenchmarkOpenAndResolve(b *testing.B) {
	for b.Loop() {
		a, err := Open(shop)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := Symbolic(a, nil); err != nil {
			b.Fatal(err)
		}
	}
}
