// Package assembly reads a cloud assembly, which is what `cdk synth` leaves in cdk.out, and replaces the intrinsic
// functions in its templates by what they give. The proof and the sandbox share it.
//
// # What is supported
//
// Three tables in code say it, and the resolver works by them: Intrinsics, PseudoParameters and ParameterTypes. Of a
// template, the sections Parameters, Mappings, Conditions, Rules, Resources and Outputs are read; of a resource, Type,
// Properties, DependsOn, Condition, DeletionPolicy, UpdateReplacePolicy and Metadata. SymbolicTypes are the resource
// types that Symbolic can make up.
//
// # What is refused
//
// All else, by name: transforms and macros, nested assemblies, other functions, attributes and types, a null, a key that
// comes twice, a name that nobody defines, a Ref to a resource whose condition does not hold, DependsOn on one, an
// index outside of its list. What the environment does not answer, or answers with an empty text, is an error too. No
// value is ever left out, emptied or made a wildcard because it could not be found.
//
// Where CloudFormation's behaviour is nowhere documented we refuse rather than guess: a number as text that could be
// written in several ways (1e3, 1.50), a dynamic reference as the argument of a function that looks into its text,
// constraints on parameters of the parameter store's types.
//
// # What is not imitated
//
// Functions in the metadata of a resource count as dependencies and are not resolved. Neither the properties' types nor
// which of them a type has are looked at: that is whoever creates the resource to know.
//
// An error of this package joins faults (Fault), each with stack, entry, construct path and path within the entry.
package assembly
