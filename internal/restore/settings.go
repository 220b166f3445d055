package restore

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// declared are the settings of a table that DynamoDB does not restore, as AWS::DynamoDB::GlobalTable has them. Reading is said of
// the replica, and writing of the table.
type declared struct {
	StreamSpecification             *struct{ StreamViewType types.StreamViewType }
	TimeToLiveSpecification         *types.TimeToLiveSpecification
	WriteOnDemandThroughputSettings writes
	GlobalSecondaryIndexes          []struct {
		IndexName                       string
		WriteOnDemandThroughputSettings writes
	}
	Replicas []struct {
		DeletionProtectionEnabled        bool
		PointInTimeRecoverySpecification *types.PointInTimeRecoverySpecification
		ReadOnDemandThroughputSettings   reads
		GlobalSecondaryIndexes           []struct {
			IndexName                      string
			ReadOnDemandThroughputSettings reads
		}
		Tags []types.Tag
	}
}

type (
	reads  struct{ MaxReadRequestUnits *int64 }
	writes struct{ MaxWriteRequestUnits *int64 }
)

// readDeclared reads what a template says of a table of one replica.
func readDeclared(template, logicalID string) (d declared, err error) {
	var document struct {
		Resources map[string]struct{ Properties json.RawMessage }
	}
	if err := json.Unmarshal([]byte(template), &document); err != nil {
		return d, fmt.Errorf("the deployed template: %w", err)
	}
	if err := json.Unmarshal(document.Resources[logicalID].Properties, &d); err != nil {
		return d, fmt.Errorf("the deployed template: %s: %w", logicalID, err)
	}
	if len(d.Replicas) != 1 {
		return d, fmt.Errorf("the deployed template: %s: got %d replicas, want one", logicalID, len(d.Replicas))
	}
	return d, nil
}

// ceiling is a throughput of two halves; nil without any.
func ceiling(r reads, w writes) *types.OnDemandThroughput {
	if r.MaxReadRequestUnits == nil && w.MaxWriteRequestUnits == nil {
		return nil
	}
	return &types.OnDemandThroughput{MaxReadRequestUnits: r.MaxReadRequestUnits, MaxWriteRequestUnits: w.MaxWriteRequestUnits}
}

// putBack gives the new table the settings. DynamoDB changes one thing at a time, so each waits for the one before.
func (t Table) putBack(ctx context.Context, d declared) error {
	for _, step := range []struct {
		name string
		do   func(context.Context, declared) (done bool, err error)
	}{
		{"ceilings of reads and writes", t.putCeilings}, {"stream", t.putStream}, {"time to live", t.putTimeToLive}, {"tags", t.putTags},
		{"point-in-time recovery", t.putRecovery}, {"protection from deletion", t.putProtection},
	} {
		done, err := step.do(ctx, d)
		if err != nil {
			return fmt.Errorf("%s: %s: %w", t.Name, step.name, err)
		}
		if done {
			t.Say("%s: %s", t.Name, step.name)
		}
		if _, err := t.settled(ctx); err != nil {
			return err
		}
	}
	return nil
}

// update changes the new table.
func (t Table) update(ctx context.Context, in dynamodb.UpdateTableInput) (done bool, err error) {
	in.TableName = &t.Name
	_, err = t.Tables.UpdateTable(ctx, &in)
	return err == nil, err
}

func (t Table) putCeilings(ctx context.Context, d declared) (bool, error) {
	now, err := t.settled(ctx)
	if err != nil {
		return false, err
	}
	replica := d.Replicas[0]
	in := dynamodb.UpdateTableInput{}
	if wanted := ceiling(replica.ReadOnDemandThroughputSettings, d.WriteOnDemandThroughputSettings); !same(now.OnDemandThroughput, wanted) {
		in.OnDemandThroughput = wanted
	}
	reading := map[string]reads{}
	for _, x := range replica.GlobalSecondaryIndexes {
		reading[x.IndexName] = x.ReadOnDemandThroughputSettings
	}
	has := map[string]*types.OnDemandThroughput{}
	for _, x := range now.GlobalSecondaryIndexes {
		has[aws.ToString(x.IndexName)] = x.OnDemandThroughput
	}
	for _, x := range d.GlobalSecondaryIndexes {
		wanted := ceiling(reading[x.IndexName], x.WriteOnDemandThroughputSettings)
		if wanted == nil || same(has[x.IndexName], wanted) {
			continue
		}
		in.GlobalSecondaryIndexUpdates = append(in.GlobalSecondaryIndexUpdates, types.GlobalSecondaryIndexUpdate{
			Update: &types.UpdateGlobalSecondaryIndexAction{IndexName: &x.IndexName, OnDemandThroughput: wanted},
		})
	}
	if in.OnDemandThroughput == nil && in.GlobalSecondaryIndexUpdates == nil {
		return false, nil
	}
	return t.update(ctx, in)
}

