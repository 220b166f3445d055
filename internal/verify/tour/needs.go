package tour

import (
	"strings"

	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/verify"
)

// Needs are the rights of the operator for a walk, besides those of reading back: to find what is deployed, to make and remove users, to lay
// files whose names have Prefix, and to remove all of it. Names of resources begin as the
// environment's stacks do, of which CloudFormation leaves out letters where a name is too long; pools have ids alone.
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
func Needs(cfg config.Config) []verify.Statement {
	files := "arn:aws:s3:::" + strings.ToLower(cfg.StackName("*")) + "files*"
	table := func(name string) string {
		return "arn:aws:dynamodb:" + cfg.Region + ":*:table/" + cfg.StackName("*") + name + "*"
	}
	photos, products := table("Photos"), table("Products")
	return []verify.Statement{
		{Sid: "WalkFind", Effect: "Allow", Action: []string{
			"cloudformation:DescribeStacks", "cloudformation:GetTemplate", "cloudformation:ListStackResources",
			"cognito-identity:DeleteIdentities", "cognito-identity:DescribeIdentity", "cognito-identity:GetIdentityPoolRoles",
		}, Resource: "*"},
		{Sid: "WalkUsers", Effect: "Allow", Action: []string{
			"cognito-idp:AdminAddUserToGroup", "cognito-idp:AdminCreateUser", "cognito-idp:AdminDeleteUser", "cognito-idp:AdminEnableUser", "cognito-idp:AdminGetUser",
			"cognito-idp:AdminSetUserMFAPreference", "cognito-idp:AdminSetUserPassword", "cognito-idp:AdminUpdateUserAttributes", "cognito-idp:ListUsers",
		}, Resource: "arn:aws:cognito-idp:" + cfg.Region + ":*:userpool/*"},
		{Sid: "WalkRows", Effect: "Allow", Action: []string{
			"dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:Query", "dynamodb:UpdateItem",
		}, Resource: []string{photos, products}},
		{Sid: "WalkLists", Effect: "Allow", Action: []string{
			"s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:ListBucketVersions",
		}, Resource: files},
		{Sid: "WalkLay", Effect: "Allow", Action: []string{"s3:PutObject"}, Resource: files + "/*" + Prefix + "*"},
		{Sid: "WalkRemove", Effect: "Allow", Action: []string{"s3:AbortMultipartUpload", "s3:DeleteObjectVersion"}, Resource: files + "/*"},
	}
}
