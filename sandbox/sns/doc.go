// Package sns is as much of Amazon SNS as topics of alarms need: topics with their policies, subscriptions by e-mail, which get nothing
// until they are confirmed by the link in their first mail, and messages to those that are.
//
// # What is not imitated
//
// Subscriptions of any other protocol than email, filters, FIFO topics, encryption by a key of one's own, data protection, delivery
// status logs, retries, and the two days after which a link no longer confirms. Subscribe, CreateTopic and their like are refused: topics
// and subscriptions come by templates. A topic whose key is alias/aws/sns hears nothing from CloudWatch, as on AWS.
//
// https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html
package sns
