package cost

import (
	"fmt"
	"io"
	"strings"
)

// WriteText writes the report for people, in 80 columns.
func (r Report) WriteText(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "A month of %s in USD, by the prices of %s in %s,\nwithout taxes.\n", r.Assembly, Of.Format("January 2006"), Region)
	if r.Prices.Old {
		b.WriteString("warning: these prices are older than a year. Look at AWS's pages, which\n--format json names, and at internal/cost/prices.go.\n")
	}
	if r.Region != Region {
		fmt.Fprintf(&b, "warning: the assembly is for %s, whose prices differ.\n", r.Region)
	}
	r.writeBill(&b)
	r.writeThousands(&b)
	r.writeCeiling(&b)
	r.writeChanges(&b)
	r.writeEnd(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

// writeBill writes what a month costs, by service.
func (r Report) writeBill(b *strings.Builder) {
	const row = "%-38s %15s %11s %13s\n"
	fmt.Fprintf(b, "\n"+row, "By service", "", "idle", "this use")
	idle, month := r.Idle.Services(), r.Month.Services()
	for _, service := range services() {
		if !r.has(service) {
			continue
		}
		fmt.Fprintf(b, row, service, "", idle[service], month[service])
		for _, line := range r.Month {
			if line.Service == service {
				fmt.Fprintf(b, row, "  "+line.What, line.Item.count(line.Quantity), "", line.Cost)
			}
		}
	}
	fmt.Fprintf(b, row, "together", "", r.Idle.Total(), r.Month.Total())
}

// count is a quantity of an item for people.
func (i Item) count(quantity int64) string {
	tenths := func(n, of int64, unit string) string {
		n = (n/(of/20) + 1) / 2
		return fmt.Sprintf("%s.%d %s", grouped(n/10), n%10, unit)
	}
	switch Prices[i].Per {
	case gb:
		return tenths(quantity, gb, "GB")
	case million * gbSecond:
		return grouped(quantity/gbSecond) + " GB-s"
	}
	return grouped(quantity)
}

func (r Report) writeThousands(b *strings.Builder) {
	const row = "%-36s %21s %21s\n"
	fmt.Fprintf(b, "\n"+row, "1,000 more of", "at this use", "past what is free")
	for _, more := range r.Thousands {
		fmt.Fprintf(b, row, more.Of, more.Now, more.Past)
	}
}

func (r Report) writeCeiling(b *strings.Builder) {
	const row = "%-46s %16s %16s\n"
	fmt.Fprintf(b, "\n"+row, "What strangers can cause at most", "no web ACL", "web ACLs")
	for _, threat := range r.Ceiling {
		fmt.Fprintf(b, row, threat.Name, threat.Open, threat.Guarded)
		fmt.Fprintf(b, "  %s\n", threat.Limit)
	}
	fmt.Fprintf(b, row, "together", r.Ceiling.Open(), r.Ceiling.Guarded())
	guards := "no web ACL"
	if len(r.Guards) > 0 {
		guards = "web ACLs before " + strings.Trim(fmt.Sprint(r.Guards), "[]")
	}
	fmt.Fprintf(b, row, "today, with "+guards, r.Ceiling.Today(), "")
}

func (r Report) writeChanges(b *strings.Builder) {
	const row = "%-29s %-15s %15s %18s\n"
	fmt.Fprintf(b, "\n"+row, "What a setting would change", "", "this use", "strangers")
	for _, change := range r.Changes {
		fmt.Fprintf(b, row, change.Setting, change.Value, signed(change.Month), signed(change.Ceiling))
	}
}

// signed is a sum that is added.
func signed(m Money) string {
	text := m.String()
	if m > 0 && text != "0.00" {
		return "+" + text
	}
	return text
}

func (r Report) writeEnd(b *strings.Builder) {
	if len(r.NotCounted) > 0 {
		fmt.Fprintf(b, "\nNot counted:\n  %s\n", strings.Join(r.NotCounted, "\n  "))
	}
	seen := map[Seen]int{}
	for _, thing := range r.Prices.All {
		seen[thing.Seen]++
	}
	fmt.Fprintf(b, "\nOf %d prices %d were read at AWS, %d at others who quote AWS, and %d were not\n"+
		"looked up; --format json has each with its page. What AWS gives for good is\n"+
		"free, what it gives new accounts is not. An idle month has no rows and no files.\n",
		len(r.Prices.All), seen[OnPage], seen[ByOthers], seen[Known])
}
