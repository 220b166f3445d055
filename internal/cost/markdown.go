package cost

import (
	"fmt"
	"io"
	"strings"
)

// WriteMarkdown writes what a reviewer asks of the report for the summary of a job: a month by service, and what strangers can cause.
// With old, the report of what was before, it has the sums of both; the use has to be one.
func (r Report) WriteMarkdown(w io.Writer, old *Report) error {
	var b strings.Builder
	fmt.Fprintf(&b, "### Cost\n\nA month in USD, by the prices of %s in %s, without taxes.\n", Of.Format("January 2006"), Region)
	if r.Prices.Old {
		b.WriteString("\nThese prices are older than a year.\n")
	}
	if r.Region != Region {
		fmt.Fprintf(&b, "\nThe assembly is for %s, whose prices differ.\n", r.Region)
	}
	head, rule := "| | idle | this use |", "|---|---:|---:|"
	if old != nil {
		head, rule = "| | idle | this use | was |", "|---|---:|---:|---:|"
	}
	fmt.Fprintf(&b, "\n%s\n%s\n", head, rule)
	row := func(name string, idle, month Money, was func(*Report) Money) {
		fmt.Fprintf(&b, "| %s | %s | %s |", name, idle, month)
		if old != nil {
			fmt.Fprintf(&b, " %s |", was(old))
		}
		b.WriteString("\n")
	}
	idle, month := r.Idle.Services(), r.Month.Services()
	for _, service := range services() {
		if !r.has(service) && (old == nil || !old.has(service)) {
			continue
		}
		row(service, idle[service], month[service], func(o *Report) Money { return o.Month.Services()[service] })
	}
	row("together", r.Idle.Total(), r.Month.Total(), func(o *Report) Money { return o.Month.Total() })
	fmt.Fprintf(&b, "\nWhat strangers can cause at most: %s", r.Ceiling.Today())
	if old != nil {
		fmt.Fprintf(&b, ", was %s", old.Ceiling.Today())
	}
	b.WriteString(".\n\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// has reports whether a service is in a bill of the report.
func (r Report) has(service string) bool {
	_, counted := r.Month.Services()[service]
	_, always := r.Idle.Services()[service]
	return counted || always
}
