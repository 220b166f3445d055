package lambda_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/lambda"
)

// putObject is what the sandbox does: S3 as somebody, whose policies decide.
func (r *rig) putObject(ctx context.Context, caller aws.Caller, bucket, key string, body []byte) error {
	answer := httptest.NewRecorder()
	request := httptest.NewRequestWithContext(ctx, http.MethodPut, "https://"+bucket+".s3.us-east-1.amazonaws.com/"+key, bytes.NewReader(body))
	r.files.As(caller).ServeHTTP(answer, request)
	if answer.Code != http.StatusOK {
		return fmt.Errorf("got %d: %s", answer.Code, answer.Body)
	}
	return nil
}

const (
	failures = "failures"
	source   = "dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator"
)

// stream makes a table with a stream, a bucket for what is given up, and a role and a function whose role may do the actions. Each
// batch is a file of the folder.
func (r *rig) stream(actions string) (arn, folder string) {
	r.t.Helper()
	r.lambda.SetTimes(time.Minute, 0)
	folder = r.t.TempDir()
	table := r.make("AWS::DynamoDB::GlobalTable", "Table", properties{
		"TableName": "Table", "BillingMode": "PAY_PER_REQUEST", "Replicas": []any{properties{"Region": region}},
		"AttributeDefinitions": []any{properties{"AttributeName": "id", "AttributeType": "S"}},
		"KeySchema":            []any{properties{"AttributeName": "id", "KeyType": "HASH"}},
		"StreamSpecification":  properties{"StreamViewType": "NEW_AND_OLD_IMAGES"},
	})
	arn = table.Attributes["StreamArn"].(string)
	r.make("AWS::S3::Bucket", "Failures", properties{"BucketName": failures})
	r.make("AWS::IAM::Role", "Reader", properties{"RoleName": "reader", "AssumeRolePolicyDocument": trust("lambda.amazonaws.com")})
	r.grant(arn, actions)
	r.make("AWS::Lambda::Function", "Reader", function(with("FunctionName", "reader"), with("Role", "arn:aws:iam::000000000000:role/reader"), variables("DELIVERED", folder)))
	return arn, folder
}

// grant lets the role of the reader do some actions, and use the bucket.
func (r *rig) grant(stream, actions string) {
	r.t.Helper()
	var all []any
	for action := range strings.FieldsSeq(actions) {
		all = append(all, action)
	}
	statements := []any{
		statement("Allow", "arn:aws:s3:::"+failures+"/*", "s3:PutObject"), statement("Allow", "arn:aws:s3:::"+failures, "s3:ListBucket"),
	}
	if all != nil {
		statements = append(statements, statement("Allow", stream, all...))
	}
	if err := r.update("AWS::IAM::Role", "reader", "Reader", properties{"RoleName": "reader", "AssumeRolePolicyDocument": trust("lambda.amazonaws.com"), "Policies": []any{
		properties{"PolicyName": "p", "PolicyDocument": policy(statements...)},
	}}); err != nil {
		r.t.Fatal(err)
	}
}

// mapping are the properties of a mapping.
func mapping(stream string, changes ...func(properties)) properties {
	p := properties{
		"EventSourceArn": stream, "FunctionName": "reader", "StartingPosition": "TRIM_HORIZON", "BisectBatchOnFunctionError": true,
		"MaximumRetryAttempts": 2.0, "FunctionResponseTypes": []any{"ReportBatchItemFailures"},
		"DestinationConfig": properties{"OnFailure": properties{"Destination": "arn:aws:s3:::" + failures}},
	}
	for _, change := range changes {
		change(p)
	}
	return p
}

func filtered(patterns ...string) func(properties) {
	var all []any
	for _, pattern := range patterns {
		all = append(all, properties{"Pattern": pattern})
	}
	return with("FilterCriteria", properties{"Filters": all})
}

// put puts items, each an id and what is to be done with it, as in "b fail".
func (r *rig) put(items ...string) {
	r.t.Helper()
	for _, one := range items {
		id, do, _ := strings.Cut(one, " ")
		text := fmt.Sprintf(`{"TableName": "Table", "Item": {"id": {"S": %q}}}`, id)
		if do != "" {
			text = fmt.Sprintf(`{"TableName": "Table", "Item": {"id": {"S": %q}, "do": {"S": %q}}}`, id, do)
		}
		if _, err := r.tables.Handle("PutItem", []byte(text)); err != nil {
			r.t.Fatal(err)
		}
	}
}

