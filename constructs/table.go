package constructs

import (
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// Key names the attributes of a table's or an index's key; all of them are strings.
type Key struct {
	Partition string
	// Sort is empty where the partition key alone is the key.
	Sort string
}

// TableProps are the settings of a table. The zero value keeps its data and is
// protected from deletion.
type TableProps struct {
	Key     Key
	Indexes map[string]Key
	// Name is that of a table that was restored, which has to be imported, and ID its logical id. Both are empty for a table that
	// CloudFormation makes and names. As the name is taken, a deployment without the import is refused, where it would
	// make an empty table otherwise.
	Name, ID string
	// Stream keeps what changes its items for a day, as they were and as they are, for functions.
	Stream bool
	// MaxReadRequestUnits and MaxWriteRequestUnits are the ceilings of on-demand
	// traffic a second: one for the table and one more for each index. DynamoDB holds
	// to them as best it can; bursts may pass.
	MaxReadRequestUnits, MaxWriteRequestUnits int
	// RemoveData deletes the table with its stack.
	RemoveData bool
	// AllowDeletion switches DynamoDB's deletion protection off.
	AllowDeletion bool
}

// NewTable defines an on-demand table that can be restored to any second of the last
// 35 days. A key can't be changed in place: a new key needs a new construct id.
//
// See https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode-max-throughput.html.
func NewTable(scope constructs.Construct, id string, props TableProps) awsdynamodb.TableV2 {
	reads, writes := jsii.Number(props.MaxReadRequestUnits), jsii.Number(props.MaxWriteRequestUnits)
	stream := awsdynamodb.StreamViewType_NEW_AND_OLD_IMAGES
	if !props.Stream {
		stream = ""
	}
	var name *string
	if props.Name != "" {
		name = &props.Name
	}
	table := awsdynamodb.NewTableV2(scope, &id, &awsdynamodb.TablePropsV2{
		TableName:    name,
		PartitionKey: attribute(props.Key.Partition),
		SortKey:      attribute(props.Key.Sort),
		Billing: awsdynamodb.Billing_OnDemand(&awsdynamodb.MaxThroughputProps{
			MaxReadRequestUnits: reads, MaxWriteRequestUnits: writes,
		}),
		PointInTimeRecoverySpecification: &awsdynamodb.PointInTimeRecoverySpecification{
			PointInTimeRecoveryEnabled: jsii.Bool(true),
		},
		DynamoStream:       stream,
		DeletionProtection: jsii.Bool(!props.AllowDeletion),
		RemovalPolicy:      removalOfProtected(props.RemoveData),
	})
	if props.ID != "" {
		table.Node().DefaultChild().(awscdk.CfnResource).OverrideLogicalId(&props.ID)
	}
	for _, name := range slices.Sorted(maps.Keys(props.Indexes)) {
		table.AddGlobalSecondaryIndex(&awsdynamodb.GlobalSecondaryIndexPropsV2{
			IndexName:    &name,
			PartitionKey: attribute(props.Indexes[name].Partition),
			SortKey:      attribute(props.Indexes[name].Sort),
			// As much as the table's: an index that can take less holds its writes back.
			MaxReadRequestUnits: reads, MaxWriteRequestUnits: writes,
		})
	}
	return table
}

func attribute(name string) *awsdynamodb.Attribute {
	if name == "" {
		return nil
	}
	return &awsdynamodb.Attribute{Name: &name, Type: awsdynamodb.AttributeType_STRING}
}
