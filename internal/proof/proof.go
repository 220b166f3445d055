package proof

import (
	"cmp"
	"errors"
	"runtime/debug"
	"slices"

	"golang.org/x/sync/errgroup"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/question"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/appsync/graphql"
	"lightbox.example/lightbox/sandbox/assembly"
)

// Result is what the proof of an assembly says.
type Result struct {
	// Violations are all the ways in which the assembly breaks the contract, sorted by construct.
	Violations []Violation
	Count      Count
}

// Check proves the assembly in a folder against the shipped access table. The error is for an assembly that cannot be read.
func Check(dir string) (Result, error) {
	a, err := assembly.Open(dir)
	if err != nil {
		return Result{}, err
	}
	return CheckAssembly(a)
}

// CheckAssembly is Check for an assembly that is open.
func CheckAssembly(a *assembly.Assembly) (Result, error) {
	// The trials leave much garbage and keep little: collecting it less often saves a third of the time.
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	s, err := system.Read(a)
	if unknown := OfUnknownTypes(err); unknown != nil {
		return Result{Violations: unknown}, nil
	}
	if err != nil {
		return Result{}, err
	}
	delivery, err := checkDelivery(a)
	if err != nil {
		return Result{}, err
	}
	result, err := Prove(s, access.Rules())
	result.Violations = sorted(append(delivery, result.Violations...))
	return result, err
}

// OfUnknownTypes are the violations that an error of package system is about: resources of types that nobody has looked at. Of
// any other error there are none.
func OfUnknownTypes(err error) []Violation {
	unknown, is := errors.AsType[*system.UnknownTypes](err)
	if !is {
		return nil
	}
	found := findings{rule: "properties"}
	for _, resource := range unknown.Resources {
		found.opens(resource.At, "%s", resource.Unknown())
	}
	return found.all
}

// Prove holds the system against an access table.
func Prove(s *system.System, rules []access.Rule) (Result, error) {
	var count Count
	var templates, resolvers []Violation
	var calls callLog
	var group errgroup.Group
	group.Go(func() (err error) { templates, err = checkTemplates(s, rules, &count); return err })
	group.Go(func() (err error) {
		resolvers, calls, err = tryResolvers(s.API, access.Fields(), known)
		return err
	})
	if err := group.Wait(); err != nil {
		return Result{}, err
	}
	unmeasured, err := checkBranches(s.API, calls, len(templates)+len(resolvers) == 0)
	count.Tried = Tried{
		Trials: len(calls.fields), Fields: len(slices.Compact(slices.Sorted(slices.Values(calls.fields)))),
		EveryBranch: err == nil && len(unmeasured) == 0,
	}
	return Result{sorted(slices.Concat(templates, resolvers, unmeasured)), count}, err
}

// checkTemplates is all of the proof that runs nothing.
func checkTemplates(s *system.System, rules []access.Rule, count *Count) ([]Violation, error) {
	schema, err := graphql.LoadSchema(s.API.Schema)
	if err != nil {
		return []Violation{{At: s.API.SchemaAt, Rule: "schema", Text: "AppSync would refuse the schema: " + err.Error()}}, nil
	}
	c := question.ContractOf(s, rules, schema)
	violations, err := checkGrants(s, c, count)
	if err != nil {
		return nil, err
	}
	paths, err := checkPaths(s, rules, c, count)
	if err != nil {
		return nil, err
	}
	logs, err := checkLogs(s, count)
	if err != nil {
		return nil, err
	}
	violations = slices.Concat(violations, paths, logs, checkMisuse(s, c, count), checkInvariants(s, rules, access.Functions(), count), checkSchema(s, access.Fields(), schema), checkSteps(s.API, access.Fields()))
	return sorted(violations), nil
}

// CheckInvariants is the part of the proof that asks for no file and no field: who may have the roles, how policies are written,
// what the roles of services may do, settings, every property there is, and how long data lives.
func CheckInvariants(s *system.System, rules []access.Rule) []Violation {
	return checkInvariants(s, rules, access.Functions(), &Count{})
}

func checkInvariants(s *system.System, rules []access.Rule, declared []access.Function, count *Count) []Violation {
	trust := append(checkTrust(s, count), checkGroups(s)...)
	return slices.Concat(trust, checkPatterns(s), checkShapes(s, trust), checkServices(s, declared), CheckCalls(s, declared, rules), checkSettings(s, rules),
		checkProperties(s, declared, count), checkWatch(s, declared), checkLife(s, rules), checkOutside(s))
}

// sorted puts the violations of a construct together and drops repetitions.
func sorted(violations []Violation) []Violation {
	slices.SortStableFunc(violations, func(a, b Violation) int { return cmp.Compare(a.Path, b.Path) })
	return slices.CompactFunc(violations, func(a, b Violation) bool { return a == b })
}
