package access

import (
	"strings"
	"testing"
)

func TestValidateFunctions_takesThoseThatShip(t *testing.T) {
	if err := ValidateFunctions(Functions(), Rules()); err != nil {
		t.Error(err)
	}
	events := []Function{{
		Name: Pictures, Created: []string{"uploads/{user}/", "drafts/"}, Schedules: []string{"rate(1 hour)", "cron(0 3 ? * MON-FRI *)"},
	}}
	if err := ValidateFunctions(events, Rules()); err != nil {
		t.Errorf("with events: got %v", err)
	}
}

func TestValidateFunctions_namesEachFault(t *testing.T) {
	err := ValidateFunctions([]Function{
		{Name: Pictures, Created: []string{"uploads/", "private/{identity}/", "drafts/", "drafts/"}, Schedules: []string{"rate(1 hour)", "rate(1 hour)"}},
		{Name: Remover, Created: []string{"drafts/"}, Schedules: []string{"cron(61 25 * * ? *)", "every day"}},
	}, Rules())
	for _, want := range []string{
		`access function pictures: is called for what is created in "uploads/", which is no area of access.Rules`,
		`access function pictures: is called for what is created in "private/{identity}/", where it may nothing; want get too`,
		`access function pictures: is called for "drafts/" twice`,
		"access function pictures: has the schedule rate(1 hour) twice",
		`access function remover: is called for what is created in "drafts/", where it may list delete; want get too`,
		`access function remover: schedule: cron(61 25 * * ? *): minutes: got "61"`,
		`access function remover: schedule: cron(61 25 * * ? *): hours: got "25"`,
		`access function remover: schedule: got "every day", want rate(`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
	if lines := strings.Count(err.Error(), "\n") + 1; lines != 8 {
		t.Errorf("got %d faults, want 8:\n%v", lines, err)
	}
}
