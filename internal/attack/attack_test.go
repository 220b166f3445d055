package attack_test

import (
	"flag"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/attack"
	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox"
)

var (
	all  = flag.Bool("all", false, "try every attack, and not a part of each family")
	only = flag.String("only", "", "the `families` to try, by their names with commas between them")
)

// Every attack is refused, and every control allowed. In CI it is a part of each family.
func TestRun_refusesEveryAttackAndAllowsEveryControl(t *testing.T) {
	s, err := sandbox.Start(t.Context(), sandbox.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if err := s.Deploy(t.Context(), deploytest.WorkingAssembly(t, "../..", "dev"), nil); err != nil {
		t.Fatal(err)
	}
	options := attack.Options{Every: 4}
	if *all || *only != "" {
		options.Every = 1
	}
	if *only != "" {
		options.Only = strings.Split(*only, ",")
	}
	report, err := attack.Run(t.Context(), s.HTTP(), options)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range report.Faults() {
		t.Error(o)
	}
	var table strings.Builder
	report.WriteTable(&table)
	t.Log(table.String())
	if *only == "" && *all {
		for _, o := range report.Outcomes {
			t.Logf("EACH %s/%s | %s | %s", o.Family, o.ID, o.Got, o.Want)
		}
	}
}
