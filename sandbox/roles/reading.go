package roles

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
)

// readRole is a role with all that hangs on it, whichever resource or person hung it there: its inline policies and the managed
// ones, by name. Those that the template of the role does not have are among them.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRolePolicies.html,
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedRolePolicies.html
func (s *Service) readRole(_ context.Context, of aws.Identifier) (map[string]any, error) {
	t := s.tables.Load()
	r := t.roles[of["RoleName"]]
	if r == nil {
		return nil, aws.ErrNoResource
	}
	p := roleProperties{
		RoleName: r.Name, Path: r.Path, Description: r.Description, MaxSessionDuration: int(r.MaxSession.Seconds()), ManagedPolicyArns: t.attached(r),
	}
	if err := json.Unmarshal(r.Trust.Text, &p.AssumeRolePolicyDocument); err != nil {
		return nil, err
	}
	for _, d := range slices.SortedFunc(slices.Values(r.Inline), func(a, b document) int { return cmp.Compare(a.Name, b.Name) }) {
		policy := struct {
			PolicyName     string
			PolicyDocument any
		}{PolicyName: d.Name}
		if err := json.Unmarshal(d.Text, &policy.PolicyDocument); err != nil {
			return nil, err
		}
		p.Policies = append(p.Policies, policy)
	}
	for _, tag := range r.Tags {
		p.Tags = append(p.Tags, struct{ Key, Value string }(tag))
	}
	properties := aws.Encode(p)
	maps.Copy(properties, s.roleState(r).Attributes)
	return properties, nil
}

// attached are the ARNs of the managed policies of a role, sorted.
func (t *tables) attached(r *role) []string {
	arns := slices.Clone(r.Managed)
	for arn, p := range t.policies {
		if slices.Contains(p.Roles, r.Name) {
			arns = append(arns, arn)
		}
	}
	slices.Sort(arns)
	return slices.Compact(arns)
}

func (s *Service) listRoles(context.Context, aws.Identifier) (list []aws.Identifier, err error) {
	for _, name := range slices.Sorted(maps.Keys(s.tables.Load().roles)) {
		list = append(list, aws.Identifier{"RoleName": name})
	}
	return list, nil
}

// roleARN is what policies are asked about.
func (s *Service) roleARN(of aws.Identifier) string {
	if r := s.tables.Load().roles[of["RoleName"]]; r != nil {
		return r.arn(s.account)
	}
	return "arn:aws:iam::" + s.account + ":role/" + cmp.Or(of["RoleName"], "*")
}

// readManagedPolicy is a policy of the account with all roles that it hangs on.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html
func (s *Service) readManagedPolicy(_ context.Context, of aws.Identifier) (map[string]any, error) {
	t := s.tables.Load()
	p := t.policies[of["PolicyArn"]]
	if p == nil {
		return nil, aws.ErrNoResource
	}
	path := strings.TrimPrefix(p.ARN, "arn:aws:iam::"+s.account+":policy")
	properties := managedPolicyProperties{ManagedPolicyName: nameOf(p.ARN), Path: path[:strings.LastIndexByte(path, '/')+1], Description: p.Description}
	for _, name := range slices.Sorted(maps.Keys(t.roles)) {
		if slices.Contains(t.attached(t.roles[name]), p.ARN) {
			properties.Roles = append(properties.Roles, name)
		}
	}
	if err := json.Unmarshal(p.Document.Text, &properties.PolicyDocument); err != nil {
		return nil, err
	}
	encoded := aws.Encode(properties)
	maps.Copy(encoded, managedState(p).Attributes)
	encoded["AttachmentCount"], encoded["IsAttachable"] = float64(len(properties.Roles)), true
	return encoded, nil
}

func (s *Service) listManagedPolicies(context.Context, aws.Identifier) (list []aws.Identifier, err error) {
	for _, arn := range slices.Sorted(maps.Keys(s.tables.Load().policies)) {
		list = append(list, aws.Identifier{"PolicyArn": arn})
	}
	return list, nil
}

func managedARN(of aws.Identifier) string { return cmp.Or(of["PolicyArn"], "*") }
