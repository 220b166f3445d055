package dynamodb

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/dynamodb/item"
	"lightbox.example/lightbox/sandbox/store"
)

const globalTable = "AWS::DynamoDB::GlobalTable"

// ResourceTypes are the types of resources that CloudFormation makes with this service. A global table has one replica, in the
// sandbox's region, and is paid by request.
func (e *Service) ResourceTypes() map[string]aws.ResourceType {
	return map[string]aws.ResourceType{
		globalTable: {
			Replaces:   []string{"KeySchema", "TableName"},
			Attributes: []string{"Arn", "StreamArn", "TableId"},
			Properties: (*tableProperties)(nil),
			Check:      checks(tableOf),
			Create:     e.creates(globalTable, tableOf),
			Update:     e.updates(tableOf),
			Delete:     e.deleteResource,
			Find:       e.finds(globalTable),
			Read:       e.readResource,
			List:       e.listResources,
			ARN:        e.readARN,
		},
		plainTable: {
			Replaces:   []string{"KeySchema", "TableName"},
			Attributes: []string{"Arn", "StreamArn"},
			Properties: (*plainProperties)(nil),
			Check:      checks(plainTableOf),
			Create:     e.creates(plainTable, plainTableOf),
			Update:     e.updates(plainTableOf),
			Delete:     e.deleteResource,
			Find:       e.finds(plainTable),
			Read:       e.readPlain,
			List:       e.listResources,
			ARN:        e.readARN,
		},
	}
}

// declared makes the table that a resource declares, without what it gets when it is made.
type declared func(r aws.Resource) (*table, error)

func checks(of declared) func(r aws.Resource) error {
	return aws.Checked(func(r aws.Resource) (*table, error) { return of(named(r)) })
}

// tableProperties are the properties of AWS::DynamoDB::GlobalTable that the sandbox knows.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-dynamodb-globaltable.html
type tableProperties struct {
	TableName                       string
	AttributeDefinitions            []AttributeDefinition
	KeySchema                       []KeySchemaElement
	BillingMode                     string
	GlobalSecondaryIndexes          []indexProperties
	WriteOnDemandThroughputSettings *writeThroughput
	TimeToLiveSpecification         *TimeToLiveSpecification
	StreamSpecification             *streamProperties
	Replicas                        []replica
}

type indexProperties struct {
	IndexName                       string
	KeySchema                       []KeySchemaElement
	Projection                      *Projection
	WriteOnDemandThroughputSettings *writeThroughput
}

type streamProperties struct{ StreamViewType string }

type replica struct {
	Region                           string
	DeletionProtectionEnabled        bool
	PointInTimeRecoverySpecification *recovery
	ReadOnDemandThroughputSettings   *readThroughput
	GlobalSecondaryIndexes           []replicaIndex
	Tags                             []Tag
}

type replicaIndex struct {
	IndexName                      string
	ReadOnDemandThroughputSettings *readThroughput
}

type recovery struct {
	PointInTimeRecoveryEnabled bool
	RecoveryPeriodInDays       int
}

type readThroughput struct{ MaxReadRequestUnits int }

type writeThroughput struct{ MaxWriteRequestUnits int }

// throughput joins what is said of writing for all replicas with what is said of reading for one.
func throughput(read *readThroughput, write *writeThroughput) *OnDemandThroughput {
	if read == nil && write == nil {
		return nil
	}
	t := &OnDemandThroughput{}
	if read != nil {
		t.MaxReadRequestUnits = int64(read.MaxReadRequestUnits)
	}
	if write != nil {
		t.MaxWriteRequestUnits = int64(write.MaxWriteRequestUnits)
	}
	return t
}

// tableOf is the table that a resource declares, without what it gets when it is made.
func tableOf(r aws.Resource) (*table, error) {
	var p tableProperties
	if err := aws.Decode(globalTable, r.Properties, &p); err != nil {
		return nil, err
	}
	var replica replica
	if len(p.Replicas) > 0 {
		replica = p.Replicas[0]
	}
	reads := map[string]*readThroughput{}
	for _, x := range replica.GlobalSecondaryIndexes {
		reads[x.IndexName] = x.ReadOnDemandThroughputSettings
	}
	in := CreateTableInput{
		TableName: r.PhysicalID, AttributeDefinitions: p.AttributeDefinitions, KeySchema: p.KeySchema, BillingMode: "PAY_PER_REQUEST",
		OnDemandThroughput:        throughput(replica.ReadOnDemandThroughputSettings, p.WriteOnDemandThroughputSettings),
		DeletionProtectionEnabled: replica.DeletionProtectionEnabled, Tags: replica.Tags,
	}
	for _, x := range p.GlobalSecondaryIndexes {
		in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, GlobalSecondaryIndex{
			IndexName: x.IndexName, KeySchema: x.KeySchema, Projection: x.Projection,
			OnDemandThroughput: throughput(reads[x.IndexName], x.WriteOnDemandThroughputSettings),
		})
	}
	if err := errors.Join(append(p.check(r.Region), in.allFaults())...); err != nil {
		return nil, err
	}
	t := in.table()
	t.Owner = r.Owner()
	t.settle(p.TimeToLiveSpecification, p.StreamSpecification, replica.PointInTimeRecoverySpecification)
	return t, nil
}

