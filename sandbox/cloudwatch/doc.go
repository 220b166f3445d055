// Package cloudwatch is as much of Amazon CloudWatch as alarms of our stacks need: the services of the sandbox count, each under AWS's
// namespaces, names, units and dimensions, and alarms are evaluated from these figures by AWS's rules, on the sandbox's clock.
//
// # Where to look
//
// metrics.go keeps figures, math.go computes with them, evaluate.go decides on an alarm's state and tick.go does so as time goes on;
// notify.go tells the topics of a change. alarm.go and dashboard.go are CloudFormation's, the table of operations is in service.go, and
// protocol.go is how requests and answers are written.
//
// # What is not imitated
//
// Figures are kept in memory for 15 days, to the minute, and are gone with the process; states of alarms and their history stay. They
// appear at once, while AWS's take minutes and S3's a day. There are no figures but those that the services here count: PutMetricData is
// refused, and so are composite alarms, anomaly detection, percentiles, alarms of PromQL and of logs, mute rules, insights and streams,
// wall clock windows, periods of less than a minute, and of metric math all but + - * /, FILL, DIFF and SUM. Actions are topics of the
// alarm's region.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
package cloudwatch
