package page

import (
	"fmt"
	"net/url"
	"strings"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/explain"
	"lightbox.example/lightbox/internal/proof/question"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/iam/policy"
)

// An answer is why somebody may do one thing, or not.
type answer struct {
	Asked   string   `json:"asked"` // a verb of package access, or a field
	Allowed bool     `json:"allowed"`
	Answer  string   `json:"answer"`
	Reasons []reason `json:"reasons"`
	Notes   []string `json:"notes"`
}

type reason struct {
	Words  string `json:"words"`
	Source string `json:"source,omitempty"` // the statement or the directive, and where it is written
	// Statements are those of the source, as their policies have them: none where it is a directive.
	Statements []*policy.Statement `json:"statements,omitempty"`
}

// explained answers for a cell: of an area by all verbs, of the API by its field.
func explained(s *system.System, query url.Values) ([]answer, error) {
	answers := []answer{}
	statements := statementsOf(s)
	ask := func(asked string, q explain.Question) error {
		q.As = query.Get("as")
		e, err := explain.Access(s, q, access.Rules())
		if err != nil {
			return fmt.Errorf("%w: %w", err, sandbox.ErrNone)
		}
		answers = append(answers, answerOf(asked, e, statements))
		return nil
	}
	if field := query.Get("field"); field != "" {
		err := ask(field, explain.Question{Field: field})
		return answers, err
	}
	for _, verb := range access.AllVerbs() {
		key := folder(query.Get("area"))
		if verb&access.OfBucket == 0 {
			key += "x"
		}
		if err := ask(verb.String(), explain.Question{Owner: query.Get("owner"), Action: verb.String(), Key: &key}); err != nil {
			return nil, err
		}
	}
	return answers, nil
}

// folder is the fixed part of an area, as in private/ of private/{identity}/.
func folder(area string) string {
	for _, rule := range access.Rules() {
		if rule.Area == area {
			fixed, _ := question.Area(rule)
			return fixed
		}
	}
	return area
}

// statementsOf are the statements of all policies that callers and the bucket have, by what explanations call them.
func statementsOf(s *system.System) map[string]*policy.Statement {
	all := map[string]*policy.Statement{}
	add := func(p system.Policy) {
		if p.Compiled == nil {
			return
		}
		for i := range p.Document.Statements {
			one := &p.Document.Statements[i]
			all[iam.Ref{Policy: p.Compiled.Name(), Index: one.Index, Sid: one.Sid}.String()] = one
		}
	}
	add(s.Bucket.Policy)
	for _, who := range question.Callers(s) {
		for _, p := range who.Policies {
			add(p)
		}
	}
	return all
}

func answerOf(asked string, e explain.Explanation, statements map[string]*policy.Statement) answer {
	a := answer{Asked: asked, Allowed: e.Allowed, Answer: e.Answer, Reasons: []reason{}, Notes: e.Notes}
	for _, one := range e.Reasons {
		r := reason{Words: one.Words, Source: one.Source}
		for source := range strings.SplitSeq(one.Source, " and ") {
			if statement := statements[source]; statement != nil {
				r.Statements = append(r.Statements, statement)
			}
		}
		a.Reasons = append(a.Reasons, r)
	}
	return a
}
