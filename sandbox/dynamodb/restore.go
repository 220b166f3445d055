package dynamodb

import (
	"errors"
	"slices"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/dynamodb/item"
	"lightbox.example/lightbox/sandbox/store"
)

// RestoreTableToPointInTimeInput is the request of RestoreTableToPointInTime.
type RestoreTableToPointInTimeInput struct {
	SourceTableName         string `shape:"TableName"`
	SourceTableArn          string `shape:"TableArn"`
	TargetTableName         string `required:"true" shape:"TableName" min:"3"`
	UseLatestRestorableTime bool
	RestoreDateTime         *Seconds
}

// Seconds are a time as DynamoDB's JSON has it: seconds since 1970. A fraction is cut off: a table is restored to a second.
type Seconds time.Time

// FromTree implements input.Tree.
func (s *Seconds) FromTree(tree any) error {
	number, err := item.Integer(tree)
	*s = Seconds(time.Unix(number, 0))
	return err
}

// A RestoreSummary says what a table was restored from.
type RestoreSummary struct {
	SourceTableArn    string
	RestoreDateTime   float64
	RestoreInProgress bool
}

// restoreTable makes a new table with the rows that another had at a time. It has the other's present keys, indexes and billing
// mode, and of its settings nothing else: "You must manually set up the following on the restored table: Auto scaling policies,
// IAM policies, Amazon CloudWatch metrics and alarms, Tags, Stream settings, Time to Live (TTL) settings, Point in time recovery
// settings". The page does not name the ceilings of on-demand throughput among what comes along, nor the protection from
// deletion, so here neither does.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableToPointInTime.html
func (e *Service) restoreTable(in *RestoreTableToPointInTimeInput) (*CreateTableOutput, error) {
	source, err := e.sourceOf(in)
	if err != nil {
		return nil, err
	}
	when, err := e.restoreTime(in, source)
	if err != nil {
		return nil, err
	}
	t := &table{
		Name: in.TargetTableName, ID: aws.NewUUID(), Created: seconds(e.now()), Attributes: source.Attributes, Key: source.Key,
		Restored: &RestoreSummary{SourceTableArn: e.tableARN(source.Name), RestoreDateTime: seconds(when)},
		settings: settings{BillingMode: source.BillingMode, Provisioned: source.Provisioned},
	}
	for _, x := range source.Indexes {
		t.Indexes = append(t.Indexes, index{Local: x.Local, Name: x.Name, Key: x.Key, Projection: x.Projection})
	}
	t.prepare()
	err = e.store.Update(func(tx store.Writer) error {
		rows := source.at(tx, when, func(row []byte, i item.Item) error { return t.put(tx, row, i) })
		return errors.Join(rows, keep(tx, t), t.recount(tx))
	})
	if err != nil {
		return nil, err
	}
	e.tables[t.Name] = t
	out := &CreateTableOutput{e.describe(t)}
	out.TableDescription.TableStatus = "CREATING" // as DynamoDB says, although it is done
	return out, nil
}

// put writes an item with its rows in indexes. Figures are counted afterwards.
func (t *table) put(tx store.Writer, row []byte, i item.Item) error {
	row = slices.Clone(row) // it is the store's
	for n := range t.Indexes {
		x := &t.Indexes[n]
		if to := t.indexRow(x, i); to != nil {
			if err := tx.Put(t.indexSpace(x), to, row); err != nil {
				return err
			}
		}
	}
	return tx.Put(t.items(), row, i.Encode())
}

// sourceOf is the table to restore from, if the request can be done at all.
func (e *Service) sourceOf(in *RestoreTableToPointInTimeInput) (*table, error) {
	switch {
	case (in.SourceTableName == "") == (in.SourceTableArn == ""):
		return nil, validation("One or more parameter values were invalid: want one of SourceTableName and SourceTableArn")
	case in.UseLatestRestorableTime == (in.RestoreDateTime != nil):
		return nil, validation("One or more parameter values were invalid: want one of RestoreDateTime and UseLatestRestorableTime")
	}
	name := in.SourceTableName
	if name == "" {
		name = in.SourceTableArn
	}
	name, err := e.nameOf("RestoreTableToPointInTime", name)
	if err != nil {
		return nil, err
	}
	source := e.tables[name]
	switch {
	case source == nil:
		return nil, noTable(name)
	case !source.PointInTimeRecovery:
		return nil, &Error{Type: "PointInTimeRecoveryUnavailableException", Message: "Point in time recovery is not enabled for table '" + name + "'"}
	case e.tables[in.TargetTableName] != nil:
		return nil, &Error{Type: "TableAlreadyExistsException", Message: "Table already exists: " + in.TargetTableName}
	}
	return source, nil
}

// restoreTime is the time that a request asks for.
func (e *Service) restoreTime(in *RestoreTableToPointInTimeInput, source *table) (time.Time, error) {
	latest, earliest := e.now(), source.restorable(e.now())
	if in.RestoreDateTime == nil {
		return latest, nil
	}
	when := time.Time(*in.RestoreDateTime)
	if when.Before(earliest.Truncate(time.Second)) || when.After(latest) {
		return when, &Error{Type: "InvalidRestoreTimeException", Message: "An invalid restore time was specified. RestoreDateTime must be between " +
			"EarliestRestorableDateTime and LatestRestorableDateTime."}
	}
	return when, nil
}

// restoring is what IAM has to allow for a restore: to restore from the one table, and to fill the other.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/backuprestore_IAM.html
func (e *Service) restoring(in *RestoreTableToPointInTimeInput) []aws.Request {
	source := in.SourceTableName
	if source == "" {
		source = in.SourceTableArn
	}
	needs := e.on(source)
	for _, action := range []string{"RestoreTableToPointInTime", "BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem"} {
		needs = append(needs, aws.Request{Action: "dynamodb:" + action, Resource: e.resourceOf(in.TargetTableName)})
	}
	return needs
}
