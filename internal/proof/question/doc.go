// Package question says who may ask for access, and for what; what they are meant to be answered, by the access table and
// the schema (Contract); and what the policies and directives of a system do answer (Decide, ReachField). It asks nothing by
// itself: package proof compares the two for every question there is, explain answers one, report tabulates the answers, and
// diff compares those of two systems.
//
// "Every" is by classes: UniverseOf takes one of each kind of text that the policies and the contract tell apart, as package
// classes does.
package question
