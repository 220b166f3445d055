package proof

import (
	"fmt"
	"strings"
)

// Count is how much a proof looked at.
type Count struct {
	// Proven are the properties that are held to a rule or to values, Irrelevant those that no access depends on, for one of
	// Reasons, and Unknown those that nobody has looked at: each of these is a violation.
	Proven     int `json:"proven"`
	Irrelevant int `json:"irrelevant"`
	Reasons    int `json:"reasons"`
	Unknown    int `json:"unknown"`
	// Outside are resources of a team's own, which are not judged.
	Outside int `json:"outside"`
	// Questions were put to the policies, each about one caller, action and resource.
	Questions int `json:"questions"`
	Tried
}

// String is the count in a line, as in "412 properties: 300 proven, 112 irrelevant (5 reasons), 0 unknown; 9,310 questions; 1,200
// trials, every branch".
func (c Count) String() string {
	text := fmt.Sprintf("%s properties: %s proven, %s irrelevant (%d reasons), %s unknown; %s questions",
		thousands(c.Proven+c.Irrelevant+c.Unknown), thousands(c.Proven), thousands(c.Irrelevant), c.Reasons, thousands(c.Unknown), thousands(c.Questions))
	if c.Trials > 0 {
		text += fmt.Sprintf("; %s trials", thousands(c.Trials))
	}
	if c.EveryBranch {
		text += ", every branch"
	}
	if c.Outside > 0 {
		text += fmt.Sprintf("; %s resources outside", thousands(c.Outside))
	}
	return text
}

// thousands writes a number that is not negative with a comma every three digits.
func thousands(n int) string {
	digits := fmt.Sprint(n)
	var groups []string
	for len(digits) > 3 {
		groups, digits = append([]string{digits[len(digits)-3:]}, groups...), digits[:len(digits)-3]
	}
	return strings.Join(append([]string{digits}, groups...), ",")
}
