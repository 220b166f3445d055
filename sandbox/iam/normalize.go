package iam

import (
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/iam/pattern"
)

// Rule is one atom of what policies say: one effect on one pattern of actions and one of resources, under conditions.
// Rules are comparable by their text, and that is the same for all ways to write the same policy down.
type Rule struct {
	Deny       bool
	Principal  string   // one principal, "not …" for a NotPrincipal, "" in an identity or session policy
	Action     string   // one pattern in lower case, or "not …" for a NotAction with its patterns
	Resource   string   // one pattern, "not …" for a NotResource, "" in a trust policy
	Conditions []string // sorted; all have to hold
}

// String writes r as a sentence, as in `allow s3:getobject on arn:aws:s3:::b/public/* when …`.
func (r Rule) String() string {
	b := strings.Builder{}
	b.WriteString([2]string{"allow ", "deny "}[boolIndex(r.Deny)])
	b.WriteString(r.Action)
	if r.Resource != "" {
		b.WriteString(" on " + r.Resource)
	}
	if r.Principal != "" {
		b.WriteString(" for " + r.Principal)
	}
	if len(r.Conditions) > 0 {
		b.WriteString(" when " + strings.Join(r.Conditions, " and "))
	}
	return b.String()
}

func boolIndex(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Normalize returns the canonical form of what the policies say together: their rules, sorted, each once. The policies
// have to be of one kind and one place: all of a role, or all of a bucket.
//
// Two sets of policies with the same rules decide every request alike. The form forgets what does not decide: the
// policies' names, their number and order; Id, Sid and Version; how actions, resources and principals are spread over
// statements, their order and repetitions; the case of actions and condition keys; ArnEquals for ArnLike, StringLike
// without a wildcard for StringEquals, the notation of numbers, an account by its root's ARN. It drops a pattern that a
// wider one beside it covers, a rule that another rule of the same effect covers, and an
// Allow that a Deny covers unless it is one to everyone.
//
// The opposite does not hold in every case: policies that decide alike by a roundabout way (two conditions that exclude
// each other, a set of patterns that together make up a third) can have different rules. So an equal form proves that
// two policies say the same, and a different form does not prove that they differ.
func Normalize(policies ...*Policy) []Rule {
	var atoms []atom
	for _, p := range policies {
		for i := range p.statements {
			atoms = append(atoms, p.statements[i].atoms()...)
		}
	}
	slices.SortFunc(atoms, func(a, b atom) int { return strings.Compare(a.text, b.text) })
	atoms = slices.CompactFunc(atoms, func(a, b atom) bool { return a.text == b.text })
	var rules []Rule
	for i := range atoms {
		if !covered(atoms, i) {
			rules = append(rules, atoms[i].rule)
		}
	}
	return rules
}

// atom is a rule with the compiled patterns that it was written from.
type atom struct {
	rule      Rule
	text      string
	everyone  bool // the principal is *
	notAction bool
	actions   []pattern.Pattern // one, or those of NotAction
	notRes    bool
	resources []resource // one, or those of NotResource; none in a trust policy
}

// atoms spreads a statement over its principals, actions and resources.
func (s *statement) atoms() []atom {
	out := []atom{{rule: Rule{Deny: s.src.Deny, Conditions: s.canonicalConditions()}}}
	out = spread(out, s.principalNames(), func(a *atom, name string) { a.rule.Principal, a.everyone = name, name == "*" })
	if s.src.NotAction {
		out = spread(out, [][]pattern.Pattern{widest(s.actions, coversAction)}, func(a *atom, list []pattern.Pattern) {
			a.notAction, a.actions, a.rule.Action = true, list, "not "+canonicalList(list, actionText)
		})
	} else {
		out = spread(out, s.actions, func(a *atom, p pattern.Pattern) {
			a.actions, a.rule.Action = []pattern.Pattern{p}, actionText(p)
		})
	}
	switch {
	case s.resources == nil:
	case s.src.NotResource:
		out = spread(out, [][]resource{widest(s.resources, sameSilence)}, func(a *atom, list []resource) {
			a.notRes, a.resources, a.rule.Resource = true, list, "not "+canonicalList(list, resource.text)
		})
	default:
		out = spread(out, s.resources, func(a *atom, r resource) {
			a.resources, a.rule.Resource = []resource{r}, r.text()
		})
	}
	for i := range out {
		out[i].text = out[i].rule.String()
	}
	return out
}

// spread makes len(list) atoms of each.
func spread[T any](atoms []atom, list []T, set func(*atom, T)) []atom {
	out := make([]atom, 0, len(atoms)*len(list))
	for _, a := range atoms {
		for _, item := range list {
			next := a
			set(&next, item)
			out = append(out, next)
		}
	}
	return out
}

// principalNames returns one name a principal; one empty name where the policy has none.
func (s *statement) principalNames() []string {
	set := s.principals
	if set == nil {
		return []string{""}
	}
	var names []string
	if set.everyone {
		names = append(names, "*")
	}
	names = append(names, set.src.AWS...)
	for _, name := range set.services {
		names = append(names, "service "+name)
	}
	for _, name := range set.federated {
		names = append(names, "federated "+name)
	}
	for _, name := range set.src.Canonical {
		names = append(names, "canonical "+name)
	}
	if !s.src.NotPrincipal {
		return names
	}
	return []string{"not " + canonicalList(names, func(s string) string { return s })}
}

func actionText(p pattern.Pattern) string { return p.String(nil) }

// text writes the pattern in canonical form.
func (r resource) text() string {
	if r.all {
		return "*"
	}
	return r.arn.String(sources(r.vars))
}

func canonicalList[T any](list []T, text func(T) string) string {
	texts := make([]string, len(list))
	for i, item := range list {
		texts[i] = text(item)
	}
	slices.Sort(texts)
	return strings.Join(slices.Compact(texts), ", ")
}

// covered reports whether another atom makes atoms[i] redundant. Of two that cover each other the first stays.
func covered(atoms []atom, i int) bool {
	a := &atoms[i]
	for j := range atoms {
		b := &atoms[j]
		switch sameEffect := b.rule.Deny == a.rule.Deny; {
		case j == i || !b.covers(a):
		case sameEffect && (j < i || !a.covers(b)):
			return true
		case !sameEffect && b.rule.Deny && !a.everyone:
			// A grant to everyone stays in spite of the Deny: it makes the policy a public one.
			return true
		}
	}
	return false
}

// covers reports whether a surely takes effect wherever b does.
func (a *atom) covers(b *atom) bool {
	return (a.everyone || a.rule.Principal == b.rule.Principal) &&
		subset(a.rule.Conditions, b.rule.Conditions) &&
		a.coversActions(b) && a.coversResources(b)
}

func subset(small, large []string) bool {
	for _, s := range small {
		if !slices.Contains(large, s) {
			return false
		}
	}
	return true
}

func (a *atom) coversActions(b *atom) bool {
	switch {
	case a.rule.Action == b.rule.Action || a.rule.Action == "*":
		return true
	case a.notAction && b.notAction:
		// Everything but a few covers everything but more.
		return coverEach(a.actions, b.actions, coversAction)
	case a.notAction || b.notAction:
		return false
	}
	return coversAction(b.actions[0], a.actions[0])
}

// widest returns the items of list that no other one covers. Of two that cover each other the first stays.
func widest[T any](list []T, covered func(small, large T) bool) []T {
	var out []T
	for i, item := range list {
		redundant := false
		for j, other := range list {
			if j != i && covered(item, other) && (j < i || !covered(other, item)) {
				redundant = true
				break
			}
		}
		if !redundant {
			out = append(out, item)
		}
	}
	return out
}

// coverEach reports whether each of small is covered by one of large.
func coverEach[T any](small, large []T, covered func(small, large T) bool) bool {
	for _, s := range small {
		if !slices.ContainsFunc(large, func(l T) bool { return covered(s, l) }) {
			return false
		}
	}
	return true
}

func coversAction(small, large pattern.Pattern) bool { return large.Covers(nil, &small, nil) }

func (a *atom) coversResources(b *atom) bool {
	switch {
	case a.rule.Resource == b.rule.Resource || a.rule.Resource == "*":
		return true
	case a.notRes && b.notRes:
		return coverEach(a.resources, b.resources, sameSilence)
	case a.notRes || b.notRes || len(a.resources) == 0 || len(b.resources) == 0:
		return false
	}
	return coversResource(b.resources[0], a.resources[0])
}

// sameSilence is coversResource within a NotResource, which a variable without a value silences as a whole: one with a
// variable may not go.
func sameSilence(small, large resource) bool {
	return len(small.vars) == 0 && coversResource(small, large)
}

func coversResource(small, large resource) bool {
	if small.all || large.all {
		return large.all
	}
	return large.arn.Covers(sources(large.vars), &small.arn, sources(small.vars))
}
