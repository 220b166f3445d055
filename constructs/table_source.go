package constructs

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsappsync"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// TableSourceProps say what the resolvers of a data source do with its table.
type TableSourceProps struct {
	API   awsappsync.GraphqlApi
	Table awsdynamodb.ITable
	// Actions are those that the resolvers use on the table's own rows, such as
	// "dynamodb:GetItem".
	Actions []string
	// Indexes are the names of the indexes that they query.
	Indexes []string
}

// NewTableSource defines a data source over a table whose role may do just what the
// resolvers use. The library's own grant is twelve actions, Scan among them.
func NewTableSource(scope constructs.Construct, id string, props TableSourceProps) awsappsync.BaseDataSource {
	role := awsiam.NewRole(scope, jsii.Sprintf("%sRole", id), &awsiam.RoleProps{
		Description: jsii.Sprintf("What the resolvers of %s may do with its table", id),
		AssumedBy:   awsiam.NewServicePrincipal(jsii.String("appsync.amazonaws.com"), nil),
	})
	statements := []awsiam.PolicyStatement{awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Actions:   jsii.Strings(props.Actions...),
		Resources: &[]*string{props.Table.TableArn()},
	})}
	if len(props.Indexes) > 0 {
		var arns []*string
		for _, index := range props.Indexes {
			arns = append(arns, jsii.Sprintf("%s/index/%s", *props.Table.TableArn(), index))
		}
		statements = append(statements, awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Actions:   jsii.Strings("dynamodb:Query"),
			Resources: &arns,
		}))
	}
	awsiam.NewPolicy(scope, jsii.Sprintf("%sAccess", id), &awsiam.PolicyProps{
		Roles:      &[]awsiam.IRole{role},
		Statements: &statements,
	})
	return awsappsync.NewDynamoDbDataSource(scope, &id, &awsappsync.DynamoDbDataSourceProps{
		Api:   props.API,
		Name:  &id,
		Table: props.Table,
		// The grant that comes with the data source finds nothing to write to.
		ServiceRole: role.WithoutPolicyUpdates(nil),
	})
}
