package dynamodb_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/dynamodb"
	"lightbox.example/lightbox/sandbox/store"
)

func TestCreateTable_messages(t *testing.T) {
	w := withTable(t)
	const (
		def   = `"BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}]`
		index = `{"IndexName": "idx", "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}], "Projection": {"ProjectionType": `
		key   = `"KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}]`
	)
	for body, want := range map[string]string{
		`{}`: "3 validation errors detected: Value null at 'attributeDefinitions' failed to satisfy constraint: Member must not be null; " +
			"Value null at 'tableName' failed to satisfy constraint: Member must not be null; " +
			"Value null at 'keySchema' failed to satisfy constraint: Member must not be null",
		`{"TableName": "ab", ` + def + `, ` + key + `}`: "1 validation error detected: Value 'ab' at 'tableName' failed to satisfy constraint: " +
			"Member must have length greater than or equal to 3",
		`{"TableName": "bad name", ` + def + `, "KeySchema": [{"AttributeName": "a", "KeyType": "HEAP"}]}`: "2 validation errors detected: " +
			"Value 'bad name' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; " +
			"Value 'HEAP' at 'keySchema.1.member.keyType' failed to satisfy constraint: Member must satisfy enum value set: [HASH, RANGE]",
		`{"TableName": "abc", ` + def + `, "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}, {"AttributeName": "a", "KeyType": "RANGE"}]}`: "Invalid KeySchema: Some index key attribute have no definition",
		`{"TableName": "abc", ` + def + `, "KeySchema": [{"AttributeName": "b", "KeyType": "HASH"}]}`: "One or more parameter values were invalid: " +
			"Some index key attributes are not defined in AttributeDefinitions. Keys: [b], AttributeDefinitions: [a]",
		`{"TableName": "abc", ` + def + `, "KeySchema": [{"AttributeName": "a", "KeyType": "RANGE"}]}`: "Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
		`{"TableName": "abc", ` + key + `, "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}]}`: "One or more parameter values were invalid: " +
			"ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
		`{"TableName": "abc", ` + def + `, ` + key + `, "GlobalSecondaryIndexes": []}`:                                           "One or more parameter values were invalid: List of GlobalSecondaryIndexes is empty",
		`{"TableName": "abc", ` + def + `, ` + key + `, "GlobalSecondaryIndexes": [` + index + `"INCLUDE"}}]}`:                   "One or more parameter values were invalid: ProjectionType is INCLUDE, but NonKeyAttributes is not specified",
		`{"TableName": "abc", ` + def + `, ` + key + `, "GlobalSecondaryIndexes": [` + index + `"ALL"}}, ` + index + `"ALL"}}]}`: "One or more parameter values were invalid: Duplicate index name: idx",
	} {
		if got, want := w.fails("CreateTable", body), "ValidationException: "+want; got != want {
			t.Errorf("%s\ngot  %s\nwant %s", body, got, want)
		}
	}
	if got, want := w.fails("CreateTable", photos), "ResourceInUseException: Table already exists: Photos"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestListTables_pages(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"bbb", "aaa", "ccc"} {
		w.ok("CreateTable", strings.Replace(photos, "Photos", name, 1))
	}
	same(t, "all", w.ok("ListTables", `{}`), `{"TableNames": ["aaa", "bbb", "ccc"]}`)
	same(t, "the first two", w.ok("ListTables", `{"Limit": 2}`), `{"TableNames": ["aaa", "bbb"], "LastEvaluatedTableName": "bbb"}`)
	same(t, "the rest", w.ok("ListTables", `{"Limit": 2, "ExclusiveStartTableName": "bbb"}`), `{"TableNames": ["ccc"]}`)
}

func TestDeleteTable_takesItsRows(t *testing.T) {
	w := withTable(t)
	w.ok("PutItem", `{"TableName": "Photos", "Item": {"id": {"S": "p"}, "row": {"S": "r"}, "owner": {"S": "o"}, "likes": {"N": "1"}}}`)
	if got, want := w.fails("DeleteTable", `{"TableName": "None"}`), "ResourceNotFoundException: Requested resource not found: Table: None not found"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	w.ok("DeleteTable", `{"TableName": "Photos"}`)
	w.ok("CreateTable", photos)
	for _, index := range []string{"", `, "IndexName": "byOwner"`, `, "IndexName": "including"`} {
		same(t, "rows"+index, w.ok("Scan", `{"TableName": "Photos"`+index+`}`), `{"Items": [], "Count": 0, "ScannedCount": 0}`)
	}
}

func TestDescribeTable_counts(t *testing.T) {
	w := withTable(t)
	for n := range 4 {
		owner := ""
		if n > 0 {
			owner = `, "owner": {"S": "o"}`
		}
		w.ok("PutItem", fmt.Sprintf(`{"TableName": "Photos", "Item": {"id": {"S": "p%d"}, "row": {"S": "r"}%s}}`, n, owner))
	}
	table := w.do("DescribeTable", `{"TableName": "Photos"}`).body["Table"].(object)
	// id p0 row r: 2+2+3+1, and owner o: 5+1
	if got, want := fmt.Sprintf("%v %v", table["ItemCount"], table["TableSizeBytes"]), "4 50"; got != want {
		t.Errorf("the table: got %s, want %s", got, want)
	}
	keysOnly := table["GlobalSecondaryIndexes"].([]any)[1].(object)
	if got, want := fmt.Sprintf("%v %v", keysOnly["ItemCount"], keysOnly["IndexSizeBytes"]), "3 42"; got != want {
		t.Errorf("the index: got %s, want %s", got, want)
	}
}

// What an engine wrote, another one finds in the store.
func TestNew_findsWhatIsThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	for round := range 2 {
		db, err := store.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		e, err := dynamodb.New(db, dynamodb.Config{})
		if err != nil {
			t.Fatal(err)
		}
		w := &world{Service: e, t: t}
		if round == 0 {
			w.ok("CreateTable", photos)
			w.ok("PutItem", `{"TableName": "Photos", "Item": {"id": {"S": "p"}, "row": {"S": "r"}, "owner": {"S": "o"}}}`)
		} else {
			same(t, "the item", w.ok("Scan", `{"TableName": "Photos", "IndexName": "keysOnly"}`),
				`{"Items": [{"id": {"S": "p"}, "row": {"S": "r"}, "owner": {"S": "o"}}], "Count": 1, "ScannedCount": 1}`)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
