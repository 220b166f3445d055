package outputs_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/outputs"
)

var update = flag.Bool("update", false, "write the golden results anew")

// settings are those of an environment of testdata/cdk.json.
func settings(t testing.TB, env string) config.Config {
	t.Helper()
	cfg, err := config.Read("testdata/cdk.json", env)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// deployment is testdata/ENV.outputs.json under the name that the CLI is given for it.
func deployment(t testing.TB, env string) outputs.File {
	t.Helper()
	return outputs.File{Name: "outputs.json", Data: read(t, "testdata/"+env+".outputs.json")}
}

// written is the golden result for env as the file that is there already.
func written(t testing.TB, env string) outputs.File {
	t.Helper()
	return outputs.File{Name: "web.json", Data: read(t, "testdata/"+env+".amplify_outputs.json")}
}

func read(t testing.TB, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// with replaces pairs of old and new text in f, each of which must be there.
func with(t testing.TB, f outputs.File, pairs ...string) outputs.File {
	t.Helper()
	text := string(f.Data)
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("%s does not contain %q", f.Name, pairs[i])
		}
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	return outputs.File{Name: f.Name, Data: []byte(text)}
}

// only keeps the stacks of f that are named.
func only(t testing.TB, f outputs.File, names ...string) outputs.File {
	t.Helper()
	all, some := map[string]json.RawMessage{}, map[string]json.RawMessage{}
	if err := json.Unmarshal(f.Data, &all); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if all[name] == nil {
			t.Fatalf("%s has no stack %s", f.Name, name)
		}
		some[name] = all[name]
	}
	data, err := json.MarshalIndent(some, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return outputs.File{Name: f.Name, Data: data}
}

// lines are the faults of err.
func lines(err error) []string {
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}

func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(read(t, file)), string(got)); diff != "" {
		t.Errorf("%s (-want +got), `go test -update` writes it anew:\n%s", file, diff)
	}
}

func TestAmplify_writesTheWholeFileOfEachEnvironment(t *testing.T) {
	for _, env := range []string{"dev", "prod", "social"} {
		t.Run(env, func(t *testing.T) {
			got, err := outputs.Amplify(settings(t, env), deployment(t, env), outputs.File{})
			if err != nil {
				t.Fatal(err)
			}
			golden(t, "testdata/"+env+".amplify_outputs.json", got.JSON)
		})
	}
}

func TestFlat_writesTheNamesOfTheArticlesInTheirOrder(t *testing.T) {
	got, err := outputs.Flat(settings(t, "dev"), deployment(t, "dev"), outputs.File{})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/dev.flat_outputs.json", got.JSON)
}

