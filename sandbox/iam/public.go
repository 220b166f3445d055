package iam

import "strings"

// fixedKeys are the condition keys that make a grant to everyone a private one when they are held to fixed values, in
// lower case. S3 knows some more; a policy that relies on those counts as public here, which only ever denies.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
var fixedKeys = map[string]bool{
	"aws:principalaccount": true,
	"aws:principalorgid":   true,
	"aws:sourceaccount":    true,
	"aws:sourcearn":        true,
	"aws:sourceip":         true,
	"aws:sourcevpc":        true,
	"aws:sourcevpce":       true,
}

// Public returns the first statement that makes p a public policy in the sense of S3's Block Public Access, and whether
// there is one: an Allow whose principal is everyone and whose conditions hold none of certain keys to fixed values,
// which are those without a wildcard or variable. BlockPublicPolicy refuses such a policy, RestrictPublicBuckets (see
// Policies.RestrictPublic) limits what it grants.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
func (p *Policy) Public() (Ref, bool) {
	for i := range p.statements {
		s := &p.statements[i]
		if !s.src.Deny && s.principals != nil && s.principals.everyone && !s.limited() {
			return s.ref(), true
		}
	}
	return Ref{}, false
}

// limited reports whether some condition holds a fixed key to fixed values. The key has to be there and to match.
func (s *statement) limited() bool {
	for i := range s.conditions {
		c := &s.conditions[i]
		if fixedKeys[strings.ToLower(c.key.name)] && !c.negated && !c.ifExists && c.set != forAll && c.fixed() {
			return true
		}
	}
	return false
}

func (c *condition) fixed() bool {
	for i := range c.operands {
		o := &c.operands[i]
		switch c.family {
		case texts:
			if !o.text.Fixed() {
				return false
			}
		case arns:
			if !o.arn.Fixed() {
				return false
			}
		case addresses:
			if o.network.Bits() == 0 {
				return false
			}
		default:
			return false
		}
	}
	return true
}
