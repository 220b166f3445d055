// Package expression is DynamoDB's language of expressions: conditions, filters, conditions on
// keys, updates and projections. A Scope holds the placeholders of a request and parses its
// expressions; what is wrong with one is a Fault in DynamoDB's words.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
package expression
