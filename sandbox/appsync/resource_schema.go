package appsync

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"lightbox.example/lightbox/sandbox/appsync/graphql"
	"lightbox.example/lightbox/sandbox/aws"
)

// schemaProperties are the properties of AWS::AppSync::GraphQLSchema that the sandbox knows.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-appsync-graphqlschema.html
type schemaProperties struct {
	APIID                string `cfn:"ApiId"`
	Definition           string
	DefinitionS3Location string `json:",omitempty"`
}

// suffixSchema ends the physical id of a schema, after the API's id.
const suffixSchema = "GraphQLSchema"

func (s *Service) putSchema(ctx context.Context, r aws.Resource) (aws.State, error) {
	var settings schemaProperties
	if err := aws.Decode(typeSchema, r.Properties, &settings); err != nil {
		return aws.State{}, err
	}
	if err := s.fetched(ctx, false, typeSchema, "Definition", &settings.Definition, &settings.DefinitionS3Location, schemaLimit); err != nil {
		return aws.State{}, err
	}
	a := s.api(settings.APIID)
	if a == nil {
		return aws.State{}, fmt.Errorf("%s.ApiId: there is no GraphQL API %q", typeSchema, settings.APIID)
	}
	if err := settings.check(a.settings.accepts); err != nil {
		return aws.State{}, err
	}
	id := settings.APIID + suffixSchema
	err := save(s, r, spaceSchemas, settings.APIID, "", "schema", settings)
	return aws.State{PhysicalID: id, Attributes: map[string]any{"Id": id}}, err
}

func (s *Service) deleteSchema(_ context.Context, r aws.Resource) error {
	return remove[schemaProperties](s, r, spaceSchemas, strings.TrimSuffix(r.PhysicalID, suffixSchema), "")
}

// directives are those of AppSync that the sandbox carries out, by the way to prove who one is that they need.
var directives = map[string]string{"aws_iam": byIAM, "aws_cognito_user_pools": byUserPool, "aws_api_key": byKey}

// checkSchemaProperties refuses what no API could have.
func (s *Service) checkSchemaProperties(r aws.Resource) error {
	var p schemaProperties
	if err := aws.Decode(typeSchema, r.Properties, &p); err != nil {
		return err
	}
	err := s.fetched(context.Background(), true, typeSchema, "Definition", &p.Definition, &p.DefinitionS3Location, schemaLimit)
	if err != nil || p.DefinitionS3Location != "" {
		return err
	}
	return p.check(func(string) bool { return true })
}

// check refuses a schema that does not hold together, and what the sandbox does not carry out. Accepts tells whether callers may
// prove who they are that way.
func (p *schemaProperties) check(accepts func(mode string) bool) error {
	schema, err := graphql.LoadSchema(p.Definition)
	if err != nil {
		return fmt.Errorf("%s.Definition: %w", typeSchema, err)
	}
	var faults []error
	fault := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf(typeSchema+".Definition: "+format, args...))
	}
	if schema.Query == nil {
		fault("want a type Query")
	}
	for _, of := range schema.Types {
		if of.BuiltIn || strings.HasPrefix(of.Name, "__") {
			continue
		}
		if of.Kind == ast.Scalar && (of.Position == nil || of.Position.Src.Name == "schema.graphql") {
			fault("scalar %s: AppSync has no scalars but its own", of.Name)
		}
		checkDirectives(fault, accepts, of.Name, of.Directives)
		for _, f := range of.Fields {
			checkDirectives(fault, accepts, of.Name+"."+f.Name, f.Directives)
		}
	}
	checkSubscriptions(fault, schema)
	return errors.Join(faults...)
}

func checkDirectives(fault func(string, ...any), accepts func(mode string) bool, place string, given ast.DirectiveList) {
	for _, d := range given {
		mode, known := directives[d.Name]
		switch {
		case d.Name == "deprecated" || d.Name == "aws_subscribe":
		case !known:
			fault("%s: the directive @%s is not supported by the sandbox", place, d.Name)
		case !accepts(mode):
			fault("%s: the directive @%s needs %s, which the API does not have", place, d.Name, mode)
		}
	}
}

// checkSubscriptions wants @aws_subscribe to name mutations, whose type is the subscription's.
func checkSubscriptions(fault func(string, ...any), schema *ast.Schema) {
	if schema.Subscription == nil {
		return
	}
	for _, f := range schema.Subscription.Fields {
		for _, name := range listed(f.Directives.ForName("aws_subscribe"), "mutations") {
			var mutation *ast.FieldDefinition
			if schema.Mutation != nil {
				mutation = schema.Mutation.Fields.ForName(name)
			}
			switch {
			case mutation == nil:
				fault("Subscription.%s: @aws_subscribe: there is no mutation %q", f.Name, name)
			case mutation.Type.Name() != f.Type.Name():
				fault("Subscription.%s: @aws_subscribe: got the type %s, want %s as the mutation %s has", f.Name, f.Type.Name(), mutation.Type.Name(), name)
			}
		}
	}
}
