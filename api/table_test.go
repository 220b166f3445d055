package api

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/sandbox/appsync/datasource"
	"lightbox.example/lightbox/sandbox/appsyncjs"
	"lightbox.example/lightbox/sandbox/dynamodb"
	"lightbox.example/lightbox/sandbox/dynamodb/item"
	"lightbox.example/lightbox/sandbox/paging"
	"lightbox.example/lightbox/sandbox/store"
)

// table is a data source over a table of the sandbox's DynamoDB. It remembers what it was asked for, and a test can
// disturb it.
type table struct {
	datasource.Table

	fault  *appsyncjs.Fault // what the next operation fails with
	before func()           // runs before the next operation, as another caller's write would
	source access.Source
	log    *[]recorded // of both tables, in order

	done []appsyncjs.Operation // every operation so far
}

var logging sync.Mutex // of what tables record

// recorded is an operation on one of the tables.
type recorded struct {
	source access.Source
	op     appsyncjs.Operation
}

// Do implements appsyncjs.Store.
func (s *table) Do(ctx context.Context, op appsyncjs.Operation) (appsyncjs.Reply, error) {
	if before := s.before; before != nil {
		s.before = nil
		before()
	}
	logging.Lock()
	s.done = append(s.done, op)
	*s.log = append(*s.log, recorded{s.source, op})
	logging.Unlock()
	if fault := s.fault; fault != nil {
		s.fault = nil
		return appsyncjs.Reply{}, fault
	}
	return s.Table.Do(ctx, op)
}

// rows are all that the table holds.
func (s *table) rows(t *testing.T) []item.Item {
	t.Helper()
	page, err := s.DynamoDB.Scan(dynamodb.ScanInput{ReadOptions: dynamodb.ReadOptions{TableName: s.Name}})
	if err != nil {
		t.Fatal(err)
	}
	return page.Items
}

// update updates a row as an operator does; the expression's value is :v.
func (s *table) update(t *testing.T, key, expression, value string) {
	t.Helper()
	if _, fault := s.DynamoDB.Handle("UpdateItem", fmt.Appendf(nil,
		`{"TableName": %q, "Key": %s, "UpdateExpression": %q, "ExpressionAttributeValues": {":v": %s}}`, s.Name, key, expression, value)); fault != nil {
		t.Fatal(fault)
	}
}

// newTables are the tables of the API, as stacks/api.go defines them.
func newTables(t *testing.T) (products, photos *table) {
	t.Helper()
	engine, err := dynamodb.New(store.NewMemory(), dynamodb.Config{})
	if err != nil {
		t.Fatal(err)
	}
	log := new([]recorded)
	create := func(source access.Source, name string, keys []string, indexes map[string][]string) *table {
		definition := dynamodb.CreateTableInput{TableName: name, BillingMode: "PAY_PER_REQUEST", KeySchema: keySchema(keys)}
		attributes := map[string]bool{}
		for _, key := range keys {
			attributes[key] = true
		}
		for index, keys := range indexes {
			definition.GlobalSecondaryIndexes = append(definition.GlobalSecondaryIndexes, dynamodb.GlobalSecondaryIndex{
				IndexName: index, KeySchema: keySchema(keys), Projection: &dynamodb.Projection{ProjectionType: "ALL"},
			})
			for _, key := range keys {
				attributes[key] = true
			}
		}
		for attribute := range attributes {
			definition.AttributeDefinitions = append(definition.AttributeDefinitions, dynamodb.AttributeDefinition{AttributeName: attribute, AttributeType: "S"})
		}
		if _, err := engine.CreateTable(definition); err != nil {
			t.Fatal(err)
		}
		return &table{source: source, log: log, Table: datasource.Table{DynamoDB: engine, Name: name, Pages: paging.New(nil)}}
	}
	return create(access.Products, productsTable, []string{"id"}, map[string][]string{"byState": {"state", "createdAt"}}),
		create(access.Photos, photosTable, []string{"photoId", "row"}, map[string][]string{
			"feed": {"feed", "createdAt"}, "byOwner": {"photoOwner", "createdAt"}, "byAuthor": {"owner", "createdAt"},
		})
}

// keySchema is a key of one part, or of two.
func keySchema(names []string) []dynamodb.KeySchemaElement {
	var schema []dynamodb.KeySchemaElement
	for i, name := range names {
		schema = append(schema, dynamodb.KeySchemaElement{AttributeName: name, KeyType: []string{"HASH", "RANGE"}[i]})
	}
	return schema
}
