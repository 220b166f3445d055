// Package waf is as much of AWS WAF as a stack needs that puts a web ACL before an API or a user pool: the association, which is
// checked and kept by its stack.
//
// # What is not imitated
//
// Web ACLs, their rules and AWS WAF's own API. An association says which web ACL would stand before what, nobody looks whether there
// is one, and every request goes through.
//
// https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-associating-aws-resource.html
package waf

import (
	"context"
	"errors"
	"fmt"
	"regexp"

	"lightbox.example/lightbox/sandbox/aws"
)

const associationType = "AWS::WAFv2::WebACLAssociation"

// associationProperties are the properties of AWS::WAFv2::WebACLAssociation.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-wafv2-webaclassociation.html
type associationProperties struct{ ResourceArn, WebACLArn string }

// ResourceTypes is the type that CloudFormation makes with this service.
func ResourceTypes() map[string]aws.ResourceType {
	return map[string]aws.ResourceType{
		associationType: {
			Replaces:   []string{"ResourceArn", "WebACLArn"},
			Properties: (*associationProperties)(nil),
			Create:     associate,
			Update: func(ctx context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
				return associate(ctx, r)
			},
			Delete: func(context.Context, aws.Resource) error { return nil }, // it was in its stack alone
		},
	}
}

var (
	webACL  = regexp.MustCompile(`^arn:[a-z-]+:wafv2:([a-z0-9-]+):[0-9]{12}:regional/webacl/[A-Za-z0-9_-]{1,128}/[A-Za-z0-9-]{1,36}$`)
	guarded = regexp.MustCompile(`^arn:[a-z-]+:(?:appsync:([a-z0-9-]+):[0-9]{12}:apis/[A-Za-z0-9]+|cognito-idp:([a-z0-9-]+):[0-9]{12}:userpool/[A-Za-z0-9_-]+)$`)
)

// associate checks an association. Both are of the stack's region: a web ACL of scope CLOUDFRONT belongs to a distribution, which names
// it itself.
// https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html
func associate(_ context.Context, r aws.Resource) (aws.State, error) {
	var p associationProperties
	if err := aws.Decode(associationType, r.Properties, &p); err != nil {
		return aws.State{}, err
	}
	var faults []error
	if found := webACL.FindStringSubmatch(p.WebACLArn); found == nil || found[1] != r.Region {
		faults = append(faults, fmt.Errorf("%s.WebACLArn: got %q, want the ARN of a web ACL of scope REGIONAL in %s", associationType, p.WebACLArn, r.Region))
	}
	if found := guarded.FindStringSubmatch(p.ResourceArn); found == nil || found[1]+found[2] != r.Region {
		faults = append(faults, fmt.Errorf("%s.ResourceArn: got %q, want the ARN of a GraphQL API or a user pool in %s: no other is supported by the sandbox",
			associationType, p.ResourceArn, r.Region))
	}
	return aws.State{PhysicalID: p.ResourceArn + "|" + p.WebACLArn}, errors.Join(faults...)
}
