package access

import (
	"slices"
	"strings"
	"testing"
)

// mutant is a set of policies with one statement changed for the worse.
type mutant struct {
	change   string
	policies policies
}

// Dropping or widening any part of any compiled statement must turn one of the
// named behaviours red; otherwise nobody would notice.
func TestRules_haveABehaviourForEveryPartOfEveryStatement(t *testing.T) {
	mutants := mutantsOf(compiled(Rules()))
	t.Logf("%d changed policies", len(mutants))
	if len(mutants) < 200 {
		t.Fatalf("got %d changed policies, want hundreds: the test has lost its subject", len(mutants))
	}
	for _, mutant := range mutants {
		noticed := false
		for range mutant.policies.surprises() {
			noticed = true
			break
		}
		if !noticed {
			t.Errorf("%s: no behaviour notices", mutant.change)
		}
	}
}

// mutantsOf changes each statement in every way there is.
func mutantsOf(original policies) []mutant {
	var mutants []mutant
	for _, principal := range Principals() {
		for i, statement := range original[principal] {
			change := func(what string, changed ...Statement) {
				copied := policies{}
				for other, statements := range original {
					copied[other] = statements
				}
				copied[principal] = slices.Replace(slices.Clone(original[principal]), i, i+1, changed...)
				mutants = append(mutants, mutant{string(principal) + "." + statement.Sid + ": " + what, copied})
			}
			change("dropped")
			for j, action := range statement.Actions {
				fewer := statement
				fewer.Actions = slices.Delete(slices.Clone(statement.Actions), j, j+1)
				change("without "+action, fewer)
			}
			for _, action := range widerActions(original, principal, statement) {
				more := statement
				more.Actions = append(slices.Clone(statement.Actions), action)
				change("with "+action, more)
			}
			for _, pattern := range otherPatterns(slices.Concat(statement.Keys, statement.Prefixes)[0]) {
				other := statement
				if len(statement.Keys) > 0 {
					other.Keys = []string{pattern}
				} else {
					other.Prefixes = []string{pattern}
				}
				change("on "+pattern, other)
			}
			if len(statement.Prefixes) > 0 {
				bare := statement
				bare.Prefixes = nil
				change("without its condition", bare)
			}
		}
	}
	return mutants
}

// widerActions are what a statement could grant besides: wildcards, and the
// actions of other verbs unless the principal has them there anyway.
func widerActions(original policies, principal Principal, statement Statement) []string {
	if len(statement.Prefixes) > 0 {
		wider := append([]string{"s3:*", "s3:List*"}, bucketActions...)
		for _, action := range []string{"s3:ListBucket", "s3:ListBucketVersions"} {
			if !slices.Contains(statement.Actions, action) {
				wider = append(wider, action)
			}
		}
		return wider
	}
	wider := []string{"s3:*", "s3:Get*", "s3:Put*", "s3:Delete*"}
	owners := []Principal{principal}
	if principal == Admins {
		owners = append(owners, User)
	}
	for action := range verbOf {
		has := false
		for _, owner := range owners {
			for _, other := range original[owner] {
				has = has || slices.Contains(other.Actions, action) && len(other.Keys) > 0 &&
					strings.HasPrefix(statement.Keys[0], strings.TrimSuffix(other.Keys[0], "*"))
			}
		}
		if !has {
			wider = append(wider, action)
		}
	}
	return wider
}

// otherPatterns are the ways to get a pattern wrong: every shorter one, with and
// without the slash, the variable as a wildcard and as the other variable.
func otherPatterns(pattern string) []string {
	patterns := []string{"*"}
	for i := range pattern {
		if pattern[i] != '/' || i+1 == len(pattern) || strings.Contains(pattern[i:], "PrincipalTag/") && strings.HasSuffix(pattern[:i], "PrincipalTag") {
			continue
		}
		patterns = append(patterns, pattern[:i]+"*")
		if pattern[i:] != "/*" {
			patterns = append(patterns, pattern[:i+1]+"*")
		}
	}
	for token, variable := range owners {
		if !strings.Contains(pattern, variable) {
			continue
		}
		patterns = append(patterns, strings.ReplaceAll(pattern, variable, "*"))
		for otherToken, other := range owners {
			if otherToken != token {
				patterns = append(patterns, strings.ReplaceAll(pattern, variable, other))
			}
		}
	}
	return patterns
}
