package look

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// A DataPage is what GET /_lightbox/data answers: the tables, and of the one that ?table= names, or the first, a page of the rows.
//
//	?index=byOwner                       of an index
//	?partition=x                         those of a partition, as a query does; all, as a scan does, without it
//	?sort=begins_with&value=2026&to=…    of these, those of a range: =, <, <=, >, >=, between, begins_with
//	?descending=1                        the last first
//	?after=…                             the next page
type DataPage struct {
	Tables []string `json:"tables"`
	Table  *Table   `json:"table,omitempty"`
	Index  string   `json:"index,omitempty"`
	Rows   []Row    `json:"rows"`
	Next   string   `json:"next,omitempty"`
}

// Row is an item as DynamoDB writes it: {"id": {"S": "x"}}.
type Row map[string]any

// Table is a table as far as a page shows it.
type Table struct {
	Name    string  `json:"name"`
	Key     []Key   `json:"key"`
	Indexes []Index `json:"indexes"`
	Rows    int64   `json:"rows"`
	Bytes   int64   `json:"bytes"`
	Stream  string  `json:"stream,omitempty"` // which images it has, as in NEW_AND_OLD_IMAGES
	Kept    bool    `json:"kept"`             // whether it is protected from deletion
}

// Key is a part of a key: HASH is the partition's, RANGE what rows of a partition are sorted by.
type Key struct {
	Name string `json:"name"`
	Type string `json:"type"` // HASH or RANGE
	Kind string `json:"kind"` // S, N or B
}

// Index is a global secondary index.
type Index struct {
	Name       string `json:"name"`
	Key        []Key  `json:"key"`
	Projection string `json:"projection"` // ALL, KEYS_ONLY or INCLUDE
	Rows       int64  `json:"rows"`
}

const rowsAPage = 50

func (l *Looker) data(ctx context.Context, query url.Values) (any, error) {
	page := DataPage{Tables: []string{}, Rows: []Row{}}
	var err error
	if page.Tables, err = l.tables(ctx); err != nil {
		return nil, err
	}
	name, err := chosen(query, "table", page.Tables)
	if err != nil || name == "" {
		return page, err
	}
	if page.Table, err = l.table(ctx, name); err != nil {
		return nil, err
	}
	var indexes []string
	for _, i := range page.Table.Indexes {
		indexes = append(indexes, i.Name)
	}
	key := page.Table.Key
	if page.Index = query.Get("index"); page.Index != "" {
		if _, err := chosen(query, "index", indexes); err != nil {
			return nil, err
		}
		key = page.Table.Indexes[slices.Index(indexes, page.Index)].Key
	}
	page.Rows, page.Next, err = l.rows(ctx, name, page.Index, key, query)
	return page, err
}

func (l *Looker) tables(ctx context.Context) ([]string, error) {
	all, after := []string{}, ""
	for {
		in := map[string]any{"Limit": 100}
		if after != "" {
			in["ExclusiveStartTableName"] = after
		}
		var out struct {
			TableNames             []string
			LastEvaluatedTableName string
		}
		if err := l.Client.look(ctx, "dynamodb", "ListTables", in, &out); err != nil {
			return nil, err
		}
		all = append(all, out.TableNames...)
		if after = out.LastEvaluatedTableName; after == "" {
			return all, nil
		}
	}
}

func (l *Looker) table(ctx context.Context, name string) (*Table, error) {
	type element struct{ AttributeName, KeyType string }
	type index struct {
		IndexName  string
		KeySchema  []element
		Projection struct{ ProjectionType string }
		ItemCount  int64
	}
	var out struct {
		Table struct {
			TableName                 string
			KeySchema                 []element
			AttributeDefinitions      []struct{ AttributeName, AttributeType string }
			ItemCount, TableSizeBytes int64
			DeletionProtectionEnabled bool
			StreamSpecification       struct{ StreamViewType string }
			GlobalSecondaryIndexes    []index
			LocalSecondaryIndexes     []index
		}
	}
	if err := l.Client.look(ctx, "dynamodb", "DescribeTable", map[string]any{"TableName": name}, &out); err != nil {
		return nil, err
	}
	kinds := map[string]string{}
	for _, a := range out.Table.AttributeDefinitions {
		kinds[a.AttributeName] = a.AttributeType
	}
	keyOf := func(schema []element) (key []Key) {
		for _, e := range schema {
			key = append(key, Key{e.AttributeName, e.KeyType, kinds[e.AttributeName]})
		}
		return key
	}
	t := &Table{
		Name: name, Key: keyOf(out.Table.KeySchema), Indexes: []Index{}, Rows: out.Table.ItemCount, Bytes: out.Table.TableSizeBytes,
		Stream: out.Table.StreamSpecification.StreamViewType, Kept: out.Table.DeletionProtectionEnabled,
	}
	for _, i := range slices.Concat(out.Table.GlobalSecondaryIndexes, out.Table.LocalSecondaryIndexes) {
		t.Indexes = append(t.Indexes, Index{i.IndexName, keyOf(i.KeySchema), i.Projection.ProjectionType, i.ItemCount})
	}
	return t, nil
}

