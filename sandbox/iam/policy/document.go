// Package policy is the IAM policy language as a document: its types and a strict reader of its JSON.
//
// Parse accepts the grammar of
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html and nothing else. An element it does
// not know, a duplicate key, an empty list, a null, a value of another type and trailing text are errors that name the
// policy, the statement and the element. What AWS would take and we refuse is refused by name: a document is never
// read as if it said less or more than it does.
//
// The meaning of the values (operators, patterns, variables) is checked one step later, when package iam compiles the
// document.
package policy

import "fmt"

// Kind is what a policy is attached to. It decides which elements a statement may have.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#access_policy-types
type Kind uint8

// The kinds of policy.
const (
	Identity Kind = iota // a role's or user's policy: no Principal, a Resource
	Resource             // a bucket policy and its like: a Principal and a Resource
	Session              // passed when a role is assumed: as Identity
	Trust                // a role's trust policy: a Principal, no Resource
)

func (k Kind) String() string {
	switch k {
	case Identity:
		return "identity policy"
	case Resource:
		return "resource policy"
	case Session:
		return "session policy"
	case Trust:
		return "trust policy"
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

func (k Kind) hasPrincipal() bool { return k == Resource || k == Trust }

// Document is one policy.
type Document struct {
	Name       string // given by the caller, as in "FileStorage/GuestAccess"
	Kind       Kind
	Variables  bool // Version is 2012-10-17, the only one with policy variables
	Statements []Statement
}

// Statement is one element of Statement. Of each pair (Action and NotAction …) exactly one was there.
type Statement struct {
	Index        int    // from 1
	Sid          string // "" without one
	Deny         bool   // Effect
	Principals   Principals
	NotPrincipal bool
	Actions      []string
	NotAction    bool
	Resources    []string // nil in a trust policy
	NotResource  bool
	Conditions   []Condition // in the order of the document; all of them have to hold
}

// Principals is a Principal or NotPrincipal element. All fields are empty where the kind of policy has none.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
type Principals struct {
	Everyone  bool     // "*" or {"AWS": "*"}: the documentation calls the two equivalent
	AWS       []string // 12-digit accounts (the ARN of an account's root is read as the account), role, user and session ARNs, and those of origin access identities
	Service   []string // as in cloudfront.amazonaws.com
	Federated []string // as in cognito-identity.amazonaws.com
	Canonical []string // canonical ids, as of an origin access identity
}

// Condition is one key of one operator of a Condition element.
type Condition struct {
	Operator string   // as written, as in ForAnyValue:StringLike
	Key      string   // as written
	Values   []string // numbers and booleans as they stood in the document
}

// Ref names the statement for a person, as in `statement 3 (ReadPublic)`.
func (s *Statement) Ref() string {
	if s.Sid == "" {
		return fmt.Sprintf("statement %d", s.Index)
	}
	return fmt.Sprintf("statement %d (%s)", s.Index, s.Sid)
}
