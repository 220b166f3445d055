package assembly

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestTables_sayForEachEntryWhatItIs(t *testing.T) {
	seen := map[string]bool{}
	once := func(name string) {
		if seen[name] || name == "" {
			t.Errorf("got %q twice or without a name", name)
		}
		seen[name] = true
	}
	for _, f := range Intrinsics() {
		once(f.Name)
		if f.In == 0 || f.Argument == "" || f.Gives == "" || !strings.HasPrefix(f.Document, "https://docs.aws.amazon.com/") {
			t.Errorf("%s: got %+v, want all columns", f.Name, f)
		}
	}
	for _, p := range PseudoParameters() {
		if once(p.Name); p.Gives == "" {
			t.Errorf("%s: got no explanation", p.Name)
		}
	}
	for _, p := range ParameterTypes() {
		if once(p.Name); p.Gives == "" {
			t.Errorf("%s: got no explanation", p.Name)
		}
	}
}

// TestIntrinsics_standWhereTheTableSays tries each function in each section: with an argument that no function takes,
// the message tells whether the section or the argument was refused.
func TestIntrinsics_standWhereTheTableSays(t *testing.T) {
	const refused = "where it can't stand"
	for _, f := range Intrinsics() {
		for section, name := range sectionNames {
			template := parse(t, `{"Resources": {"B": {"Type": "T"}}}`)
			r, err := NewResolver(template, Environment{})
			if err != nil {
				t.Fatal(err)
			}
			w := r.walk(Fault{}, section)
			if _, ok := w.call(f.Name, json.Number("5")); ok {
				t.Errorf("%s in %s: got a value of 5", f.Name, name)
				continue
			}
			if got, want := !strings.Contains(w.faults.err().Error(), refused), f.In&section != 0; got != want {
				t.Errorf("%s in %s: got %v, want it accepted: %t", f.Name, name, w.faults.err(), want)
			}
		}
	}
}
