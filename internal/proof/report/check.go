package report

import (
	"bytes"
	"fmt"
	"io"
	"path"
	"regexp"
	"strings"

	"lightbox.example/lightbox/internal/proof"
	"lightbox.example/lightbox/internal/proof/prose"
	"lightbox.example/lightbox/sandbox/assembly"
)

// Check is what the proof says of an assembly, with the place of each violation.
type Check struct {
	Violations []Violation `json:"violations"`
	Count      proof.Count `json:"count"`
}

// Violation is one way in which an assembly breaks the contract.
type Violation struct {
	// Rule names what is broken, Effect is "opens" where somebody may do more than is declared, or could, and "closes" where
	// somebody may do less.
	Rule   string `json:"rule"`
	Effect string `json:"effect"`
	Text   string `json:"text"`
	// Construct is the construct's path, as in FileStorage/GuestAccess.
	Construct string `json:"construct"`
	// LogicalID is the resource's; Template is the file that has it, with slashes, and Line where it begins there. What is of a
	// whole stack has the first line, and what is of none has none of the three.
	LogicalID string `json:"logicalId,omitempty"`
	Template  string `json:"template,omitempty"`
	Line      int    `json:"line,omitempty"`
}

// NewCheck puts places to the violations of an assembly. dir is how its folder is called in places.
func NewCheck(result proof.Result, a *assembly.Assembly, dir string) Check {
	c := Check{Violations: []Violation{}, Count: result.Count}
	for _, v := range result.Violations {
		one := Violation{Rule: v.Rule, Effect: "opens", Text: v.Text, Construct: v.Construct(), LogicalID: v.LogicalID}
		if v.Closes {
			one.Effect = "closes"
		}
		if stack, found := a.Stack(v.Stack); found {
			one.Template, one.Line = path.Join(dir, stack.File), lineOf(stack.Text, v.LogicalID)
		}
		c.Violations = append(c.Violations, one)
	}
	return c
}

// lineOf is the line at which a resource begins in a template, from 1; without one it is the first.
func lineOf(template []byte, logicalID string) int {
	at := regexp.MustCompile(`"` + regexp.QuoteMeta(logicalID) + `"\s*:\s*\{`).FindIndex(template)
	if logicalID == "" || at == nil {
		return 1
	}
	return 1 + bytes.Count(template[:at[0]], []byte("\n"))
}

// WriteText writes the violations by construct, and how much was looked at.
func (c Check) WriteText(w io.Writer, colour bool) error {
	p := paint(colour)
	var b strings.Builder
	opens, construct := 0, ""
	for i, v := range c.Violations {
		if v.Construct != construct || i == 0 {
			construct = v.Construct
			b.WriteString(p.bold(construct) + "\n")
			if v.Template != "" {
				fmt.Fprintf(&b, "  %s:%d\n", v.Template, v.Line)
			}
		}
		b.WriteString("  - " + strings.Join(prose.Wrap(fmt.Sprintf("%s, %s: %s", v.Rule, v.Effect, v.Text), 94), "\n    ") + "\n")
		if v.Effect == "opens" {
			opens++
		}
	}
	if len(c.Violations) > 0 {
		fmt.Fprintf(&b, "\nNot proven: %d open, %d close.\n", opens, len(c.Violations)-opens)
	} else {
		b.WriteString("Proven: nobody may do more than is declared, and nobody less.\n")
	}
	b.WriteString(strings.Join(prose.Wrap(c.Count.String()+".", 98), "\n") + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}
