package appsyncjs

import "testing"

// The examples of "DynamoDB helpers in util.dynamodb", with the answers that AppSync's EvaluateCode gives.
func TestUtilDynamodb_convertsAsAppSync(t *testing.T) {
	for expression, want := range map[string]string{
		"util.dynamodb.toDynamoDB('foo')":                                                `{"S":"foo"}`,
		"util.dynamodb.toDynamoDB(12345)":                                                `{"N":12345}`,
		"util.dynamodb.toDynamoDB(true)":                                                 `{"BOOL":true}`,
		"util.dynamodb.toDynamoDB(null)":                                                 `{"NULL":null}`,
		"util.dynamodb.toDynamoDB({ foo: 'bar', baz: 1234, beep: ['boop'] })":            `{"M":{"foo":{"S":"bar"},"baz":{"N":1234},"beep":{"L":[{"S":"boop"}]}}}`,
		"util.dynamodb.toString('foo')":                                                  `{"S":"foo"}`,
		"util.dynamodb.toStringSet(['foo', 'bar', 'baz'])":                               `{"SS":["foo","bar","baz"]}`,
		"util.dynamodb.toNumber(12345)":                                                  `{"N":12345}`,
		"util.dynamodb.toNumberSet([1, 23, 4.56])":                                       `{"NS":[1,23,4.56]}`,
		"util.dynamodb.toBinary('foo')":                                                  `{"B":"foo"}`,
		"util.dynamodb.toBinarySet(['foo', 'bar', 'baz'])":                               `{"BS":["foo","bar","baz"]}`,
		"util.dynamodb.toBoolean(true)":                                                  `{"BOOL":true}`,
		"util.dynamodb.toNull()":                                                         `{"NULL":null}`,
		"util.dynamodb.toList(['foo', 123, { bar: 'baz' }])":                             `{"L":[{"S":"foo"},{"N":123},{"M":{"bar":{"S":"baz"}}}]}`,
		"util.dynamodb.toMap({ foo: 'bar', baz: 1234, beep: ['boop'] })":                 `{"M":{"foo":{"S":"bar"},"baz":{"N":1234},"beep":{"L":[{"S":"boop"}]}}}`,
		"util.dynamodb.toMapValues({ foo: 'bar', baz: 1234, beep: ['boop'] })":           `{"foo":{"S":"bar"},"baz":{"N":1234},"beep":{"L":[{"S":"boop"}]}}`,
		"util.dynamodb.toS3Object('foo', 'bar', 'baz')":                                  `{"S":"{\"s3\":{\"key\":\"foo\",\"bucket\":\"bar\",\"region\":\"baz\"}}"}`,
		"util.dynamodb.toS3Object('foo', 'bar', 'baz', 'beep')":                          `{"S":"{\"s3\":{\"key\":\"foo\",\"bucket\":\"bar\",\"region\":\"baz\",\"version\":\"beep\"}}"}`,
		"util.dynamodb.fromS3ObjectJson(util.dynamodb.toS3Object('f', 'b', 'r').S)":      `{"key":"f","bucket":"b","region":"r"}`,
		"util.dynamodb.fromS3ObjectJson(util.dynamodb.toS3Object('f', 'b', 'r', 'v').S)": `{"key":"f","bucket":"b","region":"r","version":"v"}`,
		"util.dynamodb.toMapValues({ __proto: 1, toString: 'x', '': [] })":               `{"__proto":{"N":1},"toString":{"S":"x"},"":{"L":[]}}`,
	} {
		wantValue(t, expression, want)
	}
}

func TestUtilDynamodb_answersNullForNull(t *testing.T) {
	for _, name := range []string{"toString", "toStringSet", "toNumber", "toNumberSet", "toBinary", "toBinarySet", "toBoolean", "toList", "toMap", "toMapValues"} {
		wantValue(t, "[util.dynamodb."+name+"(null), util.dynamodb."+name+"(undefined)]", "[null,null]")
	}
}

func TestUtilDynamodb_refusesWhatHasNoTypedValue(t *testing.T) {
	for expression, want := range map[string]string{
		"util.dynamodb.toDynamoDB(undefined)":                       "the value is undefined",
		"util.dynamodb.toMapValues({ a: undefined })":               "the value.a is undefined, which has no typed value",
		"util.dynamodb.toDynamoDB({ a: [1, undefined] })":           "the value.a[1] is undefined",
		"util.dynamodb.toDynamoDB(() => 1)":                         "the value is a function",
		"util.dynamodb.toDynamoDB(NaN)":                             "the value is NaN",
		"util.dynamodb.toDynamoDB([1 / 0])":                         "the value[0] is +Inf",
		"util.dynamodb.toNumber(NaN)":                               "is NaN",
		"util.dynamodb.toNumberSet([1, NaN])":                       "element 1 of the first argument of util.dynamodb.toNumberSet is NaN",
		"util.dynamodb.toStringSet(['a', 1])":                       "element 1 of the first argument of util.dynamodb.toStringSet is a number, want a string",
		"util.dynamodb.toString(1)":                                 "the first argument of util.dynamodb.toString is a number, want a string",
		"util.dynamodb.toMap([1])":                                  "is an array, want an object",
		"util.dynamodb.toMapValues({ a: ddb.operations.add(1) }.a)": "is an operation",
	} {
		wantRefusal(t, expression, want)
	}
}
