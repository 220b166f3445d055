package main

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/cdktest"
	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/functions"
	"lightbox.example/lightbox/internal/golden"
	"lightbox.example/lightbox/internal/outputs"
)

var update = flag.Bool("update", false, "write the golden templates anew")

func TestMain(m *testing.M) { os.Exit(cdktest.Run(m)) }

// A synthesis is what the CDK CLI gets of an environment.
type synthesis struct {
	folder    string // of the assembly; nobody writes to it
	templates cdktest.Templates
}

var synthesized = map[string]synthesis{}

// shipped builds an environment of cdk.json as the CDK CLI does, once for all tests.
func shipped(t *testing.T, env string) synthesis {
	t.Helper()
	s, ok := synthesized[env]
	if !ok {
		build := build
		if *update {
			build = define // new code is measured by its golden templates, and proven then
		}
		s.folder, s.templates = cdktest.Assembly(t, cdktest.Context(t, map[string]any{"env": env}), build)
		synthesized[env] = s
	}
	return s
}

// synth are the templates of an environment of cdk.json.
func synth(t *testing.T, env string) cdktest.Templates {
	t.Helper()
	return shipped(t, env).templates
}

// environments are the names under the context key "environments" of cdk.json.
func environments(t *testing.T) []string {
	t.Helper()
	all := cdktest.Context(t, nil)["environments"].(map[string]any)
	return slices.Sorted(maps.Keys(all))
}

// eachTemplate runs a test for every stack of every environment.
func eachTemplate(t *testing.T, test func(t *testing.T, id string, template *cdktest.Template)) {
	for _, env := range environments(t) {
		for id, template := range synth(t, env) {
			t.Run(env+"/"+id, func(t *testing.T) { test(t, id, template) })
		}
	}
}

// Every template is as reviewed. Validation by CDK's own rules is an error here as it is
// for the CLI, unless CDK_VALIDATION=false says otherwise.
func TestTemplates_areGolden(t *testing.T) {
	for _, env := range environments(t) {
		for id, template := range synth(t, env) {
			t.Run(env+"/"+id, func(t *testing.T) {
				heldGolden(t, filepath.Join("testdata", env, id+".json"), digest(t, template.Text))
			})
		}
	}
}

// heldGolden compares a template with a reviewed one, or writes that.
func heldGolden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; `make golden` writes it, a reviewer reads it", err)
	}
	if diff := gocmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
		t.Errorf("%s differs (-reviewed +now); if it should, run `make golden` and review the change:\n%s", file, diff)
	}
}

