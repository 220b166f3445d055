package graphql

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// ownLiterals and ownHidden name the rules of this package.
const (
	ownLiterals = "Literals"
	ownHidden   = "Hidden"
)

// rulesFor are the rules of validation. The suggestions of the library are left out: they would tell names of a schema that
// is not to be read.
func rulesFor(introspection bool) *rules.Rules {
	checks := rules.NewDefaultRules()
	checks.RemoveRule(rules.MaxIntrospectionDepth.Name)            // the depth of queries is limited by the API's setting
	checks.RemoveRule(rules.OverlappingFieldsCanBeMergedRule.Name) // see overlaps
	for _, quiet := range []struct{ loud, quiet core.Rule }{
		{rules.FieldsOnCorrectTypeRule, rules.FieldsOnCorrectTypeRuleWithoutSuggestions},
		{rules.KnownArgumentNamesRule, rules.KnownArgumentNamesRuleWithoutSuggestions},
		{rules.KnownTypeNamesRule, rules.KnownTypeNamesRuleWithoutSuggestions},
		{rules.ScalarLeafsRule, rules.ScalarLeafsRuleWithoutSuggestions},
		{rules.ValuesOfCorrectTypeRule, rules.ValuesOfCorrectTypeRuleWithoutSuggestions},
	} {
		checks.ReplaceRule(quiet.loud.Name, quiet.quiet.RuleFunc)
	}
	checks.AddRule(ownLiterals, literals)
	if !introspection {
		checks.AddRule(ownHidden, hidden)
	}
	return checks
}

// literals checks what the library does not: AppSync's scalars, and the range of Int.
func literals(observers *core.Events, report core.AddErrFunc) {
	observers.OnValue(func(_ *core.Walker, v *ast.Value) {
		if v.Definition == nil || v.ExpectedType == nil || v.Definition.Kind != ast.Scalar {
			return
		}
		switch v.Kind {
		case ast.Variable, ast.NullValue:
			return
		case ast.ListValue:
			if v.ExpectedType.Elem != nil {
				return
			}
		case ast.IntValue, ast.FloatValue, ast.StringValue, ast.BlockValue, ast.BooleanValue:
			if builtIn := v.Definition.BuiltIn; builtIn && v.Kind != ast.IntValue {
				return
			}
			if _, err := read(v.Definition, leaf(v)); err == nil {
				return
			}
		}
		report(core.Message("%s is not a valid %s", v.String(), v.Definition.Name), core.At(v.Position))
	})
}

// hidden keeps the schema from being read: __schema and __type have no fields then, as in graphql-java without
// introspection.
func hidden(observers *core.Events, report core.AddErrFunc) {
	observers.OnField(func(_ *core.Walker, f *ast.Field) {
		if f.ObjectDefinition != nil && strings.HasPrefix(f.ObjectDefinition.Name, "__") && !strings.HasPrefix(f.Name, "__") {
			report(core.Message("Cannot query field %q on type %q.", f.Name, f.ObjectDefinition.Name), core.At(f.Position))
		}
	})
}

