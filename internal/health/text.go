package health

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// columns is how wide the text is.
const columns = 80

// WriteText writes it for people who are tired: what is wrong, since when, what changed.
func (s *Status) WriteText(w io.Writer) error {
	p := printer{w: w, now: s.At}
	p.line(fmt.Sprintf("%s in %s, %s", s.Env, s.Region, s.At.Format(stamp)))
	p.line("")
	if len(s.Wrong) == 0 {
		p.line("FINE, as far as this sees.")
	} else {
		p.wrapped("WRONG: ", strings.Join(s.Wrong, "; ")+".")
	}
	p.section("Is it us, and since when")
	p.alarms(s)
	p.section("What changed")
	p.stacks(s)
	p.section("Changed by hand")
	p.drift(s)
	p.section("Read on")
	p.wrapped("  ", "docs/RUNBOOK.md begins with what to do first.")
	p.wrapped("  ", fmt.Sprintf("lightbox verify --env %s reads back what is deployed and proves it.", s.Env))
	p.wrapped("  ", fmt.Sprintf("lightbox status --error ID --env %s finds an error that somebody was shown.", s.Env))
	return p.err
}

// printer writes lines, and keeps the first error.
type printer struct {
	w   io.Writer
	now time.Time
	err error
}

func (p *printer) line(text string) {
	if p.err == nil {
		_, p.err = fmt.Fprintln(p.w, text)
	}
}

func (p *printer) section(title string) {
	p.line("")
	p.line(title)
}

// wrapped writes a text in lines as wide as there is room for; what is before it stands in the first, and as blanks in the others.
func (p *printer) wrapped(before, text string) {
	blank := strings.Repeat(" ", len([]rune(before)))
	line := before
	for i, word := range strings.Fields(text) {
		switch {
		case i > 0 && len([]rune(line))+1+len([]rune(word)) > columns:
			p.line(line)
			line = blank + word
		case i > 0:
			line += " " + word
		default:
			line += word
		}
	}
	p.line(strings.TrimRight(line, " "))
}

func (p *printer) alarms(s *Status) {
	if s.AlarmsTo == "" {
		p.wrapped("  ", "No alarm is looked at: alarms.email is not set for this environment, and so it should have none. Set it in cdk.json and deploy.")
		return
	}
	for _, a := range s.Alarms {
		switch a.State {
		case Rings:
			p.wrapped("  ALARM    ", p.since(a.Since))
			p.wrapped("           ", a.Title+".")
			p.wrapped("           ", a.Page)
		case Missing:
			p.wrapped("  MISSING  ", a.Name+".")
		}
	}
	p.wrapped("  ", fmt.Sprintf("Quiet: %d of %d alarms. %s", len(s.alarmsIn(OK)), len(s.Alarms), s.mails()))
	p.wrapped("  ", "The budget is not looked at: AWS Budgets has it.")
	for _, a := range s.alarmsIn(NoData) {
		p.wrapped("  no data  ", a.Name)
	}
	for _, a := range s.silent() {
		p.wrapped("  silent   ", a.Name+": its mails are switched off, or it has none.")
	}
}

func (p *printer) stacks(s *Status) {
	for _, stack := range s.Stacks {
		before := fmt.Sprintf("  %-17s", stack.ID)
		if stack.State == Absent {
			p.wrapped(before, "is not there.")
			continue
		}
		p.wrapped(before, fmt.Sprintf("%s, %s", stack.Status, p.ago(stack.Changed)))
		for _, fault := range stack.Faults {
			p.wrapped("    ", fmt.Sprintf("%s (%s): %s", fault.LogicalID, fault.Type, fault.Reason))
		}
	}
	last, ok := s.latest()
	if first := s.first(); ok && !first.IsZero() {
		if gap := first.Sub(last.Changed); gap >= 0 {
			p.wrapped("  ", fmt.Sprintf("The first alarm rang %s after the last deployment began, that of %s.", span(gap), last.ID))
		} else {
			p.wrapped("  ", fmt.Sprintf("The first alarm rang %s before the last deployment began, that of %s.", span(-gap), last.ID))
		}
	}
	p.wrapped("  ", "What this checkout would change: lightbox plan --deployed, of a synth.")
}

func (p *printer) drift(s *Status) {
	var looked time.Time
	for _, stack := range s.Stacks {
		if stack.Looked.After(looked) {
			looked = stack.Looked
		}
		if stack.Drift == "DRIFTED" {
			p.wrapped(fmt.Sprintf("  %-17s", stack.ID), "differs from its template, as seen "+p.ago(stack.Looked)+".")
		}
	}
	if looked.IsZero() {
		p.wrapped("  ", "CloudFormation was never told to look. lightbox verify does look.")
		return
	}
	p.wrapped("  ", "CloudFormation looked last "+p.ago(looked)+".")
}

// stamp is a time as people write it.
const stamp = "2006-01-02 15:04 UTC"

// since is a time, and for how long it is so.
func (p *printer) since(at time.Time) string {
	return fmt.Sprintf("since %s, %s", at.UTC().Format(stamp), span(p.now.Sub(at)))
}

// ago is a time, and how long ago it is.
func (p *printer) ago(at time.Time) string {
	return fmt.Sprintf("%s, %s ago", at.UTC().Format(stamp), span(p.now.Sub(at)))
}

// span is a time span as people say it.
func span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "less than a minute"
	case d < 2*time.Hour:
		return many(int(d/time.Minute), "minute")
	case d < 48*time.Hour:
		return many(int(d/time.Hour), "hour")
	}
	return many(int(d/(24*time.Hour)), "day")
}

func many(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}
