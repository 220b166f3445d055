package properties

import (
	"cmp"
	"errors"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/pipeline/input"
)

// GroupName is what the name of a group can be.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GroupType.html
var GroupName = input.Shape{Min: 1, Max: 128, Pattern: `[\p{L}\p{M}\p{S}\p{N}\p{P}]+`}

// limits hold the names of a template to the constraints of requests.
var limits = &input.Dialect{Shapes: map[string]input.Shape{"GroupNameType": GroupName}, Invalid: errors.New}

// Group has the properties of AWS::Cognito::UserPoolGroup.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cognito-userpoolgroup.html
type Group struct {
	Description string
	GroupName   string
	Precedence  *int
	RoleArn     string
	UserPoolID  string `cfn:"UserPoolId"`
}

// Decode reads the properties of r; a name is made up if the template has none. The error has all faults.
func (s *Group) Decode(r aws.Resource) error {
	const name = "AWS::Cognito::UserPoolGroup"
	if err := aws.Decode(name, r.Properties, s); err != nil {
		return err
	}
	s.GroupName = cmp.Or(r.PhysicalID, s.GroupName, r.LogicalID+"-"+r.Suffix)
	f := faults{of: name}
	if s.UserPoolID == "" {
		f.add("UserPoolId", "got none, want the id of a pool")
	}
	if s.Precedence != nil && *s.Precedence < 0 {
		f.add("Precedence", "got %d, want 0 or more", *s.Precedence)
	}
	if limits.Check(&struct {
		GroupName string `shape:"GroupNameType" required:"true"`
	}{s.GroupName}) != nil {
		f.add("GroupName", "got %q, want 1 to 128 letters, marks, symbols, numbers and punctuation", s.GroupName)
	}
	return errors.Join(f.errs...)
}