// same reports whether a throughput is what is wanted; nil wants none.
func same(has, wanted *types.OnDemandThroughput) bool {
	if has == nil || wanted == nil {
		return wanted == nil
	}
	return aws.ToInt64(has.MaxReadRequestUnits) == aws.ToInt64(wanted.MaxReadRequestUnits) &&
		aws.ToInt64(has.MaxWriteRequestUnits) == aws.ToInt64(wanted.MaxWriteRequestUnits)
}

func (t Table) putStream(ctx context.Context, d declared) (bool, error) {
	now, err := t.settled(ctx)
	if err != nil || d.StreamSpecification == nil || now.StreamSpecification != nil && aws.ToBool(now.StreamSpecification.StreamEnabled) {
		return false, err
	}
	return t.update(ctx, dynamodb.UpdateTableInput{StreamSpecification: &types.StreamSpecification{
		StreamEnabled: aws.Bool(true), StreamViewType: d.StreamSpecification.StreamViewType,
	}})
}

func (t Table) putProtection(ctx context.Context, d declared) (bool, error) {
	now, err := t.settled(ctx)
	if err != nil || aws.ToBool(now.DeletionProtectionEnabled) == d.Replicas[0].DeletionProtectionEnabled {
		return false, err
	}
	return t.update(ctx, dynamodb.UpdateTableInput{DeletionProtectionEnabled: aws.Bool(d.Replicas[0].DeletionProtectionEnabled)})
}

func (t Table) putTimeToLive(ctx context.Context, d declared) (bool, error) {
	if d.TimeToLiveSpecification == nil || !aws.ToBool(d.TimeToLiveSpecification.Enabled) {
		return false, nil
	}
	now, err := t.Tables.DescribeTimeToLive(ctx, &dynamodb.DescribeTimeToLiveInput{TableName: &t.Name})
	if err != nil {
		return false, err
	}
	switch now.TimeToLiveDescription.TimeToLiveStatus {
	case types.TimeToLiveStatusEnabled, types.TimeToLiveStatusEnabling:
		return false, nil
	}
	_, err = t.Tables.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{TableName: &t.Name, TimeToLiveSpecification: d.TimeToLiveSpecification})
	return err == nil, err
}

func (t Table) putTags(ctx context.Context, d declared) (bool, error) {
	now, err := t.settled(ctx)
	if err != nil || len(d.Replicas[0].Tags) == 0 {
		return false, err
	}
	_, err = t.Tables.TagResource(ctx, &dynamodb.TagResourceInput{ResourceArn: now.TableArn, Tags: d.Replicas[0].Tags})
	return err == nil, err
}

func (t Table) putRecovery(ctx context.Context, d declared) (bool, error) {
	wanted := d.Replicas[0].PointInTimeRecoverySpecification
	if wanted == nil || !aws.ToBool(wanted.PointInTimeRecoveryEnabled) {
		return false, nil
	}
	now, err := t.Tables.DescribeContinuousBackups(ctx, &dynamodb.DescribeContinuousBackupsInput{TableName: &t.Name})
	if err != nil {
		return false, err
	}
	if d := now.ContinuousBackupsDescription.PointInTimeRecoveryDescription; d != nil && d.PointInTimeRecoveryStatus == types.PointInTimeRecoveryStatusEnabled {
		return false, nil
	}
	_, err = t.Tables.UpdateContinuousBackups(ctx, &dynamodb.UpdateContinuousBackupsInput{TableName: &t.Name, PointInTimeRecoverySpecification: wanted})
	return err == nil, err
}
