// Package waf is as much of AWS WAF as a stack needs that puts a web ACL before an API or a user pool: the association, which is
// checked and kept.
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
	"strings"
	"sync"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

// spaceAssociations is the space of the store: the resource's ARN → association.
const spaceAssociations = "waf/associations"

// Service is AWS WAF of the account that the store is of. It is alone in the spaces whose names begin with "waf/".
type Service struct{ Store store.Store }

const associationType = "AWS::WAFv2::WebACLAssociation"

// associationProperties are the properties of AWS::WAFv2::WebACLAssociation.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-wafv2-webaclassociation.html
type associationProperties struct{ ResourceArn, WebACLArn string }

// ResourceTypes is the type that CloudFormation makes with this service.
func (s *Service) ResourceTypes() map[string]aws.ResourceType {
	return map[string]aws.ResourceType{
		associationType: {
			Replaces:   []string{"ResourceArn", "WebACLArn"},
			Properties: (*associationProperties)(nil),
			Check:      aws.Checked(check),
			Create:     s.associate,
			Update: func(ctx context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
				return s.associate(ctx, r)
			},
			Delete: s.disassociate,
			Read:   s.read,
			ARN:    func(of aws.Identifier) string { return of["ResourceArn"] },
		},
	}
}

// associate checks an association and keeps it: a resource has one web ACL, and another takes the place of the first.
func (s *Service) associate(_ context.Context, r aws.Resource) (aws.State, error) {
	p, err := check(r)
	if err != nil {
		return aws.State{}, err
	}
	return aws.State{PhysicalID: p.id()}, s.Store.Update(func(tx store.Writer) error { return store.PutJSON(tx, spaceAssociations, p.ResourceArn, p) })
}

func (p associationProperties) id() string { return p.ResourceArn + "|" + p.WebACLArn }

// of is the association of a resource, if it has one.
func of(tx store.Reader, resource string) (p associationProperties, found bool, err error) {
	found, err = store.GetJSON(tx, spaceAssociations, resource, &p)
	return p, found, err
}

// disassociate removes an association, unless another has taken its place.
func (s *Service) disassociate(_ context.Context, r aws.Resource) error {
	resource, _, _ := strings.Cut(r.PhysicalID, "|")
	return s.Store.Update(func(tx store.Writer) error {
		p, found, err := of(tx, resource)
		if err != nil || !found || p.id() != r.PhysicalID {
			return err
		}
		return tx.Delete(spaceAssociations, []byte(resource))
	})
}

// read is an association as GetWebACLForResource knows it.
func (s *Service) read(_ context.Context, named aws.Identifier) (properties map[string]any, err error) {
	err = s.Store.View(func(tx store.Reader) error {
		p, found, err := of(tx, named["ResourceArn"])
		if err == nil && (!found || p.WebACLArn != named["WebACLArn"]) {
			return aws.ErrNoResource
		}
		properties = aws.Encode(p)
		return err
	})
	return properties, err
}

var (
	webACL = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^arn:[a-z-]+:wafv2:([a-z0-9-]+):[0-9]{12}:regional/webacl/[A-Za-z0-9_-]{1,128}/[A-Za-z0-9-]{1,36}$`)
	})
	guarded = regexp.MustCompile(`^arn:[a-z-]+:(?:appsync:([a-z0-9-]+):[0-9]{12}:apis/[A-Za-z0-9]+|cognito-idp:([a-z0-9-]+):[0-9]{12}:userpool/[A-Za-z0-9_-]+)$`)
)

// check reads an association. Both are of the stack's region: a web ACL of scope CLOUDFRONT belongs to a distribution, which names
// it itself.
// https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html
func check(r aws.Resource) (associationProperties, error) {
	var p associationProperties
	if err := aws.Decode(associationType, r.Properties, &p); err != nil {
		return p, err
	}
	var faults []error
	if found := webACL().FindStringSubmatch(p.WebACLArn); found == nil || found[1] != r.Region {
		faults = append(faults, fmt.Errorf("%s.WebACLArn: got %q, want the ARN of a web ACL of scope REGIONAL in %s", associationType, p.WebACLArn, r.Region))
	}
	if found := guarded.FindStringSubmatch(p.ResourceArn); found == nil || found[1]+found[2] != r.Region {
		faults = append(faults, fmt.Errorf("%s.ResourceArn: got %q, want the ARN of a GraphQL API or a user pool in %s: no other is supported by the sandbox",
			associationType, p.ResourceArn, r.Region))
	}
	return p, errors.Join(faults...)
}