func delivered(folder string) (batches []string) {
	entries, _ := os.ReadDir(folder)
	for _, entry := range entries {
		text, _ := os.ReadFile(filepath.Join(folder, entry.Name()))
		batches = append(batches, string(text))
	}
	return batches
}

// delivers waits until there are as many batches, and wants these.
func (r *rig) delivers(folder string, want ...string) {
	r.t.Helper()
	eventually(r.t, fmt.Sprintf("%d batches", len(want)), func() bool { return len(delivered(folder)) >= len(want) })
	if got := delivered(folder); !slices.Equal(got, want) {
		r.t.Errorf("got the batches\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// settles waits until a mapping has dealt with the last change.
func (r *rig) settles(mapping aws.State, stream string) {
	r.t.Helper()
	last, err := r.tables.ShardIteratorFor(stream, "LATEST", allow)
	if err != nil {
		r.t.Fatal(err)
	}
	eventually(r.t, "the checkpoint "+last, func() bool { return r.lambda.Checkpoint(mapping.PhysicalID) == last })
}

// ends wants these batches and no other: one more item comes through behind them.
func (r *rig) ends(folder string, want ...string) {
	r.t.Helper()
	r.delivers(folder, want...)
	r.put("end")
	eventually(r.t, "the end", func() bool {
		all := delivered(folder)
		return strings.HasSuffix(all[len(all)-1], "end")
	})
	if got := delivered(folder); !slices.Equal(got, append(want, "INSERT end")) {
		r.t.Errorf("got the batches\n%s\nwant\n%s\nand the end", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestMapping_deliversChangesInTheirOrder(t *testing.T) {
	r := newRig(t)
	arn, folder := r.stream(source)
	r.put("a", "b", "a ok") // before there is a mapping
	state := r.make("AWS::Lambda::EventSourceMapping", "M", mapping(arn))
	if !regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`).MatchString(state.PhysicalID) || state.Attributes["Id"] != state.PhysicalID {
		t.Errorf("got %+v, want a UUID", state)
	}
	r.delivers(folder, "INSERT a, INSERT b, MODIFY a")
}

// A write wakes the mapping: nothing else does.
func TestMapping_waitsForTheSignal(t *testing.T) {
	r := newRig(t)
	arn, folder := r.stream(source)
	r.put("old")
	r.make("AWS::Lambda::EventSourceMapping", "M", mapping(arn, with("StartingPosition", "LATEST"), with("BatchSize", 2.0)))
	r.put("a")
	r.delivers(folder, "INSERT a")
	r.put("b")
	r.delivers(folder, "INSERT a", "INSERT b")
}

func TestMapping_filters(t *testing.T) {
	r := newRig(t)
	arn, folder := r.stream(source)
	r.make("AWS::Lambda::EventSourceMapping", "M", mapping(arn, filtered(
		`{"dynamodb": {"Keys": {"id": {"S": [{"prefix": "live-"}]}}}}`, `{"dynamodb": {"OldImage": {"id": {"S": ["gone"]}}, "NewImage": {"id": {"S": [{"exists": false}]}}}}`)))
	r.put("draft-1", "gone")
	if _, err := r.tables.Handle("DeleteItem", []byte(`{"TableName": "Table", "Key": {"id": {"S": "gone"}}}`)); err != nil {
		t.Fatal(err)
	}
	r.delivers(folder, "REMOVE gone")
	r.put("draft-2", "live-1")
	r.delivers(folder, "REMOVE gone", "INSERT live-1")
}

// What was dealt with is not delivered again, and what was under way is.
func TestMapping_goesOnAfterItsProcess(t *testing.T) {
	r := newRig(t)
	arn, folder := r.stream(source)
	state := r.make("AWS::Lambda::EventSourceMapping", "M", mapping(arn))
	r.put("a")
	r.settles(state, arn)
	until := filepath.Join(t.TempDir(), "until")
	r.put("b " + until)
	eventually(t, "it under way", func() bool { _, err := os.Stat(until + ".there"); return err == nil })
	if err := r.lambda.Close(); err != nil { // kills the function
		t.Fatal(err)
	}
	r.put("c")
	if err := os.WriteFile(until, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	r.open(r.dir)
	r.ends(folder, "INSERT a", "INSERT b", "INSERT b, INSERT c")
}

func TestMapping_stopsWithItsResource(t *testing.T) {
	r := newRig(t)
	arn, folder := r.stream(source)
	state := r.make("AWS::Lambda::EventSourceMapping", "M", mapping(arn))
	r.put("a")
	r.settles(state, arn)
	if err := r.update("AWS::Lambda::EventSourceMapping", state.PhysicalID, "M", mapping(arn, with("Enabled", false))); err != nil {
		t.Fatal(err)
	}
	r.put("b")
	if err := r.update("AWS::Lambda::EventSourceMapping", state.PhysicalID, "M", mapping(arn)); err != nil {
		t.Fatal(err)
	}
	r.settles(state, arn)
	r.delivers(folder, "INSERT a", "INSERT b") // where it was
	r.drop("AWS::Lambda::EventSourceMapping", state.PhysicalID, mapping(arn))
	r.put("c")
	again := r.make("AWS::Lambda::EventSourceMapping", "N", mapping(arn, with("StartingPosition", "LATEST")))
	r.put("d")
	r.delivers(folder, "INSERT a", "INSERT b", "INSERT d")
	r.drop("AWS::Lambda::EventSourceMapping", again.PhysicalID, mapping(arn))
}

// given is what was given up: the documents in the bucket.
func (r *rig) given() (keys []string, documents []map[string]any) {
	r.t.Helper()
	objects, err := r.files.Versions(failures)
	if err != nil {
		r.t.Fatal(err)
	}
	known, _ := r.roles.Credentials(developer.ID)
	for _, o := range objects {
		answer := httptest.NewRecorder()
		r.files.As(aws.Caller{AccessKeyID: developer.ID, Account: known.Account, Principal: known.Principal, Identity: known.Identity}).
			ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "https://"+failures+".s3.us-east-1.amazonaws.com/"+o.Key, nil))
		var document map[string]any
		if err := json.Unmarshal(answer.Body.Bytes(), &document); err != nil {
			r.t.Fatalf("%s: %v", answer.Body, err)
		}
		keys, documents = append(keys, o.Key), append(documents, document)
	}
	return keys, documents
}

// A poisoned record is found by halves, tried as often as it may, and goes to the bucket; the others are delivered, in their order.
// https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
func TestMapping_isolatesWhatIsPoisoned(t *testing.T) {
	r := newRig(t)
	arn, folder := r.stream(source)
	r.put("a", "b", "c fail", "d")
	state := r.make("AWS::Lambda::EventSourceMapping", "M", mapping(arn))
	r.ends(folder, "INSERT a, INSERT b, INSERT c, INSERT d", "INSERT a, INSERT b", "INSERT c, INSERT d", "INSERT c", "INSERT c", "INSERT c", "INSERT d")
	keys, documents := r.given()
	form := regexp.MustCompile(`^aws/lambda/` + state.PhysicalID + `/shardId-\d{20}-[0-9a-f]{8}/\d{4}/\d\d/\d\d/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-[0-9a-f-]{36}$`)
	if len(keys) != 1 || !form.MatchString(keys[0]) {
		t.Fatalf("got the keys %v, want one of Lambda's form", keys)
	}
	asked, batch := documents[0]["requestContext"].(map[string]any), documents[0]["DDBStreamBatchInfo"].(map[string]any)
	if asked["condition"] != "RetryAttemptsExhausted" || asked["approximateInvokeCount"] != 3.0 || asked["functionArn"] != "arn:aws:lambda:us-east-1:000000000000:function:reader" ||
		batch["batchSize"] != 1.0 || batch["streamArn"] != arn || batch["startSequenceNumber"] != batch["endSequenceNumber"] {
		t.Errorf("got %v, want what became of the record", documents[0])
	}
	var payload order
	if err := json.Unmarshal([]byte(documents[0]["payload"].(string)), &payload); err != nil || len(payload.Records) != 1 || payload.Records[0].EventSourceArn != arn {
		t.Errorf("got %v, %v, want the event", documents[0]["payload"], err)
	}
	if !strings.Contains(r.faulted(), "gives up 1 records") || !strings.Contains(r.faulted(), "s3://"+failures+"/"+keys[0]) {
		t.Errorf("got %s, want it told", r.faulted())
	}
}

func TestMapping_retriesAWholeBatchUnlessItBisects(t *testing.T) {
	r := newRig(t)
	arn, folder := r.stream(source)
	r.put("a", "b fail")
	r.make("AWS::Lambda::EventSourceMapping", "M", mapping(arn, with("BisectBatchOnFunctionError", false), with("MaximumRetryAttempts", 1.0)))
	r.ends(folder, "INSERT a, INSERT b", "INSERT a, INSERT b")
	if _, documents := r.given(); len(documents) != 1 || documents[0]["DDBStreamBatchInfo"].(map[string]any)["batchSize"] != 2.0 {
		t.Errorf("got %v, want the batch of two", documents)
	}
}

// What a function reports is tried again, and all after it; what stands before is not.
// https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
func TestMapping_goesOnBehindWhatWasTaken(t *testing.T) {
	for bisects, want := range map[bool][]string{
		true:  {"INSERT a, INSERT b, INSERT c", "INSERT b, INSERT c", "INSERT b", "INSERT b", "INSERT c"},
		false: {"INSERT a, INSERT b, INSERT c", "INSERT b, INSERT c"},
	} {
		t.Run(fmt.Sprint("bisects=", bisects), func(t *testing.T) {
			r := newRig(t)
			arn, folder := r.stream(source)
			r.put("a", "b report", "c")
			r.make("AWS::Lambda::EventSourceMapping", "M", mapping(arn, with("BisectBatchOnFunctionError", bisects), with("MaximumRetryAttempts", 1.0)))
			r.ends(folder, want...)
		})
	}
}

// Without the response type an answer is an answer: nothing is looked for in it.
func TestMapping_looksForReportsWhereItIsTold(t *testing.T) {
	r := newRig(t)
	arn, folder := r.stream(source)
	r.put("a", "b report")
	r.make("AWS::Lambda::EventSourceMapping", "M", mapping(arn, with("FunctionResponseTypes", nil)))
	r.ends(folder, "INSERT a, INSERT b")
}

func TestTakenOf_isWhatAWSDocuments(t *testing.T) {
	for answer, want := range map[string]int{
		`{"batchItemFailures": []}`: 3, `{"batchItemFailures": null}`: 3, `{}`: 3, `null`: 3,
		`{"batchItemFailures": [{"itemIdentifier": "2"}]}`: 1, `{"batchItemFailures": [{"itemIdentifier": "3"}, {"itemIdentifier": "2"}]}`: 1,
		`{"batchItemFailures": [{"itemIdentifier": ""}]}`: 0, `{"batchItemFailures": [{"itemIdentifier": null}]}`: 0,
		`{"batchItemFailures": [{"identifier": "2"}]}`: 0, `{"batchItemFailures": [{"itemIdentifier": "7"}]}`: 0, `"done"`: 0,
	} {
		if got := lambda.TakenOf([]byte(answer), "1", "2", "3"); got != want {
			t.Errorf("%s: got %d taken, want %d", answer, got, want)
		}
	}
}

func TestMapping_givesUpWhatIsTooOld(t *testing.T) {
	r := newRig(t)
	arn, folder := r.stream(source)
	r.put("a", "b")
	r.clock.Pass(2 * time.Minute)
	r.put("c")
	r.make("AWS::Lambda::EventSourceMapping", "M", mapping(arn, with("MaximumRecordAgeInSeconds", 60.0)))
	r.delivers(folder, "INSERT c")
	_, documents := r.given()
	if len(documents) != 1 || documents[0]["requestContext"].(map[string]any)["condition"] != "RecordAgeExceeded" || documents[0]["DDBStreamBatchInfo"].(map[string]any)["batchSize"] != 2.0 {
		t.Errorf("got %v, want the two", documents)
	}
}
