package roles

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
)

const (
	roleType          = "AWS::IAM::Role"
	managedPolicyType = "AWS::IAM::ManagedPolicy"
	inlinePolicyType  = "AWS::IAM::Policy"
)

// The longest documents, in characters without white space.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const (
	maxTrust   = 2048
	maxInline  = 10240 // of all inline policies of a role
	maxManaged = 6144
)

// ResourceTypes are the types of resources that CloudFormation makes with this service. Which properties replace a resource
// is as in CloudFormation's registry.
func (s *Service) ResourceTypes() map[string]aws.ResourceType {
	return map[string]aws.ResourceType{
		roleType: {
			Replaces:   []string{"Path", "RoleName"},
			Attributes: []string{"Arn", "RoleId"},
			Properties: (*roleProperties)(nil),
			Check:      aws.Checked(roleOf),
			Create:     s.createRole,
			Update:     s.updateRole,
			Delete:     s.deleteRole,
			Find:       s.findRole,
			Read:       s.readRole,
			List:       s.listRoles,
			ARN:        s.roleARN,
		},
		managedPolicyType: {
			Replaces:   []string{"Description", "ManagedPolicyName", "Path"},
			Attributes: []string{"PolicyArn", "PolicyId"},
			Properties: (*managedPolicyProperties)(nil),
			Check:      aws.Checked(s.managedOf),
			Create:     s.createManagedPolicy,
			Update:     s.updateManagedPolicy,
			Delete:     s.deleteManagedPolicy,
			Read:       s.readManagedPolicy,
			List:       s.listManagedPolicies,
			ARN:        managedARN,
		},
		inlinePolicyType: {
			Properties: (*inlinePolicyProperties)(nil),
			Check:      aws.Checked(inlineOf),
			Create:     s.createInlinePolicy,
			Update:     s.updateInlinePolicy,
			Delete:     s.deleteInlinePolicy,
			Unread:     "a role is read with its inline policies",
		},
	}
}

// roleProperties are the properties of AWS::IAM::Role that the sandbox knows.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-iam-role.html
type roleProperties struct {
	AssumeRolePolicyDocument any
	Description              string
	ManagedPolicyArns        []string
	MaxSessionDuration       int // seconds
	Path                     string
	Policies                 []struct {
		PolicyName     string
		PolicyDocument any
	}
	RoleName string
	Tags     []struct{ Key, Value string }
}

var (
	namePattern = regexp.MustCompile(`^[\w+=,.@-]{1,128}$`)
	pathPattern = regexp.MustCompile(`^(/|/[!-\x7e]+/)$`)
)

// roleOf is the role that a resource declares, without its name and id.
func roleOf(r aws.Resource) (*role, error) {
	var p roleProperties
	if err := aws.Decode(roleType, r.Properties, &p); err != nil {
		return nil, err
	}
	made := &role{
		Name: p.RoleName, Path: p.Path, Owner: ownerOf(r), Description: p.Description,
		MaxSession: time.Duration(p.MaxSessionDuration) * time.Second, Managed: p.ManagedPolicyArns,
	}
	faults := checkAWSManaged(roleType+".ManagedPolicyArns", p.ManagedPolicyArns)
	if made.Path == "" {
		made.Path = "/"
	}
	if !pathPattern.MatchString(made.Path) {
		faults = append(faults, fmt.Errorf("%s.Path: got %q, want / or a text that begins and ends with it", roleType, p.Path))
	}
	if made.Name != "" && (len(made.Name) > 64 || !namePattern.MatchString(made.Name)) {
		faults = append(faults, fmt.Errorf("%s.RoleName: got %q, want 1 to 64 of A-Z a-z 0-9 _+=,.@-", roleType, p.RoleName))
	}
	if made.MaxSession == 0 {
		made.MaxSession = time.Hour
	}
	if made.MaxSession < time.Hour || made.MaxSession > 12*time.Hour {
		faults = append(faults, fmt.Errorf("%s.MaxSessionDuration: got %d, want 3600 to 43200 seconds", roleType, p.MaxSessionDuration))
	}
	var err error
	if made.Trust, err = read(iam.Trust, made.Owner, "", p.AssumeRolePolicyDocument, maxTrust); err != nil {
		faults = append(faults, err)
	}
	for i, declared := range p.Policies {
		policy, err := read(iam.Identity, made.Owner, declared.PolicyName, declared.PolicyDocument, maxInline)
		switch {
		case !namePattern.MatchString(declared.PolicyName):
			err = fmt.Errorf("%s.Policies[%d].PolicyName: got %q, want 1 to 128 of A-Z a-z 0-9 _+=,.@-", roleType, i, declared.PolicyName)
		case slices.ContainsFunc(made.Inline, func(d document) bool { return d.Name == declared.PolicyName }):
			err = fmt.Errorf("%s.Policies[%d].PolicyName: got %q twice", roleType, i, declared.PolicyName)
		}
		if err != nil {
			faults = append(faults, err)
		}
		made.Inline = append(made.Inline, policy)
	}
	for _, tag := range p.Tags {
		made.Tags = append(made.Tags, iam.Tag(tag))
	}
	return made, errors.Join(faults...)
}

func ownerOf(r aws.Resource) owner { return owner{r.Stack + "/" + r.LogicalID, r.Suffix} }

