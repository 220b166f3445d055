package question

import (
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/proof/classes"
	"lightbox.example/lightbox/internal/proof/system"
)

// Universe holds a witness of each class, for one caller: all that there is to ask. Actions are in lower case, resources are ARNs.
type Universe struct {
	Actions, Resources, Prefixes []string
}

// UniverseOf collects every pattern that could matter to a caller and takes a witness of each
// class. The error is for patterns that make too many classes.
func UniverseOf(s *system.System, who Caller, c Contract) (Universe, error) {
	values := who.Variables()
	var actions, resources, prefixes []classes.Glob
	add := func(globs *[]classes.Glob, pattern string, values map[string]string) {
		if glob, ok := classes.Parse(pattern, values); ok {
			*globs = append(*globs, glob)
		}
	}
	for _, p := range append(slices.Clone(who.Policies), s.Bucket.Policy) {
		for _, statement := range p.Document.Statements {
			for _, action := range statement.Actions {
				add(&actions, strings.ToLower(action), nil)
			}
			for _, resource := range statement.Resources {
				add(&resources, resource, values)
			}
			for _, pattern := range ConditionValues(statement, "s3:prefix") {
				add(&prefixes, pattern, values)
			}
		}
	}
	for action := range Verbs {
		add(&actions, action, nil)
	}
	add(&actions, "appsync:graphql", nil)
	for _, grant := range who.Besides {
		add(&actions, strings.ToLower(grant.Action), nil)
		add(&resources, grant.Resource, nil)
	}
	add(&actions, "?*:?*", nil)
	for _, field := range slices.Concat(c.Fields, c.Identities) {
		add(&resources, field, nil)
	}
	add(&resources, c.Bucket, nil)
	add(&resources, c.Bucket+"/?*", nil)
	for _, rule := range c.Rules {
		fixed, _ := Area(rule)
		for _, owner := range []string{"", MyIdentity + "/", MySub + "/", OtherIdentity + "/", OtherSub + "/"} {
			add(&resources, c.Bucket+"/"+fixed+owner+"*", nil)
			add(&prefixes, fixed+owner+"*", nil)
		}
	}
	u, err := witnesses(actions, resources, prefixes)
	// There is no object without a key.
	u.Resources = slices.DeleteFunc(u.Resources, func(resource string) bool { return resource == c.Bucket+"/" })
	return u, err
}

func witnesses(actions, resources, prefixes []classes.Glob) (Universe, error) {
	var u Universe
	var err error
	if u.Actions, err = classes.Witnesses(actions); err != nil {
		return u, err
	}
	if u.Resources, err = classes.Witnesses(resources); err != nil {
		return u, err
	}
	if u.Prefixes, err = classes.Witnesses(prefixes); err != nil {
		return u, err
	}
	// What is no action and no ARN cannot be asked for.
	u.Actions = slices.DeleteFunc(u.Actions, func(action string) bool {
		service, name, _ := strings.Cut(action, ":")
		return service == "" || name == "" || strings.ContainsAny(action, "*?")
	})
	u.Resources = slices.DeleteFunc(u.Resources, func(resource string) bool { return strings.Count(resource, ":") < 5 })
	return u, nil
}

// Questions are all that can be asked of a universe about files.
func (u Universe) Questions(bucket string) []Question {
	var all []Question
	for _, action := range u.Actions {
		for _, resource := range u.Resources {
			all = append(all, Question{Action: action, Resource: resource})
			if resource != bucket {
				continue
			}
			for _, prefix := range u.Prefixes {
				all = append(all, Question{Action: action, Resource: resource, Prefix: &prefix})
			}
		}
	}
	return all
}
