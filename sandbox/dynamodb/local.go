package dynamodb

// A LocalSecondaryIndex is an index of each partition of a table by itself, which is made with the table and goes with it. What a
// read gets from the table beside it is charged as the index's. That the rows of a partition may be 10 GB at most, and metrics of
// such collections, are not imitated.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html
type LocalSecondaryIndex struct {
	IndexName  string             `required:"true" shape:"IndexName"`
	KeySchema  []KeySchemaElement `required:"true" min:"1" max:"2"`
	Projection *Projection        `required:"true"`
}

// maxLocal is how many local indexes a table has.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
const maxLocal = 5

// localFaults are those of local indexes that don't fit the table.
func (in *CreateTableInput) localFaults() (faults []error) {
	if in.LocalSecondaryIndexes == nil {
		return nil
	}
	if len(in.LocalSecondaryIndexes) == 0 {
		return []error{invalid("List of LocalSecondaryIndexes is empty")}
	}
	key, seen := keyOf(in.KeySchema), map[string]bool{}
	if key.Sort == "" {
		faults = append(faults, invalid("Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex"))
	}
	for _, l := range in.LocalSecondaryIndexes {
		switch own := keyOf(l.KeySchema); {
		case own.Sort == "":
			faults = append(faults, invalid("Index KeySchema does not have a range key for index: %s", l.IndexName))
		case own.Partition != key.Partition:
			faults = append(faults, invalid("Index KeySchema does not have the same leading hash key as table KeySchema for index: %s. index hash key: %s, table hash key: %s",
				l.IndexName, own.Partition, key.Partition))
		}
		if seen[l.IndexName] {
			faults = append(faults, invalid("Duplicate index name: %s", l.IndexName))
		}
		if err := l.Projection.check(); err != nil {
			faults = append(faults, err)
		}
		seen[l.IndexName] = true
	}
	if len(in.LocalSecondaryIndexes) > maxLocal {
		faults = append(faults, invalid("Number of LocalSecondaryIndexes exceeds per-table limit of %d", maxLocal))
	}
	return faults
}

// keyOf is a key, or none where the form tells that there is none.
func keyOf(elements []KeySchemaElement) schema {
	if len(elements) == 0 {
		return schema{}
	}
	return schemaOf(elements)
}

// named is how many attributes a projection names.
func (p *Projection) named() int {
	if p == nil {
		return 0
	}
	return len(p.NonKeyAttributes)
}

// check refuses a projection that contradicts itself.
func (p *Projection) check() error {
	if p == nil {
		return nil // the form tells
	}
	kind := p.ProjectionType
	switch {
	case kind == "":
		return invalid("Unknown ProjectionType: null")
	case kind != "INCLUDE" && p.NonKeyAttributes != nil:
		return invalid("ProjectionType is %s, but NonKeyAttributes is specified", kind)
	case kind == "INCLUDE" && p.NonKeyAttributes == nil:
		return invalid("ProjectionType is INCLUDE, but NonKeyAttributes is not specified")
	}
	return nil
}

// A LocalDescription is a local index as DescribeTable has it.
type LocalDescription struct {
	IndexName      string
	IndexArn       string
	KeySchema      []KeySchemaElement
	Projection     Projection
	ItemCount      int64
	IndexSizeBytes int64
}

// reaches tells whether a read of a local index needs what the table alone has.
func (s source) reaches(in *ReadOptions, p parsed) bool {
	if s.index == nil || !s.index.Local || s.index.Projection.ProjectionType == "ALL" {
		return false
	}
	return in.Select == "ALL_ATTRIBUTES" || s.missing(p.projection) != "" || p.filter != nil && s.missing(p.filter.Paths) != ""
}

// locals are the table's local indexes.
func (t *table) locals() (list []index) {
	for _, x := range t.Indexes {
		if x.Local {
			list = append(list, x)
		}
	}
	return list
}
