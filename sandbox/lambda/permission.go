package lambda

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/store"
)

// permissionProperties are the properties of AWS::Lambda::Permission that the sandbox knows.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html
type permissionProperties struct {
	Action, FunctionName, Principal string
	SourceAccount, SourceArn        string
}

var (
	actionPattern    = regexp.MustCompile(`^(lambda:[*]|lambda:[a-zA-Z]+|[*])$`)
	accountPattern   = regexp.MustCompile(`^\d{12}$`)
	principalPattern = regexp.MustCompile(`^([a-z0-9.-]+\.amazonaws\.com|\d{12}|arn:aws:(iam|sts)::\d{12}:[^\s]+|\*)$`)
)

func (p *permissionProperties) check() error {
	var faults []error
	fault := func(property, got, want string) {
		faults = append(faults, fmt.Errorf("%s.%s: got %q, want %s", permissionType, property, got, want))
	}
	if !actionPattern.MatchString(p.Action) {
		fault("Action", p.Action, "an action of Lambda's, as in lambda:InvokeFunction")
	}
	if !principalPattern.MatchString(p.Principal) {
		fault("Principal", p.Principal, "a service, an account or an ARN")
	}
	if p.SourceAccount != "" && !accountPattern.MatchString(p.SourceAccount) {
		fault("SourceAccount", p.SourceAccount, "12 digits")
	}
	if p.SourceArn != "" && !strings.HasPrefix(p.SourceArn, "arn:") {
		fault("SourceArn", p.SourceArn, "an ARN")
	}
	return errors.Join(faults...)
}

// object is one of a policy document.
type object map[string]any

// statement is the permission in the function's policy. Who may is told by more than its service: any account can have that
// call, for a resource of its own, unless SourceArn or SourceAccount say whose.
// https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html
func (p *permissionProperties) statement(id, arn string) object {
	who := object{"AWS": p.Principal}
	if strings.HasSuffix(p.Principal, ".amazonaws.com") {
		who = object{"Service": p.Principal}
	}
	s := object{"Sid": id, "Effect": "Allow", "Principal": who, "Action": p.Action, "Resource": arn}
	conditions := object{}
	if p.SourceAccount != "" {
		conditions["StringEquals"] = object{"AWS:SourceAccount": p.SourceAccount}
	}
	if p.SourceArn != "" {
		conditions["ArnLike"] = object{"AWS:SourceArn": p.SourceArn}
	}
	if len(conditions) > 0 {
		s["Condition"] = conditions
	}
	return s
}

// policiesOf is the policy of a function, from its permissions; nil if there are none.
func (s *Service) policiesOf(tx store.Reader, name string) ([]*iam.Policy, error) {
	var statements []object
	for key, text := range tx.Range(spacePermissions, store.Prefix([]byte(name+"/"))) {
		var p permissionProperties
		if err := json.Unmarshal(text, &p); err != nil {
			return nil, err
		}
		statements = append(statements, p.statement(strings.TrimPrefix(string(key), name+"/"), s.arn(name)))
	}
	if statements == nil {
		return nil, nil
	}
	document, err := json.Marshal(object{"Version": "2012-10-17", "Id": "default", "Statement": statements})
	if err != nil {
		return nil, err
	}
	policy, err := iam.Parse(iam.Resource, "policy of function "+name, document)
	if err != nil {
		return nil, err
	}
	return []*iam.Policy{policy}, nil
}

// readPermission reads the properties of a permission and checks them.
func readPermission(r aws.Resource) (p permissionProperties, err error) {
	if err := aws.Decode(permissionType, r.Properties, &p); err != nil {
		return p, err
	}
	return p, p.check()
}

func (s *Service) createPermission(_ context.Context, r aws.Resource) (aws.State, error) {
	p, err := readPermission(r)
	if err != nil {
		return aws.State{}, err
	}
	id := r.MadeName(longestName)
	state := aws.State{PhysicalID: id, Attributes: map[string]any{"Id": id}}
	return state, s.changeFunction(p.FunctionName, func(tx store.Writer, name string) error {
		return store.PutJSON(tx, spacePermissions, name+"/"+id, p)
	})
}

// updatePermission has nothing to do: each property that can change makes another permission.
func (s *Service) updatePermission(_ context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
	return aws.State{PhysicalID: r.PhysicalID, Attributes: map[string]any{"Id": r.PhysicalID}}, nil
}

func (s *Service) deletePermission(_ context.Context, r aws.Resource) error {
	var p permissionProperties
	if err := aws.Decode(permissionType, r.Properties, &p); err != nil {
		return err
	}
	if _, err := s.named(p.FunctionName, ""); err != nil {
		return nil //nolint:nilerr // it went with its function
	}
	return s.changeFunction(p.FunctionName, func(tx store.Writer, name string) error {
		return tx.Delete(spacePermissions, []byte(name+"/"+r.PhysicalID))
	})
}
