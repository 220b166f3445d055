package access

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Validate reports every fault of the table at once, one line each, joined; nil
// for a table that Statements, Sizes and Paths can take. A table that passes
// never yields a pattern that matches a key outside its area, grants no file by
// two rows, and fits AWS's limits.
func Validate(rules []Rule) error {
	if len(rules) == 0 {
		return errors.New("access rules: got none, want at least one area")
	}
	var faults []error
	for i, rule := range rules {
		faults = append(faults, rule.faults(i)...)
		for j, other := range rules[:i] {
			faults = append(faults, overlap(i, rule, j, other))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return err
	}
	return errors.Join(sidFaults(rules), sizeFaults(rules))
}

// faults checks the row by itself; i is its index in the table.
func (r Rule) faults(i int) []error {
	var faults []error
	fault := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf("access rule %d, area %q: %s", i+1, r.Area, fmt.Sprintf(format, args...)))
	}
	for _, problem := range areaFaults(r.Area) {
		fault("%s", problem)
	}
	type column struct {
		name  string
		verbs Verbs
	}
	columns := []column{{"CDN", r.CDN}, {"Guest", r.Guest}, {"SignedIn", r.SignedIn}, {"Owner", r.Owner}}
	for _, group := range slices.Sorted(maps.Keys(r.Groups)) {
		columns = append(columns, column{string(group), r.Groups[group]})
		if indexOf(group) < 0 {
			fault("has a column for %s, which is no group of access.Groups", group)
		}
		if missing := r.SignedIn &^ r.Groups[group] & all; missing != 0 {
			fault("%s lack %s, want all that SignedIn has: %s have signed in too", group, missing, GroupNamed(group).Many())
		}
	}
	for _, person := range columns {
		if person.verbs&forFunctions != 0 {
			fault("%s got %s, want none of these: they reach versions, and are for functions", person.name, person.verbs&forFunctions)
		}
	}
	for _, function := range slices.Sorted(maps.Keys(r.Functions)) {
		columns = append(columns, column{"function " + string(function), r.Functions[function]})
		if !function.IsFunction() {
			fault("has a column for the function %s, which is not one of access.Functions", function)
		}
	}
	if r.Days < 0 {
		fault("got %d days, want none or more", r.Days)
	}
	var granted Verbs
	for _, column := range columns {
		granted |= column.verbs
		if column.verbs&^all != 0 {
			fault("%s has an unknown verb: got bits %#b, want some of %s", column.name, column.verbs, all)
		}
	}
	if granted == 0 {
		fault("grants nothing to anybody; want at least one verb, or no row")
	}
	r.placeFaults(fault)
	return faults
}

// placeFaults checks what may be granted where.
func (r Rule) placeFaults(fault func(string, ...any)) {
	if r.CDN&^Get&all != 0 {
		fault("CDN got %s, want at most get: a distribution reads single objects", r.CDN)
	}
	if root := strings.TrimPrefix(OriginPath, "/") + "/"; r.CDN != 0 && !strings.HasPrefix(r.Area, root) {
		fault("CDN got %s outside %q, want nothing: a distribution asks only for keys below its origin path", r.CDN, root)
	}
	_, token := r.stem()
	if token == "" && r.Owner != 0 {
		fault("Owner got %s, want an owner token at the end of the area, as in %q", r.Owner, "private/{identity}/")
	}
	if token != "" && r.Owner == 0 {
		fault("Owner got nothing, want at least one verb where the area ends with %s", token)
	}
}

// segment is what a folder may be called. Nothing of it is special to S3, to
// IAM patterns, to URLs or to the client's path checks.
var segment = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// areaFaults says what is wrong with an area as a prefix of keys.
func areaFaults(area string) []string {
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	if area == "" {
		return []string{`must name a folder, as in "files/"`}
	}
	if strings.HasPrefix(area, "/") {
		fault("must not begin with /: keys are relative to the bucket")
	}
	if !strings.HasSuffix(area, "/") {
		fault("must end with /, as in %q: a bare prefix matches its longer neighbours as well", area+"/")
	}
	segments := strings.Split(strings.TrimSuffix(strings.TrimPrefix(area, "/"), "/"), "/")
	tokens := 0
	for i, s := range segments {
		if _, ok := owners[s]; ok {
			tokens++
			if i == 0 {
				fault("must have a folder before %s, as in %q: for others the token stands for any key", s, "files/"+s+"/")
			}
			if i != len(segments)-1 {
				fault("must end after %s: for others the token stands for a wildcard, and that crosses folders", s)
			}
			continue
		}
		if problem := segmentFault(s); problem != "" {
			fault("%s", problem)
		}
	}
	if tokens > 1 {
		fault("must have at most one owner token, got %d", tokens)
	}
	return faults
}

// segmentFault says what is wrong with one folder's name, or "".
func segmentFault(s string) string {
	switch {
	case s == "":
		return `must not hold an empty folder ("//")`
	case s == "." || s == "..":
		return fmt.Sprintf("must not hold %q: S3 takes it literally, clients resolve it", s)
	case strings.ContainsAny(s, "*?"):
		return fmt.Sprintf("must not hold a wildcard, got %q", s)
	case strings.Contains(s, "$"):
		return fmt.Sprintf("must not hold $, got %q: policy variables are compiled from owner tokens", s)
	case strings.ContainsAny(s, "{}"):
		return fmt.Sprintf("owner token must be a whole folder, %s or %s, got %q", IdentityToken, UserToken, s)
	case !segment.MatchString(s):
		return fmt.Sprintf("folder %q must be lower-case letters and digits, with single hyphens between them", s)
	}
	return ""
}

// overlap is the fault of two rows that speak of the same keys, or nil. To
// others an owner token is a wildcard, so only the fixed parts count.
func overlap(i int, rule Rule, j int, other Rule) error {
	fixed, _ := rule.stem()
	otherFixed, _ := other.stem()
	if !strings.HasPrefix(fixed, otherFixed) && !strings.HasPrefix(otherFixed, fixed) {
		return nil
	}
	return fmt.Errorf("access rule %d, area %q: overlaps rule %d, %q; want each key in one area", i+1, rule.Area, j+1, other.Area)
}

// sidFaults reports statements of one policy that would have the same name,
// which IAM refuses: "a-b/" and "a/b/" are both called AB.
func sidFaults(rules []Rule) error {
	var faults []error
	for _, principal := range Principals() {
		patterns := map[string]string{}
		for _, statement := range Statements(rules, principal) {
			pattern := strings.Join(slices.Concat(statement.Keys, statement.Prefixes), " ")
			if first, taken := patterns[statement.Sid]; taken {
				faults = append(faults, fmt.Errorf("access policy of %s: %q and %q are both named %s, want folders that differ in letters or digits",
					principal, first, pattern, statement.Sid))
			}
			patterns[statement.Sid] = pattern
		}
	}
	return errors.Join(faults...)
}
