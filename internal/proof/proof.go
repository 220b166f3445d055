package proof

import (
	"cmp"
	"runtime/debug"
	"slices"

	"golang.org/x/sync/errgroup"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/question"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/appsync/graphql"
)

// Check proves the assembly in a folder against the shipped access table, and returns every
// way in which it breaks the contract. The error is for an assembly that cannot be read.
func Check(dir string) ([]Violation, error) {
	// The trials leave much garbage and keep little: collecting it less often saves a third of the time.
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	s, err := system.Open(dir)
	if err != nil {
		return nil, err
	}
	return Prove(s, access.Rules())
}

// Prove holds the system against an access table.
func Prove(s *system.System, rules []access.Rule) ([]Violation, error) {
	violations, _, err := prove(s, rules)
	return violations, err
}

// prove is Prove with how much of the resolvers it tried.
func prove(s *system.System, rules []access.Rule) ([]Violation, Tried, error) {
	var templates, resolvers []Violation
	var calls callLog
	var group errgroup.Group
	group.Go(func() (err error) { templates, err = checkTemplates(s, rules); return err })
	group.Go(func() (err error) {
		resolvers, calls, err = tryResolvers(s.API, access.Fields(), programs{})
		return err
	})
	if err := group.Wait(); err != nil {
		return nil, Tried{}, err
	}
	unmeasured, err := checkBranches(s.API, calls, len(templates)+len(resolvers) == 0)
	result := Tried{
		Trials: len(calls.fields), Fields: len(slices.Compact(slices.Sorted(slices.Values(calls.fields)))),
		EveryBranch: err == nil && len(unmeasured) == 0,
	}
	return sorted(slices.Concat(templates, resolvers, unmeasured)), result, err
}

// checkTemplates is all of the proof that runs nothing.
func checkTemplates(s *system.System, rules []access.Rule) ([]Violation, error) {
	schema, err := graphql.LoadSchema(s.API.Schema)
	if err != nil {
		return []Violation{{At: s.API.SchemaAt, Rule: "schema", Text: "AppSync would refuse the schema: " + err.Error()}}, nil
	}
	c := question.ContractOf(s, rules, schema)
	violations, err := checkGrants(s, c)
	if err != nil {
		return nil, err
	}
	paths, err := checkPaths(s, rules, c)
	if err != nil {
		return nil, err
	}
	logs, err := CheckLogs(s)
	if err != nil {
		return nil, err
	}
	violations = slices.Concat(violations, paths, logs, checkMisuse(s, c), CheckInvariants(s, rules), checkSchema(s, access.Fields(), schema), checkSteps(s.API, access.Fields()))
	return sorted(violations), nil
}

// CheckInvariants is the part of the proof that asks for no file and no field: who may have the roles, how policies are written,
// what the roles of services may do, settings, every property there is, and how long data lives.
func CheckInvariants(s *system.System, rules []access.Rule) []Violation {
	trust := checkTrust(s)
	return slices.Concat(trust, checkPatterns(s), checkShapes(s, trust), checkServices(s), checkSettings(s, rules), checkProperties(s), checkLife(s))
}

// sorted puts the violations of a construct together and drops repetitions.
func sorted(violations []Violation) []Violation {
	slices.SortStableFunc(violations, func(a, b Violation) int { return cmp.Compare(a.Path, b.Path) })
	return slices.CompactFunc(violations, func(a, b Violation) bool { return a == b })
}
