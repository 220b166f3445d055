package explain

import (
	"fmt"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/question"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/appsync/graphql"
)

// explainField decides about a field of the schema, given as Type.field.
func explainField(s *system.System, who question.Caller, name string) (Explanation, error) {
	schema, err := graphql.LoadSchema(s.API.Schema)
	if err != nil {
		return Explanation{}, fmt.Errorf("%s: AppSync would refuse the schema: %w", s.API.SchemaAt.Path, err)
	}
	typeName, fieldName, _ := strings.Cut(name, ".")
	of := schema.Types[typeName]
	if of == nil || of.Fields.ForName(fieldName) == nil || strings.HasPrefix(typeName, "__") {
		return Explanation{}, fmt.Errorf("field: got %q, want one of the schema as Type.field, as in Query.getProduct", name)
	}
	called := slices.Contains(question.Roots(schema), of)
	verb := "see"
	if called {
		verb = "call"
	}
	r := question.ReachField(s, who, of, of.Fields.ForName(fieldName), called)
	e := Explanation{Allowed: r.Open()}
	e.Answer = fmt.Sprintf("No: %s may not %s %s.", who.Name, verb, name)
	if e.Allowed {
		e.Answer = fmt.Sprintf("Yes: %s may %s %s.", who.Name, verb, name)
	}
	e.Reasons = reasonsForField(s, who, r)
	if e.Allowed && called {
		e.Notes = append(e.Notes, "What its resolver asks of the caller besides, such as whose photo it is, is not part of this answer.")
	}
	return e, nil
}

func reasonsForField(s *system.System, who question.Caller, r question.Reach) []Reason {
	source := "the schema, " + s.API.SchemaAt.Construct()
	var doors []string
	for _, d := range r.Modes {
		doors = append(doors, d.String())
	}
	open := strings.Join(doors, " and ")
	if open == "" {
		open = "no way in that the API has"
	}
	all := []Reason{{Words: fmt.Sprintf("Open by %s: %s.", r.From, open), Source: source}}
	for _, p := range r.Entries {
		switch {
		case p.IAM:
			all = append(all, Reason{
				Words:  "Signed with AWS credentials as @" + question.DirectiveIAM + " asks, they have the policy for it.",
				Source: question.ListStatements(p.Reasons.Deciding()),
			})
		case p.Mode.Directive == question.DirectiveIAM:
			all = append(all, Reason{Words: "They see it when they call by @" + question.DirectiveIAM + "."})
		case len(p.Mode.Groups) > 0:
			all = append(all, Reason{Words: "Their token says that they are in " + string(who.Column) + "."})
		case p.Mode.Directive == question.DirectiveAPIKey:
			all = append(all, Reason{Words: "Whoever has the API key comes in."})
		default:
			all = append(all, Reason{Words: "They have a token of the user pool."})
		}
	}
	if r.Open() {
		return all
	}
	if r.Refused != nil {
		all = append(all, Reason{Words: "Of @" + question.DirectiveIAM + " they cannot make use: no policy of theirs gives the field."})
		for _, near := range r.Refused.Close() {
			all = append(all, Reason{Words: fmt.Sprintf("- %s", misses(s, who, question.Question{Action: question.CallField, Resource: r.ARN}, near)), Source: near.Ref.String()})
		}
	}
	return append(all, Reason{Words: holds(who)})
}

// holds is what a caller can show to the API.
func holds(who question.Caller) string {
	switch {
	case who.Column == access.Guest:
		return "A guest has AWS credentials and no token."
	case who.Column == access.User:
		return "A signed-in user has a token, of no group, and AWS credentials."
	case who.IsMember():
		return sentence(who.Name + " has a token of the group " + string(who.Column) + ", and AWS credentials")
	case who.Column.IsFunction():
		return sentence(who.Name + " has AWS credentials and no token")
	default:
		return sentence(who.Name + " has neither a token nor AWS credentials")
	}
}
