package proof

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"lightbox.example/lightbox/api"
	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/prose"
	"lightbox.example/lightbox/internal/proof/question"
	"lightbox.example/lightbox/internal/proof/system"
)

// Who may call a field is for the schema to say, within what no schema may change: these
// fields alone may be open to IAM callers, and these to nobody but admins.
var (
	publicFields = []string{
		"Query.getProduct", "Query.listProducts", "Subscription.onProductPublished", "Subscription.onProductWithdrawn",
	}
	adminFields = []string{
		"Query.listDrafts", "Mutation.createProduct", "Mutation.updateProduct", "Mutation.publishProduct",
		"Mutation.unpublishProduct", "Mutation.deleteProduct",
	}
)

var otherModes = []string{"aws_api_key", "aws_auth", "aws_lambda", "aws_oidc"}

// checkSchema makes sure that every field and type says who it is for, and that this is what
// the invariants allow.
func checkSchema(s *system.System, schema *ast.Schema) []Violation {
	c := schemaCheck{schema: schema, at: s.API.SchemaAt, findings: findings{rule: "schema"}}
	seen := map[string]bool{}
	for _, root := range question.Roots(schema) {
		for _, field := range root.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			name := root.Name + "." + field.Name
			seen[name] = true
			c.checkField(name, field)
			c.checkHears(root == schema.Subscription, name, field)
			if field.Directives.ForName(question.DirectiveIAM) != nil {
				c.checkOpen(name, schema.Types[field.Type.Name()], map[string]bool{})
			}
		}
	}
	wanted := slices.Concat(publicFields, adminFields)
	for name := range api.Hears() {
		wanted = append(wanted, "Subscription."+name)
	}
	slices.Sort(wanted)
	for _, name := range slices.Compact(wanted) {
		if !seen[name] {
			c.closes(c.at, "%s is not in the schema: it is part of the API's contract", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(schema.Types)) {
		c.checkType(schema.Types[name])
	}
	return c.all
}

// schemaCheck goes through a schema.
type schemaCheck struct {
	schema *ast.Schema
	at     system.At
	findings
}

func (c *schemaCheck) checkField(name string, field *ast.FieldDefinition) {
	iam, users := field.Directives.ForName(question.DirectiveIAM), field.Directives.ForName(question.DirectiveUserPool)
	if iam == nil && users == nil {
		c.opens(c.at, "%s does not say who may call it: every signed-in user may, by the API's default", name)
	}
	for _, mode := range otherModes {
		if field.Directives.ForName(mode) != nil {
			c.opens(c.at, "%s is open to callers by @%s: the API knows users and IAM callers only", name, mode)
		}
	}
	switch public := slices.Contains(publicFields, name); {
	case iam != nil && !public:
		c.opens(c.at, "guests may call %s by @aws_iam: it is none of the public fields", name)
	case iam == nil && public:
		c.closes(c.at, "guests may not call %s: it is a public field and lacks @aws_iam", name)
	case users == nil && public:
		c.closes(c.at, "signed-in users may not call %s with their token: it is a public field and lacks @aws_cognito_user_pools", name)
	}
	groups := question.GroupsOf(users)
	if slices.Contains(adminFields, name) && !slices.Equal(groups, []string{string(access.Admins)}) {
		c.opens(c.at, "%s is open to %s: it is for %s only", name, orAll(groups), access.Admins)
	}
	if !slices.Contains(adminFields, name) && len(groups) > 0 && slices.Contains(publicFields, name) {
		c.closes(c.at, "%s is for %s only: it is a public field", name, strings.Join(groups, ", "))
	}
}

// checkHears makes sure that a subscription hears the mutations that it is declared to hear, and
// no others: whoever may subscribe hears of what they do, whatever the mutation asks of its own
// caller.
func (c *schemaCheck) checkHears(subscription bool, name string, field *ast.FieldDefinition) {
	heard := question.NamesIn(field.Directives.ForName(question.DirectiveSubscribe), "mutations")
	if !subscription {
		if len(heard) > 0 {
			c.opens(c.at, "%s hears %s by @%s: it is no subscription", name, prose.And(heard), question.DirectiveSubscribe)
		}
		return
	}
	declared, known := api.Hears()[field.Name]
	if !known {
		c.opens(c.at, "%s hears %s: it is none of the declared subscriptions", name, cmp.Or(prose.And(heard), "nothing"))
		return
	}
	for _, mutation := range heard {
		if !slices.Contains(declared, mutation) {
			c.opens(c.at, "%s hears %s: whoever may subscribe hears of it, and is meant to hear of %s alone", name, mutation, prose.And(declared))
		}
	}
	for _, mutation := range declared {
		if !slices.Contains(heard, mutation) {
			c.closes(c.at, "%s does not hear %s: it is meant to hear of %s", name, mutation, prose.And(declared))
		}
	}
}

func orAll(groups []string) string {
	if len(groups) == 0 {
		return "every signed-in user"
	}
	return strings.Join(groups, ", ")
}

// checkOpen makes sure that an IAM caller sees all of what a public field answers: a type
// without the directive would break the field for guests.
func (c *schemaCheck) checkOpen(field string, of *ast.Definition, seen map[string]bool) {
	if of == nil || of.Kind != ast.Object || seen[of.Name] {
		return
	}
	seen[of.Name] = true
	if of.Directives.ForName(question.DirectiveIAM) == nil {
		c.closes(c.at, "guests may call %s and not see its %s, which lacks @aws_iam", field, of.Name)
	}
	for _, inner := range of.Fields {
		if len(inner.Directives) > 0 && inner.Directives.ForName(question.DirectiveIAM) == nil {
			c.closes(c.at, "guests may call %s and not see its %s.%s", field, of.Name, inner.Name)
		}
		c.checkOpen(field, c.schema.Types[inner.Type.Name()], seen)
	}
}

// publicTypes are those that IAM callers may see.
var publicTypes = []string{"Product", "ProductConnection", "ProductWithdrawal"}

func (c *schemaCheck) checkType(of *ast.Definition) {
	if of.BuiltIn || of.Kind != ast.Object || slices.Contains(question.Roots(c.schema), of) {
		return
	}
	iam, users := of.Directives.ForName(question.DirectiveIAM), of.Directives.ForName(question.DirectiveUserPool)
	switch {
	case iam == nil && users == nil:
		c.opens(c.at, "type %s does not say who may see it: every signed-in user may, by the API's default", of.Name)
	case users == nil:
		c.closes(c.at, "signed-in users may not see %s with their token: it lacks @aws_cognito_user_pools", of.Name)
	}
	for _, mode := range otherModes {
		if of.Directives.ForName(mode) != nil {
			c.opens(c.at, "type %s is open to callers by @%s: the API knows users and IAM callers only", of.Name, mode)
		}
	}
	if iam != nil && !slices.Contains(publicTypes, of.Name) {
		c.opens(c.at, "guests may see %s by @aws_iam: it is none of the public types", of.Name)
	}
}
