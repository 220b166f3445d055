package proof

import (
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/proof/classes"
	"lightbox.example/lightbox/internal/proof/system"
)

// universe holds a witness of each class, for one caller.
type universe struct {
	actions, resources, prefixes []string
}

// universeOf collects every pattern that could matter to a caller and takes a witness of each
// class.
func universeOf(s *system.System, who caller, c contract) (universe, error) {
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

// questions are all that can be asked of a universe about files.
func (u universe) questions(bucket string) []question {
	var all []question
	for _, action := range u.actions {
		for _, resource := range u.resources {
			all = append(all, question{action: action, resource: resource})
			if resource != bucket {
				continue
			}
			for _, prefix := range u.prefixes {
				all = append(all, question{action: action, resource: resource, prefix: &prefix})
			}
		}
	}
	return all
}
