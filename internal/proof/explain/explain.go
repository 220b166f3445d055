package explain

import (
	"fmt"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/prose"
	"lightbox.example/lightbox/internal/proof/question"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/appsync/graphql"
)

// Question asks for one decision: about a file if it has an Action, about the API if it has a
// Field.
type Question struct {
	// As is who asks, one of Askers.
	As string
	// Owner is whose folder Key is in, where it is in an area with owners: me, other, or none
	// if the key is to be taken as it is.
	Owner string
	// Action is of S3, as in s3:GetObject, or one of the verbs of package access.
	Action string
	// Key is the object's, or for a listing its prefix; nil asks for the bucket. See Explain.
	Key *string
	// Field is a field of the schema, as in Query.getProduct.
	Field string
}

// Explanation is a decision with its reasons.
type Explanation struct {
	Allowed bool
	// Answer is the decision in a sentence.
	Answer string
	// Reasons say why, the deciding ones first.
	Reasons []Reason
	// Notes put the decision into its place: what the table says, what exactly was asked.
	Notes []string
}

// Reason is one reason in plain words, and where it is written.
type Reason struct{ Words, Source string }

// String is the explanation as a page of text.
func (e Explanation) String() string {
	var b strings.Builder
	b.WriteString(e.Answer + "\n\n")
	for _, reason := range e.Reasons {
		b.WriteString("  " + strings.Join(prose.Wrap(reason.Words, 96), "\n    ") + "\n")
		if reason.Source != "" {
			b.WriteString("    " + reason.Source + "\n")
		}
	}
	if len(e.Notes) > 0 {
		b.WriteString("\n")
	}
	for _, note := range e.Notes {
		b.WriteString(strings.Join(prose.Wrap(note, 98), "\n") + "\n")
	}
	return b.String()
}

// Asker is somebody whom a Question can name, and who that is.
type Asker struct {
	As, Who string
	column  access.Principal
}

// Askers are all of them: guest, user, a word for the members of each group, cdn, our functions by their names, and anyone.
func Askers() []Asker {
	all := []Asker{{"guest", "whoever has not signed in", access.Guest}, {"user", "whoever has signed in", access.User}}
	for _, group := range access.Groups() {
		all = append(all, Asker{group.Member, "a member of the group " + string(group.Name), group.Name})
	}
	all = append(all, Asker{"cdn", "CloudFront of this account", access.CDN})
	for _, function := range access.Functions() {
		all = append(all, Asker{string(function.Name), "the function of that name", function.Name})
	}
	return append(all, Asker{"anyone", "the internet, without any credentials", question.Nobody})
}

// AskerNames are the words for all of them in a sentence, as in "guest, user, admin, cdn, pictures, remover or anyone".
func AskerNames() string {
	var names []string
	for _, asker := range Askers() {
		names = append(names, asker.As)
	}
	return prose.Or(names)
}

// Access decides one question over TLS 1.2. In the key, {identity} and {user} stand for the
// owner's id in the identity pool and in the user pool, and {owner} for the one that the area
// has. A key without any of them gets the owner's folder after the area's fixed part:
// private/x of the owner me is private/{me}/x. With the owner none it is taken as it is.
//
// The error names the part of the question at fault, in lower case.
func Access(s *system.System, q Question, rules []access.Rule) (Explanation, error) {
	askers := Askers()
	asker := slices.IndexFunc(askers, func(one Asker) bool { return one.As == q.As })
	if asker < 0 {
		return Explanation{}, fmt.Errorf("as: got %q, want %s", q.As, AskerNames())
	}
	// The first of a column is the one that the column is about.
	callers := question.Callers(s)
	at := slices.IndexFunc(callers, func(c question.Caller) bool { return c.Column == askers[asker].column })
	if at < 0 {
		return Explanation{}, fmt.Errorf("as: got %q, and the assembly has no group or function %s", q.As, askers[asker].column)
	}
	who := callers[at]
	switch {
	case q.Field != "" && (q.Action != "" || q.Key != nil):
		return Explanation{}, fmt.Errorf("field: got %q together with an action or a key, want either", q.Field)
	case q.Field != "":
		return explainField(s, who, q.Field)
	case q.Action == "":
		return Explanation{}, fmt.Errorf("action: got none, want one as in s3:GetObject, or a field")
	}
	return explainFile(s, who, q, rules)
}

