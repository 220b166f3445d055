package proof

import (
	"fmt"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/access"
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
	s.judgeSite(types)
	s.judgeRoles(types)
	s.judgeFunctions(types)
	s.judgeEvents(types)
	s.judgeMappings(types)
	s.judgeGuards(types)
	s.judgeOperations(types)
	for name, of := range types {
		kind, _, _ := strings.Cut(name, " ") // of ours, of the site, at a path
		for _, path := range tagged(kind) {
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
	source.may("Type", "NONE", "AMAZON_DYNAMODB", "AWS_LAMBDA")
	source.may("DynamoDBConfig.AwsRegion", s.Region)
	names, roles := []any{string(access.None), string(access.Photos), string(access.Products)}, []any{}
	for _, function := range s.declared {
		if !function.IsTrigger() {
			names = append(names, string(function.Source()))
		}
	}
	source.may("Name", names...)
	source.proven("resolvers", "DynamoDBConfig.TableName")
	source.proven("services", "LambdaConfig.LambdaFunctionArn")
	for _, table := range s.API.Tables {
		roles = append(roles, table.Role.ARN)
	}
	for _, invocation := range s.API.Invocations {
		roles = append(roles, invocation.Role.ARN)
	}
	source.may("ServiceRoleArn", roles...) // each its own: the rule services
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
	s.judgeGraphQL(types)
}

// judgeGraphQL judges the API itself, and logs.
func (s judge) judgeGraphQL(types map[string]properties) {
	graphql := properties{}
	// Resolvers read them, and whoever may look at the API does: any other is named.
	for _, source := range []access.Source{access.Photos, access.Products} {
		graphql.is("EnvironmentVariables."+strings.ToUpper(string(source))+"_TABLE", s.API.Tables[string(source)].Name)
	}
	graphql.is("EnvironmentVariables.USER_POOL_PROVIDER", s.Pool.Provider)
	graphql.choice("EnvironmentVariables.CDN_URL", s.cdnURLs()...)
	graphql.within("EnvironmentVariables.PICTURES_PER_DAY", 1<<31)
	graphql.within("EnvironmentVariables.PHOTOS_PER_USER", 1<<31)
	graphql.within("EnvironmentVariables.BYTES_PER_USER", 1<<53)
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
	log.may("LogGroupName", "/aws/appsync/apis/"+s.API.ID) // without one, CloudFormation names it
	log.within("RetentionInDays", 3653)
	types["AWS::Logs::LogGroup"] = log
}

// cdnURLs are where public pictures may be said to be: at the distribution, or at its own domain.
func (s judge) cdnURLs() []any {
	all := []any{"https://" + s.CDN.DomainName}
	for _, alias := range system.Items(system.Lookup(s.CDN.Properties, "DistributionConfig.Aliases")) {
		all = []any{fmt.Sprint("https://", alias)}
	}
	return all
}

// judgeTables judges DynamoDB: the trials define the tables as the templates do.
func (s judge) judgeTables(types map[string]properties) {
	const most = 1 << 31
	table := properties{}
	table.is("BillingMode", "PAY_PER_REQUEST")
	table.proven("resolvers", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes.*.IndexName", "GlobalSecondaryIndexes.*.KeySchema")
	table.is("GlobalSecondaryIndexes.*.Projection", map[string]any{"ProjectionType": "ALL"})
	table.within("WriteOnDemandThroughputSettings.MaxWriteRequestUnits", most)
	table.within("GlobalSecondaryIndexes.*.WriteOnDemandThroughputSettings.MaxWriteRequestUnits", most)
	table.is("Replicas.*.Region", s.Region)
	table.is("Replicas.*.PointInTimeRecoverySpecification", map[string]any{"PointInTimeRecoveryEnabled": true})
	table.within("Replicas.*.ReadOnDemandThroughputSettings.MaxReadRequestUnits", most)
	table.within("Replicas.*.GlobalSecondaryIndexes.*.ReadOnDemandThroughputSettings.MaxReadRequestUnits", most)
	table.may("StreamSpecification", map[string]any{"StreamViewType": "NEW_AND_OLD_IMAGES"}) // which tables: the rule streams
	table.proven("properties", "Replicas.*.GlobalSecondaryIndexes.*.IndexName")
	table.proven("life", "Replicas.*.DeletionProtectionEnabled")
	table.irrelevant(Label, "Replicas.*.Tags")
	types["AWS::DynamoDB::GlobalTable"] = table
}

// table makes sure that a table is in one region, with the same indexes there, and that each index has
// an order: lists are read in it.
func (c *propertyCheck) table(of system.Resource) {
	replicas := system.Items(of.Properties["Replicas"])
	if len(replicas) != 1 {
		c.opens(of.At, "Replicas: got %d, want one, in the region of the stack", len(replicas))
		return
	}
	var indexes, ceilings []string
	for _, index := range system.Items(of.Properties["GlobalSecondaryIndexes"]) {
		indexes = append(indexes, fmt.Sprint(system.Lookup(index, "IndexName")))
		if keys := system.Items(system.Lookup(index, "KeySchema")); len(keys) != 2 {
			c.opens(of.At, "GlobalSecondaryIndexes: got %d keys of %s, want one to find rows by and one to order them", len(keys), indexes[len(indexes)-1])
		}
	}
	for _, index := range system.Items(system.Lookup(replicas[0], "GlobalSecondaryIndexes")) {
		ceilings = append(ceilings, fmt.Sprint(system.Lookup(index, "IndexName")))
	}
	if !slices.Equal(indexes, ceilings) {
		c.opens(of.At, "Replicas.0.GlobalSecondaryIndexes: got %v, want %v, each with a ceiling of its reads", ceilings, indexes)
	}
}