func TestAmplify_followsTheSettings(t *testing.T) {
	for _, c := range []struct {
		name   string
		env    string
		change func(*config.Config)
		path   string
		want   string // JSON; "" where there is no such key
	}{
		{"MFA off has no methods", "dev", func(c *config.Config) { c.MFA = config.MFAOff }, "auth.mfa_methods", ""},
		{"MFA off is NONE", "dev", func(c *config.Config) { c.MFA = config.MFAOff }, "auth.mfa_configuration", `"NONE"`},
		{"MFA optional", "dev", func(c *config.Config) { c.MFA = config.MFAOptional }, "auth.mfa_configuration", `"OPTIONAL"`},
		{"MFA required", "dev", func(c *config.Config) { c.MFA = config.MFARequired }, "auth.mfa_configuration", `"REQUIRED"`},
		{"MFA required by an app", "dev", func(c *config.Config) { c.MFA = config.MFARequired }, "auth.mfa_methods", `["TOTP"]`},
		{"no social sign-in", "dev", func(*config.Config) {}, "auth.oauth", ""},
		{"Google", "social", func(*config.Config) {}, "auth.oauth.identity_providers", `["GOOGLE"]`},
		{"Facebook", "social", func(c *config.Config) { c.Social.Provider = "Facebook" }, "auth.oauth.identity_providers", `["FACEBOOK"]`},
		{"Amazon", "social", func(c *config.Config) { c.Social.Provider = "LoginWithAmazon" }, "auth.oauth.identity_providers", `["LOGIN_WITH_AMAZON"]`},
		{"back to the origins", "social", func(*config.Config) {}, "auth.oauth.redirect_sign_in_uri", `["https://www.example.com/","https://beta.example.com:8443/"]`},
		{"the distribution's own host", "dev", func(*config.Config) {}, "custom.cdn.url", `"https://d1e0inu77ayp8o.cloudfront.net"`},
		{"a custom domain", "social", func(*config.Config) {}, "custom.cdn.url", `"https://images.example.com"`},
		{"guests", "prod", func(*config.Config) {}, "auth.unauthenticated_identities_enabled", `true`},
		{"the environment", "prod", func(*config.Config) {}, "custom.lightbox.env", `"prod"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := settings(t, c.env)
			c.change(&cfg)
			got, err := outputs.Amplify(cfg, deployment(t, c.env), outputs.File{})
			if err != nil {
				t.Fatal(err)
			}
			if value := at(t, got.JSON, c.path); value != c.want {
				t.Errorf("%s: got %s, want %s", c.path, value, c.want)
			}
		})
	}
}

// at is the JSON at a path of keys with dots between them, or "".
func at(t testing.TB, document []byte, path string) string {
	t.Helper()
	rest := json.RawMessage(document)
	for key := range strings.SplitSeq(path, ".") {
		object := map[string]json.RawMessage{}
		if err := json.Unmarshal(rest, &object); err != nil {
			t.Fatal(err)
		}
		if rest = object[key]; rest == nil {
			return ""
		}
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, rest); err != nil {
		t.Fatal(err)
	}
	return compact.String()
}

func TestAmplify_saysTheAccessTableInFull(t *testing.T) {
	got, err := outputs.Amplify(settings(t, "dev"), deployment(t, "dev"), outputs.File{})
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Storage struct {
			Buckets []struct{ Paths access.PathRules }
		}
		Custom struct {
			Lightbox struct{ Paths access.PathRules }
		}
	}
	if err := json.Unmarshal(got.JSON, &document); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(access.Paths(access.Rules()), document.Storage.Buckets[0].Paths); diff != "" {
		t.Errorf("storage.buckets[0].paths (-table +got):\n%s", diff)
	}
	if diff := cmp.Diff(access.UserPaths(access.Rules()), document.Custom.Lightbox.Paths); diff != "" {
		t.Errorf("custom.lightbox.paths (-table +got):\n%s", diff)
	}
}

func TestAmplify_isTheSameBytesForTheSameInput(t *testing.T) {
	first, err := outputs.Amplify(settings(t, "dev"), deployment(t, "dev"), outputs.File{})
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		again, err := outputs.Amplify(settings(t, "dev"), deployment(t, "dev"), outputs.File{Name: "web.json", Data: first.JSON})
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first.JSON, again.JSON) {
			t.Fatalf("got other bytes:\n%s", cmp.Diff(string(first.JSON), string(again.JSON)))
		}
	}
	if !bytes.HasSuffix(first.JSON, []byte("}\n")) {
		t.Error("no line feed at the end")
	}
}

// The ids in the result are public by nature: every visitor's browser has them. What is not must
// not get there, whatever else outputs.json holds.
func TestResults_holdNothingButTheListedKeys(t *testing.T) {
	allowed := []string{
		"version",
		"auth.aws_region", "auth.user_pool_id", "auth.user_pool_client_id", "auth.identity_pool_id",
		"auth.unauthenticated_identities_enabled", "auth.mfa_configuration", "auth.mfa_methods[]",
		"auth.username_attributes[]", "auth.standard_required_attributes[]", "auth.user_verification_types[]",
		"auth.password_policy.min_length", "auth.password_policy.require_numbers", "auth.password_policy.require_lowercase",
		"auth.password_policy.require_uppercase", "auth.password_policy.require_symbols",
		"auth.oauth.identity_providers[]", "auth.oauth.domain", "auth.oauth.scopes[]",
		"auth.oauth.redirect_sign_in_uri[]", "auth.oauth.redirect_sign_out_uri[]", "auth.oauth.response_type",
		"auth.groups[].Admins.precedence",
		"data.aws_region", "data.url", "data.default_authorization_type", "data.authorization_types[]",
		"storage.aws_region", "storage.bucket_name",
		"storage.buckets[].name", "storage.buckets[].bucket_name", "storage.buckets[].aws_region", "storage.buckets[].paths",
		"custom.cdn.url", "custom.lightbox.env", "custom.lightbox.paths",
		"UserPoolId", "UserPoolClientId", "IdentityPoolId", "BucketName", "BucketRegion", "GraphQLAPIURL", "GraphQLAPIID", "distDomainName",
	}
	secret := regexp.MustCompile(`arn:|\b\d{12}\b|da2-|AKIA|ASIA|correct horse|ApiKey|api_key|[Ss]ecret|[Rr]ole`)

	poisoned := with(t, deployment(t, "dev"),
		`"UserPoolClientId": "ytet`, `"UserPoolClientSecret": "1ab2secret", "UserRoleArn": "arn:aws:iam::123456789012:role/x", "UserPoolClientId": "ytet`,
		`"IdentityPoolId"`, `"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "IdentityPoolId"`,
		`"GraphQLAPIURL"`, `"GraphQLAPIKey": "da2-abcdefghijklmnopqrstuvwxyz", "GraphQLAPIURL"`)
	if !secret.Match(poisoned.Data) {
		t.Fatal("the control holds no secret")
	}
	results := map[string]func(config.Config, outputs.File, outputs.File) (outputs.Result, error){"amplify": outputs.Amplify, "flat": outputs.Flat}
	for name, convert := range results {
		for env, from := range map[string]outputs.File{"dev": poisoned, "prod": deployment(t, "prod"), "social": deployment(t, "social")} {
			t.Run(name+" "+env, func(t *testing.T) {
				got, err := convert(settings(t, env), from, outputs.File{})
				if err != nil {
					t.Fatal(err)
				}
				if found := secret.Find(got.JSON); found != nil {
					t.Errorf("got %q in\n%s", found, got.JSON)
				}
				var tree any
				if err := json.Unmarshal(got.JSON, &tree); err != nil {
					t.Fatal(err)
				}
				for _, key := range keys("", tree) {
					if !slices.Contains(allowed, key) {
						t.Errorf("got the key %s, which is not on the list", key)
					}
				}
			})
		}
	}
}

// keys are the paths of all values of a tree but what is below "paths", as in "auth.groups[].Admins".
func keys(path string, value any) []string {
	var all []string
	switch value := value.(type) {
	case map[string]any:
		if strings.HasSuffix(path, "paths") {
			return []string{path}
		}
		for key, item := range value {
			all = append(all, keys(strings.TrimPrefix(path+"."+key, "."), item)...)
		}
	case []any:
		for _, item := range value {
			all = append(all, keys(path+"[]", item)...)
		}
	default:
		all = []string{path}
	}
	return all
}

func TestFlat_refuses(t *testing.T) {
	whole := deployment(t, "dev")
	for _, c := range []struct {
		name     string
		from     outputs.File
		existing outputs.File
		want     []string
	}{
		{
			"a deployment without one of the stacks", only(t, whole, "Lightbox-dev-Auth", "Lightbox-dev-Identity", "Lightbox-dev-FileStorage", "Lightbox-dev-API"), outputs.File{},
			[]string{`outputs.json: the stack is missing, got no Lightbox-dev-CDN, want Lightbox-dev-CDN with DistributionDomainName, DistributionId`},
		},
		{
			"to replace a file for Amplify", whole, written(t, "dev"),
			[]string{`web.json: got a file with the key "auth", want one of flat names only to replace: name another file`},
		},
		{
			"to replace something that is no object", whole, outputs.File{Name: "web.json", Data: []byte("[]")},
			[]string{`web.json: got an array, want an object of flat names to replace`},
		},
		{
			"a value of the wrong form", with(t, whole, "https://ay5", "http://ay5"), outputs.File{},
			[]string{`outputs.json: Lightbox-dev-API.GraphQLAPIURL: got "http://ay5uy821i2dl62hk1evyogdhtg.appsync-api.us-east-1.amazonaws.com/graphql", want "https://ID.appsync-api.us-east-1.amazonaws.com/graphql"`},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := outputs.Flat(settings(t, "dev"), c.from, c.existing)
			if diff := cmp.Diff(c.want, lines(err)); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
			if got.JSON != nil {
				t.Error("got a result as well")
			}
		})
	}
}

