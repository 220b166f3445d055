package system

import (
	"fmt"
	"slices"
	"strings"
)

// api reads the GraphQL API: its schema, its resolvers and what they can reach.
func (r *reader) api() {
	api, ok := r.only("AWS::AppSync::GraphQLApi")
	schema, ok2 := r.only("AWS::AppSync::GraphQLSchema")
	if !ok || !ok2 {
		return
	}
	id, err := api.attribute("ApiId")
	if err != nil {
		r.fault("%s: %w", api.Path, err)
	}
	text, _ := schema.Properties["Definition"].(string)
	if text == "" {
		r.fault("%s: got no Definition, want the schema's text: a schema elsewhere cannot be proven", schema.Path)
	}
	r.decides(schema.At, "Definition")
	r.system.API = API{
		At: api.At, ID: id, ARN: api.PhysicalID, Schema: text, SchemaAt: schema.At,
		Properties: api.Properties,
	}
	r.sources()
	functions := map[string]Step{}
	for _, p := range r.all("AWS::AppSync::FunctionConfiguration") {
		function, err := p.attribute("FunctionId")
		if err != nil {
			r.fault("%s: %w", p.Path, err)
		}
		source, _ := p.Properties["DataSourceName"].(string)
		functions[function] = Step{At: p.At, Code: r.code(p), Source: source}
		r.system.API.Functions = append(r.system.API.Functions, functions[function])
	}
	for _, p := range r.all("AWS::AppSync::Resolver") {
		r.system.API.Resolvers = append(r.system.API.Resolvers, r.resolver(p, functions))
	}
	slices.SortFunc(r.system.API.Resolvers, func(a, b Resolver) int {
		return strings.Compare(a.FieldPath(), b.FieldPath())
	})
}

func (r *reader) resolver(p part, functions map[string]Step) Resolver {
	resolver := Resolver{At: p.At, Code: r.code(p)}
	resolver.Type, _ = p.Properties["TypeName"].(string)
	resolver.Field, _ = p.Properties["FieldName"].(string)
	resolver.Source, _ = p.Properties["DataSourceName"].(string)
	resolver.Kind, _ = p.Properties["Kind"].(string)
	pipeline, _ := p.Properties["PipelineConfig"].(map[string]any)
	for _, id := range Items(pipeline["Functions"]) {
		step, found := functions[fmt.Sprint(id)]
		if !found {
			r.fault("%s: got the function %v, want one of the assembly", p.Path, id)
		}
		resolver.Steps = append(resolver.Steps, step)
	}
	if (resolver.Source == "") == (len(resolver.Steps) == 0) {
		r.fault("%s: got neither a data source nor functions, or both; want one of them", p.Path)
	}
	return resolver
}

// code is the inline code of a resolver or function for the runtime that the proof can run.
func (r *reader) code(p part) string {
	code, _ := p.Properties["Code"].(string)
	runtime, _ := p.Properties["Runtime"].(map[string]any)
	if code == "" || runtime["Name"] != "APPSYNC_JS" || runtime["RuntimeVersion"] != "1.0.0" {
		r.fault("%s: got no inline code for APPSYNC_JS 1.0.0, want it: nothing else can be proven", p.Path)
	}
	return code
}

// sources reads the data sources over tables and functions, by name.
func (r *reader) sources() {
	byName := map[string]part{}
	for _, p := range r.all("AWS::DynamoDB::GlobalTable") {
		byName[p.PhysicalID] = p
	}
	tables, invocations := map[string]Table{}, map[string]Invocation{}
	for _, p := range r.all("AWS::AppSync::DataSource") {
		name, _ := p.Properties["Name"].(string)
		switch p.Properties["Type"] {
		case "NONE":
		case "AMAZON_DYNAMODB":
			config, _ := p.Properties["DynamoDBConfig"].(map[string]any)
			physical, _ := config["TableName"].(string)
			table, found := byName[physical]
			if !found {
				r.fault("%s: got the table %q, want one of the assembly", p.Path, physical)
				continue
			}
			tables[name] = r.table(p, table)
		case "AWS_LAMBDA":
			invocations[name] = r.invocation(p)
		default:
			r.fault("%s: got a data source of type %v, want AMAZON_DYNAMODB, AWS_LAMBDA or NONE", p.Path, p.Properties["Type"])
		}
	}
	r.system.API.Tables, r.system.API.Invocations = tables, invocations
}

func (r *reader) table(source, table part) Table {
	arn, err := table.attribute("Arn")
	if err != nil {
		r.fault("%s: %w", table.Path, err)
	}
	stream, err := table.attribute("StreamArn")
	if err != nil {
		r.fault("%s: %w", table.Path, err)
	}
	return Table{
		At: table.At, Name: table.PhysicalID, ARN: arn, StreamARN: stream, Role: r.service(source, "ServiceRoleArn"),
		Properties: table.Properties,
	}
}
