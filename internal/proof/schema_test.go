package proof

import (
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/prooftest"
	"lightbox.example/lightbox/internal/proof/system"
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

// A directive names the groups of the table, each of them and no other, in any order.
func TestSchema_directivesNameTheGroupsOfTheTable(t *testing.T) {
	const photo = `getPhoto(id: ID!): Photo @aws_cognito_user_pools`
	admins := access.In(access.Admins)
	for name, test := range map[string]struct {
		may    access.Callers
		groups string
		want   []string
	}{
		"control":             {admins, `["Admins"]`, nil},
		"control: not a list": {admins, `"Admins"`, nil},
		"a group that is not declared": {admins, `["Admins", "Nobodies"]`, []string{
			"Query.getPhoto is open to Nobodies, which is no group of access.Groups: it is for Admins only",
		}},
		"a group that the table does not give": {access.Owner, `["Admins"]`, []string{"Query.getPhoto is for Admins only: it is for owner"}},
		"a group of the table that is not named": {admins, `["Nobodies"]`, []string{
			"Query.getPhoto is open to Nobodies, which is no group of access.Groups: it is for Admins only",
			"admins may not call Query.getPhoto, which is for Admins: its @aws_cognito_user_pools names Nobodies",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s := prooftest.Shipped(t, "prod")
			if !strings.Contains(s.API.Schema, photo) {
				t.Fatalf("the schema has no %q", photo)
			}
			schema, err := graphql.LoadSchema(strings.Replace(s.API.Schema, photo, photo+"(cognito_groups: "+test.groups+")", 1))
			if err != nil {
				t.Fatal(err)
			}
			fields := access.Fields()
			fields[slices.IndexFunc(fields, func(f access.Field) bool { return f.Path() == "Query.getPhoto" })].May[access.Photo] = test.may
			var got []string
			for _, violation := range checkSchema(s, fields, schema) {
				got = append(got, violation.Text)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// What is for signed-in identities alone is open by IAM, and by no token.
func TestSchema_identitiesCallByIAMAlone(t *testing.T) {
	const link = "linkIdentity: Boolean! @aws_iam"
	identities := access.Identities
	for name, test := range map[string]struct {
		may  access.Callers
		to   string
		want []string
	}{
		"control":               {identities, link, nil},
		"control: tokens too":   {identities | access.SignedIn, link + " @aws_cognito_user_pools", nil},
		"tokens":                {identities, link + " @aws_cognito_user_pools", []string{"signed-in users may call Mutation.linkIdentity with their token: it is for signed-in identities"}},
		"tokens in their place": {identities, "linkIdentity: Boolean! @aws_cognito_user_pools", []string{"signed-in identities may not call Mutation.linkIdentity: it is for them and lacks @aws_iam"}},
		"no tokens": {identities | access.SignedIn, link, []string{
			"signed-in users may not call Mutation.linkIdentity with their token: it is for signed in, signed-in identities and lacks @aws_cognito_user_pools",
		}},
		"nobody by IAM": {access.SignedIn, link, []string{"guests may call Mutation.linkIdentity by @aws_iam: it is for signed in"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := prooftest.Shipped(t, "prod")
			if !strings.Contains(s.API.Schema, link) {
				t.Fatalf("the schema has no %q", link)
			}
			schema, err := graphql.LoadSchema(strings.Replace(s.API.Schema, link, test.to, 1))
			if err != nil {
				t.Fatal(err)
			}
			fields := access.Fields()
			fields[slices.IndexFunc(fields, func(f access.Field) bool { return f.Name == "linkIdentity" })].May[access.New] = test.may
			var got []string
			for _, violation := range checkSchema(s, fields, schema) {
				got = append(got, violation.Text)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// The user pool has the groups that are declared, in their order.
func TestTrust_groupsAreTheDeclaredOnes(t *testing.T) {
	for name, test := range map[string]struct {
		change func(groups []system.Group) []system.Group
		want   string
	}{
		"control": {func(groups []system.Group) []system.Group { return groups }, ""},
		"none":    {func([]system.Group) []system.Group { return nil }, "there is no group Admins in the user pool: access.Groups declares it"},
		"twice":   {func(groups []system.Group) []system.Group { return slices.Repeat(groups, 2) }, "the group Admins is there twice: it has one role"},
		"another precedence": {func(groups []system.Group) []system.Group {
			groups[0].Precedence = 3
			return groups
		}, "the group Admins has the precedence 3, want 0: who is in several groups has the role of the first"},
	} {
		s := prooftest.Shipped(t, "prod")
		s.Groups = test.change(s.Groups)
		var got []string
		for _, violation := range checkGroups(s) {
			got = append(got, violation.Text)
		}
		if test.want == "" && len(got) > 0 || test.want != "" && !slices.Contains(got, test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}
