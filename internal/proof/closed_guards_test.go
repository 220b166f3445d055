package proof

import (
	"fmt"
	"testing"

	"lightbox.example/lightbox/internal/proof/prooftest"
	"lightbox.example/lightbox/internal/proof/system"
)

// guarding is prod with a web ACL before the API or the user pool of a stack, a number of times.
func guarding(stack, acl string, times int) func(testing.TB) string {
	path := map[string]string{"API": "API/GraphQL/Resource", "Auth": "Auth/UserPool/Resource"}[stack]
	return func(t testing.TB) string {
		return prooftest.Altered(t, stack, func(template map[string]any) {
			resources := template["Resources"].(map[string]any)
			for i := range times {
				name := fmt.Sprint("WebACL", i)
				resources[name] = map[string]any{
					"Type":       "AWS::WAFv2::WebACLAssociation",
					"Properties": map[string]any{"WebACLArn": acl, "ResourceArn": arnOfIn(t, resources, path)},
					"Metadata":   map[string]any{"aws:cdk:path": stack + "/" + name},
				}
			}
		})
	}
}

// arnOfIn is the ARN of a resource at a construct path, as CloudFormation says it.
func arnOfIn(t testing.TB, resources map[string]any, path string) any {
	t.Helper()
	for id, resource := range resources {
		if system.Lookup(resource, "Metadata.aws:cdk:path") == path {
			return map[string]any{"Fn::GetAtt": []any{id, "Arn"}}
		}
	}
	t.Fatalf("no resource at %s", path)
	return nil
}

// A web ACL stands before the API and the user pool, is of their region, and is one.
func TestProve_holdsWebACLs(t *testing.T) {
	const acl, kind = "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/guard/0f0e", "AWS::WAFv2::WebACLAssociation"
	for name, test := range map[string]struct {
		dir  func(testing.TB) string
		want string
	}{
		"control: before the API":  {guarding("API", acl, 1), ""},
		"control: before the pool": {guarding("Auth", acl, 1), ""},
		"twice before the API":     {guarding("API", acl, 2), "want one web ACL before it"},
		"of the CDN's scope":       {guarding("API", "arn:aws:wafv2:us-east-1:111122223333:global/webacl/guard/0f0e", 1), "want a web ACL of scope REGIONAL in us-east-1"},
		"of another region":        {guarding("Auth", "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/guard/0f0e", 1), "want a web ACL of scope REGIONAL in us-east-1"},
		"before another's API":     {more(kind, map[string]any{"WebACLArn": acl, "ResourceArn": "arn:aws:appsync:us-east-1:111122223333:apis/other"}), "ResourceArn: got arn:aws:appsync:us-east-1:111122223333:apis/other, want arn:aws:appsync:"},
		"with rules":               {more(kind, map[string]any{"WebACLArn": acl, "ResourceArn": "arn:aws:appsync:us-east-1:111122223333:apis/other", "Rules": "x"}), unread},
	} {
		t.Run(name, func(t *testing.T) { expect(t, violationsOf(test.dir(t)), test.want) })
	}
}
