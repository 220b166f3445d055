package outputs_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/outputs"
)

func TestValidate_takesEveryResult(t *testing.T) {
	for _, env := range []string{"dev", "prod", "social"} {
		t.Run(env, func(t *testing.T) {
			if err := outputs.Validate(written(t, env)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestValidate_takes(t *testing.T) {
	dev := written(t, "dev")
	for _, c := range []struct {
		name string
		file outputs.File
	}{
		{"a second bucket of another name", with(t, dev, `"buckets": [`, `"buckets": [{"name": "logs", "bucket_name": "b-1", "aws_region": "us-east-1"},`)},
		{"the action read", with(t, dev, `"get"`, `"read"`)},
		{"a function's rule", with(t, dev, `"drafts/*": {`, `"drafts/*": {"resource": ["get"],`)},
		{"a second group", with(t, dev, `"groups": [`, `"groups": [{"Editors": {}},`)},
		{"no custom section", outputs.File{Name: "web.json", Data: []byte(`{"version": "1.4"}`)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := outputs.Validate(c.file); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestValidate_refuses(t *testing.T) {
	dev := written(t, "dev")
	const want = ` or "private/${cognito-identity.amazonaws.com:sub}/*"`
	for _, c := range []struct {
		name string
		file outputs.File
		want []string
	}{
		{"version 2", with(t, dev, `"1.4"`, `"2"`), []string{`web.json: version: got "2", want "1.4": it is not a file that lightbox wrote`}},
		{"version 1.5", with(t, dev, `"1.4"`, `"1.5"`), []string{`web.json: version: got "1.5", want "1.4": it is not a file that lightbox wrote`}},
		{"a version that is a number", with(t, dev, `"1.4"`, `1.4`), []string{`web.json: version: got a number, want "1.4": it is not a file that lightbox wrote`}},
		{"an array", outputs.File{Name: "web.json", Data: []byte(`[]`)}, []string{`web.json: got an array, want an object`}},
		{
			"several faults of the schema", with(t, dev,
				`"url": "https://ay5`, `"uri": "https://ay5`,
				`"OPTIONAL"`, `"ON"`,
				`"min_length": 12`, `"min_length": 5`,
				`"user_pool_client_id": "ytetfoh8qvlsyjyirsfpdz0b4r"`, `"user_pool_client_id": 5`),
			[]string{
				`web.json: auth.mfa_configuration: got "ON", want one of "NONE", "OPTIONAL", "REQUIRED"`,
				`web.json: auth.password_policy.min_length: minimum: got 5, want 6`,
				`web.json: auth.user_pool_client_id: got number, want string`,
				`web.json: data: got the key "uri", want only those of Amplify's format 1.4`,
				`web.json: data: missing property 'url'`,
			},
		},
		{
			"a section that Amplify does not know", with(t, dev, `"version"`, `"functions": {}, "version"`),
			[]string{`web.json: got the key "functions", want only those of Amplify's format 1.4`},
		},
		{
			"an API key", with(t, dev, `"url": "https://ay5`, `"api_key": "da2-abcdefghijklmnopqrstuvwxyz", "url": "https://ay5`),
			[]string{`web.json: data: got the key "api_key", which lightbox would lose, want it under a key of its own in custom`},
		},
		{
			"a sign-in that is not configured", with(t, dev, `"user_pool_id"`, `"passwordless": {}, "user_pool_id"`),
			[]string{`web.json: auth: got the key "passwordless", which lightbox would lose, want it under a key of its own in custom`},
		},
		{
			"others' keys in our sections of custom", with(t, dev, `"cdn": {`, `"cdn": {"x": 1,`, `"lightbox": {`, `"lightbox": {"y": 1,`),
			[]string{
				`web.json: custom.cdn: got the key "x", which lightbox would lose, want it under a key of its own in custom`,
				`web.json: custom.lightbox: got the key "y", which lightbox would lose, want it under a key of its own in custom`,
			},
		},
		{
			"our sections of custom in another shape", outputs.File{Name: "web.json", Data: []byte(`{"version": "1.4", "custom": {"cdn": "x", "lightbox": {"env": 1, "paths": []}}}`)},
			[]string{
				`web.json: custom.cdn: got a string, want an object`,
				`web.json: custom.lightbox.env: got a number, want a string`,
				`web.json: custom.lightbox.paths: got an array, want an object`,
			},
		},
		{
			"a bucket name twice", with(t, dev, `"buckets": [`, `"buckets": [{"name": "images", "bucket_name": "b-1", "aws_region": "us-east-1"},`),
			[]string{`web.json: storage.buckets.1.name: got "images" a second time, want a name of its own for each bucket`},
		},
		{
			"an action that is not one", with(t, dev, `"write"`, `"put"`),
			[]string{`web.json: storage.buckets.0.paths["private/${cognito-identity.amazonaws.com:sub}/*"].entityidentity: got the action "put", want one of read, get, list, write, delete`},
		},
		{
			"an action that is no string", with(t, dev, `"write"`, `["write"]`),
			[]string{`web.json: storage.buckets.0.paths["private/${cognito-identity.amazonaws.com:sub}/*"].entityidentity: got the action an array, want one of read, get, list, write, delete`},
		},
		{
			"an action twice", with(t, dev, `"write"`, `"get"`),
			[]string{`web.json: storage.buckets.0.paths["private/${cognito-identity.amazonaws.com:sub}/*"].entityidentity: got the action "get" twice, want it once`},
		},
		{
			"actions that are no array", with(t, dev, `"drafts/*": {`, `"drafts/*": {"guest": "get",`),
			[]string{`web.json: storage.buckets.0.paths["drafts/*"].guest: got a string, want an array of actions`},
		},
		{
			"a rule that is no object", with(t, dev, `"paths": {`, `"paths": {"a/*": null,`),
			[]string{`web.json: storage.buckets.0.paths["a/*"]: got null, want an object of who may do what`},
		},
		{
			"a subject that Amplify does not know", with(t, dev, `"drafts/*": {`, `"drafts/*": {"admins": ["get"],`),
			[]string{`web.json: storage.buckets.0.paths["drafts/*"]: got the subject "admins", want guest, authenticated, resource, groupsNAME or entityidentity`},
		},
		{
			"an owner where nobody owns", with(t, dev, `"drafts/*": {`, `"drafts/*": {"entityidentity": ["get"],`),
			[]string{`web.json: storage.buckets.0.paths["drafts/*"].entityidentity: got an owner where the pattern has no ${cognito-identity.amazonaws.com:sub}, want it there`},
		},
		{
			"patterns that are no folder and a star", with(t, dev, `"paths": {`, `"paths": {"/a/*": {}, "a": {}, "a/": {}, "*": {}, "a*": {}, "a/*/b/*": {}, "a/../b/*": {}, "${x}/*": {}, "private/${aws:PrincipalTag/user}/*": {},`),
			[]string{
				`web.json: storage.buckets.0.paths: got the pattern "${x}/*", want folders and then "*", as in "public/products/*"` + want,
				`web.json: storage.buckets.0.paths: got the pattern "*", want folders and then "*", as in "public/products/*"` + want,
				`web.json: storage.buckets.0.paths: got the pattern "/a/*", want folders and then "*", as in "public/products/*"` + want,
				`web.json: storage.buckets.0.paths: got the pattern "a", want folders and then "*", as in "public/products/*"` + want,
				`web.json: storage.buckets.0.paths: got the pattern "a*", want folders and then "*", as in "public/products/*"` + want,
				`web.json: storage.buckets.0.paths: got the pattern "a/", want folders and then "*", as in "public/products/*"` + want,
				`web.json: storage.buckets.0.paths: got the pattern "a/*/b/*", want folders and then "*", as in "public/products/*"` + want,
				`web.json: storage.buckets.0.paths: got the pattern "a/../b/*", want folders and then "*", as in "public/products/*"` + want,
				`web.json: storage.buckets.0.paths: got the pattern "private/${aws:PrincipalTag/user}/*", want folders and then "*", as in "public/products/*"` + want,
			},
		},
		{
			"a group within another", with(t, dev, `"groups": [`, `"groups": [{"Admin": {}},`),
			[]string{`web.json: auth.groups: got "Admin" within "Admins", want no name that is part of another`},
		},
		{
			"a group twice", with(t, dev, `"groups": [`, `"groups": [{"Admins": {}},`),
			[]string{`web.json: auth.groups: got "Admins" within "Admins", want no name that is part of another`},
		},
		{
			"a number that JavaScript cannot hold", with(t, dev, `"custom": {`, `"custom": {"n": 1e999999999,`),
			[]string{`web.json:116:19: got the number 1e999999999, want one that JavaScript can hold`},
		},
		{
			"a number that takes ages to compare", with(t, dev, `"min_length": 12`, `"min_length": 1e-999999999`),
			[]string{`web.json:24:21: got the number 1e-999999999, want one that JavaScript can hold`},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, lines(outputs.Validate(c.file))); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}
