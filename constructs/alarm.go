package constructs

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"lightbox.example/lightbox/internal/alarms"
)

// AlarmProps say which alarm it is, and who hears of it.
type AlarmProps struct {
	// Alarm is a row of the table.
	Alarm alarms.Alarm
	// Name is its own in CloudWatch.
	Name string
	// Value is the name or id of a resource, which a dimension wants.
	Value func(alarms.Subject) *string
	// Topic is the ARN of the topic that hears when it goes off, and when that is over.
	Topic *string
}

// NewAlarm defines a row of the table of alarms. One of a single metric says it by itself: a list of metrics is for expressions.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html
func NewAlarm(scope constructs.Construct, props AlarmProps) awscloudwatch.CfnAlarm {
	of := props.Alarm
	alarm := &awscloudwatch.CfnAlarmProps{
		AlarmName:          &props.Name,
		AlarmDescription:   jsii.String(of.Text()),
		ComparisonOperator: jsii.String(string(of.Comparison)),
		Threshold:          jsii.Number(of.Threshold),
		EvaluationPeriods:  jsii.Number(of.Periods),
		DatapointsToAlarm:  jsii.Number(of.Datapoints),
		TreatMissingData:   jsii.String(string(of.Missing)),
		AlarmActions:       &[]any{props.Topic},
		OkActions:          &[]any{props.Topic},
	}
	if of.Expression == "" {
		metric := of.Metrics[0]
		alarm.Namespace, alarm.MetricName, alarm.Statistic = &metric.Namespace, &metric.Name, &metric.Statistic
		alarm.Dimensions, alarm.Period = dimensions(metric, props.Value), jsii.Number(of.Seconds)
	} else {
		alarm.Metrics = queries(of, props.Value)
	}
	return awscloudwatch.NewCfnAlarm(scope, &of.ID, alarm)
}

// queries are the metrics that an expression is over, and the expression, which alone is compared.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudwatch-alarm-metricdataquery.html
func queries(of alarms.Alarm, value func(alarms.Subject) *string) *[]any {
	all := []any{&awscloudwatch.CfnAlarm_MetricDataQueryProperty{
		Id: jsii.String("figure"), Expression: &of.Expression, Label: jsii.String(of.ID), ReturnData: jsii.Bool(true),
	}}
	for _, metric := range of.Metrics {
		all = append(all, &awscloudwatch.CfnAlarm_MetricDataQueryProperty{
			Id: jsii.String(metric.ID), ReturnData: jsii.Bool(false),
			MetricStat: &awscloudwatch.CfnAlarm_MetricStatProperty{
				Metric: &awscloudwatch.CfnAlarm_MetricProperty{
					Namespace: jsii.String(metric.Namespace), MetricName: jsii.String(metric.Name), Dimensions: dimensions(metric, value),
				},
				Period: jsii.Number(of.Seconds), Stat: jsii.String(metric.Statistic),
			},
		})
	}
	return &all
}

func dimensions(of alarms.Metric, value func(alarms.Subject) *string) *[]any {
	all := []any{}
	for _, dimension := range of.Dimensions {
		is := jsii.String(dimension.Value)
		if dimension.Value == "" {
			is = value(dimension.Of)
		}
		all = append(all, &awscloudwatch.CfnAlarm_DimensionProperty{Name: jsii.String(dimension.Name), Value: is})
	}
	return &all
}
