package dynamodb

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"lightbox.example/lightbox/sandbox/aws"
)

// readResource is a table as DynamoDB describes it, with its time to live, its backups and its tags. What it has though no template
// says it: keys of AWS's own, the class, and that nobody looks for hot keys.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html
func (e *Service) readResource(_ context.Context, of aws.Identifier) (map[string]any, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	t := e.tables[of["TableName"]]
	if t == nil {
		return nil, aws.ErrNoResource
	}
	here := replica{
		Region: e.region, DeletionProtectionEnabled: t.DeletionProtection, Tags: t.Tags, ReadOnDemandThroughputSettings: t.Throughput.reads(),
		PointInTimeRecoverySpecification: t.recovery(),
	}
	p := tableProperties{
		TableName: t.Name, AttributeDefinitions: kindsOf(t.Attributes), KeySchema: t.Key.elements(), BillingMode: t.BillingMode,
		WriteOnDemandThroughputSettings: t.Throughput.writes(),
	}
	p.TimeToLiveSpecification, p.StreamSpecification = t.times()
	for i := range t.Indexes {
		x := &t.Indexes[i]
		p.GlobalSecondaryIndexes = append(p.GlobalSecondaryIndexes, indexProperties{x.Name, x.Key.elements(), &x.Projection, x.Throughput.writes()})
		here.GlobalSecondaryIndexes = append(here.GlobalSecondaryIndexes, replicaIndex{x.Name, x.Throughput.reads()})
	}
	properties, replica := aws.Encode(p), aws.Encode(here)
	off := map[string]any{"Enabled": false}
	replica["ContributorInsightsSpecification"], replica["TableClass"] = off, "STANDARD"
	properties["Replicas"] = []any{replica}
	properties["SSESpecification"] = map[string]any{"SSEEnabled": false}
	maps.Copy(properties, e.state(t).Attributes)
	return properties, nil
}

// times are the time to live and the stream of a table; nil for none.
func (t *table) times() (life *TimeToLiveSpecification, of *streamProperties) {
	if t.TimeToLive.Enabled {
		life = &t.TimeToLive
	}
	if t.Stream != nil {
		of = &streamProperties{t.Stream.View}
	}
	return life, of
}

func (t *table) recovery() *recovery {
	r := &recovery{PointInTimeRecoveryEnabled: t.PointInTimeRecovery}
	if t.PointInTimeRecovery {
		r.RecoveryPeriodInDays = cmp.Or(t.RecoveryDays, defaultRecoveryDays)
	}
	return r
}

// reads and writes are the two halves of what a table's throughput is held to; nil for none.
func (t *OnDemandThroughput) reads() *readThroughput {
	if t == nil || t.MaxReadRequestUnits == 0 {
		return nil
	}
	return &readThroughput{int(t.MaxReadRequestUnits)}
}

func (t *OnDemandThroughput) writes() *writeThroughput {
	if t == nil || t.MaxWriteRequestUnits == 0 {
		return nil
	}
	return &writeThroughput{int(t.MaxWriteRequestUnits)}
}

func (e *Service) listResources(context.Context, aws.Identifier) (list []aws.Identifier, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(e.tables)) {
		list = append(list, aws.Identifier{"TableName": name})
	}
	return list, nil
}

func (e *Service) readARN(of aws.Identifier) string {
	if of["TableName"] == "" {
		return "*"
	}
	return e.tableARN(of["TableName"])
}
