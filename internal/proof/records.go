package proof

import (
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/appsyncjs"
)

// records are what a process has found out about resolvers, so that systems which share resolvers share their trials. Each
// trial is given an API that has nothing but what its digest is of (staged): it cannot depend on anything else.
type records struct {
	compile func(code string) (*appsyncjs.Resolver, error)
	courses memo[course]
	stages  memo[*stage]
}

// known are the records of this process.
var known = newRecords(appsyncjs.Compile)

func newRecords(compile func(code string) (*appsyncjs.Resolver, error)) *records {
	return &records{compile: compile, courses: memo[course]{most: 16}, stages: memo[*stage]{most: 8}}
}

// prepare compiles all code of an API, on the processors there are. What does not compile is left to whoever needs it.
func (r *records) prepare(a system.API) {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, resolver := range a.Resolvers {
		for _, step := range slices.Concat(resolver.Steps, []system.Step{{Code: resolver.Code}}) {
			group.Go(func() error {
				_, _ = r.compile(step.Code)
				return nil
			})
		}
	}
	_ = group.Wait() // which is never an error
}

// staged is what of an API the trials of some resolvers are given, and no more: these, the tables' keys, which
// data sources invoke functions, and what resolvers read of the API itself.
func staged(a system.API, resolvers ...system.Resolver) system.API {
	few := system.API{
		At: a.At, SchemaAt: a.SchemaAt, Resolvers: resolvers, Tables: map[string]system.Table{},
		Invocations: map[string]system.Invocation{}, Properties: only(a.Properties, "EnvironmentVariables"),
	}
	for source, table := range a.Tables {
		few.Tables[source] = system.Table{
			At: table.At, Name: table.Name,
			Properties: only(table.Properties, "KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes"),
		}
	}
	for source := range a.Invocations {
		few.Invocations[source] = system.Invocation{}
	}
	return few
}

// only are some of a resource's properties.
func only(properties map[string]any, names ...string) map[string]any {
	some := map[string]any{}
	for _, name := range names {
		if value, has := properties[name]; has {
			some[name] = value
		}
	}
	return some
}

// resolversOf are an API's resolvers of some fields, by their paths.
func resolversOf(a system.API, fields ...string) []system.Resolver {
	return slices.DeleteFunc(slices.Clone(a.Resolvers), func(r system.Resolver) bool { return !slices.Contains(fields, r.FieldPath()) })
}
