package graphql

import (
	"encoding/json"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Variables are the operation's variables.
func (f Field) Variables() map[string]any { return f.operation.Variables }

// maxSelection bounds the list: fragments within fragments can stand for more fields than anybody reads.
const maxSelection = 10_000

// Selection is what is asked of the field: the paths of the fields below it, by their aliases, and the same as GraphQL.
// https://docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference-js.html, "ctx.info"
func (f Field) Selection() (list []string, text string) {
	of := f.operation.schema.Types[f.Type.Name()]
	if !of.IsCompositeType() {
		return nil, ""
	}
	var b strings.Builder
	f.operation.selected(of, f.asked.selections(), "", "", &list, &b)
	return list, b.String()
}

func (o *Operation) selected(of *ast.Definition, sets []ast.SelectionSet, prefix, indent string, list *[]string, text *strings.Builder) {
	text.WriteString("{\n")
	for _, g := range o.collect(of, sets...) {
		if len(*list) >= maxSelection {
			break
		}
		*list = append(*list, prefix+g.key)
		text.WriteString(indent + "  ")
		if g.key != g.fields[0].Name {
			text.WriteString(g.key + ": ")
		}
		text.WriteString(g.fields[0].Name)
		if definition := g.fields[0].Definition; definition != nil {
			if below := o.schema.Types[definition.Type.Name()]; below != nil && below.IsCompositeType() {
				text.WriteString(" ")
				o.selected(below, g.selections(), prefix+g.key+"/", indent+"  ", list, text)
			}
		}
		text.WriteString("\n")
	}
	text.WriteString(indent + "}")
}

// Filter leaves of a value what is asked of the field, as AppSync does with the data of util.error. What is no object, or
// no list of them, is left as it is where the field's type has no fields, and is null where it has.
func (f Field) Filter(data json.RawMessage) json.RawMessage {
	value, err := Decode(data)
	if err != nil || value == nil {
		return nil
	}
	return appendValue(nil, f.operation.filtered(f.Type, f.asked.selections(), value))
}

func (o *Operation) filtered(want *ast.Type, sets []ast.SelectionSet, value any) any {
	of := o.schema.Types[want.Name()]
	if !of.IsCompositeType() {
		return value
	}
	switch value := value.(type) {
	case []any:
		kept := make([]any, len(value))
		for i, element := range value {
			kept[i] = o.filtered(want, sets, element)
		}
		return kept
	case map[string]any:
		kept := &Object{}
		for _, g := range o.collect(of, sets...) {
			f := g.fields[0]
			if member, ok := value[f.Name]; ok && f.Definition != nil && f.Name != "__typename" {
				kept.fields = append(kept.fields, entry{g.key, f.Name, o.filtered(f.Definition.Type, g.selections(), member)})
			}
		}
		return kept
	}
	return nil
}
