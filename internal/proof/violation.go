package proof

import (
	"fmt"

	"lightbox.example/lightbox/internal/proof/question"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/iam"
)

// Violation is one way in which the templates break the contract.
type Violation struct {
	system.At
	// Rule names what is broken, as in "files" or "trust".
	Rule string
	// Text is a sentence with a counter-example: who, what, where and why.
	Text string
	// Closes says that somebody may do less than the contract gives them; otherwise somebody
	// may do more.
	Closes bool
}

// Unread is the rule that an assembly breaks which cannot be read.
const Unread = "unread"

// Rules are the names of what Check looks at.
func Rules() []string {
	return []string{"cdn", "cors", "grants", "life", "misuse", "outputs", "patterns", "properties", "resolvers", "schema", "services", "settings", "transport", "trust", Unread}
}

func (v Violation) String() string { return v.Path + ": " + v.Text }

// findings are the violations that one rule comes upon.
type findings struct {
	rule string
	all  []Violation
}

// opens adds a violation by which somebody may do more than the contract gives them, or could.
func (f *findings) opens(place system.At, format string, args ...any) {
	f.all = append(f.all, Violation{At: place, Rule: f.rule, Text: fmt.Sprintf(format, args...)})
}

// closes adds a violation by which somebody may do less.
func (f *findings) closes(place system.At, format string, args ...any) {
	f.all = append(f.all, Violation{At: place, Rule: f.rule, Text: fmt.Sprintf(format, args...), Closes: true})
}

// opened words a permission that the contract does not give.
func opened(who question.Caller, q question.Question, reasons iam.Reasons, says string) string {
	return fmt.Sprintf("%s may %s (%s): %s", who.Name, q, question.ListStatements(reasons.Deciding()), says)
}

// closed words a permission that the contract gives and the policies do not.
func closed(who question.Caller, q question.Question, reasons iam.Reasons, says string) string {
	why := reasons.Cause.String()
	if near := reasons.Close(); len(near) > 0 {
		why = fmt.Sprintf("%s: %s", near[0].Ref, near[0].Why)
	}
	return fmt.Sprintf("%s may not %s (%s): %s", who.Name, q, question.Named(why), says)
}
