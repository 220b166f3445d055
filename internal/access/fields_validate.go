package access

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// roots are the types whose fields clients call.
var roots = []string{"Query", "Mutation", "Subscription"}

// ValidateFields reports every fault of the API's table at once, one line each, joined; nil for a
// table that says of each field once who may call it, with steps and mutations that there are.
func ValidateFields(fields []Field) error {
	if len(fields) == 0 {
		return errors.New("access fields: got none, want at least one field")
	}
	seen := map[string]bool{}
	for _, field := range fields {
		seen[field.Path()] = true
	}
	var faults []error
	first := map[string]int{}
	for i, field := range fields {
		fault := func(format string, args ...any) {
			faults = append(faults, fmt.Errorf("access field %d, %s: %s", i+1, field.Path(), fmt.Sprintf(format, args...)))
		}
		if at, twice := first[field.Path()]; twice {
			fault("stands twice, as field %d too; want one line", at+1)
			continue
		}
		first[field.Path()] = i
		field.callerFaults(fault)
		field.stepFaults(fault)
		for _, mutation := range field.Hears {
			if !seen["Mutation."+mutation] {
				fault("hears %s, which is no mutation of the table", mutation)
			}
		}
	}
	return errors.Join(faults...)
}

// callerFaults checks who may call.
func (f Field) callerFaults(fault func(string, ...any)) {
	if f.Callers() == 0 {
		fault("nobody may call it; want somebody, or no field")
	}
	for row, callers := range f.May {
		if all := Callers(1)<<len(callerNames()) - 1; callers&^all != 0 {
			fault("has unknown callers: got bits %#b, want some of %s; a group must be one of access.Groups", callers, all)
		}
		if callers&Guests != 0 && callers&SignedIn == 0 {
			fault("a %s is for guests and not for those who signed in; want it for both", row)
		}
		if callers&Guests != 0 && callers&Identities != 0 {
			fault("a %s is for guests and for signed-in identities; want guests alone, whose fields are open to all by IAM", row)
		}
		if callers&Guests != 0 && f.Type == "Mutation" {
			fault("guests may call it; want nobody who has not signed in: a write belongs to somebody")
		}
		if row == New && f.Type != "Mutation" {
			fault("has a %s; want it of mutations only", New)
		}
	}
}

// stepFaults checks what answers the field, and what belongs to a kind of field alone.
func (f Field) stepFaults(fault func(string, ...any)) {
	for _, name := range f.Steps {
		if _, known := allSteps[name]; !known {
			fault("has the step %s, which is not declared", name)
		}
	}
	if len(f.Steps) == 0 && f.Type != "Subscription" {
		fault("has no steps; want one or more: only a subscription can do without")
	}
	if (f.Type == "Mutation") != (len(f.Changes) > 0) {
		fault("changes %v; want rows of every mutation, and of nothing else", f.Changes)
	}
	if (f.Type == "Subscription") != (len(f.Hears) > 0) {
		fault("hears %s; want mutations of every subscription, and of nothing else", orNothing(f.Hears))
	}
	if f.Uploads && f.Type != "Mutation" {
		fault("takes uploads; want it of mutations only")
	}
	if byIAM := f.Callers() & (Guests | Identities); !slices.Contains(roots, f.Type) && byIAM != 0 {
		fault("%s may see it; want it of %s only", byIAM, strings.Join(roots, ", "))
	}
}

func orNothing(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, ", ")
}
