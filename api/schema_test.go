package api

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/sandbox/appsync/graphql"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// roots are the types whose fields are operations.
func roots(t *testing.T) []*ast.Definition {
	t.Helper()
	loaded := load()
	return []*ast.Definition{loaded.Query, loaded.Mutation, loaded.Subscription}
}

// objects are the schema's own object types without the roots, sorted by name.
func objects(t *testing.T) []*ast.Definition {
	t.Helper()
	var found []*ast.Definition
	for _, definition := range load().Types {
		if definition.Kind == ast.Object && !definition.BuiltIn && !slices.Contains(roots(t), definition) {
			found = append(found, definition)
		}
	}
	slices.SortFunc(found, func(a, b *ast.Definition) int { return strings.Compare(a.Name, b.Name) })
	return found
}

// ownFields are the fields of a type without introspection.
func ownFields(of *ast.Definition) []*ast.FieldDefinition {
	var own []*ast.FieldDefinition
	for _, field := range of.Fields {
		if !isIntrospection(field) {
			own = append(own, field)
		}
	}
	return own
}

// mayUse says who may use a field or type, by its directives: "guests", "users", "Admins", "identities", and "nobody says" without any.
func mayUse(directives ast.DirectiveList) string {
	pool := directives.ForName("aws_cognito_user_pools")
	switch {
	case pool == nil && directives.ForName("aws_iam") != nil:
		return "identities" // and guests, whom their role's policy keeps out
	case pool == nil:
		return "nobody says"
	case len(pool.Arguments) > 0:
		return strings.Join(stringsOf(pool.Arguments.ForName("cognito_groups")), " ")
	case directives.ForName("aws_iam") != nil:
		return "guests"
	}
	return "users"
}

// stringsOf are the members of an argument that is a list of strings.
func stringsOf(argument *ast.Argument) []string {
	var list []string
	for _, child := range argument.Value.Children {
		list = append(list, child.Value.Raw)
	}
	return list
}

