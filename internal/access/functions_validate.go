package access

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/events/schedule"
)

// ValidateFunctions reports every fault of the functions at once, one line each, joined; nil for functions whose events there are.
func ValidateFunctions(functions []Function, rules []Rule) error {
	var faults []error
	for _, function := range functions {
		fault := func(format string, args ...any) {
			faults = append(faults, fmt.Errorf("access function %s: %s", function.Name, fmt.Sprintf(format, args...)))
		}
		function.eventFaults(rules, fault)
	}
	return errors.Join(faults...)
}

// eventFaults checks what EventBridge calls a function for.
func (f Function) eventFaults(rules []Rule, fault func(string, ...any)) {
	for i, area := range f.Created {
		at := slices.IndexFunc(rules, func(rule Rule) bool { return rule.Area == area })
		switch {
		case slices.Contains(f.Created[:i], area):
			fault("is called for %q twice; want each area once", area)
		case at < 0:
			fault("is called for what is created in %q, which is no area of access.Rules", area)
		case rules[at].Functions[f.Name]&Get == 0:
			fault("is called for what is created in %q, where it may %s; want get too", area, rules[at].Functions[f.Name])
		}
	}
	for i, expression := range f.Schedules {
		if slices.Contains(f.Schedules[:i], expression) {
			fault("has the schedule %s twice; want each once", expression)
		}
		if _, err := schedule.Parse(expression); err != nil {
			for line := range strings.SplitSeq(err.Error(), "\n") {
				fault("schedule: %s", line)
			}
		}
	}
}
