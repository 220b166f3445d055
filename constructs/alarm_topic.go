package constructs

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// AlarmTopicProps say who may send to a topic of alarms, and who gets it.
type AlarmTopicProps struct {
	// Title is what mails say that they are from.
	Title string
	// Email is the address that gets all of it, once who reads there has agreed.
	Email string
	// Alarms are the names of those that send to it, with * at their end.
	Alarms string
	// Budget says that the account's budgets send to it, too.
	Budget bool
}

// AlarmTopic is a topic of alarms.
type AlarmTopic struct {
	ARN *string
	// policy lets those send to it who may.
	policy awssns.CfnTopicPolicy
}

// NewAlarmTopic defines a topic to which CloudWatch sends for the environment's alarms, and AWS Budgets for the account's budgets where
// there is one, and nobody else: the policy takes the place of the one that lets the whole account. What is sent is not secret, so that
// there is no key of our own; by the one that AWS manages, CloudWatch may not send.
//
// See https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html,
// https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html and
// https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html#enforce-encryption-data-in-transit.
func NewAlarmTopic(scope constructs.Construct, props AlarmTopicProps) AlarmTopic {
	topic := awssns.NewCfnTopic(scope, jsii.String("Topic"), &awssns.CfnTopicProps{DisplayName: &props.Title})
	stack := awscdk.Stack_Of(scope)
	sources := []awsiam.PolicyStatement{publishes(topic, "SendAlarms", "cloudwatch.amazonaws.com", stack.FormatArn(&awscdk.ArnComponents{
		Service: jsii.String("cloudwatch"), Resource: jsii.String("alarm"), ResourceName: &props.Alarms, ArnFormat: awscdk.ArnFormat_COLON_RESOURCE_NAME,
	}))}
	if props.Budget {
		sources = append(sources, publishes(topic, "SendBudgets", "budgets.amazonaws.com", stack.FormatArn(&awscdk.ArnComponents{
			Service: jsii.String("budgets"), Region: jsii.String(""), Resource: jsii.String("*"), ArnFormat: awscdk.ArnFormat_NO_RESOURCE_NAME,
		})))
	}
	policy := awssns.NewCfnTopicPolicy(scope, jsii.String("TopicPolicy"), &awssns.CfnTopicPolicyProps{
		Topics: &[]*string{topic.AttrTopicArn()},
		PolicyDocument: awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: ptr(append(sources, awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid: jsii.String("RefuseWithoutTLS"), Effect: awsiam.Effect_DENY, Principals: &[]awsiam.IPrincipal{awsiam.NewAnyPrincipal()},
			Actions: jsii.Strings("sns:Publish"), Resources: &[]*string{topic.AttrTopicArn()},
			Conditions: &map[string]any{"Bool": map[string]any{"aws:SecureTransport": "false"}},
		})))}),
	})
	awssns.NewCfnSubscription(scope, jsii.String("Subscription"), &awssns.CfnSubscriptionProps{
		TopicArn: topic.AttrTopicArn(), Protocol: jsii.String("email"), Endpoint: &props.Email,
	})
	return AlarmTopic{ARN: topic.AttrTopicArn(), policy: policy}
}

// publishes lets a service of AWS send to a topic for something of this account.
//
// https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
func publishes(topic awssns.CfnTopic, sid, service string, source *string) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: &sid, Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(&service, nil)},
		Actions: jsii.Strings("sns:Publish"), Resources: &[]*string{topic.AttrTopicArn()},
		Conditions: &map[string]any{
			"StringEquals": map[string]any{"aws:SourceAccount": awscdk.Stack_Of(topic).Account()},
			"ArnLike":      map[string]any{"aws:SourceArn": source},
		},
	})
}

// ptr is a list as the library takes it.
func ptr[T any](list []T) *[]T { return &list }
