package dynamodb_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/dynamodb"
	"lightbox.example/lightbox/sandbox/store"
)

// needsOf are what somebody must be allowed for a request.
func needsOf(engine *dynamodb.Service, operation, body string) (needs []aws.Request) {
	_, _ = engine.HandleFor(operation, []byte(body), func(asked []aws.Request) error { // whatever comes of it
		needs = asked
		return nil
	})
	return needs
}

func TestNeeds_areWhatIAMMustAllow(t *testing.T) {
	engine, err := dynamodb.New(store.NewMemory(), dynamodb.Config{})
	if err != nil {
		t.Fatal(err)
	}
	const table = "arn:aws:dynamodb:us-east-1:000000000000:table/"
	for name, test := range map[string]struct {
		operation, body string
		want            []string
	}{
		"an item":                  {"GetItem", `{"TableName":"Photos"}`, []string{"GetItem " + table + "Photos"}},
		"a table":                  {"Query", `{"TableName":"Photos"}`, []string{"Query " + table + "Photos"}},
		"an index":                 {"Query", `{"TableName":"Photos","IndexName":"feed"}`, []string{"Query " + table + "Photos/index/feed"}},
		"an index that is null":    {"Query", `{"TableName":"Photos","IndexName":null}`, []string{"Query " + table + "Photos"}},
		"the last of two names":    {"GetItem", `{"TableName":"Mine","TableName":"Photos"}`, []string{"GetItem " + table + "Photos"}},
		"not a name in lower case": {"GetItem", `{"TableName":"Photos","tablename":"Mine"}`, []string{"GetItem " + table + "Photos"}},
		"a tag's table":            {"ListTagsOfResource", `{"ResourceArn":"` + table + `Photos"}`, []string{"ListTagsOfResource " + table + "Photos"}},
		"an item, by the ARN":      {"GetItem", `{"TableName":"` + table + `Photos"}`, []string{"GetItem " + table + "Photos"}},
		"an index, by the ARN":     {"Query", `{"TableName":"` + table + `Photos","IndexName":"feed"}`, []string{"Query " + table + "Photos/index/feed"}},
		"a batch, by the ARN":      {"BatchGetItem", `{"RequestItems":{"` + table + `Photos":{}}}`, []string{"BatchGetItem " + table + "Photos"}},
		"all tables":               {"ListTables", `{}`, []string{"ListTables *"}},
		"the account":              {"DescribeLimits", `{}`, []string{"DescribeLimits *"}},
		"a batch":                  {"BatchGetItem", `{"RequestItems":{"Photos":{}}}`, []string{"BatchGetItem " + table + "Photos"}},
		"a transaction's items, each once": {
			"TransactWriteItems",
			`{"TransactItems":[{"Put":{"TableName":"A"}},{"Put":{"TableName":"A"}},{"Update":{"TableName":"A"}},{"ConditionCheck":{"TableName":"B"}},{"Delete":{"TableName":"B"}}]}`,
			[]string{"PutItem " + table + "A", "UpdateItem " + table + "A", "ConditionCheckItem " + table + "B", "DeleteItem " + table + "B"},
		},
		"a transaction's reads": {"TransactGetItems", `{"TransactItems":[{"Get":{"TableName":"A"}}]}`, []string{"GetItem " + table + "A"}},
		"what can't be read":    {"GetItem", `{"TableName":`, []string{"GetItem *"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, need := range needsOf(engine, test.operation, test.body) {
				got = append(got, fmt.Sprintf("%s %s", need.Action[len("dynamodb:"):], need.Resource))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
