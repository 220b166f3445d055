// Package deployed finds what an environment has by CloudFormation, with the operator's credentials.
package deployed

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/cdn"
	"lightbox.example/lightbox/internal/person"
)

// A Kind is what a stack has one of: the type, and the construct's id without the hash of 8 digits that the CDK ends it with.
type Kind struct{ Type, ID string }

func (k Kind) String() string { return k.Type + " " + k.ID }

// Table is that of a data source.
func Table(source access.Source) Kind { return Kind{"AWS::DynamoDB::GlobalTable", string(source)} }

// Function is that of a function of ours.
func Function(f access.Function) Kind { return Kind{"AWS::Lambda::Function", f.ID("Function")} }

// ErrNothing is that a stack is not there.
var ErrNothing = errors.New("got no such stack, want it deployed: `make up` for the sandbox, `make deploy` for AWS")

// noStack tells CloudFormation's answer about a stack that is not there: a ValidationError with no other mark than its words.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
func noStack(err error) bool {
	refused, is := errors.AsType[smithy.APIError](err)
	return is && refused.ErrorCode() == "ValidationError" && strings.Contains(refused.ErrorMessage(), "does not exist")
}

// A Resource is one of a stack.
type Resource struct{ Type, LogicalID, PhysicalID string }

// Kind is that of the resource.
func (r Resource) Kind() Kind { return Kind{r.Type, r.LogicalID[:max(0, len(r.LogicalID)-8)]} }

// All are the resources of a stack, by its name or id, that CloudFormation has made. ErrNothing if there is no such stack.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackResources.html
func All(ctx context.Context, api cloudformation.ListStackResourcesAPIClient, stack string) ([]Resource, error) {
	var all []Resource
	pages := cloudformation.NewListStackResourcesPaginator(api, &cloudformation.ListStackResourcesInput{StackName: &stack})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if noStack(err) {
			return nil, ErrNothing
		}
		if err != nil {
			return nil, err
		}
		for _, r := range page.StackResourceSummaries {
			if id := aws.ToString(r.PhysicalResourceId); id != "" {
				all = append(all, Resource{aws.ToString(r.ResourceType), aws.ToString(r.LogicalResourceId), id})
			}
		}
	}
	return all, nil
}

// Resources writes the physical ids of a stack's resources to where they are wanted. The error joins all that are missing.
func Resources(ctx context.Context, cfg aws.Config, stack string, wanted map[Kind]*string) error {
	all, err := All(ctx, cloudformation.NewFromConfig(cfg), stack)
	if errors.Is(err, ErrNothing) {
		return fmt.Errorf("%s in %s: %w", stack, cfg.Region, err)
	}
	if err != nil {
		return err
	}
	found := map[Kind]bool{}
	for _, r := range all {
		if name := wanted[r.Kind()]; name != nil {
			*name, found[r.Kind()] = r.PhysicalID, true
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
	err := Resources(ctx, cfg, stackName("Auth"), map[Kind]*string{{"AWS::Cognito::UserPool", "UserPool"}: &names.UserPool})
	if errors.Is(err, ErrNothing) { // nor are the others, which need it
		return nil, err
	}
	err = errors.Join(
		err,
		Resources(ctx, cfg, stackName("FileStorage"), map[Kind]*string{{"AWS::S3::Bucket", "Files"}: &names.Bucket}),
		Resources(ctx, cfg, stackName("API"), map[Kind]*string{Table(access.Photos): &names.Photos, Table(access.Products): &names.Products}),
	)
	return person.New(person.Clients{
		Users: cognitoidentityprovider.NewFromConfig(cfg), Identities: cognitoidentity.NewFromConfig(cfg),
		// What is beyond the ceiling of a table is tried again, for a minute or so.
		Tables: dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) { o.RetryMaxAttempts = 8 }), Files: s3.NewFromConfig(cfg),
	}, names), err
}

// CDN is what serves the public files of an environment.
func CDN(ctx context.Context, cfg aws.Config, stackName func(id string) string) (cdn.CDN, error) {
	c := cdn.CDN{Client: cloudfront.NewFromConfig(cfg, cdn.Patiently)}
	return c, Resources(ctx, cfg, stackName("CDN"), map[Kind]*string{{"AWS::CloudFront::Distribution", "Distribution"}: &c.Distribution})
}

// Outputs are what stacks put out, by their names: JSON as `cdk deploy --outputs-file` writes it, with all that is deployed. A stack that
// there is not is an error.
func Outputs(ctx context.Context, cfg aws.Config, stacks []string) ([]byte, error) {
	client := cloudformation.NewFromConfig(cfg)
	all, faults := map[string]map[string]string{}, []error(nil)
	for _, name := range stacks {
		described, err := client.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &name})
		if noStack(err) {
			err = ErrNothing
		}
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
