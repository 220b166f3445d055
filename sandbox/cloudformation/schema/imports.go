package schema

import "slices"

// unimported are types that have a read handler, and that no import change set takes all the same, each with what says so.
var unimported = map[string]string{
	// Its schema has the handlers, AWS's table of types that support import has not had it, and a change set with it was refused
	// in September 2026, in us-east-1: "ResourceTypes [AWS::AppSync::GraphQLApi] are not supported for Import",
	// https://github.com/go-to-k/cdkd/issues/3414.
	"AWS::AppSync::GraphQLApi": "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import-supported-resources.html",
}

// ImportedBy returns the properties that identify a resource of the type in an import change set: those of its primary
// identifier, in their order. It returns none for a type that AWS does not import, as one that it can't read, or that the table does
// not have.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceToImport.html
func ImportedBy(typeName string) []string {
	kind := Current().Types[typeName]
	if kind.Read == nil || unimported[typeName] != "" {
		return nil
	}
	return slices.Clone(kind.PrimaryIdentifier)
}
