package outputs_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/outputs"
)

func TestAmplify_refusesOutputs(t *testing.T) {
	dev := deployment(t, "dev")
	for _, c := range []struct {
		name string
		env  string
		from outputs.File
		want []string
	}{
		{
			"cut short", "dev", outputs.File{Name: "outputs.json", Data: []byte("{\n  \"Lightbox-dev-Auth\": {\n    \"UserPoolId\": \"us-e")},
			[]string{`outputs.json:3:24: unexpected end of JSON input, want a whole JSON document`},
		},
		{
			"empty", "dev", outputs.File{Name: "outputs.json", Data: []byte{}},
			[]string{`outputs.json:1:1: unexpected end of JSON input, want a whole JSON document`},
		},
		{
			"with a comma too many, after a character of two bytes", "dev", outputs.File{Name: "outputs.json", Data: []byte("{\n  \"ä\": 1,}")},
			[]string{`outputs.json:2:10: invalid character '}' looking for beginning of object key string, want a whole JSON document`},
		},
		{
			"with something after the object", "dev", with(t, dev, "\n}\n", "\n}\n{}"),
			[]string{`outputs.json:44:1: invalid character '{' after top-level value, want a whole JSON document`},
		},
		{
			"with bytes that are not UTF-8", "dev", with(t, dev, "correct", "c\xffrrect"),
			[]string{`outputs.json:41:19: got a byte that is not UTF-8, want JSON in UTF-8`},
		},
		{
			"with a stack twice", "dev", with(t, dev, `"Lightbox-dev-two-Auth"`, `"Lightbox-dev-Auth"`),
			[]string{`outputs.json:30:3: got the key "Lightbox-dev-Auth" twice in one object, want it once`},
		},
		{
			"that are no object", "dev", outputs.File{Name: "outputs.json", Data: []byte(`["Lightbox-dev-Auth"]`)},
			[]string{`outputs.json: got an array, want an object of stacks, as cdk deploy --outputs-file writes it`},
		},
		{
			"of another environment only", "prod", deployment(t, "social"),
			[]string{`outputs.json: got no stack of environment prod but "Lightbox-social-API", "Lightbox-social-Auth", "Lightbox-social-CDN", "Lightbox-social-FileStorage", "Lightbox-social-Identity", want Lightbox-prod-Auth with UserPoolId, UserPoolClientId`},
		},
		{
			"of nothing", "dev", outputs.File{Name: "outputs.json", Data: []byte(`{}`)},
			[]string{`outputs.json: got no stack of environment dev but nothing, want Lightbox-dev-Auth with UserPoolId, UserPoolClientId`},
		},
		{
			"of some stacks, at the first time", "dev", only(t, dev, "Lightbox-dev-Auth", "Lightbox-dev-CDN", "Lightbox-dev-API"),
			[]string{
				`outputs.json: the stack is missing, got no Lightbox-dev-Identity, want Lightbox-dev-Identity with IdentityPoolId`,
				`outputs.json: the stack is missing, got no Lightbox-dev-FileStorage, want Lightbox-dev-FileStorage with BucketName, BucketRegion`,
			},
		},
		{
			"without a key", "dev", with(t, dev, `"UserPoolId": "us-east-1_GNPNPr37m",`, ""),
			[]string{`outputs.json: Lightbox-dev-Auth.UserPoolId: the key is missing, got "PublishOutputFnGetAttUserPool6BA7E5F2ProviderNameB0B589B7", "PublishOutputRefUserPool6BA7E5F24B752AC8", "PublishOutputRefWebClient697086FDFBE629F8", "UserPoolClientId", want every output of the stack`},
		},
		{
			"with a key misspelt", "dev", with(t, dev, `"DistributionId"`, `"DistributionID"`),
			[]string{`outputs.json: Lightbox-dev-CDN.DistributionId: the key is missing, got "DistributionDomainName", "DistributionID", want every output of the stack`},
		},
		{
			"with a stack that is no object", "dev", outputs.File{Name: "outputs.json", Data: []byte(`{"Lightbox-dev-Auth": null}`)},
			[]string{`outputs.json: Lightbox-dev-Auth: got null, want an object of the stack's outputs`},
		},
		{
			"with a value that is no string", "dev", with(t, dev, `"BucketRegion": "us-east-1"`, `"BucketRegion": 1`),
			[]string{`outputs.json: Lightbox-dev-FileStorage.BucketRegion: got a number, want a string`},
		},
		{
			"that were never resolved", "dev", with(t, dev,
				`"us-east-1_GNPNPr37m"`, `""`,
				`"us-east-1:95e6ce4d-bf5f-470e-8871-a21862d61a3d"`, `"undefined"`,
				`"lightbox-dev-filestorage-files8e6940b8-rbkv2cwfzsyz"`, `"${Token[TOKEN.123]}"`,
				`"E1E0INU77AYP8O"`, `"{{resolve:ssm:/lightbox/distribution}}"`),
			[]string{
				`outputs.json: Lightbox-dev-Auth.UserPoolId: got "", which was never resolved, want the value of a deployed stack`,
				`outputs.json: Lightbox-dev-Identity.IdentityPoolId: got "undefined", which was never resolved, want the value of a deployed stack`,
				`outputs.json: Lightbox-dev-FileStorage.BucketName: got "${Token[TOKEN.123]}", which was never resolved, want the value of a deployed stack`,
				`outputs.json: Lightbox-dev-CDN.DistributionId: got "{{resolve:ssm:/lightbox/distribution}}", which was never resolved, want the value of a deployed stack`,
			},
		},
		{
			"of the wrong forms, all at once", "dev", with(t, dev,
				`"us-east-1_GNPNPr37m"`, `"a1B2c3D4e"`,
				`"ytetfoh8qvlsyjyirsfpdz0b4r"`, `"arn:aws:cognito-idp:us-east-1:123456789012:userpool"`,
				`"us-east-1:95e6ce4d-bf5f-470e-8871-a21862d61a3d"`, `"us-east-1:12345"`,
				`"lightbox-dev-filestorage-files8e6940b8-rbkv2cwfzsyz"`, `"files.example.com"`,
				`"d1e0inu77ayp8o.cloudfront.net"`, `"https://d1e0inu77ayp8o.cloudfront.net"`,
				`"E1E0INU77AYP8O"`, `"d111111abcdef8"`,
				`"https://ay5`, `"http://ay5`,
				`"ay5uy821i2dl62hk1evyogdhtg"`, `"K2/apis"`),
			[]string{
				`outputs.json: Lightbox-dev-Auth.UserPoolId: got "a1B2c3D4e", want "us-east-1_" and then letters and digits`,
				`outputs.json: Lightbox-dev-Auth.UserPoolClientId: got "arn:aws:cognito-idp:us-east-1:123456789012:userpool", want the id of an app client: 1 to 128 letters and digits`,
				`outputs.json: Lightbox-dev-Identity.IdentityPoolId: got "us-east-1:12345", want "us-east-1:" and then a UUID`,
				`outputs.json: Lightbox-dev-FileStorage.BucketName: got "files.example.com", want the name of a bucket: 3 to 63 of a-z, 0-9 and "-"`,
				`outputs.json: Lightbox-dev-CDN.DistributionDomainName: got "https://d1e0inu77ayp8o.cloudfront.net", want the host of a distribution, as in "d111111abcdef8.cloudfront.net"`,
				`outputs.json: Lightbox-dev-CDN.DistributionId: got "d111111abcdef8", want the id of a distribution, as in "E2EXAMPLE51"`,
				`outputs.json: Lightbox-dev-API.GraphQLAPIURL: got "http://ay5uy821i2dl62hk1evyogdhtg.appsync-api.us-east-1.amazonaws.com/graphql", want "https://ID.appsync-api.us-east-1.amazonaws.com/graphql"`,
				`outputs.json: Lightbox-dev-API.GraphQLAPIID: got "K2/apis", want the id of an AppSync API: letters a-z and digits`,
			},
		},
		{
			"with an address without its scheme", "dev", with(t, dev, `"https://ay5`, `"ay5`),
			[]string{`outputs.json: Lightbox-dev-API.GraphQLAPIURL: got "ay5uy821i2dl62hk1evyogdhtg.appsync-api.us-east-1.amazonaws.com/graphql", want "https://ID.appsync-api.us-east-1.amazonaws.com/graphql"`},
		},
		{
			"of regions that disagree", "dev", with(t, dev,
				`"us-east-1_GNPNPr37m"`, `"eu-west-1_a1B2c3D4e"`,
				`"BucketRegion": "us-east-1"`, `"BucketRegion": "eu-west-1"`,
				`appsync-api.us-east-1`, `appsync-api.eu-west-1`,
				`"GraphQLAPIRegion": "us-east-1"`, `"GraphQLAPIRegion": "eu-west-1"`),
			[]string{
				`outputs.json: Lightbox-dev-Auth.UserPoolId: got "eu-west-1_a1B2c3D4e", want "us-east-1_" and then letters and digits`,
				`outputs.json: Lightbox-dev-FileStorage.BucketRegion: got "eu-west-1", want "us-east-1", the region of dev`,
				`outputs.json: Lightbox-dev-API.GraphQLAPIURL: got "https://ay5uy821i2dl62hk1evyogdhtg.appsync-api.eu-west-1.amazonaws.com/graphql", want "https://ID.appsync-api.us-east-1.amazonaws.com/graphql"`,
				`outputs.json: Lightbox-dev-API.GraphQLAPIRegion: got "eu-west-1", want "us-east-1", the region of dev`,
			},
		},
		{
			"without the sign-in domain that the settings ask for", "social", with(t, deployment(t, "social"), `"UserPoolDomain"`, `"Domain"`),
			[]string{`outputs.json: Lightbox-social-Auth.UserPoolDomain: the key is missing, got "Domain", "UserPoolClientId", "UserPoolId", want every output of the stack`},
		},
		{
			"with the prefix alone for the sign-in domain", "social", with(t, deployment(t, "social"), `"lightbox-example.auth.eu-central-1.amazoncognito.com"`, `"lightbox-example"`),
			[]string{`outputs.json: Lightbox-social-Auth.UserPoolDomain: got "lightbox-example", want "lightbox-example.auth.eu-central-1.amazoncognito.com"`},
		},
		{
			"with a sign-in domain that the settings do not ask for", "dev", with(t, dev, `"UserPoolId"`, `"UserPoolDomain": "x.auth.us-east-1.amazoncognito.com", "UserPoolId"`),
			[]string{`outputs.json: Lightbox-dev-Auth.UserPoolDomain: got an output that the settings of dev do not ask for, want none: deploy the stack again`},
		},
		{
			"with a line break in a value, in one line", "dev", with(t, dev, `"us-east-1_GNPNPr37m"`, `"us-east-1_a\nb"`),
			[]string{`outputs.json: Lightbox-dev-Auth.UserPoolId: got "us-east-1_a\nb", want "us-east-1_" and then letters and digits`},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := outputs.Amplify(settings(t, c.env), c.from, outputs.File{})
			if diff := cmp.Diff(c.want, lines(err)); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
			if got.JSON != nil {
				t.Error("got a result as well")
			}
		})
	}
}

