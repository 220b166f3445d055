package stacks

import (
	"errors"
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsappsync"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/jsii-runtime-go"

	"lightbox.example/lightbox/api"
	"lightbox.example/lightbox/constructs"
	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/functions"
)

// APIProps are the resources of other stacks that API needs.
type APIProps struct {
	UserPool awscognito.IUserPool
	Client   awscognito.IUserPoolClient
	Roles    constructs.Roles
	// Bucket has people's files.
	Bucket awss3.IBucket
	// Failures gets what functions could not deal with of a table's stream.
	Failures awss3.IBucket
	CDN      CDN
	// Declared are the functions that there are to be, and Functions builds their code.
	Declared  []access.Function
	Functions functions.Builder
}

// API is what clients call, and what it stands on.
type API struct {
	// ID is the GraphQL API's.
	ID     *string
	Tables map[access.Source]awsdynamodb.TableV2
	// Functions are those that resolvers, streams and events call, by their data sources.
	Functions map[access.Source]awslambda.Function
	// Mappings are from streams to functions, by their construct ids.
	Mappings map[string]awslambda.CfnEventSourceMapping
	// Log is the name of the API's log group.
	Log *string
}

// NewAPI defines the API stack: the tables, the GraphQL API over them and who may call
// it with IAM credentials.
func NewAPI(app awscdk.App, cfg config.Config, props APIProps) (API, error) {
	if err := errors.Join(access.ValidateFields(access.Fields()), access.ValidateFunctions(props.Declared, access.Rules())); err != nil {
		return API{}, err
	}
	stack := newStack(app, "API", "products, photos and comments", cfg)
	products := newTable(stack, cfg, props.Declared, access.Products, constructs.Key{Partition: "id"}, map[string]constructs.Key{
		"byState": {Partition: "state", Sort: "createdAt"},
	})
	photos := newTable(stack, cfg, props.Declared, access.Photos, constructs.Key{Partition: "photoId", Sort: "row"}, map[string]constructs.Key{
		"feed":     {Partition: "feed", Sort: "createdAt"},
		"byOwner":  {Partition: "photoOwner", Sort: "createdAt"},
		"byAuthor": {Partition: "owner", Sort: "createdAt"},
	})
	graphql, log, err := constructs.NewGraphQLAPI(stack, "GraphQL", constructs.GraphQLAPIProps{
		Name:     cfg.ResourceName(),
		Schema:   api.Schema(),
		Depth:    api.Depth(),
		UserPool: props.UserPool,
		Client:   props.Client,
		Environment: map[string]string{
			"PRODUCTS_TABLE":     *products.TableName(),
			"PHOTOS_TABLE":       *photos.TableName(),
			"USER_POOL_PROVIDER": *props.UserPool.UserPoolProviderName(),
			"CDN_URL":            *props.CDN.URL,
			"PICTURES_PER_DAY":   strconv.Itoa(cfg.Pictures.PerDay),
			"PHOTOS_PER_USER":    strconv.Itoa(cfg.Pictures.PerUser),
			"BYTES_PER_USER":     strconv.Itoa(cfg.Pictures.BytesPerUser),
		},
		LogRetentionDays: cfg.LogRetentionDays,
		DisableTracing:   cfg.DisableTracing,
		Introspection:    cfg.Introspection,
		RemoveData:       cfg.RemoveData,
	})
	if err != nil {
		return API{}, err
	}
	constructs.StandBefore(stack, graphql.Arn(), cfg.API.WebACLARN)
	tables := map[access.Source]awsdynamodb.TableV2{access.Products: products, access.Photos: photos}
	made, err := newFunctions(stack, cfg, props, tables)
	if err != nil {
		return API{}, err
	}
	sources := map[access.Source]awsappsync.BaseDataSource{
		access.Products: constructs.NewTableSource(stack, "Products", constructs.TableSourceProps{API: graphql, Table: products, Grants: access.Actions(access.Products)}),
		access.Photos:   constructs.NewTableSource(stack, "Photos", constructs.TableSourceProps{API: graphql, Table: photos, Grants: access.Actions(access.Photos)}),
		access.None:     graphql.AddNoneDataSource(jsii.String("NoneSource"), &awsappsync.DataSourceOptions{Name: jsii.String("None")}),
	}
	for _, function := range props.Declared {
		if source := function.Source(); function.IsInvoked() {
			sources[source] = constructs.NewFunctionSource(stack, string(source), graphql, made[source])
		}
	}
	constructs.AllowFields(stack, graphql, access.Fields(), props.Roles)
	output(stack, "GraphQLAPIURL", "Endpoint of the API", graphql.GraphqlUrl())
	output(stack, "GraphQLAPIID", "API that serves the endpoint", graphql.ApiId())
	output(stack, "GraphQLAPIRegion", "Region of the API", stack.Region())
	return API{
		ID: graphql.ApiId(), Tables: tables, Functions: made, Mappings: mappings(stack, props.Declared), Log: log.LogGroupName(),
	}, addResolvers(stack, graphql, sources)
}

