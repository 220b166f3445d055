package deploytest

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"lightbox.example/lightbox/api"
	placeholder "lightbox.example/lightbox/internal/golden"
)

// A dependency is a stack with those that it needs.
type dependency struct {
	stack string
	needs []string
}

// dependencies are the stacks of an environment, in the order of deployment.
func dependencies(env string) []dependency {
	all := []dependency{
		{"Auth", []string{}},
		{"Identity", []string{"Auth"}},
		{"FileStorage", []string{"Identity"}},
		{"CDN", []string{"FileStorage"}},
		{"API", []string{"Auth", "CDN", "FileStorage", "Identity"}},
	}
	if strings.HasSuffix(env, site) || strings.HasSuffix(env, operations) {
		all[2].needs = []string{"Identity", "Site"}
		all = append([]dependency{{"Site", []string{}}}, all...)
	}
	if strings.HasSuffix(env, operations) {
		all = append(all, dependency{"Operations", []string{"API", "Auth", "CDN", "FileStorage", "Site"}})
	}
	return all
}

// What is behind the name of an environment says what it has besides.
const (
	site       = "-site"
	operations = "-operations" // a site, too
)

// upgrade is prod as it was at another commit. Its folder in testdata has, besides the templates, what its API runs: the schema and a
// file for each resolver, with its modules in it. The NOTICE there says which commit it is.
const upgrade = "upgrade"

// named is the name that an environment has in its stacks: prod-site is prod, with a site, and prod-operations that, with alarms and a budget.
func named(env string) string {
	if env == upgrade {
		return "prod"
	}
	return strings.TrimSuffix(strings.TrimSuffix(env, site), operations)
}

// fileOf is the golden template of a stack. An environment with a site has those that the site changes, and one with alarms those that
// they change.
func fileOf(root, env, stack string) string {
	folders := []string{env, named(env)}
	if strings.HasSuffix(env, operations) {
		folders = []string{env, named(env) + site, named(env)}
	}
	for _, folder := range folders {
		file := filepath.Join(root, "testdata", folder, stack+".json")
		if _, err := os.Stat(file); err == nil {
			return file
		}
	}
	return filepath.Join(root, "testdata", env, stack+".json")
}

// apiAssets is the list of the files that the stack API needs, which are in the assetBucket: its template and the functions.
const (
	apiAssets   = "API.assets"
	assetBucket = "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"
)

// Assembly writes the golden templates of an environment, with the code that their hashes are of, to a folder as a synth
// does, and returns it. root is the way from the test to the module's root. Each change is made to the texts of all
// templates, by the stack's construct id. The programs of the functions are none: whoever invokes one is told so. The user pool
// calls none.
func Assembly(t testing.TB, root, env string, changes ...func(stack string, template []byte) []byte) string {
	t.Helper()
	return assemble(t, root, env, noProgram, placeholder.WithoutTriggers, changes)
}

// WholeAssembly is an Assembly whose user pool calls what the templates say, to be looked at and not deployed.
func WholeAssembly(t testing.TB, root, env string, changes ...func(stack string, template []byte) []byte) string {
	t.Helper()
	return assemble(t, root, env, noProgram, whole, changes)
}

func whole(template []byte) ([]byte, error) { return template, nil }

// WorkingAssembly is an Assembly whose functions have their programs, built for this machine. In "upgrade", which is prod as it was at
// another commit, they are today's too: whoever has them run there holds what starts them, environment and handler, against today's.
func WorkingAssembly(t testing.TB, root, env string, changes ...func(stack string, template []byte) []byte) string {
	t.Helper()
	return assemble(t, root, env, built(root), placeholder.WithoutTriggers, changes)
}

