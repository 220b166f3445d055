package appsync

import (
	"encoding/json"
	"reflect"

	"lightbox.example/lightbox/sandbox/appsync/filter"
	"lightbox.example/lightbox/sandbox/appsync/graphql"
	"lightbox.example/lightbox/sandbox/appsyncjs"
)

// matcher tells which events are for a subscriber: those that pass the filter that the resolver set or, where it set none,
// those whose fields have the values of the arguments of their names. An argument that was not given asks for nothing; one
// that is null asks for null. A field that the mutation did not select is not there, and equals nothing.
//
// https://docs.aws.amazon.com/appsync/latest/devguide/aws-appsync-real-time-data.html#using-subscription-arguments
func matcher(set *appsyncjs.SubscriptionFilter, arguments map[string]any) (func(*Event) bool, error) {
	if set != nil {
		compiled, err := filter.Compile(set)
		return func(event *Event) bool { return compiled.Match(event.fields()) }, err
	}
	wanted := make(map[string]any, len(arguments))
	for name, value := range arguments {
		text, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		if wanted[name], err = graphql.Decode(text); err != nil {
			return nil, err
		}
	}
	return func(event *Event) bool {
		fields := event.fields()
		if fields == nil {
			return false
		}
		for name, want := range wanted {
			if got, there := fields[name]; !there || !reflect.DeepEqual(got, want) {
				return false
			}
		}
		return true
	}, nil
}
