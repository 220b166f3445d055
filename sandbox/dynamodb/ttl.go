package dynamodb

import (
	"strconv"
	"time"

	"lightbox.example/lightbox/sandbox/dynamodb/item"
	"lightbox.example/lightbox/sandbox/store"
)

// longAgo is how old an expiry may be: DynamoDB takes an older one for a mistake and keeps the item.
const longAgo = 5 * 365 * 24 * time.Hour

// expired reports whether an item's time to live is over: then no operation sees it, and the next write to its key replaces
// it. DynamoDB takes up to some days.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
func (t *table) expired(i item.Item, now time.Time) bool {
	if !t.TimeToLive.Enabled {
		return false
	}
	v := i[t.TimeToLive.AttributeName]
	if v.Kind != item.N {
		return false
	}
	expiry, err := strconv.ParseFloat(v.Text, 64)
	return err == nil && expiry < float64(now.Unix()) && expiry > float64(now.Add(-longAgo).Unix())
}

// TimeToLiveSpecification names the attribute that says when an item expires, in seconds since 1970.
type TimeToLiveSpecification struct {
	AttributeName string `required:"true" min:"1" max:"255"`
	Enabled       bool   `required:"true"`
}

// UpdateTimeToLiveInput is the request of UpdateTimeToLive.
type UpdateTimeToLiveInput struct {
	TableName               string                   `required:"true" shape:"TableName"`
	TimeToLiveSpecification *TimeToLiveSpecification `required:"true"`
}

// UpdateTimeToLiveOutput is its response.
type UpdateTimeToLiveOutput struct {
	TimeToLiveSpecification TimeToLiveSpecification
}

func (e *Service) updateTimeToLive(in *UpdateTimeToLiveInput) (*UpdateTimeToLiveOutput, error) {
	t, err := e.tableByName(in.TableName)
	if err != nil {
		return nil, err
	}
	switch now, next := t.TimeToLive, *in.TimeToLiveSpecification; {
	case now.Enabled && !next.Enabled && now.AttributeName != next.AttributeName,
		now.Enabled && next.Enabled && now.AttributeName != next.AttributeName:
		return nil, validation("TimeToLive is active on a different AttributeName: current AttributeName is %s", now.AttributeName)
	case now.Enabled == next.Enabled && now.Enabled:
		return nil, validation("TimeToLive is already enabled")
	case now.Enabled == next.Enabled:
		return nil, validation("TimeToLive is already disabled")
	}
	err = e.change(t, func(next *table) { next.TimeToLive = *in.TimeToLiveSpecification }, nil)
	return &UpdateTimeToLiveOutput{*in.TimeToLiveSpecification}, err
}

// DescribeTimeToLiveInput is the request of DescribeTimeToLive.
type DescribeTimeToLiveInput struct {
	TableName string `required:"true" shape:"TableName"`
}

// DescribeTimeToLiveOutput is its response. The status is "ENABLED" or "DISABLED": changes are done at once.
type DescribeTimeToLiveOutput struct {
	TimeToLiveDescription struct {
		TimeToLiveStatus string
		AttributeName    string `json:",omitempty"`
	}
}

func (e *Service) describeTimeToLive(in *DescribeTimeToLiveInput) (*DescribeTimeToLiveOutput, error) {
	t, err := e.tableByName(in.TableName)
	if err != nil {
		return nil, err
	}
	out := &DescribeTimeToLiveOutput{}
	out.TimeToLiveDescription.TimeToLiveStatus = "DISABLED"
	if t.TimeToLive.Enabled {
		out.TimeToLiveDescription.TimeToLiveStatus = "ENABLED"
		out.TimeToLiveDescription.AttributeName = t.TimeToLive.AttributeName
	}
	return out, nil
}

// change puts a changed copy of a table in its place. beside, which may be nil, changes what else is in the store of it.
func (e *Service) change(t *table, set func(next *table), beside func(tx store.Writer, next *table) error) error {
	next := *t
	set(&next)
	next.prepare()
	err := e.store.Update(func(tx store.Writer) error {
		if beside != nil {
			if err := beside(tx, &next); err != nil {
				return err
			}
		}
		return keep(tx, &next)
	})
	if err != nil {
		return err
	}
	e.tables[next.Name] = &next
	return nil
}

func keep(tx store.Writer, t *table) error {
	return store.PutJSON(tx, tablesSpace, t.Name, t)
}
