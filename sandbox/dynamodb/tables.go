package dynamodb

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/dynamodb/item"
	"lightbox.example/lightbox/sandbox/store"
)

// settings are what a table is told besides its keys.
type settings struct {
	BillingMode         string // "PAY_PER_REQUEST" or "PROVISIONED"
	Provisioned         *ProvisionedThroughput
	Throughput          *OnDemandThroughput
	DeletionProtection  bool
	PointInTimeRecovery bool
	RecoveryDays        int   `json:",omitempty"` // 35, if 0
	RecoverySince       int64 `json:",omitempty"` // milliseconds since 1970: when point-in-time recovery was switched on
	TimeToLive          TimeToLiveSpecification
	Tags                []Tag
}

// An AttributeDefinition is the type of an attribute in a key.
type AttributeDefinition struct {
	AttributeName string `required:"true" min:"1" max:"255"`
	AttributeType string `required:"true" enum:"B,N,S"`
}

// A KeySchemaElement is a part of a key.
type KeySchemaElement struct {
	AttributeName string `required:"true" min:"1" max:"255"`
	KeyType       string `required:"true" enum:"HASH,RANGE"`
}

// A Projection is what an index has of an item besides keys.
type Projection struct {
	ProjectionType   string   `enum:"ALL,INCLUDE,KEYS_ONLY" json:",omitempty"`
	NonKeyAttributes []string `min:"1" max:"20" each:"NonKeyAttribute" json:",omitempty"`
}

// ProvisionedThroughput is recorded; the sandbox never throttles.
type ProvisionedThroughput struct {
	ReadCapacityUnits  int64 `required:"true" min:"1"`
	WriteCapacityUnits int64 `required:"true" min:"1"`
}

// OnDemandThroughput is what a table or an index serves a second at most. Indexes are never throttled, and tables where Config says so.
type OnDemandThroughput struct {
	MaxReadRequestUnits  int64 `json:",omitempty"`
	MaxWriteRequestUnits int64 `json:",omitempty"`
}

// A Tag is recorded.
type Tag struct {
	Key   string `required:"true" min:"1" max:"128"`
	Value string `required:"true" max:"256"`
}

// A GlobalSecondaryIndex is an index of a table that is about to be made.
type GlobalSecondaryIndex struct {
	IndexName             string             `required:"true" shape:"IndexName"`
	KeySchema             []KeySchemaElement `required:"true" min:"1" max:"8"`
	Projection            *Projection        `required:"true"`
	ProvisionedThroughput *ProvisionedThroughput
	OnDemandThroughput    *OnDemandThroughput
}

// CreateTableInput is the request of CreateTable.
type CreateTableInput struct {
	AttributeDefinitions      []AttributeDefinition `required:"true"`
	TableName                 string                `required:"true" shape:"TableName" min:"3"`
	BillingMode               string                `enum:"PROVISIONED,PAY_PER_REQUEST"`
	ProvisionedThroughput     *ProvisionedThroughput
	KeySchema                 []KeySchemaElement `required:"true" min:"1" max:"2"`
	GlobalSecondaryIndexes    []GlobalSecondaryIndex
	LocalSecondaryIndexes     []LocalSecondaryIndex
	OnDemandThroughput        *OnDemandThroughput
	DeletionProtectionEnabled bool
	Tags                      []Tag
}

// CreateTableOutput is its response. The table is there already.
type CreateTableOutput struct{ TableDescription TableDescription }

// CreateTable makes a table.
func (e *Service) CreateTable(in CreateTableInput) (*CreateTableOutput, error) {
	if err := words.Check(&in); err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.createTable(&in)
}

func (e *Service) createTable(in *CreateTableInput) (*CreateTableOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	if e.tables[in.TableName] != nil {
		return nil, &Error{Type: "ResourceInUseException", Message: "Table already exists: " + in.TableName}
	}
	t := in.table()
	t.ID = aws.NewUUID()
	t.Created = float64(e.now().UnixMilli()) / 1000
	if err := e.add(t); err != nil {
		return nil, err
	}
	out := &CreateTableOutput{e.describe(t)}
	out.TableDescription.TableStatus = "CREATING" // as DynamoDB says, although it is done
	return out, nil
}

func (e *Service) add(t *table) error {
	t.prepare()
	if err := e.store.Update(func(tx store.Writer) error { return errors.Join(keep(tx, t), t.recount(tx)) }); err != nil {
		return err
	}
	e.tables[t.Name] = t
	return nil
}

