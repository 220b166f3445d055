// Package leftovers looks after stacks whose first deployment failed: what of them stayed in the account, how that is
// removed, and what keeps the next deployment from making them anew.
//
// A creation that fails is rolled back, and the stack rests in ROLLBACK_COMPLETE. The CDK CLI deletes it before it tries
// again, but it has switched termination protection on before it tried first, which then refuses the deletion. And what has
// a deletion protection of its own stays, though nothing uses it. Both are in
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-protect-stacks.html and
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html.
package leftovers

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// CloudFormation is what is asked of it.
type CloudFormation interface {
	cloudformation.DescribeStacksAPIClient
	cloudformation.DescribeStackEventsAPIClient
	UpdateTerminationProtection(context.Context, *cloudformation.UpdateTerminationProtectionInput, ...func(*cloudformation.Options)) (*cloudformation.UpdateTerminationProtectionOutput, error)
}

// A Stack is one that was never created as a whole.
type Stack struct {
	Name, ID string
	Status   string // ROLLBACK_COMPLETE or ROLLBACK_FAILED
	// Protected is whether CloudFormation refuses to delete it.
	Protected bool
	// Stayed is what it made and no longer has, the latest first.
	Stayed []Resource
}

// A Resource is one that exists, and belongs to no stack.
type Resource struct{ LogicalID, Type, PhysicalID string }

// Find looks for such stacks among those whose name is prefix and one word, as in "Lightbox-prod-" and "Auth".
func Find(ctx context.Context, api CloudFormation, prefix string) ([]Stack, error) {
	var found []Stack
	pages := cloudformation.NewDescribeStacksPaginator(api, &cloudformation.DescribeStacksInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, s := range page.Stacks {
			stack := Stack{Name: text(s.StackName), ID: text(s.StackId), Status: string(s.StackStatus)}
			word, ours := strings.CutPrefix(stack.Name, prefix)
			failed := s.StackStatus == types.StackStatusRollbackComplete || s.StackStatus == types.StackStatusRollbackFailed
			if !ours || strings.Contains(word, "-") || !failed {
				continue
			}
			stack.Protected = s.EnableTerminationProtection != nil && *s.EnableTerminationProtection
			if stack.Stayed, err = Stayed(ctx, api, stack.ID); err != nil {
				return nil, fmt.Errorf("%s: %w", stack.Name, err)
			}
			found = append(found, stack)
		}
	}
	slices.SortFunc(found, func(a, b Stack) int { return strings.Compare(a.Name, b.Name) })
	return found, nil
}

// Stayed are the resources whose last event is that they were not deleted, the latest first. It may be the id of a stack that is gone:
// CloudFormation keeps its events for 90 days.
func Stayed(ctx context.Context, api cloudformation.DescribeStackEventsAPIClient, stackID string) ([]Resource, error) {
	var found []Resource
	seen := map[Resource]bool{}
	pages := cloudformation.NewDescribeStackEventsPaginator(api, &cloudformation.DescribeStackEventsInput{StackName: &stackID})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, e := range page.StackEvents { // the latest first
			r := Resource{text(e.LogicalResourceId), text(e.ResourceType), text(e.PhysicalResourceId)}
			if r.PhysicalID == "" || r.PhysicalID == stackID || seen[r] {
				continue
			}
			seen[r] = true
			if e.ResourceStatus == types.ResourceStatusDeleteSkipped || e.ResourceStatus == types.ResourceStatusDeleteFailed {
				found = append(found, r)
			}
		}
	}
	return found, nil
}

// Unlock switches the termination protection of the stacks off. They hold nothing that it could protect.
func Unlock(ctx context.Context, api CloudFormation, stacks []Stack) error {
	off := false
	for i, stack := range stacks {
		if !stack.Protected {
			continue
		}
		_, err := api.UpdateTerminationProtection(ctx, &cloudformation.UpdateTerminationProtectionInput{
			StackName: &stack.ID, EnableTerminationProtection: &off,
		})
		if err != nil {
			return fmt.Errorf("%s: %w", stack.Name, err)
		}
		stacks[i].Protected = false
	}
	return nil
}

// removals are the commands that remove a resource, by type: those that a template keeps in a rollback. %[1]s is the
// region, %[2]s the physical id. An update that names nothing but the protection sets the rest of a pool back, which is as
// good as gone.
var removals = map[string][]string{
	"AWS::Cognito::UserPool": {
		"aws cognito-idp update-user-pool --region %[1]s --user-pool-id %[2]s --deletion-protection INACTIVE",
		"aws cognito-idp delete-user-pool --region %[1]s --user-pool-id %[2]s",
	},
	"AWS::DynamoDB::GlobalTable": {
		"aws dynamodb update-table --region %[1]s --table-name %[2]s --no-deletion-protection-enabled",
		"aws dynamodb wait table-exists --region %[1]s --table-name %[2]s",
		"aws dynamodb delete-table --region %[1]s --table-name %[2]s",
	},
}

// Removal are the commands that remove the resource; none where the type's are not known.
func (r Resource) Removal(region string) []string {
	var commands []string
	for _, command := range removals[r.Type] {
		commands = append(commands, fmt.Sprintf(command, region, r.PhysicalID))
	}
	return commands
}

// Write says what stayed of the stacks, and how it is removed.
func Write(w io.Writer, region string, stacks []Stack) error {
	var b strings.Builder
	for _, stack := range stacks {
		fmt.Fprintf(&b, "%s was not created: %s.\n", stack.Name, stack.Status)
		if len(stack.Stayed) == 0 {
			b.WriteString("  Nothing stayed of it.\n")
		} else {
			b.WriteString("  This stayed of it. It is new, nothing uses it, and the next deployment makes another. To remove it:\n")
		}
		for _, r := range stack.Stayed {
			fmt.Fprintf(&b, "  # %s %s\n", r.Type, r.LogicalID)
			commands := r.Removal(region)
			if commands == nil {
				fmt.Fprintf(&b, "  # in the console: %s\n", r.PhysicalID)
			}
			for _, command := range commands {
				fmt.Fprintf(&b, "  %s\n", command)
			}
		}
		if stack.Protected {
			fmt.Fprintf(&b, "  It is protected from deletion; the next deployment needs it off:\n"+
				"  aws cloudformation update-termination-protection --region %s --stack-name %s --no-enable-termination-protection\n", region, stack.Name)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func text(value *string) string {
	if value == nil {
		return ""
	}
	return *value
}
