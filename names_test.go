package main

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/cdktest"
	"lightbox.example/lightbox/sandbox/cloudformation/schema"
)

// ours are the properties by which Lightbox names its resources. CloudFormation makes all other names: one that it makes is
// unique, and the resource can be replaced. One more fails the test: somebody has to look how far it reaches.
var ours = map[string]bool{
	"AWS::AppSync::DataSource.Name":                                           true,
	"AWS::AppSync::FunctionConfiguration.Name":                                true,
	"AWS::AppSync::GraphQLApi.Name":                                           true,
	"AWS::Budgets::Budget.Budget.BudgetName":                                  true,
	"AWS::CloudFront::Function.Name":                                          true,
	"AWS::CloudWatch::Alarm.AlarmName":                                        true,
	"AWS::CloudWatch::Dashboard.DashboardName":                                true,
	"AWS::CloudFront::OriginAccessControl.OriginAccessControlConfig.Name":     true,
	"AWS::CloudFront::ResponseHeadersPolicy.ResponseHeadersPolicyConfig.Name": true,
	"AWS::Cognito::IdentityPool.IdentityPoolName":                             true,
	"AWS::Cognito::UserPool.UserPoolName":                                     true,
	"AWS::Cognito::UserPoolDomain.Domain":                                     true, // a setting
	"AWS::Cognito::UserPoolGroup.GroupName":                                   true,
	"AWS::Cognito::UserPoolIdentityProvider.ProviderName":                     true,
	"AWS::IAM::Policy.PolicyName":                                             true,
	"AWS::Logs::LogGroup.LogGroupName":                                        true,
	"AWS::Logs::QueryDefinition.Name":                                         true,
	"AWS::SNS::Topic.DisplayName":                                             true,
}

// scopes are how far the names of a type reach, by AWS's pages.
func scopes(kind string) (map[string]schema.Scope, bool) {
	if kind == "Custom::S3AutoDeleteObjects" {
		return map[string]schema.Scope{"BucketName": schema.Reference}, true
	}
	return schema.Names(kind)
}

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
	maps.DeleteFunc(found, func(path string, _ any) bool { return !schema.IsNameLike(path) })
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
func physicalNames(t *testing.T, templates cdktest.Templates) map[schema.Scope][]string {
	t.Helper()
	found := map[schema.Scope][]string{}
	for id, template := range templates {
		for _, r := range template.Resources {
			known, ok := scopes(r.Type)
			if !ok {
				t.Errorf("%s/%s: %s is not among the types whose names are known: how far do they reach?", id, r.LogicalID, r.Type)
			}
			for path, value := range named(r) {
				of, ok := known[path]
				switch text, isText := value.(string); {
				case !ok:
					t.Errorf("%s/%s: %s.%s is not known: how far does this name reach?", id, r.LogicalID, r.Type, path)
				case of != schema.Reference && !ours[r.Type+"."+path]:
					t.Errorf("%s/%s: got the name %v, want one that CloudFormation makes: it is unique, and can be replaced", id, r.LogicalID, value)
				case of == schema.Account && !isText:
					t.Errorf("%s/%s: got the name %v, want a text", id, r.LogicalID, value)
				case isText:
					found[of] = append(found[of], r.Type+" "+text)
				}
			}
		}
		found[schema.Region] = append(found[schema.Region], "stack "+template.StackName)
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
				"site":   map[string]any{},
				"alarms": map[string]any{"email": "ops@example.com"}, "budget": map[string]any{"monthly": 50},
				"cdn": map[string]any{
					"domain": "images.example.com", "certificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/0f0e0d0c-0b0a-4908-8706-050403020100",
				},
			})
			settings["app"] = of.app
			found[of] = cdktest.Synth(t, settings, define)
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
		if len(found[schema.Account]) != 7 {
			t.Errorf("%v: got %v, want the names of two origin access controls, two response headers policies, a function, a dashboard and a budget", of, found[schema.Account])
		}
		for _, name := range slices.Concat(found[schema.Account], found[schema.Region], found[schema.Label]) {
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
		for _, template := range cdktest.Synth(t, changedContext(t, env, changedSettings["social"].settings), define) {
			for _, r := range template.Resources {
				known, _ := scopes(r.Type)
				for path := range named(r) {
					if strings.HasPrefix(r.DeletionPolicy, "Retain") && known[path] == schema.Parent {
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
		for path := range named(r) {
			if ours[kind+"."+path] {
				t.Errorf("%s.%s: got a name of ours, want it noticed", kind, path)
			}
		}
		if len(named(r)) != 1 {
			t.Errorf("%s: got the names %v of %v, want one", kind, named(r), properties)
		}
	}
}