// allFaults are those of the form and of what does not fit together.
func (in *CreateTableInput) allFaults() error {
	return errors.Join(append([]error{words.Check(in)}, in.faults()...)...)
}

// settle takes over what resources say of tables and CreateTable does not.
func (t *table) settle(life *TimeToLiveSpecification, view *streamProperties, back *recovery) {
	if life != nil {
		t.TimeToLive = *life
	}
	if view != nil {
		t.Stream = &stream{View: view.StreamViewType}
	}
	if back != nil {
		t.PointInTimeRecovery, t.RecoveryDays = back.PointInTimeRecoveryEnabled, back.RecoveryPeriodInDays
	}
}

// check refuses what the sandbox doesn't do, and what names an index that is not there.
func (p *tableProperties) check(region string) (faults []error) {
	if p.BillingMode != "PAY_PER_REQUEST" {
		faults = append(faults, fmt.Errorf("%s.BillingMode: got %q, want PAY_PER_REQUEST: no other is supported by the sandbox",
			globalTable, p.BillingMode))
	}
	if len(p.Replicas) != 1 || p.Replicas[0].Region != region {
		faults = append(faults, fmt.Errorf("%s.Replicas: want one, in %s: others are not supported by the sandbox", globalTable, region))
	}
	for _, replica := range p.Replicas[:min(len(p.Replicas), 1)] {
		faults = append(faults, p.unknownIndexes(replica)...)
	}
	return append(faults, checkTimes(globalTable, p.TimeToLiveSpecification, p.StreamSpecification)...)
}

// unknownIndexes tells what a replica has of indexes that are none.
func (p *tableProperties) unknownIndexes(replica replica) (faults []error) {
	for i, x := range replica.GlobalSecondaryIndexes {
		named := func(y indexProperties) bool { return y.IndexName == x.IndexName }
		if !slices.ContainsFunc(p.GlobalSecondaryIndexes, named) {
			faults = append(faults, fmt.Errorf("%s.Replicas[0].GlobalSecondaryIndexes[%d]: there is no index %q", globalTable, i, x.IndexName))
		}
	}
	return faults
}

// checkTimes refuses what no table has of a time to live and a stream.
func checkTimes(kind string, life *TimeToLiveSpecification, stream *streamProperties) (faults []error) {
	if life != nil && life.Enabled && life.AttributeName == "" {
		faults = append(faults, fmt.Errorf("%s.TimeToLiveSpecification.AttributeName is missing", kind))
	}
	if stream == nil {
		return faults
	}
	if _, known := views[stream.StreamViewType]; !known {
		faults = append(faults, fmt.Errorf("%s.StreamSpecification.StreamViewType: got %q, want one of %s",
			kind, stream.StreamViewType, strings.Join(slices.Sorted(maps.Keys(views)), ", ")))
	}
	return faults
}

// named is a resource that has the name of its table: the template's, or one that is made up.
func named(r aws.Resource) aws.Resource {
	r.PhysicalID, _ = r.Properties["TableName"].(string)
	if r.PhysicalID == "" {
		r.PhysicalID = r.Stack + "-" + r.LogicalID + "-" + strings.ToUpper(r.Suffix)
	}
	return r
}

func (e *Service) creates(kind string, of declared) func(context.Context, aws.Resource) (aws.State, error) {
	return func(_ context.Context, r aws.Resource) (aws.State, error) {
		t, err := of(named(r))
		if err != nil {
			return aws.State{}, err
		}
		return e.createResource(kind, t)
	}
}

func (e *Service) createResource(kind string, t *table) (aws.State, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if made := e.tables[t.Name]; made != nil {
		if made.Owner == t.Owner { // by a Create that was not noted
			return e.state(made), nil
		}
		return aws.State{}, aws.AlreadyExists(kind, t.Name)
	}
	t.ID = aws.NewUUID()
	t.Created = float64(e.now().UnixMilli()) / 1000
	t.keepStream(&table{}, e.now())
	t.keepRecovery(&table{}, e.now())
	if err := e.add(t); err != nil {
		return aws.State{}, err
	}
	return e.state(t), nil
}

