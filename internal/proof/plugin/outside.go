package plugin

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"lightbox.example/lightbox/internal/proof/system"
)

// Outside says of a construct, or of a stack, that its resources are a team's own and none of Lightbox's, and what they are for:
// words for whoever reads the template. The proof does not judge them, but proves that nothing of Lightbox's is reachable for
// their roles, and nothing of them for Lightbox's callers.
func Outside(scope constructs.IConstruct, reason string) {
	awscdk.Aspects_Of(scope).Add(&outside{reason}, nil)
}

// outside marks every resource that it comes to.
type outside struct{ reason string }

// Visit implements awscdk.IAspect.
func (o *outside) Visit(node constructs.IConstruct) {
	if resource, is := node.(awscdk.CfnResource); is {
		resource.AddMetadata(jsii.String(system.OutsideKey), o.reason)
	}
}
