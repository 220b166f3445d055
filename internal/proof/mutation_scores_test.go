package proof

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// everyMutant is for make soak.
var everyMutant = flag.Bool("every-mutant", false, "try every mutant, and not only some of each operator on each type")

// sliceOf is what make test tries: of each operator on each type of resource the first mutant, and
// every so many after it. Mutants are in an order of their own, so that nothing but a change of them
// changes the slice.
func sliceOf(all []mutant) []mutant {
	const step = 200
	seen, some := map[[2]string]int{}, []mutant(nil)
	for _, m := range all {
		key := [2]string{m.operator, m.kind}
		if seen[key]%step == 0 {
			some = append(some, m)
		}
		seen[key]++
	}
	return some
}

// score counts the mutants of an operator.
type score struct{ all, caught, refused, equal, apart int }

func (s *score) add(other score) {
	s.all, s.caught, s.refused = s.all+other.all, s.caught+other.caught, s.refused+other.refused
	s.equal, s.apart = s.equal+other.equal, s.apart+other.apart
}

// scores are those of all operators, with what survivors are excused by.
type scores struct {
	operators map[string]*score
	reasons   map[string]int
	used      map[string]bool // entries of equivalent
}

// count takes a verdict in. A survivor without an excuse fails the test.
func (r scores) count(t *testing.T, m mutant, answer verdict) {
	t.Helper()
	if r.operators[m.operator] == nil {
		r.operators[m.operator] = &score{}
	}
	s := r.operators[m.operator]
	s.all++
	equal := func(reason string) {
		r.reasons["equal: "+reason]++
		s.equal++
	}
	switch part := excused(m); {
	case answer.err != nil:
		t.Errorf("%s: %s: %v", m.operator, m.what, answer.err)
	case answer.refused:
		s.refused++
	case answer.noticed:
		s.caught++
	case part != "":
		r.used[part] = true
		equal(equivalent[part])
	case m.equal != "":
		equal(m.equal)
	case m.reason != "":
		r.reasons["apart: "+m.reason]++
		s.apart++
	case answer.same && (m.policy || !m.generated):
		equal("every policy says what it said, after " + m.operator)
	default:
		t.Errorf("survived: %s: %s", m.operator, m.what)
	}
}

// print prints the scores by operator, the reasons, and the sum, which it returns.
func (r scores) print(t *testing.T) score {
	t.Helper()
	sum := score{}
	for _, operator := range slices.Sorted(maps.Keys(r.operators)) {
		s := *r.operators[operator]
		t.Logf("%-40s caught %3d of %3d, %3d refused by AWS, %2d equal, %2d apart", operator, s.caught, s.all, s.refused, s.equal, s.apart)
		sum.add(s)
	}
	for _, reason := range slices.Sorted(maps.Keys(r.reasons)) {
		t.Logf("%4d %s", r.reasons[reason], reason)
		if strings.HasPrefix(reason, "equal: ") && r.reasons[reason] > 40 {
			t.Errorf("%d mutants pass for one reason, want at most 40: %s", r.reasons[reason], reason)
		}
	}
	fmt.Printf("mutation: caught %d of %d, %d refused by AWS, %d equal; %d apart\n", sum.caught, sum.all-sum.apart, sum.refused, sum.equal, sum.apart)
	return sum
}
