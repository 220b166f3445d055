package access

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/events/schedule"
)

// functionName is what a function's folder and the ids of its resources are made of.
var functionName = regexp.MustCompile(`^[a-z][a-z0-9]*$`)

// ValidateFunctions reports every fault of the functions at once, one line each, joined: of their names, and of what calls them.
// The rules are those that they have columns of.
func ValidateFunctions(functions []Function, rules []Rule) error {
	var faults []error
	names, triggers := map[Principal]bool{}, map[Trigger]Principal{}
	for _, f := range functions {
		fault := func(format string, args ...any) {
			faults = append(faults, fmt.Errorf("access function %q: %s", f.Name, fmt.Sprintf(format, args...)))
		}
		switch {
		case !functionName.MatchString(string(f.Name)):
			fault("want a name of lower-case letters and digits, as its folder below functions/ has it")
		case names[f.Name]:
			fault("stands twice; want one line")
		case indexOf(f.Name) >= 0:
			fault("is a group too; want another name")
		}
		names[f.Name] = true
		if f.Description == "" {
			fault("says nothing of what it is for; want a description")
		}
		for _, trigger := range f.Triggers {
			if problem := trigger.problem(); problem != "" {
				fault("%s", problem)
			} else if other, taken := triggers[trigger]; taken {
				fault("has the trigger %s, which %s has; want one function a trigger", trigger, other)
			}
			triggers[trigger] = f.Name
		}
		if f.Name != "" && !f.IsTrigger() && !f.HasEvents() && !f.IsInvoked() && len(f.Streams) == 0 {
			fault("is called by nobody; want a trigger, a stream, an area, a schedule, or a step of a resolver")
		}
		f.streamFaults(fault)
		f.tableFaults(fault)
		f.eventFaults(rules, fault)
		if f.IsTrigger() {
			f.reachFaults(rules, fault)
		}
	}
	return errors.Join(append(faults, readers(functions)...)...)
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

// tableFaults checks what a function asks of tables.
func (f Function) tableFaults(fault func(string, ...any)) {
	for i, ask := range f.Tables {
		if !slices.Contains(tables(), ask.Source) {
			fault("asks %q; want one of the tables, %v", ask.Source, tables())
		}
		if len(ask.Actions) == 0 {
			fault("asks nothing of %s; want an action or more", ask.Source)
		}
		for _, action := range ask.Actions {
			if !slices.Contains(functionActions, action) {
				fault("asks %s for %s; want one of %v", ask.Source, action, functionActions)
			}
		}
		if slices.ContainsFunc(f.Tables[:i], func(other Step) bool { return other.Source == ask.Source && other.Index == ask.Index }) {
			fault("asks %s twice; want each table, and each index, once", ask.Source)
		}
	}
}

// functionActions are what a function may ask of a table.
var functionActions = []string{"BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem"}

// problem is what is wrong with a trigger; empty if nothing is.
func (t Trigger) problem() string {
	if strings.HasPrefix(string(t), "PreTokenGeneration") {
		return fmt.Sprintf("has the trigger %s, which writes the groups of tokens; want none: who is an admin is proven by them", t)
	}
	if !slices.Contains(Triggers(), t) {
		return fmt.Sprintf("has the trigger %q; want one of %v", t, Triggers())
	}
	return ""
}

// reachFaults checks that a function of the user pool reaches nothing of a later stack, and is called by nobody else.
func (f Function) reachFaults(rules []Rule, fault func(string, ...any)) {
	for _, rule := range rules {
		if _, has := rule.Functions[f.Name]; has {
			fault("has a column at %q; want none: the user pool calls it, whose stack knows no bucket", rule.Area)
		}
	}
	if len(f.Tables) > 0 || f.Invalidates || f.Users {
		fault("reaches tables, users or the CDN; want none of them: the user pool calls it, whose stack knows none")
	}
	if f.HasEvents() || len(f.Streams) > 0 {
		fault("is called by others; want it called by the user pool alone")
	}
	for name, step := range allSteps {
		if step.Source == f.Source() {
			fault("answers the step %s; want it called by the user pool alone", name)
		}
	}
}
