package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/cdktest"
	"lightbox.example/lightbox/sandbox/cloudformation/schema"
)

// stateful pairs the logical id of each resource that is costly to lose with a digest of
// its immutable properties. A changed digest means that CloudFormation would replace the
// resource under the same id, but for a user pool, whose update it fails. The templates of
// the stacks that refer to a replaced one would stay the same text, the CDK CLI would skip
// them, and they would go on using the old one. Either way give the construct a new id as
// well. A changed id alone means that data is left behind.
//
// It has each resource that is kept when its stack goes, and the distribution, whose host
// is in front ends and which cannot be kept closed.
var stateful = map[string]string{
	"API/GraphQL9562F4A3":                                "122c5b1caecf",
	"API/Log95422804":                                    "3cb01f07f8f8",
	"API/LogRole158F280D":                                "73225579f463",
	"API/PhotosB9552D0D":                                 "f90c338adb3b",
	"API/PicturesLog445B9B3A":                            "3ce81388eb9b",
	"API/Products229621C6":                               "dfb49a080b88",
	"API/RemoverLog9170B2EF":                             "3ce81388eb9b",
	"Auth/UserPool6BA7E5F2":                              "8bdee57854a7",
	"Auth/WebClient697086FD":                             "83c0ff4dd2bf",
	"CDN/Distribution830FAC52":                           "44136fa355b3",
	"FileStorage/AccessLogs8B620ECA":                     "48eac028aecf",
	"FileStorage/Failures8A3E1A2F":                       "48eac028aecf",
	"FileStorage/Files8E6940B8":                          "48eac028aecf",
	"Identity/AdminRole38563C57":                         "73225579f463",
	"Identity/Admins8B360DEA":                            "49b5ef7f38c5",
	"Identity/IdentityPoolAuthenticatedRole42131CF5":     "73225579f463",
	"Identity/IdentityPoolDefaultRoleAttachmentD81AFC39": "3dc8fc8a62f7",
	"Identity/IdentityPoolEC8A1A0D":                      "44136fa355b3",
	"Identity/IdentityPoolUnauthenticatedRole68AEFF8B":   "73225579f463",
	"Identity/PrincipalTag":                              "0c2dc6e7655d",
}

// digests are those of an environment's stateful resources: which they are, prod says.
func digests(t *testing.T, env string) map[string]string {
	t.Helper()
	got := map[string]string{}
	for id, template := range synth(t, "prod") {
		for logicalID, resource := range template.Resources {
			if !strings.HasPrefix(resource.DeletionPolicy, "Retain") && resource.Type != "AWS::CloudFront::Distribution" {
				continue
			}
			if id == "Auth" && resource.Type == "AWS::Logs::LogGroup" {
				continue // of a function that the user pool calls: what it has written is no one's data
			}
			if _, known := schema.Current().Types[resource.Type]; !known {
				t.Errorf("%s is not in the table of resource types, want it there: `make types` writes it", resource.Type)
			}
			of, ok := synth(t, env)[id].Resources[logicalID]
			if !ok {
				t.Errorf("%s has no %s/%s, want what prod has", env, id, logicalID)
			}
			values := map[string]any{}
			for _, property := range schema.Immutable(resource.Type) {
				values[property] = of.Get(property)
			}
			text, err := json.Marshal(values)
			if err != nil {
				t.Fatal(err)
			}
			// References between stacks have the environment in them, and mean the same.
			anywhere := strings.ReplaceAll(string(text), `"Lightbox-`+env+`-`, `"Lightbox-ENV-`)
			got[id+"/"+logicalID] = fmt.Sprintf("%x", sha256.Sum256([]byte(anywhere)))[:12]
		}
	}
	return got
}

func TestStateful_idsChangeWithImmutableProperties(t *testing.T) {
	for _, env := range environments(t) {
		if diff := gocmp.Diff(stateful, digests(t, env)); diff != "" {
			t.Errorf("%s: stateful resources differ (-known +now): has each changed digest a new id?\n%s", env, diff)
		}
	}
}

// What CloudFormation can't change is known of every type that there is, and as its schemas have it.
func TestStateful_immutablePropertiesAreThoseOfTheSchemas(t *testing.T) {
	types := schema.Current().Types
	eachTemplate(t, func(t *testing.T, _ string, template *cdktest.Template) {
		for _, resource := range template.Resources {
			if _, ok := types[resource.Type]; !ok && !strings.HasPrefix(resource.Type, "Custom::") {
				t.Errorf("%s is not in the table of resource types, want it there: `make types` writes it", resource.Type)
			}
		}
	})
	for kind, wanted := range map[string]string{
		"AWS::Cognito::UserPoolGroup": "UserPoolId", "AWS::Cognito::IdentityPoolPrincipalTag": "IdentityProviderName",
		"AWS::Cognito::UserPoolClient": "GenerateSecret", "AWS::DynamoDB::GlobalTable": "KeySchema", "AWS::S3::Bucket": "BucketName",
	} {
		if got := schema.Immutable(kind); !slices.Contains(got, wanted) {
			t.Errorf("%s: got %v, want %s among them", kind, got, wanted)
		}
	}
	if len(types) < 20 {
		t.Errorf("got %d types, want those of five stacks", len(types))
	}
}
