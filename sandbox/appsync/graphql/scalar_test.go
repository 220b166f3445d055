package graphql

import (
	"encoding/json"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
)

func TestScalars_acceptWhatAppSyncDocuments(t *testing.T) {
	tests := map[string]struct{ good, bad []string }{
		"Int":          {[]string{`0`, `-2147483648`, `2147483647`, `1.0`, `1e3`}, []string{`2147483648`, `1.5`, `"1"`, `true`, `[]`, `1e999999999`, `1e-999999999`}},
		"Float":        {[]string{`0`, `1.5`, `-1e10`}, []string{`"1"`, `true`}},
		"String":       {[]string{`""`, `"a"`}, []string{`1`, `true`, `{}`}},
		"Boolean":      {[]string{`true`, `false`}, []string{`"true"`, `1`}},
		"ID":           {[]string{`"a"`, `5`}, []string{`1.5`, `true`, `{}`}},
		"AWSDate":      {[]string{`"1970-01-01"`, `"1970-01-01Z"`, `"1970-01-01-07:00"`, `"1970-01-01+05:30"`, `"1970-01-01+05:30:15"`}, []string{`"1970-1-1"`, `"1970-02-30"`, `"1970-01-01T00:00Z"`, `1`}},
		"AWSTime":      {[]string{`"12:30"`, `"12:30:24"`, `"12:30:24.500"`, `"12:30:24.500Z"`, `"12:30:24-07:00"`, `"12:30:24.500+05:30:20"`}, []string{`"24:00"`, `"12:60"`, `"12"`}},
		"AWSDateTime":  {[]string{`"1970-01-01T12:30Z"`, `"1970-01-01T12:30:24Z"`, `"1970-01-01T12:30:24.500Z"`, `"1970-01-01T12:30:24.500+05:30"`, `"2020-02-29T00:00:00.000Z"`}, []string{`"1970-01-01T12:30:24"`, `"1970-01-01"`, `"2021-02-29T00:00Z"`, `"2020-05-19T11:5:29.000Z"`, `"monday"`, `5`}},
		"AWSTimestamp": {[]string{`1714521210`, `-5`}, []string{`1.5`, `"5"`}},
		"AWSEmail":     {[]string{`"username@example.com"`, `"a.b+c@d"`}, []string{`"username"`, `"@example.com"`, `"a@b..c"`, `"a b@c"`}},
		"AWSJSON":      {[]string{`"{\"a\":[1]}"`, `"1"`, `"null"`}, []string{`"{a:1}"`, `""`, `{"a":1}`}},
		"AWSPhone":     {[]string{`"+441234567890"`, `"234-555-6789"`, `"2345556789"`, `"+1 234 555 6789"`}, []string{`"1110004444"`, `"123"`, `"+0123456789"`, `"phone"`}},
		"AWSURL":       {[]string{`"https://www.amazon.com/dp/B000NZW3KC/"`, `"mailto:example@example.com"`}, []string{`"www.amazon.com"`, `"https://www.amazon.com//a"`, `"https://"`, `""`}},
		"AWSIPAddress": {[]string{`"127.0.0.1"`, `"::1"`, `"10.0.0.0/8"`, `"2001:db8::/32"`}, []string{`"300.0.0.1"`, `"10.0.0.0/33"`, `"localhost"`}},
	}
	for name, tt := range tests {
		of := &ast.Definition{Kind: ast.Scalar, Name: name}
		for _, text := range tt.good {
			if _, err := read(of, parsed(t, text)); err != nil {
				t.Errorf("%s %s: got %v, want it read", name, text, err)
			}
		}
		for _, text := range tt.bad {
			if v, err := read(of, parsed(t, text)); err == nil {
				t.Errorf("%s %s: got %v, want it refused", name, text, v)
			}
		}
	}
	if len(tests) != len(scalars) {
		t.Errorf("tests of %d scalars, want %d", len(tests), len(scalars))
	}
}

func parsed(t *testing.T, text string) any {
	t.Helper()
	v, err := Decode(json.RawMessage(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestWrite_givesValuesTheFormOfTheirType(t *testing.T) {
	tests := []struct{ of, value, want string }{
		{"String", `5`, `"5"`},
		{"String", `true`, `"true"`},
		{"ID", `5`, `"5"`},
		{"Int", `5.0`, `5`},
		{"Int", `1e2`, `100`},
		{"AWSJSON", `{"b":[1,null],"a":"x"}`, `"{\"a\":\"x\",\"b\":[1,null]}"`},
		{"AWSJSON", `"{}"`, `"{}"`},
		{"AWSTimestamp", `5`, `5`},
	}
	for _, tt := range tests {
		got, err := write(&ast.Definition{Kind: ast.Scalar, Name: tt.of}, parsed(t, tt.value))
		if err != nil || string(appendValue(nil, got)) != tt.want {
			t.Errorf("%s %s: got %v %v, want %s", tt.of, tt.value, got, err, tt.want)
		}
	}
	if _, err := write(&ast.Definition{Kind: ast.Scalar, Name: "AWSDateTime"}, "2020-05-23T06:4:37.000Z"); err == nil ||
		err.Error() != "Unable to serialize `2020-05-23T06:4:37.000Z` as a valid DateTime Object." {
		t.Errorf("got %v", err)
	}
	if _, err := write(&ast.Definition{Kind: ast.Scalar, Name: "Long"}, "x"); err == nil {
		t.Error("a scalar that AppSync does not have: want it refused by name")
	}
}
