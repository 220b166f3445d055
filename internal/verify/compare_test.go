package verify

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/assembly"
)

func TestTable_hasARowForEveryType(t *testing.T) {
	for kind := range assembly.SymbolicTypes() {
		if _, known := table()[kind]; !known {
			t.Errorf("%s: got no row, want how it is read back", kind)
		}
	}
}

// What is equal keeps the template's words; what is another stands as it lives; both are told apart by path.
func TestMerge_keepsTheTemplatesWordsWhereTheyHold(t *testing.T) {
	ref := map[string]any{"Ref": "Pool"}
	for name, test := range map[string]struct {
		node, want, got any
		merged          any
		drifts          []string
	}{
		"equal":            {map[string]any{"UserPoolId": ref, "N": "3"}, map[string]any{"UserPoolId": "p", "N": "3"}, map[string]any{"UserPoolId": "p", "N": 3}, map[string]any{"UserPoolId": ref, "N": "3"}, nil},
		"another":          {map[string]any{"UserPoolId": ref, "N": "3"}, map[string]any{"UserPoolId": "p", "N": "3"}, map[string]any{"UserPoolId": "q", "N": 3}, map[string]any{"UserPoolId": "q", "N": "3"}, []string{"UserPoolId"}},
		"gone":             {map[string]any{"A": ref, "B": "b"}, map[string]any{"A": "p", "B": "b"}, map[string]any{"A": "p"}, map[string]any{"A": ref}, []string{"B"}},
		"besides":          {map[string]any{"A": ref}, map[string]any{"A": "p"}, map[string]any{"A": "p", "B": "b"}, map[string]any{"A": ref, "B": "b"}, []string{"B"}},
		"empty is nothing": {map[string]any{"A": "", "L": []any{}}, map[string]any{"A": "", "L": []any{}}, map[string]any{"B": map[string]any{}}, map[string]any{"A": "", "L": []any{}}, nil},
		"a list without order": {
			map[string]any{"L": []any{ref, "b"}}, map[string]any{"L": []any{"p", "b"}}, map[string]any{"L": []any{"b", "p", "c"}},
			map[string]any{"L": []any{ref, "b", "c"}}, []string{"L.2"},
		},
		"a list with one": {
			map[string]any{"PipelineConfig": map[string]any{"Functions": []any{ref, "b"}}}, map[string]any{"PipelineConfig": map[string]any{"Functions": []any{"p", "b"}}},
			map[string]any{"PipelineConfig": map[string]any{"Functions": []any{"b", "p"}}},
			map[string]any{"PipelineConfig": map[string]any{"Functions": []any{"b", "p"}}}, []string{"PipelineConfig.Functions.0", "PipelineConfig.Functions.1"},
		},
		"a policy in other words": {
			map[string]any{"PolicyDocument": map[string]any{"Statement": []any{map[string]any{"Action": "s3:GetObject", "Resource": ref}}}},
			map[string]any{"PolicyDocument": map[string]any{"Statement": []any{map[string]any{"Action": "s3:GetObject", "Resource": "p"}}}},
			map[string]any{"PolicyDocument": `{"Statement": {"Action": ["s3:GetObject"], "Resource": "p"}}`},
			map[string]any{"PolicyDocument": map[string]any{"Statement": []any{map[string]any{"Action": "s3:GetObject", "Resource": ref}}}}, nil,
		},
		"a text of JSON": {
			map[string]any{"Body": `{"a": 1, "b": [2]}`}, map[string]any{"Body": `{"a": 1, "b": [2]}`}, map[string]any{"Body": `{"b":[2],"a":1}`},
			map[string]any{"Body": `{"a": 1, "b": [2]}`}, nil,
		},
		"a text of JSON that others read otherwise": {
			map[string]any{"Body": `{"a": 1}`}, map[string]any{"Body": `{"a": 1}`}, map[string]any{"Body": `{"a": 2, "a": 1}`},
			map[string]any{"Body": `{"a": 2, "a": 1}`}, []string{"Body"},
		},
	} {
		c := comparison{kind: "A::B::C"}
		merged := c.merge("", test.node, test.want, test.got)
		var drifts []string
		for _, d := range c.drifts {
			drifts = append(drifts, d.path)
		}
		if diff := cmp.Diff(test.merged, merged); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(test.drifts, drifts); diff != "" {
			t.Errorf("%s: drifts (-want +got):\n%s", name, diff)
		}
	}
}

func TestSameSchema_isAboutWhatASchemaSays(t *testing.T) {
	const schema = "# words\ntype Query { b(y: Int, x: ID!): Int @aws_iam\n a: AWSDateTime }"
	for text, want := range map[string]bool{
		"scalar AWSDateTime\nschema { query: Query }\n\"\"\"words\"\"\" type Query { a: AWSDateTime b(x: ID!, y: Int): Int @aws_iam }": true,
		"type Query { a: AWSDateTime b(x: ID!, y: Int): Int }":                                                                         false,
		"type Query { a: AWSDateTime b(x: ID, y: Int): Int @aws_iam }":                                                                 false,
		"type Query { a: AWSDateTime b(x: ID!, y: Int): Int @aws_iam } type Other { a: Int }":                                          false,
		"type Query {": false,
	} {
		if got := sameSchema(text, schema); got != want {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
}