// mappings are those that functions have brought with them.
func mappings(stack awscdk.Stack, declared []access.Function) map[string]awslambda.CfnEventSourceMapping {
	found := map[string]awslambda.CfnEventSourceMapping{}
	for _, function := range declared {
		for _, stream := range function.Streams {
			id := function.StreamID(stream)
			found[id] = stack.Node().FindChild(&id).(awslambda.CfnEventSourceMapping)
		}
	}
	return found
}

// newFunctions defines the functions that resolvers call, by their data source.
func newFunctions(stack awscdk.Stack, cfg config.Config, props APIProps, tables map[access.Source]awsdynamodb.TableV2) (map[access.Source]awslambda.Function, error) {
	made, faults := map[access.Source]awslambda.Function{}, []error{}
	for _, function := range props.Declared {
		if function.IsTrigger() {
			continue // it stands in Auth
		}
		bundle, err := props.Functions(string(function.Name))
		if err != nil {
			faults = append(faults, err)
			continue
		}
		own := constructs.FunctionProps{
			Function: function, Bundle: bundle, Bucket: props.Bucket, Rules: access.Rules(),
			Tables: tables, Failures: props.Failures, Distribution: props.CDN.ARN, UserPool: props.UserPool.UserPoolArn(),
			MemoryMB: 512, TimeoutSeconds: 25,
			Environment:      map[string]string{"BUCKET": *props.Bucket.BucketName()},
			CountEvents:      cfg.Alarms.Email != "",
			LogRetentionDays: cfg.LogRetentionDays, DisableTracing: cfg.DisableTracing, RemoveData: cfg.RemoveData,
		}
		switch function.Name {
		case access.Pictures:
			// Memory is processors too: this is a whole one. AppSync waits for 30 seconds.
			own.MemoryMB, own.ReservedConcurrency = 1769, cfg.Pictures.ReservedConcurrency
			own.Environment["GOMEMLIMIT"] = "1100MiB"
			own.Environment["KEEP_ORIGINALS"] = strconv.FormatBool(!cfg.Pictures.DropOriginals)
			own.Environment["AVIF"] = strconv.FormatBool(cfg.Pictures.AVIF)
		case access.Remover:
			own.TimeoutSeconds = 900 // what is much is removed in one go: nobody waits for it
			own.Environment["PRODUCTS_TABLE"] = *tables[access.Products].TableName()
			own.Environment["PHOTOS_TABLE"] = *tables[access.Photos].TableName()
			own.Environment["DISTRIBUTION"] = *props.CDN.ID
			own.Environment["USER_POOL"] = *props.UserPool.UserPoolId()
			own.Environment["FAILURES"] = *props.Failures.BucketName()
			own.Environment["READ_UNITS"] = strconv.Itoa(cfg.Tables.MaxReadRequestUnits) // it reads all rows, at half of that
		}
		made[function.Source()] = constructs.NewFunction(stack, own)
		constructs.NewFunctionEvents(stack, constructs.FunctionEventsProps{
			Declared: function, Function: made[function.Source()], Bucket: props.Bucket, Rules: access.Rules(),
		})
	}
	return made, errors.Join(faults...)
}

// newTable defines a table under the environment's protections, with a stream if a function hears of it.
func newTable(stack awscdk.Stack, cfg config.Config, declared []access.Function, source access.Source, key constructs.Key, indexes map[string]constructs.Key) awsdynamodb.TableV2 {
	return constructs.NewTable(stack, string(source), constructs.TableProps{
		Key:                  key,
		Indexes:              indexes,
		Stream:               access.Streamed(declared, source),
		MaxReadRequestUnits:  cfg.Tables.MaxReadRequestUnits,
		MaxWriteRequestUnits: cfg.Tables.MaxWriteRequestUnits,
		RemoveData:           cfg.RemoveData,
		AllowDeletion:        cfg.AllowDeletion,
	})
}

// addResolvers defines a resolver for each field of the API's table that has steps. A step that
// several pipelines share is one function.
func addResolvers(stack awscdk.Stack, graphql awsappsync.GraphqlApi, sources map[access.Source]awsappsync.BaseDataSource) error {
	code, err := resolverCode()
	if err != nil {
		return err
	}
	functions := map[string]awsappsync.AppsyncFunction{}
	steps := access.Steps()
	for _, field := range access.Fields() {
		props := constructs.ResolverProps{API: graphql, Type: field.Type, Field: field.Name}
		switch len(field.Steps) {
		case 0:
			continue
		case 1:
			props.Source, props.Code = sources[steps[field.Steps[0]].Source], code[field.Steps[0]]
		default:
			props.Code = code[access.Pipeline]
			for _, step := range field.Steps {
				if functions[step] == nil {
					functions[step] = constructs.NewResolverFunction(stack, step, graphql, sources[steps[step].Source], code[step])
				}
				props.Functions = append(props.Functions, functions[step])
			}
		}
		constructs.NewResolver(stack, field.Path(), props)
	}
	return nil
}

// resolverCode bundles every resolver, by name.
func resolverCode() (map[string]string, error) {
	code := map[string]string{}
	var faults []error
	for _, name := range api.Names() {
		bundle, err := api.Resolver(name)
		code[name] = bundle
		faults = append(faults, err)
	}
	return code, errors.Join(faults...)
}
