package proof

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/proof/system"
)

// An export is an output that `lightbox outputs` reads: a front end signs in and uploads wherever it says.
type export struct {
	of   system.At // the resource that it is about, whose stack has it
	key  string
	want any // as the template has it
}

// exports are what the outputs of the stacks have to say.
func (s judge) exports() []export {
	ref := func(key string, of system.At) export { return export{of, key, map[string]any{"Ref": of.LogicalID}} }
	att := func(key string, of system.At, name string) export {
		return export{of, key, map[string]any{"Fn::GetAtt": []any{of.LogicalID, name}}}
	}
	all := []export{
		ref("UserPoolId", s.Users.At), ref("UserPoolClientId", s.Client.At), ref("IdentityPoolId", s.Pool.At),
		ref("BucketName", s.Bucket.At), {s.Bucket.At, "BucketRegion", s.Region},
		att("DistributionDomainName", s.CDN.At, "DomainName"), ref("DistributionId", s.CDN.At),
		att("GraphQLAPIURL", s.API.At, "GraphQLUrl"), att("GraphQLAPIID", s.API.At, "ApiId"), {s.API.At, "GraphQLAPIRegion", s.Region},
	}
	if site := s.Site; site != nil {
		all = append(all, ref("SiteBucketName", site.Bucket.At), att("SiteDomainName", site.At, "DomainName"), ref("SiteDistributionId", site.At))
	}
	return all
}

// outputs holds the outputs of a stack to what they have to say. Any other output is an id or an
// attribute of a resource of the stack, as other stacks read it.
func (c *lifeCheck) outputs(place system.At, template map[string]any) {
	if !c.system.has(place.Stack) {
		return // a team's own
	}
	outputs, _ := template["Outputs"].(map[string]any)
	known := map[string]bool{"UserPoolDomain": true}
	for _, wanted := range c.system.exports() {
		known[wanted.key] = true
		got := outputs[wanted.key]
		switch {
		case got == nil && wanted.of.Stack == place.Stack:
			c.closes(place, "Outputs.%s: got nothing, want %v: clients read it", wanted.key, show(wanted.want))
		case got != nil && !reflect.DeepEqual(system.Lookup(got, "Value"), wanted.want):
			c.opens(place, "Outputs.%s: got %v, want %v: clients go where it says", wanted.key, show(system.Lookup(got, "Value")), show(wanted.want))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(outputs)) {
		value := system.Lookup(outputs[key], "Value")
		switch {
		case system.Lookup(outputs[key], "Export") != nil:
			c.opens(place, "Outputs.%s: got an export for the whole account, want none: stacks read each other's outputs by name", key)
		case key == "UserPoolDomain" && !c.isSignIn(value), !known[key] && !refers(value):
			c.opens(place, "Outputs.%s: got %v, and nobody has looked at what reads it: want an id or an attribute of a resource", key, show(value))
		}
	}
}

// isSignIn tells the host of the pages to sign in at: that of the user pool's domain.
func (c *lifeCheck) isSignIn(value any) bool {
	for _, domain := range ofType(c.system.System, "AWS::Cognito::UserPoolDomain") {
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
func (c *lifeCheck) dynamic(of system.Resource, properties any) {
	walk("", properties, func(path string, value any) {
		if text, _ := value.(string); strings.Contains(text, "{{resolve:") && path != filledIn {
			c.opens(of.At, "%s: got %s, which a deployment fills in from outside of the templates", path, text)
		}
	})
}

// walk visits a value and all that is in it, with the path to each as in Statement.0.Action.
func walk(path string, value any, visit func(path string, value any)) {
	visit(path, value)
	switch value := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			walk(strings.TrimPrefix(path+"."+key, "."), value[key], visit)
		}
	case []any:
		for i, item := range value {
			walk(fmt.Sprintf("%s.%d", path, i), item, visit)
		}
	}
}
