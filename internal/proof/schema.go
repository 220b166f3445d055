package proof

import (
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/prose"
	"lightbox.example/lightbox/internal/proof/question"
	"lightbox.example/lightbox/internal/proof/system"
)

var otherModes = []string{"aws_api_key", "aws_auth", "aws_lambda", "aws_oidc"}

// checkSchema makes sure that every field and type says who it is for, and that this is what the
// API's table says.
func checkSchema(s *system.System, fields []access.Field, schema *ast.Schema) []Violation {
	c := schemaCheck{schema: schema, at: s.API.SchemaAt, declared: map[string]access.Field{}, findings: findings{rule: "schema"}}
	for _, field := range fields {
		c.declared[field.Path()] = field
	}
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
			c.checkMessages(root == schema.Subscription, name, field)
			if field.Directives.ForName(question.DirectiveIAM) != nil {
				c.checkOpen(name, schema.Types[field.Type.Name()], map[string]bool{})
			}
		}
	}
	for _, field := range fields {
		of := schema.Types[field.Type]
		if !seen[field.Path()] && (of == nil || of.Fields.ForName(field.Name) == nil) {
			c.closes(c.at, "%s is not in the schema: it is part of the API's contract", field.Path())
		}
	}
	c.checkRoots()
	public := c.publicTypes()
	for _, name := range slices.Sorted(maps.Keys(schema.Types)) {
		c.checkType(schema.Types[name], public)
	}
	return c.all
}

// schemaCheck goes through a schema.
type schemaCheck struct {
	schema   *ast.Schema
	at       system.At
	declared map[string]access.Field
	findings
}

func (c *schemaCheck) checkField(name string, field *ast.FieldDefinition) {
	iam, users := field.Directives.ForName(question.DirectiveIAM), field.Directives.ForName(question.DirectiveUserPool)
	if iam == nil && users == nil {
		c.opens(c.at, "%s does not say who may call it: every signed-in user may, by the API's default", name)
	}
	for _, argument := range field.Arguments {
		if argument.DefaultValue != nil {
			c.opens(c.at, "%s has a value for %s of its own, %s: the trials leave an argument out, or say it", name, argument.Name, argument.DefaultValue)
		}
	}
	for _, mode := range otherModes {
		if field.Directives.ForName(mode) != nil {
			c.opens(c.at, "%s is open to callers by @%s: the API knows users and IAM callers only", name, mode)
		}
	}
	declared, known := c.declared[name]
	if !known {
		c.opens(c.at, "%s is not in the API's table: nothing says who may call it. Add it to access.Fields, or take it out of the schema", name)
		return
	}
	callers := declared.Callers()
	byToken := callers&^access.Identities != 0
	switch public, identities := callers&access.Guests != 0, callers&access.Identities != 0; {
	case iam != nil && !public && !identities:
		c.opens(c.at, "guests may call %s by @aws_iam: it is for %s", name, callers)
	case iam == nil && public:
		c.closes(c.at, "guests may not call %s: it is a public field and lacks @aws_iam", name)
	case iam == nil && identities:
		c.closes(c.at, "signed-in identities may not call %s: it is for them and lacks @aws_iam", name)
	case users == nil && byToken:
		c.closes(c.at, "signed-in users may not call %s with their token: it is for %s and lacks @aws_cognito_user_pools", name, callers)
	case users != nil && !byToken:
		c.opens(c.at, "signed-in users may call %s with their token: it is for %s", name, callers)
	}
	c.checkGroups(name, question.GroupsOf(users), callers)
}

// checkGroups holds the groups that a field's directive names against those of the table.
func (c *schemaCheck) checkGroups(name string, groups []string, callers access.Callers) {
	wanted := callers.Groups()
	switch {
	case wanted == nil && groups != nil:
		c.closes(c.at, "%s is for %s only: it is for %s", name, strings.Join(groups, ", "), callers)
		return
	case wanted != nil && groups == nil:
		c.opens(c.at, "%s is open to every signed-in user: it is for %s only", name, callers)
		return
	}
	for _, group := range groups {
		switch {
		case access.GroupNamed(access.Principal(group)).Member == "":
			c.opens(c.at, "%s is open to %s, which is no group of access.Groups: it is for %s only", name, group, callers)
		case !slices.Contains(wanted, access.Principal(group)):
			c.opens(c.at, "%s is open to %s: it is for %s only", name, strings.Join(groups, ", "), callers)
		}
	}
	for _, group := range wanted {
		if !slices.Contains(groups, string(group)) {
			c.closes(c.at, "%s may not call %s, which is for %s: its @aws_cognito_user_pools names %s", access.GroupNamed(group).Many(), name, callers, strings.Join(groups, ", "))
		}
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
	declared := c.declared[name].Hears
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

// publicTypes are those that IAM callers may see: what the public fields answer, and what is in it.
func (c *schemaCheck) publicTypes() map[string]bool {
	public := map[string]bool{}
	var reach func(name string)
	reach = func(name string) {
		of := c.schema.Types[name]
		if of == nil || of.Kind != ast.Object || public[name] {
			return
		}
		public[name] = true
		for _, field := range of.Fields {
			reach(field.Type.Name())
		}
	}
	for _, field := range c.declared {
		if of := c.schema.Types[field.Type]; of != nil && field.Callers()&(access.Guests|access.Identities) != 0 {
			if definition := of.Fields.ForName(field.Name); definition != nil {
				reach(definition.Type.Name())
			}
		}
	}
	return public
}

func (c *schemaCheck) checkType(of *ast.Definition, public map[string]bool) {
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
	c.checkMembers(of, users)
	if iam != nil && !public[of.Name] {
		c.opens(c.at, "guests may see %s by @aws_iam: it is none of the public types", of.Name)
	}
}
