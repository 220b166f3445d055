package restore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/deployed"
)

// Templates is what is asked of CloudFormation.
type Templates interface {
	cloudformation.ListStackResourcesAPIClient
	GetTemplate(context.Context, *cloudformation.GetTemplateInput, ...func(*cloudformation.Options)) (*cloudformation.GetTemplateOutput, error)
}

// A Table is the table of a data source that is to be restored.
type Table struct {
	Tables *dynamodb.Client
	Stacks Templates
	Stack  string // the name of the one that has it
	Source access.Source
	// When is the time whose rows are wanted, to the second; zero is the latest that there is.
	When time.Time
	// Name is that of the new table; "" makes one up of the old one's and the time.
	Name string
	// Say is told what is done, a line each.
	Say func(format string, args ...any)
	// Every is how long to wait before looking again whether something is done; 5 seconds if 0.
	Every time.Duration
}

// Restore makes the new table and gives it the settings that the deployed template has of the old one, as DynamoDB restores rows, keys
// and indexes alone. The old table and who uses it are not touched. It can be done again with the same name: what is done is left.
//
// It returns the name of the new table.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/pointintimerecovery_restores.html
func (t Table) Restore(ctx context.Context) (name string, err error) {
	old, declared, err := t.find(ctx)
	if err != nil {
		return "", err
	}
	if t.When.IsZero() {
		if t.When, err = t.latest(ctx, old); err != nil {
			return "", err
		}
	}
	if t.Name == "" {
		t.Name = nameAt(old, t.When)
	}
	if err := t.begin(ctx, old); err != nil {
		return "", err
	}
	if _, err := t.settled(ctx); err != nil {
		return "", err
	}
	return t.Name, t.putBack(ctx, declared)
}

// nameAt is the name of the table that another is restored to.
func nameAt(old string, when time.Time) string {
	const most = 255
	at := when.UTC().Format("-20060102T150405Z")
	head, _, _ := strings.Cut(old, "-restored-")
	tail := "-restored" + at
	return head[:min(len(head), most-len(tail))] + tail
}

// find returns the name of the table that is deployed, and what its template says of it.
func (t Table) find(ctx context.Context) (name string, d declared, err error) {
	all, err := deployed.All(ctx, t.Stacks, t.Stack)
	if err != nil {
		return "", d, fmt.Errorf("%s: %w", t.Stack, err)
	}
	logicalID := ""
	for _, r := range all {
		if r.Kind() != deployed.Table(t.Source) {
			continue
		}
		if logicalID != "" {
			return "", d, fmt.Errorf("%s: got two tables of %s, want one: finish what was begun, and deploy", t.Stack, t.Source)
		}
		logicalID, name = r.LogicalID, r.PhysicalID
	}
	if logicalID == "" {
		return "", d, fmt.Errorf("%s: got no table of %s", t.Stack, t.Source)
	}
	out, err := t.Stacks.GetTemplate(ctx, &cloudformation.GetTemplateInput{StackName: &t.Stack})
	if err != nil {
		return "", d, err
	}
	d, err = readDeclared(aws.ToString(out.TemplateBody), logicalID)
	return name, d, err
}

func (t Table) latest(ctx context.Context, old string) (time.Time, error) {
	out, err := t.Tables.DescribeContinuousBackups(ctx, &dynamodb.DescribeContinuousBackupsInput{TableName: &old})
	if err != nil {
		return time.Time{}, err
	}
	d := out.ContinuousBackupsDescription.PointInTimeRecoveryDescription
	if d == nil || d.LatestRestorableDateTime == nil {
		return time.Time{}, fmt.Errorf("%s: got no point-in-time recovery, want it: nothing can be restored", old)
	}
	return d.LatestRestorableDateTime.UTC().Truncate(time.Second), nil
}

// begin has DynamoDB make the new table, unless an earlier run did.
func (t Table) begin(ctx context.Context, old string) error {
	there, err := t.describe(ctx)
	switch {
	case err != nil:
		return err
	case there == nil:
		t.Say("%s: the rows of %s as they were at %s", t.Name, old, t.When.UTC().Format(time.RFC3339))
		_, err := t.Tables.RestoreTableToPointInTime(ctx, &dynamodb.RestoreTableToPointInTimeInput{
			SourceTableName: &old, TargetTableName: &t.Name, RestoreDateTime: &t.When,
		})
		return err
	}
	from := there.RestoreSummary
	if from == nil || !strings.HasSuffix(aws.ToString(from.SourceTableArn), ":table/"+old) || !aws.ToTime(from.RestoreDateTime).Truncate(time.Second).Equal(t.When.Truncate(time.Second)) {
		return fmt.Errorf("%s: got a table of that name, want none, or one that was restored from %s at %s", t.Name, old, t.When.UTC().Format(time.RFC3339))
	}
	t.Say("%s: restored by an earlier run", t.Name)
	return nil
}

// describe is the new table, nil if there is none.
func (t Table) describe(ctx context.Context) (*types.TableDescription, error) {
	out, err := t.Tables.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &t.Name})
	if _, missing := errors.AsType[*types.ResourceNotFoundException](err); missing {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return out.Table, nil
}

// settled waits until nothing is under way with the new table or an index of it. A restore takes DynamoDB from minutes to hours.
func (t Table) settled(ctx context.Context) (*types.TableDescription, error) {
	every := t.Every
	if every == 0 {
		every = 5 * time.Second
	}
	for last := time.Now(); ; {
		d, err := t.describe(ctx)
		if err != nil {
			return nil, err
		}
		if d != nil && d.TableStatus == types.TableStatusActive && indexesActive(d) {
			return d, nil
		}
		if d != nil && time.Since(last) > time.Minute {
			t.Say("%s: still %s", t.Name, d.TableStatus)
			last = time.Now()
		}
		select {
		case <-time.After(every):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func indexesActive(d *types.TableDescription) bool {
	for _, x := range d.GlobalSecondaryIndexes {
		if x.IndexStatus != types.IndexStatusActive {
			return false
		}
	}
	return true
}
