package page

import (
	"fmt"
	"net/url"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/explain"
	"lightbox.example/lightbox/internal/proof/question"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox"
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
}

// explained answers for a cell: of an area by all verbs, of the API by its field.
func explained(s *system.System, query url.Values) ([]answer, error) {
	answers := []answer{}
	ask := func(asked string, q explain.Question) error {
		q.As = query.Get("as")
		e, err := explain.Access(s, q, access.Rules())
		if err != nil {
			return fmt.Errorf("%w: %w", err, sandbox.ErrNone)
		}
		answers = append(answers, answerOf(asked, e))
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

func answerOf(asked string, e explain.Explanation) answer {
	a := answer{Asked: asked, Allowed: e.Allowed, Answer: e.Answer, Reasons: []reason{}, Notes: e.Notes}
	for _, one := range e.Reasons {
		a.Reasons = append(a.Reasons, reason{one.Words, one.Source})
	}
	return a
}
