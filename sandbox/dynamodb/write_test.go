package dynamodb_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox/dynamodb"
	"lightbox.example/lightbox/sandbox/dynamodb/item"
)

const photoKey = `"TableName": "Photos", "Key": {"id": {"S": "p"}, "row": {"S": "r"}}`

// put puts the item p r with more attributes.
func (w *world) put(more string) {
	w.t.Helper()
	if more != "" {
		more = ", " + more
	}
	w.ok("PutItem", `{"TableName": "Photos", "Item": {"id": {"S": "p"}, "row": {"S": "r"}`+more+`}}`)
}

func TestWrites_returnTheItemThatFailedTheCondition(t *testing.T) {
	w := withTable(t)
	w.put(`"n": {"N": "1"}`)
	const failing = `"ConditionExpression": "n = :two", "ExpressionAttributeValues": {":two": {"N": "2"}}`
	for operation, body := range map[string]string{
		"PutItem":    `{"TableName": "Photos", "Item": {"id": {"S": "p"}, "row": {"S": "r"}}, ` + failing + `%s}`,
		"UpdateItem": `{` + photoKey + `, ` + failing + `%s}`,
		"DeleteItem": `{` + photoKey + `, ` + failing + `%s}`,
	} {
		for option, item := range map[string]any{
			"": nil, `, "ReturnValuesOnConditionCheckFailure": "NONE"`: nil,
			`, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"`: object{"id": object{"S": "p"}, "row": object{"S": "r"}, "n": object{"N": "1"}},
		} {
			r := w.do(operation, fmt.Sprintf(body, option))
			want := object{"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException", "message": "The conditional request failed"}
			if item != nil {
				want["Item"] = item
			}
			same(t, operation+option, textOf(r.body), textOf(want))
		}
	}
	// Of nothing there is nothing to return.
	r := w.do("UpdateItem", strings.Replace(`{`+photoKey+`, `+failing+`, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}`, `"r"`, `"other"`, 1))
	if r.kind != "ConditionalCheckFailedException" || r.body["Item"] != nil {
		t.Errorf("got %v", r.body)
	}
}

func TestWrites_holdItemsToTheirSize(t *testing.T) {
	w := withTable(t)
	// id p row r take 8 bytes, the name of the attribute 1.
	put := func(size int) string {
		return `{"TableName": "Photos", "Item": {"id": {"S": "p"}, "row": {"S": "r"}, "x": {"S": "` + strings.Repeat("x", size-8) + `"}}}`
	}
	w.ok("PutItem", put(400<<10))
	const tooLarge = "ValidationException: Item size has exceeded the maximum allowed size"
	if got := w.fails("PutItem", put(400<<10+1)); got != tooLarge {
		t.Errorf("put: got %s", got)
	}
	if got := w.fails("BatchWriteItem", `{"RequestItems": {"Photos": [{"PutRequest": `+strings.Replace(put(400<<10+1), `"TableName": "Photos", `, "", 1)+`}]}}`); got != tooLarge {
		t.Errorf("batch: got %s", got)
	}
	if got := w.fails("TransactWriteItems", `{"TransactItems": [{"Put": `+put(400<<10+1)+`}]}`); got != tooLarge {
		t.Errorf("transaction: got %s", got)
	}
	got := w.fails("UpdateItem", `{`+photoKey+`, "UpdateExpression": "SET y = :y", "ExpressionAttributeValues": {":y": {"S": ""}}}`)
	if want := "ValidationException: Item size to update has exceeded the maximum allowed size"; got != want {
		t.Errorf("update: got %s, want %s", got, want)
	}
}

