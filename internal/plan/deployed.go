package plan

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"lightbox.example/lightbox/internal/alarms"
	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/sandbox/assembly"
)

// CloudFormation is what is asked of it.
type CloudFormation interface {
	cloudformation.DescribeStacksAPIClient
	GetTemplate(context.Context, *cloudformation.GetTemplateInput, ...func(*cloudformation.Options)) (*cloudformation.GetTemplateOutput, error)
}

// An Account is where the stacks of an assembly are deployed.
type Account struct {
	// In is the CloudFormation of a region; "" is the one that the credentials come with.
	In func(region string) CloudFormation
	// Environments are those that there are still: stacks of the application in others are left over. Nil looks for none.
	Environments []string
}

// Deployed reads what is deployed of the application and the environments of an assembly, as a synth would have written it,
// in the regions that the assembly has and, of OperationsGlobal, in us-east-1. Failed are the stacks that can't be updated as they are; those that were never
// created as a whole are not among the stacks.
func (a Account) Deployed(ctx context.Context, next *assembly.Assembly) (*assembly.Assembly, map[string]Failed, error) {
	found, failed := &assembly.Assembly{Dir: "the account"}, map[string]Failed{}
	for _, region := range regionsOf(next) {
		api := a.In(region)
		pages := cloudformation.NewDescribeStacksPaginator(api, &cloudformation.DescribeStacksInput{})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, nil, err
			}
			for _, s := range page.Stacks {
				if name := text(s.StackName); !a.ours(name, next) || !beside(name, region, next) || s.StackStatus == types.StackStatusReviewInProgress {
					continue
				}
				status := Failed{Status: string(s.StackStatus), Protected: s.EnableTerminationProtection != nil && *s.EnableTerminationProtection}
				if !settled(s.StackStatus) {
					failed[text(s.StackName)] = status
				}
				if status.neverMade() {
					continue
				}
				stack, err := read(ctx, api, region, s)
				if err != nil {
					return nil, nil, err
				}
				found.Stacks = append(found.Stacks, stack)
			}
		}
	}
	found.Stacks = inOrder(found.Stacks)
	return found, failed, nil
}

// regionsOf are those that an assembly has, and that of OperationsGlobal: with the alarms, it goes from the assembly and not from the account.
// A region that is not known is the credentials', which may be the same.
func regionsOf(next *assembly.Assembly) []string {
	var regions []string
	for _, s := range next.Stacks {
		if !slices.Contains(regions, s.Region) {
			regions = append(regions, s.Region)
		}
	}
	if len(regions) > 0 && !slices.Contains(regions, "") && !slices.Contains(regions, alarms.Home) {
		regions = append(regions, alarms.Home)
	}
	return regions
}

// beside reports whether a stack is looked at in a region that the assembly has nothing in: there, OperationsGlobal alone is of its environment.
func beside(name, region string, next *assembly.Assembly) bool {
	_, _, id := parts(name)
	return id == string(alarms.Global) || slices.ContainsFunc(next.Stacks, func(s *assembly.Stack) bool { return s.Region == region })
}

// ours reports whether a stack is of one of the assembly's environments, or of one that is no more. Those of pull requests are
// not looked for in cdk.json.
func (a Account) ours(name string, next *assembly.Assembly) bool {
	app, env, _ := parts(name)
	if app == "" {
		return slices.ContainsFunc(next.Stacks, func(s *assembly.Stack) bool { return s.Name == name })
	}
	known := false
	for _, s := range next.Stacks {
		of, other, _ := parts(s.Name)
		if of == app && other == env {
			return true
		}
		known = known || of == app
	}
	return known && a.Environments != nil && !slices.Contains(a.Environments, env) && !config.OfPullRequest(env)
}

// settled reports whether a stack can be updated.
func settled(status types.StackStatus) bool {
	return slices.Contains([]types.StackStatus{
		types.StackStatusCreateComplete, types.StackStatusUpdateComplete, types.StackStatusUpdateRollbackComplete,
		types.StackStatusImportComplete, types.StackStatusImportRollbackComplete,
	}, status)
}

// read is a stack with the template that it was given.
func read(ctx context.Context, api CloudFormation, region string, s types.Stack) (*assembly.Stack, error) {
	name := text(s.StackName)
	answer, err := api.GetTemplate(ctx, &cloudformation.GetTemplateInput{StackName: s.StackId, TemplateStage: types.TemplateStageOriginal})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	stack := &assembly.Stack{ID: name, Name: name, Region: region, Text: []byte(text(answer.TemplateBody))}
	if _, _, id := parts(name); id != "" {
		stack.ID = id
	}
	if arn := strings.Split(text(s.StackId), ":"); len(arn) > 4 {
		stack.Account = arn[4]
	}
	stack.TerminationProtection = s.EnableTerminationProtection != nil && *s.EnableTerminationProtection
	for _, tag := range s.Tags {
		if stack.Tags == nil {
			stack.Tags = map[string]string{}
		}
		stack.Tags[text(tag.Key)] = text(tag.Value)
	}
	if stack.Template, err = assembly.ParseTemplate(name, stack.Text); err != nil {
		return nil, err
	}
	for _, p := range s.Parameters {
		declared, ok := stack.Template.Parameters.Get(text(p.ParameterKey))
		if ok && declared.HasDefault && declared.Default == text(p.ParameterValue) {
			continue
		}
		if stack.Parameters == nil {
			stack.Parameters = map[string]string{}
		}
		stack.Parameters[text(p.ParameterKey)] = text(p.ParameterValue)
	}
	bootstrapped(stack)
	return stack, nil
}

// bootstrapped tells where the version of the bootstrap stack is, as the template says it. The deployment held the version
// against what the template wants: it is new enough.
// https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
func bootstrapped(stack *assembly.Stack) {
	if p, ok := stack.Template.Parameters.Get("BootstrapVersion"); ok {
		stack.BootstrapParameter, stack.BootstrapVersion = p.Default, 1000
	}
}

// inOrder puts each stack behind those whose outputs its template asks for, by their names.
func inOrder(stacks []*assembly.Stack) []*assembly.Stack {
	var ordered []*assembly.Stack
	for len(stacks) > 0 {
		next := slices.IndexFunc(stacks, func(s *assembly.Stack) bool {
			return !slices.ContainsFunc(stacks, func(other *assembly.Stack) bool {
				return other.Name != s.Name && bytes.Contains(s.Text, []byte(`"`+other.Name+`"`))
			})
		})
		next = max(next, 0) // a circle is for the resolution to find
		ordered = append(ordered, stacks[next])
		stacks = slices.Delete(stacks, next, next+1)
	}
	return ordered
}

func text(value *string) string {
	if value == nil {
		return ""
	}
	return *value
}
