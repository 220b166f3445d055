package dynamodb_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/dynamodb"
	"lightbox.example/lightbox/sandbox/store"
)

// recoverable is a world with the table of photos, which can be restored.
func recoverable(t testing.TB) *world {
	w := withTable(t)
	w.ok("UpdateContinuousBackups", `{"TableName": "Photos", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true}}`)
	return w
}

// rows are what a table or an index has, sorted.
func (w *world) rows(table, index string) []string {
	w.t.Helper()
	var list []string
	for start := ""; ; {
		body := fmt.Sprintf(`{"TableName": %q%s%s}`, table, index, start)
		var out struct {
			Items            []json.RawMessage
			LastEvaluatedKey json.RawMessage
		}
		if err := json.Unmarshal([]byte(w.ok("Scan", body)), &out); err != nil {
			w.t.Fatal(err)
		}
		for _, each := range out.Items {
			list = append(list, string(each))
		}
		if out.LastEvaluatedKey == nil {
			slices.Sort(list)
			return list
		}
		start = `, "ExclusiveStartKey": ` + string(out.LastEvaluatedKey)
	}
}

func (w *world) restore(target string, when time.Time) error {
	_, err := w.Handle("RestoreTableToPointInTime", fmt.Appendf(nil, `{"SourceTableName": "Photos", "TargetTableName": %q, "RestoreDateTime": %d}`, target, when.Unix()))
	if err != nil {
		return err
	}
	return nil
}

// Writes of every kind, drawn by seed, with the rows noted each second: restored to each of them, the table has just those, and
// so has each of its indexes.
func TestRestore_givesTheRowsOfEverySecond(t *testing.T) {
	w := recoverable(t)
	draw := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same each time
	noted := map[time.Time][]string{}
	key := func() string {
		return fmt.Sprintf(`"id": {"S": "p%d"}, "row": {"S": "r"}`, draw.IntN(12))
	}
	item := func() string {
		return fmt.Sprintf(`{%s, "owner": {"S": "o%d"}, "likes": {"N": "%d"}, "text": {"S": "t"}}`, key(), draw.IntN(3), draw.IntN(9))
	}
	for range 40 {
		for range draw.IntN(5) {
			switch draw.IntN(5) {
			case 0:
				w.ok("PutItem", `{"TableName": "Photos", "Item": `+item()+`}`)
			case 1:
				w.ok("DeleteItem", `{"TableName": "Photos", "Key": {`+key()+`}}`)
			case 2:
				w.ok("UpdateItem", `{"TableName": "Photos", "Key": {`+key()+`}, "UpdateExpression": "ADD likes :n", "ExpressionAttributeValues": {":n": {"N": "1"}}}`)
			case 3:
				w.ok("BatchWriteItem", `{"RequestItems": {"Photos": [{"PutRequest": {"Item": `+item()+`}}]}}`)
			case 4:
				w.ok("TransactWriteItems", `{"TransactItems": [{"Put": {"TableName": "Photos", "Item": `+item()+`}}]}`)
			}
		}
		noted[w.now] = w.rows("Photos", "")
		w.now = w.now.Add(time.Second)
	}
	last := w.rows("Photos", "")
	different := 0
	for when, want := range noted {
		name := fmt.Sprint("At", when.Unix())
		if err := w.restore(name, when); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, w.rows(name, "")); diff != "" {
			t.Fatalf("%s (-want +got):\n%s", when, diff)
		}
		if !slices.Equal(want, last) {
			different++
		}
		// An index of what is restored is that of a table into which the same rows are put.
		w.ok("CreateTable", strings.Replace(photos, "Photos", name+"Put", 1))
		for _, row := range want {
			w.ok("PutItem", `{"TableName": "`+name+`Put", "Item": `+row+`}`)
		}
		for _, index := range []string{"byOwner", "keysOnly", "including"} {
			part := `, "IndexName": "` + index + `"`
			if diff := cmp.Diff(w.rows(name+"Put", part), w.rows(name, part)); diff != "" {
				t.Errorf("%s: %s (-want +got):\n%s", when, index, diff)
			}
		}
		if diff := cmp.Diff(w.counts(name+"Put"), w.counts(name)); diff != "" {
			t.Errorf("%s: counts (-want +got):\n%s", when, diff)
		}
	}
	if different < 30 {
		t.Errorf("%d of the moments have other rows than the end, want most", different)
	}
	if diff := cmp.Diff(last, w.rows("Photos", "")); diff != "" {
		t.Errorf("the source changed:\n%s", diff)
	}
}

