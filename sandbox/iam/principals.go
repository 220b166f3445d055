package iam

import (
	"fmt"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/iam/pattern"
	"lightbox.example/lightbox/sandbox/iam/policy"
)

// Principal is who sends a request: Anonymous, a Service, an OriginIdentity, a RoleSession or a WebIdentity.
type Principal interface {
	fmt.Stringer

	class() class
	// account is the 12-digit account, "" without one.
	account() string
	// value is the principal's value for a key that is not fromContext.
	value(k *conditionKey) value
	// named says how a Principal element names it.
	named(set *principalSet) naming
}

// class is which policies can allow a principal something.
type class uint8

const (
	outsider class = iota // only a resource's policy
	service               // likewise, and it never counts as the public
	session               // its role's policies too
)

// naming is how closely a Principal element names the caller. The order is from not at all to exactly.
type naming uint8

const (
	notNamed  naming = iota
	byAccount        // by its account: that delegates to the account's own policies and grants nothing by itself
	byRole           // by the ARN of its role, or as part of everyone: the session policies limit the grant
	directly         // as itself; who has no session, as part of everyone too
)

// Anonymous is anyone on the internet, without credentials.
type Anonymous struct{}

func (Anonymous) String() string  { return "anonymous" }
func (Anonymous) class() class    { return outsider }
func (Anonymous) account() string { return "" }

func (Anonymous) named(set *principalSet) naming {
	if set.everyone {
		return directly
	}
	return notNamed
}

// value: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalaccount
// ("for anonymous requests, the request context returns anonymous").
func (Anonymous) value(k *conditionKey) value {
	switch k.source {
	case principalAccount, userID:
		return single("anonymous")
	case principalType:
		return single("Anonymous")
	}
	return value{}
}

// Service is an AWS service that calls by its own service principal, as CloudFront does with origin access control.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
type Service struct {
	Name          string // as in cloudfront.amazonaws.com
	SourceARN     string // aws:SourceArn, the resource it calls for; "" if it names none
	SourceAccount string // aws:SourceAccount, that resource's account; "" if it names none
}

func (s Service) String() string {
	if s.SourceARN == "" {
		return s.Name
	}
	return s.Name + " for " + s.SourceARN
}

func (s Service) class() class    { return service }
func (s Service) account() string { return "" }

func (s Service) named(set *principalSet) naming {
	if set.everyone || slices.Contains(set.services, s.Name) {
		return directly
	}
	return notNamed
}

func (s Service) value(k *conditionKey) value {
	switch k.source {
	case principalIsService:
		return single("true")
	case principalServiceName:
		return single(s.Name)
	case sourceARN:
		return optional(s.SourceARN)
	case sourceAccount:
		return optional(s.SourceAccount)
	}
	return value{}
}

// OriginIdentity is an origin access identity, as which CloudFront asks S3 for objects: the older way beside origin access
// control. Which keys of a principal it has AWS does not say: it has its ARN.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
type OriginIdentity struct {
	ID        string // as in E74FTE3EXAMPLE
	Canonical string // its canonical id of S3's
}

// ARN is how a policy names it that does not name its canonical id.
func (o OriginIdentity) ARN() string {
	return "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity " + o.ID
}

func (o OriginIdentity) String() string { return "the origin access identity " + o.ID }

func (o OriginIdentity) class() class    { return outsider }
func (o OriginIdentity) account() string { return "" }

func (o OriginIdentity) named(set *principalSet) naming {
	if set.everyone || slices.Contains(set.src.Canonical, o.Canonical) || slices.Contains(set.src.AWS, o.ARN()) {
		return directly
	}
	return notNamed
}

func (o OriginIdentity) value(k *conditionKey) value {
	switch k.source {
	case principalARN:
		return single(o.ARN())
	case principalIsService:
		return single("false")
	}
	return value{}
}

// WebIdentity is a person whom an identity provider vouches for and who has no AWS credentials yet: the caller of
// sts:AssumeRoleWithWebIdentity and, where the token brings session tags, of sts:TagSession. For a caller with a SAML
// assertion Provider is the ARN of the provider in the account, and there are no claims.
// https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html
type WebIdentity struct {
	Provider string   // as in cognito-identity.amazonaws.com
	Audience string   // claim aud; with Cognito the id of the identity pool
	Subject  string   // claim sub; with Cognito the identity's id
	Methods  []string // claim amr; with Cognito "unauthenticated", or "authenticated" and the provider's name
}

