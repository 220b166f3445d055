package assembly

// SymbolicType says what Symbolic gives for a type: patterns with placeholders in braces. {partition}, {region},
// {account} and {suffix} are the environment's, {id} is the physical id, {name}, {lowername}, {uuid}, {id9}, {id26},
// {upper13}, {host13} and {host26} are derived from the resource, and any other is the property of that name, which has
// to be there unless what stands after a bar takes its place.
type SymbolicType struct {
	ID         string            // what Ref gives
	Attributes map[string]string // what Fn::GetAtt gives, by the attribute's name
}

// SymbolicTypes returns the types that Symbolic knows: those that the app can synthesize, and of their attributes those
// that are known from the template.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
func SymbolicTypes() map[string]SymbolicType {
	const (
		api      = "arn:{partition}:appsync:{region}:{account}:apis/{ApiId}"
		provider = "cognito-idp.{region}.{suffix}/{id}"
	)
	return map[string]SymbolicType{
		"AWS::AppSync::DataSource": {api + "/datasources/{Name}", map[string]string{
			"DataSourceArn": "{id}",
			"Name":          "{Name}",
		}},
		"AWS::AppSync::FunctionConfiguration": {api + "/functions/{id26}", map[string]string{
			"DataSourceName": "{DataSourceName}",
			"FunctionArn":    "{id}",
			"FunctionId":     "{id26}",
			"Name":           "{Name}",
		}},
		"AWS::AppSync::GraphQLApi": {"arn:{partition}:appsync:{region}:{account}:apis/{id26}", map[string]string{
			"ApiId":       "{id26}",
			"Arn":         "{id}",
			"GraphQLDns":  "{host26}.appsync-api.{region}.{suffix}",
			"GraphQLUrl":  "https://{host26}.appsync-api.{region}.{suffix}/graphql",
			"RealtimeDns": "{host26}.appsync-realtime-api.{region}.{suffix}",
			"RealtimeUrl": "wss://{host26}.appsync-realtime-api.{region}.{suffix}/graphql",
		}},
		"AWS::AppSync::GraphQLSchema": {"{ApiId}GraphQLSchema", map[string]string{"Id": "{id}"}},
		"AWS::AppSync::Resolver": {api + "/types/{TypeName}/resolvers/{FieldName}", map[string]string{
			"FieldName":   "{FieldName}",
			"ResolverArn": "{id}",
			"TypeName":    "{TypeName}",
		}},
		"AWS::Budgets::Budget": {"{name}", map[string]string{"Id": "{id}"}},
		"AWS::CloudFront::Distribution": {"{upper13}", map[string]string{
			"DomainName": "{host13}.cloudfront.net",
			"Id":         "{id}",
		}},
		"AWS::CloudFront::Function": {"arn:{partition}:cloudfront::{account}:function/{Name}", map[string]string{
			"FunctionARN": "{id}",
			"Stage":       "LIVE",
		}},
		"AWS::CloudFront::OriginAccessControl":   {"{upper13}", map[string]string{"Id": "{id}"}},
		"AWS::CloudFront::ResponseHeadersPolicy": {"{uuid}", map[string]string{"Id": "{id}"}},
		"AWS::CloudWatch::Alarm": {"{AlarmName|name}", map[string]string{
			"Arn": "arn:{partition}:cloudwatch:{region}:{account}:alarm:{id}",
		}},
		"AWS::CloudWatch::Dashboard": {"{DashboardName|name}", nil},
		"AWS::Cognito::IdentityPool": {"{region}:{uuid}", map[string]string{
			"Id":   "{id}",
			"Name": "{IdentityPoolName|name}",
		}},
		"AWS::Cognito::IdentityPoolPrincipalTag":   {"{IdentityPoolId}|{IdentityProviderName}", nil},
		"AWS::Cognito::IdentityPoolRoleAttachment": {"{IdentityPoolId}", map[string]string{"Id": "{id}"}},
		"AWS::Cognito::UserPool": {"{region}_{id9}", map[string]string{
			"Arn":          "arn:{partition}:cognito-idp:{region}:{account}:userpool/{id}",
			"ProviderName": provider,
			"ProviderURL":  "https://" + provider,
			"UserPoolId":   "{id}",
		}},
		"AWS::Cognito::UserPoolClient":           {"{id26}", map[string]string{"ClientId": "{id}"}},
		"AWS::Cognito::UserPoolDomain":           {"{Domain}", map[string]string{"Id": "{id}"}},
		"AWS::Cognito::UserPoolGroup":            {"{GroupName|name}", nil},
		"AWS::Cognito::UserPoolIdentityProvider": {"{ProviderName}", nil},
		"AWS::DynamoDB::GlobalTable": {"{TableName|name}", map[string]string{
			"Arn":       "arn:{partition}:dynamodb:{region}:{account}:table/{id}",
			"StreamArn": "arn:{partition}:dynamodb:{region}:{account}:table/{id}/stream/2026-11-29T12:00:00.000",
			"TableId":   "{uuid}",
		}},
		"AWS::Events::Rule": {"{Name|name}", map[string]string{
			"Arn": "arn:{partition}:events:{region}:{account}:rule/{id}",
		}},
		"AWS::IAM::ManagedPolicy": {"arn:{partition}:iam::{account}:policy{Path|/}{ManagedPolicyName|name}", map[string]string{"PolicyArn": "{id}"}},
		"AWS::IAM::Policy":        {"{name}", nil},
		"AWS::IAM::Role": {"{RoleName|name}", map[string]string{
			"Arn": "arn:{partition}:iam::{account}:role{Path|/}{id}",
		}},
		"AWS::Lambda::EventInvokeConfig":  {"{uuid}", nil},
		"AWS::Lambda::EventSourceMapping": {"{uuid}", map[string]string{"Id": "{id}"}},
		"AWS::Lambda::Function": {"{FunctionName|name}", map[string]string{
			"Arn": "arn:{partition}:lambda:{region}:{account}:function:{id}",
		}},
		"AWS::Lambda::Permission": {"{name}", map[string]string{"Id": "{id}"}},
		"AWS::Logs::LogGroup": {"{LogGroupName|name}", map[string]string{
			"Arn": "arn:{partition}:logs:{region}:{account}:log-group:{id}:*",
		}},
		"AWS::Logs::QueryDefinition": {"{uuid}", map[string]string{"QueryDefinitionId": "{id}"}},
		"AWS::S3::Bucket": {"{BucketName|lowername}", map[string]string{
			"Arn":                 "arn:{partition}:s3:::{id}",
			"DomainName":          "{id}.s3.{suffix}",
			"DualStackDomainName": "{id}.s3.dualstack.{region}.{suffix}",
			"RegionalDomainName":  "{id}.s3.{region}.{suffix}",
		}},
		"AWS::S3::BucketPolicy":  {"{Bucket}", nil},
		"AWS::SNS::Subscription": {"{TopicArn}:{uuid}", map[string]string{"Arn": "{id}"}},
		"AWS::SNS::Topic": {"arn:{partition}:sns:{region}:{account}:{TopicName|name}", map[string]string{
			"TopicArn":  "{id}",
			"TopicName": "{TopicName|name}",
		}},
		"AWS::SNS::TopicPolicy":         {"{name}", map[string]string{"Id": "{id}"}},
		"AWS::WAFv2::WebACLAssociation": {"{ResourceArn}|{WebACLArn}", nil},
		"Custom::S3AutoDeleteObjects":   {"{uuid}", nil},
	}
}

var symbolicTypes = SymbolicTypes()
