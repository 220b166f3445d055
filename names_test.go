package main

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/cdktest"
)

// A scope says within what a name must be unique.
type scope string

const (
	inAccount scope = "account" // in all its regions
	inRegion  scope = "region"  // of the account, or a name that people tell things apart by
	inParent  scope = "parent"  // in the resource that it belongs to
	generated scope = "none"    // CloudFormation makes the name
	ofOthers  scope = "other"   // the property names something else
)

// names are all types of resources that there are, with their properties that are called a name. A type that is not here,
// and a property, fail the test: somebody has to look up how far its names reach.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/APIReference/API_CreateOriginAccessControl.html and
// https://docs.aws.amazon.com/AmazonCloudFront/latest/APIReference/API_CreateResponseHeadersPolicy.html, which both refuse
// a second one of the same name; https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: names of roles
// and of managed policies are unique in an account, so they are left to CloudFormation.
var names = map[string]map[string]scope{
	"AWS::AppSync::DataSource":                 {"Name": inParent, "DynamoDBConfig.TableName": ofOthers},
	"AWS::AppSync::FunctionConfiguration":      {"Name": inParent, "DataSourceName": ofOthers, "Runtime.Name": ofOthers},
	"AWS::AppSync::GraphQLApi":                 {"Name": inRegion},
	"AWS::AppSync::GraphQLSchema":              {},
	"AWS::AppSync::Resolver":                   {"TypeName": ofOthers, "FieldName": ofOthers, "DataSourceName": ofOthers, "Runtime.Name": ofOthers},
	"AWS::CloudFront::Distribution":            {},
	"AWS::CloudFront::OriginAccessControl":     {"OriginAccessControlConfig.Name": inAccount},
	"AWS::CloudFront::ResponseHeadersPolicy":   {"ResponseHeadersPolicyConfig.Name": inAccount},
	"AWS::Cognito::IdentityPool":               {"IdentityPoolName": inRegion},
	"AWS::Cognito::IdentityPoolPrincipalTag":   {"IdentityProviderName": ofOthers},
	"AWS::Cognito::IdentityPoolRoleAttachment": {},
	"AWS::Cognito::UserPool":                   {"UserPoolName": inRegion},
	"AWS::Cognito::UserPoolClient":             {},
	"AWS::Cognito::UserPoolDomain":             {"Domain": ofOthers}, // a setting, unique in a region of all accounts
	"AWS::Cognito::UserPoolGroup":              {"GroupName": inParent},
	"AWS::Cognito::UserPoolIdentityProvider":   {"ProviderName": inParent},
	"AWS::DynamoDB::GlobalTable":               {"TableName": generated},
	"AWS::IAM::ManagedPolicy":                  {"ManagedPolicyName": generated},
	"AWS::IAM::Policy":                         {"PolicyName": inParent}, // of the role that it is inline in
	"AWS::IAM::Role":                           {"RoleName": generated},
	"AWS::Lambda::Function":                    {"FunctionName": generated},
	"AWS::Logs::LogGroup":                      {"LogGroupName": inRegion},
	"AWS::S3::Bucket":                          {"BucketName": generated, "BucketNamePrefix": generated, "LoggingConfiguration.DestinationBucketName": ofOthers},
	"AWS::S3::BucketPolicy":                    {},
	"Custom::S3AutoDeleteObjects":              {"BucketName": ofOthers},
}

var nameLike = regexp.MustCompile(`(^|\.)([A-Za-z]*Name(Prefix)?|Domain|Alias)$`)

// named are the properties of a resource that look like names, on the first two levels, by their path.
func named(r cdktest.Resource) map[string]any {
	found := map[string]any{}
	for key, value := range r.Properties {
		found[key] = value
		if object, ok := value.(map[string]any); ok && !isFunction(object) {
			for inner, value := range object {
				found[key+"."+inner] = value
			}
		}
	}
	maps.DeleteFunc(found, func(path string, _ any) bool { return !nameLike.MatchString(path) })
	return found
}

func isFunction(object map[string]any) bool {
	for key := range object {
		if key == "Ref" || strings.HasPrefix(key, "Fn::") {
			return true
		}
	}
	return false
}

// physicalNames are the names that a deployment takes in its account, and in its region, by type.
func physicalNames(t *testing.T, templates cdktest.Templates) map[scope][]string {
	t.Helper()
	found := map[scope][]string{}
	for id, template := range templates {
		for _, r := range template.Resources {
			known, ok := names[r.Type]
			if !ok {
				t.Errorf("%s/%s: %s is not among the types whose names are known: how far do they reach?", id, r.LogicalID, r.Type)
			}
			for path, value := range named(r) {
				of, ok := known[path]
				switch text, isText := value.(string); {
				case !ok:
					t.Errorf("%s/%s: %s.%s is not known: how far does this name reach?", id, r.LogicalID, r.Type, path)
				case of == generated:
					t.Errorf("%s/%s: got the name %v, want one that CloudFormation makes: it is unique, and can be replaced", id, r.LogicalID, value)
				case (of == inAccount || of == inRegion) && isText:
					found[of] = append(found[of], r.Type+" "+text)
				case of == inAccount:
					t.Errorf("%s/%s: got the name %v, want a text", id, r.LogicalID, value)
				}
			}
		}
		found[inRegion] = append(found[inRegion], "stack "+template.StackName)
	}
	return found
}

