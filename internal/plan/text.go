package plan

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

const columns = 80

// WriteText writes the plan for people, at most 80 columns wide but for values and commands.
func (p *Plan) WriteText(w io.Writer) error {
	var b strings.Builder
	width := 0
	for _, s := range p.Stacks {
		width = max(width, len(s.Name))
	}
	for _, s := range p.Stacks {
		fmt.Fprintf(&b, "%-*s  %s\n", width, s.Name, s.summary())
	}
	for _, s := range p.Stacks {
		s.write(&b)
	}
	for i, step := range p.Steps {
		if i == 0 {
			b.WriteString("\nSteps\n")
		}
		wrap(&b, fmt.Sprintf("%3d. ", i+1), step)
	}
	if p.Assumes != "" {
		b.WriteString("\n")
		wrap(&b, "", p.Assumes)
	}
	b.WriteString("\n" + p.sum() + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// summary is a stack on one line.
func (s Stack) summary() string {
	switch {
	case s.NotReached != "":
		return fmt.Sprintf("%s, and not reached: %s fails before", s.Verdict, s.NotReached)
	case s.Deed == Unchanged && s.Verdict == Fine:
		return "fine: nothing changes"
	case s.Deed == Unchanged, s.Deed == Abandoned:
		return string(s.Verdict)
	}
	return fmt.Sprintf("%s: %s", s.Verdict, s.Counts.text(s.Deed))
}

func (c Counts) text(deed Deed) string {
	if deed == Created {
		return fmt.Sprintf("a new stack of %s", resources(c.Added+c.Replaced))
	}
	var parts []string
	for _, of := range []struct {
		n    int
		verb string
	}{{c.Added, "new"}, {c.Changed, "changed in place"}, {c.Replaced, "made anew"}, {c.Removed, "gone"}} {
		if of.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", of.n, of.verb))
		}
	}
	if len(parts) == 0 {
		return "no resource changes"
	}
	return strings.Join(parts, ", ")
}

func resources(n int) string {
	if n == 1 {
		return "1 resource"
	}
	return fmt.Sprintf("%d resources", n)
}

func (s Stack) write(b *strings.Builder) {
	if len(s.Findings) == 0 && len(s.Unnoticed) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s", s.Name)
	if s.Region != "" {
		fmt.Fprintf(b, " (%s)", s.Region)
	}
	b.WriteString("\n")
	if note := s.note(); note != "" {
		wrap(b, "  ", note)
	}
	for _, f := range s.Findings {
		f.write(b)
	}
	if len(s.Unnoticed) > 0 {
		wrap(b, "  ", "Made anew as well, and nobody notices: "+s.unnoticed()+".")
	}
}

// note says when the findings of a stack don't come true yet.
func (s Stack) note() string {
	others := slices.ContainsFunc(s.Findings, func(f Finding) bool { return f.Verdict != Cannot })
	switch {
	case s.NotReached != "":
		return fmt.Sprintf("The deployment ends with %s. This happens when that is mended:", s.NotReached)
	case s.Verdict == Cannot && others:
		return "The deployment of this stack fails, and is rolled back. What it can do happens when that is mended:"
	}
	return ""
}

// unnoticed are the types of such resources, with their numbers.
func (s Stack) unnoticed() string {
	counts := map[string]int{}
	for _, f := range s.Unnoticed {
		counts[f.Type]++
	}
	var parts []string
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%d\u00a0%s", counts[kind], strings.TrimPrefix(kind, "AWS::")))
	}
	return strings.Join(parts, ", ")
}

func (f Finding) write(b *strings.Builder) {
	wrap(b, "  ", string(f.Verdict)+": "+cmp.Or(f.Resource, "the stack"))
	wrap(b, "    ", f.Says)
	for _, change := range f.Because {
		if change.Was == change.Is {
			fmt.Fprintf(b, "      %s: %s\n", change.Property, clip(change.Was))
			continue
		}
		fmt.Fprintf(b, "      %s\n        was %s\n        is  %s\n", change.Property, clip(cmp.Or(change.Was, "(none)")), clip(cmp.Or(change.Is, "(none)")))
	}
	for i, loss := range f.Loses {
		label := "Loses: "
		if i > 0 {
			label = "       "
		}
		wrap(b, "    "+label, loss)
	}
	for i, step := range f.Steps {
		wrap(b, fmt.Sprintf("    %d. ", i+1), step)
	}
	for _, way := range f.Ways {
		wrap(b, "    - ", way)
	}
	switch {
	case f.Accepted:
		fmt.Fprintf(b, "    Accepted: %s\n", f.ID)
	case f.Loss:
		fmt.Fprintf(b, "    To accept: --accept %s\n", f.ID)
	default:
		fmt.Fprintf(b, "    [%s]\n", f.ID)
	}
}

// clip is the beginning of a long value.
func clip(value string) string {
	const most = 160
	if runes := []rune(value); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return value
}

// wrap writes a text after a lead, which stands on the first line, in lines of the width.
func wrap(b *strings.Builder, lead, text string) {
	at := len([]rune(lead))
	b.WriteString(lead)
	column := at
	for i, word := range strings.Split(text, " ") {
		length := len([]rune(word))
		switch {
		case i == 0:
		case column+1+length > columns:
			b.WriteString("\n" + strings.Repeat(" ", at))
			column = at
		default:
			b.WriteString(" ")
			column++
		}
		b.WriteString(strings.ReplaceAll(word, "\u00a0", " "))
		column += length
	}
	b.WriteString("\n")
}

// sum is the plan in a sentence.
func (p *Plan) sum() string {
	counts := map[Verdict]int{}
	losses, accepted := 0, 0
	for _, f := range p.All() {
		counts[f.Verdict]++
		if f.Loss {
			losses++
		}
		if f.Accepted {
			accepted++
		}
	}
	if len(counts) == 0 {
		return "Fine: nobody loses anything, and nothing else has to be deployed."
	}
	var parts []string
	for _, v := range verdicts {
		if counts[v] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[v], v))
		}
	}
	text := strings.Join(parts, ", ")
	switch {
	case losses == 0:
		return text + ". Nothing is lost."
	case losses == accepted:
		return text + ". What is lost is accepted."
	case accepted > 0:
		return fmt.Sprintf("%s. %d of them lose something, of which %d accepted.", text, losses, accepted)
	case len(p.All()) == 1:
		return text + ". It loses something."
	case losses == 1:
		return text + ". One of them loses something."
	}
	return fmt.Sprintf("%s. %d of them lose something.", text, losses)
}