func (e *Service) finds(kind string) func(context.Context, aws.Identifier) (aws.State, error) {
	return func(_ context.Context, by aws.Identifier) (aws.State, error) {
		e.mu.RLock()
		defer e.mu.RUnlock()
		t := e.tables[by["TableName"]]
		if t == nil {
			return aws.State{}, aws.NotFound(kind, by["TableName"])
		}
		return e.state(t), nil
	}
}

func (e *Service) state(t *table) aws.State {
	attributes := map[string]any{"Arn": e.tableARN(t.Name), "TableId": t.ID}
	if t.Stream != nil {
		attributes["StreamArn"] = e.streamARN(t)
	}
	return aws.State{PhysicalID: t.Name, Attributes: attributes}
}

func (e *Service) updates(of declared) func(context.Context, map[string]any, aws.Resource) (aws.State, error) {
	return func(_ context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
		next, err := of(r)
		if err != nil {
			return aws.State{}, err
		}
		return e.updateResource(r.PhysicalID, next)
	}
}

func (e *Service) updateResource(name string, next *table) (aws.State, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now, err := e.tableByName(name)
	if err != nil {
		return aws.State{}, err
	}
	next.ID, next.Created, next.Owner = now.ID, now.Created, now.Owner
	next.prepare()
	if err := changeable(now, next); err != nil {
		return aws.State{}, err
	}
	next.keepStream(now, e.now())
	next.keepRecovery(now, e.now())
	next.Restored = now.Restored
	err = e.store.Update(func(tx store.Writer) error {
		if err := next.dropRecovery(tx, now); err != nil {
			return err
		}
		if now.Stream != nil && next.Stream == nil {
			if err := tx.Drop(now.changes()); err != nil {
				return err
			}
		}
		for i := range now.Indexes {
			if x := &now.Indexes[i]; next.index(x.Name) == nil {
				space := now.indexSpace(x)
				if err := errors.Join(tx.Drop(space), tx.Delete(figuresSpace, []byte(space))); err != nil {
					return err
				}
			}
		}
		for i := range next.Indexes {
			if x := &next.Indexes[i]; now.index(x.Name) == nil {
				if err := errors.Join(next.fill(tx, x), next.recount(tx)); err != nil {
					return err
				}
			}
		}
		return keep(tx, next)
	})
	if err != nil {
		return aws.State{}, err
	}
	e.tables[next.Name] = next
	return e.state(next), nil
}

// changeable refuses what DynamoDB can't change in place, or not at once.
func changeable(now, next *table) error {
	if now.Key != next.Key {
		return validation("the key of table %s can't be changed", now.Name)
	}
	for name, kind := range now.Attributes {
		if other, ok := next.Attributes[name]; ok && other != kind {
			return validation("Attribute %s is %s in table %s, and can't become %s", name, kind, now.Name, other)
		}
	}
	if now.Stream != nil && next.Stream != nil && now.Stream.View != next.Stream.View {
		return validation("Table already has an enabled stream: TableName: %s", now.Name)
	}
	if !reflect.DeepEqual(now.locals(), next.locals()) {
		return validation("Local secondary indexes of table %s can't be changed: they are made with it", now.Name)
	}
	changes := 0
	for _, x := range now.Indexes {
		y := next.index(x.Name)
		if y == nil {
			changes++
		} else if x.Key != y.Key || !reflect.DeepEqual(x.Projection, y.Projection) {
			return validation("Cannot update GSI's properties other than Provisioned Throughput and Contributor Insights Specification. " +
				"You can create a new GSI with a different name.")
		}
	}
	for _, y := range next.Indexes {
		if now.index(y.Name) == nil {
			changes++
		}
	}
	if changes > 1 {
		return validation("Cannot perform more than one GSI creation or deletion in a single update")
	}
	if now.TimeToLive.Enabled && next.TimeToLive.Enabled && now.TimeToLive != next.TimeToLive {
		return validation("TimeToLive is active on a different AttributeName: current AttributeName is %s", now.TimeToLive.AttributeName)
	}
	return nil
}

// fill puts the items of the table in an index that is new.
func (t *table) fill(tx store.Writer, x *index) error {
	return t.stored(tx, func(row []byte, i item.Item) error {
		if to := t.indexRow(x, i); to != nil {
			return tx.Put(t.indexSpace(x), to, row)
		}
		return nil
	})
}

func (e *Service) deleteResource(_ context.Context, r aws.Resource) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	_, err := e.deleteTable(&DeleteTableInput{TableName: r.PhysicalID})
	var known *Error
	if errors.As(err, &known) && known.Type == "ResourceNotFoundException" {
		return nil
	}
	return err
}
