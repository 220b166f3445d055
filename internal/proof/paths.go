package proof

import (
	"strings"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/classes"
	"lightbox.example/lightbox/internal/proof/question"
	"lightbox.example/lightbox/internal/proof/system"
)

// claimants are who the outputs file speaks of: the keys that grant something to a caller.
func claimants(who question.Caller) []string {
	switch {
	case who.Column == access.Guest:
		return []string{"guest"}
	case who.Column == access.User:
		return []string{"authenticated", "entityidentity", "entityuser"}
	case who.IsMember():
		return []string{"groups" + string(who.Column), "entityidentity", "entityuser"}
	}
	return nil
}

// claimed are the outputs file's words for the actions that stand for a verb.
var claimed = map[string]string{
	"get": "s3:GetObject", "list": "s3:ListBucket", "write": "s3:PutObject", "delete": "s3:DeleteObject",
}

// checkPaths compares what the outputs file tells clients with what the policies allow, for
// every key and every listing: a client that believes the file is never refused, and is told
// of all that it may do.
func checkPaths(s *system.System, rules []access.Rule, c question.Contract, count *Count) ([]Violation, error) {
	paths := access.Paths(rules)
	for path, grants := range access.UserPaths(rules) {
		if paths[path] == nil {
			paths[path] = map[string][]string{}
		}
		for who, verbs := range grants {
			paths[path][who] = append(paths[path][who], verbs...)
		}
	}
	found := findings{rule: "outputs"}
	for _, who := range question.Callers(s) {
		if claimants(who) == nil {
			continue
		}
		keys, err := outputKeys(who, c, paths)
		if err != nil {
			return nil, err
		}
		for _, key := range keys {
			for word, action := range claimed {
				q := question.Question{Action: action, Resource: c.Bucket + "/" + key}
				if word == "list" {
					q.Resource, q.Prefix = c.Bucket, &key
				}
				says := claims(paths, who, key, word)
				count.Questions++
				decision, reasons := question.Decide(s, who, q, question.TLS12)
				if bool(decision) != c.Allows(who, q) {
					continue // checkGrants tells it
				}
				switch {
				case bool(decision) && !says:
					found.opens(s.Bucket.At, "%s may %s (%s), and the outputs file does not say so", who.Name, q, question.ListStatements(reasons.Deciding()))
				case !bool(decision) && says:
					found.closes(s.Bucket.At, "the outputs file tells %s to %s, and the policies refuse: %s", who.Name, q, question.Named(reasons.Cause.String()))
				}
			}
		}
	}
	return found.all, nil
}

// outputKeys are one key of each class that the file's paths and the policies tell apart.
func outputKeys(who question.Caller, c question.Contract, paths access.PathRules) ([]string, error) {
	var globs []classes.Glob
	for path := range paths {
		if glob, ok := classes.Parse(path, who.Variables()); ok {
			globs = append(globs, glob)
		}
	}
	for _, p := range who.Policies {
		for _, statement := range p.Document.Statements {
			for _, pattern := range append(question.ConditionValues(statement, "s3:prefix"), statement.Resources...) {
				if glob, ok := classes.Parse(strings.TrimPrefix(pattern, c.Bucket+"/"), who.Variables()); ok {
					globs = append(globs, glob)
				}
			}
		}
	}
	return classes.Witnesses(globs)
}

// claims tells whether the file says that a caller may do something with a key.
func claims(paths access.PathRules, who question.Caller, key, word string) bool {
	for path, grants := range paths {
		folder := path
		for variable, value := range who.Variables() {
			folder = strings.ReplaceAll(folder, "${"+variable+"}", value)
		}
		if !strings.HasPrefix(key, strings.TrimSuffix(folder, "*")) {
			continue
		}
		for _, claimant := range claimants(who) {
			for _, granted := range grants[claimant] {
				if granted == word {
					return true
				}
			}
		}
	}
	return false
}
