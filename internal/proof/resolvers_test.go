package proof

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/proof/prooftest"
	"lightbox.example/lightbox/internal/proof/system"
)

// resolving adds a resource to the API's stack: a copy of the resource with that construct path,
// with properties of its own.
func resolving(path string, own map[string]any) func(template map[string]any) {
	return func(template map[string]any) {
		resources := template["Resources"].(map[string]any)
		for _, resource := range resources {
			if system.Lookup(resource, "Metadata").(map[string]any)["aws:cdk:path"] != path {
				continue
			}
			added := maps.Clone(resource.(map[string]any))
			properties := maps.Clone(added["Properties"].(map[string]any))
			maps.Copy(properties, own)
			added["Properties"] = properties
			added["Metadata"] = map[string]any{"aws:cdk:path": "API/Added/Resource"}
			resources["Added"] = added
			return
		}
	}
}

// What answers a field, or a part of one, and was never called in a trial is a violation that
// names it; so is a filter or an answer for each viewer that is not as it ships.
func TestResolvers_areTriedOrNamed(t *testing.T) {
	for name, test := range map[string]struct {
		change   func(template map[string]any)
		at, want string
	}{
		"control: as it ships": {func(map[string]any) {}, "", ""},
		"a field that nobody knows": {
			resolving("API/Mutation.deletePhoto/Resource", map[string]any{"FieldName": "deleteAnything"}),
			"API/Added/Resource", "no trial calls the resolver of Mutation.deleteAnything: what it lets whom do is unknown",
		},
		"a field of a type": {
			resolving("API/Photo.likedByMe/Resource", map[string]any{"TypeName": "Product", "FieldName": "likers"}),
			"API/Added/Resource", "no trial calls the resolver of Product.likers: what it lets whom do is unknown",
		},
		"a subscription without a data source": {
			resolving("API/Subscription.onProductWithdrawn/Resource", map[string]any{"FieldName": "onPhotoCreated"}),
			"API/Added/Resource", "no trial calls the resolver of Subscription.onPhotoCreated: what it lets whom do is unknown",
		},
		"a function in no pipeline": {
			resolving("API/readPhoto/Resource", map[string]any{"Name": "peek"}),
			"API/Added/Resource", "the function is in no pipeline, so that no trial runs it: what it lets whom do is unknown",
		},
		"a function that its pipeline never reaches": {
			func(template map[string]any) {
				resolving("API/readPhoto/Resource", map[string]any{"Name": "peek"})(template)
				for _, resource := range template["Resources"].(map[string]any) {
					properties, _ := resource.(map[string]any)["Properties"].(map[string]any)
					if properties["FieldName"] == "addComment" {
						steps := properties["PipelineConfig"].(map[string]any)["Functions"].([]any)
						properties["PipelineConfig"] = map[string]any{"Functions": append(steps, map[string]any{"Fn::GetAtt": []any{"Added", "FunctionId"}})}
					}
				}
				prooftest.Code("API/readComment/Resource", "return toComment(ctx.result)", `runtime.earlyReturn(toComment(ctx.result), { skipTo: "END" })`)(template)
				prooftest.Code("API/readComment/Resource", "import { util }", "import { runtime, util }")(template)
			},
			"API/Mutation.addComment/Resource", "no trial of Mutation.addComment runs the request handler of API/Added/Resource: what it lets whom do is unknown",
		},
		"onProductWithdrawn without its filter": {
			prooftest.Code("API/Subscription.onProductWithdrawn/Resource", "extensions.setSubscriptionFilter", "const unused = (() => null)"),
			"API/Subscription.onProductWithdrawn/Resource", "a signed-in user hears map[id:x wasLive:false] by Subscription.onProductWithdrawn with map[]: the filter must hold it back",
		},
		"onProductWithdrawn with another filter": {
			prooftest.Code("API/Subscription.onProductWithdrawn/Resource", "eq: true", "in: [true, false]"),
			"API/Subscription.onProductWithdrawn/Resource", "a caller by IAM hears map[id:x wasLive:false] by Subscription.onProductWithdrawn with map[]: the filter must hold it back",
		},
		"onProductWithdrawn for the other half": {
			prooftest.Code("API/Subscription.onProductWithdrawn/Resource", "eq: true", "eq: false"),
			"API/Subscription.onProductWithdrawn/Resource", "a caller by IAM does not hear map[id:x wasLive:true] by Subscription.onProductWithdrawn with map[]: the filter must let it through",
		},
		"likedByMe for whoever asks": {
			prooftest.Code("API/Photo.likedByMe/Resource", "ctx.source.viewer !== sub", "false"),
			"API/Photo.likedByMe/Resource", "Photo.likedByMe: got false, want <nil>: the photo was answered to somebody else",
		},
		"likedByMe of the owner": {
			prooftest.Code("API/Photo.likedByMe/Resource", "likeKey(ctx.source.id, sub)", "likeKey(ctx.source.id, ctx.source.owner)"),
			"API/Photo.likedByMe/Resource", "Photo.likedByMe: got false, want true: the viewer likes it",
		},
	} {
		t.Run(name, func(t *testing.T) {
			violations, err := CheckResolvers(prooftest.Read(t, prooftest.Altered(t, "API", test.change)).API)
			if err != nil {
				t.Fatal(err)
			}
			if test.at == "" && len(violations) > 0 {
				t.Errorf("got %v, want nothing", violations)
			}
			there := func(v Violation) bool { return v.Path == test.at && strings.Contains(v.Text, test.want) }
			if test.at != "" && !slices.ContainsFunc(violations, there) {
				t.Errorf("got %v, want %q at %s among it", violations, test.want, test.at)
			}
		})
	}
}
