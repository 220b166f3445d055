package dynamodb

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

// A table that has served its most in a second refuses more, in that second; whoever may do without says so, and it is counted.
func TestTable_throttlesAboveItsMost(t *testing.T) {
	for _, throttles := range []bool{true, false} {
		clock, counted := deploytest.ClockAt(time.Unix(1_800_000_000, 0)), map[string]float64{}
		e, err := New(store.NewMemory(), Config{Now: clock.Now, Throttles: throttles, Meter: func(d aws.Datum) {
			counted[fmt.Sprint(d.Name, d.Dimensions)] += d.Value
		}})
		if err != nil {
			t.Fatal(err)
		}
		call := func(operation, body string) error {
			if _, refusal := e.Handle(operation, []byte(body)); refusal != nil {
				return refusal
			}
			return nil
		}
		if err := call("CreateTable", `{"TableName": "T01", "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
			"BillingMode": "PAY_PER_REQUEST", "OnDemandThroughput": {"MaxReadRequestUnits": 2, "MaxWriteRequestUnits": 3}}`); err != nil {
			t.Fatal(err)
		}
		put := `{"TableName": "T01", "Item": {"k": {"S": "a"}, "v": {"S": "` + strings.Repeat("x", 2048) + `"}}}` // 3 units
		get := `{"TableName": "T01", "Key": {"k": {"S": "a"}}, "ConsistentRead": true}`                           // 1 unit
		for i, step := range []struct {
			operation, body string
			refused         bool
		}{
			{"PutItem", put, false}, {"PutItem", put, true}, {"BatchWriteItem", `{"RequestItems": {"T01": [{"DeleteRequest": {"Key": {"k": {"S": "b"}}}}]}}`, true},
			{"GetItem", get, false}, {"GetItem", get, false}, {"Scan", `{"TableName": "T01"}`, true}, {"DescribeTable", `{"TableName": "T01"}`, false}, // of no items
		} {
			err := call(step.operation, step.body)
			if refused := err != nil; refused != (step.refused && throttles) || refused && !strings.HasPrefix(err.Error(), "ThrottlingException") {
				t.Errorf("throttles %t, step %d, %s: got %v", throttles, i, step.operation, err)
			}
		}
		clock.Pass(time.Second)
		if err := call("PutItem", put); err != nil {
			t.Errorf("a second later: got %v", err)
		}
		want := map[bool][2]float64{true: {2, 1}, false: {0, 0}}[throttles]
		if got := [2]float64{counted["WriteThrottleEvents[{TableName T01}]"], counted["ReadThrottleEvents[{TableName T01}]"]}; got != want {
			t.Errorf("throttles %t: got %v throttled, want %v", throttles, got, want)
		}
		if counted["ConsumedWriteCapacityUnits[{TableName T01}]"] < 6 {
			t.Errorf("got %v, want what was written", counted)
		}
	}
}
