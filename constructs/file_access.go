package constructs

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"lightbox.example/lightbox/internal/access"
)

// FileAccessProps say who gets which column of an access table.
type FileAccessProps struct {
	Bucket awss3.Bucket
	Rules  []access.Rule
	Roles  Roles
}

// NewFileAccess compiles an access table to policies on a bucket: one managed policy
// for guests, one for everybody who is signed in (groups too: their role replaces the
// signed-in one), one for each group that has more, and a statement of the bucket's own
// policy for the CDN.
//
// The policies live here, in the later stack, because a grant by the library would be
// written next to the roles and turn the dependency around.
func NewFileAccess(scope constructs.Construct, props FileAccessProps) error {
	if err := access.Validate(props.Rules); err != nil {
		return err
	}
	policy := func(id, description string, principal access.Principal, to ...access.Principal) {
		roles, allowed := props.Roles.of(to...), access.Statements(props.Rules, principal)
		if len(allowed) == 0 {
			return // IAM takes no policy without a statement
		}
		awsiam.NewManagedPolicy(scope, &id, &awsiam.ManagedPolicyProps{
			Description: &description,
			Roles:       &roles,
			Statements:  statements(props.Bucket, allowed),
		})
	}
	policy("GuestAccess", "Files that guests may use", access.Guest, access.Guest)
	policy("UserAccess", "Files that signed-in users may use", access.User, access.SignedInPrincipals()...)
	for _, group := range access.Groups() {
		policy(group.ID("Access"), "Files that "+group.Many()+" may use besides", group.Name, group.Name)
	}
	for _, statement := range *statements(props.Bucket, access.Statements(props.Rules, access.CDN)) {
		allowDistributions(awscdk.Stack_Of(scope), statement)
		props.Bucket.AddToResourcePolicy(statement)
	}
	return nil
}

// statements turns compiled rules into statements on a bucket.
func statements(bucket awss3.IBucket, rules []access.Statement) *[]awsiam.PolicyStatement {
	var result []awsiam.PolicyStatement
	for _, rule := range rules {
		props := awsiam.PolicyStatementProps{Sid: &rule.Sid, Actions: jsii.Strings(rule.Actions...)}
		if len(rule.Prefixes) > 0 {
			props.Resources = &[]*string{bucket.BucketArn()}
			props.Conditions = &map[string]any{"StringLike": map[string][]string{"s3:prefix": rule.Prefixes}}
			result = append(result, awsiam.NewPolicyStatement(&props))
			continue
		}
		var objects []*string
		for _, key := range rule.Keys {
			objects = append(objects, bucket.ArnForObjects(&key))
		}
		props.Resources = &objects
		result = append(result, awsiam.NewPolicyStatement(&props))
	}
	return &result
}

// allowDistributions gives a statement to the CloudFront distributions of the stack's
// account. The one distribution is not known here: naming it would turn the dependency
// around. What the statement allows is public by the table, whichever of them asks. The
// account is in the ARN: CloudFront is not documented to send aws:SourceAccount.
//
// See https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html.
func allowDistributions(stack awscdk.Stack, statement awsiam.PolicyStatement) {
	statement.AddServicePrincipal(jsii.String("cloudfront.amazonaws.com"), nil)
	statement.AddCondition(jsii.String("ArnLike"), map[string]*string{
		"aws:SourceArn": stack.FormatArn(&awscdk.ArnComponents{
			Service: jsii.String("cloudfront"), Region: jsii.String(""), Resource: jsii.String("distribution"), ResourceName: jsii.String("*"),
		}),
	})
}
