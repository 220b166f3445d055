package assembly

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// function returns the name and the argument if the object is a call of a function, an object with that one key. Only
// conditions and rules know the function Condition: elsewhere, as in IAM statements, it is a key like others. Beside
// other keys, Ref and Fn:: are an error.
func function(object map[string]any, in Section) (name string, argument any, err error) {
	for key, v := range object {
		if !isFunction(key) && (key != "Condition" || in&(InConditions|InRules) == 0) {
			continue
		}
		if len(object) > 1 {
			return "", nil, errors.New("got a function beside other keys, want it alone in its object")
		}
		return key, v, nil
	}
	return "", nil, nil
}

// isFunction reports whether the key calls a function, wherever in a template it stands.
func isFunction(key string) bool { return key == "Ref" || strings.HasPrefix(key, functionPrefix) }

// nameKind is what a name in a template stands for.
type nameKind int

const (
	nameOfValue     nameKind = iota // of Ref: a pseudo parameter, a parameter or a resource
	nameOfResource                  // of Fn::GetAtt and DependsOn
	nameOfCondition                 // of Fn::If and Condition
	nameOfMapping                   // of Fn::FindInMap
)

// scanner finds the names that a value refers to, without resolving it.
type scanner struct {
	in   Section
	path path
	// holds decides which branch of a Fn::If to look at; nil is both.
	holds func(condition string) bool
	// found is called for each name.
	found func(kind nameKind, name string)
	// fault is called for what can't be understood; nil ignores it.
	fault func(err error)
}

func (s *scanner) at(step step, v any) {
	s.path = append(s.path, step)
	s.value(v)
	s.path = s.path[:len(s.path)-1]
}

func (s *scanner) value(v any) {
	switch v := v.(type) {
	case []any:
		for i, v := range v {
			s.at(indexStep(i), v)
		}
	case map[string]any:
		name, argument, err := function(v, s.in)
		if err != nil && s.fault != nil {
			s.fault(err)
		}
		if name != "" {
			s.path = append(s.path, keyStep(name))
			s.call(name, argument)
			s.path = s.path[:len(s.path)-1]
			return
		}
		for _, key := range sortedKeys(v) {
			s.at(keyStep(key), v[key])
		}
	}
}

// call looks at the names in a function's argument, and then at the values in it. Arguments of another form have no
// names for us; they are the resolver's to refuse.
func (s *scanner) call(name string, argument any) {
	list, _ := argument.([]any)
	if intrinsics[name] == nil && s.fault != nil {
		s.fault(fmt.Errorf("the function %s is not supported", clip(name)))
	}
	first := func(v any, kind nameKind) {
		if name, ok := v.(string); ok {
			s.found(kind, name)
		}
	}
	switch name {
	case "Ref":
		first(argument, nameOfValue)
	case "Condition":
		first(argument, nameOfCondition)
	case "Fn::GetAtt":
		if id, attribute, ok := getAtt(argument); ok {
			s.found(nameOfResource, id)
			s.value(attribute)
		}
	case "Fn::Sub":
		s.sub(argument)
	case "Fn::If":
		if len(list) == 3 {
			s.branches(list)
			return
		}
		s.value(argument)
	case "Fn::FindInMap":
		if len(list) > 0 {
			first(list[0], nameOfMapping)
		}
		s.value(argument)
	default:
		s.value(argument)
	}
}

// branches looks at the values of a Fn::If, at both where it can't know which one counts.
func (s *scanner) branches(list []any) {
	condition, ok := list[0].(string)
	if ok {
		s.found(nameOfCondition, condition)
	}
	both := s.holds == nil || !ok
	if both || s.holds(condition) {
		s.at(indexStep(1), list[1])
	}
	if both || !s.holds(condition) {
		s.at(indexStep(2), list[2])
	}
}

func (s *scanner) sub(argument any) {
	text, variables, ok := subArgument(argument)
	if !ok {
		return
	}
	parts, err := subParts(text)
	if err != nil && s.fault != nil {
		s.fault(err)
	}
	for _, part := range parts {
		if _, own := variables[part.variable]; own || part.variable == "" {
			continue
		}
		if id, _, isAttribute := strings.Cut(part.variable, "."); isAttribute {
			s.found(nameOfResource, id)
			continue
		}
		s.found(nameOfValue, part.variable)
	}
	if variables != nil {
		s.at(indexStep(1), variables)
	}
}

// getAtt returns what an argument of Fn::GetAtt names. The attribute is a string or a function.
func getAtt(argument any) (id string, attribute any, ok bool) {
	if text, isText := argument.(string); isText {
		id, name, ok := strings.Cut(text, ".")
		return id, name, ok && name != ""
	}
	list, _ := argument.([]any)
	if len(list) != 2 {
		return "", nil, false
	}
	id, ok = list[0].(string)
	return id, list[1], ok
}

