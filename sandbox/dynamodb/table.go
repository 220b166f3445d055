package dynamodb

import (
	"crypto/md5" //nolint:gosec // DynamoDB's hash of partition keys, which hides nothing
	"slices"

	"lightbox.example/lightbox/sandbox/dynamodb/expression"
	"lightbox.example/lightbox/sandbox/dynamodb/item"
	"lightbox.example/lightbox/sandbox/store"
)

// The spaces of the store. A row of a table lies under the hash of its partition key, then the partition key, then the sort
// key: in DynamoDB's order of a scan. A row of an index lies under the same of the index's keys, then the hash of the
// table's keys and the table's row; its value is the table's row again.
const tablesSpace = "dynamodb/tables"

// A table is what is known of a table. It is kept as JSON, and changed by putting another in its place.
type table struct {
	Name       string
	ID         string
	Created    float64 // seconds since 1970
	Attributes map[string]string
	Key        schema
	Indexes    []index `json:",omitempty"`
	Owner      string  `json:",omitempty"` // the resource that it is, if CloudFormation made it
	Stream     *stream `json:",omitempty"` // nil for none, which costs nothing
	// Restored is what the table was restored from; nil for one that was not.
	Restored *RestoreSummary `json:",omitempty"`
	settings

	kinds map[string]item.Kind // of the attributes in keys
}

// A schema is the key of a table or an index. Sort is empty where the partition key is all.
type schema struct {
	Partition string
	Sort      string `json:",omitempty"`
}

func (s schema) names() []string {
	if s.Sort == "" {
		return []string{s.Partition}
	}
	return []string{s.Partition, s.Sort}
}

// An index is a secondary index of a table.
type index struct {
	// Local is an index of each partition by itself, of which reads can be consistent and get what it doesn't have from the table.
	Local      bool `json:",omitempty"`
	Name       string
	Key        schema
	Projection Projection
	Throughput *OnDemandThroughput `json:",omitempty"`
	// Provisioned is recorded, as the table's.
	Provisioned *ProvisionedThroughput `json:",omitempty"`
}

// prepare fills in what follows from the rest.
func (t *table) prepare() {
	t.kinds = map[string]item.Kind{}
	for name, kind := range t.Attributes {
		t.kinds[name] = item.KindOf(kind)
	}
}

func (t *table) items() string              { return "dynamodb/items/" + t.ID }
func (t *table) indexSpace(i *index) string { return "dynamodb/index/" + t.ID + "/" + i.Name }

func (t *table) index(name string) *index {
	for i := range t.Indexes {
		if t.Indexes[i].Name == name {
			return &t.Indexes[i]
		}
	}
	return nil
}

const schemaMismatch = "The provided key element does not match the schema"

// checkKey holds a key to the table's.
func (t *table) checkKey(key item.Item) error {
	if len(key) != len(t.Key.names()) {
		return validation(schemaMismatch)
	}
	return t.checkKeyPieces(key, t.Key)
}

func (t *table) checkKeyPieces(key item.Item, s schema) error {
	for _, name := range s.names() {
		v, ok := key[name]
		if !ok || v.Kind != t.kinds[name] {
			return validation(schemaMismatch)
		}
		if err := checkKeyValue(name, v, name == s.Partition); err != nil {
			return err
		}
	}
	return nil
}

// checkKeyValue refuses empty values and long ones.
func checkKeyValue(name string, v item.Value, partition bool) error {
	if v.Kind != item.N && v.Text == "" {
		return emptyKey("The AttributeValue for a key attribute cannot contain an empty %s value. Key: %s", emptyKinds[v.Kind], name)
	}
	return checkKeySize(v, partition)
}

var emptyKinds = map[item.Kind]string{item.S: "string", item.B: "binary"}

// maxPartitionKey and maxSortKey are the longest values in keys, in bytes.
const (
	maxPartitionKey = 2048
	maxSortKey      = 1024
)

func checkKeySize(v item.Value, partition bool) error {
	switch {
	case partition && len(v.Text) > maxPartitionKey:
		return invalid("Size of hashkey has exceeded the maximum size limit of2048 bytes")
	case !partition && len(v.Text) > maxSortKey:
		return invalid("Aggregated size of all range keys has exceeded the size limit of 1024 bytes")
	}
	return nil
}

