package schema

import (
	"maps"
	"regexp"
)

// Scope says within what a name must be unique. No schema tells.
type Scope string

// Where a name may stand only once.
const (
	Global    Scope = "global"    // among all accounts of a partition
	Account   Scope = "account"   // in all regions of an account
	Region    Scope = "region"    // of an account
	Parent    Scope = "parent"    // in the resource that it belongs to; some labels need not be even there
	Label     Scope = "label"     // nowhere: people tell apart by it what they have in a region
	Reference Scope = "reference" // the property names something else
)

var nameLike = regexp.MustCompile(`(^|\.)([A-Za-z]*Name(Prefix)?|Domain|Alias)$`)

// IsNameLike reports whether a property may be a name, by the end of its path, as in OriginAccessControlConfig.Name.
func IsNameLike(path string) bool { return nameLike.MatchString(path) }

// Names returns how far the names of a type reach, by the paths on the first two levels that are name-like and that a
// template can set. It returns false for a type that the table does not have.
func Names(typeName string) (map[string]Scope, bool) {
	known, ok := names[typeName]
	return maps.Clone(known.scopes), ok
}

// names are all types of the table, each with AWS's page that says how far.
var names = map[string]struct {
	page   string
	scopes map[string]Scope
}{
	"AWS::AppSync::ApiKey": {"https://docs.aws.amazon.com/appsync/latest/APIReference/API_CreateApiKey.html", nil},
	"AWS::AppSync::DataSource": {
		"https://docs.aws.amazon.com/appsync/latest/APIReference/API_CreateDataSource.html",
		map[string]Scope{"Name": Parent, "DynamoDBConfig.TableName": Reference},
	},
	"AWS::AppSync::FunctionConfiguration": {
		"https://docs.aws.amazon.com/appsync/latest/APIReference/API_CreateFunction.html",
		map[string]Scope{"Name": Parent, "DataSourceName": Reference, "Runtime.Name": Reference},
	},
	"AWS::AppSync::GraphQLApi": {
		"https://docs.aws.amazon.com/appsync/latest/APIReference/API_CreateGraphqlApi.html",
		map[string]Scope{"Name": Label},
	},
	"AWS::AppSync::GraphQLSchema": {"https://docs.aws.amazon.com/appsync/latest/APIReference/API_StartSchemaCreation.html", nil},
	"AWS::AppSync::Resolver": {
		"https://docs.aws.amazon.com/appsync/latest/APIReference/API_CreateResolver.html",
		map[string]Scope{"TypeName": Reference, "FieldName": Reference, "DataSourceName": Reference, "Runtime.Name": Reference},
	},
	"AWS::Budgets::Budget": {
		"https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html", // "unique within an account"
		map[string]Scope{"Budget.BudgetName": Account},
	},
	"AWS::CloudFront::CloudFrontOriginAccessIdentity": {
		"https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateCloudFrontOriginAccessIdentity.html", nil,
	},
	"AWS::CloudFront::Distribution": {"https://docs.aws.amazon.com/AmazonCloudFront/latest/APIReference/API_CreateDistribution.html", nil},
	"AWS::CloudFront::Function": {
		"https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateFunction.html", // refuses a second one of a name
		map[string]Scope{"Name": Account},
	},
	"AWS::CloudFront::OriginAccessControl": {
		"https://docs.aws.amazon.com/AmazonCloudFront/latest/APIReference/API_CreateOriginAccessControl.html", // refuses a second one of a name
		map[string]Scope{"OriginAccessControlConfig.Name": Account},
	},
	"AWS::CloudFront::ResponseHeadersPolicy": {
		"https://docs.aws.amazon.com/AmazonCloudFront/latest/APIReference/API_CreateResponseHeadersPolicy.html", // the same
		map[string]Scope{"ResponseHeadersPolicyConfig.Name": Account},
	},
	"AWS::CloudWatch::Alarm": {
		"https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html", // "unique within the Region"
		map[string]Scope{"AlarmName": Region, "MetricName": Reference},
	},
	"AWS::CloudWatch::Dashboard": {
		"https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html", // "All dashboards in your account are global"
		map[string]Scope{"DashboardName": Account},
	},
	"AWS::Cognito::IdentityPool": {
		"https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_CreateIdentityPool.html",
		map[string]Scope{"IdentityPoolName": Label, "CognitoStreams.StreamName": Reference, "DeveloperProviderName": Reference},
	},
	"AWS::Cognito::IdentityPoolPrincipalTag": {
		"https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_SetPrincipalTagAttributeMap.html",
		map[string]Scope{"IdentityProviderName": Reference},
	},
	"AWS::Cognito::IdentityPoolRoleAttachment": {"https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_SetIdentityPoolRoles.html", nil},
	"AWS::Cognito::UserPool": {
		"https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPool.html",
		map[string]Scope{"UserPoolName": Label},
	},
	"AWS::Cognito::UserPoolClient": {
		"https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html",
		map[string]Scope{"ClientName": Parent},
	},
	"AWS::Cognito::UserPoolDomain": {
		"https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolDomain.html", // a prefix, in its region
		map[string]Scope{"Domain": Global},
	},
	"AWS::Cognito::UserPoolGroup": {
		"https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateGroup.html",
		map[string]Scope{"GroupName": Parent},
	},
	"AWS::Cognito::UserPoolIdentityProvider": {
		"https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateIdentityProvider.html",
		map[string]Scope{"ProviderName": Parent},
	},
	"AWS::DynamoDB::GlobalTable": {
		"https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html",
		map[string]Scope{"TableName": Region, "TimeToLiveSpecification.AttributeName": Reference},
	},
	"AWS::DynamoDB::Table": {
		"https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html",
		map[string]Scope{"TableName": Region, "TimeToLiveSpecification.AttributeName": Reference},
	},
	"AWS::Events::Rule": {
		"https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html", // of an event bus
		map[string]Scope{"Name": Region, "EventBusName": Reference},
	},
	"AWS::IAM::ManagedPolicy": {
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
		map[string]Scope{"ManagedPolicyName": Account},
	},
	"AWS::IAM::Policy": {
		"https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html", // of the role that it is inline in
		map[string]Scope{"PolicyName": Parent},
	},
	"AWS::IAM::Role": {
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
		map[string]Scope{"RoleName": Account},
	},
	"AWS::Lambda::EventInvokeConfig": {
		"https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html",
		map[string]Scope{"FunctionName": Reference},
	},
	"AWS::Lambda::EventSourceMapping": {
		"https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html",
		map[string]Scope{
			"FunctionName": Reference, "DocumentDBEventSourceConfig.CollectionName": Reference,
			"DocumentDBEventSourceConfig.DatabaseName": Reference, "ProvisionedPollerConfig.PollerGroupName": Label,
		},
	},
	"AWS::Lambda::Function": {
		"https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html",
		map[string]Scope{"FunctionName": Region},
	},
	"AWS::Lambda::Permission": {
		"https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html",
		map[string]Scope{"FunctionName": Reference},
	},
	"AWS::Logs::LogGroup": {
		"https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html",
		map[string]Scope{"LogGroupName": Region},
	},
	"AWS::Logs::QueryDefinition": {
		"https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutQueryDefinition.html",
		map[string]Scope{"Name": Label},
	},
	"AWS::S3::Bucket": {
		"https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html",
		map[string]Scope{"BucketName": Global, "BucketNamePrefix": Region, "LoggingConfiguration.DestinationBucketName": Reference},
	},
	"AWS::S3::BucketPolicy":  {"https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html", nil},
	"AWS::SNS::Subscription": {"https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html", nil},
	"AWS::SNS::Topic": {
		"https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html",
		map[string]Scope{"TopicName": Region, "DisplayName": Label},
	},
	"AWS::SNS::TopicPolicy":         {"https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html", nil},
	"AWS::WAFv2::WebACLAssociation": {"https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html", nil},
}
