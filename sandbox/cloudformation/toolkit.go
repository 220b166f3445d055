package cloudformation

import "fmt"

// toolkitName is the stack that `cdk bootstrap` makes. What is in it is here from the start (bucket, roles, parameter), and no stack
// has it; but the CLI asks for it by its name, to put the template of an import into its bucket.
// https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
const toolkitName = "CDKToolkit"

// toolkit is that stack as DescribeStacks answers it.
func (s *Service) toolkit() stackAnswer {
	bucket := fmt.Sprintf("cdk-hnb659fds-assets-%s-%s", s.Account, s.Region)
	version, _ := s.Parameter("/cdk-bootstrap/hnb659fds/version")
	return stackAnswer{
		StackID: s.stackARN(toolkitName, "00000000-0000-4000-8000-000000000000"), StackName: toolkitName, StackStatus: createComplete,
		CreationTime: stamp(s.now()), EnableTerminationProtection: true, DriftInformation: driftAnswer{"NOT_CHECKED"},
		Outputs: []outputAnswer{
			{OutputKey: "BucketName", OutputValue: bucket},
			{OutputKey: "BucketDomainName", OutputValue: bucket + ".s3." + s.Region + ".amazonaws.com"},
			{OutputKey: "BootstrapVersion", OutputValue: version},
		},
	}
}
