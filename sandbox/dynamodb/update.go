package dynamodb

import (
	"slices"

	"lightbox.example/lightbox/sandbox/store"
)

// UpdateTableInput is the request of UpdateTable, for what can be changed of a table that is paid by request.
type UpdateTableInput struct {
	TableName                   string `required:"true" shape:"TableName"`
	DeletionProtectionEnabled   *bool
	StreamSpecification         *StreamSpecification
	OnDemandThroughput          *OnDemandThroughput
	GlobalSecondaryIndexUpdates []struct {
		Update *struct {
			IndexName          string              `required:"true" shape:"IndexName"`
			OnDemandThroughput *OnDemandThroughput `required:"true"`
		} `required:"true"`
	}
}

// updateTable changes a table at once, where DynamoDB takes a while.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
func (e *Service) updateTable(in *UpdateTableInput) (*CreateTableOutput, error) {
	t, err := e.tableByName(in.TableName)
	if err != nil {
		return nil, err
	}
	if err := in.check(t); err != nil {
		return nil, err
	}
	err = e.change(t, func(next *table) {
		if in.DeletionProtectionEnabled != nil {
			next.DeletionProtection = *in.DeletionProtectionEnabled
		}
		if in.OnDemandThroughput != nil {
			next.Throughput = in.OnDemandThroughput
		}
		next.Indexes = slices.Clone(next.Indexes)
		for _, each := range in.GlobalSecondaryIndexUpdates {
			next.index(each.Update.IndexName).Throughput = each.Update.OnDemandThroughput
		}
		if s := in.StreamSpecification; s != nil {
			next.Stream = nil
			if s.StreamEnabled {
				next.Stream = &stream{View: s.StreamViewType}
			}
			next.keepStream(&table{}, e.now())
		}
	}, func(tx store.Writer, next *table) error {
		if t.Stream != nil && next.Stream == nil {
			return tx.Drop(t.changes())
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := &CreateTableOutput{e.describe(e.tables[in.TableName])}
	out.TableDescription.TableStatus = "UPDATING" // as DynamoDB says, although it is done
	return out, nil
}

// check refuses what the table can't be changed to.
func (in *UpdateTableInput) check(t *table) error {
	s := in.StreamSpecification
	switch {
	case in.DeletionProtectionEnabled == nil && s == nil && in.OnDemandThroughput == nil && in.GlobalSecondaryIndexUpdates == nil:
		return validation("At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or " +
			"SSESpecification or ReplicaUpdates is required")
	case s != nil && s.StreamEnabled && t.Stream != nil:
		return validation("Table already has an enabled stream: TableName: %s", t.Name)
	case s != nil && !s.StreamEnabled && t.Stream == nil:
		return validation("Table already has stream disabled: TableName: %s", t.Name)
	}
	if s != nil && s.StreamEnabled {
		if _, known := views[s.StreamViewType]; !known {
			return invalid("StreamViewType is invalid: %s", s.StreamViewType)
		}
	}
	for _, each := range in.GlobalSecondaryIndexUpdates {
		if x := t.index(each.Update.IndexName); x == nil || x.Local {
			return validation("The table does not have the specified index: %s", each.Update.IndexName)
		}
	}
	return nil
}

// TagResourceInput is the request of TagResource.
type TagResourceInput struct {
	ResourceArn string `required:"true" min:"1" max:"1283"`
	Tags        []Tag  `required:"true"`
}

// TagResourceOutput is its response.
type TagResourceOutput struct{}

func (e *Service) tagResource(in *TagResourceInput) (*TagResourceOutput, error) {
	for _, t := range e.tables {
		if e.tableARN(t.Name) != in.ResourceArn {
			continue
		}
		tags := slices.DeleteFunc(slices.Clone(t.Tags), func(old Tag) bool {
			return slices.ContainsFunc(in.Tags, func(tag Tag) bool { return tag.Key == old.Key })
		})
		tags = append(tags, in.Tags...)
		if err := checkTagCount(tags); err != nil {
			return nil, err
		}
		return &TagResourceOutput{}, e.change(t, func(next *table) { next.Tags = tags }, nil)
	}
	return nil, noResource(in.ResourceArn)
}

// mostTags is how many tags a table has at most.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.html
const mostTags = 50

func checkTagCount(tags []Tag) error {
	if len(tags) > mostTags {
		return validation("Number of Tags exceed the current limit for the provided ResourceArn")
	}
	return nil
}

func noResource(arn string) error {
	return &Error{Type: "ResourceNotFoundException", Message: "Requested resource not found: ResourcArn: " + arn + " not found"} // sic
}
