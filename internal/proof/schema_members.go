package proof

import (
	"github.com/vektah/gqlparser/v2/ast"

	"lightbox.example/lightbox/internal/proof/prose"
	"lightbox.example/lightbox/internal/proof/question"
)

// checkRoots makes sure that each field of the roots speaks for itself.
func (c *schemaCheck) checkRoots() {
	for _, root := range question.Roots(c.schema) {
		if len(root.Directives) > 0 {
			c.opens(c.at, "%s has @%s: its fields say who may call them, each for itself", root.Name, root.Directives[0].Name)
		}
	}
}

// checkMembers makes sure that a type says who may see all that is in it, and nothing in it says
// otherwise: a directive of a member goes before the type's.
func (c *schemaCheck) checkMembers(of *ast.Definition, users *ast.Directive) {
	if groups := question.GroupsOf(users); len(groups) > 0 {
		c.closes(c.at, "type %s is for %s only: who may call a field may see what it answers", of.Name, prose.And(groups))
	}
	for _, member := range of.Fields {
		if len(member.Directives) > 0 {
			c.opens(c.at, "%s.%s has @%s: the type says who may see it", of.Name, member.Name, member.Directives[0].Name)
		}
		if len(member.Arguments) > 0 {
			c.opens(c.at, "%s.%s takes %s: nobody has looked at what it is asked", of.Name, member.Name, member.Arguments[0].Name)
		}
	}
}

// checkMessages makes sure that a subscription answers what its mutations do, as AppSync wants it.
func (c *schemaCheck) checkMessages(subscription bool, name string, field *ast.FieldDefinition) {
	if !subscription || c.schema.Mutation == nil {
		return
	}
	for _, heard := range question.NamesIn(field.Directives.ForName(question.DirectiveSubscribe), "mutations") {
		if mutation := c.schema.Mutation.Fields.ForName(heard); mutation != nil && mutation.Type.String() != field.Type.String() {
			c.closes(c.at, "%s answers %s, and %s, which it hears, %s: AppSync wants the same", name, field.Type, heard, mutation.Type)
		}
	}
}
