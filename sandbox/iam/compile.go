package iam

import (
	"errors"
	"fmt"

	"lightbox.example/lightbox/sandbox/iam/pattern"
	"lightbox.example/lightbox/sandbox/iam/policy"
)

// statement is a compiled statement.
type statement struct {
	policy     *Policy
	src        *policy.Statement
	principals *principalSet // nil in an identity or session policy
	actions    []pattern.Pattern
	resources  []resource // nil in a trust policy
	conditions []condition
}

// resource is one pattern of a Resource element.
type resource struct {
	all  bool // the pattern "*", which matches requests without an ARN too
	arn  pattern.ARN
	vars []variable
}

// variable is a policy variable with its key compiled.
type variable struct {
	pattern.Variable
	key conditionKey
}

func compile(doc policy.Document) (*Policy, error) {
	p := &Policy{name: doc.Name, kind: doc.Kind, statements: make([]statement, len(doc.Statements))}
	var errs []error
	for i := range doc.Statements {
		src := &doc.Statements[i]
		s := &p.statements[i]
		s.policy, s.src = p, src
		fail := func(element string, err error) {
			if err != nil {
				errs = append(errs, fmt.Errorf("%s %q: %s: %s: %w", doc.Kind, doc.Name, src.Ref(), element, err))
			}
		}
		if doc.Kind == policy.Resource || doc.Kind == policy.Trust {
			s.principals = compilePrincipals(src.Principals)
		}
		fail("Action", s.compileActions(src.Actions))
		fail("Resource", s.compileResources(src.Resources, doc.Variables))
		for _, c := range src.Conditions {
			compiled, err := compileCondition(c, doc.Variables)
			fail("Condition: "+c.Operator, err)
			s.conditions = append(s.conditions, compiled)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return p, nil
}

// compileActions reads the actions' patterns: "the prefix and the action name are case insensitive".
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
func (s *statement) compileActions(texts []string) error {
	for _, text := range texts {
		p, _, err := pattern.Parse(text, pattern.Syntax{Wildcards: true, Fold: true})
		if err != nil {
			return err
		}
		s.actions = append(s.actions, p)
	}
	return nil
}

func (s *statement) compileResources(texts []string, variables bool) error {
	for _, text := range texts {
		if text == "*" {
			s.resources = append(s.resources, resource{all: true})
			continue
		}
		arn, vars, err := pattern.ParseARN(text, variables)
		if err != nil {
			return err
		}
		if !arn.NamesService() {
			return fmt.Errorf("got %q: the service part of an ARN has to be named without a wildcard or variable", text)
		}
		if arn.VariableBeforeResource() {
			// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-resourceelement
			return fmt.Errorf("got %q: a variable may stand after the fifth colon only", text)
		}
		r := resource{arn: arn}
		if r.vars, err = compileVariables(vars); err != nil {
			return err
		}
		s.resources = append(s.resources, r)
	}
	return nil
}

func compileVariables(vars []pattern.Variable) ([]variable, error) {
	var out []variable
	for _, v := range vars {
		key, err := compileKey(v.Key)
		if err != nil {
			return nil, err
		}
		out = append(out, variable{Variable: v, key: key})
	}
	return out, nil
}

// sources returns what pattern.String and Covers want.
func sources(vars []variable) []pattern.Variable {
	out := make([]pattern.Variable, len(vars))
	for i := range vars {
		out[i] = vars[i].Variable
	}
	return out
}
