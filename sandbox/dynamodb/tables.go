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

// check refuses settings and keys that don't fit together.
func (in *CreateTableInput) check() error {
	onDemand := in.BillingMode == "PAY_PER_REQUEST"
	switch {
	case onDemand && in.ProvisionedThroughput != nil:
		return invalid("Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST")
	case !onDemand && in.ProvisionedThroughput == nil:
		return invalid("ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED")
	}
	if err := checkTagCount(in.Tags); err != nil {
		return err
	}
	var defined []string
	for _, d := range in.AttributeDefinitions {
		if slices.Contains(defined, d.AttributeName) {
			return invalid("Duplicate AttributeName in AttributeDefinitions")
		}
		defined = append(defined, d.AttributeName)
	}
	if len(in.KeySchema) > len(defined) {
		return validation("Invalid KeySchema: Some index key attribute have no definition")
	}
	if err := checkSchema(in.KeySchema, defined); err != nil {
		return err
	}
	used := schemaOf(in.KeySchema).names()
	for _, l := range in.LocalSecondaryIndexes {
		if err := checkSchema(l.KeySchema, defined); err != nil {
			return err
		}
		used = append(used, schemaOf(l.KeySchema).names()...)
	}
	for _, g := range in.GlobalSecondaryIndexes {
		if several(g.KeySchema) {
			return validation("CreateTable.GlobalSecondaryIndexes.KeySchema with several attributes of a type is not supported by the sandbox: %s", g.IndexName)
		}
		if err := checkSchema(g.KeySchema, defined); err != nil {
			return err
		}
		used = append(used, schemaOf(g.KeySchema).names()...)
	}
	slices.Sort(used)
	if in.GlobalSecondaryIndexes == nil && in.LocalSecondaryIndexes == nil && len(in.KeySchema) != len(defined) {
		return invalid("Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions")
	}
	if unused := slices.DeleteFunc(defined, func(name string) bool { return slices.Contains(used, name) }); len(unused) > 0 {
		return invalid("Some AttributeDefinitions are not used. AttributeDefinitions: [%s], keys used: [%s]",
			strings.Join(definitions(in.AttributeDefinitions), ", "), strings.Join(slices.Compact(used), ", "))
	}
	if err := in.checkLocal(); err != nil {
		return err
	}
	return in.checkIndexes(onDemand)
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

func (in *CreateTableInput) checkIndexes(onDemand bool) error {
	indexes := in.GlobalSecondaryIndexes
	if indexes != nil && len(indexes) == 0 {
		return invalid("List of GlobalSecondaryIndexes is empty")
	}
	seen := map[string]bool{}
	named := 0
	for _, l := range in.LocalSecondaryIndexes {
		seen[l.IndexName] = true
		named += len(l.Projection.NonKeyAttributes)
	}
	for _, g := range indexes {
		if err := g.Projection.check(); err != nil {
			return err
		}
		switch {
		case onDemand && g.ProvisionedThroughput != nil:
			return invalid("ProvisionedThroughput should not be specified for index: %s when BillingMode is PAY_PER_REQUEST", g.IndexName)
		case seen[g.IndexName]:
			return invalid("Duplicate index name: %s", g.IndexName)
		}
		seen[g.IndexName] = true
		named += len(g.Projection.NonKeyAttributes)
	}
	switch {
	case len(indexes) > maxIndexes:
		return invalid("GlobalSecondaryIndex count exceeds the per-table limit of %d", maxIndexes)
	case named > maxProjected:
		return invalid("Number of NonKeyAttributes exceeds the limit of %d", maxProjected)
	}
	return nil
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
