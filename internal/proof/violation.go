package proof

import (
	"fmt"
	"maps"
	"slices"

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

// ruleTexts are what Check looks at, by name, with what holds.
var ruleTexts = map[string]string{
	"alarms":      "where one address is told of what is wrong, it is told of everything that the table of alarms has",
	"cdn":         "CloudFront serves what is public, and nothing else",
	"cors":        "pages of the site alone may use the bucket from a browser",
	"delivery":    "what is deployed is what was proven, by roles of the account itself",
	"events":      "EventBridge calls functions for what is declared, and for nothing else",
	"grants":      "the policies give what the table of access gives, no more and no less",
	"life":        "data of an environment that keeps it lives as long as it should",
	"misuse":      "known attacks come to nothing, whatever the table of access says",
	"outside":     "nothing of a team's own resources reaches Lightbox's, and the other way round",
	"outputs":     "the outputs file promises what the policies give",
	"permissions": "nobody may invoke a function but by its data source, and for what is declared",
	"patterns":    "statements name what they are about",
	"properties":  "every property of every resource is proven, or irrelevant to access",
	"resolvers":   "resolvers do for each caller what the table of access says, and nothing else",
	"schema":      "the schema lets in whom the table of access lets in",
	"services":    "roles of services can do what they are for, and no more",
	"settings":    "settings that access rests on are as they have to be",
	"streams":     "functions hear of the tables that they are declared to hear of, and of nothing else",
	"transport":   "nothing is answered without TLS 1.2",
	"triggers":    "the user pool calls the functions that are declared, and no others",
	"trust":       "roles are for those whom they are for",
	Unread:        "an assembly that can't be read proves nothing",
}

// Rules are the names of what Check looks at, sorted.
func Rules() []string { return slices.Sorted(maps.Keys(ruleTexts)) }

// RuleText is what holds where a rule is kept, as a sentence without its stop; empty for a rule that is none.
func RuleText(rule string) string { return ruleTexts[rule] }

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
