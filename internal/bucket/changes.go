package bucket

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// A Change is one of a row of a table, as a stream has it.
type Change struct {
	// Number is by what Lambda is told that it has to come again.
	Number string
	// Before and After are the row; nil where there was none, or is none.
	Before, After map[string]events.DynamoDBAttributeValue
	// At is when it was made, by DynamoDB's clock and in whole seconds.
	At time.Time
	// Record is the whole of it, as JSON.
	Record json.RawMessage
}

// ReadChanges reads an event of the stream of a table; it is not ok if the event is of another kind. What AWS says besides, and may
// say one day, is not looked at; what a row says is read strictly by who needs it.
//
// https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html#events-sample-dynamodb
func ReadChanges(text []byte) (changes []Change, ok bool, err error) {
	var top map[string]json.RawMessage
	if json.Unmarshal(text, &top) != nil || top["Records"] == nil {
		return nil, false, nil
	}
	var event events.DynamoDBEvent
	var raw struct{ Records []json.RawMessage }
	if err := json.Unmarshal(text, &raw); err != nil {
		return nil, true, fmt.Errorf("stream: %w", err)
	}
	if err := json.Unmarshal(text, &event); err != nil {
		return nil, true, fmt.Errorf("stream: %w", err)
	}
	var faults []error
	for i, record := range event.Records {
		c := record.Change
		fault := func(format string, args ...any) {
			faults = append(faults, fmt.Errorf("stream: Records[%d]: "+format, append([]any{i}, args...)...))
		}
		if record.EventSource != "aws:dynamodb" {
			fault("eventSource: got %q, want aws:dynamodb", record.EventSource)
		}
		if c.SequenceNumber == "" {
			fault("dynamodb.SequenceNumber: got none")
		}
		if c.StreamViewType != string(events.DynamoDBStreamViewTypeNewAndOldImages) {
			fault("dynamodb.StreamViewType: got %q, want %s", c.StreamViewType, events.DynamoDBStreamViewTypeNewAndOldImages)
		}
		if c.OldImage == nil && c.NewImage == nil {
			fault("got neither image")
		}
		changes = append(changes, Change{c.SequenceNumber, c.OldImage, c.NewImage, c.ApproximateCreationDateTime.Time, raw.Records[i]})
	}
	return changes, true, errors.Join(faults...)
}

// MainOf is the JPEG that a row of the table of products has at its MainKey: nil of one that is not live, or not there.
func MainOf(row map[string]events.DynamoDBAttributeValue) (*Main, error) {
	state, err := textIn(row, "state")
	if row == nil || err != nil || state != "LIVE" {
		return nil, err
	}
	id, err := textIn(row, "id")
	folder, err2 := textIn(row, "folder")
	file, err3 := jpegIn(row)
	if err := errors.Join(err, err2, err3); err != nil {
		return nil, err
	}
	main := &Main{Product: id, File: Products + folder + "/" + file}
	return main, main.Check()
}

// textIn is a text of a row.
func textIn(row map[string]events.DynamoDBAttributeValue, name string) (string, error) {
	value, has := row[name]
	if row == nil {
		return "", nil
	}
	if !has || value.DataType() != events.DataTypeString {
		return "", fmt.Errorf("%s: want a text", name)
	}
	return value.String(), nil
}

// jpegIn is the file of a row's JPEG.
func jpegIn(row map[string]events.DynamoDBAttributeValue) (string, error) {
	files, err := RenditionsOf(row)
	if err != nil {
		return "", err
	}
	for _, file := range files {
		if strings.HasSuffix(file, ".jpg") {
			return file, nil
		}
	}
	return "", errors.New("renditions: got no jpeg")
}
