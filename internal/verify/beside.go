package verify

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/cloudformation/schema"
)

// A beside is a type of resources that may live beside what the templates say, as parts of a resource.
type beside struct {
	kind string
	// models are what ListResources is told, one a list; it has one list of all of the account if there are none.
	models func(p *part) ([]map[string]any, error)
	// theirs tells, of a list of all of the account, which are parts of the resource.
	theirs func(p *part, properties map[string]any) bool
}

func ofAPI(p *part) ([]map[string]any, error) {
	live, err := p.live()
	return []map[string]any{{"ApiId": live["ApiId"]}}, err
}

// ofTypes are the types of the API's schema that may have resolvers.
func ofTypes(p *part) ([]map[string]any, error) {
	live, err := p.live()
	if err != nil {
		return nil, err
	}
	var all []map[string]any
	for _, other := range p.account.order {
		if other.resource.Type != "AWS::AppSync::GraphQLSchema" {
			continue
		}
		properties, err := other.live()
		if err != nil {
			return nil, err
		}
		for _, name := range typesOf(fmt.Sprint(properties["Definition"])) {
			if properties["ApiId"] == live["ApiId"] {
				all = append(all, map[string]any{"ApiId": live["ApiId"], "TypeName": name})
			}
		}
	}
	return all, nil
}

func ofPool(p *part) ([]map[string]any, error) {
	return []map[string]any{{"UserPoolId": p.physical}}, nil
}

func ofFunction(p *part) ([]map[string]any, error) {
	return []map[string]any{{"FunctionName": p.physical}}, nil
}

// reads tells a mapping that hands events to the function.
func reads(p *part, mapping map[string]any) bool {
	return functionName(fmt.Sprint(mapping["FunctionName"])) == p.physical
}

// calls tells a rule that calls the function.
func calls(p *part, rule map[string]any) bool {
	return slices.ContainsFunc(system.Items(rule["Targets"]), func(target any) bool {
		return functionName(fmt.Sprint(system.Lookup(target, "Arn"))) == p.physical
	})
}

// hears tells a subscription to the topic.
func hears(p *part, subscription map[string]any) bool { return subscription["TopicArn"] == p.physical }

// A stray is a resource that lives beside what the templates say.
type stray struct {
	of         *part // what it is a part of
	kind       string
	identifier string
	properties map[string]any // as they are, with its attributes
}

// logicalID is one that no construct has.
func (s stray) logicalID() string {
	return fmt.Sprintf("Beside%X", sha256.Sum256([]byte(s.kind+s.identifier)))[:14]
}

// place is a path below what it is a part of, as in Auth/UserPool/UserPoolClient-1example23456789.
func (s stray) place() string {
	parts := strings.FieldsFunc(s.identifier, func(r rune) bool { return r == '|' || r == '/' })
	return s.of.place() + "/" + s.kind[strings.LastIndex(s.kind, ":")+1:] + "-" + parts[len(parts)-1]
}

// physical is what Ref would give.
func (s stray) physical() string {
	switch s.kind {
	case "AWS::Cognito::UserPoolClient", "AWS::Cognito::UserPoolGroup", "AWS::Cognito::UserPoolIdentityProvider", "AWS::Lambda::Permission":
		return s.identifier[strings.LastIndex(s.identifier, "|")+1:]
	case "AWS::Events::Rule":
		return s.identifier[strings.LastIndex(s.identifier, "/")+1:]
	}
	return s.identifier
}

// strays are what lives beside the templates as parts of a resource.
func (p *part) strays(ctx context.Context, known map[string]bool) ([]stray, error) {
	var all []stray
	var faults []error
	for _, b := range table()[p.resource.Type].beside {
		models := []map[string]any{nil}
		if b.models != nil {
			var err error
			if models, err = b.models(p); err != nil {
				return nil, err
			}
		}
		for _, model := range models {
			identifiers, err := p.standing.list(ctx, b.kind, model)
			faults = append(faults, err)
			for _, identifier := range identifiers {
				if known[b.kind+" "+plainIdentifier(b.kind, identifier)] {
					continue
				}
				properties, err := p.standing.get(ctx, b.kind, identifier)
				if errors.Is(err, errGone) {
					continue // between the list and now
				}
				faults = append(faults, err)
				if err == nil && (b.theirs == nil || b.theirs(p, properties)) {
					all = append(all, stray{p, b.kind, identifier, properties})
				}
			}
		}
	}
	return all, errors.Join(faults...)
}

// plainIdentifier is an identifier with the name of a function in the place of its ARN.
func plainIdentifier(kind, identifier string) string {
	if strings.HasPrefix(kind, "AWS::Lambda::") {
		first, rest, more := strings.Cut(identifier, "|")
		if more {
			return functionName(first) + "|" + rest
		}
	}
	return identifier
}

// known are the identifiers of all resources of the templates, each behind its type.
func (a *account) known() (map[string]bool, error) {
	all := map[string]bool{}
	var faults []error
	for _, p := range a.order {
		if _, typed := schema.Current().Types[p.resource.Type]; !typed {
			continue
		}
		identifier, err := p.identifier()
		faults = append(faults, err)
		all[p.resource.Type+" "+plainIdentifier(p.resource.Type, identifier)] = true
	}
	return all, errors.Join(faults...)
}

// policiesBeside are the managed policies of the account that a role has and no template says: AWS's own stay with the role.
func (p *part) policiesBeside(ctx context.Context, arns []string) ([]stray, error) {
	var all []stray
	for _, arn := range arns {
		properties, err := p.standing.get(ctx, "AWS::IAM::ManagedPolicy", arn)
		if err != nil {
			return nil, err
		}
		properties["Roles"] = []any{p.physical} // of others' roles nothing is said here
		all = append(all, stray{p, "AWS::IAM::ManagedPolicy", arn, properties})
	}
	return all, nil
}