func assemble(t testing.TB, root, env string, p program, part func([]byte) ([]byte, error), changes []func(string, []byte) []byte) string {
	t.Helper()
	folder := t.TempDir()
	artifacts := map[string]any{apiAssets: map[string]any{"type": "cdk:asset-manifest", "properties": map[string]any{"file": apiAssets + ".json"}}}
	for _, d := range dependencies(env) {
		text, err := golden(fileOf(root, env, d.stack))
		if err == nil && d.stack == "Auth" {
			text, err = part(text)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, change := range changes {
			text = change(d.stack, text)
		}
		file, needs := d.stack+".template.json", d.needs
		properties := map[string]any{
			"templateFile": file, "stackName": "Lightbox-" + named(env) + "-" + d.stack,
			"bootstrapStackVersionSsmParameter": "/cdk-bootstrap/hnb659fds/version",
			// As cdk.json has it: dev alone allows its deletion.
			"terminationProtection": env != "dev",
		}
		if err := os.WriteFile(filepath.Join(folder, file), text, 0o600); err != nil {
			t.Fatal(err)
		}
		if d.stack == "API" {
			needs = append([]string{apiAssets}, needs...)
			hash := fmt.Sprintf("%x", sha256.Sum256(text))
			properties["stackTemplateAssetObjectUrl"] = "s3://" + assetBucket + "/" + hash + ".json"
			if err := writeAssets(folder, file, hash, p); err != nil {
				t.Fatal(err)
			}
		}
		artifacts[d.stack] = map[string]any{
			"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/" + Region, "displayName": d.stack,
			"dependencies": needs, "properties": properties,
		}
	}
	manifest, err := json.Marshal(map[string]any{"version": "55.0.0", "artifacts": artifacts})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "manifest.json"), manifest, 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

// goldens are what golden has read, by file.
var goldens sync.Map

// golden is a golden template with its code. Nobody writes to one while tests run.
func golden(file string) ([]byte, error) {
	if text, read := goldens.Load(file); read {
		return bytes.Clone(text.([]byte)), nil
	}
	text, err := os.ReadFile(file)
	if err == nil {
		text, err = withAssets(filepath.Base(file) == "Auth.json", filepath.Base(filepath.Dir(file)) == upgrade, text)
	}
	if err == nil {
		text, err = withCode(filepath.Dir(file), text)
	}
	if err == nil {
		goldens.Store(file, bytes.Clone(text))
	}
	return text, err
}

// withCode puts the schema and the resolvers in the place of their hashes, in a template of a folder.
func withCode(folder string, template []byte) ([]byte, error) {
	if !bytes.Contains(template, []byte(codeHash)) {
		return template, nil
	}
	texts, err := code()
	if filepath.Base(folder) == upgrade {
		texts, err = codeOf(folder)
	}
	for hash, text := range texts {
		template = bytes.ReplaceAll(template, []byte(hash), text)
	}
	if err == nil && bytes.Contains(template, []byte(codeHash)) {
		err = fmt.Errorf("%s: got hashes of code that is not there", folder)
	}
	return template, err
}

// codeHash is in what golden templates have in the place of code.
const codeHash = " bytes, sha256 "

// addCode adds code as JSON, by what the golden templates have in its place.
func addCode(texts map[string][]byte, code string) error {
	var quoted bytes.Buffer
	encoder := json.NewEncoder(&quoted)
	encoder.SetEscapeHTML(false) // as the CDK writes it
	err := encoder.Encode(code)
	texts[fmt.Sprintf("\"%d%s%x\"", len(code), codeHash, sha256.Sum256([]byte(code)))] = bytes.TrimSpace(quoted.Bytes())
	return err
}

// code is what the API runs. Bundling takes a moment.
var code = sync.OnceValues(func() (map[string][]byte, error) {
	texts := map[string][]byte{}
	errs := []error{addCode(texts, api.Schema())}
	for _, name := range api.Names() {
		code, err := api.Resolver(name)
		errs = append(errs, err, addCode(texts, code))
	}
	return texts, errors.Join(errs...)
})

// codeOf is what the API ran that a folder is of.
func codeOf(folder string) (map[string][]byte, error) {
	texts := map[string][]byte{}
	files, err := filepath.Glob(filepath.Join(folder, "code", "*"))
	for _, file := range files {
		text, fault := os.ReadFile(file)
		code := string(text)
		if fault == nil && filepath.Ext(file) == ".graphql" {
			code, fault = api.SchemaOf(code)
		}
		err = errors.Join(err, fault, addCode(texts, code))
	}
	return texts, err
}
