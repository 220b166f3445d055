package proof

import (
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/sandbox/iam"
)

// question is one thing that a caller may want to do.
type question struct {
	action, resource string
	// prefix is what a listing asks for; nil where it asks for everything, or does not list.
	prefix *string
}

// String says what a question asks for, as in "list protected/" or "s3:PutObject drafts/x".
func (q question) String() string {
	action, resource := q.action, named(q.resource)
	if _, key, inside := strings.Cut(resource, ":::"); inside {
		if _, object, found := strings.Cut(key, "/"); found {
			resource = object
		} else {
			resource = "the bucket"
		}
	}
	if name, known := actionNames[strings.ToLower(action)]; known {
		action = name
	}
	if q.prefix != nil {
		resource = named(*q.prefix)
		if resource == "" {
			resource = "everything"
		}
	}
	if _, field, found := strings.Cut(resource, "/types/"); found {
		return "call " + strings.Replace(field, "/fields/", ".", 1)
	}
	return action + " " + resource
}

// actionNames are the plain words for actions.
var actionNames = map[string]string{
	"s3:getobject": "get", "s3:listbucket": "list", "s3:putobject": "put", "s3:deleteobject": "delete",
}

// verbs of S3's actions. What is not here, nobody may do.
var verbs = map[string]access.Verbs{
	"s3:getobject":                access.Get,
	"s3:listbucket":               access.List,
	"s3:putobject":                access.Put,
	"s3:abortmultipartupload":     access.Put,
	"s3:listmultipartuploadparts": access.Put,
	"s3:deleteobject":             access.Delete,
}

// place is what a question is about, without the action.
func (q question) place() string {
	_, place, _ := strings.Cut(q.String(), " ")
	return place
}

// list names the statements that decided, our own: Cognito's ceiling lets guests do much.
func list(refs []iam.Ref) string {
	var names []string
	for _, ref := range refs {
		if !slices.ContainsFunc(iam.GuestCeiling(), func(p *iam.Policy) bool { return p.Name() == ref.Policy }) {
			names = append(names, ref.String())
		}
	}
	return strings.Join(names, " and ")
}
