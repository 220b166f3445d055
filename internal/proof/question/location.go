package question

import (
	"strings"

	"lightbox.example/lightbox/internal/access"
)

// Location is where in the access table a question lies: the row, -1 for none, and whether it is
// in the caller's own folder there.
type Location struct {
	Row  int
	Mine bool
}

// Locate finds the row of a question, and its verb; 0 for an action that is no verb of the table.
func (c Contract) Locate(who Caller, q Question) (Location, access.Verbs) {
	verb := Verbs[strings.ToLower(q.Action)]
	text, inside := strings.CutPrefix(q.Resource, c.Bucket+"/")
	if q.Resource == c.Bucket && q.Prefix != nil {
		text, inside = *q.Prefix, true
		if verb&access.OfBucket == 0 {
			verb = 0 // on the bucket itself, the others mean nothing
		}
	} else if verb&access.OfBucket != 0 {
		verb = 0
	}
	if !inside {
		return Location{Row: -1}, verb
	}
	for row, rule := range c.Rules {
		fixed, variable := Area(rule)
		if !strings.HasPrefix(text, fixed) {
			continue
		}
		mine := who.Variables()[variable]
		return Location{row, mine != "" && strings.HasPrefix(text, fixed+mine+"/")}, verb
	}
	return Location{Row: -1}, verb
}
