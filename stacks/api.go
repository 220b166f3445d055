package stacks

import (
	"errors"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsappsync"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/jsii-runtime-go"

	"lightbox.example/lightbox/api"
	"lightbox.example/lightbox/constructs"
	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/config"
)

// APIProps are the resources of other stacks that API needs.
type APIProps struct {
	UserPool awscognito.IUserPool
	Client   awscognito.IUserPoolClient
	Roles    constructs.Roles
}

// NewAPI defines the API stack: the tables, the GraphQL API over them and who may call
// it with IAM credentials.
func NewAPI(app awscdk.App, cfg config.Config, props APIProps) error {
	if err := access.ValidateFields(access.Fields()); err != nil {
		return err
	}
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
	sources := map[access.Source]awsappsync.BaseDataSource{
		access.Products: constructs.NewTableSource(stack, "Products", constructs.TableSourceProps{API: graphql, Table: products, Grants: access.Actions(access.Products)}),
		access.Photos:   constructs.NewTableSource(stack, "Photos", constructs.TableSourceProps{API: graphql, Table: photos, Grants: access.Actions(access.Photos)}),
		access.None:     graphql.AddNoneDataSource(jsii.String("NoneSource"), &awsappsync.DataSourceOptions{Name: jsii.String("None")}),
	}
	constructs.AllowFields(stack, "FieldAccess", graphql, access.Public(access.Fields()), props.Roles)
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