// A name that begins like another, and what other stacks hold, is none of our business.
func TestAmplify_picksStacksByExactName(t *testing.T) {
	for _, c := range []struct {
		name string
		env  string
		from outputs.File
	}{
		{"beside an environment of a longer name", "dev", deployment(t, "dev")},
		{"beside stacks whose outputs are of any shape", "dev", with(t, deployment(t, "dev"), `"Billing": {`, `"Empty": null, "List": [1], "Billing": {`)},
		{"before others in the file", "prod", deployment(t, "prod")},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := outputs.Amplify(settings(t, c.env), c.from, outputs.File{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(written(t, c.env).Data), string(got.JSON)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// The control of the tests of forms: values at the edges of what AWS gives out are taken.
func TestAmplify_takesValuesAtTheEdgeOfTheirForm(t *testing.T) {
	dev := deployment(t, "dev")
	for _, c := range []struct{ name, from, to string }{
		{"a user pool id of one character", `"us-east-1_GNPNPr37m"`, `"us-east-1_a"`},
		{"an app client id of one character", `"ytetfoh8qvlsyjyirsfpdz0b4r"`, `"1"`},
		{"a bucket name of three characters", `"lightbox-dev-filestorage-files8e6940b8-rbkv2cwfzsyz"`, `"b-1"`},
		{"a bucket name of 63 characters", `"lightbox-dev-filestorage-files8e6940b8-rbkv2cwfzsyz"`, `"a23456789012345678901234567890123456789012345678901234567890123"`},
		{"a short API id", `"https://ay5uy821i2dl62hk1evyogdhtg.`, `"https://a1.`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := outputs.Amplify(settings(t, "dev"), with(t, dev, c.from, c.to), outputs.File{}); err != nil {
				t.Error(err)
			}
		})
	}
}
