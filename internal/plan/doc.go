// Package plan foretells what a deployment does to what is deployed: what CloudFormation makes anew and who loses what by it,
// what it can't do at all, what must be deployed again beside it, and what stays behind.
//
// It compares two assemblies, as cdk synth writes them. Both are resolved with made-up physical ids, so that a reference to a
// resource that is made anew has another value, in the same stack and in those after it. Which property makes a resource anew,
// which change AWS refuses, how far a name reaches and which region has a type is in package schema, by which the sandbox
// works too: the tests deploy each case to it, and see what was foretold.
//
// A plan knows what is in the templates. It does not know what was changed by hand, nor what earlier deployments left in the
// account.
package plan
