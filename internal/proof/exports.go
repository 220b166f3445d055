package proof

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/proof/system"
)

// exports are what the outputs of the stacks have to say, of those that `lightbox outputs` reads: a
// front end signs in and uploads wherever they say.
func (s judge) exports() map[string]any {
	ref := func(at system.At) any { return map[string]any{"Ref": at.LogicalID} }
	att := func(at system.At, name string) any {
		return map[string]any{"Fn::GetAtt": []any{at.LogicalID, name}}
	}
	return map[string]any{
		"UserPoolId": ref(s.Users.At), "UserPoolClientId": ref(s.Client.At), "IdentityPoolId": ref(s.Pool.At),
		"BucketName": ref(s.Bucket.At), "BucketRegion": s.Region,
		"DistributionDomainName": att(s.CDN.At, "DomainName"), "DistributionId": ref(s.CDN.At),
		"GraphQLAPIURL": att(s.API.At, "GraphQLUrl"), "GraphQLAPIID": att(s.API.At, "ApiId"), "GraphQLAPIRegion": s.Region,
	}
}

// outputs holds the outputs of a stack to what they have to say. Any other output is an id or an
// attribute of a resource of the stack, as other stacks read it.
func (c *lifeCheck) outputs(place system.At, template map[string]any) {
	if !c.system.has(place.Stack) {
		return // a team's own
	}
	wanted := c.system.exports()
	outputs, _ := template["Outputs"].(map[string]any)
	for _, key := range slices.Sorted(maps.Keys(outputs)) {
		output, _ := outputs[key].(map[string]any)
		value := output["Value"]
		want, known := wanted[key]
		switch {
		case output["Export"] != nil:
			c.opens(place, "Outputs.%s: got an export for the whole account, want none: stacks read each other's outputs by name", key)
		case known && !reflect.DeepEqual(value, want):
			c.opens(place, "Outputs.%s: got %v, want %v: clients go where it says", key, show(value), show(want))
		case key == "UserPoolDomain" && c.isSignIn(value):
		case !known && !refers(value):
			c.opens(place, "Outputs.%s: got %v, and nobody has looked at what reads it: want an id or an attribute of a resource", key, show(value))
		}
	}
	for _, at := range []struct {
		of  system.At
		key string
	}{
		{c.system.Users.At, "UserPoolId"}, {c.system.Client.At, "UserPoolClientId"}, {c.system.Pool.At, "IdentityPoolId"}, {c.system.Bucket.At, "BucketName"},
		{c.system.Bucket.At, "BucketRegion"}, {c.system.CDN.At, "DistributionDomainName"}, {c.system.API.At, "GraphQLAPIURL"}, {c.system.API.At, "GraphQLAPIRegion"},
	} {
		if at.of.Stack == place.Stack && outputs[at.key] == nil {
			c.closes(place, "Outputs.%s: got nothing, want %v: clients read it", at.key, show(wanted[at.key]))
		}
	}
}

// isSignIn tells the host of the pages to sign in at: that of the user pool's domain.
func (c *lifeCheck) isSignIn(value any) bool {
	for _, domain := range c.system.ofType("AWS::Cognito::UserPoolDomain") {
		if value == fmt.Sprintf("%v.auth.%s.amazoncognito.com", domain.Properties["Domain"], c.system.Region) {
			return true
		}
		join := map[string]any{"Fn::Join": []any{"", []any{map[string]any{"Ref": domain.LogicalID}, ".auth." + c.system.Region + ".amazoncognito.com"}}}
		if reflect.DeepEqual(value, join) {
			return true
		}
	}
	return false
}

// refers tells an id or an attribute of a resource.
func refers(value any) bool {
	function, _ := value.(map[string]any)
	if len(function) != 1 {
		return false
	}
	id, isRef := function["Ref"].(string)
	return isRef && !strings.HasPrefix(id, "AWS::") || function["Fn::GetAtt"] != nil
}

// filledIn is the one property that a secret is read into when the stack is deployed.
const filledIn = "ProviderDetails.client_secret"

// dynamic names what would be filled in from outside of the templates.
func (c *lifeCheck) dynamic(of system.Resource, path string, value any) {
	switch value := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			c.dynamic(of, strings.TrimPrefix(path+"."+key, "."), value[key])
		}
	case []any:
		for _, item := range value {
			c.dynamic(of, path, item)
		}
	case string:
		if strings.Contains(value, "{{resolve:") && path != filledIn {
			c.opens(of.At, "%s: got %s, which a deployment fills in from outside of the templates", path, value)
		}
	}
}
