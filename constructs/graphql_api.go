package constructs

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsappsync"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

const (
	// resolverLimit is how many resolvers one request may run: the longest page (100
	// items) with one field resolved for each item, and some more.
	resolverLimit = 250
	// introspectionDepth is how deep the introspection query of common tools goes.
	introspectionDepth = 15
)

// GraphQLAPIProps are the settings of an API. The zero value traces its requests and
// hides its schema.
type GraphQLAPIProps struct {
	Name string
	// Schema is the schema in GraphQL's definition language.
	Schema string
	// Depth is how deep a query of the schema can be; a deeper one is refused.
	Depth int
	// UserPool and Client say whose tokens are accepted; the tokens of the pool's other
	// clients are not.
	UserPool awscognito.IUserPool
	Client   awscognito.IUserPoolClient
	// Environment is what resolvers read as ctx.env.
	Environment map[string]string
	// LogRetentionDays is how long errors are kept, one of the values that CloudWatch
	// Logs accepts.
	LogRetentionDays int
	DisableTracing   bool
	Introspection    bool
	// RemoveData deletes the API, and so its URL, and the log with the stack.
	RemoveData bool
}

// NewGraphQLAPI defines an AppSync API for users of a pool (the default) and for IAM
// callers; it has no API key. Errors alone are logged, without what callers sent, to a
// log group of the API's own, and the API's log role can write to that group only.
//
// The API's URL is in every front end, so the API is kept as data is, with its log and its
// log role. Its resolvers and their sources are not: what is kept answers nothing.
//
// The error is of the disk: the library reads a schema from a file alone.
//
// See https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html and
// https://docs.aws.amazon.com/appsync/latest/devguide/monitoring.html.
func NewGraphQLAPI(scope constructs.Construct, id string, props GraphQLAPIProps) (awsappsync.GraphqlApi, awslogs.LogGroup, error) {
	schema, err := definition(props.Schema)
	if err != nil {
		return nil, nil, err
	}
	logRole := awsiam.NewRole(scope, jsii.String("LogRole"), &awsiam.RoleProps{
		Description: jsii.String("Writes the errors of the API to its log group"),
		AssumedBy:   awsiam.NewServicePrincipal(jsii.String("appsync.amazonaws.com"), nil),
	})
	introspection, depth := awsappsync.IntrospectionConfig_DISABLED, props.Depth+1
	if props.Introspection {
		introspection, depth = awsappsync.IntrospectionConfig_ENABLED, max(depth, introspectionDepth)
	}
	api := awsappsync.NewGraphqlApi(scope, &id, &awsappsync.GraphqlApiProps{
		Name:       &props.Name,
		Definition: schema,
		AuthorizationConfig: &awsappsync.AuthorizationConfig{
			DefaultAuthorization: &awsappsync.AuthorizationMode{
				AuthorizationType: awsappsync.AuthorizationType_USER_POOL,
				UserPoolConfig: &awsappsync.UserPoolConfig{
					UserPool:         props.UserPool,
					AppIdClientRegex: jsii.Sprintf("^%s$", *props.Client.UserPoolClientId()),
					DefaultAction:    awsappsync.UserPoolDefaultAction_ALLOW,
				},
			},
			AdditionalAuthorizationModes: &[]*awsappsync.AuthorizationMode{
				{AuthorizationType: awsappsync.AuthorizationType_IAM},
			},
		},
		EnvironmentVariables: pointers(props.Environment),
		IntrospectionConfig:  introspection,
		QueryDepthLimit:      jsii.Number(depth),
		ResolverCountLimit:   jsii.Number(resolverLimit),
		XrayEnabled:          jsii.Bool(!props.DisableTracing),
	})
	// Not through the library's LogConfig: it brings a Lambda function that may change the
	// retention of every log group there is.
	api.Node().DefaultChild().(awsappsync.CfnGraphQLApi).SetLogConfig(&awsappsync.CfnGraphQLApi_LogConfigProperty{
		CloudWatchLogsRoleArn: logRole.RoleArn(),
		FieldLogLevel:         jsii.String("ERROR"),
		ExcludeVerboseContent: jsii.Bool(true),
	})
	Keep(props.RemoveData, api, logRole)
	group := awslogs.NewLogGroup(scope, jsii.String("Log"), &awslogs.LogGroupProps{
		// The name is AppSync's; by defining the group first we decide how long it keeps.
		LogGroupName:  jsii.Sprintf("/aws/appsync/apis/%s", *api.ApiId()),
		RemovalPolicy: removal(props.RemoveData),
	})
	group.Node().DefaultChild().(awslogs.CfnLogGroup).SetRetentionInDays(jsii.Number(props.LogRetentionDays))
	awsiam.NewPolicy(scope, jsii.String("LogAccess"), &awsiam.PolicyProps{
		Roles: &[]awsiam.IRole{logRole},
		Statements: &[]awsiam.PolicyStatement{awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Actions:   jsii.Strings("logs:CreateLogStream", "logs:PutLogEvents"),
			Resources: &[]*string{group.LogGroupArn()},
		})},
	})
	return api, group, nil
}

// definition hands a schema to the library, which only reads files.
func definition(schema string) (awsappsync.Definition, error) {
	folder, err := os.MkdirTemp("", "schema-")
	if err != nil {
		return nil, fmt.Errorf("graphql schema: %w", err)
	}
	defer func() { _ = os.RemoveAll(folder) }()
	file := filepath.Join(folder, "schema.graphql")
	if err := os.WriteFile(file, []byte(schema), 0o600); err != nil {
		return nil, fmt.Errorf("graphql schema: %w", err)
	}
	return awsappsync.Definition_FromFile(&file), nil
}
