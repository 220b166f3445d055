package attack

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// Options are what Run does, and of what.
type Options struct {
	// Only are the names of the families to try; all if there are none.
	Only []string
	// Every is 1 for all attacks of a family, and n for each n-th.
	Every int
	// Progress gets a line for each family, while it goes on.
	Progress io.Writer
}

// Run tries the attacks on the sandbox whose endpoint is at an address, as in 127.0.0.1:4566. The error is of a run that could not be made.
func Run(ctx context.Context, address string, o Options) (Report, error) {
	var report Report
	for _, name := range o.Only {
		if !contains(Families(), name) {
			return report, fmt.Errorf("got the family %q, want one of: %s", name, strings.Join(Families(), ", "))
		}
	}
	began := time.Now()
	w, err := reach(ctx, address)
	if err != nil {
		return report, err
	}
	defer w.close()
	if w.ahead, err = w.clock(ctx); err != nil {
		return report, err
	}
	if err := w.settle(ctx); err != nil {
		return report, fmt.Errorf("before the first attack: %w", err)
	}
	for _, f := range families {
		if len(o.Only) > 0 && !contains(o.Only, f.name) {
			continue
		}
		start := time.Now()
		outcomes, err := w.tryAll(ctx, f, max(o.Every, 1))
		if err != nil {
			return report, err
		}
		report.Outcomes = append(report.Outcomes, outcomes...)
		if o.Progress != nil {
			fmt.Fprintf(o.Progress, "%-20s %4d attacks in %v\n", f.name, len(outcomes), time.Since(start).Round(time.Millisecond))
		}
	}
	report.Took = time.Since(began)
	return report, nil
}

// Families are the names of all families.
func Families() []string {
	names := make([]string, len(families))
	for i, f := range families {
		names[i] = f.name
	}
	return names
}

func contains(list []string, name string) bool {
	for _, one := range list {
		if strings.EqualFold(one, name) {
			return true
		}
	}
	return false
}

// tryAll has each control of a family have its turn, and then each attack: what a control may change is there before the first attack.
func (w *World) tryAll(ctx context.Context, f family, every int) ([]Outcome, error) {
	if f.before != nil {
		if err := f.before(w, ctx); err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
	}
	var attacks []attack
	for n, a := range f.attacks(w) {
		if n%every == 0 {
			attacks = append(attacks, a)
		}
	}
	controls := make([]answer, len(attacks))
	for i, a := range attacks {
		var err error
		if controls[i], err = a.control(ctx, w); err != nil {
			return nil, fmt.Errorf("%s/%s: the control: %w", f.name, a.id, err)
		}
	}
	if f.between != nil {
		if err := f.between(w, ctx); err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
	}
	if err := w.rest(ctx, max(f.quiet, atOnce)); err != nil {
		return nil, err
	}
	return w.attemptAll(ctx, f.name, attacks, controls)
}

// together is how many attacks are tried until what there is is compared with what there was.
const together = 24

// attemptAll tries attacks. When something has changed, those since the last look are tried again, each with a look behind it.
func (w *World) attemptAll(ctx context.Context, family string, attacks []attack, controls []answer) ([]Outcome, error) {
	outcomes := make([]Outcome, len(attacks))
	seen := 0 // those whose effect is known
	for i, a := range attacks {
		if a.changes { // what it changes is its own
			if err := w.unchanged(ctx, family, attacks[seen:i], controls[seen:i], outcomes[seen:i]); err != nil {
				return nil, err
			}
		}
		var err error
		if outcomes[i], err = w.attempt(ctx, family, a, controls[i]); err != nil {
			return nil, err
		}
		switch {
		case a.changes:
			_, err = w.changed(ctx)
			seen = i + 1
		case i+1-seen == together, i+1 == len(attacks):
			err = w.unchanged(ctx, family, attacks[seen:i+1], controls[seen:i+1], outcomes[seen:i+1])
			seen = i + 1
		}
		if err != nil {
			return nil, err
		}
	}
	return outcomes, nil
}

// unchanged makes sure that attacks have changed nothing, or finds out which did.
func (w *World) unchanged(ctx context.Context, family string, attacks []attack, controls []answer, outcomes []Outcome) error {
	what, err := w.changed(ctx)
	if err != nil || what == "" {
		return err
	}
	found := false
	for i, a := range attacks {
		if !outcomes[i].Proven() {
			continue
		}
		if _, err := w.attempt(ctx, family, a, controls[i]); err != nil {
			return err
		}
		again, err := w.changed(ctx)
		if err != nil {
			return err
		}
		if again != "" {
			outcomes[i].Fault, found = "it changed something: "+again, true
		}
	}
	for i := range attacks {
		if !found { // once is enough for it
			outcomes[i].Fault = "this one, or another of the " + strconv.Itoa(len(attacks)) + " around it, changed something: " + what
		}
	}
	return nil
}
