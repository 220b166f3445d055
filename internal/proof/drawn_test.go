package proof

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// A Drift is a mutant as somebody makes one in the console: a resource that has other properties.
type Drift struct {
	What, Stack, LogicalID, Type string
	template                     map[string]any
}

// Service is the service of a type, as in S3.
func (d Drift) Service() string { return strings.Split(d.Type, "::")[1] }

// EveryDrift tells that the flag of every mutant is set, which make soak does.
func EveryDrift() bool { return *everyMutant }

// opening are the operators that let somebody do what nobody should, or take what keeps them from it.
var opening = []string{
	"add a principal", "add an action", "attach a policy to another role", "change the principal tag", "change the role mapping",
	"drop a condition", "forget a subscription's filter", "forget the viewer", "keep tokens alive", "let anybody in", "let ACLs in",
	"let in without an address", "let sites frame it", "let users write what others go by", "list drafts", "loosen trust",
	"open OAuth", "open the API", "open the CDN", "open the identity pool", "point elsewhere", "recover by something else",
	"replace a variable by *", "replace a variable by another", "run what is uploaded", "schema: remove a directive", "serve a website",
	"serve another origin", "show drafts", "show with credentials", "statement: add a principal", "statement: replace an element by *",
	"swap roles", "take addresses unproven", "take anybody for an admin", "take passwords", "tell who exists", "trust the input for the author",
	"trust the input for the owner", "unblock public access", "widen CORS", "widen a condition", "widen a resource",
	// Of what the schemas of types make, for services that nobody has chosen any for.
	"change a property", "remove a property",
}

// DrawDrifts are mutants that open, each of one resource, in an order that follows from the seed: one of each service, in turn,
// and of a service first one of each operator and type, those first that somebody chose.
func DrawDrifts(t *testing.T, seed uint64) []Drift {
	t.Helper()
	original, all := shippedMutants(t)
	all = slices.Clone(all)
	random := rand.New(rand.NewPCG(seed, 0))
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	seen, turn := map[string]int{}, map[string]int{}
	rank := func(m mutant) int { // how many there are of its operator and type, of those that somebody chose first
		key := fmt.Sprint(m.operator, m.kind)
		seen[key]++
		if m.generated {
			return 1000 + seen[key]
		}
		return seen[key]
	}
	type drawn struct {
		Drift
		rank, turn int
	}
	var drifts []drawn
	for _, m := range all {
		if !slices.Contains(opening, m.operator) || m.reason != "" || excused(m) != "" {
			continue
		}
		if d, ok := drifted(m, original); ok {
			drifts = append(drifts, drawn{Drift: d, rank: rank(m)})
		}
	}
	slices.SortStableFunc(drifts, func(a, b drawn) int { return cmp.Compare(a.rank, b.rank) })
	for i := range drifts {
		turn[drifts[i].Service()]++
		drifts[i].turn = turn[drifts[i].Service()]
	}
	slices.SortStableFunc(drifts, func(a, b drawn) int {
		return cmp.Or(cmp.Compare(a.turn, b.turn), cmp.Compare(a.Service(), b.Service()))
	})
	result := make([]Drift, 0, len(drifts))
	for _, d := range drifts {
		result = append(result, d.Drift)
	}
	return result
}

// drifted is a mutant as a drift, if it changes the properties of one resource and nothing else.
func drifted(m mutant, original templates) (Drift, bool) {
	was, is := original[m.stack]["Resources"].(map[string]any), m.template["Resources"].(map[string]any)
	if len(was) != len(is) {
		return Drift{}, false
	}
	for id, resource := range is {
		before, after := was[id].(map[string]any), resource.(map[string]any)
		if reflect.ValueOf(before).Pointer() == reflect.ValueOf(after).Pointer() {
			continue // the mutant has a copy of what it changes
		}
		before, after = maps.Clone(before), maps.Clone(after)
		delete(before, "Properties")
		delete(after, "Properties")
		return Drift{What: m.operator + ": " + m.what, Stack: m.stack, LogicalID: id, Type: m.kind, template: m.template}, reflect.DeepEqual(before, after)
	}
	return Drift{}, false
}

// Template is the text of the stack's, with the properties that the resource has then.
func (d Drift) Template(t *testing.T) []byte { return encode(t, d.template) }
