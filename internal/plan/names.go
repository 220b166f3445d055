package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/assembly"
)

// parts are those of a stack's name, as in "Lightbox", "prod-eu" and "Auth". The application and the construct have no hyphen.
// A stack that is named otherwise is nobody's.
func parts(name string) (app, env, id string) {
	first, last := strings.IndexByte(name, '-'), strings.LastIndexByte(name, '-')
	if first < 0 || first == last {
		return "", "", ""
	}
	return name[:first], name[first+1 : last], name[last+1:]
}

// oneApp is the application that both assemblies are of.
func oneApp(old, next *assembly.Assembly) (string, error) {
	var found [2][]string
	for i, a := range []*assembly.Assembly{old, next} {
		apps := map[string]bool{}
		for _, s := range a.Stacks {
			if app, _, _ := parts(s.Name); app != "" {
				apps[app] = true
			}
		}
		found[i] = slices.Sorted(maps.Keys(apps))
	}
	for i, apps := range found {
		if len(apps) == 0 && i == 0 && len(old.Stacks) == 0 {
			continue // nothing is deployed yet
		}
		if len(apps) != 1 {
			return "", fmt.Errorf("%s: got stacks of the applications %s, want those of one, as Lightbox-prod-Auth is of Lightbox",
				[]string{called("OLD", old), called("NEW", next)}[i], orNone(apps))
		}
	}
	if len(found[0]) > 0 && found[0][0] != found[1][0] {
		return "", fmt.Errorf("got %s in %s and %s in %s, want one application: its name in cdk.json makes another deployment",
			found[0][0], called("OLD", old), found[1][0], called("NEW", next))
	}
	return found[1][0], nil
}

// called is an assembly by its argument and its folder.
func called(argument string, a *assembly.Assembly) string { return argument + " (" + a.Dir + ")" }

// assumed is what a plan supposes of accounts: where the old side says none and the new one does, that both are the same.
func assumed(old, next *assembly.Assembly) string {
	for _, s := range next.Stacks {
		if s.Account != "" && slices.ContainsFunc(old.Stacks, func(other *assembly.Stack) bool { return other.Account == "" }) {
			return fmt.Sprintf("OLD does not say its account. Unless it is %s, nothing is known of what is deployed; if it is:", s.Account)
		}
	}
	return ""
}

func orNone(list []string) string {
	if len(list) == 0 {
		return "(none)"
	}
	return strings.Join(list, ", ")
}

// ofEnvironment keeps the stacks of an environment, and those that are of none. The account is said by one side at least: what
// one does not know is what the other has.
func ofEnvironment(old, next *assembly.Assembly, env string) (before, after *assembly.Assembly, err error) {
	known := map[string]bool{}
	keep := func(a *assembly.Assembly) *assembly.Assembly {
		kept := &assembly.Assembly{Dir: a.Dir}
		for _, s := range a.Stacks {
			_, of, _ := parts(s.Name)
			known[of] = of != ""
			if env == "" || of == "" || of == env {
				clone := *s
				kept.Stacks = append(kept.Stacks, &clone)
			}
		}
		return kept
	}
	before, after = keep(old), keep(next)
	delete(known, "")
	if env != "" && !known[env] {
		return nil, nil, fmt.Errorf("--env: got %q, want an environment of %s or %s: %s", env, called("OLD", old), called("NEW", next), orNone(slices.Sorted(maps.Keys(known))))
	}
	for _, s := range before.Stacks {
		for _, other := range after.Stacks {
			if s.Account == "" {
				s.Account = other.Account
			}
			if other.Account == "" {
				other.Account = s.Account
			}
		}
	}
	return before, after, nil
}
