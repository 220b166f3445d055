package stacks

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/cdktest"
	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/functions"
)

// bundles is where functions without code are.
var bundles string

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "bundles-")
	if err != nil {
		panic(err)
	}
	bundles = folder
	code := cdktest.RunUnvalidated(m)
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

// shipped remembers the templates of the environments as they ship: a synth takes a
// second, and most tests look at the same two.
var shipped = map[string]cdktest.Templates{}

// environment synthesizes an environment of cdk.json. A change makes a variant of it.
func environment(t *testing.T, name string, change ...func(*config.Config)) cdktest.Templates {
	t.Helper()
	if templates, ok := shipped[name]; ok && len(change) == 0 {
		return templates
	}
	cfg, err := config.Read(filepath.Join(cdktest.Root(t), "cdk.json"), name)
	if err != nil {
		t.Fatal(err)
	}
	cfg.App = "lightbox" // as in cdktest.Context
	for _, f := range change {
		f(&cfg)
	}
	templates := cdktest.Synth(t, cdktest.Context(t, nil), func(app awscdk.App) error { return all(app, cfg, access.Functions()) })
	if len(change) == 0 {
		shipped[name] = templates
	}
	return templates
}

// all wires the stacks as main does, with some functions.
func all(app awscdk.App, cfg config.Config, declared []access.Function) error {
	builder := functions.Placeholder(bundles, cfg.Architecture)
	site := NewSite(app, cfg)
	auth, err := NewAuth(app, cfg, AuthProps{Site: site, Declared: declared, Functions: builder})
	if err != nil {
		return err
	}
	identity, err := NewIdentity(app, cfg, IdentityProps{UserPool: auth.UserPool, Client: auth.Client})
	if err != nil {
		return err
	}
	files, err := NewFileStorage(app, cfg, FileStorageProps{Roles: identity.Roles, Site: site, Declared: declared})
	if err != nil {
		return err
	}
	cdn := NewCDN(app, cfg, CDNProps{Bucket: files.Bucket})
	api, err := NewAPI(app, cfg, APIProps{
		UserPool: auth.UserPool, Client: auth.Client, Roles: identity.Roles,
		Bucket: files.Bucket, Failures: files.Failures, CDN: cdn, Declared: declared, Functions: builder,
	})
	if err != nil {
		return err
	}
	NewOperations(app, cfg, OperationsProps{Auth: auth, Files: files, CDN: cdn, Site: site, API: api, Declared: declared})
	return nil
}

// list makes decoded JSON of strings.
func list(values ...string) []any {
	result := make([]any, len(values))
	for i, value := range values {
		result[i] = value
	}
	return result
}

// want fails the test unless a property of a resource is what it should be.
func want(t *testing.T, r cdktest.Resource, path string, wanted any) {
	t.Helper()
	if n, ok := wanted.(int); ok {
		wanted = float64(n)
	}
	if got := r.Get(path); !reflect.DeepEqual(got, wanted) {
		t.Errorf("%s.%s: got %v, want %v", r.Type, path, got, wanted)
	}
}

func TestOutputs_areTheContract(t *testing.T) {
	contract := map[string][]string{
		"Auth":        {"UserPoolClientId", "UserPoolId"},
		"Identity":    {"IdentityPoolId"},
		"FileStorage": {"BucketName", "BucketRegion"},
		"CDN":         {"DistributionDomainName", "DistributionId"},
		"API":         {"GraphQLAPIID", "GraphQLAPIRegion", "GraphQLAPIURL"},
	}
	for id, template := range environment(t, "prod") {
		var keys []string
		for key, output := range template.Outputs {
			// What a client reads is described; what only another stack reads is not.
			if output.Description != "" {
				keys = append(keys, key)
			}
		}
		slices.Sort(keys)
		if !slices.Equal(keys, contract[id]) {
			t.Errorf("outputs of %s: got %v, want %v", id, keys, contract[id])
		}
	}
}

func TestStacks_dependOneWay(t *testing.T) {
	arrows := map[string][]string{
		"Auth": nil, "Identity": {"Auth"}, "FileStorage": {"Identity"}, "CDN": {"FileStorage"},
		"API": {"Auth", "CDN", "FileStorage", "Identity"},
	}
	for id, template := range environment(t, "prod") {
		if slices.Sort(template.DependsOn); !slices.Equal(template.DependsOn, arrows[id]) {
			t.Errorf("%s depends on %v, want %v", id, template.DependsOn, arrows[id])
		}
		if want := "Lightbox-prod-" + id; template.StackName != want {
			t.Errorf("stack name of %s: got %s, want %s", id, template.StackName, want)
		}
	}
}