// table is the table that the request describes.
func (in *CreateTableInput) table() *table {
	t := &table{Name: in.TableName, Attributes: map[string]string{}, Key: schemaOf(in.KeySchema), settings: settings{
		BillingMode: in.BillingMode, Provisioned: in.ProvisionedThroughput, Throughput: in.OnDemandThroughput,
		DeletionProtection: in.DeletionProtectionEnabled, Tags: in.Tags,
	}}
	if t.BillingMode == "" {
		t.BillingMode = "PROVISIONED"
	}
	for _, d := range in.AttributeDefinitions {
		t.Attributes[d.AttributeName] = d.AttributeType
	}
	for _, g := range in.GlobalSecondaryIndexes {
		t.Indexes = append(t.Indexes, index{
			Name: g.IndexName, Key: schemaOf(g.KeySchema), Projection: *g.Projection, Throughput: g.OnDemandThroughput, Provisioned: g.ProvisionedThroughput,
		})
	}
	for _, l := range in.LocalSecondaryIndexes {
		t.Indexes = append(t.Indexes, index{Local: true, Name: l.IndexName, Key: schemaOf(l.KeySchema), Projection: *l.Projection})
	}
	return t
}

func schemaOf(elements []KeySchemaElement) schema {
	s := schema{Partition: elements[0].AttributeName}
	if len(elements) == 2 {
		s.Sort = elements[1].AttributeName
	}
	return s
}

// check refuses settings and keys that don't fit together, by the first of the faults, as DynamoDB does.
func (in *CreateTableInput) check() error {
	if faults := in.faults(); len(faults) > 0 {
		return faults[0]
	}
	return nil
}

// faults are all settings and keys that don't fit together. Whether what is needed is there the form tells.
func (in *CreateTableInput) faults() (faults []error) {
	fault := func(err error) {
		if err != nil {
			faults = append(faults, err)
		}
	}
	onDemand := in.BillingMode == "PAY_PER_REQUEST"
	switch {
	case onDemand && in.ProvisionedThroughput != nil:
		fault(invalid("Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"))
	case !onDemand && in.ProvisionedThroughput == nil:
		fault(invalid("ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"))
	}
	fault(checkTagCount(in.Tags))
	faults = append(faults, in.keyFaults()...)
	faults = append(faults, in.localFaults()...)
	return append(faults, in.indexFaults(onDemand)...)
}

// keyFaults are those of the keys of the table and its indexes, by the attributes that are defined.
func (in *CreateTableInput) keyFaults() (faults []error) {
	fault := func(err error) {
		if err != nil {
			faults = append(faults, err)
		}
	}
	var defined []string
	for _, d := range in.AttributeDefinitions {
		if slices.Contains(defined, d.AttributeName) {
			fault(invalid("Duplicate AttributeName in AttributeDefinitions"))
			continue
		}
		defined = append(defined, d.AttributeName)
	}
	if len(in.KeySchema) > len(defined) {
		fault(validation("Invalid KeySchema: Some index key attribute have no definition"))
	} else {
		fault(checkSchema(in.KeySchema, defined))
	}
	used := namesOf(in.KeySchema)
	for _, l := range in.LocalSecondaryIndexes {
		fault(checkSchema(l.KeySchema, defined))
		used = append(used, namesOf(l.KeySchema)...)
	}
	for _, g := range in.GlobalSecondaryIndexes {
		if several(g.KeySchema) {
			fault(validation("CreateTable.GlobalSecondaryIndexes.KeySchema with several attributes of a type is not supported by the sandbox: %s", g.IndexName))
		} else {
			fault(checkSchema(g.KeySchema, defined))
		}
		used = append(used, namesOf(g.KeySchema)...)
	}
	slices.Sort(used)
	if in.GlobalSecondaryIndexes == nil && in.LocalSecondaryIndexes == nil && len(in.KeySchema) != len(defined) {
		fault(invalid("Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions"))
	} else if unused := slices.DeleteFunc(defined, func(name string) bool { return slices.Contains(used, name) }); len(unused) > 0 {
		fault(invalid("Some AttributeDefinitions are not used. AttributeDefinitions: [%s], keys used: [%s]",
			strings.Join(definitions(in.AttributeDefinitions), ", "), strings.Join(slices.Compact(used), ", ")))
	}
	return faults
}

// namesOf are the attributes of a key, of whatever form it is.
func namesOf(elements []KeySchemaElement) []string {
	var names []string
	for _, e := range elements {
		names = append(names, e.AttributeName)
	}
	return names
}

func definitions(list []AttributeDefinition) []string {
	var names []string
	for _, d := range list {
		names = append(names, d.AttributeName)
	}
	return names
}

// several reports whether a key is of more attributes than a partition key and a sort key, as an index's may be.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html
func several(elements []KeySchemaElement) bool {
	types := map[string]int{}
	for _, e := range elements {
		types[e.KeyType]++
	}
	return types["HASH"] > 1 || types["RANGE"] > 1
}

func checkSchema(elements []KeySchemaElement, defined []string) error {
	if len(elements) == 0 {
		return nil // the form tells
	}
	names := schemaOf(elements).names()
	for _, name := range names {
		if !slices.Contains(defined, name) {
			return invalid("Some index key attributes are not defined in AttributeDefinitions. Keys: [%s], AttributeDefinitions: [%s]",
				strings.Join(names, ", "), strings.Join(defined, ", "))
		}
	}
	switch {
	case len(names) == 2 && names[0] == names[1]:
		return validation("Both the Hash Key and the Range Key element in the KeySchema have the same name")
	case elements[0].KeyType != "HASH":
		return validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
	case len(elements) == 2 && elements[1].KeyType != "RANGE":
		return validation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")
	}
	return nil
}

