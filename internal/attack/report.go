package attack

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// A Report is what a run saw.
type Report struct {
	Outcomes []Outcome
	Took     time.Duration
}

// Faults are the attacks that got through, and those that proved nothing.
func (r Report) Faults() []Outcome {
	var faults []Outcome
	for _, o := range r.Outcomes {
		if o.Fault != "" {
			faults = append(faults, o)
		}
	}
	return faults
}

// Write prints a line a family, and every attack that was not refused, with what was sent.
func (r Report) Write(out io.Writer) {
	r.WriteTable(out)
	for _, o := range r.Faults() {
		fmt.Fprintf(out, "\n%s\n", o)
	}
}

// WriteTable prints a line a family.
func (r Report) WriteTable(out io.Writer) {
	type counts struct{ attacks, controls, refused int }
	by, all := map[string]*counts{}, &counts{}
	var names []string
	for _, o := range r.Outcomes {
		c := by[o.Family]
		if c == nil {
			c = &counts{}
			by[o.Family] = c
			names = append(names, o.Family)
		}
		for _, c := range []*counts{c, all} {
			c.attacks++
			if o.Proven() {
				c.controls++
			}
			if o.Fault == "" {
				c.refused++
			}
		}
	}
	fmt.Fprintf(out, "\n%-22s %8s %9s %8s\n", "", "attacks", "controls", "refused")
	for _, name := range names {
		c := by[name]
		fmt.Fprintf(out, "%-22s %8d %9d %8d\n", name, c.attacks, c.controls, c.refused)
	}
	fmt.Fprintf(out, "%-22s %8d %9d %8d   in %v\n", "all", all.attacks, all.controls, all.refused, r.Took.Round(100*time.Millisecond))
}

// String is an outcome as a person reads it, with what repeats it.
func (o Outcome) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "GOT THROUGH %s/%s, by who has: %s\n", o.Family, o.ID, o.Has)
	if !o.Proven() {
		b.Reset()
		fmt.Fprintf(&b, "PROVES NOTHING %s/%s\n", o.Family, o.ID)
	}
	fmt.Fprintf(&b, "  got %s, want %s (the control: %s)\n  %s\n", o.Got, o.Want, o.Control, o.Fault)
	if o.Page != "" {
		fmt.Fprintf(&b, "  %s\n", o.Page)
	}
	if len(o.Sent) > 0 {
		fmt.Fprintf(&b, "  printf %%b %s | %s", quoted(o.Sent), o.tool())
	}
	return strings.TrimRight(b.String(), "\n")
}

// tool is what takes the bytes to the listener. Signatures are good for fifteen minutes.
func (o Outcome) tool() string {
	if o.Plain {
		return "nc -q 1 " + strings.Replace(o.At, ":", " ", 1)
	}
	return "openssl s_client -quiet -connect " + o.At
}

// quoted is a text for printf %b in a shell. Of a long one it is the beginning.
func quoted(sent []byte) string {
	const most = 6000
	var b strings.Builder
	b.WriteByte('\'')
	for _, c := range sent[:min(len(sent), most)] {
		switch {
		case c == '\r':
			b.WriteString(`\r`)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\\':
			b.WriteString(`\\`)
		case c == '\'' || c < ' ' || c > '~':
			fmt.Fprintf(&b, `\0%03o`, c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('\'')
	if len(sent) > most {
		fmt.Fprintf(&b, " # and %d bytes more", len(sent)-most)
	}
	return b.String()
}
