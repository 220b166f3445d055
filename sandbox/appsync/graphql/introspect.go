package graphql

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// isMeta tells the types that describe a schema from the schema's own.
func isMeta(of *ast.Definition) bool { return strings.HasPrefix(of.Name, "__") }

// introspect answers the fields that describe the schema; their sources are the parts of it, as gqlparser has them.
// https://spec.graphql.org/June2018/#sec-Schema-Introspection
func (x *execution) introspect(parent *ast.Definition, f *ast.Field, arguments map[string]any, source any) (value any, ok bool) {
	s := x.op.schema
	if parent == s.Query {
		switch f.Name {
		case "__schema":
			return s, true
		case "__type":
			name, _ := arguments["name"].(string)
			if of := s.Types[name]; of != nil {
				return ast.NamedType(of.Name, nil), true
			}
			return nil, true
		}
	}
	if !isMeta(parent) {
		return nil, false
	}
	all, _ := arguments["includeDeprecated"].(bool)
	switch part := source.(type) {
	case *ast.Schema:
		return schemaPart(s, f.Name), true
	case *ast.Type:
		return typePart(s, part, f.Name, all), true
	case *ast.FieldDefinition:
		return fieldPart(part, f.Name), true
	case *ast.ArgumentDefinition:
		return inputPart(part.Name, part.Description, part.Type, part.DefaultValue, f.Name), true
	case *ast.EnumValueDefinition:
		return enumPart(part, f.Name), true
	case *ast.DirectiveDefinition:
		return directivePart(part, f.Name), true
	}
	return nil, true
}

func schemaPart(s *ast.Schema, field string) any {
	switch field {
	case "queryType":
		return typeOf(s.Query)
	case "mutationType":
		return typeOf(s.Mutation)
	case "subscriptionType":
		return typeOf(s.Subscription)
	case "description":
		return optional(s.Description)
	case "types":
		var types []any
		for _, name := range sorted(s.Types) {
			types = append(types, typeOf(s.Types[name]))
		}
		return types
	case "directives":
		var directives []any
		for _, name := range sorted(s.Directives) {
			directives = append(directives, s.Directives[name])
		}
		return directives
	}
	return nil
}

func sorted[T any](m map[string]T) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func typeOf(of *ast.Definition) any {
	if of == nil {
		return nil
	}
	return ast.NamedType(of.Name, nil)
}

func optional(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func typePart(s *ast.Schema, t *ast.Type, field string, all bool) any {
	switch {
	case t.NonNull:
		inner := *t
		inner.NonNull = false
		return wrapperPart("NON_NULL", &inner, field)
	case t.Elem != nil:
		return wrapperPart("LIST", t.Elem, field)
	}
	of := s.Types[t.NamedType]
	switch field {
	case "kind":
		return string(of.Kind)
	case "name":
		return of.Name
	case "description":
		return optional(of.Description)
	case "fields":
		if of.Kind != ast.Object && of.Kind != ast.Interface {
			return nil
		}
		return fieldsOf(of, all)
	case "inputFields":
		if of.Kind != ast.InputObject {
			return nil
		}
		return fieldsOf(of, true)
	case "interfaces":
		if of.Kind != ast.Object {
			return nil
		}
		interfaces := []any{}
		for _, name := range of.Interfaces {
			interfaces = append(interfaces, ast.NamedType(name, nil))
		}
		return interfaces
	case "possibleTypes":
		if !of.IsAbstractType() {
			return nil
		}
		types := []any{}
		for _, possible := range s.GetPossibleTypes(of) {
			types = append(types, typeOf(possible))
		}
		return types
	case "enumValues":
		if of.Kind != ast.Enum {
			return nil
		}
		values := []any{}
		for _, v := range of.EnumValues {
			if all || v.Directives.ForName("deprecated") == nil {
				values = append(values, v)
			}
		}
		return values
	}
	return nil
}

func wrapperPart(kind string, of *ast.Type, field string) any {
	switch field {
	case "kind":
		return kind
	case "ofType":
		return of
	}
	return nil
}

func fieldsOf(of *ast.Definition, all bool) any {
	fields := []any{}
	for _, f := range of.Fields {
		if !strings.HasPrefix(f.Name, "__") && (all || f.Directives.ForName("deprecated") == nil) {
			fields = append(fields, f)
		}
	}
	return fields
}

// fieldPart answers __Field and, for the fields of input objects, __InputValue.
func fieldPart(f *ast.FieldDefinition, field string) any {
	switch field {
	case "args":
		return argumentsOf(f.Arguments)
	case "isDeprecated":
		return f.Directives.ForName("deprecated") != nil
	case "deprecationReason":
		return deprecation(f.Directives)
	}
	return inputPart(f.Name, f.Description, f.Type, f.DefaultValue, field)
}

func argumentsOf(declared ast.ArgumentDefinitionList) any {
	arguments := []any{}
	for _, a := range declared {
		arguments = append(arguments, a)
	}
	return arguments
}

func inputPart(name, description string, of *ast.Type, byDefault *ast.Value, field string) any {
	switch field {
	case "name":
		return name
	case "description":
		return optional(description)
	case "type":
		return of
	case "defaultValue":
		if byDefault != nil {
			return byDefault.String()
		}
	}
	return nil
}

func enumPart(v *ast.EnumValueDefinition, field string) any {
	switch field {
	case "name":
		return v.Name
	case "description":
		return optional(v.Description)
	case "isDeprecated":
		return v.Directives.ForName("deprecated") != nil
	case "deprecationReason":
		return deprecation(v.Directives)
	}
	return nil
}

func directivePart(d *ast.DirectiveDefinition, field string) any {
	switch field {
	case "name":
		return d.Name
	case "description":
		return optional(d.Description)
	case "isRepeatable":
		return d.IsRepeatable
	case "args":
		return argumentsOf(d.Arguments)
	case "locations":
		places := []any{}
		for _, l := range d.Locations {
			places = append(places, string(l))
		}
		return places
	}
	return nil
}

func deprecation(directives ast.DirectiveList) any {
	d := directives.ForName("deprecated")
	if d == nil {
		return nil
	}
	if reason := d.Arguments.ForName("reason"); reason != nil {
		return reason.Value.Raw
	}
	return "No longer supported"
}
