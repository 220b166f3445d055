package proof

import (
	"strings"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/classes"
	"lightbox.example/lightbox/internal/proof/system"
)

// claimants are who the outputs file speaks of: the keys that grant something to a caller.
var claimants = map[column][]string{
	guest: {"guest"},
	user:  {"authenticated", "entityidentity", "entityuser"},
	admin: {"groupsAdmins", "entityidentity", "entityuser"},
}

// claimed are the outputs file's words for the actions that stand for a verb.
var claimed = map[string]string{
	"get": "s3:GetObject", "list": "s3:ListBucket", "write": "s3:PutObject", "delete": "s3:DeleteObject",
}

// checkPaths compares what the outputs file tells clients with what the policies allow, for
// every key and every listing: a client that believes the file is never refused, and is told
// of all that it may do.
func checkPaths(s *system.System, rules []access.Rule, c contract) ([]Violation, error) {
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
	for _, who := range callers(s) {
		if claimants[who.column] == nil {
			continue
		}
		keys, err := outputKeys(s, who, c, paths)
		if err != nil {
			return nil, err
		}
		for _, key := range keys {
			for word, action := range claimed {
				q := question{action: action, resource: c.bucket + "/" + key}
				if word == "list" {
					q.resource, q.prefix = c.bucket, &key
				}
				says := claims(paths, who, key, word)
				decision, reasons := decide(s, who, q, tls12)
				if bool(decision) != c.allows(who, q) {
					continue // checkGrants tells it
				}
				switch {
				case bool(decision) && !says:
					found.opens(s.Bucket.At, "%s may %s (%s), and the outputs file does not say so", who.name, q, list(reasons.Deciding()))
				case !bool(decision) && says:
					found.closes(s.Bucket.At, "the outputs file tells %s to %s, and the policies refuse: %s", who.name, q, named(reasons.Cause.String()))
				}
			}
		}
	}
	return found.all, nil
}

// outputKeys are one key of each class that the file's paths and the policies tell apart.
func outputKeys(s *system.System, who caller, c contract, paths access.PathRules) ([]string, error) {
	var globs []classes.Glob
	for path := range paths {
		if glob, ok := classes.Parse(path, who.values()); ok {
			globs = append(globs, glob)
		}
	}
	for _, p := range who.policies {
		for _, statement := range p.Document.Statements {
			for _, pattern := range append(conditionOn(statement, "s3:prefix"), statement.Resources...) {
				if glob, ok := classes.Parse(strings.TrimPrefix(pattern, c.bucket+"/"), who.values()); ok {
					globs = append(globs, glob)
				}
			}
		}
	}
	return classes.Witnesses(globs)
}

// claims tells whether the file says that a caller may do something with a key.
func claims(paths access.PathRules, who caller, key, word string) bool {
	for path, grants := range paths {
		folder := path
		for variable, value := range who.values() {
			folder = strings.ReplaceAll(folder, "${"+variable+"}", value)
		}
		if !strings.HasPrefix(key, strings.TrimSuffix(folder, "*")) {
			continue
		}
		for _, claimant := range claimants[who.column] {
			for _, granted := range grants[claimant] {
				if granted == word {
					return true
				}
			}
		}
	}
	return false
}
