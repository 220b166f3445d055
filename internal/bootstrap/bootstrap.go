// Package bootstrap asks whether a region is ready for what the CDK deploys there, before anything is deployed elsewhere.
package bootstrap

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/smithy-go"
)

// Stack is what `cdk bootstrap` makes in a region.
//
// https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
const Stack = "CDKToolkit"

// API is what is asked of CloudFormation.
type API interface {
	DescribeStacks(context.Context, *cloudformation.DescribeStacksInput, ...func(*cloudformation.Options)) (*cloudformation.DescribeStacksOutput, error)
}

// Check is nil if the region that api asks is bootstrapped. The error says how it is done, or why CloudFormation did not answer.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
func Check(ctx context.Context, api API, region string) error {
	name := Stack
	_, err := api.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &name})
	if refused, is := errors.AsType[smithy.APIError](err); is && refused.ErrorCode() == "ValidationError" && strings.Contains(refused.ErrorMessage(), "does not exist") {
		return fmt.Errorf("%s: got no stack %s, want it before the first deployment: `npx cdk bootstrap aws://ACCOUNT/%s`", region, Stack, region)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", region, err)
	}
	return nil
}