// sorts are the ways to choose among the rows of a partition.
var sorts = map[string]string{
	"=": "#s = :s", "<": "#s < :s", "<=": "#s <= :s", ">": "#s > :s", ">=": "#s >= :s", "between": "#s BETWEEN :s AND :t", "begins_with": "begins_with(#s, :s)",
}

// rows reads a page: a query where the partition is said, else a scan.
func (l *Looker) rows(ctx context.Context, table, index string, key []Key, query url.Values) (rows []Row, next string, err error) {
	in := map[string]any{"TableName": table, "Limit": rowsAPage}
	if index != "" {
		in["IndexName"] = index
	}
	list := []string{"console", table, index}
	for _, name := range []string{"partition", "sort", "value", "to", "descending"} {
		list = append(list, query.Get(name))
	}
	if after := query.Get("after"); after != "" {
		at, ok := l.Config.Pages.Open(after, list...)
		if !ok {
			return nil, "", badly("after: got a token of another list, want the next of this one")
		}
		in["ExclusiveStartKey"] = json.RawMessage(at)
	}
	operation := "Scan"
	if query.Get("partition") != "" {
		operation = "Query"
		if err := condition(in, key, query); err != nil {
			return nil, "", err
		}
	} else if query.Get("sort") != "" || query.Get("descending") != "" {
		return nil, "", badly("partition: got none, want the value of %s: a range is one of a partition's", key[0].Name)
	}
	var out struct {
		Items            []Row
		LastEvaluatedKey map[string]any
	}
	if err := l.Client.look(ctx, "dynamodb", operation, in, &out); err != nil {
		return nil, "", err
	}
	if out.LastEvaluatedKey != nil {
		text, err := json.Marshal(out.LastEvaluatedKey)
		if err != nil {
			return nil, "", err
		}
		next = l.Config.Pages.Seal(string(text), list...)
	}
	return append([]Row{}, out.Items...), next, nil
}

// condition says which rows of an index, or of the table, a query reads.
func condition(in map[string]any, key []Key, query url.Values) error {
	names, values := map[string]string{"#p": key[0].Name}, map[string]any{":p": map[string]string{key[0].Kind: query.Get("partition")}}
	text := "#p = :p"
	if sort := query.Get("sort"); sort != "" {
		expression, known := sorts[sort]
		switch {
		case len(key) < 2:
			return badly("sort: got %q, want none: rows of a partition have no order there", sort)
		case !known:
			return badly("sort: got %q, want one of %s", sort, strings.Join(slices.Sorted(maps.Keys(sorts)), ", "))
		}
		names["#s"], values[":s"] = key[1].Name, map[string]string{key[1].Kind: query.Get("value")}
		if sort == "between" {
			values[":t"] = map[string]string{key[1].Kind: query.Get("to")}
		}
		text += " AND " + expression
	}
	in["KeyConditionExpression"], in["ExpressionAttributeNames"], in["ExpressionAttributeValues"] = text, names, values
	in["ScanIndexForward"] = query.Get("descending") == ""
	return nil
}

// key are the attributes of a row that are its key.
func (r Row) key(t *Table) (key Row, err error) {
	key = Row{}
	for _, k := range t.Key {
		value, there := r[k.Name]
		if !there {
			return nil, fmt.Errorf("got a row without %s, want its key, %s", k.Name, t.keyNames())
		}
		key[k.Name] = value
	}
	return key, nil
}

func (t *Table) keyNames() string {
	var names []string
	for _, k := range t.Key {
		names = append(names, k.Name)
	}
	return strings.Join(names, " and ")
}

// conflict is that a row is not what it was.
func conflict(format string, args ...any) error {
	return &Fault{http.StatusConflict, fmt.Errorf(format, args...)}
}
