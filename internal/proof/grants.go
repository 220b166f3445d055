package proof

import (
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/proof/classes"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/iam/policy"
)

// checkGrants compares the policies with the contract for every caller, every action, every
// resource and every prefix of a listing: one of each class that the policies and the
// contract tell apart. See package classes for why that is all of them.
func (s *System) checkGrants(c contract) ([]Violation, error) {
	var found []Violation
	for _, who := range s.callers() {
		u, err := s.universe(who, c)
		if err != nil {
			return nil, err
		}
		violations := s.compare(who, c, u)
		found = append(found, violations...)
	}
	return found, nil
}

// checkLogs does the same for the buckets of logs, which no person reaches.
func (s *System) checkLogs() ([]Violation, error) {
	var found []Violation
	for _, bucket := range s.Logs {
		view := *s
		view.Bucket, view.logged = bucket, &s.Bucket
		view.Guest.Policies, view.User.Policies, view.Admin.Policies = nil, nil, nil
		violations, err := view.checkGrants(contract{bucket: bucket.ARN, logs: true})
		if err != nil {
			return nil, err
		}
		found = append(found, violations...)
	}
	return found, nil
}

// universe holds a witness of each class, for one caller.
type universe struct {
	actions, resources, prefixes []string
}

// compare asks every question of a universe.
func (s *System) compare(who caller, c contract, u universe) []Violation {
	var found []Violation
	told := map[string]bool{}
	for _, action := range u.actions {
		for _, resource := range c.tellingFirst(action, u.resources) {
			questions := []question{{action: action, resource: resource}}
			// A listing of versions or uploads has a prefix as well.
			if resource == c.bucket {
				for _, prefix := range c.tellingFirst(action, u.prefixes) {
					questions = append(questions, question{action: action, resource: resource, prefix: &prefix})
				}
			}
			for _, q := range questions {
				violation, broken := s.ask(who, c, q)
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

// ask compares one decision over TLS with the contract, and makes sure that without it
// there is none.
func (s *System) ask(who caller, c contract, q question) (Violation, bool) {
	decision, reasons := s.decide(who, q, tls12)
	switch allowed := c.allows(who, q); {
	case bool(decision) && !allowed:
		return Violation{At: s.at(reasons.Deciding()[0]), Rule: "grants", Text: opened(who, q, reasons, c.says(q))}, true
	case !bool(decision) && allowed:
		return Violation{At: s.lacking(who, reasons), Rule: "grants", Text: closed(who, q, reasons, c.says(q)), Closes: true}, true
	case !bool(decision):
		return Violation{}, false
	}
	if !strings.HasPrefix(q.resource, s.Bucket.ARN) {
		return Violation{}, false
	}
	for _, weak := range []transport{plainHTTP, tls11} {
		if decision, reasons := s.decide(who, q, weak); decision {
			return Violation{At: s.Bucket.Policy.At, Rule: "transport",
				Text: who.name + " may " + q.String() + " over " + weak.name + " (" + list(reasons.Deciding()) + "): the bucket must refuse it"}, true
		}
	}
	return Violation{}, false
}

// transport is how a request reached AWS.
type transport struct{ name, secure, version string }

var (
	tls12     = transport{"TLS 1.2", "true", "1.2"}
	tls11     = transport{"TLS 1.1", "true", "1.1"}
	plainHTTP = transport{name: "plain HTTP", secure: "false"}
)

// decide asks the evaluator.
func (s *System) decide(who caller, q question, over transport) (iam.Decision, iam.Reasons) {
	context := iam.Context{{Name: "aws:SecureTransport", Value: over.secure}}
	if over.version != "" {
		context = append(context, iam.Key{Name: "s3:TlsVersion", Value: over.version})
	}
	if q.prefix != nil {
		context = append(context, iam.Key{Name: "s3:prefix", Value: *q.prefix})
	}
	policies := iam.Policies{Identity: compiled(who.policies), Session: who.session}
	request := iam.Request{Principal: who.principal, Action: q.action, Resource: q.resource, Context: context}
	if q.resource == s.Bucket.ARN || strings.HasPrefix(q.resource, s.Bucket.ARN+"/") {
		policies.Resource = compiled([]Policy{s.Bucket.Policy})
		request.ResourceAccount = s.Account
	}
	return iam.Authorize(request, policies)
}

// universe collects every pattern that could matter to a caller and takes a witness of each
// class.
func (s *System) universe(who caller, c contract) (universe, error) {
	values := who.values()
	var actions, resources, prefixes []classes.Glob
	add := func(globs *[]classes.Glob, pattern string, values map[string]string) {
		if glob, ok := classes.Parse(pattern, values); ok {
			*globs = append(*globs, glob)
		}
	}
	for _, p := range append(slices.Clone(who.policies), s.Bucket.Policy) {
		for _, statement := range p.Document.Statements {
			for _, action := range statement.Actions {
				add(&actions, strings.ToLower(action), nil)
			}
			for _, resource := range statement.Resources {
				add(&resources, resource, values)
			}
			for _, pattern := range conditionOn(statement, "s3:prefix") {
				add(&prefixes, pattern, values)
			}
		}
	}
	for action := range verbs {
		add(&actions, action, nil)
	}
	add(&actions, "appsync:graphql", nil)
	add(&actions, "?*:?*", nil)
	for _, field := range c.fields {
		add(&resources, field, nil)
	}
	add(&resources, c.bucket, nil)
	add(&resources, c.bucket+"/?*", nil)
	for _, rule := range c.rules {
		fixed, _ := area(rule)
		for _, owner := range []string{"", myIdentity + "/", mySub + "/", otherIdentity + "/", otherSub + "/"} {
			add(&resources, c.bucket+"/"+fixed+owner+"*", nil)
			add(&prefixes, fixed+owner+"*", nil)
		}
	}
	u, err := witnesses(actions, resources, prefixes)
	// There is no object without a key.
	u.resources = slices.DeleteFunc(u.resources, func(resource string) bool { return resource == c.bucket+"/" })
	return u, err
}

func witnesses(actions, resources, prefixes []classes.Glob) (universe, error) {
	var u universe
	var err error
	if u.actions, err = classes.Witnesses(actions); err != nil {
		return u, err
	}
	if u.resources, err = classes.Witnesses(resources); err != nil {
		return u, err
	}
	if u.prefixes, err = classes.Witnesses(prefixes); err != nil {
		return u, err
	}
	// What is no action and no ARN cannot be asked for.
	u.actions = slices.DeleteFunc(u.actions, func(action string) bool {
		service, name, _ := strings.Cut(action, ":")
		return service == "" || name == "" || strings.ContainsAny(action, "*?")
	})
	u.resources = slices.DeleteFunc(u.resources, func(resource string) bool { return strings.Count(resource, ":") < 5 })
	return u, nil
}

// conditionOn are the values that a statement compares a condition key with.
func conditionOn(statement policy.Statement, key string) []string {
	var values []string
	for _, condition := range statement.Conditions {
		if strings.EqualFold(condition.Key, key) {
			values = append(values, condition.Values...)
		}
	}
	return values
}

// at is where a statement that decided is defined.
func (s *System) at(ref iam.Ref) At {
	for _, role := range append([]Role{s.Guest, s.User, s.Admin}, s.Services...) {
		for _, p := range append(slices.Clone(role.Policies), role.Trust) {
			if p.policy() == ref.Policy {
				return p.At
			}
		}
	}
	return s.Bucket.Policy.At
}

// lacking is where a permission that the contract gives should have been.
func (s *System) lacking(who caller, reasons iam.Reasons) At {
	if refs := reasons.Deciding(); len(refs) > 0 {
		return s.at(refs[0])
	}
	for _, near := range reasons.Close() {
		return s.at(near.Ref)
	}
	if len(who.policies) > 0 {
		return who.policies[0].At
	}
	return s.Bucket.Policy.At
}
