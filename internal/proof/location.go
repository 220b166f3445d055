package proof

import (
	"strings"

	"lightbox.example/lightbox/internal/access"
)

// spot is where in the access table a question lies: the row, -1 for none, and whether it is
// in the caller's own folder there.
type spot struct {
	row  int
	mine bool
}

// spot finds the row of a question, and its verb; 0 for an action that is no verb of the table.
func (c contract) spot(who caller, q question) (spot, access.Verbs) {
	verb := verbs[strings.ToLower(q.action)]
	text, inside := strings.CutPrefix(q.resource, c.bucket+"/")
	if q.resource == c.bucket && q.prefix != nil {
		text, inside = *q.prefix, true
		if verb != access.List {
			verb = 0 // on the bucket itself, the others mean nothing
		}
	} else if verb == access.List {
		verb = 0
	}
	if !inside {
		return spot{row: -1}, verb
	}
	for row, rule := range c.rules {
		fixed, variable := area(rule)
		if !strings.HasPrefix(text, fixed) {
			continue
		}
		mine := who.values()[variable]
		return spot{row, mine != "" && strings.HasPrefix(text, fixed+mine+"/")}, verb
	}
	return spot{row: -1}, verb
}
