package diff

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"lightbox.example/lightbox/internal/proof/question"
)

// compareHears compares which mutations the subscriptions hear.
func (p *pair) compareHears(was, is *ast.Schema) {
	before, after := hearsOf(was), hearsOf(is)
	source := "@" + question.DirectiveSubscribe + " of " + p.after.API.SchemaAt.Construct()
	for _, name := range keys(before, after) {
		for _, mutation := range after[name] {
			if !slices.Contains(before[name], mutation) {
				p.add(true, Change{fmt.Sprintf("whoever may subscribe to Subscription.%s hears of Mutation.%s", name, mutation), source})
			}
		}
		for _, mutation := range before[name] {
			if !slices.Contains(after[name], mutation) {
				p.add(false, Change{fmt.Sprintf("whoever may subscribe to Subscription.%s hears of Mutation.%s no longer", name, mutation), source})
			}
		}
	}
}

// hearsOf are the mutations of a schema's subscriptions, by field.
func hearsOf(schema *ast.Schema) map[string][]string {
	all := map[string][]string{}
	if schema.Subscription != nil {
		for _, field := range schema.Subscription.Fields {
			all[field.Name] = question.NamesIn(field.Directives.ForName(question.DirectiveSubscribe), "mutations")
		}
	}
	return all
}

// compareOutlines lists what differs between the schemas besides who may call fields, who may
// see them and what subscriptions hear.
func (p *pair) compareOutlines(was, is *ast.Schema) {
	before, after := outline(was, p.unasked), outline(is, p.unasked)
	at := p.after.API.SchemaAt
	for _, name := range keys(before, after) {
		old, young := before[name], after[name]
		if old == young || p.isTold(name, was, is) {
			continue
		}
		for _, line := range []*string{&old, &young} {
			if *line == "" {
				*line = notThere
			}
		}
		p.unread(UnreadChange{at.Stack, at.LogicalID, "AWS::AppSync::GraphQLSchema", "Properties.Definition " + name, old, young})
	}
}

// isTold tells whether a field of an object is in one of the schemas only, and whoever may use it
// is named.
func (p *pair) isTold(name string, was, is *ast.Schema) bool {
	of, field, _ := strings.Cut(name, ".")
	before, after := was.Types[of], is.Types[of]
	if field == "" || !isObject(before) || !isObject(after) {
		return false
	}
	if before != nil && after != nil && before.Fields.ForName(field) != nil && after.Fields.ForName(field) != nil {
		return false
	}
	called := slices.Contains(question.Roots(was), before) || slices.Contains(question.Roots(is), after)
	return len(p.fieldChanges(before, after, field, called)) > 0
}

// isObject tells a type whose fields compareFields asks about, or none.
func isObject(of *ast.Definition) bool { return of == nil || of.Kind == ast.Object }

// directives writes those of a type, a field or an argument; the type that they are in is nil for an argument.
type directives func(list ast.DirectiveList, of *ast.Definition, schema *ast.Schema) string

// outline is all that a schema says, a line for each type and field, with directives as they are to
// be written.
func outline(schema *ast.Schema, written directives) map[string]string {
	all := map[string]string{"schema": ""}
	for _, root := range question.Roots(schema) {
		all["schema"] += root.Name + " "
	}
	for name, directive := range schema.Directives {
		all["@"+name] = fmt.Sprint(directive.Locations, argumentsOf(directive.Arguments, written))
	}
	for _, name := range slices.Sorted(maps.Keys(schema.Types)) {
		of := schema.Types[name]
		if of.BuiltIn {
			continue
		}
		line := fmt.Sprint(of.Kind, of.Interfaces, of.Types, written(of.Directives, of, schema))
		for _, value := range of.EnumValues {
			line += " " + value.Name
		}
		all[name] = line
		for _, field := range of.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			text := argumentsOf(field.Arguments, written) + ": " + field.Type.String() + written(field.Directives, of, schema)
			if field.DefaultValue != nil {
				text += " = " + field.DefaultValue.String()
			}
			all[name+"."+field.Name] = text
		}
	}
	return all
}

func argumentsOf(list ast.ArgumentDefinitionList, written directives) string {
	var texts []string
	for _, argument := range list {
		text := argument.Name + ": " + argument.Type.String() + written(argument.Directives, nil, nil)
		if argument.DefaultValue != nil {
			text += " = " + argument.DefaultValue.String()
		}
		texts = append(texts, text)
	}
	return "(" + strings.Join(texts, ", ") + ")"
}

// unwritten leaves all directives out: what resolvers know of a schema.
func unwritten(ast.DirectiveList, *ast.Definition, *ast.Schema) string { return "" }

// unasked are the directives but those that are compared where they stand: at an object and its
// fields the ways in, for everybody or for groups that either system has, of which every caller is asked about; at a
// subscription what it hears.
func (p *pair) unasked(list ast.DirectiveList, of *ast.Definition, schema *ast.Schema) string {
	text := ""
	asked := of != nil && of.Kind == ast.Object
	hears := asked && of == schema.Subscription
	for _, directive := range list {
		groups := question.GroupsOf(directive)
		switch {
		case hears && directive.Name == question.DirectiveSubscribe,
			asked && directive.Name == question.DirectiveIAM && len(directive.Arguments) == 0,
			asked && directive.Name == question.DirectiveUserPool && (len(directive.Arguments) == 0 || p.asks(groups)):
			continue
		}
		text += " @" + directive.Name
		for _, argument := range directive.Arguments {
			text += "(" + argument.Name + ": " + argument.Value.String() + ")"
		}
	}
	return text
}

// asks tells whether all of the groups that a directive names are asked about.
func (p *pair) asks(groups []string) bool {
	var asked []string
	for _, group := range slices.Concat(p.before.Groups, p.after.Groups) {
		asked = append(asked, group.Name)
	}
	return len(groups) > 0 && !slices.ContainsFunc(groups, func(group string) bool { return !slices.Contains(asked, group) })
}
