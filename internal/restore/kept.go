package restore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/deployed"
	"lightbox.example/lightbox/internal/leftovers"
	"lightbox.example/lightbox/sandbox/cloudformation/schema"
)

// Stacks is what is asked of CloudFormation.
type Stacks interface {
	cloudformation.ListStacksAPIClient
	cloudformation.ListStackResourcesAPIClient
	cloudformation.DescribeStackEventsAPIClient
}

// A Gone is a stack that was deleted, with what stayed of it.
type Gone struct {
	Stack string // the construct's id, as in Auth
	// Deployed says that there is such a stack again: nothing is imported then.
	Deployed bool
	// Mapping is what `cdk import --resource-mapping` reads: the identifiers of resources, by logical id.
	Mapping map[string]map[string]string
	// Beside are resources that can't be imported: the next deployment makes others.
	Beside []leftovers.Resource
}

// Kept says what stayed of the stacks of an environment that were deleted within 90 days, in the order in which they are to be
// deployed. name is the name of a stack by its construct's id. A stack that never was is left out.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import-existing-stack.html
func Kept(ctx context.Context, api Stacks, name func(id string) string) ([]Gone, error) {
	now, before, err := find(ctx, api)
	if err != nil {
		return nil, err
	}
	pool, err := userPool(ctx, api, now[name("Auth")])
	if err != nil {
		return nil, err
	}
	var found []Gone
	withSite := config.Config{Site: config.Site{Present: true}} // which an environment may have had
	for _, id := range withSite.Stacks() {
		stack := name(id)
		if now[stack] != "" {
			found = append(found, Gone{Stack: id, Deployed: true})
			continue
		}
		if before[stack] == "" {
			continue
		}
		stayed, err := leftovers.Stayed(ctx, api, before[stack])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", stack, err)
		}
		gone := Gone{Stack: id, Mapping: map[string]map[string]string{}}
		for _, r := range stayed {
			if r.Type == userPoolType && pool == "" {
				pool = r.PhysicalID
			}
		}
		var faults []error
		for _, r := range stayed {
			if err := gone.add(r, pool); err != nil {
				faults = append(faults, fmt.Errorf("%s: %w", stack, err))
			}
		}
		if err := errors.Join(faults...); err != nil {
			return nil, err
		}
		found = append(found, gone)
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("got no stack %s… that is there or was deleted within 90 days", name(""))
	}
	return found, nil
}

// find returns the ids of the stacks that are there, and of the latest that was deleted, by their names.
func find(ctx context.Context, api Stacks) (now, before map[string]string, err error) {
	now, before = map[string]string{}, map[string]string{}
	deleted := map[string]types.StackSummary{}
	pages := cloudformation.NewListStacksPaginator(api, &cloudformation.ListStacksInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, nil, err
		}
		for _, s := range page.StackSummaries {
			name := aws.ToString(s.StackName)
			switch last, there := deleted[name]; {
			case s.StackStatus == types.StackStatusReviewInProgress: // an import that was not begun
			case s.StackStatus != types.StackStatusDeleteComplete:
				now[name] = aws.ToString(s.StackId)
			case !there || aws.ToTime(s.DeletionTime).After(aws.ToTime(last.DeletionTime)):
				deleted[name], before[name] = s, aws.ToString(s.StackId)
			}
		}
	}
	return now, before, nil
}

const userPoolType = "AWS::Cognito::UserPool"

// userPool is the user pool of the stack with the id, "" of none.
func userPool(ctx context.Context, api Stacks, stackID string) (string, error) {
	if stackID == "" {
		return "", nil
	}
	all, err := deployed.All(ctx, api, stackID)
	for _, r := range all {
		if r.Type == userPoolType {
			return r.PhysicalID, nil
		}
	}
	return "", err
}

// add puts a resource that stayed where it belongs. Of several with a logical id the latest counts: the others were replaced.
func (g *Gone) add(r leftovers.Resource, pool string) error {
	if _, there := g.Mapping[r.LogicalID]; there {
		return nil
	}
	// The log of an API has the API's id in its name, and the API can't be imported.
	if len(schema.ImportedBy(r.Type)) == 0 || strings.HasPrefix(r.PhysicalID, "/aws/appsync/apis/") {
		g.Beside = append(g.Beside, r)
		return nil
	}
	by, err := identifier(r, pool)
	if err == nil {
		g.Mapping[r.LogicalID] = by
	}
	return err
}

// identifier are the properties that tell a resource from all others of its type, as CloudFormation wants them. It has the
// values of several properties as one physical id, with bars between them, or only the last of them beside the user pool.
func identifier(r leftovers.Resource, pool string) (map[string]string, error) {
	names := schema.ImportedBy(r.Type)
	values := strings.Split(r.PhysicalID, "|")
	if len(values) != len(names) && len(names) == 2 && names[0] == "UserPoolId" && pool != "" {
		values = slices.Insert(values, 0, pool)
	}
	if len(values) != len(names) {
		return nil, fmt.Errorf("%s: got the physical id %q, want what says %s", r.LogicalID, r.PhysicalID, strings.Join(names, ", "))
	}
	by := map[string]string{}
	for i, name := range names {
		by[name] = values[i]
	}
	return by, nil
}
