package iam

import (
	"strings"

	"lightbox.example/lightbox/sandbox/iam/pattern"
)

// Request is one action on one resource, as AWS sees it after authentication.
type Request struct {
	// Principal is the caller; nil is Anonymous.
	Principal Principal
	// Action is a service's prefix and the action, as in s3:GetObject. Letters match in either case.
	Action string
	// Resource is the ARN of what is asked for, as in arn:aws:s3:::bucket/key. Nothing in it is special: a * in the key
	// of an object is a literal. For an action without a resource it is "*", which only the pattern * matches.
	Resource string
	// ResourceAccount is the account that the resource belongs to. "" is the account in its ARN, and if that has none,
	// as with S3, the caller's: say it wherever it may be another one.
	ResourceAccount string
	// Context are the condition keys apart from those that the Principal brings.
	Context Context
}

// Decision is Allow or Deny.
type Decision bool

// The two decisions. The zero value denies.
const (
	Deny  Decision = false
	Allow Decision = true
)

func (d Decision) String() string {
	if d {
		return "allow"
	}
	return "deny"
}

// Cause is why Authorize decided as it did.
type Cause uint8

// The causes of a denial, and then those of an allowance.
const (
	NotAllowed     Cause = iota // no statement allows it
	ExplicitDeny                // a statement denies it
	OutsideSession              // allowed, but by no session policy
	OtherAccount                // the other account's side does not allow it
	PublicBlocked               // only a public bucket policy allows it, and RestrictPublic is on
	Malformed                   // no such request or policies: see Reasons
	ByIdentity                  // the caller's own policies allow it
	ByResource                  // the resource's policy allows it
)

func (c Cause) String() string {
	return [...]string{
		"no statement allows it",
		"a statement denies it",
		"no session policy allows it",
		"the resource is another account's, and only one side allows it",
		"the bucket policy is public, and public access is restricted",
		"the request is malformed",
		"allowed by the caller's policies",
		"allowed by the resource's policy",
	}[c]
}

// Authorize decides whether the request is allowed under the policies, and why. It allocates nothing, and may be called
// concurrently. The Reasons refer to the request's Context and to the policies: read them before these change.
//
// A request that cannot be (an action without a service, no resource, a policy in a place of another kind) is denied as
// Malformed.
func Authorize(request Request, policies Policies) (Decision, Reasons) {
	reasons := Reasons{request: request, policies: policies}
	if reasons.malformed() != "" {
		reasons.Cause = Malformed
		return Deny, reasons
	}
	in := newInput(&request)
	var t tally
	for _, list := range policies.all() {
		for _, p := range list {
			t.count(&in, p)
		}
	}
	reasons.Cause, reasons.deciding = t.decide(&in, &request, &policies)
	return Decision(reasons.Cause >= ByIdentity), reasons
}

// all returns the lists in the order in which reasons name them.
func (p *Policies) all() [3][]*Policy {
	return [3][]*Policy{p.Identity, p.Resource, p.Session}
}

// tally keeps the first statement that applies, by what it does.
type tally struct {
	deny     *statement
	identity *statement               // allows, in an identity policy
	session  *statement               // allows, in a session policy
	resource [directly + 1]*statement // allows, in a resource's policy; by how closely it names the caller
}

// count evaluates all statements of p but those that cannot change the decision any more.
func (t *tally) count(in *input, p *Policy) {
	for i := range p.statements {
		s := &p.statements[i]
		slot := &t.deny
		switch {
		case s.src.Deny:
		case p.kind == Identity:
			slot = &t.identity
		case p.kind == Session:
			slot = &t.session
		default:
			slot = nil
		}
		if slot != nil && *slot != nil {
			continue
		}
		element, how := s.failing(in)
		switch {
		case element != NoElement:
		case slot != nil:
			*slot = s
		case t.resource[how] == nil:
			t.resource[how] = s
		}
	}
}

// decide follows the flow of
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html#policy-eval-denyallow
// and for two accounts of
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html.
// It returns up to two statements that made the decision.
func (t *tally) decide(in *input, r *Request, p *Policies) (Cause, [2]*statement) {
	if t.deny != nil {
		return ExplicitDeny, [2]*statement{t.deny}
	}
	class := in.principal.class()
	if class == session {
		return t.decideSession(in, r, p)
	}
	s := t.resource[directly]
	switch {
	case s == nil:
		return NotAllowed, [2]*statement{}
	case class != service && p.blocked():
		return PublicBlocked, [2]*statement{s}
	}
	return ByResource, [2]*statement{s}
}

func (t *tally) decideSession(in *input, r *Request, p *Policies) (Cause, [2]*statement) {
	owner := r.ResourceAccount
	if owner == "" {
		owner = in.name.Account()
	}
	if account := in.principal.account(); owner != "" && owner != account {
		return t.decideAcross(p)
	}
	trust := p.trust()
	inSession := len(p.Session) == 0 || t.session != nil
	direct, role, account := t.resource[directly], t.resource[byRole], t.resource[byAccount]
	switch {
	case direct != nil:
		// "The resource-based policy permissions are not limited by the session policy."
		return ByResource, [2]*statement{direct}
	case t.identity != nil && (!trust || account != nil || role != nil):
		if !inSession {
			return OutsideSession, [2]*statement{t.identity}
		}
		return ByIdentity, [2]*statement{t.identity, t.session}
	case role != nil:
		if !inSession {
			return OutsideSession, [2]*statement{role}
		}
		return ByResource, [2]*statement{role, t.session}
	}
	return NotAllowed, [2]*statement{}
}

// decideAcross decides for a session of another account than the resource's.
func (t *tally) decideAcross(p *Policies) (Cause, [2]*statement) {
	var s *statement
	for how := directly; how > notNamed && s == nil; how-- {
		s = t.resource[how]
	}
	switch {
	case s == nil && t.identity == nil:
		return NotAllowed, [2]*statement{}
	case s == nil:
		return OtherAccount, [2]*statement{t.identity}
	case p.blocked():
		return PublicBlocked, [2]*statement{s}
	case t.identity == nil:
		return OtherAccount, [2]*statement{s}
	case len(p.Session) > 0 && t.session == nil:
		return OutsideSession, [2]*statement{t.identity}
	}
	return ByResource, [2]*statement{s, t.identity}
}

// trust reports whether the resource is a role that is to be assumed: its trust policy "must explicitly allow access".
func (p *Policies) trust() bool {
	for _, r := range p.Resource {
		if r.kind == Trust {
			return true
		}
	}
	return false
}

// blocked reports whether RestrictPublic takes effect.
func (p *Policies) blocked() bool {
	if !p.RestrictPublic {
		return false
	}
	for _, r := range p.Resource {
		if _, public := r.Public(); public {
			return true
		}
	}
	return false
}

// malformed says what is wrong with the request, "" if nothing is.
func (r Reasons) malformed() string {
	service, action, ok := strings.Cut(r.request.Action, ":")
	if !ok || service == "" || action == "" || strings.ContainsAny(r.request.Action, "*?") {
		return "an action is a service's prefix and a name without wildcards"
	}
	if _, ok := pattern.SplitName(r.request.Resource); !ok && r.request.Resource != "*" {
		return "a resource is an ARN, or * for an action without one"
	}
	for i, list := range r.policies.all() {
		for _, p := range list {
			if p.kind != [...]Kind{Identity, Resource, Session}[i] && (i != 1 || p.kind != Trust) {
				return "the " + p.kind.String() + " " + p.name + " stands in the place of another kind"
			}
		}
	}
	return ""
}