// counts are the numbers of items of a table and of its indexes.
func (w *world) counts(table string) (counts []int) {
	w.t.Helper()
	var out struct {
		Table struct {
			ItemCount              int
			GlobalSecondaryIndexes []struct{ ItemCount int }
		}
	}
	if err := json.Unmarshal([]byte(w.ok("DescribeTable", `{"TableName": "`+table+`"}`)), &out); err != nil {
		w.t.Fatal(err)
	}
	counts = append(counts, out.Table.ItemCount)
	for _, x := range out.Table.GlobalSecondaryIndexes {
		counts = append(counts, x.ItemCount)
	}
	return counts
}

// What AWS says that a restored table has not, this one has not: everything of it is set on the source.
func TestRestore_leavesSettingsBehind(t *testing.T) {
	w := recoverable(t)
	w.ok("UpdateTimeToLive", `{"TableName": "Photos", "TimeToLiveSpecification": {"AttributeName": "goes", "Enabled": true}}`)
	w.ok("UpdateTable", `{"TableName": "Photos", "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"}}`)
	w.ok("UpdateTable", `{"TableName": "Photos", "DeletionProtectionEnabled": true, "OnDemandThroughput": {"MaxReadRequestUnits": 7},
		"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "byOwner", "OnDemandThroughput": {"MaxReadRequestUnits": 8}}}]}`)
	const arn = "arn:aws:dynamodb:us-east-1:000000000000:table/"
	w.ok("TagResource", `{"ResourceArn": "`+arn+`Photos", "Tags": [{"Key": "team", "Value": "shop"}]}`)
	if err := w.restore("Again", w.now); err != nil {
		t.Fatal(err)
	}
	settings := func(table string) (out [9]bool) {
		described := w.ok("DescribeTable", `{"TableName": "`+table+`"}`)
		return [9]bool{
			strings.Contains(described, `"DeletionProtectionEnabled":true`), strings.Contains(described, "LatestStreamArn"),
			strings.Contains(described, `"MaxReadRequestUnits":7`), strings.Contains(described, `"MaxReadRequestUnits":8`),
			strings.Contains(w.ok("ListTagsOfResource", `{"ResourceArn": "`+arn+table+`"}`), "team"),
			strings.Contains(w.ok("DescribeTimeToLive", `{"TableName": "`+table+`"}`), "goes"),
			strings.Contains(w.ok("DescribeContinuousBackups", `{"TableName": "`+table+`"}`), `"PointInTimeRecoveryStatus":"ENABLED"`),
			strings.Contains(described, `"BillingMode":"PAY_PER_REQUEST"`), strings.Contains(described, "including"),
		}
	}
	if got := settings("Photos"); got != [9]bool{true, true, true, true, true, true, true, true, true} {
		t.Errorf("the control, the source: got %v, want all of it", got)
	}
	if got := settings("Again"); got != [9]bool{7: true, 8: true} {
		t.Errorf("got %v, want the billing mode and the indexes alone", got)
	}
	if got := w.ok("DescribeTable", `{"TableName": "Again"}`); !strings.Contains(got, `"RestoreSummary":{"SourceTableArn":"`+arn+`Photos"`) {
		t.Errorf("got %s, want it to say what it was restored from", got)
	}
}

func TestRestore_isRefusedInAWSWords(t *testing.T) {
	w := recoverable(t)
	w.ok("CreateTable", strings.Replace(photos, "Photos", "Never", 1))
	enabled := w.now
	w.now = w.now.Add(time.Hour)
	for body, want := range map[string]string{
		`"SourceTableName": "None", "TargetTableName": "New", "UseLatestRestorableTime": true`:                                         "TableNotFoundException: Table not found: None",
		`"SourceTableName": "Never", "TargetTableName": "New", "UseLatestRestorableTime": true`:                                        "PointInTimeRecoveryUnavailableException: Point in time recovery is not enabled for table 'Never'",
		`"SourceTableName": "Photos", "TargetTableName": "Never", "UseLatestRestorableTime": true`:                                     "TableAlreadyExistsException: Table already exists: Never",
		`"SourceTableName": "Photos", "TargetTableName": "New"`:                                                                        "ValidationException: One or more parameter values were invalid: want one of RestoreDateTime and UseLatestRestorableTime",
		fmt.Sprintf(`"SourceTableName": "Photos", "TargetTableName": "New", "RestoreDateTime": %d`, enabled.Unix()-1):                  "InvalidRestoreTimeException: An invalid restore time was specified. RestoreDateTime must be between EarliestRestorableDateTime and LatestRestorableDateTime.",
		fmt.Sprintf(`"SourceTableName": "Photos", "TargetTableName": "New", "RestoreDateTime": %d`, w.now.Unix()+1):                    "InvalidRestoreTimeException: An invalid restore time was specified. RestoreDateTime must be between EarliestRestorableDateTime and LatestRestorableDateTime.",
		`"SourceTableName": "Photos", "TargetTableName": "New", "UseLatestRestorableTime": true, "BillingModeOverride": "PROVISIONED"`: "ValidationException: RestoreTableToPointInTime.BillingModeOverride is not supported by the sandbox",
	} {
		if got := w.fails("RestoreTableToPointInTime", "{"+body+"}"); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", body, got, want)
		}
	}
	if err := w.restore("New", enabled); err != nil {
		t.Errorf("the control: got %v", err)
	}
}

