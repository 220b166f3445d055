package dynamodb_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/dynamodb"
	"lightbox.example/lightbox/sandbox/store"
)

// streamed is a table with a stream of a view, or without one for "".
func (w *world) streamed(name, view string, changes ...func(p map[string]any)) (state aws.State, r aws.Resource) {
	w.t.Helper()
	r = aws.Resource{Partition: "aws", Region: "us-east-1", Account: "000000000000", Stack: "S", LogicalID: name, Suffix: "abcdef123456", Properties: map[string]any{
		"TableName": name, "BillingMode": "PAY_PER_REQUEST",
		"AttributeDefinitions":    []any{map[string]any{"AttributeName": "id", "AttributeType": "S"}},
		"KeySchema":               []any{map[string]any{"AttributeName": "id", "KeyType": "HASH"}},
		"TimeToLiveSpecification": map[string]any{"AttributeName": "ttl", "Enabled": true},
		"Replicas":                []any{map[string]any{"Region": "us-east-1"}},
	}}
	if view != "" {
		r.Properties["StreamSpecification"] = map[string]any{"StreamViewType": view}
	}
	for _, change := range changes {
		change(r.Properties)
	}
	state, err := w.globalTable().Create(context.Background(), r)
	if err != nil {
		w.t.Fatal(err)
	}
	r.PhysicalID = state.PhysicalID
	return state, r
}

func anybody([]aws.Request) error { return nil }

// read are the changes of a stream after a sequence number, as aws-lambda-go reads them.
func (w *world) read(arn, after string) []events.DynamoDBEventRecord {
	w.t.Helper()
	records, err := w.StreamRecordsFor(arn, after, 1000, anybody)
	if err != nil {
		w.t.Fatal(err)
	}
	var list []events.DynamoDBEventRecord
	for _, r := range records {
		var record events.DynamoDBEventRecord
		if err := json.Unmarshal(r.JSON, &record); err != nil {
			w.t.Fatalf("%s: %v", r.JSON, err)
		}
		list = append(list, record)
	}
	return list
}

// told is a record in short, as in MODIFY a 1→2.
func told(records []events.DynamoDBEventRecord) (all []string) {
	image := func(i map[string]events.DynamoDBAttributeValue) string {
		if v, has := i["v"]; has {
			return v.String()
		}
		return "-"
	}
	for _, r := range records {
		text := fmt.Sprintf("%s %s %s→%s", r.EventName, r.Change.Keys["id"].String(), image(r.Change.OldImage), image(r.Change.NewImage))
		if r.UserIdentity != nil {
			text += " " + r.UserIdentity.Type + " " + r.UserIdentity.PrincipalID
		}
		all = append(all, text)
	}
	return all
}

