package assembly

import "strings"

// dependencyOrder puts the ids behind what they need, and else leaves them in their order. Where that can't be done it
// returns a cycle instead: its ids in the order of the arrows, the first one again at the end.
func dependencyOrder(ids []string, needs func(id string) []string) (ordered, cycle []string) {
	const (
		unseen = iota
		open
		done
	)
	state := make(map[string]int, len(ids))
	var chain []string
	var visit func(id string) bool
	visit = func(id string) bool {
		switch state[id] {
		case done:
			return true
		case open:
			for i, other := range chain {
				if other == id {
					cycle = append(append([]string{}, chain[i:]...), id)
				}
			}
			return false
		}
		state[id], chain = open, append(chain, id)
		for _, other := range needs(id) {
			if !visit(other) {
				return false
			}
		}
		state[id], chain = done, chain[:len(chain)-1]
		ordered = append(ordered, id)
		return true
	}
	for _, id := range ids {
		if !visit(id) {
			return nil, cycle
		}
	}
	return ordered, nil
}

// arrows writes a cycle as in "A → B → A".
func arrows(cycle []string) string { return clip(strings.Join(cycle, " → ")) }
