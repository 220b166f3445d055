package roles

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"lightbox.example/lightbox/sandbox/iam"
)

// AWSManagedPolicies are the policies of AWS's own that a role of the sandbox can have, by ARN, with their documents.
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaBasicExecutionRole.html,
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSAppSyncPushToCloudWatchLogs.html
var AWSManagedPolicies = map[string]string{
	ofAWS + "service-role/AWSLambdaBasicExecutionRole":    writingLogs,
	ofAWS + "service-role/AWSAppSyncPushToCloudWatchLogs": writingLogs,
}

// ofAWS is what the ARNs of AWS's own policies begin with.
const ofAWS = "arn:aws:iam::aws:policy/"

// writingLogs is both of these policies.
const writingLogs = `{
	"Version": "2012-10-17",
	"Statement": [{
		"Effect": "Allow",
		"Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
		"Resource": "*"
	}]
}`

// awsManaged returns a policy of AWS's own, nil if the sandbox doesn't have it.
func awsManaged(arn string) *iam.Policy { return awsManagedPolicies()[arn] }

var awsManagedPolicies = sync.OnceValue(func() map[string]*iam.Policy {
	compiled := map[string]*iam.Policy{}
	for arn, text := range AWSManagedPolicies {
		p, err := iam.Parse(iam.Identity, arn, []byte(text))
		if err != nil {
			panic(fmt.Sprintf("roles: %v", err)) // a constant of this file
		}
		compiled[arn] = p
	}
	return compiled
})

// checkAWSManaged refuses policies of AWS's own that the sandbox doesn't have.
func checkAWSManaged(path string, arns []string) (faults []error) {
	for i, arn := range arns {
		if strings.HasPrefix(arn, ofAWS) && awsManaged(arn) == nil {
			faults = append(faults, fmt.Errorf("%s[%d]: the policy %q is not supported by the sandbox", path, i, arn))
		}
	}
	return faults
}

// checkManaged refuses the ARN of a managed policy that is neither AWS's nor the account's.
func (c *change) checkManaged(path string, arns []string) error {
	for i, arn := range arns {
		if slices.Index(arns, arn) != i {
			return fmt.Errorf("%s[%d]: got %q twice", path, i, arn)
		}
		if awsManaged(arn) == nil && c.policies[arn] == nil {
			return fmt.Errorf("%s[%d]: the policy %q is not supported by the sandbox", path, i, arn)
		}
	}
	return nil
}