// checkItem holds an item that is put to the keys of the table and of its indexes.
func (t *table) checkItem(i item.Item) error {
	for _, name := range t.Key.names() {
		v, ok := i[name]
		if !ok {
			return invalid("Missing the key %s in the item", name)
		}
		if v.Kind != t.kinds[name] {
			return invalid("Type mismatch for key %s expected: %s actual: %s", name, t.kinds[name], v.Kind)
		}
		if err := checkKeyValue(name, v, name == t.Key.Partition); err != nil {
			return err
		}
	}
	for _, x := range t.Indexes {
		for _, name := range x.Key.names() {
			v, ok := i[name]
			if !ok {
				continue
			}
			if v.Kind != t.kinds[name] {
				return invalid("Type mismatch for Index Key %s Expected: %s Actual: %s IndexName: %s",
					name, t.kinds[name], v.Kind, x.Name)
			}
			if v.Kind != item.N && v.Text == "" {
				return emptyKey("A value specified for a secondary index key is not supported. "+
					"The AttributeValue for a key attribute cannot contain an empty %s value. IndexName: %s, IndexKey: %s",
					emptyKinds[v.Kind], x.Name, name)
			}
			if err := checkKeySize(v, name == x.Key.Partition); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkUpdate refuses an update of the table's key, or one that is bound to spoil an index's.
func (t *table) checkUpdate(u *expression.Update) error {
	for _, name := range t.Key.names() {
		for _, p := range u.Paths {
			if p.Attribute() == name {
				return invalid("Cannot update attribute %s. This attribute is part of the key", name)
			}
		}
	}
	types := u.Types()
	for _, x := range t.Indexes {
		for _, name := range x.Key.names() {
			if kind, ok := types[name]; ok && kind != t.kinds[name] {
				return invalid("Type mismatch for Index Key %s Expected: %s Actual: %s IndexName: %s",
					name, t.kinds[name], kind, x.Name)
			}
		}
	}
	return t.checkPaths(slices.Concat(u.Paths, u.Reads))
}

// checkUpdated refuses what an update made of an index's key.
func (t *table) checkUpdated(before, after item.Item) error {
	for _, x := range t.Indexes {
		for _, name := range x.Key.names() {
			v, ok := after[name]
			if old, was := before[name]; !ok || was && item.Equal(old, v) {
				continue
			}
			if v.Kind != t.kinds[name] {
				return validation("The update expression attempted to update the secondary index key to unsupported type")
			}
			if v.Kind != item.N && v.Text == "" {
				return emptyKey("The update expression attempted to update a secondary index key to a value that is not supported. "+
					"The AttributeValue for a key attribute cannot contain an empty %s value.", emptyKinds[v.Kind])
			}
			if err := checkKeySize(v, name == x.Key.Partition); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkPaths refuses paths into attributes of keys, which are scalars.
func (t *table) checkPaths(paths []expression.Path) error {
	refuse := func(kind string, names []string) error {
		for _, name := range names {
			for _, p := range paths {
				if len(p) > 1 && p.Attribute() == name {
					return validation("Key attributes must be scalars; list random access '[]' and map lookup '.' "+
						"are not allowed: %s: %s", kind, name)
				}
			}
		}
		return nil
	}
	if err := refuse("Key", t.Key.names()); err != nil {
		return err
	}
	for _, x := range t.Indexes {
		if err := refuse("IndexKey", x.Key.names()); err != nil {
			return err
		}
	}
	return nil
}

// hashSize is how many bytes of a hash stand before a row.
const hashSize = 3

// hash spreads keys as DynamoDB does.
func hash(key ...[]byte) []byte {
	h := md5.New() //nolint:gosec // see the import
	h.Write([]byte("Outliers"))
	for _, k := range key {
		h.Write(k)
	}
	return h.Sum(nil)[:hashSize]
}

// partition is what the rows with a partition key begin with.
func partition(v item.Value) []byte { return v.AppendKey(hash(v.KeyBytes())) }

// row is where an item lies in its table. The item has a key that was checked.
func (t *table) row(i item.Item) []byte {
	row := partition(i[t.Key.Partition])
	if t.Key.Sort != "" {
		row = i[t.Key.Sort].AppendKey(row)
	}
	return row
}

// indexRow is where an item lies in an index, or nil if it doesn't.
func (t *table) indexRow(x *index, i item.Item) []byte {
	for _, name := range x.Key.names() {
		if i[name].Kind != t.kinds[name] {
			return nil
		}
	}
	row := partition(i[x.Key.Partition])
	if x.Key.Sort != "" {
		row = i[x.Key.Sort].AppendKey(row)
	}
	row = append(row, hash(i[t.Key.Partition].KeyBytes(), i[t.Key.Sort].KeyBytes())...)
	return append(row, t.row(i)...)
}

// A stored row is an item as the store has it, and as operations see it: nil if there is none, or none any more.
type storedRow struct {
	stored, item item.Item
}

// find reads the item at a row.
func (e *Service) find(tx store.Reader, t *table, row []byte) (storedRow, error) {
	encoded, ok := tx.Get(t.items(), row)
	if !ok {
		return storedRow{}, nil
	}
	i, err := item.Decode(encoded)
	if err != nil {
		return storedRow{}, err
	}
	if t.expired(i, e.now()) {
		return storedRow{stored: i}, nil
	}
	return storedRow{i, i}, nil
}

// save puts what is after in the place of what is stored, in the table, in its indexes and in their figures; nil stands for
// nothing.
func (t *table) save(tx store.Writer, row []byte, stored, after item.Item) error {
	out, in := figuresOf(stored), figuresOf(after)
	if err := move(tx, t.items(), out, in); err != nil {
		return err
	}
	for n := range t.Indexes {
		x := &t.Indexes[n]
		var from, to []byte
		if stored != nil {
			from = t.indexRow(x, stored)
		}
		if after != nil {
			to = t.indexRow(x, after)
		}
		if err := move(tx, t.indexSpace(x), t.ofIndex(x, from, stored, out), t.ofIndex(x, to, after, in)); err != nil {
			return err
		}
		if slices.Equal(from, to) {
			continue
		}
		if from != nil {
			if err := tx.Delete(t.indexSpace(x), from); err != nil {
				return err
			}
		}
		if to != nil {
			if err := tx.Put(t.indexSpace(x), to, row); err != nil {
				return err
			}
		}
	}
	if after == nil {
		return tx.Delete(t.items(), row)
	}
	return tx.Put(t.items(), row, after.Encode())
}

// projected is what an index has of an item.
func (t *table) projected(x *index, i item.Item) item.Item {
	if x.Projection.ProjectionType == "ALL" {
		return i
	}
	part := item.Item{}
	for _, name := range slices.Concat(t.Key.names(), x.Key.names(), x.Projection.NonKeyAttributes) {
		if v, ok := i[name]; ok {
			part[name] = v
		}
	}
	return part
}