func explainFile(s *system.System, who question.Caller, q Question, rules []access.Rule) (Explanation, error) {
	action, err := actionOf(q.Action)
	if err != nil {
		return Explanation{}, err
	}
	asked := question.Question{Action: action, Resource: s.Bucket.ARN}
	if q.Key != nil {
		key, err := keyOf(*q.Key, q.Owner, rules)
		if err != nil {
			return Explanation{}, err
		}
		if slices.Contains(prefixed, strings.ToLower(action)) {
			asked.Prefix = &key
		} else {
			asked.Resource += "/" + key
		}
		if asked.Prefix == nil && key == "" {
			return Explanation{}, fmt.Errorf("key: got an empty one, want an object's, or no key for an action on the bucket")
		}
	} else if verb := question.Verbs[strings.ToLower(action)]; verb != 0 && verb&access.OfBucket == 0 {
		return Explanation{}, fmt.Errorf("key: got none, want the object that %s is about", action)
	}
	schema, err := graphql.LoadSchema(s.API.Schema)
	if err != nil {
		return Explanation{}, fmt.Errorf("%s: AppSync would refuse the schema: %w", s.API.SchemaAt.Path, err)
	}
	decision, reasons := question.Decide(s, who, asked, question.TLS12)
	e := Explanation{Allowed: bool(decision)}
	e.Answer = fmt.Sprintf("No: %s may not %s.", who.Name, asked)
	if decision {
		e.Answer = fmt.Sprintf("Yes: %s may %s.", who.Name, asked)
	}
	e.Reasons = reasonsFor(s, who, asked, reasons)
	c := question.ContractOf(s, rules, schema)
	if c.Allows(who, asked) == e.Allowed {
		e.Notes = append(e.Notes, "As it is meant: "+c.Says(asked)+".")
	} else {
		e.Notes = append(e.Notes, "Not as it is meant: "+c.Says(asked)+". A synth of these templates fails.")
	}
	e.Notes = append(e.Notes, "Asked: "+literal(asked, s.Bucket.ARN)+", over TLS 1.2.")
	return e, nil
}

// prefixed are the actions on a bucket that a prefix goes with.
var prefixed = []string{"s3:listbucket", "s3:listbucketversions", "s3:listbucketmultipartuploads"}

// firstActions are what each verb is first of all.
var firstActions = map[string]string{
	access.Get.String(): "s3:GetObject", access.List.String(): "s3:ListBucket", access.Put.String(): "s3:PutObject", access.Delete.String(): "s3:DeleteObject",
	access.ListVersions.String(): "s3:ListBucketVersions", access.Erase.String(): "s3:DeleteObjectVersion",
}

func verbNames() []string {
	var names []string
	for _, verb := range access.AllVerbs() {
		names = append(names, verb.String())
	}
	return names
}

// actionOf reads an action, or a verb for the action that it is first of all.
func actionOf(text string) (string, error) {
	if action, isVerb := firstActions[text]; isVerb {
		return action, nil
	}
	service, name, _ := strings.Cut(text, ":")
	if !strings.EqualFold(service, "s3") || name == "" || strings.ContainsAny(name, "*?") {
		return "", fmt.Errorf("action: got %q, want one of S3 as in s3:GetObject, or %s; for the API a field", text, prose.Or(verbNames()))
	}
	return text, nil
}

// keyOf puts the owner's folder into a key.
func keyOf(key, owner string, rules []access.Rule) (string, error) {
	ids := map[string]string{access.IdentityToken: question.MyIdentity, access.UserToken: question.MySub}
	switch owner {
	case "me":
	case "other":
		ids = map[string]string{access.IdentityToken: question.OtherIdentity, access.UserToken: question.OtherSub}
	case "none":
		if strings.ContainsAny(key, "{}") {
			return "", fmt.Errorf("key: got %q of the owner none, want no { or } in it", key)
		}
		return key, nil
	default:
		return "", fmt.Errorf("owner: got %q, want me, other or none", owner)
	}
	token := ""
	for _, rule := range rules {
		fixed, variable := question.Area(rule)
		if variable == "" || !strings.HasPrefix(key, fixed) {
			continue
		}
		token = strings.TrimSuffix(strings.TrimPrefix(rule.Area, fixed), "/")
		if !strings.Contains(key, "{") {
			key = fixed + token + "/" + strings.TrimPrefix(key, fixed)
		}
		break
	}
	if strings.Contains(key, "{owner}") && token == "" {
		return "", fmt.Errorf("key: got %q, which is in no area with owners, want {identity} or {user} there", key)
	}
	key = strings.NewReplacer("{owner}", ids[token], access.IdentityToken, ids[access.IdentityToken], access.UserToken, ids[access.UserToken]).Replace(key)
	if strings.ContainsAny(key, "{}") {
		return "", fmt.Errorf("key: got %q, want no braces but {owner}, {identity} and {user}", key)
	}
	return key, nil
}

// literal is a question in the words of AWS, for whoever wants to try it there.
func literal(q question.Question, bucket string) string {
	text := q.Action + " on the bucket"
	if key, object := strings.CutPrefix(q.Resource, bucket+"/"); object {
		text = fmt.Sprintf("%s on the key %q", q.Action, key)
	}
	if q.Prefix != nil {
		text += fmt.Sprintf(" with the prefix %q", *q.Prefix)
	}
	return text
}