// subArgument returns the text and the variables, nil without any, of an argument of Fn::Sub.
func subArgument(argument any) (text string, variables map[string]any, ok bool) {
	if text, ok := argument.(string); ok {
		return text, nil, true
	}
	list, _ := argument.([]any)
	if len(list) != 2 {
		return "", nil, false
	}
	text, isText := list[0].(string)
	variables, isObject := list[1].(map[string]any)
	return text, variables, isText && isObject
}

// subPart is a piece of the text of a Fn::Sub: a literal, or a variable.
type subPart struct{ literal, variable string }

// subVariable is what CloudFormation's own message demands: "variable names in Fn::Sub syntax must contain only
// alphanumeric characters, underscores, periods, and colons".
var subVariable = regexp.MustCompile(`^[A-Za-z0-9_.:]+$`)

// subParts takes the text of a Fn::Sub apart. ${!Literal} is the literal ${Literal}; a dollar sign without a brace after
// it is one too.
func subParts(text string) ([]subPart, error) {
	var parts []subPart
	for text != "" {
		before, after, found := strings.Cut(text, "${")
		if before != "" {
			parts = append(parts, subPart{literal: before})
		}
		if !found {
			break
		}
		name, rest, closed := strings.Cut(after, "}")
		literal, isLiteral := strings.CutPrefix(name, "!")
		switch {
		case !closed:
			return nil, fmt.Errorf("got %q without a closing brace, want one, or ${!…} for the text itself", clip("${"+name))
		case isLiteral && strings.Contains(literal, "${"):
			return nil, fmt.Errorf("got %q, want no variable within a literal", clip("${"+name+"}"))
		case isLiteral:
			parts = append(parts, subPart{literal: "${" + literal + "}"})
		case !subVariable.MatchString(name):
			return nil, fmt.Errorf("got the variable %q, want letters, digits, underscores, periods and colons", clip("${"+name+"}"))
		default:
			parts = append(parts, subPart{variable: name})
		}
		text = rest
	}
	return parts, nil
}

// check reports names that the template does not define and functions that are not supported, in branches that no
// environment reaches, too.
func (t *Template) check(faults *faults) {
	for id, res := range t.Resources.All() {
		c := t.checker(faults, KindResource, id, InResources)
		c.fault.Construct = res.Construct
		c.condition(res.Condition)
		for i, name := range res.DependsOn {
			c.scanner.path = path{keyStep("DependsOn"), indexStep(i)}
			c.name(nameOfResource, name)
			if name == id {
				c.report(errors.New("got the resource itself, want another"))
			}
		}
		c.scanner.path = nil
		c.value("Properties", res.Properties)
		c.value("Metadata", res.Metadata)
	}
	for key, out := range t.Outputs.All() {
		c := t.checker(faults, KindOutput, key, InOutputs)
		c.condition(out.Condition)
		c.value("Value", out.Value)
		c.value("Export", out.Export)
	}
	for name, condition := range t.Conditions.All() {
		t.checker(faults, KindCondition, name, InConditions).scanner.value(condition.Expression)
	}
	for name, rule := range t.Rules.All() {
		c := t.checker(faults, KindRule, name, InRules)
		c.value("RuleCondition", rule.Condition)
		for i, a := range rule.Assertions {
			c.scanner.path = path{keyStep("Assertions"), indexStep(i)}
			c.value("Assert", a.Assert)
		}
	}
}

// checker checks one entry of the template.
type checker struct {
	template *Template
	faults   *faults
	fault    Fault // all but its path and reason
	scanner  scanner
}

func (t *Template) checker(faults *faults, kind Kind, id string, in Section) *checker {
	c := &checker{template: t, faults: faults, fault: Fault{Stack: t.Name, Kind: kind, LogicalID: id}}
	c.scanner = scanner{in: in, found: c.name, fault: c.report}
	return c
}

func (c *checker) value(key string, v any) { c.scanner.at(keyStep(key), v) }

func (c *checker) condition(name string) {
	if name != "" {
		c.scanner.path = path{keyStep("Condition")}
		c.name(nameOfCondition, name)
		c.scanner.path = nil
	}
}

func (c *checker) report(err error) {
	fault := c.fault
	fault.Path, fault.Err = c.scanner.path.String(), err
	c.faults.add(&fault)
}

// name reports the name if the template does not define it.
func (c *checker) name(kind nameKind, name string) {
	t := c.template
	var ok bool
	want := ""
	switch kind {
	case nameOfValue:
		_, isPseudo := pseudoParameters[name]
		_, isParameter := t.Parameters.Get(name)
		_, isResource := t.Resources.Get(name)
		ok, want = isPseudo || isParameter || isResource, "a parameter, a resource or a supported pseudo parameter"
	case nameOfResource:
		_, ok = t.Resources.Get(name)
		want = "a resource"
	case nameOfCondition:
		_, ok = t.Conditions.Get(name)
		want = "a condition"
	case nameOfMapping:
		_, ok = t.Mappings.Get(name)
		want = "a mapping"
	}
	if !ok {
		c.report(fmt.Errorf("got %q, want %s of this template", clip(name), want))
	}
}
