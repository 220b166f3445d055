package constructs

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsappsync"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawsappsync"
	"github.com/aws/constructs-go/constructs/v10"
)

// ResolverProps say what resolves a field.
type ResolverProps struct {
	API awsappsync.GraphqlApi
	// Type and Field name the field, as in "Query" and "getProduct".
	Type, Field string
	// Code is APPSYNC_JS. In a pipeline it runs before and after the functions.
	Code string
	// Source is the data source of a unit resolver, nil in a pipeline.
	Source awsappsync.BaseDataSource
	// Functions are the steps of a pipeline.
	Functions []awsappsync.AppsyncFunction
}

// NewResolver defines the resolver of one field; the code is inline, so the template
// says all there is to know.
//
// See https://docs.aws.amazon.com/appsync/latest/devguide/resolver-reference-overview-js.html.
func NewResolver(scope constructs.Construct, id string, props ResolverProps) awsappsync.Resolver {
	var steps *[]interfacesawsappsync.IFunctionConfigurationRef
	if len(props.Functions) > 0 {
		steps = &[]interfacesawsappsync.IFunctionConfigurationRef{}
		for _, function := range props.Functions {
			*steps = append(*steps, function)
		}
	}
	return awsappsync.NewResolver(scope, &id, &awsappsync.ResolverProps{
		Api:            props.API,
		TypeName:       &props.Type,
		FieldName:      &props.Field,
		Code:           awsappsync.Code_FromInline(&props.Code),
		Runtime:        awsappsync.FunctionRuntime_JS_1_0_0(),
		DataSource:     props.Source,
		PipelineConfig: steps,
	})
}

// NewResolverFunction defines one step of pipelines.
func NewResolverFunction(scope constructs.Construct, id string, api awsappsync.GraphqlApi, source awsappsync.BaseDataSource, code string) awsappsync.AppsyncFunction {
	return awsappsync.NewAppsyncFunction(scope, &id, &awsappsync.AppsyncFunctionProps{
		Api:        api,
		Name:       &id,
		DataSource: source,
		Code:       awsappsync.Code_FromInline(&code),
		Runtime:    awsappsync.FunctionRuntime_JS_1_0_0(),
	})
}