// violations are the rules by what graphql-java calls a violation of them, with its description. Of the library's message
// the quoted names are at hand, as %[1]s and so on; where the description is empty the message itself stands.
var violations = map[string]struct{ kind, words string }{
	"FieldsOnCorrectType":         {"FieldUndefined", "Field '%[1]s' in type '%[2]s' is undefined"},
	ownHidden:                     {"FieldUndefined", "Field '%[1]s' in type '%[2]s' is undefined"},
	"FragmentsOnCompositeTypes":   {"FragmentTypeConditionInvalid", ""},
	"KnownArgumentNames":          {"UnknownArgument", "Unknown field argument %[1]s"},
	"KnownDirectives":             {"UnknownDirective", ""},
	"KnownFragmentNames":          {"UndefinedFragment", "Undefined fragment %[1]s"},
	"KnownRootType":               {"OperationNotSupported", "Schema is not configured for %[1]ss"},
	"KnownTypeNames":              {"UnknownType", "Unknown type %[1]s"},
	"LoneAnonymousOperation":      {"LoneAnonymousOperationViolation", "Anonymous operation with other operations."},
	"NoFragmentCycles":            {"FragmentCycle", "Fragment cycles not allowed"},
	"NoUndefinedVariables":        {"UndefinedVariable", "Undefined variable %[1]s"},
	"NoUnusedFragments":           {"UnusedFragment", "Unused fragment %[1]s"},
	"NoUnusedVariables":           {"UnusedVariable", "Unused variable %[1]s"},
	"PossibleFragmentSpreads":     {"InvalidFragmentType", ""},
	"ProvidedRequiredArguments":   {"MissingFieldArgument", "Missing field argument %[2]s"},
	"SingleFieldSubscriptions":    {"SubscriptionMultipleRootFields", ""},
	"UniqueArgumentNames":         {"DuplicateArgumentNames", "There can be only one argument named '%[1]s'"},
	"UniqueDirectivesPerLocation": {"DuplicateDirectiveName", ""},
	"UniqueFragmentNames":         {"DuplicateFragmentName", "There can be only one fragment named '%[1]s'"},
	"UniqueInputFieldNames":       {"DuplicateInputField", "There can be only one field named '%[1]s'"},
	"UniqueOperationNames":        {"DuplicateOperationName", "There can be only one operation named '%[1]s'"},
	"UniqueVariableNames":         {"DuplicateVariableName", "There can be only one variable named '%[1]s'"},
	"ValuesOfCorrectType":         {"WrongType", ""},
	ownLiterals:                   {"WrongType", ""},
	"VariablesAreInputTypes":      {"NonInputTypeOnVariable", "Input variable %[1]s type %[2]s is not an input type"},
	"VariablesInAllowedPosition":  {"VariableTypeMismatch", "Variable type '%[2]s' does not match expected type '%[3]s'"},
}

var (
	quoted    = regexp.MustCompile(`"([^"]*)"`)
	subfields = regexp.MustCompile(`^Field "([^"]*)" of type "\[*([A-Za-z_0-9]+)`)
)

// violation is a finding of the library in AppSync's words: "Validation error of type FieldUndefined: Field 'x' in type
// 'Query' is undefined @ 'x'", with the path of the field at the end where there is one.
func violation(found *gqlerror.Error, places map[Location]string) Error {
	fault := Error{}
	where := ""
	for _, l := range found.Locations {
		place := Location{Line: l.Line, Column: l.Column}
		fault.Locations = append(fault.Locations, place)
		if where == "" {
			where = places[place]
		}
	}
	fault.Message = "Validation error of type " + described(found)
	if where != "" {
		fault.Message += " @ '" + where + "'"
	}
	return fault
}

// described is the kind and the description of a finding.
func described(found *gqlerror.Error) string {
	if found.Rule == "ScalarLeafs" {
		return leafs(found.Message)
	}
	known, ok := violations[found.Rule]
	if !ok {
		return found.Rule + ": " + found.Message
	}
	if known.words == "" {
		return known.kind + ": " + found.Message
	}
	var names []any
	for _, name := range quoted.FindAllStringSubmatch(found.Message, -1) {
		names = append(names, strings.TrimPrefix(name[1], "$"))
	}
	words := fmt.Sprintf(known.words, names...)
	if i := strings.Index(words, "%!"); i >= 0 { // more names than words, or fewer
		words = strings.TrimSpace(words[:i])
	}
	return known.kind + ": " + words
}

// leafs tells the two findings of one rule apart.
func leafs(message string) string {
	if of := subfields.FindStringSubmatch(message); of != nil {
		return fmt.Sprintf("SubSelectionRequired: Sub selection required for type %s of field %s", of[2], of[1])
	}
	names := quoted.FindAllStringSubmatch(message, 2)
	return fmt.Sprintf("SubSelectionNotAllowed: Sub selection not allowed on leaf type %s of field %s", names[1][1], names[0][1])
}
