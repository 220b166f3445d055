package report

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof"
	"lightbox.example/lightbox/internal/proof/prooftest"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/assembly"
)

// checked proves the assembly in a folder, which places call "an out".
func checked(t *testing.T, dir string) Check {
	t.Helper()
	a, err := assembly.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	s, err := system.Read(a)
	if err != nil {
		t.Fatal(err)
	}
	result, err := proof.Prove(s, access.Rules())
	if err != nil {
		t.Fatal(err)
	}
	return NewCheck(result, a, "an out")
}

// broken is an assembly with a violation that opens and one that closes.
func broken(t *testing.T) string {
	t.Helper()
	return prooftest.Edited(t, "CDN", "CDN/Distribution/Resource", func(properties map[string]any) {
		prooftest.Set(properties, "DistributionConfig.Logging", map[string]any{"Bucket": "x"})
		prooftest.Set(properties, "DistributionConfig.Enabled", false)
	})
}

func TestCheck_saysWhereAViolationIs(t *testing.T) {
	dir := broken(t)
	check := checked(t, dir)
	text, err := os.ReadFile(dir + "/CDN.template.json")
	if err != nil {
		t.Fatal(err)
	}
	if len(check.Violations) != 2 {
		t.Fatalf("got %v, want two violations", check.Violations)
	}
	for _, v := range check.Violations {
		line := strings.Split(string(text), "\n")[v.Line-1]
		if v.Construct != "CDN/Distribution" || v.Template != "an out/CDN.template.json" || !strings.Contains(line, `"`+v.LogicalID+`"`) {
			t.Errorf("got %+v at the line %q, want the distribution's place", v, line)
		}
	}
}

func TestCheck_printsViolationsByConstructAndTheCount(t *testing.T) {
	var out bytes.Buffer
	if err := checked(t, broken(t)).WriteText(&out, false); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"CDN/Distribution\n  an out/CDN.template.json:", "\n  - properties, opens: DistributionConfig.Logging", "\nNot proven: 2 open, 0 close.\n", " 1 unknown; "} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("got\n%s\nwant %q in it", out.String(), want)
		}
	}
	out.Reset()
	if err := checked(t, prooftest.Assembly(t, "prod")).WriteText(&out, false); err != nil {
		t.Fatal(err)
	}
	if text := out.String(); !strings.HasPrefix(text, "Proven: nobody may do more than is declared, and nobody less.\n") || !strings.Contains(text, " 0 unknown; ") {
		t.Errorf("control: got\n%s", text)
	}
}

// The schema is OASIS's own.
func TestCheck_writesSARIFOfThePublicSchema(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	schema, err := compiler.Compile("testdata/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		check Check
		count int
	}{
		"proven":     {checked(t, prooftest.Assembly(t, "prod")), 0},
		"violations": {checked(t, broken(t)), 2},
		"of no place": {NewCheck(proof.Result{Violations: []proof.Violation{{Rule: proof.Unread, Text: "x"}, {Rule: "grants", Text: "y"}}},
			&assembly.Assembly{}, "/abs"), 2},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := test.check.WriteSARIF(&out); err != nil {
				t.Fatal(err)
			}
			log, err := jsonschema.UnmarshalJSON(&out)
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(log); err != nil {
				t.Error(err)
			}
			run := log.(map[string]any)["runs"].([]any)[0].(map[string]any)
			if results := run["results"].([]any); len(results) != test.count {
				t.Errorf("got %d results, want %d", len(results), test.count)
			}
			// The control: what the schema does not have is refused.
			run["result"] = "x"
			if err := schema.Validate(log); err == nil {
				t.Error("got no complaint about an unknown member, want one")
			}
		})
	}
}

func TestRules_haveATextEach(t *testing.T) {
	for _, rule := range proof.Rules() {
		if proof.RuleText(rule) == "" {
			t.Errorf("%s: got no text", rule)
		}
	}
	if got := fmt.Sprint(proof.RuleText("nothing")); got != "" {
		t.Errorf("got %q for a rule that is none", got)
	}
}
