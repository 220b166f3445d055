// Package health answers the first questions of whoever is woken at night: is it us, since when, and what changed. It reads the alarms of
// an environment, what its stacks went through last, and what CloudFormation knows of changes by hand, and changes nothing.
//
// # What counts as wrong
//
// An alarm that rings or is not there, a stack that is not there, one whose last deployment failed or was taken back, and one of which
// CloudFormation knows that somebody changed it by hand. A deployment that is under way, and an alarm without data, are said and are not
// wrong.
//
// Rights that it takes: cloudformation:DescribeStacks and DescribeStackEvents, cloudwatch:DescribeAlarms; for Errors besides
// cloudformation:ListStackResources and logs:FilterLogEvents.
package health
