package dynamodb

import (
	"slices"

	"lightbox.example/lightbox/sandbox/dynamodb/expression"
	"lightbox.example/lightbox/sandbox/dynamodb/item"
	"lightbox.example/lightbox/sandbox/store"
)

// ReadOptions are the parameters that Query and Scan have in common.
type ReadOptions struct {
	Select                 string  `enum:"SPECIFIC_ATTRIBUTES,COUNT,ALL_ATTRIBUTES,ALL_PROJECTED_ATTRIBUTES"`
	ReturnConsumedCapacity string  `enum:"INDEXES,TOTAL,NONE"`
	TableName              string  `required:"true" shape:"TableName"`
	IndexName              *string `shape:"IndexName"`
	ExclusiveStartKey      item.Item
	ConsistentRead         bool
	FilterExpression       *string
	ProjectionExpression   *string
	Placeholders
}

// QueryInput is the request of Query.
type QueryInput struct {
	ReadOptions
	Limit                  *int64
	ScanIndexForward       *bool
	KeyConditionExpression *string
}

// PageOutput is the response of Query and Scan.
type PageOutput struct {
	Items            []item.Item `json:",omitzero"`
	Count            int
	ScannedCount     int
	LastEvaluatedKey item.Item         `json:",omitempty"`
	ConsumedCapacity *ConsumedCapacity `json:",omitempty"`
}

// Query reads items of one partition, a page at a time.
func (e *Service) Query(in QueryInput) (*PageOutput, error) {
	return call(e, &in, (*Service).query)
}

// A source is what a page is read from: a table or one of its indexes.
type source struct {
	table *table
	index *index // or nil
	key   schema
	whole bool // a local index reads items of the table
}

// source finds the table and the index of a read.
func (e *Service) source(in *ReadOptions) (s source, err error) {
	if s.table, err = e.table(in.TableName); err != nil {
		return s, err
	}
	s.key = s.table.Key
	if in.IndexName == nil {
		return s, nil
	}
	if s.index = s.table.index(*in.IndexName); s.index == nil {
		return s, validation("The table does not have the specified index: %s", *in.IndexName)
	}
	s.key = s.index.Key
	if in.ConsistentRead && !s.index.Local {
		return s, validation("Consistent reads are not supported on global secondary indexes")
	}
	return s, nil
}

