package question

import (
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/sandbox/iam"
)

// Question is one thing that a caller may want to do: an action, in any letters, on the resource of an ARN.
type Question struct {
	Action, Resource string
	// Prefix is what a listing asks for; nil where it asks for everything, or does not list.
	Prefix *string
}

// String says what a question asks for, as in "list protected/" or "s3:PutObject drafts/x".
func (q Question) String() string {
	action, resource := q.Action, Named(q.Resource)
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
	if q.Prefix != nil {
		resource = Named(*q.Prefix)
		if resource == "" {
			resource = "everything"
		}
	}
	if _, field, found := strings.Cut(resource, "/types/"); found {
		return "call " + strings.Replace(field, "/fields/", ".", 1)
	}
	return action + " " + resource
}

// ReachesFiles tells what reaches a bucket or its files: an action of S3. One of another service, such as X-Ray's on any
// resource, reaches none, whatever the ARN.
func ReachesFiles(q Question, bucket string) bool {
	s3 := len(q.Action) > 3 && strings.EqualFold(q.Action[:3], "s3:")
	return s3 && (q.Resource == bucket || strings.HasPrefix(q.Resource, bucket+"/"))
}

// actionNames are the plain words for actions.
var actionNames = map[string]string{
	"s3:getobject": "get", "s3:listbucket": "list", "s3:putobject": "put", "s3:deleteobject": "delete",
	"s3:listbucketversions": "list the versions of", "s3:deleteobjectversion": "erase",
}

// Verbs of S3's actions, which are in lower case. What is not here, nobody may do.
var Verbs = map[string]access.Verbs{
	"s3:getobject":                access.Get,
	"s3:listbucket":               access.List,
	"s3:putobject":                access.Put,
	"s3:abortmultipartupload":     access.Put,
	"s3:listmultipartuploadparts": access.Put,
	"s3:deleteobject":             access.Delete,
	"s3:listbucketversions":       access.ListVersions,
	"s3:deleteobjectversion":      access.Erase,
}

// Target is what a question is about, in the words of String, without the action.
func (q Question) Target() string {
	_, target, _ := strings.Cut(q.String(), " ")
	return target
}

// ListStatements names statements, as in "statement 1 (GetPublicProducts) of FileStorage/GuestAccess", joined by "and". Only our
// own are told: Cognito's ceiling lets guests do much.
func ListStatements(refs []iam.Ref) string {
	var names []string
	for _, ref := range refs {
		if !slices.ContainsFunc(iam.GuestCeiling(), func(p *iam.Policy) bool { return p.Name() == ref.Policy }) {
			names = append(names, ref.String())
		}
	}
	return strings.Join(names, " and ")
}
