package cloudcontrol

import (
	"context"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cloudformation/schema"
	"lightbox.example/lightbox/sandbox/iam"
)

// starred are the actions that a handler's permission with a star stands for, as far as reading takes them.
var starred = map[string][]string{
	"dynamodb:Describe*": {"dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive", "dynamodb:DescribeContinuousBackups"},
}

// reading are the words that the names of actions begin with which read.
var reading = []string{"Describe", "Get", "List", "View"}

// unasked are services of which the handlers' permissions say something, and that reading does without here: keys, scaling
// by provisioned capacity, and what else a web ACL may stand before.
var unasked = []string{
	"amplify", "apigateway", "application-autoscaling", "apprunner", "bedrock-agentcore", "billing", "ec2", "elasticloadbalancing", "kms",
}

// Needs are the actions that IAM is asked about, of a handler's permissions.
func Needs(handler *schema.Handler) []string {
	var needs []string
	for _, permission := range handler.Permissions {
		service, action, _ := strings.Cut(permission, ":")
		switch {
		case slices.Contains(unasked, service):
		case starred[permission] != nil:
			needs = append(needs, starred[permission]...)
		case slices.ContainsFunc(reading, func(word string) bool { return strings.HasPrefix(action, word) }):
			needs = append(needs, permission)
		}
	}
	return needs
}

// permit asks whether the caller may what the handler does on the caller's behalf.
func (k kind) permit(ctx context.Context, handler *schema.Handler, of aws.Identifier) error {
	resource := "*"
	if k.ARN != nil {
		resource = k.ARN(of)
	}
	caller := aws.CallerOf(ctx)
	for _, action := range Needs(handler) {
		decision, message := aws.Authorize(aws.OnBehalf(ctx), caller, aws.Request{Action: action, Resource: resource, Account: caller.Account})
		if decision == iam.Deny {
			return k.failed("AccessDeniedException", "AccessDenied", message)
		}
	}
	return nil
}
