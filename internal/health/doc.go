// Package health answers the first questions of whoever is woken at night: is it us, since when, and what changed. It reads the alarms of
// an environment, what its stacks went through last, and what CloudFormation knows of changes by hand, and changes nothing.
//
// # What counts as wrong
//
// An alarm that rings, is not there or sends no mail; a topic of alarms whose mails the address of the settings does not get; a stack that is
// not there or is being deleted, one whose last deployment failed or was taken back, one of alarms that the settings no longer have, and one
// of which CloudFormation knows that somebody changed it by hand. A deployment that is under way, and an alarm without data, are said and
// are not wrong. The budget is not looked at.
//
// Rights that it takes: cloudformation:DescribeStacks and DescribeStackEvents, cloudwatch:DescribeAlarms, sns:ListSubscriptionsByTopic; for
// Errors instead cloudformation:ListStackResources and logs:FilterLogEvents.
package health
