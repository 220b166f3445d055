package dynamodb_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/golden"
	"lightbox.example/lightbox/sandbox/aws"
)

// shipped are the tables of the stack that is deployed, by logical id.
func shipped(t *testing.T) map[string]aws.Resource {
	t.Helper()
	tables := map[string]aws.Resource{}
	for id, r := range golden.Resources(t, "../..", "dev", "API") {
		if r.Type == "AWS::DynamoDB::GlobalTable" {
			tables[id] = aws.Resource{Partition: "aws", Region: "us-east-1", Account: "000000000000", Stack: "Lightbox-dev-API",
				LogicalID: id, Suffix: "abcdef123456", Properties: r.Properties}
		}
	}
	if len(tables) != 2 {
		t.Fatalf("the stack has %d tables, want 2", len(tables))
	}
	return tables
}

// photosResource is the shipped table of photos.
func photosResource(t *testing.T) aws.Resource {
	t.Helper()
	for id, r := range shipped(t) {
		if strings.HasPrefix(id, "Photos") {
			return r
		}
	}
	t.Fatal("there are no photos")
	return aws.Resource{}
}

func (w *world) globalTable() aws.ResourceType {
	return w.ResourceTypes()["AWS::DynamoDB::GlobalTable"]
}

// copied is a deep copy of properties.
func copied(t *testing.T, properties map[string]any) map[string]any {
	t.Helper()
	text, err := json.Marshal(properties)
	if err != nil {
		t.Fatal(err)
	}
	var c map[string]any
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestGlobalTable_isMadeAsShipped(t *testing.T) {
	w := newWorld(t)
	for id, r := range shipped(t) {
		state, err := w.globalTable().Create(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		if want := "Lightbox-dev-API-" + id + "-ABCDEF123456"; state.PhysicalID != want {
			t.Errorf("got %s, want %s", state.PhysicalID, want)
		}
		if want := "arn:aws:dynamodb:us-east-1:000000000000:table/" + state.PhysicalID; state.Attributes["Arn"] != want {
			t.Errorf("got %s, want %s", state.Attributes["Arn"], want)
		}
		again, err := w.globalTable().Create(t.Context(), r)
		if err != nil || again.Attributes["TableId"] != state.Attributes["TableId"] {
			t.Errorf("the same again: got %v, %v; want %v", again, err, state)
		}
		for name := range maps.Keys(state.Attributes) {
			if !slices.Contains(w.globalTable().Attributes, name) {
				t.Errorf("the attribute %s is not declared", name)
			}
		}
		if strings.HasPrefix(id, "Photos") {
			description := w.do("DescribeTable", `{"TableName": "`+state.PhysicalID+`"}`).body["Table"].(object)
			delete(description, "TableId")
			delete(description, "CreationDateTime")
			same(t, "the table of photos", textOf(description), `{
				"TableName": "`+state.PhysicalID+`", "TableArn": "`+state.Attributes["Arn"].(string)+`", "TableStatus": "ACTIVE",
				"AttributeDefinitions": [{"AttributeName": "createdAt", "AttributeType": "S"}, {"AttributeName": "feed", "AttributeType": "S"},
					{"AttributeName": "owner", "AttributeType": "S"}, {"AttributeName": "photoId", "AttributeType": "S"}, {"AttributeName": "photoOwner", "AttributeType": "S"},
					{"AttributeName": "row", "AttributeType": "S"}],
				"KeySchema": [{"AttributeName": "photoId", "KeyType": "HASH"}, {"AttributeName": "row", "KeyType": "RANGE"}],
				"BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"}, "DeletionProtectionEnabled": false, "ItemCount": 0, "TableSizeBytes": 0,
				"ProvisionedThroughput": {"NumberOfDecreasesToday": 0, "ReadCapacityUnits": 0, "WriteCapacityUnits": 0},
				"OnDemandThroughput": {"MaxReadRequestUnits": 160, "MaxWriteRequestUnits": 65},
				"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
				"LatestStreamArn": "`+state.Attributes["Arn"].(string)+`/stream/2026-11-21T12:00:00.000", "LatestStreamLabel": "2026-11-21T12:00:00.000",
				"GlobalSecondaryIndexes": [`+shippedIndex(state.PhysicalID, "byAuthor", "owner")+`, `+shippedIndex(state.PhysicalID, "byOwner", "photoOwner")+`, `+shippedIndex(state.PhysicalID, "feed", "feed")+`]}`)
			same(t, "its backups", w.ok("DescribeContinuousBackups", `{"TableName": "`+state.PhysicalID+`"}`), `{"ContinuousBackupsDescription": {
				"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "ENABLED", "RecoveryPeriodInDays": 35,
				"EarliestRestorableDateTime": 1795262400, "LatestRestorableDateTime": 1795262400}}}`)
		}
	}
}

func shippedIndex(table, name, partition string) string {
	return `{"IndexName": "` + name + `", "IndexArn": "arn:aws:dynamodb:us-east-1:000000000000:table/` + table + `/index/` + name + `",
		"IndexStatus": "ACTIVE", "Projection": {"ProjectionType": "ALL"}, "ItemCount": 0, "IndexSizeBytes": 0,
		"KeySchema": [{"AttributeName": "` + partition + `", "KeyType": "HASH"}, {"AttributeName": "createdAt", "KeyType": "RANGE"}],
		"ProvisionedThroughput": {"NumberOfDecreasesToday": 0, "ReadCapacityUnits": 0, "WriteCapacityUnits": 0},
		"OnDemandThroughput": {"MaxReadRequestUnits": 160, "MaxWriteRequestUnits": 65}}`
}

func TestGlobalTable_refusesByPath(t *testing.T) {
	w := newWorld(t)
	for _, test := range []struct {
		spoil func(p map[string]any)
		want  string
	}{
		{func(p map[string]any) { p["StreamSpecification"] = map[string]any{"ResourcePolicy": map[string]any{}} }, "AWS::DynamoDB::GlobalTable.StreamSpecification.ResourcePolicy is not supported by the sandbox"},
		{func(p map[string]any) { p["BillingMode"] = "PROVISIONED" },
			`AWS::DynamoDB::GlobalTable.BillingMode: got "PROVISIONED", want PAY_PER_REQUEST: no other is supported by the sandbox`},
		{func(p map[string]any) { p["Replicas"].([]any)[0].(map[string]any)["Region"] = "eu-west-1" },
			"AWS::DynamoDB::GlobalTable.Replicas: want one, in us-east-1: others are not supported by the sandbox"},
		{func(p map[string]any) { p["Replicas"].([]any)[0].(map[string]any)["TableClass"] = "X" },
			"AWS::DynamoDB::GlobalTable.Replicas[0].TableClass is not supported by the sandbox"},
		{func(p map[string]any) { p["GlobalSecondaryIndexes"] = p["GlobalSecondaryIndexes"].([]any)[:2] },
			`AWS::DynamoDB::GlobalTable.Replicas[0].GlobalSecondaryIndexes[2]: there is no index "feed"` + "\nValidationException: One or more parameter values were invalid: " +
				"Some AttributeDefinitions are not used. AttributeDefinitions: [photoId, row, owner, createdAt, photoOwner, feed], keys used: [createdAt, owner, photoId, photoOwner, row]"},
		{func(p map[string]any) { p["AttributeDefinitions"] = p["AttributeDefinitions"].([]any)[1:] },
			"ValidationException: One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. " +
				"Keys: [photoId, row], AttributeDefinitions: [row, owner, createdAt, photoOwner, feed]"},
	} {
		r := photosResource(t)
		r.Properties = copied(t, r.Properties)
		test.spoil(r.Properties)
		if _, err := w.globalTable().Create(t.Context(), r); err == nil || err.Error() != test.want {
			t.Errorf("got  %v\nwant %s", err, test.want)
		}
	}
	if got := w.ok("ListTables", `{}`); got != `{"TableNames":[]}` {
		t.Errorf("there are tables: %s", got)
	}
}

func TestGlobalTable_isNotTakenFromAnother(t *testing.T) {
	w := newWorld(t)
	r := photosResource(t)
	r.Properties = copied(t, r.Properties)
	r.Properties["TableName"] = "Mine"
	if _, err := w.globalTable().Create(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	r.Stack = "Other"
	want := "resource of type 'AWS::DynamoDB::GlobalTable' with identifier 'Mine' already exists"
	if _, err := w.globalTable().Create(t.Context(), r); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestGlobalTable_changesInPlace(t *testing.T) {
	w := newWorld(t)
	r := photosResource(t)
	state, err := w.globalTable().Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	r.PhysicalID = state.PhysicalID
	for n := range 3 {
		w.ok("PutItem", fmt.Sprintf(`{"TableName": %q, "Item": {"photoId": {"S": "p%d"}, "row": {"S": "PHOTO"}, "feed": {"S": "PHOTO"},
			"createdAt": {"S": "2026-0%d"}, "color": {"S": "red"}}}`, r.PhysicalID, n, n+1))
	}
	old := r.Properties
	update := func(change func(p map[string]any)) error {
		r.Properties = copied(t, r.Properties)
		change(r.Properties)
		again, err := w.globalTable().Update(t.Context(), old, r)
		if err == nil && again.Attributes["TableId"] != state.Attributes["TableId"] {
			t.Errorf("another table: %v", again)
		}
		return err
	}
	// A new index has the items that are there.
	byColor := map[string]any{"IndexName": "byColor", "Projection": map[string]any{"ProjectionType": "KEYS_ONLY"},
		"KeySchema": []any{map[string]any{"AttributeName": "color", "KeyType": "HASH"}}}
	color := map[string]any{"AttributeName": "color", "AttributeType": "S"}
	if err := update(func(p map[string]any) {
		p["AttributeDefinitions"] = append(p["AttributeDefinitions"].([]any), color)
		p["GlobalSecondaryIndexes"] = append(p["GlobalSecondaryIndexes"].([]any), byColor)
		p["TimeToLiveSpecification"] = map[string]any{"AttributeName": "until", "Enabled": true}
		p["Replicas"].([]any)[0].(map[string]any)["DeletionProtectionEnabled"] = "true"
		p["Replicas"].([]any)[0].(map[string]any)["Tags"] = []any{map[string]any{"Key": "team", "Value": "web"}}
	}); err != nil {
		t.Fatal(err)
	}
	same(t, "the new index", w.ok("Query", `{"TableName": "`+r.PhysicalID+`", "IndexName": "byColor", "Select": "COUNT",
		"KeyConditionExpression": "color = :c", "ExpressionAttributeValues": {":c": {"S": "red"}}}`), `{"Count": 3, "ScannedCount": 3}`)
	described := w.do("DescribeTable", `{"TableName": "`+r.PhysicalID+`"}`).body["Table"].(object)
	if got, want := fmt.Sprintf("%v %v", described["ItemCount"], described["GlobalSecondaryIndexes"].([]any)[3].(object)["ItemCount"]), "3 3"; got != want {
		t.Errorf("items of the table and of the new index: got %s, want %s", got, want)
	}
	same(t, "the time to live", w.ok("DescribeTimeToLive", `{"TableName": "`+r.PhysicalID+`"}`),
		`{"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": "until"}}`)
	same(t, "the quotas", w.ok("DescribeLimits", `{}`), `{"AccountMaxReadCapacityUnits": 80000, "AccountMaxWriteCapacityUnits": 80000,
		"TableMaxReadCapacityUnits": 40000, "TableMaxWriteCapacityUnits": 40000}`)
	same(t, "the tags", w.ok("ListTagsOfResource", `{"ResourceArn": "`+state.Attributes["Arn"].(string)+`"}`), `{"Tags": [{"Key": "team", "Value": "web"}]}`)

	// It is protected now.
	want := "ValidationException: Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first."
	if err := w.globalTable().Delete(t.Context(), r); err == nil || err.Error() != want {
		t.Errorf("delete: got %v, want %s", err, want)
	}
	kept := r.Properties
	for want, change := range map[string]func(p map[string]any){
		"Cannot perform more than one GSI creation or deletion in a single update": func(p map[string]any) {
			p["GlobalSecondaryIndexes"] = p["GlobalSecondaryIndexes"].([]any)[:1]
			p["AttributeDefinitions"] = p["AttributeDefinitions"].([]any)[:4]
			p["Replicas"].([]any)[0].(map[string]any)["GlobalSecondaryIndexes"] = nil
		},
		"Cannot update GSI's properties other than": func(p map[string]any) {
			p["GlobalSecondaryIndexes"].([]any)[3].(map[string]any)["Projection"] = map[string]any{"ProjectionType": "ALL"}
		},
		"TimeToLive is active on a different AttributeName": func(p map[string]any) {
			p["TimeToLiveSpecification"].(map[string]any)["AttributeName"] = "other"
		},
	} {
		if err := update(change); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
		r.Properties = kept
	}
	if err := update(func(p map[string]any) {
		p["GlobalSecondaryIndexes"] = p["GlobalSecondaryIndexes"].([]any)[:3]
		p["AttributeDefinitions"] = p["AttributeDefinitions"].([]any)[:6]
		p["Replicas"].([]any)[0].(map[string]any)["DeletionProtectionEnabled"] = false
	}); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time it is gone already
		if err := w.globalTable().Delete(t.Context(), r); err != nil {
			t.Error(err)
		}
	}
	if got := w.fails("DescribeTable", `{"TableName": "`+r.PhysicalID+`"}`); !strings.HasPrefix(got, "ResourceNotFoundException") {
		t.Errorf("got %s", got)
	}
}

func TestTables_tellAllFaultsAtOnce(t *testing.T) {
	w := newWorld(t)
	wrong := map[string]any{
		"TableName": "Tables", "AttributeDefinitions": []any{map[string]any{"AttributeName": "a", "AttributeType": "S"}, map[string]any{"AttributeName": "spare", "AttributeType": "S"}},
		"KeySchema": []any{map[string]any{"AttributeName": "key", "KeyType": "HASH"}},
		"GlobalSecondaryIndexes": []any{
			map[string]any{"IndexName": "one", "KeySchema": []any{map[string]any{"AttributeName": "a", "KeyType": "RANGE"}}, "Projection": map[string]any{"ProjectionType": "INCLUDE"}},
			map[string]any{"IndexName": "one", "KeySchema": []any{map[string]any{"AttributeName": "a", "KeyType": "HASH"}}, "Projection": map[string]any{"ProjectionType": "ALL"}},
		},
		"TimeToLiveSpecification": map[string]any{"Enabled": true},
	}
	faults := func(before ...string) []string {
		const invalid = "ValidationException: One or more parameter values were invalid: "
		return append(before,
			invalid+"Some index key attributes are not defined in AttributeDefinitions. Keys: [key], AttributeDefinitions: [a, spare]",
			"ValidationException: Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
			invalid+"Some AttributeDefinitions are not used. AttributeDefinitions: [a, spare], keys used: [a, key]",
			invalid+"ProjectionType is INCLUDE, but NonKeyAttributes is not specified",
			invalid+"Duplicate index name: one",
		)
	}
	for name, want := range map[string][]string{
		"AWS::DynamoDB::GlobalTable": faults(
			`AWS::DynamoDB::GlobalTable.BillingMode: got "", want PAY_PER_REQUEST: no other is supported by the sandbox`,
			"AWS::DynamoDB::GlobalTable.Replicas: want one, in us-east-1: others are not supported by the sandbox",
			"AWS::DynamoDB::GlobalTable.TimeToLiveSpecification.AttributeName is missing",
		),
		"AWS::DynamoDB::Table": faults(
			"AWS::DynamoDB::Table.TimeToLiveSpecification.AttributeName is missing",
			"ValidationException: One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
		),
	} {
		err := w.ResourceTypes()[name].Check(aws.Resource{Region: "us-east-1", Stack: "S", LogicalID: "T", Properties: wrong})
		if err == nil {
			t.Fatalf("%s: got no fault", name)
		}
		if diff := cmp.Diff(want, strings.Split(err.Error(), "\n")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	// One that leaves out what the form wants is told that, and no more; the control is told nothing.
	if err := w.ResourceTypes()["AWS::DynamoDB::Table"].Check(aws.Resource{Stack: "S", LogicalID: "T", Properties: map[string]any{"BillingMode": "PAY_PER_REQUEST"}}); err == nil ||
		strings.Contains(err.Error(), "panicked") || !strings.Contains(err.Error(), "keySchema") {
		t.Errorf("nothing: got %v, want the form's fault", err)
	}
	r := photosResource(t)
	if err := w.ResourceTypes()["AWS::DynamoDB::GlobalTable"].Check(r); err != nil {
		t.Errorf("the control: got %v", err)
	}
}
