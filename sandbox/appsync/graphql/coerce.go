package graphql

import (
	"encoding/json"
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
)

// variables coerces the variables of an operation by their declarations. A variable that the client left out, and that has
// no default, is absent; one that is not declared is ignored, as AppSync does.
// https://spec.graphql.org/June2018/#sec-Coercing-Variable-Values
func (o *Operation) variables(given map[string]any) *Error {
	o.Variables = make(map[string]any, len(o.Definition.VariableDefinitions))
	for _, declared := range o.Definition.VariableDefinitions {
		value, present := given[declared.Variable]
		if !present && declared.DefaultValue != nil {
			o.Variables[declared.Variable], _ = o.literal(declared.Type, declared.DefaultValue)
			continue
		}
		if !present && !declared.Type.NonNull {
			continue
		}
		c := coercion{operation: o, variable: declared}
		coerced, fault := c.value(declared.Variable, declared.Type, value)
		if fault != nil {
			return fault
		}
		o.Variables[declared.Variable] = coerced
	}
	return nil
}

type coercion struct {
	operation *Operation
	variable  *ast.VariableDefinition
}

// value coerces a value of JSON; name is the innermost one, which AppSync puts into its messages.
func (c coercion) value(name string, want *ast.Type, v any) (any, *Error) {
	if v == nil {
		if want.NonNull {
			return nil, c.faultf("Variable '%s' has coerced Null value for NonNull type '%s'", c.variable.Variable, want)
		}
		return nil, nil
	}
	if want.Elem != nil {
		list, ok := v.([]any)
		if !ok {
			list = []any{v}
		}
		coerced := make([]any, len(list))
		for i, element := range list {
			var fault *Error
			if coerced[i], fault = c.value(name, want.Elem, element); fault != nil {
				return nil, fault
			}
		}
		return coerced, nil
	}
	of := c.operation.schema.Types[want.NamedType]
	if of.Kind == ast.InputObject {
		return c.object(name, of, v)
	}
	coerced, err := read(of, v)
	if err != nil {
		return nil, c.faultf("Variable '%s' has an invalid value. %s", name, err)
	}
	if n, ok := coerced.(json.Number); ok && of.Name == "ID" {
		return string(n), nil
	}
	return coerced, nil
}

func (c coercion) object(name string, of *ast.Definition, v any) (any, *Error) {
	members, ok := v.(map[string]any)
	if !ok {
		return nil, c.faultf("Variable '%s' has an invalid value. Expected type 'Map' but was '%s'. Variables for input objects must be an instance of type 'Map'.",
			name, kind(v))
	}
	for member := range members {
		if of.Fields.ForName(member) == nil {
			fault := faultf(nil, "The variables input contains a field that is not defined for input object type '%s' ", of.Name)
			return nil, &fault
		}
	}
	coerced := make(map[string]any, len(of.Fields))
	for _, field := range of.Fields {
		value, present := members[field.Name]
		if !present {
			if field.DefaultValue != nil {
				coerced[field.Name], _ = c.operation.literal(field.Type, field.DefaultValue)
				continue
			}
			if !field.Type.NonNull {
				continue
			}
		}
		var fault *Error
		if coerced[field.Name], fault = c.value(field.Name, field.Type, value); fault != nil {
			return nil, fault
		}
	}
	return coerced, nil
}

func (c coercion) faultf(format string, args ...any) *Error {
	fault := faultf(at(c.variable.Position), format, args...)
	return &fault
}

// arguments are the coerced arguments of a field or directive. Those that were not given and have no default are absent.
// https://spec.graphql.org/June2018/#sec-Coercing-Field-Arguments
func (o *Operation) arguments(declared ast.ArgumentDefinitionList, given ast.ArgumentList) (map[string]any, error) {
	coerced := make(map[string]any, len(given))
	for _, d := range declared {
		value, present := any(nil), false
		if argument := given.ForName(d.Name); argument != nil {
			value, present = o.literal(d.Type, argument.Value)
		}
		if !present && d.DefaultValue != nil {
			value, present = o.literal(d.Type, d.DefaultValue)
		}
		if d.Type.NonNull && value == nil {
			return nil, fmt.Errorf("The value supplied for the argument '%s' is null, want a %s", d.Name, d.Type) //nolint:staticcheck // as the others
		}
		if present {
			coerced[d.Name] = value
		}
	}
	return coerced, nil
}

// literal is a value of the document, which is valid, with its variables. It is absent where it is a variable that is.
func (o *Operation) literal(want *ast.Type, v *ast.Value) (value any, present bool) {
	switch {
	case v.Kind == ast.Variable:
		value, present = o.Variables[v.Raw]
		if present && value != nil && want.Elem != nil {
			if _, list := value.([]any); !list {
				value = []any{value}
			}
		}
		return value, present
	case v.Kind == ast.NullValue:
		return nil, true
	case want.Elem != nil:
		return o.list(want, v), true
	case v.Kind == ast.ObjectValue:
		return o.object(want, v), true
	}
	if n, number := leaf(v).(json.Number); number {
		if want.NamedType == "ID" {
			return string(n), true
		}
		return n, true
	}
	return leaf(v), true
}

func (o *Operation) list(want *ast.Type, v *ast.Value) any {
	if v.Kind != ast.ListValue {
		element, _ := o.literal(want.Elem, v)
		return []any{element}
	}
	list := make([]any, len(v.Children))
	for i, child := range v.Children {
		list[i], _ = o.literal(want.Elem, child.Value)
	}
	return list
}

func (o *Operation) object(want *ast.Type, v *ast.Value) any {
	members := map[string]any{}
	for _, field := range o.schema.Types[want.NamedType].Fields {
		if child := v.Children.ForName(field.Name); child != nil {
			if value, present := o.literal(field.Type, child); present {
				members[field.Name] = value
				continue
			}
		}
		if field.DefaultValue != nil {
			members[field.Name], _ = o.literal(field.Type, field.DefaultValue)
		}
	}
	return members
}

// leaf is the value of a literal that has no parts.
func leaf(v *ast.Value) any {
	switch v.Kind {
	case ast.IntValue, ast.FloatValue:
		return json.Number(v.Raw)
	case ast.BooleanValue:
		return v.Raw == "true"
	case ast.NullValue:
		return nil
	}
	return v.Raw
}
