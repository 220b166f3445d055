// Package events is as much of Amazon EventBridge as functions need: rules of the default event bus that call functions when
// something happens in another service of the sandbox, and when it is time.
//
// Rules are made by CloudFormation, of ResourceTypes. A service that something happens in, as S3, hands an event to Keep in the
// transaction in which it happens: what the rules that match it are to deliver is kept there and then, so that it is done if and
// only if that was. Then it is carried out: Lambda is asked to invoke the function, by its own permission, and keeps the
// invocation until the function had it. So each event is delivered at least once, over a kill too, as EventBridge promises of
// S3's; one that was taken and not yet crossed out when the sandbox was killed is delivered again.
//
// A schedule that was due while the sandbox was down, or its machine asleep, is not made up for: the rule waits for its next time.
// AWS has no page about that, because EventBridge is never down.
//
// # Where to look
//
// The tables of operations and of resource types are in service.go and rule.go. keep.go has how events come in, deliver.go how they
// go out, clock.go the schedules; package pattern has event patterns, package schedule schedule expressions.
//
// # What is not imitated
//
// Other event buses than the default one, PutEvents and all else that changes something over the wire, targets other than functions,
// inputs that are made for targets, dead-letter queues, archives, pipes, EventBridge Scheduler, and the jitter of retries. A rate
// begins when its rule is made, or gets another expression, and is due for the first time when its value is over. A rule has a
// pattern or a schedule.
//
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-what-is.html
package events