// The past is kept for the period, and no longer; switched off and on again, it begins anew.
func TestRecovery_isKeptForItsPeriod(t *testing.T) {
	file := filepath.Join(t.TempDir(), "db")
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	db, w := reopened(t, file, &now)
	w.ok("CreateTable", photos)
	w.ok("UpdateContinuousBackups", `{"TableName": "Photos", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true, "RecoveryPeriodInDays": 2}}`)
	put := func(id string) {
		w.ok("PutItem", `{"TableName": "Photos", "Item": {"id": {"S": "`+id+`"}, "row": {"S": "r"}}}`)
	}
	put("first")
	began := now
	now = now.Add(24 * time.Hour)
	put("second")
	w.now = now
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db, w = reopened(t, file, &now) // as after a restart
	w.now = now
	if err := w.restore("Yesterday", began); err != nil || len(w.rows("Yesterday", "")) != 1 {
		t.Errorf("got %v and %v, want the first alone", err, w.rows("Yesterday", ""))
	}
	kept := len(db.keys("dynamodb/recovery/"))
	now = now.Add(25 * time.Hour)
	if err := w.Sweep(); err != nil {
		t.Fatal(err)
	}
	if got := len(db.keys("dynamodb/recovery/")); kept != 2 || got != 1 {
		t.Errorf("got %d entries and then %d, want 2, and the last alone two days later", kept, got)
	}
	if err := w.restore("Gone", began); err == nil || !strings.Contains(err.Error(), "InvalidRestoreTimeException") {
		t.Errorf("two days later: got %v, want InvalidRestoreTimeException", err)
	}
	for _, on := range []string{"false", "true"} {
		w.ok("UpdateContinuousBackups", `{"TableName": "Photos", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": `+on+`}}`)
		if got := len(db.keys("dynamodb/recovery/")); got != 0 {
			t.Errorf("switched to %s: got %d entries, want none", on, got)
		}
	}
	if err := w.restore("Before", now.Add(-time.Hour)); err == nil || !strings.Contains(err.Error(), "InvalidRestoreTimeException") {
		t.Errorf("a time before it was switched on again: got %v, want InvalidRestoreTimeException", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// A database is a store on disk that a test looks into.
type database struct{ store.Store }

// keys are those of the spaces that begin with a text.
func (d database) keys(prefix string) (keys []string) {
	_ = d.View(func(tx store.Reader) error {
		for _, space := range tx.Spaces() {
			if !strings.HasPrefix(space, prefix) {
				continue
			}
			for key := range tx.Range(space, store.Range{}) {
				keys = append(keys, string(key))
			}
		}
		return nil
	})
	return keys
}

// reopened is a world over a file, by a clock of the test's.
func reopened(t *testing.T, file string, now *time.Time) (database, *world) {
	t.Helper()
	db, err := store.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	e, err := dynamodb.New(db, dynamodb.Config{Now: func() time.Time { return *now }})
	if err != nil {
		t.Fatal(err)
	}
	return database{db}, &world{Service: e, t: t}
}

// BenchmarkPutItem_recoverable is BenchmarkPutItem of a table that can be restored: `-bench PutItem` has the ratio of the two.
func BenchmarkPutItem_recoverable(b *testing.B) {
	w := benchWorld(b)
	w.ok("UpdateContinuousBackups", `{"TableName": "Photos", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true}}`)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		w.ok("PutItem", benchItem(n%benchmarked, fmt.Sprint("ROW#", n)))
	}
}

// BenchmarkUpdateItem_recoverable is BenchmarkUpdateItem of such a table: what was there is kept with each.
func BenchmarkUpdateItem_recoverable(b *testing.B) {
	w := benchWorld(b)
	w.ok("UpdateContinuousBackups", `{"TableName": "Photos", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true}}`)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		w.ok("UpdateItem", fmt.Sprintf(`{"TableName": "Photos", "Key": {"id": {"S": "photo-%d"}, "row": {"S": "PHOTO"}},
			"UpdateExpression": "ADD likes :one SET caption = :text", "ConditionExpression": "attribute_exists(id)",
			"ExpressionAttributeValues": {":one": {"N": "1"}, ":text": {"S": "new"}}}`, n%benchmarked))
	}
}
