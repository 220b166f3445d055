// Package proof proves from synthesized templates that nobody can do more, or less, than the
// access table and the schema say.
//
// # What is proven
//
// For everybody who could ask (anyone on the internet, CloudFront for this account and for
// another, another service, a role of another account, a guest, a signed-in user, an admin),
// for every action, every resource and every prefix of a listing: the policies allow it
// exactly where the contract does. "Every" is meant: policies look at texts only by matching
// patterns, so texts fall into finitely many classes, and one text of each class is asked
// about (package classes). Owners are two symbols, me and another; policies may name owners
// by variables only, so what holds for these two holds for any two. The table itself is held
// against the misuse cases, which are written by hand: it cannot give guests a listing, for
// example, even if the policies follow it.
//
// For every role and everybody who could ask for it: the trust policies let in whom the role
// is for and nobody else. For the settings that access rests on (public access blocked, CORS,
// how people sign in, role mapping, principal tag, what the CDN serves and with which headers,
// modes and limits of the API, …): they are as the invariants say, which are written by hand
// and follow no setting. The outputs file tells clients exactly what the policies allow. For
// every field of the schema: who may call it is said explicitly, and is what the invariants
// allow; every type that an IAM caller can reach is open to IAM callers, and nothing else is.
// The resolvers run on the tables in memory, past the directives: they let their caller do what
// is the caller's, and refuse, change nothing and tell nothing where it is another's. This part
// is a course of events with two symbolic owners, not a proof over all of them.
//
// # What is not proven
//
// That AWS does what its documentation says; that ids of identities and users have the form
// that Cognito gives them (neither is a prefix of the other's); organisation policies and
// permissions boundaries, which can only narrow; what the account's other stacks grant.
package proof

import (
	"cmp"
	"slices"

	"lightbox/api"
	"lightbox/internal/access"
)

// Check proves the assembly in a folder against the shipped access table, and returns every
// way in which it breaks the contract. The error is for an assembly that cannot be read.
func Check(dir string) ([]Violation, error) {
	system, err := Open(dir)
	if err != nil {
		return nil, err
	}
	return system.Prove(access.Rules())
}

// Prove holds the system against an access table.
func (s *System) Prove(rules []access.Rule) ([]Violation, error) {
	violations, err := s.checkTemplates(rules)
	if err != nil {
		return nil, err
	}
	resolvers, err := s.checkResolvers()
	if err != nil {
		return nil, err
	}
	return sorted(append(violations, resolvers...)), nil
}

// checkTemplates is all of the proof that runs nothing.
func (s *System) checkTemplates(rules []access.Rule) ([]Violation, error) {
	schema, err := api.Load(s.API.Schema)
	if err != nil {
		return []Violation{{At: s.API.SchemaAt, Rule: "schema", Text: "AppSync would refuse the schema: " + err.Error()}}, nil
	}
	c := s.contract(rules, schema)
	violations, err := s.checkGrants(c)
	if err != nil {
		return nil, err
	}
	paths, err := s.checkPaths(rules, c)
	if err != nil {
		return nil, err
	}
	logs, err := s.checkLogs()
	if err != nil {
		return nil, err
	}
	violations = slices.Concat(violations, paths, logs, s.checkMisuse(c),
		s.checkTrust(), s.checkPatterns(), s.checkServices(), s.checkSettings(rules), s.checkSchema(schema))
	return sorted(violations), nil
}

// sorted puts the violations of a construct together and drops repetitions.
func sorted(violations []Violation) []Violation {
	slices.SortStableFunc(violations, func(a, b Violation) int { return cmp.Compare(a.Path, b.Path) })
	return slices.CompactFunc(violations, func(a, b Violation) bool { return a == b })
}
