package main

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/cloudformation/schema"
)

// A type that comes to the templates has to come to the table, and one that goes has to go.
func TestTable_hasExactlyTheTypesInUse(t *testing.T) {
	types, err := inUse(os.DirFS("../../../.."))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(schema.Current().Types)), types); diff != "" {
		t.Errorf("types (-table.json +in use); `make types` writes it:\n%s", diff)
	}
	for _, kind := range []string{"AWS::S3::Bucket", "AWS::Cognito::UserPoolIdentityProvider"} {
		if !slices.Contains(types, kind) {
			t.Errorf("got %v in use, want %s among them", types, kind)
		}
	}
	if _, err := inUse(os.DirFS(".")); err == nil {
		t.Error("a folder without templates: got no error")
	}
}

// With the wheel at hand the committed table is what it says, and not what a hand made of it.
func TestTable_isOfTheWheel(t *testing.T) {
	wheel := os.Getenv("CFN_LINT")
	if wheel == "" {
		t.Skip("CFN_LINT names no wheel")
	}
	types := slices.Sorted(maps.Keys(schema.Current().Types))
	got, err := ofWheel(wheel, types)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("../table.json")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
		t.Errorf("(-committed +of the wheel):\n%s", diff)
	}
}

// folder is as cfn-lint has it, with one type, which one region has.
func folder(schemaOfC string) fstest.MapFS {
	return fstest.MapFS{
		"version.json":             {Data: []byte(`{"schema_date": "2026-10-20T22:11:15Z"}`)},
		"providers/sam.json":       {Data: []byte(`{"A::B::C": "of SAM"}`)},
		"providers/eu-west-1.json": {Data: []byte(`{"A::B::C": "c", "A::B::D": "unused"}`)},
		"providers/ap-east-2.json": {Data: []byte(`{}`)},
		"resources/c.json":         {Data: []byte(schemaOfC)},
	}
}

func TestGenerate_writesALineForEachProperty(t *testing.T) {
	got, err := generate(folder(`{
		"definitions": {
			"Rule": {"type": "object", "additionalProperties": false, "required": ["On"], "properties": {
				"On": {"type": ["string", "boolean"]}, "Rules": {"type": "array", "items": {"$ref": "#/definitions/Rule"}}}},
			"Rules": {"type": "array", "properties": {"On": {"const": "what lists do not have"}}, "items": {"$ref": "#/definitions/Rule"}, "maxItems": 9}
		},
		"properties": {
			"Arn": {"type": "string"},
			"Empty": {"type": "object", "additionalProperties": false},
			"Labels": {"type": "object", "patternProperties": {"^b": {"type": "integer"}, "^a": {"type": "string", "pattern": "^<&>$"}}},
			"Mode": {"oneOf": [{"properties": {"A": {"enum": [1, 2.5]}}}, {"properties": {"B": {"minimum": 0, "maximum": 4294967296}}}]},
			"More": {"type": "object", "properties": {"X": {"type": "string"}}, "additionalProperties": true},
			"Policy": {"type": "object"},
			"Rest": {"type": "object", "additionalProperties": {"type": "string", "minLength": 1}},
			"Rules": {"$ref": "#/definitions/Rules"}
		},
		"required": ["Policy", "Mode"],
		"anyOf": [{"required": ["Rest"]}],
		"createOnlyProperties": ["/properties/Rules/*/On", "/properties/Mode/A"],
		"handlers": {"create": {"permissions": ["a:Create"]}, "read": {"permissions": ["a:Get", "a:Describe*"]},
			"list": {"permissions": ["a:List"], "handlerSchema": {"properties": {"Mode": {"$ref": "resource-schema.json#/properties/Mode"}}, "required": ["Mode"]}}},
		"primaryIdentifier": ["/properties/Mode", "/properties/Arn"],
		"readOnlyProperties": ["/properties/Arn"],
		"tagging": {"taggable": true, "tagProperty": "/properties/Labels"}
	}`), "cfn-lint 1.2.3", []string{"A::B::C"})
	if err != nil {
		t.Fatal(err)
	}
	want := `{
  "date": "2026-10-20",
  "regions": {
    "ap-east-2": ["A::B::C"],
    "eu-west-1": []
  },
  "source": "cfn-lint 1.2.3",
  "types": {
    "A::B::C": {
      "createOnly": ["Mode.A","Rules.*.On"],
      "list": {
        "permissions": ["a:List"],
        "required": ["Mode"]
      },
      "primaryIdentifier": ["Mode","Arn"],
      "properties": {
        "Arn": {"type":["string"]},
        "Empty": {"type":["object"]},
        "Labels": {"type":["object"]},
        "Labels.*": {"type":["integer","string"],"pattern":"^<&>$"},
        "Mode": {"type":["object"]},
        "Mode.A": {"enum":["1","2.5"],"open":true},
        "Mode.B": {"min":0,"max":4294967296,"open":true},
        "More": {"type":["object"],"open":true},
        "More.X": {"type":["string"]},
        "Policy": {"type":["object"],"open":true},
        "Rest": {"type":["object"]},
        "Rest.*": {"type":["string"],"min":1},
        "Rules": {"type":["array"],"max":9},
        "Rules.*": {"type":["object"],"required":["On"]},
        "Rules.*.On": {"type":["boolean","string"]},
        "Rules.*.Rules": {"type":["array"]},
        "Rules.*.Rules.*": {"type":["object"],"open":true}
      },
      "read": {
        "permissions": ["a:Describe*","a:Get"]
      },
      "readOnly": ["Arn"],
      "required": ["Mode","Policy"],
      "tagProperty": "Labels"
    }
  }
}
`
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(string(got), "\n")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestGenerate_refuses(t *testing.T) {
	other := folder(`{}`)
	other["providers/eu-west-2.json"] = &fstest.MapFile{Data: []byte(`{"A::B::C": "d"}`)}
	for name, of := range map[string]struct {
		folder fstest.MapFS
		kind   string
		want   string
	}{
		"a type that no region has":           {folder(`{}`), "A::B::X", "A::B::X: "},
		"a schema that differs by the region": {other, "A::B::C", "eu-west-2 has another schema of A::B::C"},
		"a reference to nothing":              {folder(`{"properties": {"P": {"$ref": "#/definitions/Q"}}}`), "A::B::C", "A::B::C: P: got the reference #/definitions/Q"},
		"no schemas":                          {fstest.MapFS{}, "A::B::C", "version.json"},
	} {
		if _, err := generate(of.folder, "cfn-lint", []string{of.kind}); err == nil || !strings.Contains(err.Error(), of.want) {
			t.Errorf("%s: got %v, want %q", name, err, of.want)
		}
	}
}
