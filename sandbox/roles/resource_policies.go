package roles

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
)

// managedPolicyProperties are the properties of AWS::IAM::ManagedPolicy that the sandbox knows.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-iam-managedpolicy.html
type managedPolicyProperties struct {
	Description, ManagedPolicyName, Path string
	PolicyDocument                       any
	Roles                                []string
}

// inlinePolicyProperties are the properties of AWS::IAM::Policy that the sandbox knows.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-iam-policy.html
type inlinePolicyProperties struct {
	PolicyName     string
	PolicyDocument any
	Roles          []string
}

// managedOf is the managed policy that a resource declares, without its id.
func (s *Service) managedOf(r aws.Resource) (*managed, error) {
	var p managedPolicyProperties
	if err := aws.Decode(managedPolicyType, r.Properties, &p); err != nil {
		return nil, err
	}
	name, path := p.ManagedPolicyName, p.Path
	if name == "" {
		name = madeName(r, 128)
	}
	if path == "" {
		path = "/"
	}
	var faults []error
	if !namePattern.MatchString(name) {
		faults = append(faults, fmt.Errorf("%s.ManagedPolicyName: got %q, want 1 to 128 of A-Z a-z 0-9 _+=,.@-", managedPolicyType, name))
	}
	if !pathPattern.MatchString(path) {
		faults = append(faults, fmt.Errorf("%s.Path: got %q, want / or a text that begins and ends with it", managedPolicyType, path))
	}
	made := &managed{ARN: "arn:aws:iam::" + s.account + ":policy" + path + name, Owner: ownerOf(r), Description: p.Description, Roles: p.Roles}
	var err error
	if made.Document, err = read(iam.Identity, made.Owner, "", p.PolicyDocument, maxManaged); err != nil {
		faults = append(faults, err)
	}
	return made, errors.Join(faults...)
}

func (s *Service) createManagedPolicy(_ context.Context, r aws.Resource) (aws.State, error) {
	next, err := s.managedOf(r)
	if err != nil {
		return aws.State{}, err
	}
	err = s.change(func(c *change) error {
		now := c.policies[next.ARN]
		if now != nil && now.Owner != next.Owner {
			return aws.Refuse(http.StatusConflict, "EntityAlreadyExists", "A policy called %s already exists. Duplicate names are not allowed.", nameOf(next.ARN))
		}
		next.ID = "ANPA" + s.letters(17)
		if now != nil { // by a Create that was not noted
			next.ID = now.ID
		}
		return c.setPolicy(next)
	})
	return managedState(next), err
}

func managedState(p *managed) aws.State {
	return aws.State{PhysicalID: p.ARN, Attributes: map[string]any{"PolicyArn": p.ARN, "PolicyId": p.ID}}
}

// setPolicy puts a managed policy whose roles are there.
func (c *change) setPolicy(p *managed) error {
	for _, name := range p.Roles {
		if _, err := c.role(name); err != nil {
			return err
		}
	}
	c.putPolicy(p)
	return nil
}

func (s *Service) updateManagedPolicy(_ context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
	next, err := s.managedOf(r)
	if err != nil {
		return aws.State{}, err
	}
	err = s.change(func(c *change) error {
		now := c.policies[r.PhysicalID]
		if now == nil {
			return noSuchEntity("Policy %s does not exist or is not attachable.", r.PhysicalID)
		}
		next.ARN, next.ID, next.Owner = now.ARN, now.ID, now.Owner
		return c.setPolicy(next)
	})
	return managedState(next), err
}

func (s *Service) deleteManagedPolicy(_ context.Context, r aws.Resource) error {
	return s.change(func(c *change) error {
		if c.policies[r.PhysicalID] == nil {
			return nil
		}
		for _, x := range c.roles {
			if slices.Contains(x.Managed, r.PhysicalID) {
				return deleteConflict("Cannot delete a policy attached to entities: %s.", x.Owner.Resource)
			}
		}
		c.dropPolicy(r.PhysicalID)
		return nil
	})
}

func (s *Service) createInlinePolicy(_ context.Context, r aws.Resource) (aws.State, error) {
	return s.putInlinePolicy(r)
}

func (s *Service) updateInlinePolicy(_ context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
	return s.putInlinePolicy(r)
}

// inline is the policy that a resource declares, and the roles that have it.
type inline struct {
	document
	roles []string
}

func inlineOf(r aws.Resource) (inline, error) {
	var p inlinePolicyProperties
	if err := aws.Decode(inlinePolicyType, r.Properties, &p); err != nil {
		return inline{}, err
	}
	var faults []error
	if !namePattern.MatchString(p.PolicyName) {
		faults = append(faults, fmt.Errorf("%s.PolicyName: got %q, want 1 to 128 of A-Z a-z 0-9 _+=,.@-", inlinePolicyType, p.PolicyName))
	}
	if len(p.Roles) == 0 {
		faults = append(faults, fmt.Errorf("%s.Roles: got none, want at least one", inlinePolicyType))
	}
	policy, err := read(iam.Identity, ownerOf(r), p.PolicyName, p.PolicyDocument, maxInline)
	return inline{policy, p.Roles}, errors.Join(append(faults, err)...)
}

// putInlinePolicy gives the policy to the roles that the resource names, and takes it from all others.
func (s *Service) putInlinePolicy(r aws.Resource) (aws.State, error) {
	policy, err := inlineOf(r)
	if err != nil {
		return aws.State{}, err
	}
	err = s.change(func(c *change) error {
		c.takeInline(policy.Owner)
		for _, name := range policy.roles {
			now, err := c.role(name)
			if err != nil {
				return err
			}
			next := *now
			next.Inline = append(slices.Clone(now.Inline), policy.document)
			if err := checkInline(&next); err != nil {
				return err
			}
			c.putRole(&next)
		}
		return nil
	})
	return aws.State{PhysicalID: policy.Name}, err
}

// takeInline takes the inline policies that a resource declares from all roles.
func (c *change) takeInline(resource string) {
	theirs := func(d document) bool { return d.Owner == resource }
	for _, now := range c.roles {
		if !slices.ContainsFunc(now.Inline, theirs) {
			continue
		}
		next := *now
		next.Inline = slices.DeleteFunc(slices.Clone(now.Inline), theirs)
		c.putRole(&next)
	}
}

func (s *Service) deleteInlinePolicy(_ context.Context, r aws.Resource) error {
	return s.change(func(c *change) error {
		c.takeInline(ownerOf(r).Resource)
		return nil
	})
}
