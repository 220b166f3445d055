package proof

import (
	"crypto/sha256"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/proof/system"
)

// Tried is how much the trials of the resolvers tried.
type Tried struct {
	// Trials are the calls that were made, Fields the fields of the API that they called.
	Trials int `json:"trials"`
	Fields int `json:"fields"`
	// EveryBranch tells that the resolvers are those of which these very trials took every branch, as
	// `make test` has measured it.
	EveryBranch bool `json:"everyBranch"`
}

// callLog are the fields that trials called, and what they called them for, in their order; and the
// handlers that ran.
type callLog struct {
	fields, words []string
	ran           map[handler]bool
}

// note adds a call of a field; tell adds what it was for, and run a handler that ran.
func (l *callLog) note(field string) { l.fields = append(l.fields, field) }
func (l *callLog) tell(call string)  { l.words = append(l.words, call) }

func (l *callLog) run(of handler) {
	if l.ran == nil {
		l.ran = map[handler]bool{}
	}
	l.ran[of] = true
}

// add appends the calls of others.
func (l *callLog) add(others callLog) {
	l.fields, l.words = append(l.fields, others.fields...), append(l.words, others.words...)
	for of := range others.ran {
		l.run(of)
	}
}

// branches are what was measured when every branch of the resolvers was seen to be taken: the code, and
// the trials that took them.
type branches struct {
	Branches  int               `json:"branches"` // how many there are
	Untaken   int               `json:"untaken"`  // how many of them no call can take, each with a reason
	Trials    int               `json:"trials"`
	Calls     string            `json:"calls"`     // the hash of the trials
	Resolvers map[string]string `json:"resolvers"` // the hashes of their code, by construct path
}

//go:embed branches.json
var measuredBranches []byte

// branchesOf are the hashes of an API and of its trials, to compare them with what was measured.
func branchesOf(a system.API, calls callLog) branches {
	b := branches{Trials: len(calls.fields), Calls: hash(strings.Join(slices.Concat(calls.fields, calls.words), "\n")), Resolvers: map[string]string{}}
	for _, step := range everyStep(a) {
		b.Resolvers[step.Path] = hash(step.Code)
	}
	return b
}

// everyStep is all code of an API: its resolvers' and its functions'.
func everyStep(a system.API) []system.Step {
	all := slices.Clone(a.Functions)
	for _, resolver := range a.Resolvers {
		all = append(all, system.Step{At: resolver.At, Code: resolver.Code})
	}
	return all
}

func hash(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text)))[:24] }

// checkBranches holds the code against what was measured; and its trials, where nothing else kept them
// from being those.
func checkBranches(a system.API, calls callLog, whole bool) ([]Violation, error) {
	const remedy = "Run `make golden`, which measures it, and review what it writes"
	var measured branches
	if err := json.Unmarshal(measuredBranches, &measured); err != nil {
		return nil, fmt.Errorf("branches.json: %w", err)
	}
	all, is := findings{rule: "resolvers"}, branchesOf(a, calls)
	for _, step := range everyStep(a) {
		if measured.Resolvers[step.Path] != is.Resolvers[step.Path] {
			all.opens(step.At, "the code is not the one of which the trials were seen to take every branch: one of its branches may do anything. %s", remedy)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(measured.Resolvers)) {
		if _, is := is.Resolvers[path]; !is {
			all.opens(a.At, "%s is gone, of which the trials took every branch. %s", path, remedy)
		}
	}
	if whole && len(all.all) == 0 && is.Calls != measured.Calls {
		all.opens(a.At, "got %d trials, and every branch was seen to be taken by %d others. %s", is.Trials, measured.Trials, remedy)
	}
	return all.all, nil
}
