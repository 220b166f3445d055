package proof

import (
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/prooftest"
	"lightbox.example/lightbox/sandbox/appsync/graphql"
)

// A subscription hears what it is declared to hear: whoever may subscribe learns of a mutation's
// row, and nobody looks at whether they could read it.
func TestSchema_subscriptionsHearWhatIsDeclared(t *testing.T) {
	const published = `onProductPublished: Product @aws_subscribe(mutations: ["publishProduct"])`
	for name, test := range map[string]struct{ from, to, want string }{
		"control: as it ships": {"", "", ""},
		"control: one mutation without a list": {
			published, `onProductPublished: Product @aws_subscribe(mutations: "publishProduct")`, "",
		},
		"drafts": {
			published, `onProductPublished: Product @aws_subscribe(mutations: ["publishProduct","createProduct"])`,
			"Subscription.onProductPublished hears createProduct: whoever may subscribe hears of it, and is meant to hear of publishProduct alone",
		},
		"a mutation that is missing": {
			`["unpublishProduct","deleteProduct"]`, `["deleteProduct"]`,
			"Subscription.onProductWithdrawn does not hear unpublishProduct: it is meant to hear of unpublishProduct and deleteProduct",
		},
		"nothing": {
			published, `onProductPublished: Product`,
			"Subscription.onProductPublished does not hear publishProduct: it is meant to hear of publishProduct",
		},
		"another subscription": {
			published, `onProduct: Product @aws_subscribe(mutations: ["createProduct"]) @aws_cognito_user_pools ` + published,
			"Subscription.onProduct is not in the API's table: nothing says who may call it. Add it to access.Fields, or take it out of the schema",
		},
		"a subscription that is gone": {
			"onPhotoCreated: Photo", "onPhoto: Photo", "Subscription.onPhotoCreated is not in the schema: it is part of the API's contract",
		},
		"a query that hears": {
			"getProduct(id: ID!): Product", `getProduct(id: ID!): Product @aws_subscribe(mutations: ["createProduct"])`,
			"Query.getProduct hears createProduct by @aws_subscribe: it is no subscription",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := prooftest.Shipped(t, "prod")
			text := strings.NewReplacer(`", "`, `","`).Replace(s.API.Schema)
			if test.from != "" && strings.Count(text, test.from) != 1 {
				t.Fatalf("the schema has %q %d times, want once", test.from, strings.Count(text, test.from))
			}
			schema, err := graphql.LoadSchema(strings.Replace(text, test.from, test.to, 1))
			if err != nil {
				t.Fatal(err)
			}
			violations := checkSchema(s, access.Fields(), schema)
			if test.want == "" && len(violations) > 0 {
				t.Errorf("got %v, want nothing", violations)
			}
			if test.want != "" && !slices.ContainsFunc(violations, func(v Violation) bool { return v.Text == test.want }) {
				t.Errorf("got %v, want %q among it", violations, test.want)
			}
		})
	}
}
