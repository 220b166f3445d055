package lambda_test

import (
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/lambda"
)

// record is a change with what filters may look at.
const record = `{"eventName": "MODIFY", "dynamodb": {
	"Keys": {"CustomerName": {"S": "AnyCompany Industries"}},
	"NewImage": {"AccountManager": {"S": "Pat Candella"}, "Paid": {"BOOL": true}, "Due": {"N": "60"}, "Note": {"S": ""}, "None": {"NULL": true},
		"Organizations": {"L": [{"S": "Sales"}, {"S": "Marketing"}]}},
	"OldImage": {"AccountManager": {"S": "Terry Whitlock"}}}}`

// The examples are those of https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html, and one for each operator of
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html, beside what does not match.
func TestFilter_matchesAsAWSDocuments(t *testing.T) {
	for pattern, want := range map[string]bool{
		`{"dynamodb": {"Keys": {"CustomerName": {"S": ["AnyCompany Industries"]}}}}`:                                                                       true,
		`{"dynamodb": {"Keys": {"CustomerName": {"S": ["anycompany industries"]}}}}`:                                                                       false,
		`{"dynamodb": {"NewImage": {"AccountManager": {"S": ["Pat Candella", "Shirley Rodriguez"]}}}}`:                                                     true,
		`{"dynamodb": {"NewImage": {"AccountManager": {"S": ["Shirley Rodriguez"]}}}}`:                                                                     false,
		`{"dynamodb": {"NewImage": {"AccountManager": {"S": ["Pat Candella"]}}}, "dynamodb": {"OldImage": {"AccountManager": {"S": ["Terry Whitlock"]}}}}`: true,
		`{"dynamodb": {"NewImage": {"AccountManager": {"S": ["Pat Candella"]}}}, "dynamodb": {"OldImage": {"AccountManager": {"S": ["Somebody"]}}}}`:       false,
		`{"dynamodb": {"NewImage": {"AccountManager": {"S": ["Somebody"]}}}, "dynamodb": {"OldImage": {"AccountManager": {"S": ["Terry Whitlock"]}}}}`:     false,
		`{"dynamodb": {"NewImage": {"Organizations": [{"exists": true}]}}}`:                                                                                false, // no leaf
		`{"dynamodb": {"NewImage": {"Organizations": {"L": {"S": [{"exists": true}]}}}}}`:                                                                  true,
		`{"dynamodb": {"NewImage": {"Organizations": {"L": {"S": ["Marketing"]}}}}}`:                                                                       true,
		`{"dynamodb": {"NewImage": {"Nothing": {"S": [{"exists": false}]}}}}`:                                                                              true,
		`{"dynamodb": {"NewImage": {"AccountManager": {"S": [{"exists": false}]}}}}`:                                                                       false,
		`{"dynamodb": {"NewImage": {"AccountManager": {"S": [{"prefix": "Pat"}]}}}}`:                                                                       true,
		`{"dynamodb": {"NewImage": {"AccountManager": {"S": [{"prefix": "Candella"}]}}}}`:                                                                  false,
		`{"dynamodb": {"NewImage": {"AccountManager": {"S": [{"suffix": "Candella"}]}}}}`:                                                                  true,
		`{"dynamodb": {"NewImage": {"AccountManager": {"S": [{"suffix": "Pat"}]}}}}`:                                                                       false,
		`{"dynamodb": {"NewImage": {"AccountManager": {"S": [{"equals-ignore-case": "PAT candella"}]}}}}`:                                                  true,
		`{"dynamodb": {"NewImage": {"AccountManager": {"S": [{"equals-ignore-case": "pat"}]}}}}`:                                                           false,
		`{"dynamodb": {"NewImage": {"AccountManager": {"S": [{"anything-but": ["Terry Whitlock"]}]}}}}`:                                                    true,
		`{"dynamodb": {"NewImage": {"AccountManager": {"S": [{"anything-but": ["Terry Whitlock", "Pat Candella"]}]}}}}`:                                    false,
		`{"dynamodb": {"NewImage": {"Paid": {"BOOL": [true]}}}}`:                                                                                           true,
		`{"dynamodb": {"NewImage": {"Paid": {"BOOL": [false]}}}}`:                                                                                          false,
		`{"dynamodb": {"NewImage": {"Note": {"S": [""]}}}}`:                                                                                                true,
		`{"dynamodb": {"NewImage": {"Note": {"S": [null]}}}}`:                                                                                              false,
		`{"dynamodb": {"NewImage": {"Due": {"N": ["60"]}}}}`:                                                                                               true,
		`{"dynamodb": {"NewImage": {"AccountManager": {"S": ["x", {"prefix": "Pat"}]}}}}`:                                                                  true,
	} {
		got, err := lambda.Passes(pattern, record)
		if err != nil || got != want {
			t.Errorf("%s: got %t, %v, want %t", pattern, got, err, want)
		}
	}
}

func TestFilter_isRefusedByName(t *testing.T) {
	for pattern, want := range map[string]string{
		`no JSON`:                         "want JSON",
		`{"dynamodb": {"a": ["b"]}} more`: "want JSON",
		`["a"]`:                           "want an object",
		`{}`:                              "got an empty object",
		`{"dynamodb": {}}`:                "dynamodb: got an empty object",
		`{"dynamodb": {"a": []}}`:         "dynamodb.a: got an empty list",
		`{"dynamodb": {"a": "b"}}`:        "dynamodb.a: got b, want an object or a list of conditions",
		`{"eventName": ["INSERT"]}`:       "eventName: want dynamodb alone",
		`{"dynamodb": {"a": [1]}}`:        "DynamoDB's event filtering doesn't support numbers",
		`{"dynamodb": {"a": [{"numeric": [">", 1]}]}}`:               "dynamodb.a: numeric: DynamoDB's event filtering doesn't support numeric operators",
		`{"dynamodb": {"a": [{"cidr": "10.0.0.0/8"}]}}`:              "dynamodb.a: cidr is not supported by the sandbox",
		`{"dynamodb": {"$or": [{"a": ["b"]}]}}`:                      "dynamodb.$or is not supported by the sandbox",
		`{"dynamodb": {"a": [{"anything-but": {"prefix": "b"}}]}}`:   "anything-but: got [{prefix b}], want a text or a list of texts",
		`{"dynamodb": {"a": [{"exists": "yes"}]}}`:                   "exists: got yes",
		`{"dynamodb": {"a": [{"prefix": "a", "suffix": "b"}]}}`:      "one operator",
		`{"dynamodb": {"a": ["` + strings.Repeat("b", 4096) + `"]}}`: "want at most 4096",
	} {
		if _, err := lambda.Passes(pattern, record); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.100s: got %v, want %s", pattern, err, want)
		}
	}
}
