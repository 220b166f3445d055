package iam

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Ref names a statement of a policy.
type Ref struct {
	Policy string // the name given to Parse
	Index  int    // from 1
	Sid    string // "" without one
}

// String writes r as a person would, as in "statement 3 (ReadPublic) of FileStorage/GuestAccess".
func (r Ref) String() string {
	if r.Sid == "" {
		return fmt.Sprintf("statement %d of %s", r.Index, r.Policy)
	}
	return fmt.Sprintf("statement %d (%s) of %s", r.Index, r.Sid, r.Policy)
}

func (s *statement) ref() Ref { return Ref{Policy: s.policy.name, Index: s.src.Index, Sid: s.src.Sid} }

// Reasons are why a request was decided as it was. Cause is there at once; the methods work the rest out when asked.
type Reasons struct {
	Cause    Cause
	deciding [2]*statement
	request  Request
	policies Policies
}

// Deciding returns the statements that made the decision: the one that denies, or the one that allows and, where a
// second policy had to allow too, that one's. It is empty where no statement had a say.
func (r Reasons) Deciding() []Ref {
	var refs []Ref
	for _, s := range r.deciding {
		if s != nil {
			refs = append(refs, s.ref())
		}
	}
	return refs
}

// Asked is the request that was decided.
func (r Reasons) Asked() Request { return r.request }

// Source is a statement as a policy has it, in JSON; nil of one that none of the policies has.
func (r Reasons) Source(ref Ref) []byte {
	for _, list := range r.policies.all() {
		for _, p := range list {
			for i := range p.statements {
				if p.statements[i].ref() == ref {
					text, _ := json.Marshal(p.statements[i].src) // it is of strings alone
					return text
				}
			}
		}
	}
	return nil
}

// Verdict is what one statement says to the request.
type Verdict struct {
	Ref
	Kind   Kind // of the policy
	Deny   bool // its effect
	Failed Element
	// Why is a sentence about the element that failed, with what was wanted and what the request has; "" if the
	// statement applies. For a condition it lists each one that failed.
	Why string
}

// Applies reports whether the statement takes effect.
func (v Verdict) Applies() bool { return v.Failed == NoElement }

// Verdicts evaluates all statements, those of the caller's policies first, then the resource's and the session's. None
// is left out because another decided already.
func (r Reasons) Verdicts() []Verdict {
	if r.Cause == Malformed {
		return nil
	}
	in := newInput(&r.request)
	var out []Verdict
	for _, list := range r.policies.all() {
		for _, p := range list {
			for i := range p.statements {
				s := &p.statements[i]
				v := Verdict{Ref: s.ref(), Kind: p.kind, Deny: s.src.Deny}
				v.Failed, _ = s.failing(&in)
				v.Why = s.why(&in, v.Failed)
				out = append(out, v)
			}
		}
	}
	return out
}

// Close returns the statements that would have allowed the request but for one element, the nearest ones only: those
// of which a condition failed; if there are none, those whose action and principal match and whose resource does not.
func (r Reasons) Close() []Verdict {
	var near [ConditionElement + 1][]Verdict
	for _, v := range r.Verdicts() {
		if !v.Deny && v.Kind != Session {
			near[v.Failed] = append(near[v.Failed], v)
		}
	}
	if len(near[ConditionElement]) > 0 {
		return near[ConditionElement]
	}
	return near[ResourceElement]
}

// String is the decision's account in one line for a log: what, why, by which statement, and for a denial without one,
// what came closest.
func (r Reasons) String() string {
	caller := r.request.Principal
	if caller == nil {
		caller = Anonymous{}
	}
	b := strings.Builder{}
	fmt.Fprintf(&b, "%s %s on %s for %s: %s", Decision(r.Cause >= ByIdentity), r.request.Action, r.request.Resource, caller, r.Cause)
	switch refs := r.Deciding(); {
	case r.Cause == Malformed:
		fmt.Fprintf(&b, ": %s", r.malformed())
	case len(refs) > 0:
		for i, ref := range refs {
			fmt.Fprintf(&b, "%s%s", [2]string{": ", " and "}[min(i, 1)], ref)
		}
	default:
		for i, v := range r.Close() {
			fmt.Fprintf(&b, "%s%s: %s", [2]string{"; closest is ", "; "}[min(i, 1)], v.Ref, v.Why)
		}
	}
	return b.String()
}

// why explains the failure of an element.
func (s *statement) why(in *input, failed Element) string {
	switch failed {
	case PrincipalElement:
		if s.src.NotPrincipal {
			return "NotPrincipal lists " + in.principal.String()
		}
		return fmt.Sprintf("%s is not among the principals %s", in.principal, s.principals)
	case ActionElement:
		if s.src.NotAction {
			return fmt.Sprintf("NotAction lists %s: %s", in.action, strings.Join(s.src.Actions, ", "))
		}
		return fmt.Sprintf("%s is none of %s", in.action, strings.Join(s.src.Actions, ", "))
	case ResourceElement:
		return s.whyResource(in)
	case ConditionElement:
		var whys []string
		for i := range s.conditions {
			if c := &s.conditions[i]; !c.holds(in) {
				whys = append(whys, c.why(in))
			}
		}
		return strings.Join(whys, "; ")
	}
	return ""
}

func (s *statement) whyResource(in *input) string {
	var missing []string
	for i := range s.resources {
		r := &s.resources[i]
		for j := range r.vars {
			if _, ok := in.resolve(r.vars[j:j+1], nil); !ok {
				missing = append(missing, "${"+r.vars[j].Key+"}")
			}
		}
	}
	relation := "is none of"
	if s.src.NotResource {
		relation = "is excepted by NotResource"
	}
	why := fmt.Sprintf("%s %s %s", in.resource, relation, strings.Join(s.src.Resources, ", "))
	if len(missing) > 0 {
		why += fmt.Sprintf(" (the request has no %s)", strings.Join(missing, ", "))
	}
	return why
}

// why says what the condition wanted and what the request has.
func (c *condition) why(in *input) string {
	wants := make([]string, len(c.operands))
	for i := range c.operands {
		wants[i] = fmt.Sprintf("%q", c.operands[i].src)
	}
	got := "the request has none"
	switch v := in.lookup(&c.key); {
	case v.multi && v.present:
		got = fmt.Sprintf("the request has the set %q", v.many)
	case v.present:
		got = fmt.Sprintf("the request has %q", v.one)
	}
	for i := range c.operands {
		for j := range c.operands[i].vars {
			if _, ok := in.resolve(c.operands[i].vars[j:j+1], nil); !ok {
				got += fmt.Sprintf(", and no ${%s}", c.operands[i].vars[j].Key)
			}
		}
	}
	return fmt.Sprintf("%s %s [%s] is not met: %s", c.name, c.key.name, strings.Join(wants, ", "), got)
}

// String lists the principals.
func (set *principalSet) String() string {
	var list []string
	if set.everyone {
		list = append(list, "*")
	}
	list = append(list, set.src.AWS...)
	list = append(list, set.services...)
	list = append(list, set.federated...)
	list = append(list, set.src.Canonical...)
	return strings.Join(list, ", ")
}
