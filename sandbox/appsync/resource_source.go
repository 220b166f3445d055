package appsync

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
)

// sourceProperties are the properties of AWS::AppSync::DataSource that the sandbox knows.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-appsync-datasource.html
type sourceProperties struct {
	APIID          string `cfn:"ApiId"`
	Name           string
	Description    string `json:",omitempty"`
	Type           string
	ServiceRoleArn string
	DynamoDBConfig *dynamoDBConfig
	LambdaConfig   *lambdaConfig
}

type dynamoDBConfig struct {
	TableName string
	AwsRegion string
}

type lambdaConfig struct{ LambdaFunctionArn string }

// The types of data sources that the sandbox has.
const (
	sourceDynamoDB = "AMAZON_DYNAMODB"
	sourceLambda   = "AWS_LAMBDA"
	sourceNone     = "NONE"
)

// name is what AppSync accepts as the name of a data source or a function.
var name = regexp.MustCompile(`^[_A-Za-z][_0-9A-Za-z]*$`)

func (p *sourceProperties) check(region string) error {
	var faults []error
	fault := func(property, format string, args ...any) {
		faults = append(faults, fmt.Errorf(typeSource+"."+property+": "+format, args...))
	}
	if !name.MatchString(p.Name) {
		fault("Name", "got %q, want letters, digits and _", p.Name)
	}
	for of, configured := range map[string]bool{sourceDynamoDB: p.DynamoDBConfig != nil, sourceLambda: p.LambdaConfig != nil} {
		if p.Type != of && configured {
			fault("Type", "got %s with the configuration of %s, want its own alone", p.Type, of)
		}
	}
	if p.Type != sourceNone && p.ServiceRoleArn == "" {
		fault("ServiceRoleArn", "want the role of a data source of type %s", p.Type)
	}
	switch p.Type {
	case sourceDynamoDB:
		if c := p.DynamoDBConfig; c == nil || c.TableName == "" || c.AwsRegion != region {
			fault("DynamoDBConfig", "want TableName, and %s as AwsRegion: no other region is supported by the sandbox", region)
		}
	case sourceLambda:
		if c := p.LambdaConfig; c == nil || !strings.HasPrefix(c.LambdaFunctionArn, "arn:aws:lambda:"+region+":") {
			fault("LambdaConfig", "want LambdaFunctionArn, of a function in %s: no other region is supported by the sandbox", region)
		}
	case sourceNone:
		if p.ServiceRoleArn != "" {
			fault("Type", "got %s with ServiceRoleArn, want none", p.Type)
		}
	default:
		fault("Type", "got %q, want %s, %s or %s: no other is supported by the sandbox", p.Type, sourceDynamoDB, sourceLambda, sourceNone)
	}
	return errors.Join(faults...)
}

// readSourceProperties reads the properties of a data source and checks them.
func (s *Service) readSourceProperties(r aws.Resource) (p sourceProperties, err error) {
	if err := aws.Decode(typeSource, r.Properties, &p); err != nil {
		return p, err
	}
	return p, p.check(s.region)
}

func (s *Service) putSource(_ context.Context, r aws.Resource) (aws.State, error) {
	settings, err := s.readSourceProperties(r)
	if err != nil {
		return aws.State{}, err
	}
	err = save(s, r, spaceSources, settings.APIID, settings.Name, "data source "+settings.Name, settings)
	return s.sourceState("", settings), err
}

func (s *Service) sourceState(_ string, settings sourceProperties) aws.State {
	arn := s.arn(settings.APIID) + "/datasources/" + settings.Name
	return aws.State{PhysicalID: arn, Attributes: map[string]any{"DataSourceArn": arn, "Name": settings.Name}}
}

func (s *Service) deleteSource(_ context.Context, r aws.Resource) error {
	id, path := partOf(r.PhysicalID)
	if len(path) != 2 {
		return nil
	}
	return remove[sourceProperties](s, r, spaceSources, id, path[1])
}
