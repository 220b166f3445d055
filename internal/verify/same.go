package verify

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/strictjson"
)

// same compares values as AWS takes them, at a path of a type: a number or a boolean may be a text, what is empty is as if it
// were not there, a policy has one item or a list of it, JSON in a text is what it says, and the items of a list have no
// order but where ordered says so.
func same(path string, got, want any) bool {
	if strings.HasSuffix(path, "PolicyDocument") {
		got, want = ofPolicy(got), ofPolicy(want)
	}
	return reflect.DeepEqual(plain(path, got), plain(path, want))
}

// plain is a value in the one form that all equal values have.
func plain(path string, value any) any {
	switch value := value.(type) {
	case map[string]any:
		all := map[string]any{}
		for key, member := range value {
			if one := plain(path+"."+key, member); one != nil {
				all[key] = one
			}
		}
		if len(all) == 0 {
			return nil
		}
		return all
	case []any:
		all := []any{}
		for _, item := range value {
			all = append(all, plain(path+".*", item))
		}
		if len(all) == 0 {
			return nil
		}
		if !isOrdered(path) {
			slices.SortFunc(all, func(a, b any) int { return strings.Compare(text(a), text(b)) })
		}
		return all
	case string:
		if value == "" {
			return nil
		}
		if object, is := asJSON(value); is {
			return plain(path, object)
		}
		return value
	case nil:
		return nil
	default:
		return fmt.Sprint(value)
	}
}

// asJSON is the object that a text has, as an event pattern and the filter of a mapping are. One that has a key twice says different things to
// different readers: it is a text and nothing else.
func asJSON(text string) (map[string]any, bool) {
	if !strings.HasPrefix(text, "{") {
		return nil, false
	}
	value, err := strictjson.Decode(text)
	object, is := value.(map[string]any)
	return object, err == nil && is
}

// ordered are the lists, by the ends of their paths, of which the order says something. Of all others in the templates AWS
// says that it means nothing, or each item says its place itself.
//   - https://docs.aws.amazon.com/appsync/latest/APIReference/API_PipelineConfig.html
//   - https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CacheBehaviors.html
//   - https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html: the first rule that matches
//   - https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CacheBehavior.html: the first origin of the templates is
//     how the proof knows whose a distribution is
var ordered = []string{"PipelineConfig.Functions", "DistributionConfig.CacheBehaviors", "DistributionConfig.Origins", "CorsConfiguration.CorsRules"}

func isOrdered(path string) bool {
	return slices.ContainsFunc(ordered, func(end string) bool { return strings.HasSuffix(path, end) })
}

// ofPolicy is a policy document in the form with lists. A text is JSON, as some services answer it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
func ofPolicy(document any) any {
	if text, is := document.(string); is {
		document, _ = asJSON(text)
	}
	object, is := document.(map[string]any)
	if !is {
		return document
	}
	all := map[string]any{}
	for key, value := range object {
		all[key] = value
	}
	var statements []any
	for _, statement := range listed(object["Statement"]) {
		members, is := statement.(map[string]any)
		if !is {
			statements = append(statements, statement)
			continue
		}
		one := map[string]any{}
		for key, value := range members {
			switch key {
			case "Action", "NotAction", "Resource", "NotResource":
				value = listed(value)
			case "Principal", "NotPrincipal":
				value = eachListed(value)
			case "Condition":
				operators, _ := value.(map[string]any)
				copied := map[string]any{}
				for operator, keys := range operators {
					copied[operator] = eachListed(keys)
				}
				value = copied
			}
			one[key] = value
		}
		statements = append(statements, one)
	}
	all["Statement"] = statements
	return all
}

func eachListed(value any) any {
	members, is := value.(map[string]any)
	if !is {
		return value
	}
	all := map[string]any{}
	for key, member := range members {
		all[key] = listed(member)
	}
	return all
}

func listed(value any) []any {
	if list, is := value.([]any); is {
		return list
	}
	if value == nil {
		return nil
	}
	return []any{value}
}

// text is a value as JSON.
func text(value any) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return fmt.Sprint(value)
	}
	return strings.TrimSpace(b.String())
}