func TestFlat_replacesAFlatFile(t *testing.T) {
	first, err := outputs.Flat(settings(t, "prod"), deployment(t, "prod"), outputs.File{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := outputs.Flat(settings(t, "dev"), deployment(t, "dev"), outputs.File{Name: "flat.json", Data: first.JSON})
	if err != nil {
		t.Fatal(err)
	}
	if want := `"us-east-1_GNPNPr37m"`; at(t, got.JSON, "UserPoolId") != want {
		t.Errorf("UserPoolId: got %s, want %s", at(t, got.JSON, "UserPoolId"), want)
	}
}

func ExampleFlat() {
	cfg, err := config.Read("testdata/cdk.json", "prod")
	if err != nil {
		fmt.Println(err)
		return
	}
	from, err := outputs.ReadFile("testdata/prod.outputs.json")
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := outputs.Flat(cfg, from, outputs.File{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(string(result.JSON))
	// Output:
	// {
	//   "UserPoolId": "us-east-1_Wb8uFTFDa",
	//   "UserPoolClientId": "xolct3txqjf560n7neml9it2e3",
	//   "IdentityPoolId": "us-east-1:93f54057-dcbf-4c82-8e28-f828a5524ad9",
	//   "BucketName": "lightbox-prod-filestorag-files8e6940b8-rrveiwkgxa3u",
	//   "BucketRegion": "us-east-1",
	//   "GraphQLAPIURL": "https://a2c9oataoorm7xu5rnjyrdxlmt.appsync-api.us-east-1.amazonaws.com/graphql",
	//   "GraphQLAPIID": "a2c9oataoorm7xu5rnjyrdxlmt",
	//   "distDomainName": "d1wv4yymhn1ypv.cloudfront.net"
	// }
}

func TestAmplify_saysWhereTheSiteIs(t *testing.T) {
	cfg := settings(t, "prod")
	cfg.Site.Present = true
	cfg.Social = config.Social{Provider: config.Google, DomainPrefix: "shop"}
	site := `"Lightbox-prod-Site": {"SiteBucketName": "pages", "SiteDomainName": "d222222abcdef8.cloudfront.net", "SiteDistributionId": "E2QWRUHAPOMQZL"}, `
	domain := `"UserPoolDomain": "shop.auth.` + cfg.Region + `.amazoncognito.com", "UserPoolId"`
	from := with(t, deployment(t, "prod"), "{", "{"+site, `"UserPoolId"`, domain)
	parts := func(result outputs.Result, err error) (site string, back []string) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			Auth struct {
				OAuth struct {
					Back []string `json:"redirect_sign_in_uri"`
				} `json:"oauth"`
			} `json:"auth"`
			Custom struct {
				Lightbox struct{ Site string } `json:"lightbox"`
			} `json:"custom"`
		}
		if err := json.Unmarshal(result.JSON, &file); err != nil {
			t.Fatal(err)
		}
		return file.Custom.Lightbox.Site, file.Auth.OAuth.Back
	}
	first, err := outputs.Amplify(cfg, from, outputs.File{})
	const url = "https://d222222abcdef8.cloudfront.net"
	got, back := parts(first, err)
	if got != url || !slices.Contains(back, url+"/") {
		t.Errorf("got the site %q, and people sent back to %q, want %s in both", got, back, url)
	}
	// A deployment of Auth alone keeps it.
	existing := outputs.File{Name: "web.json", Data: first.JSON}
	second, err := outputs.Amplify(cfg, only(t, from, "Lightbox-prod-Auth"), existing)
	if err != nil || !bytes.Equal(first.JSON, second.JSON) {
		t.Errorf("Auth alone: got another file, and %v", err)
	}
	cfg.Site.Domain = "www.example.org"
	if got, _ := parts(outputs.Amplify(cfg, from, outputs.File{})); got != "https://www.example.org" {
		t.Errorf("its own domain: got %q", got)
	}
	// Without the stack there is no file, and without the setting no site.
	if _, err := outputs.Amplify(cfg, with(t, from, "-prod-Site", "-other-Site"), outputs.File{}); err == nil || !strings.Contains(err.Error(), "Lightbox-prod-Site") {
		t.Errorf("no stack: got %v, want an error that names it", err)
	}
	cfg.Site = config.Site{}
	if got, back := parts(outputs.Amplify(cfg, from, existing)); got != "" || slices.Contains(back, url+"/") {
		t.Errorf("no site: got %q and %q", got, back)
	}
}
