package constructs

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsbudgets"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// NewBudget defines what a month may cost in US dollars, and has the topic hear when it is foreseen to cost more, and when it did. It is
// about all that the account has: which part of a bill is whose, AWS knows by tags alone that somebody has activated for that.
//
// See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-budgets-budget.html and
// https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/activating-tags.html.
func NewBudget(scope constructs.Construct, name string, monthly int, topic AlarmTopic) {
	notifications := []any{}
	for _, kind := range []string{"FORECASTED", "ACTUAL"} {
		notifications = append(notifications, &awsbudgets.CfnBudget_NotificationWithSubscribersProperty{
			Notification: &awsbudgets.CfnBudget_NotificationProperty{
				NotificationType: &kind, ComparisonOperator: jsii.String("GREATER_THAN"), Threshold: jsii.Number(100), ThresholdType: jsii.String("PERCENTAGE"),
			},
			Subscribers: &[]any{&awsbudgets.CfnBudget_SubscriberProperty{SubscriptionType: jsii.String("SNS"), Address: topic.ARN}},
		})
	}
	budget := awsbudgets.NewCfnBudget(scope, jsii.String("Budget"), &awsbudgets.CfnBudgetProps{
		Budget: &awsbudgets.CfnBudget_BudgetDataProperty{
			BudgetName: &name, BudgetType: jsii.String("COST"), TimeUnit: jsii.String("MONTHLY"),
			BudgetLimit: &awsbudgets.CfnBudget_SpendProperty{Amount: jsii.Number(monthly), Unit: jsii.String("USD")},
		},
		NotificationsWithSubscribers: &notifications,
	})
	budget.AddDependency(topic.policy) // AWS Budgets tries whether it may send
}
