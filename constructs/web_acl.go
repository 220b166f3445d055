package constructs

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awswafv2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// StandBefore puts a web ACL of AWS WAF before an API or a user pool, by their ARNs; an empty one puts none. The web ACL is a team's
// own, and defined elsewhere: its rules are about who calls, and which of them matter differs from one to another.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-wafv2-webaclassociation.html
func StandBefore(scope constructs.Construct, resource *string, webACL string) {
	if webACL == "" {
		return
	}
	awswafv2.NewCfnWebACLAssociation(scope, jsii.String("WebACL"), &awswafv2.CfnWebACLAssociationProps{
		ResourceArn: resource,
		WebAclArn:   &webACL,
	})
}