// read reads a policy document, which is not longer than limit.
func read(kind iam.Kind, of owner, name string, source any, limit int) (document, error) {
	d := document{Name: name, Owner: of.Resource}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(source); err != nil {
		return d, err
	}
	d.Text = bytes.TrimSpace(b.Bytes())
	if len(d.Text) > limit {
		return d, aws.Refuse(http.StatusConflict, "LimitExceeded", "the policy %s has %d characters, want at most %d", of.Resource, len(d.Text), limit)
	}
	if err := d.compile(kind); err != nil {
		return d, aws.Refuse(http.StatusBadRequest, "MalformedPolicyDocument", "%s", err)
	}
	return d, aws.CheckKeys(kind, of.Resource, d.Text)
}

// madeName is the name that CloudFormation gives a role or a policy: from the stack's name, the logical id and the suffix,
// shortened to limit.
func madeName(r aws.Resource, limit int) string {
	stack, id := r.Stack, r.LogicalID
	if rest := limit - len(r.Suffix) - 2; len(stack)+len(id) > rest {
		stack = stack[:min(len(stack), rest/2)]
		id = id[:min(len(id), rest-len(stack))]
	}
	return stack + "-" + id + "-" + r.Suffix
}

func (s *Service) createRole(_ context.Context, r aws.Resource) (aws.State, error) {
	next, err := roleOf(r)
	if err != nil {
		return aws.State{}, err
	}
	if next.Name == "" {
		next.Name = madeName(r, 64)
	}
	err = s.change(func(c *change) error {
		now := c.roles[next.Name]
		if s.bootstrap.role(next.Name) != nil || now != nil && now.Owner != next.Owner {
			return aws.Refuse(http.StatusConflict, "EntityAlreadyExists", "Role with name %s already exists.", next.Name)
		}
		next.ID = "AROA" + s.letters(17)
		if now != nil { // by a Create that was not noted
			next.ID = now.ID
		}
		return c.setRole(next, now)
	})
	return s.roleState(next), err
}

func (s *Service) findRole(_ context.Context, by aws.Identifier) (aws.State, error) {
	r := s.tables.Load().roles[by["RoleName"]]
	if r == nil {
		return aws.State{}, aws.NotFound(roleType, by["RoleName"])
	}
	return s.roleState(r), nil
}

func (s *Service) roleState(r *role) aws.State {
	return aws.State{PhysicalID: r.Name, Attributes: map[string]any{"Arn": r.arn(s.account), "RoleId": r.ID}}
}

func (s *Service) updateRole(_ context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
	next, err := roleOf(r)
	if err != nil {
		return aws.State{}, err
	}
	err = s.change(func(c *change) error {
		now, err := c.role(r.PhysicalID)
		if err != nil {
			return err
		}
		next.Name, next.ID = now.Name, now.ID
		return c.setRole(next, now)
	})
	return s.roleState(next), err
}

// setRole puts the role next in the place of now, which may be nil. The policies that other resources gave to it stay.
func (c *change) setRole(next, now *role) error {
	if err := c.checkManaged(roleType+".ManagedPolicyArns", next.Managed); err != nil {
		return err
	}
	if now != nil {
		for _, d := range now.Inline {
			if d.Owner != now.Owner.Resource {
				next.Inline = append(next.Inline, d)
			}
		}
	}
	if err := checkInline(next); err != nil {
		return err
	}
	c.putRole(next)
	return nil
}

// checkInline holds a role to the length that its inline policies may have, and to one policy a name.
func checkInline(r *role) error {
	length := 0
	for i, d := range r.Inline {
		length += len(d.Text)
		if slices.IndexFunc(r.Inline, func(x document) bool { return x.Name == d.Name }) != i {
			return aws.Refuse(http.StatusConflict, "EntityAlreadyExists", "The role %s has a policy %s already.", r.Name, d.Name)
		}
	}
	if length > maxInline {
		return aws.Refuse(http.StatusConflict, "LimitExceeded", "Maximum policy size of %d bytes exceeded for role %s", maxInline, r.Name)
	}
	return nil
}

// deleteRole refuses as IAM does while a policy hangs on the role that its own resource did not declare.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html
func (s *Service) deleteRole(_ context.Context, r aws.Resource) error {
	return s.change(func(c *change) error {
		now := c.roles[r.PhysicalID]
		if now == nil {
			return nil
		}
		for _, d := range now.Inline {
			if d.Owner != now.Owner.Resource {
				return deleteConflict("Cannot delete entity, must delete policies first: %s of %s.", d.Name, d.Owner)
			}
		}
		for _, p := range c.policies {
			if slices.Contains(p.Roles, now.Name) {
				return deleteConflict("Cannot delete entity, must detach all policies first: that of %s.", p.Owner.Resource)
			}
		}
		c.dropRole(now.Name)
		return nil
	})
}

func noSuchEntity(format string, args ...any) error {
	return aws.Refuse(http.StatusNotFound, "NoSuchEntity", format, args...)
}

func deleteConflict(format string, args ...any) error {
	return aws.Refuse(http.StatusConflict, "DeleteConflict", format, args...)
}

// nameOf is the name at the end of an ARN.
func nameOf(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }
