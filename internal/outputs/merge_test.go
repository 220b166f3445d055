package outputs_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/outputs"
)

// After `cdk deploy Lightbox-dev-API` outputs.json holds that stack alone.
func TestAmplify_keepsThePartsOfStacksThatWereNotDeployed(t *testing.T) {
	const newURL = `https://newnewnewnewnewnewnewnewne.appsync-api.us-east-1.amazonaws.com/graphql`
	api := with(t, only(t, deployment(t, "dev"), "Lightbox-dev-API"),
		`https://ay5uy821i2dl62hk1evyogdhtg.appsync-api.us-east-1.amazonaws.com/graphql`, newURL)

	got, err := outputs.Amplify(settings(t, "dev"), api, written(t, "dev"))
	if err != nil {
		t.Fatal(err)
	}
	want := with(t, written(t, "dev"), `https://ay5uy821i2dl62hk1evyogdhtg.appsync-api.us-east-1.amazonaws.com/graphql`, newURL)
	if diff := cmp.Diff(string(want.Data), string(got.JSON)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"API"}, got.Deployed); diff != "" {
		t.Errorf("deployed (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Auth", "Identity", "FileStorage", "CDN"}, got.Kept); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
}

// A setting that is changed but not deployed is not what the backend does.
func TestAmplify_takesASettingOnlyWithTheStackItBelongsTo(t *testing.T) {
	cfg := settings(t, "dev")
	cfg.MFA = config.MFARequired
	for _, c := range []struct{ stack, want string }{
		{"Lightbox-dev-API", `"OPTIONAL"`},
		{"Lightbox-dev-Identity", `"OPTIONAL"`},
		{"Lightbox-dev-Auth", `"REQUIRED"`},
	} {
		t.Run(c.stack, func(t *testing.T) {
			got, err := outputs.Amplify(cfg, only(t, deployment(t, "dev"), c.stack), written(t, "dev"))
			if err != nil {
				t.Fatal(err)
			}
			if value := at(t, got.JSON, "auth.mfa_configuration"); value != c.want {
				t.Errorf("auth.mfa_configuration: got %s, want %s", value, c.want)
			}
		})
	}
}

func TestAmplify_takesEachStackAloneIntoAWholeFile(t *testing.T) {
	for _, env := range []string{"dev", "prod", "social"} {
		for _, id := range []string{"Auth", "Identity", "FileStorage", "CDN", "API"} {
			t.Run(env+" "+id, func(t *testing.T) {
				cfg := settings(t, env)
				got, err := outputs.Amplify(cfg, only(t, deployment(t, env), cfg.StackName(id)), written(t, env))
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(string(written(t, env).Data), string(got.JSON)); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestAmplify_keepsWhatOthersPutThere(t *testing.T) {
	const others = `"custom": {
    "events": {"url": "https://x.example/a?b=1&c=<d>", "n": 1.50, "z": null, "a": [1, 2]},`
	existing := with(t, written(t, "dev"),
		`"custom": {`, others,
		`"version": "1.4",`, `"version": "1.4", "$schema": "https://example.com/schema.json", "geo": {"aws_region": "us-east-1"},`)
	for _, c := range []struct {
		name string
		from outputs.File
	}{
		{"with all stacks", deployment(t, "dev")},
		{"with one stack", only(t, deployment(t, "dev"), "Lightbox-dev-CDN")},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := outputs.Amplify(settings(t, "dev"), c.from, existing)
			if err != nil {
				t.Fatal(err)
			}
			for path, want := range map[string]string{
				"custom.events":   `{"url":"https://x.example/a?b=1&c=<d>","n":1.50,"z":null,"a":[1,2]}`,
				"$schema":         `"https://example.com/schema.json"`,
				"geo":             `{"aws_region":"us-east-1"}`,
				"custom.cdn":      `{"url":"https://d1e0inu77ayp8o.cloudfront.net"}`,
				"custom.lightbox": at(t, written(t, "dev").Data, "custom.lightbox"),
			} {
				if value := at(t, got.JSON, path); value != want {
					t.Errorf("%s: got %s, want %s", path, value, want)
				}
			}
		})
	}
}

func TestAmplify_startsFromAFileThatHoldsNoBackend(t *testing.T) {
	own := outputs.File{Name: "web.json", Data: []byte(`{"version": "1.4", "custom": {"theme": "dark"}}`)}
	got, err := outputs.Amplify(settings(t, "dev"), deployment(t, "dev"), own)
	if err != nil {
		t.Fatal(err)
	}
	if value := at(t, got.JSON, "custom.theme"); value != `"dark"` {
		t.Errorf("custom.theme: got %s", value)
	}
	_, err = outputs.Amplify(settings(t, "dev"), only(t, deployment(t, "dev"), "Lightbox-dev-Auth", "Lightbox-dev-Identity", "Lightbox-dev-FileStorage", "Lightbox-dev-API"), own)
	want := []string{`web.json: custom.cdn.url: got nothing, and outputs.json has no stack Lightbox-dev-CDN with DistributionDomainName, DistributionId, want one of the two`}
	if diff := cmp.Diff(want, lines(err)); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

func TestAmplify_refusesAnExistingFile(t *testing.T) {
	dev, api := written(t, "dev"), only(t, deployment(t, "dev"), "Lightbox-dev-API")
	for _, c := range []struct {
		name     string
		existing outputs.File
		want     []string
	}{
		{
			"of another environment", written(t, "prod"),
			[]string{`web.json: custom.lightbox.env: got "prod", want "dev": environments are not mixed in one file, so name another or remove this one`},
		},
		{
			"of another backend", with(t, dev, `"env": "dev",`, ""),
			[]string{`web.json: auth: got a section of a file without custom.lightbox.env, want a file that lightbox wrote, or none: it belongs to another backend`},
		},
		{
			"of version 2", with(t, dev, `"version": "1.4"`, `"version": "2"`),
			[]string{`web.json: version: got "2", want "1.4": it is not a file that lightbox wrote`},
		},
		{
			"without a version", outputs.File{Name: "web.json", Data: []byte(`{"auth": 1}`)},
			[]string{`web.json: version: got nothing, want "1.4": it is not a file that lightbox wrote`},
		},
		{
			"cut short", outputs.File{Name: "web.json", Data: dev.Data[:40]},
			[]string{`web.json:4:7: unexpected end of JSON input, want a whole JSON document`},
		},
		{
			"that is empty", outputs.File{Name: "web.json", Data: []byte{}},
			[]string{`web.json:1:1: unexpected end of JSON input, want a whole JSON document`},
		},
		{
			"with values of the wrong form in the parts that stay", with(t, dev,
				`"us-east-1_GNPNPr37m"`, `"eu-west-1_a1B2c3D4e"`,
				`"https://d1e0inu77ayp8o.cloudfront.net"`, `"http://d1e0inu77ayp8o.cloudfront.net"`),
			[]string{
				`web.json: auth.user_pool_id: got "eu-west-1_a1B2c3D4e", want "us-east-1_" and then letters and digits`,
				`web.json: custom.cdn.url: got "http://d1e0inu77ayp8o.cloudfront.net", want "https://" and a host name, nothing after it`,
			},
		},
		{
			"without a part that stays", with(t, dev, `"identity_pool_id": "us-east-1:95e6ce4d-bf5f-470e-8871-a21862d61a3d",`, ""),
			[]string{`web.json: auth.identity_pool_id: got nothing, and outputs.json has no stack Lightbox-dev-Identity with IdentityPoolId, want one of the two`},
		},
		{
			"with an unresolved value", with(t, dev, `"us-east-1_GNPNPr37m"`, `"undefined"`),
			[]string{`web.json: auth.user_pool_id: got "undefined", which was never resolved, want the value of a deployed stack`},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := outputs.Amplify(settings(t, "dev"), api, c.existing)
			if diff := cmp.Diff(c.want, lines(err)); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
			if got.JSON != nil {
				t.Error("got a result as well")
			}
		})
	}
}

// Each value that only a deployment can give is looked at where it stays.
func TestAmplify_checksEveryValueThatStays(t *testing.T) {
	for _, c := range []struct {
		path, from, to string
		deployed       string // a stack other than the value's
	}{
		{"auth.aws_region", `"auth": {
    "aws_region": "us-east-1"`, `"auth": {
    "aws_region": "eu-west-1"`, "API"},
		{"auth.user_pool_id", `"us-east-1_GNPNPr37m"`, `"a1B2c3D4e"`, "API"},
		{"auth.user_pool_client_id", `"ytetfoh8qvlsyjyirsfpdz0b4r"`, `"ytet/"`, "Identity"},
		{"auth.identity_pool_id", `"us-east-1:95e6ce4d`, `"3f1c2b9e`, "Auth"},
		{"data.aws_region", `"data": {
    "aws_region": "us-east-1"`, `"data": {
    "aws_region": "eu-west-1"`, "CDN"},
		{"data.url", `"https://ay5`, `"http://ay5`, "CDN"},
		{"storage.aws_region", `"storage": {
    "aws_region": "us-east-1"`, `"storage": {
    "aws_region": "eu-west-1"`, "API"},
		{"storage.bucket_name", `"lightbox-dev-filestorage-files8e6940b8-rbkv2cwfzsyz"`, `"b.c.d"`, "API"},
		{"custom.cdn.url", `"https://d1e0inu77ayp8o.cloudfront.net"`, `"d1e0inu77ayp8o.cloudfront.net"`, "API"},
		{"custom.cdn.url", `"https://d1e0inu77ayp8o.cloudfront.net"`, `"https://d1e0inu77ayp8o.cloudfront.net/"`, "API"},
	} {
		t.Run(c.path, func(t *testing.T) {
			cfg := settings(t, "dev")
			_, err := outputs.Amplify(cfg, only(t, deployment(t, "dev"), cfg.StackName(c.deployed)), with(t, written(t, "dev"), c.from, c.to))
			if got := lines(err); len(got) != 1 || !strings.HasPrefix(got[0], "web.json: "+c.path+": got ") {
				t.Errorf("got %q, want one fault of %s", got, c.path)
			}
		})
	}
}

// The control: what is replaced anyway may be out of date.
func TestAmplify_replacesOldValuesOfDeployedStacks(t *testing.T) {
	old := with(t, written(t, "dev"), `"us-east-1_GNPNPr37m"`, `"eu-west-1_a1B2c3D4e"`, `"https://ay5uy8`, `"https://uvwxyz`)
	got, err := outputs.Amplify(settings(t, "dev"), deployment(t, "dev"), old)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(written(t, "dev").Data), string(got.JSON)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAmplify_reportsTheFaultsOfBothFilesAtOnce(t *testing.T) {
	_, err := outputs.Amplify(settings(t, "dev"),
		with(t, deployment(t, "dev"), `"BucketRegion": "us-east-1"`, `"BucketRegion": "eu-west-1"`),
		written(t, "prod"))
	want := []string{
		`outputs.json: Lightbox-dev-FileStorage.BucketRegion: got "eu-west-1", want "us-east-1", the region of dev`,
		`web.json: custom.lightbox.env: got "prod", want "dev": environments are not mixed in one file, so name another or remove this one`,
	}
	if diff := cmp.Diff(want, lines(err)); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}
