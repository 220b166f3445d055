package lambda_test

import (
	"strings"
	"testing"
)

// The function's role reads: without its leave there is no mapping, and nothing that it lacks later is read.
func TestMapping_readsWithTheRoleOfItsFunction(t *testing.T) {
	r := newRig(t)
	arn, folder := r.stream("")
	for _, action := range strings.Fields(source) {
		r.grant(arn, strings.TrimSpace(strings.Replace(source, action, "", 1)))
		_, err := r.try("AWS::Lambda::EventSourceMapping", "M", mapping(arn))
		if err == nil || !strings.Contains(err.Error(), "Cannot access stream "+arn+". Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream") ||
			!strings.Contains(err.Error(), "not authorized to perform: "+action+" on resource: "+arn) {
			t.Errorf("without %s: got %v, want Lambda's refusal", action, err)
		}
	}
	r.grant(strings.Replace(arn, "Table", "Other", 1), source)
	if _, err := r.try("AWS::Lambda::EventSourceMapping", "M", mapping(arn)); err == nil {
		t.Error("with another stream's leave: got a mapping")
	}
	r.grant(arn, source)
	r.make("AWS::Lambda::EventSourceMapping", "M", mapping(arn))
	r.put("a")
	r.delivers(folder, "INSERT a")
	r.grant(arn, "dynamodb:DescribeStream")
	r.put("b")
	eventually(t, "it told", func() bool { return strings.Contains(r.faulted(), "not authorized to perform: dynamodb:GetRecords") })
	r.delivers(folder, "INSERT a")
	r.grant(arn, source)
	r.delivers(folder, "INSERT a", "INSERT b")
}

// Lambda looks at the destination before: the bucket listed, and every key written.
func TestMapping_usesABucketThatItsRoleMayUse(t *testing.T) {
	r := newRig(t)
	arn, _ := r.stream(source)
	other := with("DestinationConfig", properties{"OnFailure": properties{"Destination": "arn:aws:s3:::other"}})
	_, err := r.try("AWS::Lambda::EventSourceMapping", "M", mapping(arn, other))
	for _, want := range []string{"s3:ListBucket on resource: arn:aws:s3:::other", "s3:PutObject on resource: arn:aws:s3:::other/*"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s in it", err, want)
		}
	}
}

// A function has one mapping of a stream: a construct with another id makes a second one, and is refused.
func TestMapping_isTheOnlyOneOfAStream(t *testing.T) {
	r := newRig(t)
	arn, _ := r.stream(source)
	state := r.make("AWS::Lambda::EventSourceMapping", "M", mapping(arn))
	if _, err := r.try("AWS::Lambda::EventSourceMapping", "Other", mapping(arn)); err == nil || !strings.Contains(err.Error(), "provided mapping already exists. Please update or delete the existing mapping with UUID "+state.PhysicalID) {
		t.Errorf("a second one: got %v, want Lambda's refusal", err)
	}
	if again := r.make("AWS::Lambda::EventSourceMapping", "M", mapping(arn)); again.PhysicalID != state.PhysicalID {
		t.Errorf("the same again, as after a kill: got %s, want %s", again.PhysicalID, state.PhysicalID)
	}
}

func TestMapping_isRefusedByName(t *testing.T) {
	r := newRig(t)
	arn, _ := r.stream(source)
	const of = "AWS::Lambda::EventSourceMapping."
	for want, change := range map[string]func(properties){
		`EventSourceArn: got "arn:aws:sqs:us-east-1:000000000000:q", want a stream of DynamoDB's: no other source is supported by the sandbox`: with("EventSourceArn", "arn:aws:sqs:us-east-1:000000000000:q"),
		`StartingPosition: got "AT_TIMESTAMP", want TRIM_HORIZON or LATEST`:                                                                    with("StartingPosition", "AT_TIMESTAMP"),
		"BatchSize: got 0, want 1 to 10000":                                                   with("BatchSize", 0.0),
		"BatchSize: got -1, want 1 to 10000":                                                  with("BatchSize", -1.0),
		"MaximumRetryAttempts: got 10001, want -1 to 10000":                                   with("MaximumRetryAttempts", 10001.0),
		"MaximumRecordAgeInSeconds: got 59, want 60 to 604800":                                with("MaximumRecordAgeInSeconds", 59.0),
		`DestinationConfig.OnFailure.Destination: got "arn:aws:sqs:us-east-1:000000000000:q"`: with("DestinationConfig", properties{"OnFailure": properties{"Destination": "arn:aws:sqs:us-east-1:000000000000:q"}}),
		`FunctionResponseTypes: got ["Else"], want ReportBatchItemFailures, once`:             with("FunctionResponseTypes", []any{"Else"}),
		"FilterCriteria.Filters: got 0, want 1 to 5":                                          with("FilterCriteria", properties{"Filters": []any{}}),
		"FilterCriteria.Filters[0].Pattern: eventName: want dynamodb alone":                   filtered(`{"eventName": ["INSERT"]}`),
		"ParallelizationFactor is not supported by the sandbox":                               with("ParallelizationFactor", 2.0),
		"MaximumBatchingWindowInSeconds is not supported by the sandbox":                      with("MaximumBatchingWindowInSeconds", 1.0),
		"TumblingWindowInSeconds is not supported by the sandbox":                             with("TumblingWindowInSeconds", 1.0),
	} {
		if _, err := r.try("AWS::Lambda::EventSourceMapping", "M", mapping(arn, change)); err == nil || !strings.Contains(err.Error(), of+want) {
			t.Errorf("got %v, want %s%s", err, of, want)
		}
	}
	if _, err := r.try("AWS::Lambda::EventSourceMapping", "M", mapping(arn, with("FunctionName", "none"))); err == nil || !strings.Contains(err.Error(), "ResourceNotFoundException") {
		t.Errorf("a function that is not there: got %v", err)
	}
	if _, err := r.try("AWS::Lambda::EventSourceMapping", "M", mapping(arn+"0")); err == nil || !strings.Contains(err.Error(), "Cannot access stream") {
		t.Errorf("a stream that is not there: got %v", err)
	}
}