// startNames are the attributes that say where a page ends.
func (s source) startNames() []string {
	names := s.table.Key.names()
	for _, name := range s.key.names() {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// row is where an item, or what says where a page ends, lies in the source.
func (s source) row(i item.Item) []byte {
	if s.index != nil {
		return s.table.indexRow(s.index, i)
	}
	return s.table.row(i)
}

const badStart = "The provided starting key is invalid"

// checkSelect refuses what DynamoDB can't select.
func (in *ReadOptions) checkSelect(envelope string) error {
	switch {
	case in.Select == "SPECIFIC_ATTRIBUTES" && in.ProjectionExpression == nil:
		return validation("%sMust specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES", envelope)
	case in.ProjectionExpression != nil && in.Select == "COUNT":
		return validation("Cannot specify the ProjectionExpression when choosing to get only the Count")
	case in.ProjectionExpression != nil && in.Select != "" && in.Select != "SPECIFIC_ATTRIBUTES":
		return validation("Cannot specify the ProjectionExpression when choosing to get %s", in.Select)
	case in.Select == "ALL_PROJECTED_ATTRIBUTES" && in.IndexName == nil:
		return validation("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
	}
	return nil
}

// checkProjected refuses to read from an index what it doesn't have.
func (s source) checkProjected(in *ReadOptions, p parsed) error {
	if s.index == nil || s.index.Local || s.index.Projection.ProjectionType == "ALL" {
		return nil
	}
	if in.Select == "ALL_ATTRIBUTES" {
		return invalid("Select type ALL_ATTRIBUTES is not supported for global secondary index %s because its projection type is not ALL",
			s.index.Name)
	}
	if missing := s.missing(p.projection); missing != "" {
		return invalid("Global secondary index %s does not project %s", s.index.Name, missing)
	}
	if p.filter != nil {
		if missing := s.missing(p.filter.Paths); missing != "" {
			return invalid("Global secondary index %s does not project one or more filter attributes: %s", s.index.Name, missing)
		}
	}
	return nil
}

// missing are the attributes, as a message has them, that paths lead to and the index doesn't have.
func (s source) missing(paths []expression.Path) string {
	has := slices.Concat(s.table.Key.names(), s.key.names(), s.index.Projection.NonKeyAttributes)
	var names expression.Path
	for _, p := range paths {
		if step := (expression.Step{Name: p.Attribute()}); !slices.Contains(has, p.Attribute()) && !slices.Contains(names, step) {
			names = append(names, step)
		}
	}
	if names == nil {
		return ""
	}
	return names.String()
}

func (e *Service) query(in *QueryInput) (*PageOutput, error) {
	if in.Limit != nil && *in.Limit < 1 {
		return nil, validation("1 validation error detected: Value at 'Limit' failed to satisfy constraint: " +
			"Member must have value greater than or equal to 1")
	}
	x := in.expressions(parameter{"KeyConditionExpression", in.KeyConditionExpression})
	if err := x.check(); err != nil {
		return nil, err
	}
	if err := in.checkStartValues(); err != nil {
		return nil, err
	}
	if in.KeyConditionExpression == nil {
		return nil, validation("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
	}
	p, err := x.parse()
	if err != nil {
		return nil, err
	}
	if err := in.checkSelect("1 validation error detected: "); err != nil {
		return nil, err
	}
	s, err := e.source(&in.ReadOptions)
	if err != nil {
		return nil, err
	}
	if err := s.checkQuery(in, p); err != nil {
		return nil, err
	}
	forward := in.ScanIndexForward == nil || *in.ScanIndexForward
	r := s.queried(p.key)
	r.Reverse = !forward
	if start := in.ExclusiveStartKey; start != nil && forward {
		r.From = store.After(s.row(start))
	} else if start != nil {
		r.To = s.row(start)
	}
	return e.page(s, &in.ReadOptions, in.Limit, p, r)
}

func (in *ReadOptions) expressions(more ...parameter) expressions {
	return expressions{in.ExpressionAttributeNames, in.ExpressionAttributeValues, append([]parameter{
		{"ProjectionExpression", in.ProjectionExpression}, {"FilterExpression", in.FilterExpression}}, more...)}
}

// checkQuery holds a query to the key of its source, in DynamoDB's order.
func (s source) checkQuery(in *QueryInput, p parsed) error {
	start := in.ExclusiveStartKey
	if start != nil && len(start) != len(s.startNames()) {
		return validation(badStart)
	}
	for _, name := range s.key.names() {
		if err := s.checkKeyTest(name, start, p.key); err != nil {
			return err
		}
	}
	if start != nil {
		if err := s.checkStart(start); err != nil {
			return err
		}
		if err := s.checkStartWithin(start, p.key); err != nil {
			return err
		}
	}
	if err := s.table.checkPaths(p.projection); err != nil {
		return err
	}
	if p.filter != nil {
		for _, name := range s.key.names() {
			for _, path := range p.filter.Paths {
				if path.Attribute() == name {
					return validation("Filter Expression can only contain non-primary key attributes: Primary key attribute: %s", name)
				}
			}
		}
	}
	if err := s.checkProjected(&in.ReadOptions, p); err != nil {
		return err
	}
	if p.filter == nil {
		return nil
	}
	return s.table.checkPaths(p.filter.Paths)
}

// checkKeyTest holds the test of one part of the key, and the part of the starting key, to the schema.
func (s source) checkKeyTest(name string, start item.Item, tests expression.KeyCondition) error {
	isPartition := name == s.key.Partition
	if start != nil {
		if start[name].Kind == item.None {
			return validation(badStart)
		}
		part := schema{Partition: name}
		if !isPartition {
			part = schema{Sort: name}
		}
		if err := s.table.checkKeyPart(start, part); err != nil {
			return err
		}
	}
	if isPartition && s.key.Sort == "" && len(tests) > 1 {
		return validation("Query key condition not supported")
	}
	test, ok := tests[name]
	if !ok {
		if isPartition || len(tests) > 1 {
			return validation("Query condition missed key schema element: %s", name)
		}
		return nil
	}
	for _, v := range test.Values {
		if v.Kind != s.table.kinds[name] {
			return invalid("Condition parameter type does not match schema type")
		}
	}
	if isPartition && test.Operator != "=" {
		return validation("Query key condition not supported")
	}
	return checkTestValues(name, test, isPartition)
}

// checkTestValues refuses values that no key has.
func checkTestValues(name string, test expression.KeyTest, isPartition bool) error {
	for _, v := range test.Values {
		if v.Kind != item.N && v.Text == "" && test.Operator != "begins_with" {
			return validation("One or more parameter values are not valid. "+
				"The AttributeValue for a key attribute cannot contain an empty %s value. Key: %s", emptyKinds[v.Kind], name)
		}
		if err := checkKeySize(v, isPartition); err != nil {
			return err
		}
	}
	return nil
}

// checkStartWithin refuses to begin outside of what the query reads.
func (s source) checkStartWithin(start item.Item, tests expression.KeyCondition) error {
	same := item.Equal(start[s.key.Partition], tests[s.key.Partition].Values[0])
	test, ok := tests[s.key.Sort]
	switch {
	case !ok && !same:
		return validation("The provided starting key is outside query boundaries based on provided conditions")
	case ok && !test.Holds(start[s.key.Sort]):
		return validation("The provided starting key does not match the range key predicate")
	case !same:
		return validation("The query can return at most one row and cannot be restarted")
	}
	return nil
}

// queried are the rows that the tests of the keys select.
func (s source) queried(tests expression.KeyCondition) store.Range {
	all := partition(tests[s.key.Partition].Values[0])
	test, ok := tests[s.key.Sort]
	if !ok {
		return store.Prefix(all)
	}
	whole := func(i int) []byte { return test.Values[i].AppendKey(slices.Clone(all)) }
	end := store.PrefixEnd(all)
	switch test.Operator {
	case "=":
		return store.Prefix(whole(0))
	case "<":
		return store.Range{From: all, To: whole(0)}
	case "<=":
		return store.Range{From: all, To: store.PrefixEnd(whole(0))}
	case ">":
		return store.Range{From: store.PrefixEnd(whole(0)), To: end}
	case ">=":
		return store.Range{From: whole(0), To: end}
	case "between":
		return store.Range{From: whole(0), To: store.PrefixEnd(whole(1))}
	}
	return store.Prefix(test.Values[0].AppendKeyPrefix(slices.Clone(all))) // begins_with
}
