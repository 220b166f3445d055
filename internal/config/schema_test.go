package config

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

var update = flag.Bool("update", false, "write docs/cdk.schema.json and the README's table of settings anew")

// held compares a file with what it must be, or writes it.
func held(t *testing.T, file string, want []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s is not what internal/config says; `make golden` writes it (-wanted +got):\n%s", file, diff)
	}
}

func TestSchema_isTheOneThatEditorsFind(t *testing.T) {
	held(t, "../../docs/cdk.schema.json", Schema())
	text, err := os.ReadFile("../../.vscode/settings.json")
	if err != nil {
		t.Fatal(err)
	}
	var editor struct {
		Schemas []struct {
			FileMatch []string `json:"fileMatch"`
			URL       string   `json:"url"`
		} `json:"json.schemas"`
	}
	if err := json.Unmarshal(text, &editor); err != nil {
		t.Fatal(err)
	}
	if len(editor.Schemas) != 1 || editor.Schemas[0].URL != "./docs/cdk.schema.json" || !cmp.Equal(editor.Schemas[0].FileMatch, []string{"/cdk.json"}) {
		t.Errorf("VS Code finds %+v, want docs/cdk.schema.json for /cdk.json", editor.Schemas)
	}
}

// The table of settings in the README says what the command says.
func TestSettings_areInTheREADME(t *testing.T) {
	const file, head = "../../README.md", "| key | values | default |\n|---|---|---|\n"
	readme, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, table, found := strings.Cut(string(readme), head)
	_, after, ended := strings.Cut(table, "\n\n")
	if !found || !ended {
		t.Fatalf("%s has no table that begins with %q", file, head)
	}
	var rows strings.Builder
	for _, s := range Settings() {
		holds := "none"
		switch {
		case s.Required:
			holds = "required"
		case s.Unless != "":
			holds = "required without `" + s.Unless + "`"
		case s.With != nil:
			holds = "none; goes with `" + strings.Join(s.With, "`, `") + "`"
		case s.Default != "":
			holds = "`" + s.Default + "`"
		}
		fmt.Fprintf(&rows, "| `%s` | %s | %s |\n", s.Key, s.Help, holds)
	}
	held(t, file, []byte(before+head+rows.String()+"\n"+after))
}

// Each key that is read is explained, and nothing else.
func TestSettings_areAllThatIsRead(t *testing.T) {
	explained := map[string]bool{}
	for _, h := range help {
		explained[h.key] = true
	}
	read := map[string]bool{}
	var walk func(prefix string, o *object)
	walk = func(prefix string, o *object) {
		for key, p := range o.known {
			if p.members != nil && len(p.members.known) > 0 {
				walk(prefix+key+".", p.members)
				if !p.matters {
					continue
				}
			}
			read[prefix+key] = true
		}
	}
	walk("", described())
	if diff := cmp.Diff(read, explained); diff != "" {
		t.Errorf("keys (-read +explained):\n%s", diff)
	}
}

func TestSchema_refusesWhatReadRefuses(t *testing.T) {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("cdk.schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("cdk.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	validate := func(text []byte) error {
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return schema.Validate(value)
	}
	shipped, err := os.ReadFile("../../cdk.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := validate(shipped); err != nil {
		t.Errorf("cdk.json: got %v, want it valid", err)
	}
	const good = `"region": "eu-west-1", "webOrigins": ["https://a.example"]`
	environment := func(members string) []byte {
		return []byte(`{"context": {"environments": {"dev": {` + members + `}}}}`)
	}
	if err := validate(environment(good)); err != nil {
		t.Errorf("control: got %v", err)
	}
	if err := validate(environment(`"region": "eu-west-1", "site": {}`)); err != nil {
		t.Errorf("a site in the place of origins: got %v", err)
	}
	for name, text := range map[string][]byte{
		"no region":                   environment(`"webOrigins": ["https://a.example"]`),
		"no origin":                   environment(`"region": "eu-west-1", "webOrigins": []`),
		"neither origins nor a site":  environment(`"region": "eu-west-1"`),
		"a region without AppSync":    environment(`"region": "mx-central-1", "webOrigins": ["https://a.example"]`),
		"an unknown key":              environment(good + `, "webOrigin": []`),
		"an unknown key below":        environment(good + `, "cdn": {"domains": "x"}`),
		"a text for a flag":           environment(good + `, "removeData": "true"`),
		"another word":                environment(good + `, "mfa": "on"`),
		"a day between":               environment(good + `, "logRetentionDays": 29`),
		"a ceiling of nothing":        environment(good + `, "tables": {"maxReadRequestUnits": 0}`),
		"a domain without the rest":   environment(good + `, "cdn": {"domain": "a.example"}`),
		"a number for a tag":          environment(good + `, "tags": {"a": 1}`),
		"an environment in capitals":  []byte(`{"context": {"environments": {"Dev": {` + good + `}}}}`),
		"an application with hyphens": []byte(`{"context": {"app": "a-b", "environments": {"dev": {` + good + `}}}}`),
		"no environment":              []byte(`{"context": {"environments": {}}}`),
	} {
		if validate(text) == nil {
			t.Errorf("%s: the schema takes it", name)
		}
		file := t.TempDir() + "/cdk.json"
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(file, ""); err == nil {
			t.Errorf("%s: Read takes it", name)
		}
	}
}