// digest replaces code and schema, which have tests of their own and are unreadable as
// one line of JSON, by their hashes, and the bundles of functions, which are built for the
// processor of whoever tests, by their name.
func digest(t *testing.T, text []byte) []byte {
	t.Helper()
	var template map[string]any
	if err := json.Unmarshal(text, &template); err != nil {
		t.Fatal(err)
	}
	for _, resource := range template["Resources"].(map[string]any) {
		properties, _ := resource.(map[string]any)["Properties"].(map[string]any)
		for _, key := range []string{"Code", "Definition"} {
			if code, ok := properties[key].(string); ok {
				properties[key] = fmt.Sprintf("%d bytes, sha256 %x", len(code), sha256.Sum256([]byte(code)))
			}
		}
		if properties["Handler"] == "bootstrap" {
			properties["Code"].(map[string]any)["S3Key"] = golden.Bundle + ".zip"
			properties["Architectures"] = []string{string(functions.ARM64)}
			resource.(map[string]any)["Metadata"].(map[string]any)["aws:asset:path"] = golden.Bundle
		}
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(template); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestTemplates_nameNoPartition(t *testing.T) {
	eachTemplate(t, func(t *testing.T, _ string, template *cdktest.Template) {
		// Fn::Sub writes the partition as a variable.
		if at := bytes.Index(template.Text, []byte("arn:aws:")); at >= 0 {
			t.Errorf("got %q, want the partition as a reference", excerpt(template.Text, at))
		}
	})
}

func TestTemplates_referToOtherStacksWeakly(t *testing.T) {
	references, most := 0, 55*len(environments(t)) // AWS throttles a deployment that has some 75 (aws-cdk#38010)
	eachTemplate(t, func(t *testing.T, _ string, template *cdktest.Template) {
		references += bytes.Count(template.Text, []byte("Fn::GetStackOutput"))
		for _, strong := range []string{"Fn::ImportValue", `"Export"`} {
			if at := bytes.Index(template.Text, []byte(strong)); at >= 0 {
				t.Errorf("got %q, want Fn::GetStackOutput", excerpt(template.Text, at))
			}
		}
	})
	if references == 0 || references > most {
		t.Errorf("got %d references between stacks, want some, and at most %d", references, most)
	}
}

// Nobody scans but the function remover, which looks after what is left behind.
func TestTemplates_neverScan(t *testing.T) {
	eachTemplate(t, func(t *testing.T, id string, template *cdktest.Template) {
		if at := regexp.MustCompile(`dynamodb:\*|operation: \\"Scan\\"|ddb\.scan|\bscan\(`).FindIndex(template.Text); at != nil {
			t.Errorf("got %q, want a Query", excerpt(template.Text, at[0]))
		}
		scans := 0
		for logicalID, resource := range template.Resources {
			for _, statement := range statements(resource.Properties) {
				if !slices.Contains(values(statement["Action"]), "dynamodb:Scan") {
					continue
				}
				if scans++; !strings.HasPrefix(logicalID, "RemoverAccess") {
					t.Errorf("%s allows dynamodb:Scan: %v, want it allowed to remover alone", logicalID, statement)
				}
			}
		}
		if all := bytes.Count(template.Text, []byte("dynamodb:Scan")); all != scans {
			t.Errorf("%s: got dynamodb:Scan %d times, want it in the %d statements", id, all, scans)
		}
	})
}

// wholeResources are the statements that name every resource, each with its reason.
var wholeResources = map[string]string{
	"SendTraces":       "X-Ray's actions have no resource",
	"DeleteIdentities": "those on identities have none either",
}

func TestTemplates_grantNothingToWildcards(t *testing.T) {
	eachTemplate(t, func(t *testing.T, id string, template *cdktest.Template) {
		for logicalID, resource := range template.Resources {
			for _, statement := range statements(resource.Properties) {
				if statement["Effect"] != "Allow" {
					continue
				}
				for _, key := range []string{"Action", "Resource"} {
					if slices.Contains(values(statement[key]), "*") && wholeResources[fmt.Sprint(statement["Sid"])] == "" {
						t.Errorf("%s allows %s *: %v", logicalID, key, statement)
					}
				}
				if statement["NotAction"] != nil || statement["NotResource"] != nil || statement["NotPrincipal"] != nil {
					t.Errorf("%s allows everything but something: %v", logicalID, statement)
				}
			}
		}
	})
}

// statements finds every policy statement below a value.
func statements(value any) []map[string]any {
	var found []map[string]any
	switch v := value.(type) {
	case map[string]any:
		if v["Effect"] != nil {
			return []map[string]any{v}
		}
		for _, child := range v {
			found = append(found, statements(child)...)
		}
	case []any:
		for _, child := range v {
			found = append(found, statements(child)...)
		}
	}
	return found
}

func values(value any) []any {
	if list, ok := value.([]any); ok {
		return list
	}
	return []any{value}
}

func excerpt(text []byte, at int) string {
	return string(text[max(0, at-60):min(len(text), at+60)])
}

// Code in a package's comment is compiled by nobody; an Example function is.
func TestPackageComments_haveNoCode(t *testing.T) {
	err := filepath.WalkDir(".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() && (entry.Name() == "node_modules" || strings.HasPrefix(entry.Name(), ".") && file != ".") {
			return cmp.Or(err, fs.SkipDir)
		}
		if filepath.Ext(file) != ".go" {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments|parser.PackageClauseOnly)
		if err != nil {
			return err
		}
		for line := range strings.SplitSeq(parsed.Doc.Text(), "\n") {
			if strings.HasPrefix(line, "\t") && (strings.Contains(line, ":=") || strings.Contains(line, "err = ")) {
				t.Errorf("%s: got %q in the comment of the package, want it in an Example function", file, strings.TrimSpace(line))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The wall: what doesn't define infrastructure builds in seconds, because it never
// imports awscdk.
func TestWall_awscdkStaysOutside(t *testing.T) {
	outside := []string{"", "/stacks", "/constructs", "/internal/cdktest", "/internal/proof/plugin"}
	list := exec.Command("go", "list", "-f", `{{.Module.Path}} {{.ImportPath}} {{join .Deps " "}}`, "./...")
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	var importing []string
	for line := range strings.Lines(string(out)) {
		module, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		name, deps, _ := strings.Cut(rest, " ")
		if strings.Contains(deps, "github.com/aws/aws-cdk-go/") || strings.Contains(deps, "github.com/aws/jsii-runtime-go") {
			importing = append(importing, strings.TrimPrefix(name, module))
		}
	}
	if !slices.Contains(importing, "/stacks") {
		t.Fatal("not even stacks imports awscdk: this test looks at nothing")
	}
	for _, name := range importing {
		if !slices.Contains(outside, name) {
			t.Errorf("%s imports awscdk; only %q may", name, outside)
		}
	}
}

// What the CLI writes for the synthesized outputs becomes a file that clients accept.
func TestOutputs_becomeAFileForClients(t *testing.T) {
	sample := map[string]string{
		"UserPoolId": "us-east-1_AbCdEfGhI", "UserPoolClientId": "1h57kf5cpq17m0eml12EXAMPLE",
		"IdentityPoolId": "us-east-1:0b1c2d3e-4f50-4617-8293-a4b5c6d7e8f9",
		"BucketName":     "lightbox-filestorage-files8e6940b8-abcdefghijkl", "BucketRegion": "us-east-1",
		"DistributionDomainName": "d111111abcdef8.cloudfront.net", "DistributionId": "E2QWRUHAPOMQZL",
		"GraphQLAPIURL": "https://abcdefghijklmnopqrstuvwxyz.appsync-api.us-east-1.amazonaws.com/graphql",
		"GraphQLAPIID":  "abcdefghijklmnopqrstuvwxyz", "GraphQLAPIRegion": "us-east-1",
	}
	deployed := map[string]map[string]string{}
	for _, env := range environments(t) {
		for _, template := range synth(t, env) {
			stack := map[string]string{}
			for key := range template.Outputs {
				// What another stack reads is in the CLI's file as well.
				stack[key] = cmp.Or(sample[key], "noise")
			}
			deployed[template.StackName] = stack
		}
	}
	data, err := json.Marshal(deployed)
	if err != nil {
		t.Fatal(err)
	}
	written := t.TempDir()
	for _, env := range environments(t) {
		cfg, err := config.Read("cdk.json", env)
		if err != nil {
			t.Fatal(err)
		}
		cfg.App = "lightbox" // as in synth
		from := outputs.File{Name: "outputs.json", Data: data}
		result, err := outputs.Amplify(cfg, from, outputs.File{})
		if err != nil {
			t.Errorf("%s: %v", env, err)
			continue
		}
		if bytes.Contains(result.JSON, []byte("noise")) {
			t.Errorf("%s: the file holds more than the contract: %s", env, result.JSON)
		}
		if err := outputs.Validate(outputs.File{Name: env, Data: result.JSON}); err != nil {
			t.Error(err)
		}
		if err := os.WriteFile(filepath.Join(written, env+".amplify_outputs.json"), result.JSON, 0o600); err != nil {
			t.Fatal(err)
		}
		// The control: without its stacks there is no file.
		from.Data = bytes.ReplaceAll(data, []byte(cfg.StackName("Identity")), []byte("Other"))
		if _, err := outputs.Amplify(cfg, from, outputs.File{}); err == nil || !strings.Contains(err.Error(), cfg.StackName("Identity")) {
			t.Errorf("%s without Identity: got %v, want an error that names the stack", env, err)
		}
	}
	// And the client's own reader makes a full configuration of it.
	read := exec.Command("node", "--test", "amplify.test.mjs")
	read.Dir = "tools/node"
	read.Env = append(os.Environ(), "AMPLIFY_OUTPUTS="+written, "NODE_TEST_CONTEXT=")
	if out, err := read.CombinedOutput(); err != nil {
		t.Errorf("the client's reader: %v (`npm ci --prefix tools/node` installs it)\n%s", err, out)
	}
}

// A1: forms ask for the attributes that the pool proves at sign-up, for without them nobody is confirmed.
func TestOutputs_requireWhatThePoolVerifies(t *testing.T) {
	for _, env := range environments(t) {
		data, err := os.ReadFile("internal/outputs/testdata/" + env + ".amplify_outputs.json")
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			Auth struct {
				Required []any `json:"standard_required_attributes"`
			}
		}
		if err := json.Unmarshal(data, &file); err != nil {
			t.Fatal(err)
		}
		pool := synth(t, env)["Auth"].Only(t, "AWS::Cognito::UserPool", "")
		if verified := pool.Get("AutoVerifiedAttributes"); !gocmp.Equal(verified, any(file.Auth.Required)) || len(file.Auth.Required) == 0 {
			t.Errorf("%s: forms require %v, the pool verifies %v, want the same", env, file.Auth.Required, verified)
		}
	}
}

// A fault in cdk.json is one line that says where, and nothing is synthesized.
func TestBuild_reportsFaultsOfTheSettings(t *testing.T) {
	change := func(env, key string, value any) map[string]any {
		all := cdktest.Context(t, nil)["environments"].(map[string]any)
		all[env].(map[string]any)[key] = value
		return map[string]any{"env": env, "environments": all}
	}
	for name, test := range map[string]struct {
		context map[string]any
		want    string
	}{
		"unknown environment": {map[string]any{"env": "stage"}, `env: got "stage", want one of "dev", "prod"`},
		"misspelt key":        {change("prod", "webOrigin", []any{}), `environments.prod: got the unknown key "webOrigin"`},
		"open origin in prod": {change("prod", "webOrigins", []any{"*"}), "environments.prod.webOrigins[0]: "},
		"trailing slash":      {change("dev", "webOrigins", []any{"https://a.example/"}), "environments.dev.webOrigins[0]: "},
		"another partition":   {change("dev", "region", "cn-north-1"), "environments.dev.region: "},
	} {
		t.Run(name, func(t *testing.T) {
			got := cdktest.SynthError(t, cdktest.Context(t, test.context), build)
			if !strings.Contains(got, test.want) || strings.Contains(got, "\n") || !strings.Contains(got, ", want ") {
				t.Errorf("got %q, want one line with %q", got, test.want)
			}
		})
	}
}
