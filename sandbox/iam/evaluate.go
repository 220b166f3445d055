package iam

import (
	"unicode/utf8"

	"lightbox.example/lightbox/sandbox/iam/pattern"
)

// input is a request, taken apart once.
type input struct {
	principal Principal
	action    string
	resource  string
	name      pattern.Name // of the resource
	isARN     bool         // else only the pattern * matches the resource
	context   Context
}

func newInput(r *Request) input {
	in := input{principal: r.Principal, action: r.Action, resource: r.Resource, context: r.Context}
	if in.principal == nil {
		in.principal = Anonymous{}
	}
	in.name, in.isARN = pattern.SplitName(r.Resource)
	return in
}

// lookup returns the request's value for a key.
func (in *input) lookup(k *conditionKey) value {
	switch k.source {
	case fromContext:
		return in.context.value(k.name)
	case sourceARN, sourceAccount:
		if in.principal.class() != service {
			return in.context.value(k.name)
		}
	}
	return in.principal.value(k)
}

// resolve appends the variables' values to buf. It reports false if one has no value and no default. An absent key has
// none, a multivalued one neither ("you can't use a multivalued condition key as a variable"), nor an empty text, nor
// one that is not UTF-8.
func (in *input) resolve(vars []variable, buf []string) ([]string, bool) {
	for i := range vars {
		v := in.lookup(&vars[i].key)
		switch {
		case v.one != "" && utf8.ValidString(v.one):
			buf = append(buf, v.one)
		case vars[i].HasDefault:
			buf = append(buf, vars[i].Default)
		default:
			return nil, false
		}
	}
	return buf, true
}

// Element is a part of a statement, in the order in which Authorize looks at them.
type Element uint8

// The elements that a request can fail to match.
const (
	NoElement Element = iota
	PrincipalElement
	ActionElement
	ResourceElement
	ConditionElement
)

func (e Element) String() string {
	return [...]string{"", "Principal", "Action", "Resource", "Condition"}[e]
}

// failing returns the first element of s that the request does not match, NoElement when s applies to it, and how
// closely its principal is named (directly where s has no principals).
func (s *statement) failing(in *input) (Element, naming) {
	how := directly
	if s.principals != nil {
		how = s.naming(in)
	}
	switch {
	case how == notNamed:
		return PrincipalElement, how
	case s.matchesAction(in) == s.src.NotAction:
		return ActionElement, how
	case !s.appliesToResource(in):
		return ResourceElement, how
	}
	for i := range s.conditions {
		if !s.conditions[i].holds(in) {
			return ConditionElement, how
		}
	}
	return NoElement, how
}

// naming says how closely s names the caller. NotPrincipal names directly whomever it does not list, neither by session
// nor by role nor by account.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
func (s *statement) naming(in *input) naming {
	how := in.principal.named(s.principals)
	switch {
	case !s.src.NotPrincipal:
		return how
	case how == notNamed:
		return directly
	}
	return notNamed
}

func (s *statement) matchesAction(in *input) bool {
	for i := range s.actions {
		if s.actions[i].Match(in.action, nil) {
			return true
		}
	}
	return false
}

// appliesToResource reports whether the resource is one of Resource or none of NotResource. "If a variable that has no
// value […] is used as part of the Resource or NotResource element of a policy, the resource that includes a policy
// variable with no value will not match any resource": such a NotResource says nothing, so that the statement does not
// apply.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-no-value
func (s *statement) appliesToResource(in *input) bool {
	if s.resources == nil {
		return true
	}
	for i := range s.resources {
		matches, known := s.resources[i].matches(in)
		switch {
		case !s.src.NotResource && matches:
			return true
		case s.src.NotResource && (matches || !known):
			return false
		}
	}
	return s.src.NotResource
}

func (r *resource) matches(in *input) (matches, known bool) {
	if r.all {
		return true, true
	}
	var buf [4]string
	values, ok := in.resolve(r.vars, buf[:0])
	if !ok {
		return false, false
	}
	return in.isARN && r.arn.Match(&in.name, values), true
}
