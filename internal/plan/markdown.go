package plan

import (
	"cmp"
	"fmt"
	"io"
	"strings"
)

// WriteMarkdown writes the plan for the summary of a job: a table of the stacks, and below it what to read.
func (p *Plan) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	b.WriteString("### Plan\n\n| stack | |\n|---|---|\n")
	for _, s := range p.Stacks {
		fmt.Fprintf(&b, "| `%s` | %s |\n", s.Name, cell(s.summary()))
	}
	for _, s := range p.Stacks {
		if len(s.Findings) == 0 && len(s.Unnoticed) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n#### %s\n\n", s.Name)
		if note := s.note(); note != "" {
			b.WriteString(note + "\n\n")
		}
		for _, f := range s.Findings {
			f.markdown(&b)
		}
		if len(s.Unnoticed) > 0 {
			fmt.Fprintf(&b, "- Made anew as well, and nobody notices: %s.\n", s.unnoticed())
		}
	}
	for i, step := range p.Steps {
		if i == 0 {
			b.WriteString("\n#### Steps\n\n")
		}
		fmt.Fprintf(&b, "%d. %s\n", i+1, step)
	}
	if p.Assumes != "" {
		b.WriteString("\n" + p.Assumes + "\n")
	}
	b.WriteString("\n" + p.sum() + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func (f Finding) markdown(b *strings.Builder) {
	fmt.Fprintf(b, "- **%s**: %s. %s\n", f.Verdict, cmp.Or(f.Resource, "the stack"), f.Says)
	for _, loss := range f.Loses {
		fmt.Fprintf(b, "  - Loses: %s\n", loss)
	}
	for _, change := range f.Because {
		if change.Was == change.Is {
			fmt.Fprintf(b, "  - `%s`: %s\n", change.Property, code(change.Was))
			continue
		}
		fmt.Fprintf(b, "  - `%s`: was %s, is %s\n", change.Property, code(change.Was), code(change.Is))
	}
	for i, step := range f.Steps {
		fmt.Fprintf(b, "  %d. %s\n", i+1, step)
	}
	for _, way := range f.Ways {
		fmt.Fprintf(b, "  - %s\n", way)
	}
	switch {
	case f.Accepted:
		fmt.Fprintf(b, "  - Accepted: `%s`\n", f.ID)
	case f.Loss:
		fmt.Fprintf(b, "  - To accept: `--accept %s`\n", f.ID)
	}
}

// code is a value that Markdown reads nothing in.
func code(value string) string {
	if value == "" {
		return "nothing"
	}
	return "`" + strings.ReplaceAll(clip(value), "`", "'") + "`"
}

// cell is a text of a table.
func cell(text string) string { return strings.ReplaceAll(text, "|", "\\|") }
