package sandbox

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/iam"
)

// A callDetail is a call with what went over the wire and what decided, as /_lightbox/requests?call=NUMBER shows it.
type callDetail struct {
	Call
	Request  *sentMessage  `json:"request,omitempty"` // not of what came by no request of its own, as a subscription
	Answer   *sentMessage  `json:"answer,omitempty"`
	Decision *decisionView `json:"decision,omitempty"` // where a policy was asked
}

// A sentMessage is a request or an answer, without its secrets.
type sentMessage struct {
	Method  string       `json:"method,omitempty"`
	URL     string       `json:"url,omitempty"` // by the name that it came by, as AWS's
	Headers []headerLine `json:"headers"`
	Body    string       `json:"body,omitempty"` // the beginning of it, where it is text
	Size    int64        `json:"size"`           // of all of it, in octets
	Cut     bool         `json:"cut,omitempty"`  // whether there is more of it
}

// A decisionView is why a call was allowed or denied.
type decisionView struct {
	Decision   string          `json:"decision"` // allow or deny
	Why        string          `json:"why"`      // in words, as in "no statement allows it"
	Summary    string          `json:"summary"`  // on one line, as the log has it
	Action     string          `json:"action"`
	Resource   string          `json:"resource"`
	Principal  string          `json:"principal"`
	Keys       []conditionKey  `json:"keys"`       // for conditions, besides those that the principal brings
	Statements []statementView `json:"statements"` // those that decide first, then the closest
}

type conditionKey struct {
	Name   string   `json:"name"`
	Values []string `json:"values"`
}

// A statementView is a statement of a policy and what it says to the call.
type statementView struct {
	Name     string          `json:"name"` // as in "statement 3 (ReadPublic) of FileStorage/GuestAccess"
	Kind     string          `json:"kind"` // of the policy
	Effect   string          `json:"effect"`
	Decides  bool            `json:"decides,omitempty"`
	Closest  bool            `json:"closest,omitempty"` // whether it would have allowed the call but for one element
	Failed   string          `json:"failed,omitempty"`  // the first element that does not match; "" if it applies
	Why      string          `json:"why,omitempty"`
	Document json.RawMessage `json:"document"`
}

// statementsShown is how many statements a decision lists.
const statementsShown = 40

// recent are the calls behind the one that ?after= names or, with ?call=, that one in detail.
func (s *Sandbox) recent(r *http.Request) (any, error) {
	query := r.URL.Query()
	wanted, noCall := numbered(query, "call", "a call")
	after, noNumber := numbered(query, "after", "a call")
	if err := errors.Join(noCall, noNumber); err != nil {
		return nil, err
	}
	if query.Get("call") == "" {
		return s.requests.after(int(after)), nil //nolint:gosec // it has 63 bits
	}
	k, ok := s.requests.numbered(int(wanted)) //nolint:gosec // the same
	if !ok {
		return nil, fmt.Errorf("call: got %d, want the number of one of the latest %d: %w", wanted, callsLimit, ErrNone)
	}
	return k.detail(), nil
}

func (k kept) detail() callDetail {
	d := callDetail{Call: k.Call}
	x := k.exchange
	if x == nil {
		return d
	}
	if x.method != "" {
		scheme := "http"
		if x.secure {
			scheme = "https"
		}
		u := scheme + "://" + x.host + x.path
		if x.query != "" {
			u += "?" + hideQuery(x.query)
		}
		d.Request, d.Answer = message(x.header, x.body), message(x.answerHeader, x.answer)
		d.Request.Method, d.Request.URL = x.method, u
	}
	if x.decided {
		d.Decision = explained(x.reasons)
	}
	return d
}

func message(header http.Header, body excerpt) *sentMessage {
	text := string(body.text)
	if strings.HasPrefix(header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		text = hideQuery(text)
	}
	return &sentMessage{Headers: headerLines(header), Body: hideText(text), Size: body.size, Cut: body.size > int64(len(body.text))}
}

func explained(reasons iam.Reasons) *decisionView {
	asked := reasons.Asked()
	v := &decisionView{
		Decision: iam.Decision(reasons.Cause >= iam.ByIdentity).String(), Why: reasons.Cause.String(), Summary: reasons.String(),
		Action: asked.Action, Resource: asked.Resource, Keys: []conditionKey{}, Statements: []statementView{},
	}
	if asked.Principal != nil {
		v.Principal = asked.Principal.String()
	}
	for _, key := range asked.Context {
		values := key.Values
		if len(values) == 0 {
			values = []string{key.Value}
		}
		v.Keys = append(v.Keys, conditionKey{key.Name, values})
	}
	v.Statements = append(v.Statements, statementsOf(reasons)...)
	return v
}

// statementsOf are the statements that were asked, those that decide first, then the closest.
func statementsOf(reasons iam.Reasons) []statementView {
	deciding := reasons.Deciding()
	closest := map[iam.Ref]bool{}
	if len(deciding) == 0 {
		for _, one := range reasons.Close() {
			closest[one.Ref] = true
		}
	}
	rank := func(one iam.Verdict) int {
		switch {
		case slices.Contains(deciding, one.Ref):
			return 2
		case closest[one.Ref]:
			return 1
		}
		return 0
	}
	verdicts := reasons.Verdicts()
	slices.SortStableFunc(verdicts, func(a, b iam.Verdict) int {
		return cmp.Or(cmp.Compare(rank(b), rank(a)), cmp.Compare(nearness(b), nearness(a)))
	})
	var views []statementView
	for _, one := range verdicts[:min(len(verdicts), statementsShown)] {
		effect := "Allow"
		if one.Deny {
			effect = "Deny"
		}
		views = append(views, statementView{
			Name: one.Ref.String(), Kind: one.Kind.String(), Effect: effect, Decides: rank(one) == 2, Closest: rank(one) == 1,
			Failed: one.Failed.String(), Why: one.Why, Document: reasons.Source(one.Ref),
		})
	}
	return views
}

// nearness is how much of a statement matches: all of it, or up to the element that fails.
func nearness(v iam.Verdict) iam.Element {
	if v.Applies() {
		return iam.ConditionElement + 1
	}
	return v.Failed
}
