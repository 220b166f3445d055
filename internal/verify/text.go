package verify

import (
	"fmt"
	"io"
	"strings"
)

const columns = 80

// headings are what stands above the rows of a verdict.
var headings = []struct {
	verdict Verdict
	text    string
}{
	{Violation, "Violations"},
	{Difference, "Differences that access does not rest on"},
	{Unread, "Not shown by AWS"},
	{Skipped, "Not tried"},
	{Kept, "Tried, and came to nothing"},
}

// WriteText writes the report for people, at most 80 columns wide but for values.
func (r *Report) WriteText(w io.Writer) error {
	var b strings.Builder
	for _, heading := range headings {
		rows := r.shown(heading.verdict)
		if len(rows) == 0 {
			continue
		}
		b.WriteString(heading.text + "\n")
		for _, row := range rows {
			wrap(&b, "  ", fmt.Sprintf("%s [%s]", row.Where, row.Rule))
			wrap(&b, "    ", row.Text)
		}
		b.WriteString("\n")
	}
	wrap(&b, "", r.sum())
	_, err := io.WriteString(w, b.String())
	return err
}

// WriteMarkdown writes the report for the summary of a job.
func (r *Report) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "### Verify %s\n\n%s\n", r.Environment, r.sum())
	for _, heading := range headings {
		rows := r.shown(heading.verdict)
		if len(rows) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n#### %s\n\n| where | rule | |\n|---|---|---|\n", heading.text)
		for _, row := range rows {
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", cell(row.Where), row.Rule, cell(row.Text))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *Report) of(verdict Verdict) []Row {
	var all []Row
	for _, row := range r.Rows {
		if row.Verdict == verdict {
			all = append(all, row)
		}
	}
	return all
}

// shown are the rows of a verdict as people read them: what was tried and came to nothing, and what was not, is counted by where.
func (r *Report) shown(verdict Verdict) []Row {
	rows := r.of(verdict)
	if verdict != Kept && verdict != Skipped {
		return rows
	}
	var counted []Row
	tries := map[string]int{}
	for _, row := range rows {
		if tries[row.Where]++; tries[row.Where] == 1 {
			counted = append(counted, row)
		}
	}
	for i, row := range counted {
		if n := tries[row.Where]; n > 1 {
			counted[i].Text = fmt.Sprintf("%d, as: %s", n, row.Text)
		}
	}
	return counted
}

// sum is the report in two sentences.
func (r *Report) sum() string {
	read := fmt.Sprintf("Read back: %d stacks of %s, %d resources.", r.Stacks, r.Environment, r.Resources)
	if kept := len(r.of(Kept)); kept > 0 {
		read += fmt.Sprintf(" Tried: %d times, and answered as must be; %d not tried.", kept, len(r.of(Skipped)))
	}
	if violations := len(r.of(Violation)); violations > 0 {
		return fmt.Sprintf("%s %s.", read, count(violations, "violation"))
	}
	if differences := len(r.of(Difference)); differences > 0 {
		return fmt.Sprintf("%s What lives is proven, with %s.", read, count(differences, "difference"))
	}
	return read + " What lives is what was deployed, and is proven."
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// cell is a text of a table.
func cell(text string) string {
	return strings.NewReplacer("|", "\\|", "\n", " ", "<", "&lt;").Replace(text)
}

// wrap writes a text after a lead, in lines of the width.
func wrap(b *strings.Builder, lead, text string) {
	column := 0
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0, column+1+len([]rune(word)) > columns:
			if i > 0 {
				b.WriteString("\n")
			}
			b.WriteString(lead)
			column = len(lead)
		default:
			b.WriteString(" ")
			column++
		}
		b.WriteString(word)
		column += len([]rune(word))
	}
	b.WriteString("\n")
}