func TestSchema_saysOfEveryOperationWhoMayUseIt(t *testing.T) {
	want := map[string]string{}
	for _, field := range access.Fields() {
		switch callers := field.Callers(); {
		case callers&access.Guests != 0:
			want[field.Path()] = "guests"
		case callers == access.Identities:
			want[field.Path()] = "identities"
		case callers.Groups() != nil:
			want[field.Path()] = string(callers.Groups()[0])
		default:
			want[field.Path()] = "users"
		}
	}
	delete(want, "Photo.likedByMe") // which is for whoever sees the photo
	got := map[string]string{}
	for _, root := range roots(t) {
		for _, field := range ownFields(root) {
			got[root.Name+"."+field.Name] = mayUse(field.Directives)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("operations by who may use them (-want +got):\n%s", diff)
	}
}

func TestM32_M34_guestsReachTheirTypesAndNoOthers(t *testing.T) {
	reachable := map[string]bool{}
	var reach func(name string)
	reach = func(name string) {
		definition := load().Types[name]
		if definition.Kind != ast.Object || reachable[name] {
			return
		}
		reachable[name] = true
		for _, field := range definition.Fields {
			reach(field.Type.Name())
		}
	}
	for _, root := range roots(t) {
		for _, field := range ownFields(root) {
			if mayUse(field.Directives) == "guests" {
				reach(field.Type.Name())
			}
		}
	}
	for _, object := range objects(t) {
		want := "users"
		if reachable[object.Name] {
			want = "guests"
		}
		if got := mayUse(object.Directives); got != want {
			t.Errorf("type %s: got it for %s, want for %s", object.Name, got, want)
		}
		// A directive on a field would replace the type's: there must be none.
		for _, field := range object.Fields {
			if len(field.Directives) > 0 {
				t.Errorf("%s.%s: got its own directives, want the type's", object.Name, field.Name)
			}
		}
	}
	want := []string{"Picture", "Product", "ProductConnection", "ProductWithdrawal", "Rendition"}
	if got := slices.Sorted(maps.Keys(reachable)); !slices.Equal(got, want) {
		t.Errorf("types that guests reach: got %v, want %v", got, want)
	}
}

func TestSchema_hasNoOtherWayIn(t *testing.T) {
	for _, forbidden := range []string{"@aws_api_key", "@aws_oidc", "@aws_lambda", "@aws_auth", "@aws_publish"} {
		if strings.Contains(schema, forbidden) {
			t.Errorf("got %s in the schema, want user pools and IAM only", forbidden)
		}
	}
}

func TestSubscriptions_areFedByMutationsOfTheirType(t *testing.T) {
	heard, declared := map[string][]string{}, map[string][]string{}
	for _, field := range access.Fields() {
		if field.Type == "Subscription" {
			declared[field.Name] = field.Hears
		}
	}
	for _, field := range ownFields(load().Subscription) {
		directive := field.Directives.ForName("aws_subscribe")
		if directive == nil {
			t.Errorf("%s: got no @aws_subscribe, want one", field.Name)
			continue
		}
		mutations := stringsOf(directive.Arguments.ForName("mutations"))
		if len(mutations) == 0 {
			t.Errorf("%s: got no mutations, want one or more", field.Name)
		}
		heard[field.Name] = mutations
		for _, name := range mutations {
			mutation := load().Mutation.Fields.ForName(name)
			if mutation == nil {
				t.Errorf("%s: mutation %q does not exist", field.Name, name)
				continue
			}
			if got, want := field.Type.String(), mutation.Type.String(); got != want {
				t.Errorf("%s: got type %s, want %s as %s has", field.Name, got, want, name)
			}
		}
		// AppSync ends a subscription whose first answer, null, its type forbids.
		if field.Type.NonNull {
			t.Errorf("%s: got type %s, want one that may be null", field.Name, field.Type)
		}
		// An argument that is compared with a message must be a field of it.
		for _, argument := range field.Arguments {
			if load().Types[field.Type.Name()].Fields.ForName(argument.Name) == nil {
				t.Errorf("%s: argument %s is no field of %s", field.Name, argument.Name, field.Type.Name())
			}
		}
	}
	if diff := cmp.Diff(declared, heard); diff != "" {
		t.Errorf("mutations by subscription (-declared +heard):\n%s", diff)
	}
	// Drafts are announced to nobody.
	for field, mutations := range heard {
		for _, silent := range []string{"createProduct", "updateProduct"} {
			if slices.Contains(mutations, silent) {
				t.Errorf("%s: got %s among what it hears, want no drafts", field, silent)
			}
		}
	}
}

func TestM34_aWithdrawalSaysNoMoreThanItMust(t *testing.T) {
	var got []string
	for _, field := range load().Types["ProductWithdrawal"].Fields {
		got = append(got, field.Name)
	}
	if diff := cmp.Diff([]string{"id", "wasLive"}, got); diff != "" {
		t.Errorf("fields of ProductWithdrawal (-want +got):\n%s", diff)
	}
}

func TestM54_inputsHaveNothingThatIsTheServersToSay(t *testing.T) {
	got := map[string][]string{}
	for _, definition := range load().Types {
		if definition.Kind == ast.InputObject {
			for _, field := range definition.Fields {
				got[definition.Name] = append(got[definition.Name], field.Name)
			}
		}
	}
	want := map[string][]string{
		"ProductInput": {"name", "description", "price", "currency", "imgKey"},
		"PhotoInput":   {"imgKey", "caption"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("inputs (-want +got):\n%s", diff)
	}
}

func TestSchema_describesEverything(t *testing.T) {
	for _, definition := range load().Types {
		if definition.BuiltIn || definition.Kind == ast.Scalar {
			continue
		}
		if definition.Description == "" {
			t.Errorf("%s: got no description, want one", definition.Name)
		}
		for _, field := range ownFields(definition) {
			if field.Description == "" {
				t.Errorf("%s.%s: got no description, want one", definition.Name, field.Name)
			}
			for _, argument := range field.Arguments {
				if argument.Description == "" {
					t.Errorf("%s.%s(%s:): got no description, want one", definition.Name, field.Name, argument.Name)
				}
			}
		}
	}
}

func TestSchema_isTheFileWithoutItsDescriptions(t *testing.T) {
	text := Schema()
	if strings.Contains(text, `"""`) || strings.Contains(text, "#") {
		t.Errorf("got descriptions or comments in\n%s", text)
	}
	deployed, err := graphql.LoadSchema(text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(outline(load()), outline(deployed)); diff != "" {
		t.Errorf("deployed schema (-want +got):\n%s", diff)
	}
	for _, own := range []string{"scalar ", "directive "} {
		if strings.Contains(text, own) {
			t.Errorf("got a declaration of a %sof AppSync's, want none", own)
		}
	}
}

// outline is all that a schema says of its fields: names, arguments, types and directives.
func outline(of *ast.Schema) []string {
	var lines []string
	for _, definition := range of.Types {
		if definition.BuiltIn {
			continue
		}
		lines = append(lines, definition.Name+directives(definition.Directives))
		for _, field := range definition.Fields {
			line := definition.Name + "." + field.Name
			for _, argument := range field.Arguments {
				line += " " + argument.Name + ": " + argument.Type.String()
			}
			lines = append(lines, line+": "+field.Type.String()+directives(field.Directives))
		}
	}
	slices.Sort(lines)
	return lines
}

func directives(list ast.DirectiveList) string {
	text := ""
	for _, directive := range list {
		text += " @" + directive.Name
		for _, argument := range directive.Arguments {
			text += " " + argument.Name + "=" + argument.Value.String()
		}
	}
	return text
}

func TestDepth_isThatOfAListsFields(t *testing.T) {
	if got := Depth(); got != 5 {
		t.Errorf("got depth %d, want 5 as in listPhotos { items { picture { renditions { url } } } }", got)
	}
	nested := gqlparser.MustLoadSchema(&ast.Source{Name: "nested.graphql", Input: `type Query { a: A } type A { b: [B!]! s: String } type B { c: C! } type C { n: Int }`})
	if got := depth(nested, nested.Query, nil); got != 4 {
		t.Errorf("got depth %d, want 4", got)
	}
}
