package dynamodb

import (
	"context"
	"errors"
	"fmt"

	"lightbox.example/lightbox/sandbox/aws"
)

const plainTable = "AWS::DynamoDB::Table"

// plainProperties are the properties of AWS::DynamoDB::Table that the sandbox knows: the table of awscdk's older construct. Its
// throughput is kept as a number, and nobody is held to it.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
type plainProperties struct {
	TableName                        string
	AttributeDefinitions             []AttributeDefinition
	KeySchema                        []KeySchemaElement
	BillingMode                      string
	ProvisionedThroughput            *plainProvisioned
	OnDemandThroughput               *plainOnDemand
	GlobalSecondaryIndexes           []plainIndex
	LocalSecondaryIndexes            []LocalSecondaryIndex
	TimeToLiveSpecification          *TimeToLiveSpecification
	StreamSpecification              *streamProperties
	PointInTimeRecoverySpecification *recovery
	DeletionProtectionEnabled        bool
	SSESpecification                 *plainSSE
	TableClass                       string
	Tags                             []Tag
}

type plainIndex struct {
	IndexName             string
	KeySchema             []KeySchemaElement
	Projection            *Projection
	ProvisionedThroughput *plainProvisioned
	OnDemandThroughput    *plainOnDemand
}

type plainSSE struct{ SSEEnabled bool }

type plainOnDemand struct{ MaxReadRequestUnits, MaxWriteRequestUnits int }

type plainProvisioned struct{ ReadCapacityUnits, WriteCapacityUnits int }

func (t *plainOnDemand) of() *OnDemandThroughput {
	if t == nil {
		return nil
	}
	return &OnDemandThroughput{MaxReadRequestUnits: int64(t.MaxReadRequestUnits), MaxWriteRequestUnits: int64(t.MaxWriteRequestUnits)}
}

func (t *plainProvisioned) of() *ProvisionedThroughput {
	if t == nil {
		return nil
	}
	return &ProvisionedThroughput{ReadCapacityUnits: int64(t.ReadCapacityUnits), WriteCapacityUnits: int64(t.WriteCapacityUnits)}
}

func (t *OnDemandThroughput) plain() *plainOnDemand {
	if t == nil {
		return nil
	}
	return &plainOnDemand{int(t.MaxReadRequestUnits), int(t.MaxWriteRequestUnits)}
}

func (t *ProvisionedThroughput) plain() *plainProvisioned {
	if t == nil {
		return nil
	}
	return &plainProvisioned{int(t.ReadCapacityUnits), int(t.WriteCapacityUnits)}
}

// plainTableOf is the table that a resource declares, without what it gets when it is made.
func plainTableOf(r aws.Resource) (*table, error) {
	var p plainProperties
	if err := aws.Decode(plainTable, r.Properties, &p); err != nil {
		return nil, err
	}
	in := CreateTableInput{
		TableName: r.PhysicalID, AttributeDefinitions: p.AttributeDefinitions, KeySchema: p.KeySchema, BillingMode: p.BillingMode,
		ProvisionedThroughput: p.ProvisionedThroughput.of(), OnDemandThroughput: p.OnDemandThroughput.of(),
		DeletionProtectionEnabled: p.DeletionProtectionEnabled, Tags: p.Tags, LocalSecondaryIndexes: p.LocalSecondaryIndexes,
	}
	for _, x := range p.GlobalSecondaryIndexes {
		in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, GlobalSecondaryIndex{
			IndexName: x.IndexName, KeySchema: x.KeySchema, Projection: x.Projection,
			ProvisionedThroughput: x.ProvisionedThroughput.of(), OnDemandThroughput: x.OnDemandThroughput.of(),
		})
	}
	if err := errors.Join(append(p.check(), in.allFaults())...); err != nil {
		return nil, err
	}
	t := in.table()
	t.Owner = r.Owner()
	t.settle(p.TimeToLiveSpecification, p.StreamSpecification, p.PointInTimeRecoverySpecification)
	return t, nil
}

// check refuses what the sandbox doesn't do.
func (p *plainProperties) check() []error {
	faults := checkTimes(plainTable, p.TimeToLiveSpecification, p.StreamSpecification)
	if p.SSESpecification != nil && p.SSESpecification.SSEEnabled {
		faults = append(faults, fmt.Errorf("%s.SSESpecification.SSEEnabled: got true, want false: the sandbox has no keys of KMS", plainTable))
	}
	if p.TableClass != "" && p.TableClass != "STANDARD" {
		faults = append(faults, fmt.Errorf("%s.TableClass: got %q, want STANDARD: no other is supported by the sandbox", plainTable, p.TableClass))
	}
	return faults
}

// readPlain is a table as DynamoDB describes it, with what it has though no template says it.
func (e *Service) readPlain(_ context.Context, of aws.Identifier) (map[string]any, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	t := e.tables[of["TableName"]]
	if t == nil {
		return nil, aws.ErrNoResource
	}
	p := plainProperties{
		TableName: t.Name, AttributeDefinitions: kindsOf(t.Attributes), KeySchema: t.Key.elements(), BillingMode: t.BillingMode,
		ProvisionedThroughput: t.Provisioned.plain(), OnDemandThroughput: t.Throughput.plain(), DeletionProtectionEnabled: t.DeletionProtection,
		PointInTimeRecoverySpecification: t.recovery(), TableClass: "STANDARD", Tags: t.Tags,
	}
	p.TimeToLiveSpecification, p.StreamSpecification = t.times()
	for i := range t.Indexes {
		x := &t.Indexes[i]
		if x.Local {
			p.LocalSecondaryIndexes = append(p.LocalSecondaryIndexes, LocalSecondaryIndex{x.Name, x.Key.elements(), &x.Projection})
			continue
		}
		p.GlobalSecondaryIndexes = append(p.GlobalSecondaryIndexes, plainIndex{
			x.Name, x.Key.elements(), &x.Projection, x.Provisioned.plain(), x.Throughput.plain(),
		})
	}
	properties := aws.Encode(p)
	properties["ContributorInsightsSpecification"], properties["SSESpecification"] = map[string]any{"Enabled": false}, map[string]any{"SSEEnabled": false}
	state := e.state(t)
	for _, name := range []string{"Arn", "StreamArn"} {
		if value, ok := state.Attributes[name]; ok {
			properties[name] = value
		}
	}
	return properties, nil
}
