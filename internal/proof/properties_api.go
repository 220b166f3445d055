package proof

import (
	"fmt"
	"strings"

	"lightbox.example/lightbox/api"
	"lightbox.example/lightbox/internal/proof/system"
)

// judgements are those of all types that an assembly may have.
func (s judge) judgements() map[string]properties {
	types := map[string]properties{}
	s.judgeAPI(types)
	s.judgeTables(types)
	s.judgePeople(types)
	s.judgeFiles(types)
	s.judgeCDN(types)
	s.judgeRoles(types)
	for name, of := range types {
		for _, path := range tagged(name) {
			if _, given := of[path]; !given {
				of.irrelevant(Label, path)
			}
		}
	}
	for _, held := range invariantsOf(s.System) {
		kind, _ := s.declares(held.at)["Type"].(string)
		path := strings.ReplaceAll(held.path, ".0", ".*")
		if _, given := types[kind][path]; types[kind] != nil && !given && held.want != nil {
			types[kind].proven("settings", path)
		}
	}
	return types
}

// resolverRuntime is what resolvers run in.
var resolverRuntime = map[string]any{"Name": "APPSYNC_JS", "RuntimeVersion": "1.0.0"}

// judgeAPI judges AppSync: the trials run the resolvers as the templates wire them.
func (s judge) judgeAPI(types map[string]properties) {
	source := properties{}
	source.is("ApiId", s.API.ID)
	source.may("Type", "NONE", "AMAZON_DYNAMODB")
	source.may("DynamoDBConfig.AwsRegion", s.Region)
	source.may("Name", string(api.None), string(api.Photos), string(api.Products))
	source.proven("resolvers", "DynamoDBConfig.TableName")
	source.proven("services", "ServiceRoleArn")
	types["AWS::AppSync::DataSource"] = source

	function := properties{}
	function.is("ApiId", s.API.ID)
	function.is("FunctionVersion", "2018-05-29")
	function.is("Runtime", resolverRuntime)
	function.proven("resolvers", "Code", "DataSourceName")
	function.irrelevant(Name, "Name")
	types["AWS::AppSync::FunctionConfiguration"] = function

	resolver := properties{}
	resolver.is("ApiId", s.API.ID)
	resolver.is("Runtime", resolverRuntime)
	resolver.is("Kind", "UNIT", "PIPELINE")
	resolver.proven("resolvers", "Code", "DataSourceName", "FieldName", "TypeName", "PipelineConfig.Functions")
	types["AWS::AppSync::Resolver"] = resolver

	schema := properties{}
	schema.is("ApiId", s.API.ID)
	schema.proven("schema", "Definition")
	types["AWS::AppSync::GraphQLSchema"] = schema

	graphql := properties{}
	graphql.holds("EnvironmentVariables", s.tablesOnly)
	graphql.choice("IntrospectionConfig", "DISABLED", "ENABLED")
	graphql.proven("services", "LogConfig.CloudWatchLogsRoleArn")
	graphql.is("LogConfig.ExcludeVerboseContent", true)
	graphql.is("LogConfig.FieldLogLevel", "ERROR")
	graphql.irrelevant(Name, "Name")
	graphql.is("UserPoolConfig.AwsRegion", s.Region)
	graphql.is("UserPoolConfig.DefaultAction", "ALLOW")
	graphql.is("UserPoolConfig.UserPoolId", s.Users.ID)
	graphql.irrelevant(Tracing, "XrayEnabled")
	types["AWS::AppSync::GraphQLApi"] = graphql

	log := properties{}
	log.is("LogGroupName", "/aws/appsync/apis/"+s.API.ID)
	log.within("RetentionInDays", 1, 3653)
	types["AWS::Logs::LogGroup"] = log
}

// tablesOnly holds the API's environment to the names of its tables: resolvers read it, and whoever
// may look at the API does.
func (s judge) tablesOnly(value any) string {
	names, _ := value.(map[string]any)
	for name, table := range names {
		source := api.Source("")
		for _, one := range []api.Source{api.Photos, api.Products} {
			if name == strings.ToUpper(string(one))+"_TABLE" {
				source = one
			}
		}
		if known, found := s.API.Tables[string(source)]; !found || known.Name != table {
			return "the names of the API's tables alone, each by its own"
		}
	}
	if len(names) != 2 {
		return "the names of both tables"
	}
	return ""
}

// judgeTables judges DynamoDB: the trials define the tables as the templates do.
func (s judge) judgeTables(types map[string]properties) {
	const most = 1 << 31
	table := properties{}
	table.is("BillingMode", "PAY_PER_REQUEST")
	table.proven("resolvers", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes.*.IndexName",
		"GlobalSecondaryIndexes.*.KeySchema", "GlobalSecondaryIndexes.*.Projection.ProjectionType")
	table.within("WriteOnDemandThroughputSettings.MaxWriteRequestUnits", 1, most)
	table.within("GlobalSecondaryIndexes.*.WriteOnDemandThroughputSettings.MaxWriteRequestUnits", 1, most)
	table.holds("Replicas", func(value any) string {
		if len(system.Items(value)) != 1 {
			return "one, in the region of the stack"
		}
		return s.replica(system.Items(value)[0])
	})
	types["AWS::DynamoDB::GlobalTable"] = table
}

// replica says what the one replica of a table lacks.
func (s judge) replica(value any) string {
	replica, _ := value.(map[string]any)
	for name, part := range replica {
		switch name {
		case "Region":
			if part != s.Region {
				return "one in " + s.Region
			}
		case "PointInTimeRecoverySpecification":
			if !same(part, map[string]any{"PointInTimeRecoveryEnabled": true}) {
				return "one that can be restored to any second"
			}
		case "ReadOnDemandThroughputSettings":
			if !satisfies(system.Lookup(part, "MaxReadRequestUnits"), span{1, 1 << 31}) || leavesOf(part) != 1 {
				return "one with a ceiling of its reads"
			}
		case "GlobalSecondaryIndexes":
			for _, index := range system.Items(part) {
				if !satisfies(system.Lookup(index, "ReadOnDemandThroughputSettings.MaxReadRequestUnits"), span{1, 1 << 31}) || leavesOf(index) != 2 {
					return "one whose indexes have a name and a ceiling of their reads"
				}
			}
		case "DeletionProtectionEnabled", "Tags": // life.go, and no policy looks at tags
		default:
			return fmt.Sprintf("one without %s: nobody has looked at what that opens", name)
		}
	}
	for _, needed := range []string{"Region", "PointInTimeRecoverySpecification", "ReadOnDemandThroughputSettings"} {
		if replica[needed] == nil {
			return "one with " + needed
		}
	}
	return ""
}
