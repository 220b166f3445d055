package appsync

import (
	"bytes"
	"encoding/json"

	"lightbox.example/lightbox/sandbox/appsync/filter"
	"lightbox.example/lightbox/sandbox/appsyncjs"
)

// matcher tells which events are for a subscriber: those that pass the filter that the resolver set or, where it set none,
// those whose fields have the values of the arguments of their names. An argument that was not given asks for nothing; one
// that is null asks for null. A field that the mutation did not select is not there, and equals nothing.
//
// https://docs.aws.amazon.com/appsync/latest/devguide/aws-appsync-real-time-data.html#using-subscription-arguments
func matcher(set *appsyncjs.SubscriptionFilter, arguments map[string]any) (func(event json.RawMessage) bool, error) {
	if set != nil {
		compiled, err := filter.Compile(set)
		return compiled.Match, err
	}
	wanted := make(map[string][]byte, len(arguments))
	for name, value := range arguments {
		text, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		wanted[name] = text
	}
	return func(event json.RawMessage) bool {
		var fields map[string]any
		decoder := json.NewDecoder(bytes.NewReader(event))
		decoder.UseNumber()
		if decoder.Decode(&fields) != nil {
			return false
		}
		for name, want := range wanted {
			value, there := fields[name]
			got, err := json.Marshal(value)
			if !there || err != nil || !bytes.Equal(got, want) {
				return false
			}
		}
		return true
	}, nil
}