// A deployment is of an application in an environment in a region.
type deployment struct{ app, env, region string }

// variants are the environments of cdk.json, each in two regions and with all that settings add, and another application.
func variants(t *testing.T) map[deployment]cdktest.Templates {
	t.Helper()
	found := map[deployment]cdktest.Templates{}
	for _, env := range environments(t) {
		for _, of := range []deployment{{"lightbox", env, "us-east-1"}, {"lightbox", env, "eu-west-1"}, {"shop", env, "us-east-1"}} {
			settings := changedContext(t, env, map[string]any{
				"region": of.region, "webOrigins": []any{"https://a.example"},
				"social": map[string]any{"provider": "Google", "clientId": "id", "clientSecretName": "name", "domainPrefix": "shop"},
				"cdn": map[string]any{
					"domain": "images.example.com", "certificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/0f0e0d0c-0b0a-4908-8706-050403020100",
				},
			})
			settings["app"] = of.app
			found[of] = cdktest.Synth(t, settings, build)
		}
	}
	return found
}

// changedContext is the context of an environment of cdk.json with other settings, which replace those of the same key.
func changedContext(t *testing.T, env string, settings map[string]any) map[string]any {
	t.Helper()
	all := cdktest.Context(t, nil)["environments"].(map[string]any)
	maps.Copy(all[env].(map[string]any), settings)
	return cdktest.Context(t, map[string]any{"env": env, "environments": all})
}

func TestNames_areOfOneApplicationEnvironmentAndRegion(t *testing.T) {
	owners := map[string]deployment{}
	for of, templates := range variants(t) {
		found := physicalNames(t, templates)
		if len(found[inAccount]) != 2 {
			t.Errorf("%v: got %v, want the names of the origin access control and of the response headers policy", of, found[inAccount])
		}
		for _, name := range slices.Concat(found[inAccount], found[inRegion]) {
			kind, text, _ := strings.Cut(name, " ")
			taken := name
			if kind == "stack" {
				taken += " in " + of.region // a stack is of its region by its ARN
			}
			for _, part := range []string{of.app, of.env, of.region} {
				if !strings.Contains(strings.ToLower(taken), part) {
					t.Errorf("%v: got the name %q of %s, want %q in it", of, text, kind, part)
				}
			}
			if owner, twice := owners[taken]; twice {
				t.Errorf("%v: %s is the name of one in %v too", of, name, owner)
			}
			owners[taken] = of
		}
	}
}

// What is kept under a name that its parent has once is in the way of the next one of that name, as when a setting goes and
// comes back. The README says how to remove each.
func TestNames_ofWhatIsKeptAreInTheREADME(t *testing.T) {
	removals := map[string]string{
		"AWS::Cognito::UserPoolGroup":            "delete the group `Admins` before",
		"AWS::Cognito::UserPoolIdentityProvider": "`aws cognito-idp delete-identity-provider --user-pool-id ID",
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	kept := func(env string) []string {
		types := map[string]bool{}
		for _, template := range cdktest.Synth(t, changedContext(t, env, changedSettings["social"].settings), build) {
			for _, r := range template.Resources {
				for path := range named(r) {
					if strings.HasPrefix(r.DeletionPolicy, "Retain") && names[r.Type][path] == inParent {
						types[r.Type] = true
					}
				}
			}
		}
		return slices.Sorted(maps.Keys(types))
	}
	if got, want := kept("prod"), slices.Sorted(maps.Keys(removals)); !slices.Equal(got, want) {
		t.Errorf("got %v kept under names of ours, want %v: what removes the others?", got, want)
	}
	for kind, words := range removals {
		if !strings.Contains(string(readme), words) {
			t.Errorf("%s: the README does not say %q", kind, words)
		}
	}
	if got := kept("dev"); len(got) > 0 {
		t.Errorf("the control, which keeps nothing: got %v", got)
	}
}

// A named resource of another type fails, and so does a name where none was: the control of the above.
func TestNames_ofAnotherTypeAreNoticed(t *testing.T) {
	for kind, properties := range map[string]map[string]any{
		"AWS::CloudFront::CachePolicy": {"CachePolicyConfig": map[string]any{"Name": "pictures"}},
		"AWS::IAM::Role":               {"RoleName": "admin"},
		"AWS::Cognito::UserPoolClient": {"ClientName": "web"},
	} {
		r := cdktest.Resource{Type: kind, Properties: properties}
		known, ok := names[kind]
		for path := range named(r) {
			if of, nameKnown := known[path]; ok && nameKnown && of != generated {
				t.Errorf("%s.%s: got %s, want it noticed", kind, path, of)
			}
		}
		if len(named(r)) != 1 {
			t.Errorf("%s: got the names %v of %v, want one", kind, named(r), properties)
		}
	}
}
