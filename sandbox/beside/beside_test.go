package beside_test

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lightbox.example/lightbox/internal/timing"
)

var (
	folder = flag.String("beside", "", "the folder with the emulators, as `make beside` fills it")
	long   = flag.Duration("long", time.Second, "how long an operation is asked of an emulator")
)

// TestFigures prints a table in Markdown: medians in milliseconds, of one caller and of sixteen.
func TestFigures(t *testing.T) {
	if *folder == "" {
		t.Skip("-beside was not given")
	}
	var all []*running
	names := []string{""}
	for _, e := range emulators {
		r := e.start(t, *folder)
		if err := r.fill(t.Context()); err != nil {
			t.Fatalf("%s: %v", e.name, err)
		}
		all = append(all, r)
		names = append(names, e.name)
	}
	table := "| " + strings.Join(names, " | ") + " |\n|---" + strings.Repeat("|--:", len(all)) + "|\n"
	for _, o := range operations {
		callers := []int{1, 16}
		if o.heavy {
			callers = callers[:1]
		}
		cells := slices.Repeat([]string{""}, len(all))
		for _, n := range callers {
			for i, r := range all {
				cells[i] += figure(t, o, r, n)
			}
		}
		line := "| " + o.name
		for _, cell := range cells {
			line += " | " + cell
		}
		table += line + " |\n"
		fmt.Println(line, "|") // as it comes: the whole takes minutes
	}
	t.Log("p50 in ms, by one caller / by sixteen\n\n" + table)
}

// figure is a median, or a dash for what an emulator does not have.
func figure(t *testing.T, o operation, r *running, callers int) string {
	if !o.of(r.has) {
		return map[bool]string{true: "–"}[callers == 1]
	}
	took, err := timing.Measure(callers, 3, *long, func() error { return o.do(t.Context(), r, count.Add(1)) })
	if err != nil {
		if r.ours {
			t.Errorf("%s of %s: %v", o.name, r.name, err)
		}
		t.Logf("%s of %s: %v", o.name, r.name, err)
		return "failed"
	}
	text := fmt.Sprintf("%.2f", float64(took[len(took)/2].Microseconds())/1000)
	if callers > 1 {
		text = " / " + text
	}
	return text
}
