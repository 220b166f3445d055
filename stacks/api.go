package stacks

import (
	"errors"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsappsync"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

	"lightbox.example/lightbox/api"
	"lightbox.example/lightbox/constructs"
	"lightbox.example/lightbox/internal/config"
)

// APIProps are the resources of other stacks that API needs.
type APIProps struct {
	UserPool  awscognito.IUserPool
	Client    awscognito.IUserPoolClient
	GuestRole awsiam.IRole
	UserRole  awsiam.IRole
	AdminRole awsiam.IRole
}

// publicFields are what IAM callers may use, guests, users and admins alike: a public
// page is the same for whoever looks at it.
var publicFields = []string{
	"Query.getProduct", "Query.listProducts", "Subscription.onProductPublished", "Subscription.onProductWithdrawn",
}

// NewAPI defines the API stack: the tables, the GraphQL API over them and who may call
// it with IAM credentials.
func NewAPI(app awscdk.App, cfg config.Config, props APIProps) error {
	stack := newStack(app, "API", "products, photos and comments", cfg)
	products := newTable(stack, cfg, "Products", constructs.Key{Partition: "id"}, map[string]constructs.Key{
		"byState": {Partition: "state", Sort: "createdAt"},
	})
	photos := newTable(stack, cfg, "Photos", constructs.Key{Partition: "photoId", Sort: "row"}, map[string]constructs.Key{
		"feed":    {Partition: "feed", Sort: "createdAt"},
		"byOwner": {Partition: "photoOwner", Sort: "createdAt"},
	})
	graphql, err := constructs.NewGraphQLAPI(stack, "GraphQL", constructs.GraphQLAPIProps{
		Name:     cfg.ResourceName(),
		Schema:   api.Schema(),
		Depth:    api.Depth(),
		UserPool: props.UserPool,
		Client:   props.Client,
		Environment: map[string]string{
			"PRODUCTS_TABLE": *products.TableName(),
			"PHOTOS_TABLE":   *photos.TableName(),
		},
		LogRetentionDays: cfg.LogRetentionDays,
		DisableTracing:   cfg.DisableTracing,
		Introspection:    cfg.Introspection,
		RemoveData:       cfg.RemoveData,
	})
	if err != nil {
		return err
	}
	sources := map[api.Source]awsappsync.BaseDataSource{
		api.Products: constructs.NewTableSource(stack, "Products", constructs.TableSourceProps{API: graphql, Table: products, Grants: api.Actions(api.Products)}),
		api.Photos:   constructs.NewTableSource(stack, "Photos", constructs.TableSourceProps{API: graphql, Table: photos, Grants: api.Actions(api.Photos)}),
		api.None:     graphql.AddNoneDataSource(jsii.String("NoneSource"), &awsappsync.DataSourceOptions{Name: jsii.String("None")}),
	}
	constructs.AllowFields(stack, "FieldAccess", graphql, publicFields, props.GuestRole, props.UserRole, props.AdminRole)
	output(stack, "GraphQLAPIURL", "Endpoint of the API", graphql.GraphqlUrl())
	output(stack, "GraphQLAPIID", "API that serves the endpoint", graphql.ApiId())
	output(stack, "GraphQLAPIRegion", "Region of the API", stack.Region())
	return addResolvers(stack, graphql, sources)
}

// newTable defines a table under the environment's protections.
func newTable(stack awscdk.Stack, cfg config.Config, id string, key constructs.Key, indexes map[string]constructs.Key) awsdynamodb.TableV2 {
	return constructs.NewTable(stack, id, constructs.TableProps{
		Key:                  key,
		Indexes:              indexes,
		MaxReadRequestUnits:  cfg.Tables.MaxReadRequestUnits,
		MaxWriteRequestUnits: cfg.Tables.MaxWriteRequestUnits,
		RemoveData:           cfg.RemoveData,
		AllowDeletion:        cfg.AllowDeletion,
	})
}

// addResolvers defines a resolver for each field of the API's wiring. A step that
// several pipelines share is one function.
func addResolvers(stack awscdk.Stack, graphql awsappsync.GraphqlApi, sources map[api.Source]awsappsync.BaseDataSource) error {
	code, err := resolverCode()
	if err != nil {
		return err
	}
	functions := map[string]awsappsync.AppsyncFunction{}
	for _, field := range api.Fields() {
		props := constructs.ResolverProps{API: graphql, Type: field.Type, Field: field.Name}
		if len(field.Steps) == 1 {
			props.Source, props.Code = sources[field.Source], code[field.Steps[0]]
			constructs.NewResolver(stack, field.Type+"."+field.Name, props)
			continue
		}
		props.Code = code[api.Pipeline]
		for _, step := range field.Steps {
			if functions[step] == nil {
				functions[step] = constructs.NewResolverFunction(stack, step, graphql, sources[field.Source], code[step])
			}
			props.Functions = append(props.Functions, functions[step])
		}
		constructs.NewResolver(stack, field.Type+"."+field.Name, props)
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
