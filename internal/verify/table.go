package verify

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appsync"
	"github.com/aws/aws-sdk-go-v2/service/appsync/types"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"lightbox.example/lightbox/internal/proof/system"
)

// A row of the table is how a type of the templates is read back.
type row struct {
	// read answers the properties that a resource has, with its attributes; errGone where there is none. It is nil for what
	// is nothing by itself: a custom resource is a call of a function when a stack changes.
	read func(ctx context.Context, p *part) (map[string]any, error)
	// actions are what read needs, for a type that no handler of AWS reads.
	actions []string
	// code tells a type whose code is elsewhere, which is looked at besides.
	code bool
	// beside are the types that may live beside what the templates say, as parts of a resource of this type.
	beside []beside
}

// table has a row for each type of the templates. AWS's own handlers read all but three types, of which it has none:
// https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/supported-resources.html
func table() map[string]row { return rows }

var rows = map[string]row{
	"AWS::Budgets::Budget":                {read: byHandler},
	"AWS::CloudWatch::Alarm":              {read: byHandler},
	"AWS::CloudWatch::Dashboard":          {read: byHandler},
	"AWS::AppSync::DataSource":            {read: byHandler},
	"AWS::AppSync::FunctionConfiguration": {read: byHandler},
	"AWS::AppSync::GraphQLApi": {read: byHandler, beside: []beside{
		{kind: "AWS::AppSync::DataSource", models: ofAPI}, {kind: "AWS::AppSync::FunctionConfiguration", models: ofAPI}, {kind: "AWS::AppSync::Resolver", models: ofTypes},
	}},
	"AWS::AppSync::GraphQLSchema":              {read: schemaOf, actions: []string{"appsync:GetIntrospectionSchema"}},
	"AWS::AppSync::Resolver":                   {read: byHandler},
	"AWS::CloudFront::Distribution":            {read: byHandler},
	"AWS::CloudFront::Function":                {read: byHandler},
	"AWS::CloudFront::OriginAccessControl":     {read: byHandler},
	"AWS::CloudFront::ResponseHeadersPolicy":   {read: byHandler},
	"AWS::Cognito::IdentityPool":               {read: byHandler},
	"AWS::Cognito::IdentityPoolPrincipalTag":   {read: byHandler},
	"AWS::Cognito::IdentityPoolRoleAttachment": {read: byHandler},
	"AWS::Cognito::UserPool": {read: poolOf, beside: []beside{
		{kind: "AWS::Cognito::UserPoolClient", models: ofPool}, {kind: "AWS::Cognito::UserPoolGroup", models: ofPool}, {kind: "AWS::Cognito::UserPoolIdentityProvider", models: ofPool},
	}},
	"AWS::Cognito::UserPoolClient":           {read: byHandler},
	"AWS::Cognito::UserPoolDomain":           {read: byHandler},
	"AWS::Cognito::UserPoolGroup":            {read: byHandler},
	"AWS::Cognito::UserPoolIdentityProvider": {read: byHandler},
	"AWS::DynamoDB::GlobalTable":             {read: byHandler},
	"AWS::Events::Rule":                      {read: byHandler},
	"AWS::IAM::ManagedPolicy":                {read: byHandler},
	"AWS::IAM::Policy":                       {read: inlinePolicy}, // a part of roles, which are read anyway
	"AWS::IAM::Role":                         {read: byHandler},
	"AWS::Lambda::EventInvokeConfig":         {read: byHandler},
	"AWS::Lambda::EventSourceMapping":        {read: byHandler},
	"AWS::Lambda::Function": {read: byHandler, code: true, beside: []beside{
		{kind: "AWS::Lambda::Permission", models: ofFunction}, {kind: "AWS::Lambda::EventInvokeConfig", models: ofFunction},
		{kind: "AWS::Lambda::EventSourceMapping", theirs: reads}, {kind: "AWS::Events::Rule", theirs: calls},
	}},
	"AWS::Lambda::Permission":       {read: byHandler},
	"AWS::Logs::LogGroup":           {read: byHandler},
	"AWS::Logs::QueryDefinition":    {read: byHandler},
	"AWS::S3::Bucket":               {read: byHandler},
	"AWS::S3::BucketPolicy":         {read: byHandler},
	"AWS::SNS::Subscription":        {read: byHandler},
	"AWS::SNS::Topic":               {read: topicOf, beside: []beside{{kind: "AWS::SNS::Subscription", theirs: hears}}},
	"AWS::SNS::TopicPolicy":         {read: topicPolicy, actions: []string{"sns:GetTopicAttributes"}},
	"AWS::WAFv2::WebACLAssociation": {read: byHandler},
	"Custom::S3AutoDeleteObjects":   {},
}

