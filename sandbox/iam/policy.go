package iam

import (
	"lightbox.example/lightbox/sandbox/iam/policy"
)

// Kind is what a policy is attached to.
type Kind = policy.Kind

// The kinds of policy that Parse reads.
const (
	Identity = policy.Identity // of a role
	Resource = policy.Resource // of a bucket and its like
	Session  = policy.Session  // passed along when a role is assumed
	Trust    = policy.Trust    // who may assume a role; it stands among Policies.Resource
)

// Policy is a compiled policy. It is immutable.
type Policy struct {
	name       string
	kind       Kind
	statements []statement
}

// Parse reads and compiles the policy document, a JSON text without intrinsics. The name appears in all messages and
// reasons, as in "FileStorage/GuestAccess". The error joins every fault of the document, each with its statement and
// element; it never returns a policy that says only part of what the document says.
func Parse(kind Kind, name string, document []byte) (*Policy, error) {
	doc, err := policy.Parse(kind, name, document)
	if err != nil {
		return nil, err
	}
	return compile(doc)
}

// Name returns the name given to Parse.
func (p *Policy) Name() string { return p.name }

// Kind returns the kind given to Parse.
func (p *Policy) Kind() Kind { return p.kind }

// Policies are all policies that a request meets.
type Policies struct {
	// Identity are the caller's policies, those of its role. They count for a RoleSession only.
	Identity []*Policy
	// Resource are the policies of what is asked for: a bucket's policy, or a role's trust policy.
	Resource []*Policy
	// Session are the session policies of the caller's session. None at all limits nothing; of several, one has to
	// allow the request. GuestCeiling returns those of Cognito's guests.
	Session []*Policy
	// RestrictPublic is S3's RestrictPublicBuckets: while a bucket's policy is public (see Policy.Public), it grants
	// nothing to anonymous callers and to other accounts.
	RestrictPublic bool
}
