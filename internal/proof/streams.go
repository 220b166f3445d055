package proof

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/question"
	"lightbox.example/lightbox/internal/proof/system"
)

// failureDays is how long what a function could not deal with stays.
const failureDays = 30

// checkStreams makes sure that each stream that a function is declared to hear has one mapping, with the filters that follow from
// the declaration, that there is no other, and that those tables alone have a stream.
func checkStreams(s *system.System, functions []access.Function) []Violation {
	found := findings{rule: "streams"}
	heard := map[string]bool{}
	for _, mapping := range s.Mappings {
		function, source := heardBy(s, mapping)
		stream, declared := declaredStream(functions, function, source)
		switch {
		case !declared:
			found.opens(mapping.At, "the function %s hears of %s: access.Functions does not declare that", cmp.Or(function, mapping.Function), cmp.Or(source, mapping.Stream))
			continue
		case heard[function+" "+source]:
			found.opens(mapping.At, "the function %s hears of %s twice: want one mapping, in which changes have an order", function, source)
		}
		heard[function+" "+source] = true
		if got := system.Lookup(mapping.Properties, "BatchSize"); !same(got, stream.Batch) {
			found.opens(mapping.At, "BatchSize: got %v, want %d, which the function %s is declared to be told at once", show(got), stream.Batch, function)
		}
		if got, want := patternsOf(mapping), stream.Patterns(); !slices.Equal(got, want) {
			found.opens(mapping.At, "FilterCriteria.Filters: got %q, want %q of what the function %s is declared to hear", got, want, function)
		}
	}
	for _, function := range functions {
		for _, stream := range function.Streams {
			if !heard[string(function.Name)+" "+string(stream.Of)] {
				found.closes(s.API.At, "the function %s hears nothing of %s: access.Functions declares it", function.Name, stream.Of)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.API.Tables)) {
		table := s.API.Tables[name]
		switch has, wanted := table.Properties["StreamSpecification"] != nil, access.Streamed(functions, access.Source(name)); {
		case has && !wanted:
			found.opens(table.At, "StreamSpecification: got one, want none: no function is declared to hear of %s", name)
		case !has && wanted:
			found.closes(table.At, "StreamSpecification: got none, want one: a function is declared to hear of %s", name)
		}
	}
	return found.all
}

// heardBy names the function and the table of a mapping; empty for one that is none of ours.
func heardBy(s *system.System, mapping system.Mapping) (function, source string) {
	for _, f := range s.Functions {
		if f.ID == mapping.Function {
			function = f.Name
		}
	}
	for name, table := range s.API.Tables {
		if table.StreamARN == mapping.Stream {
			source = name
		}
	}
	return function, source
}

func declaredStream(functions []access.Function, function, source string) (access.Stream, bool) {
	for _, declared := range functions {
		for _, stream := range declared.Streams {
			if string(declared.Name) == function && string(stream.Of) == source {
				return stream, true
			}
		}
	}
	return access.Stream{}, false
}

// patternsOf are the patterns of a mapping's filters.
func patternsOf(mapping system.Mapping) (all []string) {
	for _, filter := range system.Items(system.Lookup(mapping.Properties, "FilterCriteria.Filters")) {
		all = append(all, fmt.Sprint(system.Lookup(filter, "Pattern")))
	}
	return all
}

// checkFailures makes sure that the bucket of what functions could not deal with is for Lambda, with the roles of those functions
// (which the rule grants is about), over TLS: its own policy lets nobody in.
func checkFailures(s *system.System, count *Count) ([]Violation, error) {
	var found []Violation
	for _, bucket := range s.Failures {
		view := s.OfLogs(bucket)
		for _, who := range question.Callers(view) {
			q := question.Question{Action: "s3:PutObject", Resource: bucket.ARN + "/aws/lambda/x"}
			if !who.MayBesides(q) {
				continue
			}
			for _, weak := range []question.Transport{question.PlainHTTP, question.TLS11} {
				count.Questions++
				if decision, _ := question.Decide(view, who, q, weak); decision {
					found = append(found, Violation{At: bucket.Policy.At, Rule: "transport", Text: who.Name + " may " + q.String() + " over " + weak.Name + ": the bucket must refuse it"})
				}
			}
		}
		violations, err := checkGrants(withoutPolicies(view), question.Contract{Bucket: bucket.ARN}, count)
		if err != nil {
			return nil, err
		}
		found = append(found, violations...)
	}
	return found, nil
}

// withoutPolicies is a view in which the bucket's own policy alone decides: those of people and functions are asked about by
// checkGrants of the system itself.
func withoutPolicies(view *system.System) *system.System {
	view.Guest.Policies, view.User.Policies, view.Groups = nil, nil, slices.Clone(view.Groups)
	for i := range view.Groups {
		view.Groups[i].Role.Policies = nil
	}
	view.Functions = nil
	return view
}
