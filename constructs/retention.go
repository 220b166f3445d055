package constructs

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
)

// removal says what becomes of a resource when its stack lets go of it: it is kept, unless data is to be removed. A
// resource that its own creation brings down with it is new and empty, and never kept: nothing is left to stand in the
// way of the next try.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html.
func removal(remove bool) awscdk.RemovalPolicy {
	if remove {
		return awscdk.RemovalPolicy_DESTROY
	}
	return awscdk.RemovalPolicy_RETAIN_ON_UPDATE_OR_DELETE
}

// removalOfProtected is removal for what has a deletion protection of its own: a rollback could not delete it, and would
// end half-way.
func removalOfProtected(remove bool) awscdk.RemovalPolicy {
	if remove {
		return awscdk.RemovalPolicy_DESTROY
	}
	return awscdk.RemovalPolicy_RETAIN
}

// Keep keeps resources where data is kept, though they hold none: they are what names its owners, or what clients reach it
// by, and nothing that is made anew would be the same. What they refer to in their own stack has to be kept with them.
func Keep(removeData bool, resources ...constructs.IConstruct) {
	if removeData {
		return
	}
	for _, resource := range resources {
		defined, ok := resource.(awscdk.CfnResource)
		if !ok {
			defined = resource.Node().DefaultChild().(awscdk.CfnResource)
		}
		defined.ApplyRemovalPolicy(removal(removeData), nil)
	}
}