func (w WebIdentity) String() string {
	if w.Subject == "" {
		return w.Provider
	}
	return w.Subject + " of " + w.Provider
}

func (w WebIdentity) class() class    { return outsider }
func (w WebIdentity) account() string { return "" }

func (w WebIdentity) named(set *principalSet) naming {
	if set.everyone || slices.Contains(set.federated, w.Provider) {
		return directly
	}
	return notNamed
}

func (w WebIdentity) value(k *conditionKey) value {
	if !strings.EqualFold(k.rest, w.Provider) {
		return value{}
	}
	switch k.source {
	case claimAudience:
		return optional(w.Audience)
	case claimSubject:
		return optional(w.Subject)
	case claimMethods:
		return multiple(w.Methods)
	}
	return value{}
}

// Tag is a principal's or session's tag: the key aws:PrincipalTag/Key.
type Tag struct {
	Key   string // in any case
	Value string
}

// RoleSession is the holder of temporary credentials of a role.
type RoleSession struct {
	Role   string // the role's ARN, as in arn:aws:iam::111122223333:role/path/name
	Name   string // the session's name
	UserID string // aws:userid, as in AROAEXAMPLE:name; "" if unknown
	Tags   []Tag
	// Identity is for whom the role was assumed; its zero value if for no web identity. Its claims stay available in
	// the session, so that ${cognito-identity.amazonaws.com:sub} has a value.
	Identity WebIdentity
}

func (r RoleSession) String() string {
	if r.Name == "" {
		return r.Role
	}
	return r.Role + " as " + r.Name
}

func (r RoleSession) class() class { return session }

func (r RoleSession) account() string {
	name, _ := pattern.SplitName(r.Role)
	return name.Account()
}

// named takes * for less than the session's own name. AWS lists for whom session policies do not limit what a resource's
// policy grants (the ARN of the session) and for whom they do (the ARN of the role), and says nothing of everyone: the
// stricter of the two.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
func (r RoleSession) named(set *principalSet) naming {
	best := notNamed
	if set.everyone {
		best = byRole
	}
	var role pattern.Name
	for i := range set.aws {
		p := &set.aws[i]
		switch {
		case p.session != "":
			if role[0] == "" {
				role, _ = pattern.SplitName(r.Role)
			}
			// arn:aws:sts::account:assumed-role/role/session has the role's name without its path.
			path := role.Resource()
			if p.session == r.Name && p.role == path[strings.LastIndexByte(path, '/')+1:] && p.account == role.Account() && p.partition == role[1] {
				return directly
			}
		case p.role != "":
			if p.role == r.Role {
				best = max(best, byRole)
			}
		case p.account == r.account():
			best = max(best, byAccount)
		}
	}
	return best
}

func (r RoleSession) value(k *conditionKey) value {
	switch k.source {
	case principalARN:
		return single(r.Role)
	case principalAccount:
		return single(r.account())
	case principalType:
		return single("AssumedRole")
	case principalIsService:
		return single("false")
	case federatedProvider:
		return optional(r.Identity.Provider)
	case userID:
		return optional(r.UserID)
	case principalTag:
		for i := range r.Tags {
			if strings.EqualFold(r.Tags[i].Key, k.rest) {
				return single(r.Tags[i].Value)
			}
		}
		return value{}
	}
	return r.Identity.value(k)
}

// principalSet is a compiled Principal element.
type principalSet struct {
	everyone  bool
	aws       []awsPrincipal
	services  []string
	federated []string
	src       policy.Principals
}

// awsPrincipal is an account, a role (or user: the ARN in role) or a session (with the role's name in role).
type awsPrincipal struct {
	account, role, session, partition string
}

func compilePrincipals(src policy.Principals) *principalSet {
	set := &principalSet{everyone: src.Everyone, services: src.Service, federated: src.Federated, src: src}
	for _, text := range src.AWS {
		name, isARN := pattern.SplitName(text)
		switch assumed, ok := strings.CutPrefix(name.Resource(), "assumed-role/"); {
		case !isARN:
			set.aws = append(set.aws, awsPrincipal{account: text})
		case ok:
			role, who, _ := strings.Cut(assumed, "/")
			set.aws = append(set.aws, awsPrincipal{account: name.Account(), role: role, session: who, partition: name[1]})
		default:
			set.aws = append(set.aws, awsPrincipal{role: text})
		}
	}
	return set
}
