package verify

import (
	"github.com/aws/aws-sdk-go-v2/aws"

	"lightbox.example/lightbox/internal/config"
)

// A Verdict is what a row of the report says.
type Verdict string

// The verdicts there are.
const (
	// Violation is that what runs breaks the contract, or is another than was proven.
	Violation Verdict = "violation"
	// Difference is that what runs is not what the template says, in a place that access does not rest on.
	Difference Verdict = "difference"
	// Unread is a part that AWS does not show: what the template says of it is taken for true.
	Unread Verdict = "unread"
	// Kept is a case of misuse that was tried and came to nothing.
	Kept Verdict = "kept"
	// Skipped is a case of misuse that was not tried, and why.
	Skipped Verdict = "skipped"
)

// A Row is a line of the report.
type Row struct {
	Verdict Verdict `json:"verdict"`
	// Where is the path of a construct, as in API/Photos, or a case of misuse by its name.
	Where string `json:"where"`
	// Rule is the rule of the proof that is broken, "drift" for a part that is another than its template says, or "tour".
	Rule string `json:"rule"`
	// Text is a sentence: what it got, what it wants.
	Text string `json:"text"`
}

// A Report is what verify says of an environment.
type Report struct {
	Environment string `json:"environment"`
	// Stacks and Resources are how many were read back, those beside the templates among them.
	Stacks    int   `json:"stacks"`
	Resources int   `json:"resources"`
	Rows      []Row `json:"rows"`
}

// A World is where something is verified.
type World struct {
	Config config.Config // the settings of the environment
	AWS    aws.Config    // the operator's credentials, in the environment's region
	// Tell says now and then how far it is; it is never nil.
	Tell func(format string, values ...any)
}

// Exit codes.
const (
	CodeFine       = 0
	CodeViolations = 3
)

// Code is the exit code that a report ends with.
func (r *Report) Code() int {
	for _, row := range r.Rows {
		if row.Verdict == Violation {
			return CodeViolations
		}
	}
	return CodeFine
}
