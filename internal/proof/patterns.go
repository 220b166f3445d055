package proof

import (
	"fmt"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/proof/question"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/iam/policy"
)

// conditionKeys are those that the proof knows the values of. A policy with another one would
// be decided by something that nobody has looked at.
var conditionKeys = []string{
	"aws:securetransport", "s3:tlsversion", "s3:prefix", "aws:sourcearn", "aws:sourceaccount",
	question.IdentityService + ":aud", question.IdentityService + ":amr", question.IdentityService + ":sub",
}

// ownerVariables are how a policy may name an owner.
var ownerVariables = []string{"${" + question.IdentityService + ":sub}", "${aws:PrincipalTag/user}"}

// checkPatterns makes sure of what the proof over symbols and classes relies on: policies
// depend on nothing but known conditions, name owners by variables only, and use wildcards
// only where a class is taken of them.
func checkPatterns(s *system.System) []Violation {
	found := findings{rule: "patterns"}
	check := func(p system.Policy, trust bool) {
		for _, statement := range p.Document.Statements {
			for _, fault := range patternFaults(statement, trust) {
				found.opens(p.At, "statement %d: %s", statement.Index, fault)
			}
		}
	}
	for _, role := range s.People() {
		for _, p := range role.Policies {
			check(p, false)
		}
		check(role.Trust, true)
		for _, managed := range role.Managed {
			found.opens(role.At, "the role has AWS's policy %s: want none but ours, which are proven", managed)
		}
	}
	for _, bucket := range s.Buckets() {
		check(bucket.Policy, false)
	}
	return append(found.all, checkPrincipals(s)...)
}

// checkPrincipals makes sure that no policy names somebody whom the system does not know,
// even where a condition would keep them out.
func checkPrincipals(s *system.System) []Violation {
	var ours []string
	for _, role := range s.Services {
		ours = append(ours, role.ARN)
	}
	var policies []system.Policy
	for _, role := range rolesByKind(s) {
		policies = append(policies, role.Trust)
	}
	for _, bucket := range s.Buckets() {
		policies = append(policies, bucket.Policy)
	}
	found := findings{rule: "patterns"}
	for _, p := range policies {
		for _, statement := range p.Document.Statements {
			for _, arn := range statement.Principals.AWS {
				if !statement.Deny && !slices.Contains(ours, arn) {
					found.opens(p.At, "statement %d: names %s, which is no role of the system", statement.Index, arn)
				}
			}
			for _, id := range statement.Principals.Canonical {
				found.opens(p.At, "statement %d: names the canonical user %s, which is nobody of the system", statement.Index, id)
			}
		}
	}
	return found.all
}

func patternFaults(statement policy.Statement, trust bool) []string {
	var faults []string
	for _, condition := range statement.Conditions {
		if !slices.Contains(conditionKeys, strings.ToLower(condition.Key)) {
			faults = append(faults, fmt.Sprintf("got a condition on %s, want one of the keys that are proven over", condition.Key))
		}
	}
	if trust {
		return faults
	}
	for _, resource := range statement.Resources {
		if resource == "*" {
			if !statement.Deny {
				faults = append(faults, "got the resource *, want resources by name")
			}
			continue
		}
		head := strings.Join(strings.SplitN(resource, ":", 6)[:5], ":")
		if strings.ContainsAny(head, "*?$") {
			faults = append(faults, fmt.Sprintf("got the resource %s, want wildcards in its last part only", resource))
		}
		if name := foreignVariable(resource); name != "" {
			faults = append(faults, fmt.Sprintf("got the variable %s in %s, want an owner's", name, resource))
		}
	}
	return faults
}

// foreignVariable is the first variable of a pattern that is no owner's, "" without one.
func foreignVariable(pattern string) string {
	for _, known := range ownerVariables {
		pattern = strings.ReplaceAll(pattern, known, "")
	}
	if _, after, found := strings.Cut(pattern, "${"); found {
		name, _, _ := strings.Cut(after, "}")
		return "${" + name + "}"
	}
	return ""
}
