package properties

import (
	"errors"
	"regexp"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
)

// Domain has the properties of AWS::Cognito::UserPoolDomain: where the hosted pages would be, which the sandbox refuses by name.
// Domains of one's own are refused.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpooldomain.html
type Domain struct {
	Domain              string
	ManagedLoginVersion int    `json:",omitempty"`
	UserPoolID          string `cfn:"UserPoolId"`
}

var domainForm = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// reservedWords are in no prefix.
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain-prefix.html
var reservedWords = []string{"aws", "amazon", "cognito"}

// Decode reads the properties of r. The error has all faults.
func (s *Domain) Decode(r aws.Resource) error {
	const name = "AWS::Cognito::UserPoolDomain"
	if err := aws.Decode(name, r.Properties, s); err != nil {
		return err
	}
	f := faults{of: name}
	if s.UserPoolID == "" {
		f.add("UserPoolId", "got none, want the id of a pool")
	}
	if !domainForm.MatchString(s.Domain) {
		f.add("Domain", "got %q, want a prefix of 1 to 63 lower-case letters, digits and hyphens: domains of one's own are not supported by the sandbox", s.Domain)
	}
	for _, word := range reservedWords {
		if strings.Contains(s.Domain, word) {
			f.add("Domain", "got %q, want one without %q, which is reserved", s.Domain, word)
		}
	}
	if s.ManagedLoginVersion < 0 || s.ManagedLoginVersion > 2 {
		f.add("ManagedLoginVersion", "got %d, want 1 or 2", s.ManagedLoginVersion)
	}
	return errors.Join(f.errs...)
}
