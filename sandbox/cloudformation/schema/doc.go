// Package schema has what CloudFormation's public resource schemas say of the types of resources in use: their properties,
// which of them make a new resource, which import it, how far a name reaches, and the regions that have the type.
//
// In use are the types of the templates in testdata and of assembly.SymbolicTypes, which has those of social sign-in too.
// table.json is generated: `make types` writes it from the schemas that cfn-lint packs, and patches here and there. What
// the schemas leave out is by hand, each with AWS's page: names.go, and what can't be changed in immutable.go.
//
// https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schemas.html
package schema
