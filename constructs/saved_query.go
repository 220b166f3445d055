package constructs

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"lightbox.example/lightbox/internal/alarms"
)

// NewSavedQuery keeps a question to some logs, by the names of their groups, where the console shows it.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-querydefinition.html
func NewSavedQuery(scope constructs.Construct, name string, query alarms.Query, logs []*string) {
	groups := []any{}
	for _, log := range logs {
		groups = append(groups, log)
	}
	awslogs.NewCfnQueryDefinition(scope, jsii.String(query.ID), &awslogs.CfnQueryDefinitionProps{
		Name: &name, QueryString: &query.Text, LogGroupNames: &groups,
	})
}