// maxIndexes is how many indexes a table may have; maxProjected is how many attributes all of them may name to include.
const (
	maxIndexes   = 20
	maxProjected = 100
)

// indexFaults are those of the global indexes, beside their keys.
func (in *CreateTableInput) indexFaults(onDemand bool) (faults []error) {
	indexes := in.GlobalSecondaryIndexes
	if indexes != nil && len(indexes) == 0 {
		return []error{invalid("List of GlobalSecondaryIndexes is empty")}
	}
	seen := map[string]bool{}
	named := 0
	for _, l := range in.LocalSecondaryIndexes {
		seen[l.IndexName] = true
		named += l.Projection.named()
	}
	for _, g := range indexes {
		if err := g.Projection.check(); err != nil {
			faults = append(faults, err)
		}
		if onDemand && g.ProvisionedThroughput != nil {
			faults = append(faults, invalid("ProvisionedThroughput should not be specified for index: %s when BillingMode is PAY_PER_REQUEST", g.IndexName))
		}
		if seen[g.IndexName] {
			faults = append(faults, invalid("Duplicate index name: %s", g.IndexName))
		}
		seen[g.IndexName] = true
		named += g.Projection.named()
	}
	if len(indexes) > maxIndexes {
		faults = append(faults, invalid("GlobalSecondaryIndex count exceeds the per-table limit of %d", maxIndexes))
	}
	if named > maxProjected {
		faults = append(faults, invalid("Number of NonKeyAttributes exceeds the limit of %d", maxProjected))
	}
	return faults
}

// DeleteTableInput is the request of DeleteTable.
type DeleteTableInput struct {
	TableName string `required:"true" shape:"TableName"`
}

// DeleteTableOutput is its response. The table is gone already.
type DeleteTableOutput struct{ TableDescription TableDescription }

func (e *Service) deleteTable(in *DeleteTableInput) (*DeleteTableOutput, error) {
	t, err := e.tableByName(in.TableName)
	if err != nil {
		return nil, err
	}
	if t.DeletionProtection {
		return nil, validation("Resource cannot be deleted as it is currently protected against deletion. " +
			"Disable deletion protection first.")
	}
	out := &DeleteTableOutput{e.describe(t)}
	out.TableDescription.TableStatus = "DELETING"
	return out, e.remove(t)
}

// remove drops a table with its rows.
func (e *Service) remove(t *table) error {
	err := e.store.Update(func(tx store.Writer) error {
		errs := []error{tx.Delete(tablesSpace, []byte(t.Name))}
		for _, space := range t.spaces() {
			errs = append(errs, tx.Drop(space), tx.Delete(figuresSpace, []byte(space)))
		}
		if t.Stream != nil {
			errs = append(errs, tx.Drop(t.changes()))
		}
		if t.PointInTimeRecovery {
			errs = append(errs, tx.Drop(t.undos()))
		}
		return errors.Join(errs...)
	})
	if err == nil {
		delete(e.tables, t.Name)
	}
	return err
}

// tableByName finds a table for an operation on tables, whose error names it.
func (e *Service) tableByName(name string) (*table, error) {
	t := e.tables[name]
	if t == nil {
		return nil, &Error{Type: "ResourceNotFoundException", Message: "Requested resource not found: Table: " + name + " not found"}
	}
	return t, nil
}

// ListTablesInput is the request of ListTables.
type ListTablesInput struct {
	ExclusiveStartTableName string `shape:"IndexName"`
	Limit                   *int64 `min:"1" max:"100"`
}

// ListTablesOutput is its response: names in their order.
type ListTablesOutput struct {
	TableNames             []string
	LastEvaluatedTableName string `json:",omitempty"`
}

func (e *Service) listTables(in *ListTablesInput) (*ListTablesOutput, error) {
	limit := 100
	if in.Limit != nil {
		limit = int(*in.Limit)
	}
	out := &ListTablesOutput{TableNames: []string{}}
	for _, name := range slices.Sorted(maps.Keys(e.tables)) {
		if name <= in.ExclusiveStartTableName {
			continue
		}
		if len(out.TableNames) == limit {
			out.LastEvaluatedTableName = out.TableNames[limit-1]
			break
		}
		out.TableNames = append(out.TableNames, name)
	}
	return out, nil
}

// kindsOf are the types of attributes, by name.
func kindsOf(attributes map[string]string) []AttributeDefinition {
	var list []AttributeDefinition
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		list = append(list, AttributeDefinition{name, attributes[name]})
	}
	return list
}

// stored goes through the items of a table, those that are expired too.
func (t *table) stored(tx store.Reader, visit func(row []byte, i item.Item) error) error {
	for row, encoded := range tx.Range(t.items(), store.Range{}) {
		i, err := item.Decode(encoded)
		if err != nil {
			return err
		}
		if err := visit(row, i); err != nil {
			return err
		}
	}
	return nil
}
