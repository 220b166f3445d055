package verify

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"

	"lightbox.example/lightbox/internal/alarms"
	"lightbox.example/lightbox/internal/deployed"
	"lightbox.example/lightbox/internal/plan"
	"lightbox.example/lightbox/sandbox/assembly"
)

// A frame is what CloudFormation was given, and what it made.
type frame struct {
	assembly *assembly.Assembly
	stacks   map[string]*standing // by the stack's name
}

// A standing is a stack as it stands.
type standing struct {
	stack    *assembly.Stack
	config   aws.Config // in the stack's region
	id       string     // the stack's ARN
	physical map[string]string
	outputs  map[string]string
}

// readFrame reads the stacks of the world's environment. A stack that can't be updated as it is is an error: what it has is
// neither what it had nor what it was to have.
func readFrame(ctx context.Context, w World) (*frame, error) {
	like := &assembly.Assembly{Stacks: []*assembly.Stack{{Name: w.Config.StackName("API"), Region: w.Config.Region}}}
	if alarms.Global.In(w.Config.Region) == alarms.Global {
		like.Stacks = append(like.Stacks, &assembly.Stack{Name: w.Config.StackName(string(alarms.Global)), Region: alarms.Home})
	}
	account := plan.Account{In: func(region string) plan.CloudFormation { return cloudformation.NewFromConfig(within(w.AWS, region)) }}
	found, failed, err := account.Deployed(ctx, like)
	if err != nil {
		return nil, err
	}
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(failed)) {
		faults = append(faults, fmt.Errorf("%s: got the status %s, want a stack that is deployed as a whole: run `make deploy` again", name, failed[name].Status))
	}
	if len(found.Stacks) == 0 && len(faults) == 0 {
		faults = append(faults, fmt.Errorf("%s in %s: %w", w.Config.StackName("*"), w.Config.Region, deployed.ErrNothing))
	}
	f := &frame{found, map[string]*standing{}}
	for _, stack := range found.Stacks {
		one, err := stand(ctx, within(w.AWS, stack.Region), stack)
		faults = append(faults, err)
		f.stacks[stack.Name] = one
	}
	return f, errors.Join(faults...)
}

// within is a configuration in another region.
func within(cfg aws.Config, region string) aws.Config {
	cfg = cfg.Copy()
	if region != "" {
		cfg.Region = region
	}
	return cfg
}

// stand reads what a stack made: its outputs, and the physical ids of its resources.
func stand(ctx context.Context, cfg aws.Config, stack *assembly.Stack) (*standing, error) {
	client := cloudformation.NewFromConfig(cfg)
	described, err := client.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &stack.Name})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", stack.Name, err)
	}
	one := &standing{stack: stack, config: cfg, id: aws.ToString(described.Stacks[0].StackId), physical: map[string]string{}, outputs: map[string]string{}}
	for _, output := range described.Stacks[0].Outputs {
		one.outputs[aws.ToString(output.OutputKey)] = aws.ToString(output.OutputValue)
	}
	all, err := deployed.All(ctx, client, stack.Name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", stack.Name, err)
	}
	for _, r := range all {
		one.physical[r.LogicalID] = r.PhysicalID
	}
	return one, nil
}

// partition is that of the stack's ARN, as in aws.
func (s *standing) partition() string { return strings.Split(s.id+"::", ":")[1] }

// environment is what the functions of a stack's template ask for, with the ids that there are.
func (s *standing) environment(of *frame, lives assembly.Resources) assembly.Environment {
	suffix := "amazonaws.com"
	if s.partition() == "aws-cn" {
		suffix += ".cn"
	}
	return assembly.Environment{
		AccountID: s.stack.Account, Region: s.config.Region, Partition: s.partition(), URLSuffix: suffix,
		StackName: s.stack.Name, StackID: s.id, Parameters: s.stack.Parameters,
		Resources: lives, Stacks: outputsOf{of}, SSM: bootstrap{s.stack}, Secrets: secrets{},
	}
}

// outputsOf are the outputs of all stacks.
type outputsOf struct{ *frame }

func (o outputsOf) StackOutput(_, stack, key string) (string, error) {
	if one := o.stacks[stack]; one != nil && one.outputs[key] != "" {
		return one.outputs[key], nil
	}
	return "", errors.New("got no such output, want one of a stack of the environment")
}

func (outputsOf) Export(string) (string, error) {
	return "", errors.New("got an export, want none: stacks read each other's outputs by name")
}

// bootstrap answers for the version of the bootstrap stack, which the deployment held against what the template wants.
type bootstrap struct{ stack *assembly.Stack }

func (b bootstrap) Parameter(name string) (string, error) {
	if name != b.stack.BootstrapParameter {
		return "", errors.New("got a name that the stack does not ask for")
	}
	return fmt.Sprint(b.stack.BootstrapVersion), nil
}

// unreadSecret stands where a template has a dynamic reference: no one but the resource reads a secret.
const unreadSecret = "(a secret that is not read)"

type secrets struct{}

func (secrets) Dynamic(assembly.DynamicReference) (string, error) { return unreadSecret, nil }
