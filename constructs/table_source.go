package constructs

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsappsync"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"lightbox.example/lightbox/internal/access"
)

// TableSourceProps say what the resolvers of a data source do with its table.
type TableSourceProps struct {
	API   awsappsync.GraphqlApi
	Table awsdynamodb.ITable
	// Grants are the actions that the resolvers use, on the table and on its indexes.
	Grants []access.Grant
}

// NewTableSource defines a data source over a table whose role may do just what the
// resolvers use. The library's own grant is twelve actions, Scan among them.
//
// See https://docs.aws.amazon.com/appsync/latest/devguide/attaching-a-data-source.html.
func NewTableSource(scope constructs.Construct, id string, props TableSourceProps) awsappsync.BaseDataSource {
	role := awsiam.NewRole(scope, jsii.Sprintf("%sRole", id), &awsiam.RoleProps{
		Description: jsii.Sprintf("What resolvers may do with the table of %s", id),
		AssumedBy:   awsiam.NewServicePrincipal(jsii.String("appsync.amazonaws.com"), nil),
	})
	statements := tableStatements(nil, props.Table, props.Grants)
	awsiam.NewPolicy(scope, jsii.Sprintf("%sAccess", id), &awsiam.PolicyProps{
		Roles:      &[]awsiam.IRole{role},
		Statements: &statements,
	})
	return awsappsync.NewDynamoDbDataSource(scope, jsii.Sprintf("%sSource", id), &awsappsync.DynamoDbDataSourceProps{
		Api:   props.API,
		Name:  &id,
		Table: props.Table,
		// The grant that comes with the data source finds nothing to write to.
		ServiceRole: role.WithoutPolicyUpdates(nil),
	})
}

// tableStatements allow what a table's grants say, on the table and on its indexes. Their Sids are begun by a word, or there are none.
func tableStatements(sid *string, table awsdynamodb.ITable, grants []access.Grant) (all []awsiam.PolicyStatement) {
	for _, grant := range grants {
		name := sid
		if sid != nil && grant.Index != "" {
			name = jsii.String(*sid + strings.ToUpper(grant.Index[:1]) + grant.Index[1:])
		}
		all = append(all, awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid:       name,
			Actions:   jsii.Strings(grant.Actions...),
			Resources: jsii.Strings(grant.On(*table.TableArn())),
		}))
	}
	return all
}