func want(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func put(id, v string) string {
	return fmt.Sprintf(`{"TableName": "Tab", "Item": {"id": {"S": %q}, "v": {"S": %q}}}`, id, v)
}

// Every operation that changes an item is in the stream, in the order of the writes, and none that changes nothing.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
func TestStream_hasWhatChangesItems(t *testing.T) {
	w := newWorld(t)
	state, _ := w.streamed("Tab", "NEW_AND_OLD_IMAGES")
	arn := state.Attributes["StreamArn"].(string)
	if arn != "arn:aws:dynamodb:us-east-1:000000000000:table/Tab/stream/2026-11-21T12:00:00.000" {
		t.Errorf("got the stream %s, want the time at the end", arn)
	}
	w.ok("PutItem", put("a", "1"))
	w.ok("PutItem", put("a", "1")) // changes nothing
	w.ok("PutItem", put("a", "2"))
	w.ok("UpdateItem", `{"TableName": "Tab", "Key": {"id": {"S": "a"}}, "UpdateExpression": "SET v = :v", "ExpressionAttributeValues": {":v": {"S": "2"}}}`)
	w.ok("UpdateItem", `{"TableName": "Tab", "Key": {"id": {"S": "a"}}, "UpdateExpression": "SET v = :v", "ExpressionAttributeValues": {":v": {"S": "3"}}}`)
	w.fails("PutItem", `{"TableName": "Tab", "Item": {"id": {"S": "a"}}, "ConditionExpression": "attribute_not_exists(id)"}`)
	w.ok("DeleteItem", `{"TableName": "Tab", "Key": {"id": {"S": "a"}}}`)
	w.ok("DeleteItem", `{"TableName": "Tab", "Key": {"id": {"S": "a"}}}`)
	w.ok("BatchWriteItem", `{"RequestItems": {"Tab": [{"PutRequest": {"Item": {"id": {"S": "b"}, "v": {"S": "1"}}}}, {"DeleteRequest": {"Key": {"id": {"S": "none"}}}}]}}`)
	w.ok("TransactWriteItems", `{"TransactItems": [{"Delete": {"TableName": "Tab", "Key": {"id": {"S": "b"}}}}, {"Put": {"TableName": "Tab", "Item": {"id": {"S": "c"}, "v": {"S": "1"}}}}]}`)
	w.fails("TransactWriteItems", `{"TransactItems": [{"Put": {"TableName": "Tab", "Item": {"id": {"S": "d"}}}}, {"ConditionCheck": {"TableName": "Tab", "Key": {"id": {"S": "e"}}, "ConditionExpression": "attribute_exists(id)"}}]}`)
	records := w.read(arn, "")
	want(t, "the stream", told(records), "INSERT a -→1", "MODIFY a 1→2", "MODIFY a 2→3", "REMOVE a 3→-", "INSERT b -→1", "REMOVE b 1→-", "INSERT c -→1")
	for i, r := range records {
		c := r.Change
		if r.EventID == "" || r.EventVersion != "1.1" || r.EventSource != "aws:dynamodb" || r.AWSRegion != "us-east-1" || c.StreamViewType != "NEW_AND_OLD_IMAGES" ||
			len(c.SequenceNumber) != 21 || !c.ApproximateCreationDateTime.Equal(w.now) || i > 0 && c.SequenceNumber <= records[i-1].Change.SequenceNumber {
			t.Errorf("got %+v, want all that DynamoDB says", r)
		}
	}
	if got := records[1].Change.SizeBytes; got != 3+5+5 { // the key, and two images of a key and a value
		t.Errorf("got %d bytes, want 13", got)
	}
	want(t, "after the fifth", told(w.read(arn, records[4].Change.SequenceNumber)), "REMOVE b 1→-", "INSERT c -→1")
}

func TestStream_hasTheImagesOfItsView(t *testing.T) {
	for view, wanted := range map[string]string{
		"KEYS_ONLY": "MODIFY a -→-", "NEW_IMAGE": "MODIFY a -→2", "OLD_IMAGE": "MODIFY a 1→-", "NEW_AND_OLD_IMAGES": "MODIFY a 1→2",
	} {
		w := newWorld(t)
		state, _ := w.streamed("Tab", view)
		w.ok("PutItem", put("a", "1"))
		w.ok("PutItem", put("a", "2"))
		want(t, view, told(w.read(state.Attributes["StreamArn"].(string), ""))[1:], wanted)
	}
}

// What expires is removed by DynamoDB: by the sweep, or before another item takes its key.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
func TestStream_tellsWhatExpiresFromWhatIsDeleted(t *testing.T) {
	w := newWorld(t)
	state, _ := w.streamed("Tab", "NEW_AND_OLD_IMAGES")
	expiring := func(id string) {
		w.ok("PutItem", fmt.Sprintf(`{"TableName": "Tab", "Item": {"id": {"S": %q}, "v": {"S": "1"}, "ttl": {"N": "%d"}}}`, id, w.now.Unix()+60))
	}
	expiring("a")
	expiring("b")
	w.ok("PutItem", put("c", "1"))
	last := w.read(state.Attributes["StreamArn"].(string), "")[2].Change.SequenceNumber
	w.now = w.now.Add(2 * time.Minute)
	w.ok("PutItem", put("a", "2"))
	for range 2 {
		if err := w.Sweep(); err != nil {
			t.Fatal(err)
		}
	}
	want(t, "after the sweep", told(w.read(state.Attributes["StreamArn"].(string), last)),
		"REMOVE a 1→- Service dynamodb.amazonaws.com", "INSERT a -→2", "REMOVE b 1→- Service dynamodb.amazonaws.com")
}

func TestStream_keepsChangesForADay(t *testing.T) {
	w := newWorld(t)
	state, _ := w.streamed("Tab", "NEW_AND_OLD_IMAGES")
	arn := state.Attributes["StreamArn"].(string)
	w.ok("PutItem", put("a", "1"))
	w.ok("PutItem", put("a", "2"))
	last := w.read(arn, "")[1].Change.SequenceNumber
	w.now = w.now.Add(23 * time.Hour)
	w.ok("PutItem", put("a", "3"))
	w.now = w.now.Add(2 * time.Hour)
	want(t, "two of them old", told(w.read(arn, "")), "MODIFY a 2→3")
	if err := w.Sweep(); err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(24 * time.Hour)
	if err := w.Sweep(); err != nil {
		t.Fatal(err)
	}
	want(t, "all of them old", told(w.read(arn, "")))
	w.ok("PutItem", put("a", "4"))
	if next := w.read(arn, last); len(next) != 1 || next[0].Change.SequenceNumber <= last {
		t.Errorf("got %+v, want the numbers to go on after %s", next, last)
	}
}

// Another process goes on where the former was, and a table that goes takes its stream with it.
func TestStream_isThereAfterARestart(t *testing.T) {
	db := store.NewMemory()
	open := func() *world {
		w := newWorld(t)
		e, err := dynamodb.New(db, dynamodb.Config{Now: func() time.Time { return w.now }})
		if err != nil {
			t.Fatal(err)
		}
		w.Service = e
		return w
	}
	w := open()
	state, r := w.streamed("Tab", "NEW_AND_OLD_IMAGES")
	w.ok("PutItem", put("a", "1"))
	w = open()
	w.ok("PutItem", put("a", "2"))
	arn := state.Attributes["StreamArn"].(string)
	want(t, "after a restart", told(w.read(arn, "")), "INSERT a -→1", "MODIFY a 1→2")
	if err := w.globalTable().Delete(context.Background(), r); err != nil {
		t.Fatal(err)
	}
	if err := db.View(func(tx store.Reader) error {
		if spaces := tx.Spaces(); len(spaces) > 0 {
			return fmt.Errorf("got the spaces %v, want none without a table", spaces)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}

// IAM decides about each step on the stream's own ARN, and before anything is said of it.
func TestStream_isReadByWhoMay(t *testing.T) {
	w := newWorld(t)
	state, _ := w.streamed("Tab", "NEW_AND_OLD_IMAGES")
	denied := errors.New("denied")
	for _, arn := range []string{state.Attributes["StreamArn"].(string), "arn:aws:dynamodb:us-east-1:000000000000:table/Tab/stream/none"} {
		var asked []string
		deny := func(needs []aws.Request) error {
			for _, need := range needs {
				asked = append(asked, strings.TrimPrefix(need.Action, "dynamodb:")+" "+need.Resource)
			}
			return denied
		}
		_, describing := w.DescribeStreamFor(arn, deny)
		_, iterating := w.ShardIteratorFor(arn, "LATEST", deny)
		_, reading := w.StreamRecordsFor(arn, "", 10, deny)
		for _, err := range []error{describing, iterating, reading} {
			if !errors.Is(err, denied) {
				t.Errorf("got %v, want the denial", err)
			}
		}
		want(t, "what IAM was asked", asked, "DescribeStream "+arn, "GetShardIterator "+arn, "GetRecords "+arn)
	}
	if _, err := w.StreamRecordsFor("arn:aws:dynamodb:us-east-1:000000000000:table/Tab/stream/none", "", 10, anybody); err == nil || !strings.HasPrefix(err.Error(), "ResourceNotFoundException") {
		t.Errorf("got %v, want ResourceNotFoundException", err)
	}
}

// LATEST is after what is there; the signal comes with a write to a stream, and with no other.
func TestStream_wakesWhoWaits(t *testing.T) {
	w := newWorld(t)
	state, _ := w.streamed("Tab", "NEW_AND_OLD_IMAGES")
	w.streamed("Other", "")
	arn := state.Attributes["StreamArn"].(string)
	w.ok("PutItem", put("a", "1"))
	latest, err := w.ShardIteratorFor(arn, "LATEST", anybody)
	if err != nil {
		t.Fatal(err)
	}
	changed := w.StreamsChanged()
	w.ok("PutItem", `{"TableName": "Other", "Item": {"id": {"S": "a"}}}`)
	select {
	case <-changed:
		t.Error("got a signal for a table without a stream")
	default:
	}
	w.ok("PutItem", put("b", "1"))
	<-changed
	want(t, "after LATEST", told(w.read(arn, latest)), "INSERT b -→1")
}

// A stream comes and goes with its property, and its view is not changed in place.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
func TestStream_isOfTheTablesProperties(t *testing.T) {
	w := newWorld(t)
	state, r := w.streamed("Tab", "")
	if got, has := state.Attributes["StreamArn"]; has {
		t.Errorf("got the stream %v, want none", got)
	}
	update := func(view string) (string, error) {
		next := r
		next.Properties = copied(t, r.Properties)
		delete(next.Properties, "StreamSpecification")
		if view != "" {
			next.Properties["StreamSpecification"] = map[string]any{"StreamViewType": view}
		}
		state, err := w.globalTable().Update(context.Background(), r.Properties, next)
		arn, _ := state.Attributes["StreamArn"].(string)
		return arn, err
	}
	first, err := update("NEW_IMAGE")
	if err != nil || first == "" {
		t.Fatalf("got %q, %v, want a stream", first, err)
	}
	w.now = w.now.Add(time.Second)
	if again, err := update("NEW_IMAGE"); err != nil || again != first {
		t.Errorf("got %q, %v, want the same stream %s", again, err, first)
	}
	if got := w.ok("DescribeTable", `{"TableName": "Tab"}`); !strings.Contains(got, `"LatestStreamArn":"`+first+`"`) || !strings.Contains(got, `"StreamViewType":"NEW_IMAGE"`) {
		t.Errorf("got %s, want the stream in it", got)
	}
	if _, err := update("OLD_IMAGE"); err == nil || !strings.Contains(err.Error(), "Table already has an enabled stream") {
		t.Errorf("got %v, want a refusal of another view", err)
	}
	if none, err := update(""); err != nil || none != "" {
		t.Errorf("got %q, %v, want no stream", none, err)
	}
	if second, err := update("OLD_IMAGE"); err != nil || second == first {
		t.Errorf("got %q, %v, want another stream", second, err)
	}
	_, err = update("EVERYTHING")
	if want := `AWS::DynamoDB::GlobalTable.StreamSpecification.StreamViewType: got "EVERYTHING", want one of KEYS_ONLY, NEW_AND_OLD_IMAGES, NEW_IMAGE, OLD_IMAGE`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// What a stream adds to a write, beside one without.
func BenchmarkPutItem_streams(b *testing.B) {
	for _, view := range []string{"", "NEW_AND_OLD_IMAGES"} {
		b.Run("stream="+view, func(b *testing.B) {
			w := newWorld(b)
			w.streamed("Photos", view)
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				w.ok("PutItem", benchItem(n%benchmarked, fmt.Sprint("ROW#", n)))
			}
		})
	}
}
