// Package deployed finds what an environment has by CloudFormation, with the operator's credentials.
package deployed

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/person"
)

// A Kind is what a stack has one of: the type, and the construct's id without the hash of 8 digits that the CDK ends it with.
type Kind struct{ Type, ID string }

func (k Kind) String() string { return k.Type + " " + k.ID }

// Table is that of a data source.
func Table(source access.Source) Kind { return Kind{"AWS::DynamoDB::GlobalTable", string(source)} }

// Function is that of a function of ours.
func Function(f access.Function) Kind { return Kind{"AWS::Lambda::Function", f.ID("Function")} }

// Resources writes the physical ids of a stack's resources to where they are wanted. The error joins all that are missing.
func Resources(ctx context.Context, cfg aws.Config, stack string, wanted map[Kind]*string) error {
	pages := cloudformation.NewListStackResourcesPaginator(cloudformation.NewFromConfig(cfg), &cloudformation.ListStackResourcesInput{StackName: &stack})
	found := map[Kind]bool{}
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, r := range page.StackResourceSummaries {
			id := aws.ToString(r.LogicalResourceId)
			kind := Kind{aws.ToString(r.ResourceType), id[:max(0, len(id)-8)]}
			if name := wanted[kind]; name != nil && aws.ToString(r.PhysicalResourceId) != "" {
				*name, found[kind] = *r.PhysicalResourceId, true
			}
		}
	}
	var faults []error
	for kind := range wanted {
		if !found[kind] {
			faults = append(faults, fmt.Errorf("%s: got no %s, want it deployed", stack, kind))
		}
	}
	return errors.Join(faults...)
}

// Stores are the places where an environment has something of people. stackName is the name of a stack by its construct id.
func Stores(ctx context.Context, cfg aws.Config, stackName func(id string) string) (*person.Stores, error) {
	var names person.Names
	err := errors.Join(
		Resources(ctx, cfg, stackName("Auth"), map[Kind]*string{{"AWS::Cognito::UserPool", "UserPool"}: &names.UserPool}),
		Resources(ctx, cfg, stackName("FileStorage"), map[Kind]*string{{"AWS::S3::Bucket", "Files"}: &names.Bucket}),
		Resources(ctx, cfg, stackName("API"), map[Kind]*string{Table(access.Photos): &names.Photos, Table(access.Products): &names.Products}),
	)
	return person.New(person.Clients{
		Users: cognitoidentityprovider.NewFromConfig(cfg), Identities: cognitoidentity.NewFromConfig(cfg),
		// What is beyond the ceiling of a table is tried again, for a minute or so.
		Tables: dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) { o.RetryMaxAttempts = 8 }), Files: s3.NewFromConfig(cfg),
	}, names), err
}

// Outputs are what stacks put out, by their names: JSON as `cdk deploy --outputs-file` writes it, with all that is deployed. A stack that
// there is not is an error.
func Outputs(ctx context.Context, cfg aws.Config, stacks []string) ([]byte, error) {
	client := cloudformation.NewFromConfig(cfg)
	all, faults := map[string]map[string]string{}, []error(nil)
	for _, name := range stacks {
		described, err := client.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &name})
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", name, err))
			continue
		}
		all[name] = map[string]string{}
		for _, output := range described.Stacks[0].Outputs {
			all[name][aws.ToString(output.OutputKey)] = aws.ToString(output.OutputValue)
		}
	}
	text, _ := json.Marshal(all) // texts
	return text, errors.Join(faults...)
}
