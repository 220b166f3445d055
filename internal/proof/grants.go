package proof

import (
	"slices"

	"lightbox.example/lightbox/internal/proof/question"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/iam"
)

// checkGrants compares the policies with the contract for every caller, every action, every
// resource and every prefix of a listing: one of each class that the policies and the
// contract tell apart. See package classes for why that is all of them.
func checkGrants(s *system.System, c question.Contract, count *Count) ([]Violation, error) {
	var found []Violation
	for _, who := range question.Callers(s) {
		u, err := question.UniverseOf(s, who, c)
		if err != nil {
			return nil, err
		}
		violations := askAll(s, who, c, u, count)
		found = append(found, violations...)
	}
	return found, nil
}

// CheckLogs is the part of the proof about the buckets that are not people's files: S3 delivers logs, and neither a person nor a function reaches them;
// the site's pages are for its distribution. The error is for patterns that make too many classes.
func CheckLogs(s *system.System) ([]Violation, error) { return checkLogs(s, &Count{}) }

func checkLogs(s *system.System, count *Count) ([]Violation, error) {
	var found []Violation
	for _, bucket := range s.Logs {
		violations, err := checkGrants(withoutPolicies(s.OfLogs(bucket)), question.Contract{Bucket: bucket.ARN, Logs: true}, count)
		if err != nil {
			return nil, err
		}
		found = append(found, violations...)
	}
	failures, err := checkFailures(s, count)
	if err != nil {
		return nil, err
	}
	pages, err := checkPages(s, count)
	return slices.Concat(found, failures, pages), err
}

// askAll asks every question of a universe.
func askAll(s *system.System, who question.Caller, c question.Contract, u question.Universe, count *Count) []Violation {
	var found []Violation
	told := map[string]bool{}
	for _, action := range u.Actions {
		for _, resource := range c.TellingFirst(action, u.Resources) {
			questions := []question.Question{{Action: action, Resource: resource}}
			// A listing of versions or uploads has a prefix as well.
			if resource == c.Bucket {
				for _, prefix := range c.TellingFirst(action, u.Prefixes) {
					questions = append(questions, question.Question{Action: action, Resource: resource, Prefix: &prefix})
				}
			}
			count.Questions += len(questions)
			for _, q := range questions {
				violation, broken := askOne(s, who, c, q)
				// One counter-example for each statement and action is enough to mend it.
				if id := violation.Path + violation.Rule + action; broken && !told[id] {
					told[id] = true
					found = append(found, violation)
				}
			}
		}
	}
	return found
}

// askOne compares one decision over TLS with the contract, and makes sure that without it
// there is none.
func askOne(s *system.System, who question.Caller, c question.Contract, q question.Question) (Violation, bool) {
	decision, reasons := question.Decide(s, who, q, question.TLS12)
	switch allowed := c.Allows(who, q); {
	case bool(decision) && !allowed:
		return Violation{At: definedAt(s, reasons.Deciding()[0]), Rule: "grants", Text: opened(who, q, reasons, c.Says(q))}, true
	case !bool(decision) && allowed:
		return Violation{At: lacking(s, who, reasons), Rule: "grants", Text: closed(who, q, reasons, c.Says(q)), Closes: true}, true
	case !bool(decision):
		return Violation{}, false
	}
	if !question.ReachesFiles(q, s.Bucket.ARN) {
		return Violation{}, false
	}
	for _, weak := range []question.Transport{question.PlainHTTP, question.TLS11} {
		if decision, reasons := question.Decide(s, who, q, weak); decision {
			return Violation{At: s.Bucket.Policy.At, Rule: "transport",
				Text: who.Name + " may " + q.String() + " over " + weak.Name + " (" + question.ListStatements(reasons.Deciding()) + "): the bucket must refuse it"}, true
		}
	}
	return Violation{}, false
}

// definedAt is where a statement that decided is defined.
func definedAt(s *system.System, ref iam.Ref) system.At {
	for _, role := range append(s.People(), s.Services...) {
		for _, p := range append(slices.Clone(role.Policies), role.Trust) {
			if p.Construct() == ref.Policy {
				return p.At
			}
		}
	}
	return s.Bucket.Policy.At
}

// lacking is where a permission that the contract gives should have been.
func lacking(s *system.System, who question.Caller, reasons iam.Reasons) system.At {
	if refs := reasons.Deciding(); len(refs) > 0 {
		return definedAt(s, refs[0])
	}
	for _, near := range reasons.Close() {
		return definedAt(s, near.Ref)
	}
	if len(who.Policies) > 0 {
		return who.Policies[0].At
	}
	return s.Bucket.Policy.At
}
