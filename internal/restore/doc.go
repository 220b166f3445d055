// Package restore brings back what was lost, with the operator's credentials: a table as it was at a time (Table), an older
// version of a file (Versions, PutBack), and what was kept of stacks that are gone (Kept), for `cdk import` to take it over.
//
// None of it changes what is there: a table is restored into another, a version is put on top of the others, and an import is
// the CDK's. What takes their place is said by the next deployment.
package restore