func TestWrites_holdKeysToTheirSize(t *testing.T) {
	w := withTable(t)
	get := func(id, row int) string {
		return fmt.Sprintf(`{"TableName": "Photos", "Key": {"id": {"S": "%s"}, "row": {"S": "%s"}}}`, strings.Repeat("x", id), strings.Repeat("x", row))
	}
	w.ok("GetItem", get(2048, 1024))
	for body, want := range map[string]string{
		get(2049, 1): "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes",
		get(1, 1025): "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes",
		get(0, 1):    "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id",
		get(1, 0):    "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: row",
	} {
		if got := w.fails("GetItem", body); got != "ValidationException: "+want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestUpdateItem_holdsIndexKeysToTheirType(t *testing.T) {
	w := withTable(t)
	w.put(`"text": {"S": "x"}, "likes": {"N": "1"}`)
	update := func(expression, values string) string {
		return `{` + photoKey + `, "UpdateExpression": "` + expression + `"` + values + `}`
	}
	const one, empty = `, "ExpressionAttributeValues": {":v": {"N": "1"}}`, `, "ExpressionAttributeValues": {":v": {"S": ""}}`
	for body, want := range map[string]string{
		update("SET id = :v", one): "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key",
		update("REMOVE #r.x", `, "ExpressionAttributeNames": {"#r": "row"}`): "One or more parameter values were invalid: Cannot update attribute row. This attribute is part of the key",
		update("SET #o = :v", `, "ExpressionAttributeNames": {"#o": "owner"}`+one): "One or more parameter values were invalid: " +
			"Type mismatch for Index Key owner Expected: S Actual: N IndexName: byOwner",
		update("SET likes = #t", `, "ExpressionAttributeNames": {"#t": "text"}`): "The update expression attempted to update the secondary index key to unsupported type",
		update("SET likes.x = :v", one):                                          "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: likes",
		update("SET a = likes[0]", ""):                                           "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: likes",
		update("SET #o = :v", `, "ExpressionAttributeNames": {"#o": "owner"}`+empty): "One or more parameter values are not valid. " +
			"The update expression attempted to update a secondary index key to a value that is not supported. " +
			"The AttributeValue for a key attribute cannot contain an empty string value.",
	} {
		if got := w.fails("UpdateItem", body); got != "ValidationException: "+want {
			t.Errorf("%s\ngot  %s\nwant %s", body, got, want)
		}
	}
	same(t, "nothing has changed", w.ok("GetItem", `{`+photoKey+`}`), `{"Item": {"id": {"S": "p"}, "row": {"S": "r"}, "text": {"S": "x"}, "likes": {"N": "1"}}}`)
}

func TestUpdateItem_withoutAnExpressionMakesTheItem(t *testing.T) {
	w := withTable(t)
	same(t, "update", w.ok("UpdateItem", `{`+photoKey+`, "ReturnValues": "ALL_NEW"}`), `{"Attributes": {"id": {"S": "p"}, "row": {"S": "r"}}}`)
	same(t, "get", w.ok("GetItem", `{`+photoKey+`}`), `{"Item": {"id": {"S": "p"}, "row": {"S": "r"}}}`)
}

func TestWrites_checkPlaceholders(t *testing.T) {
	w := withTable(t)
	for operation, test := range map[string]struct{ more, want string }{
		"GetItem":    {`, "ExpressionAttributeNames": {"#a": "a"}`, "ExpressionAttributeNames can only be specified when using expressions"},
		"DeleteItem": {`, "ExpressionAttributeValues": {":a": {"S": "a"}}`, "ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null"},
		"UpdateItem": {`, "ExpressionAttributeValues": {":a": {"S": "a"}}`, "ExpressionAttributeValues can only be specified when using expressions: UpdateExpression and ConditionExpression are null"},
	} {
		if got := w.fails(operation, `{`+photoKey+test.more+`}`); got != "ValidationException: "+test.want {
			t.Errorf("%s: got %s, want %s", operation, got, test.want)
		}
	}
	got := w.fails("Query", `{"TableName": "Photos", "ExpressionAttributeValues": {":a": {"S": "a"}}}`)
	if want := "ValidationException: ExpressionAttributeValues can only be specified when using expressions: FilterExpression and KeyConditionExpression are null"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestTimeToLive_hidesWhatIsExpired(t *testing.T) {
	w := withTable(t)
	w.ok("UpdateTimeToLive", `{"TableName": "Photos", "TimeToLiveSpecification": {"AttributeName": "until", "Enabled": true}}`)
	for id, until := range map[string]string{"soon": `{"N": "%d"}`, "never": `{"S": "%d"}`, "long ago": `{"N": "1"}`} {
		if strings.Contains(until, "%d") {
			until = fmt.Sprintf(until, w.now.Unix()+60)
		}
		w.ok("PutItem", `{"TableName": "Photos", "Item": {"id": {"S": "p"}, "row": {"S": "`+id+`"}, "owner": {"S": "o"}, "n": {"N": "1"}, "until": `+until+`}}`)
	}
	counts := func() string {
		var counts []string
		for _, read := range []string{
			`Scan {"TableName": "Photos"}`,
			`Scan {"TableName": "Photos", "IndexName": "keysOnly"}`,
			`Query {"TableName": "Photos", "KeyConditionExpression": "id = :p", "ExpressionAttributeValues": {":p": {"S": "p"}}}`,
		} {
			operation, body, _ := strings.Cut(read, " ")
			counts = append(counts, fmt.Sprint(w.do(operation, body).body["Count"]))
		}
		return strings.Join(counts, " ")
	}
	if got := counts(); got != "3 3 3" {
		t.Errorf("before: got %s", got)
	}
	w.now = w.now.Add(2 * time.Minute)
	if got := counts(); got != "2 2 2" {
		t.Errorf("after: got %s", got)
	}
	const soon = `"TableName": "Photos", "Key": {"id": {"S": "p"}, "row": {"S": "soon"}}`
	same(t, "get", w.ok("GetItem", `{`+soon+`}`), `{}`)
	// An update begins anew, and the indexes with it.
	same(t, "update", w.ok("UpdateItem", `{`+soon+`, "UpdateExpression": "ADD n :n", "ConditionExpression": "attribute_not_exists(id)",
		"ExpressionAttributeValues": {":n": {"N": "5"}}, "ReturnValues": "ALL_NEW"}`), `{"Attributes": {"id": {"S": "p"}, "row": {"S": "soon"}, "n": {"N": "5"}}}`)
	if got := counts(); got != "3 2 3" {
		t.Errorf("after the update: got %s", got)
	}
}

func TestUpdateTimeToLive_messages(t *testing.T) {
	w := withTable(t)
	set := func(name, enabled string) string {
		return `{"TableName": "Photos", "TimeToLiveSpecification": {"AttributeName": "` + name + `", "Enabled": ` + enabled + `}}`
	}
	for _, step := range []struct{ body, want string }{
		{set("until", "false"), "ValidationException: TimeToLive is already disabled"},
		{set("until", "true"), ""},
		{set("until", "true"), "ValidationException: TimeToLive is already enabled"},
		{set("other", "true"), "ValidationException: TimeToLive is active on a different AttributeName: current AttributeName is until"},
		{set("until", "false"), ""},
		{set("other", "true"), ""},
	} {
		if step.want == "" {
			w.ok("UpdateTimeToLive", step.body)
		} else if got := w.fails("UpdateTimeToLive", step.body); got != step.want {
			t.Errorf("%s: got %s, want %s", step.body, got, step.want)
		}
	}
}

// The methods do what the operations do.
func TestEngine_isUsedFromGo(t *testing.T) {
	w := withTable(t)
	key := item.Item{"id": item.String("p"), "row": item.String("r")}
	if _, err := w.PutItem(dynamodb.PutItemInput{TableName: "Photos", Item: key}); err != nil {
		t.Fatal(err)
	}
	out, err := w.UpdateItem(dynamodb.UpdateItemInput{TableName: "Photos", Key: key, ReturnValues: "UPDATED_NEW",
		UpdateExpression: new("SET n = :n"),
		WriteOptions:     dynamodb.WriteOptions{Placeholders: dynamodb.Placeholders{ExpressionAttributeValues: item.Item{":n": item.Number("1.50")}}}})
	if err != nil || !out.Attributes.Equal(item.Item{"n": item.Number("1.5")}) {
		t.Errorf("got %v, %v", out, err)
	}
	got, err := w.GetItem(dynamodb.GetItemInput{TableName: "Photos", Key: key})
	if err != nil || len(got.Item) != 3 {
		t.Errorf("got %v, %v", got, err)
	}
	_, err = w.GetItem(dynamodb.GetItemInput{Key: key})
	if want := "ValidationException: 1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	_, err = w.PutItem(dynamodb.PutItemInput{TableName: "Photos", Item: item.Item{"id": item.Number("one")}})
	if want := "ValidationException: The parameter cannot be converted to a numeric value: one"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
