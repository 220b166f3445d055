package dynamodb

import (
	"lightbox.example/lightbox/sandbox/store"
)

// A TableDescription is a table as DescribeTable has it.
type TableDescription struct {
	TableName                 string
	TableArn                  string
	TableId                   string //nolint:staticcheck // DynamoDB's name
	TableStatus               string
	CreationDateTime          float64
	AttributeDefinitions      []AttributeDefinition
	KeySchema                 []KeySchemaElement
	GlobalSecondaryIndexes    []IndexDescription `json:",omitempty"`
	LocalSecondaryIndexes     []LocalDescription `json:",omitempty"`
	BillingModeSummary        *BillingModeSummary
	ProvisionedThroughput     throughputDescription
	OnDemandThroughput        *OnDemandThroughput `json:",omitempty"`
	DeletionProtectionEnabled bool
	StreamSpecification       *StreamSpecification `json:",omitempty"`
	LatestStreamArn           string               `json:",omitempty"`
	LatestStreamLabel         string               `json:",omitempty"`
	RestoreSummary            *RestoreSummary      `json:",omitempty"`
	ItemCount                 int64
	TableSizeBytes            int64
}

// An IndexDescription is an index as DescribeTable has it.
type IndexDescription struct {
	IndexName             string
	IndexArn              string
	IndexStatus           string
	KeySchema             []KeySchemaElement
	Projection            Projection
	ProvisionedThroughput throughputDescription
	OnDemandThroughput    *OnDemandThroughput `json:",omitempty"`
	ItemCount             int64
	IndexSizeBytes        int64
}

// A StreamSpecification says which images a table's stream has.
type StreamSpecification struct {
	StreamEnabled  bool
	StreamViewType string
}

// BillingModeSummary is how a table is paid for.
type BillingModeSummary struct{ BillingMode string }

type throughputDescription struct {
	NumberOfDecreasesToday, ReadCapacityUnits, WriteCapacityUnits int64
}

// DescribeLimitsInput is the request of DescribeLimits.
type DescribeLimitsInput struct{}

// DescribeLimitsOutput is its response.
type DescribeLimitsOutput struct {
	AccountMaxReadCapacityUnits, AccountMaxWriteCapacityUnits int64
	TableMaxReadCapacityUnits, TableMaxWriteCapacityUnits     int64
}

// describeLimits answers with the quotas of a new account.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
func (e *Service) describeLimits(*DescribeLimitsInput) (*DescribeLimitsOutput, error) {
	return &DescribeLimitsOutput{80_000, 80_000, 40_000, 40_000}, nil
}

// DescribeTableInput is the request of DescribeTable.
type DescribeTableInput struct {
	TableName string `required:"true" shape:"TableName"`
}

// DescribeTableOutput is its response.
type DescribeTableOutput struct{ Table TableDescription }

func (e *Service) describeTable(in *DescribeTableInput) (*DescribeTableOutput, error) {
	t, err := e.tableByName(in.TableName)
	if err != nil {
		return nil, err
	}
	out := &DescribeTableOutput{e.describe(t)}
	return out, e.store.View(func(tx store.Reader) error { return out.Table.count(tx, t) })
}

// tableARN is the Amazon Resource Name of a table with that name, whether it is there or not.
func (e *Service) tableARN(name string) string {
	return "arn:aws:dynamodb:" + e.region + ":" + e.account + ":table/" + name
}

// describe is a table without its counts.
func (e *Service) describe(t *table) TableDescription {
	d := TableDescription{
		TableName: t.Name, TableArn: e.tableARN(t.Name), TableId: t.ID, TableStatus: "ACTIVE", CreationDateTime: t.Created,
		AttributeDefinitions: kindsOf(t.Attributes), KeySchema: t.Key.elements(),
		BillingModeSummary: &BillingModeSummary{t.BillingMode}, OnDemandThroughput: t.Throughput,
		DeletionProtectionEnabled: t.DeletionProtection, RestoreSummary: t.Restored,
	}
	if t.Provisioned != nil {
		d.ProvisionedThroughput.ReadCapacityUnits = t.Provisioned.ReadCapacityUnits
		d.ProvisionedThroughput.WriteCapacityUnits = t.Provisioned.WriteCapacityUnits
	}
	if t.Stream != nil {
		d.StreamSpecification = &StreamSpecification{true, t.Stream.View}
		d.LatestStreamArn, d.LatestStreamLabel = e.streamARN(t), t.Stream.Label
	}
	for _, x := range t.Indexes {
		if x.Local {
			d.LocalSecondaryIndexes = append(d.LocalSecondaryIndexes, LocalDescription{
				IndexName: x.Name, IndexArn: e.tableARN(t.Name) + "/index/" + x.Name, KeySchema: x.Key.elements(), Projection: x.Projection,
			})
			continue
		}
		of := IndexDescription{
			IndexName: x.Name, IndexArn: e.tableARN(t.Name) + "/index/" + x.Name, IndexStatus: "ACTIVE",
			KeySchema: x.Key.elements(), Projection: x.Projection, OnDemandThroughput: x.Throughput,
		}
		if x.Provisioned != nil {
			of.ProvisionedThroughput.ReadCapacityUnits = x.Provisioned.ReadCapacityUnits
			of.ProvisionedThroughput.WriteCapacityUnits = x.Provisioned.WriteCapacityUnits
		}
		d.GlobalSecondaryIndexes = append(d.GlobalSecondaryIndexes, of)
	}
	return d
}

func (s schema) elements() []KeySchemaElement {
	list := []KeySchemaElement{{s.Partition, "HASH"}}
	if s.Sort != "" {
		list = append(list, KeySchemaElement{s.Sort, "RANGE"})
	}
	return list
}

// ListTagsOfResourceInput is the request of ListTagsOfResource.
type ListTagsOfResourceInput struct {
	ResourceArn string `required:"true" min:"1" max:"1283"`
}

// ListTagsOfResourceOutput is its response.
type ListTagsOfResourceOutput struct{ Tags []Tag }

func (e *Service) listTagsOfResource(in *ListTagsOfResourceInput) (*ListTagsOfResourceOutput, error) {
	for _, t := range e.tables {
		if e.tableARN(t.Name) == in.ResourceArn {
			return &ListTagsOfResourceOutput{append([]Tag{}, t.Tags...)}, nil
		}
	}
	return nil, noResource(in.ResourceArn)
}