// schemaOf reads the schema of an API. AppSync writes it anew: it says the same in other words.
// https://docs.aws.amazon.com/appsync/latest/APIReference/API_GetIntrospectionSchema.html
func schemaOf(ctx context.Context, p *part) (map[string]any, error) {
	declared, err := p.declared()
	if err != nil {
		return nil, err
	}
	id := fmt.Sprint(declared["ApiId"])
	answer, err := appsync.NewFromConfig(p.standing.config).GetIntrospectionSchema(ctx, &appsync.GetIntrospectionSchemaInput{
		ApiId: &id, Format: types.OutputTypeSdl, IncludeDirectives: aws.Bool(true),
	})
	if err != nil {
		return nil, err
	}
	return map[string]any{"ApiId": id, "Definition": string(answer.Schema)}, nil
}

// poolOf reads a user pool. Which second factors there are its handler takes and does not answer.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserPoolMfaConfig.html
func poolOf(ctx context.Context, p *part) (map[string]any, error) {
	properties, err := byHandler(ctx, p)
	if err != nil {
		return nil, err
	}
	factors, err := cognitoidentityprovider.NewFromConfig(p.standing.config).GetUserPoolMfaConfig(ctx, &cognitoidentityprovider.GetUserPoolMfaConfigInput{UserPoolId: &p.physical})
	if err != nil {
		return nil, err
	}
	var enabled []any
	if factors.SmsMfaConfiguration != nil {
		enabled = append(enabled, "SMS_MFA")
	}
	if one := factors.SoftwareTokenMfaConfiguration; one != nil && one.Enabled {
		enabled = append(enabled, "SOFTWARE_TOKEN_MFA")
	}
	if one := factors.EmailMfaConfiguration; one != nil {
		enabled = append(enabled, "EMAIL_OTP")
	}
	properties["EnabledMfas"] = enabled
	return properties, nil
}

// topicOf reads a topic. Who subscribed it answers too; subscriptions are read as resources of their own, those of strangers too.
func topicOf(ctx context.Context, p *part) (map[string]any, error) {
	properties, err := byHandler(ctx, p)
	delete(properties, "Subscription")
	return properties, err
}

// topicPolicy reads who may publish to topics, which is an attribute of each.
// https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html
func topicPolicy(ctx context.Context, p *part) (map[string]any, error) {
	declared, err := p.declared()
	if err != nil {
		return nil, err
	}
	var document any
	for _, topic := range system.Items(declared["Topics"]) {
		answer, err := sns.NewFromConfig(p.standing.config).GetTopicAttributes(ctx, &sns.GetTopicAttributesInput{TopicArn: aws.String(fmt.Sprint(topic))})
		if err != nil {
			return nil, err
		}
		if got := any(answer.Attributes["Policy"]); document == nil || !same("PolicyDocument", got, declared["PolicyDocument"]) {
			document = got // of several, one that is another
		}
	}
	return map[string]any{"Topics": declared["Topics"], "PolicyDocument": document}, nil
}

// inlinePolicy reads a policy of roles, which their own handler answers with.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-policy.html
func inlinePolicy(_ context.Context, p *part) (map[string]any, error) {
	declared, err := p.declared()
	if err != nil {
		return nil, err
	}
	var document any
	roles := []any{}
	for _, name := range system.Items(declared["Roles"]) {
		at := slices.IndexFunc(p.account.order, func(other *part) bool {
			return other.resource.Type == "AWS::IAM::Role" && other.physical == name
		})
		if at < 0 {
			return nil, fmt.Errorf("%s: got the role %v, want one of the environment's stacks", p.place(), name)
		}
		role, err := p.account.order[at].live()
		if err != nil {
			return nil, err
		}
		for _, policy := range system.Items(role["Policies"]) {
			if system.Lookup(policy, "PolicyName") != declared["PolicyName"] {
				continue
			}
			roles = append(roles, name)
			if got := system.Lookup(policy, "PolicyDocument"); document == nil || !same("PolicyDocument", got, declared["PolicyDocument"]) {
				document = got // of several, one that is another
			}
		}
	}
	if document == nil {
		return nil, errGone
	}
	return map[string]any{"PolicyName": declared["PolicyName"], "PolicyDocument": document, "Roles": roles}, nil
}
