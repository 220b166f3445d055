package config

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// contextOf is the context of a CDK app: the values of a JSON object.
func contextOf(t *testing.T, text string) func(string) any {
	t.Helper()
	var values map[string]any
	if err := json.Unmarshal([]byte(text), &values); err != nil {
		t.Fatalf("the test's own JSON: %v\n%s", err, text)
	}
	return func(key string) any { return values[key] }
}

// loadWith loads an environment "prod" that has what is required and the given
// members. Where a member is required itself, it replaces the usual one.
func loadWith(t *testing.T, members string) (Config, error) {
	t.Helper()
	usual := map[string]any{"region": "eu-west-1", "webOrigins": []any{"https://shop.example.com"}}
	var given map[string]any
	if err := json.Unmarshal([]byte("{"+members+"}"), &given); err != nil {
		t.Fatalf("the test's own JSON: %v\n%s", err, members)
	}
	for key, value := range given {
		usual[key] = value
	}
	return Load(func(key string) any {
		return map[string]any{"env": "prod", "environments": map[string]any{"prod": usual}}[key]
	})
}

// faultsOf are the lines of an error.
func faultsOf(err error) []string {
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}

func TestLoad_givesProductionByDefault(t *testing.T) {
	got, err := loadWith(t, ``)
	if err != nil {
		t.Fatal(err)
	}
	want := Config{
		App:              "lightbox",
		Env:              "prod",
		Region:           "eu-west-1",
		WebOrigins:       []string{"https://shop.example.com"},
		MFA:              MFAOptional,
		LogRetentionDays: 30,
		CDN:              CDN{PriceClass: "PriceClass_All"},
		Tables:           Tables{MaxReadRequestUnits: 160, MaxWriteRequestUnits: 65},
		Architecture:     "arm64",
		Pictures:         Pictures{PerDay: 200, PerUser: 10_000, BytesPerUser: 20_000_000_000},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
}

func TestLoad_readsEverySetting(t *testing.T) {
	got, err := Load(contextOf(t, `{"app": "shop", "env": "alice-2", "architecture": "x86_64", "environments": {"alice-2": {
		"account": "012345678901",
		"region": "ap-southeast-2",
		"webOrigins": ["http://localhost:3000", "https://shop.example.com:8443"],
		"openOrigins": true,
		"removeData": true,
		"allowDeletion": true,
		"mfa": "required",
		"threatProtection": true,
		"logRetentionDays": 731,
		"disableTracing": true,
		"introspection": true,
		"api": {"webAclArn": "arn:aws:wafv2:ap-southeast-2:012345678901:regional/webacl/api/0f3c1f0e-7d7c-4c3a-8a43-2f6f8a1d9c55"},
		"auth": {"webAclArn": "arn:aws:wafv2:ap-southeast-2:012345678901:regional/webacl/pool/0f3c1f0e-7d7c-4c3a-8a43-2f6f8a1d9c55"},
		"site": {"domain": "www.example.com", "certificateArn": "arn:aws:acm:us-east-1:012345678901:certificate/0f3d"},
		"cdn": {
			"domain": "images.example.com",
			"certificateArn": "arn:aws:acm:us-east-1:012345678901:certificate/0f3c1f0e-7d7c-4c3a-8a43-2f6f8a1d9c55",
			"webAclArn": "arn:aws:wafv2:us-east-1:012345678901:global/webacl/lightbox/0f3c1f0e-7d7c-4c3a-8a43-2f6f8a1d9c55",
			"priceClass": "PriceClass_100"
		},
		"tables": {"maxReadRequestUnits": 1, "maxWriteRequestUnits": 2},
		"pictures": {"perDay": 1, "perUser": 2, "bytesPerUser": 9007199254740991, "keepOriginals": false, "avif": true, "reservedConcurrency": 3},
		"email": {
			"from": "Lightbox <no-reply@mail.example.com>",
			"sesIdentityArn": "arn:aws:ses:eu-west-1:012345678901:identity/example.com"
		},
		"alarms": {"email": "ops+shop@example.com"},
		"budget": {"monthly": 50},
		"social": {
			"provider": "Google",
			"clientId": "123-abc.apps.googleusercontent.com",
			"clientSecretName": "lightbox/google",
			"domainPrefix": "example-shop"
		},
		"tags": {"project": "lightbox", "cost centre": "Zürich 7"}
	}}}`))
	if err != nil {
		t.Fatal(err)
	}
	want := Config{
		App:              "shop",
		Env:              "alice-2",
		Account:          "012345678901",
		Region:           "ap-southeast-2",
		WebOrigins:       []string{"http://localhost:3000", "https://shop.example.com:8443"},
		OpenOrigins:      true,
		RemoveData:       true,
		AllowDeletion:    true,
		MFA:              MFARequired,
		ThreatProtection: true,
		LogRetentionDays: 731,
		DisableTracing:   true,
		Introspection:    true,
		API:              API{WebACLARN: "arn:aws:wafv2:ap-southeast-2:012345678901:regional/webacl/api/0f3c1f0e-7d7c-4c3a-8a43-2f6f8a1d9c55"},
		Auth:             Auth{WebACLARN: "arn:aws:wafv2:ap-southeast-2:012345678901:regional/webacl/pool/0f3c1f0e-7d7c-4c3a-8a43-2f6f8a1d9c55"},
		CDN: CDN{
			Domain:         "images.example.com",
			CertificateARN: "arn:aws:acm:us-east-1:012345678901:certificate/0f3c1f0e-7d7c-4c3a-8a43-2f6f8a1d9c55",
			WebACLARN:      "arn:aws:wafv2:us-east-1:012345678901:global/webacl/lightbox/0f3c1f0e-7d7c-4c3a-8a43-2f6f8a1d9c55",
			PriceClass:     "PriceClass_100",
		},
		Site: Site{
			Present: true, Domain: "www.example.com", CertificateARN: "arn:aws:acm:us-east-1:012345678901:certificate/0f3d",
		},
		Tables:       Tables{MaxReadRequestUnits: 1, MaxWriteRequestUnits: 2},
		Architecture: "x86_64",
		Pictures:     Pictures{PerDay: 1, PerUser: 2, BytesPerUser: 1<<53 - 1, DropOriginals: true, AVIF: true, ReservedConcurrency: 3},
		Email: Email{
			From:           "Lightbox <no-reply@mail.example.com>",
			SESIdentityARN: "arn:aws:ses:eu-west-1:012345678901:identity/example.com",
		},
		Alarms: Alarms{Email: "ops+shop@example.com"},
		Budget: Budget{Monthly: 50},
		Social: Social{
			Provider:         Google,
			ClientID:         "123-abc.apps.googleusercontent.com",
			ClientSecretName: "lightbox/google",
			DomainPrefix:     "example-shop",
		},
		Tags: map[string]string{"project": "lightbox", "cost centre": "Zürich 7"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
}

func TestLoad_choosesTheEnvironment(t *testing.T) {
	const environments = `"environments": {
		"dev":  {"region": "eu-west-1", "webOrigins": ["https://dev.example.com"]},
		"prod": {"region": "us-east-1", "webOrigins": ["https://www.example.com"]}
	}`
	for _, test := range []struct{ name, context, env, region string }{
		{"dev where none is named", `{` + environments + `}`, "dev", "eu-west-1"},
		{"the one that is named", `{"env": "prod", ` + environments + `}`, "prod", "us-east-1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			cfg, err := Load(contextOf(t, test.context))
			if err != nil {
				t.Fatal(err)
			}
			if cfg.Env != test.env || cfg.Region != test.region {
				t.Errorf("got %s in %s, want %s in %s", cfg.Env, cfg.Region, test.env, test.region)
			}
		})
	}
}

func TestLoad_leavesTheFaultsOfOtherEnvironmentsToTheirUsers(t *testing.T) {
	cfg, err := Load(contextOf(t, `{"environments": {
		"dev":   {"region": "eu-west-1", "webOrigins": ["https://dev.example.com"]},
		"alice": {"regoin": "eu-west-1"}
	}}`))
	if err != nil || cfg.Env != "dev" {
		t.Errorf("got %q, %v, want dev", cfg.Env, err)
	}
}

func TestLoad_refusesNamesOfEnvironmentsThatCannotNameStacks(t *testing.T) {
	const want = `, want a name of at most 20 lower-case letters and digits, a letter first, with single hyphens between them, as in "dev"`
	const settings = `{"region": "eu-west-1", "webOrigins": ["https://x.example"]}`
	for name, valid := range map[string]bool{
		"a": true, "dev": true, "alice-2": true, "abcdefghij-123456789": true,
		"": false, "My Env!": false, "Dev": false, "my_env": false, "a.b": false, "a/b": false, "2nd": false, "-a": false, "a-": false,
		"a--b": false, "dév": false, "dev\n": false, "abcdefghij-1234567890": false, "$(x)": false,
	} {
		quoted, err := json.Marshal(name)
		if err != nil {
			t.Fatal(err)
		}
		var faults []string
		if !valid {
			faults = []string{"environments: got the environment " + quote(name) + want}
		}
		// Whether it is the one that is chosen or another.
		for _, chosen := range []string{string(quoted), `"other"`} {
			_, err := Load(contextOf(t, `{"env": `+chosen+`, "environments": {"other": `+settings+`, `+string(quoted)+`: `+settings+`}}`))
			if diff := cmp.Diff(faults, faultsOf(err)); diff != "" {
				t.Errorf("%q, env %s: faults (-want +got):\n%s", name, chosen, diff)
			}
		}
	}
}

func TestLoad_namesTheEnvironmentsThereAre(t *testing.T) {
	const environments = `"environments": {"prod": {}, "dev": {}, "alice": {}}`
	for _, test := range []struct{ name, context, want string }{
		{"misspelt", `{"env": "prd", ` + environments + `}`,
			`env: got "prd", want one of "alice", "dev", "prod"; did you mean "prod"?`},
		{"in another case", `{"env": "Prod", ` + environments + `}`,
			`env: got "Prod", want one of "alice", "dev", "prod"; did you mean "prod"?`},
		{"like none of them", `{"env": "staging", ` + environments + `}`,
			`env: got "staging", want one of "alice", "dev", "prod"`},
		{"too short to guess at", `{"env": "zz", "environments": {"a": {}}}`,
			`env: got "zz", want one of "a"`},
		{"empty", `{"env": "", ` + environments + `}`,
			`env: got "", want one of "alice", "dev", "prod"`},
		{"a number", `{"env": 5, ` + environments + `}`,
			`env: got the number 5, want a string`},
		{"without environments", `{"env": "prod"}`,
			`env: got "prod", want an environment of that name under environments, which has none`},
		{"with environments from the command line", `{"env": "prod", "environments": "{}"}`,
			`environments: got the string "{}", want an object`},
		{"that is no object", `{"env": "prod", "environments": {"prod": ["x"]}}`,
			`environments.prod: got an array, want an object`},
		{"that is null", `{"env": "prod", "environments": {"prod": null}}`,
			`environments.prod: got null, want an object`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Load(contextOf(t, test.context))
			if diff := cmp.Diff([]string{test.want}, faultsOf(err)); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLoad_acceptsNamesOfEnvironments(t *testing.T) {
	for name, ok := range map[string]bool{
		"dev": true, "a": true, "pr-17": true, "a1": true, "twenty-letters-name1": true,
		"twenty-letters-name-1": false, "1st": false, "Dev": false, "a--b": false, "a-": false, "-a": false, "a_b": false, "a b": false, "a\n": false,
	} {
		_, err := Load(func(key string) any {
			environment := map[string]any{"region": "eu-west-1", "webOrigins": []any{"https://x.example"}}
			return map[string]any{"env": name, "environments": map[string]any{name: environment}}[key]
		})
		if (err == nil) != ok {
			t.Errorf("%q: got %v, want accepted %t", name, err, ok)
		}
	}
}

func TestLoad_reportsAllFaultsAtOnce(t *testing.T) {
	_, err := loadWith(t, `
		"account": "12345", "region": "cn-north-1", "webOrigins": ["https://a.example/", "http://b.example"],
		"mfa": "of", "logRetentionDays": 31, "cdn": {"domain": "images.example.com", "prise": 1},
		"tables": {"maxReadRequestUnits": 0}, "webOrigin": "x"`)
	want := []string{
		`environments.prod.account: got "12345", want 12 digits in quotes, as in "123456789012", or no such key`,
		`environments.prod.region: got "cn-north-1", want a region of the partition aws, as in "eu-west-1"; this one is of the partition aws-cn, which is not supported`,
		`environments.prod.mfa: got "of", want one of "off", "optional", "required"; did you mean "off"?`,
		`environments.prod.logRetentionDays: got 31, want days that CloudWatch Logs knows: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653`,
		`environments.prod.cdn.certificateArn: got nothing, want a value, because domain is set`,
		`environments.prod.cdn: got the unknown key "prise", want one of certificateArn, domain, priceClass, webAclArn`,
		`environments.prod.tables.maxReadRequestUnits: got 0, want a whole number from 1 to 2147483647`,
		`environments.prod.webOrigins[0]: got "https://a.example/", want an origin without a trailing slash, as in "https://a.example"`,
		`environments.prod.webOrigins[1]: got "http://b.example", want https://; http:// needs "openOrigins": true`,
		`environments.prod: got the unknown key "webOrigin", want a known key; did you mean "webOrigins"?`,
	}
	if diff := cmp.Diff(want, faultsOf(err)); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

func TestLoad_returnsNothingWithAFault(t *testing.T) {
	cfg, err := loadWith(t, `"mfa": "on"`)
	if err == nil {
		t.Fatal("got no error")
	}
	if diff := cmp.Diff(Config{}, cfg); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
}
