package appsyncjs

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestValue_readsEveryType(t *testing.T) {
	tests := []struct {
		text  string
		want  Value
		plain string
	}{
		{`{"S":"a"}`, Value{"S": "a"}, `"a"`},
		{`{"N":1.5}`, Value{"N": "1.5"}, `1.5`},
		{`{"N":"12345678901234567890123456789012345678"}`, Value{"N": "12345678901234567890123456789012345678"}, `12345678901234567890123456789012345678`},
		{`{"N":"-1e3"}`, Value{"N": "-1e3"}, `-1e3`},
		{`{"N":"+.5"}`, Value{"N": "+.5"}, `0.5`},
		{`{"BOOL":false}`, Value{"BOOL": false}, `false`},
		{`{"NULL":null}`, Value{"NULL": true}, `null`},
		{`{"NULL":true}`, Value{"NULL": true}, `null`},
		{`{"B":"aGk="}`, Value{"B": "aGk="}, `"aGk="`},
		{`{"SS":["b","a"]}`, Value{"SS": []string{"b", "a"}}, `["b","a"]`},
		{`{"NS":[1,"2"]}`, Value{"NS": []string{"1", "2"}}, `[1,2]`},
		{`{"BS":["aGk="]}`, Value{"BS": []string{"aGk="}}, `["aGk="]`},
		{`{"L":[{"S":"a"},{"L":[]}]}`, Value{"L": []Value{{"S": "a"}, {"L": []Value{}}}}, `["a",[]]`},
		{`{"M":{"a":{"N":1},"b":{"M":{}}}}`, Value{"M": Item{"a": {"N": "1"}, "b": {"M": Item{}}}}, `{"a":1,"b":{}}`},
	}
	for _, test := range tests {
		var got Value
		if err := json.Unmarshal([]byte(test.text), &got); err != nil {
			t.Errorf("%s: %v", test.text, err)
			continue
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", test.text, diff)
		}
		plain, err := json.Marshal(got.Plain())
		if err != nil || string(plain) != test.plain {
			t.Errorf("%s: got the plain value %s, %v, want %s", test.text, plain, err, test.plain)
		}
		again, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		var same Value
		if err := json.Unmarshal(again, &same); err != nil || !same.Equal(got) {
			t.Errorf("%s becomes %s on its way: %v", test.text, again, err)
		}
	}
}

func TestValue_refusesWhatIsNone(t *testing.T) {
	for _, text := range []string{
		`"a"`, `1`, `[]`, `{}`, `{"S":"a","N":1}`, `{"X":1}`, `{"S":1}`, `{"S":null}`, `{"N":"a"}`, `{"N":true}`, `{"N":null}`,
		`{"N":"0x1"}`, `{"N":"1e99999"}`, `{"N":"NaN"}`, `{"BOOL":"true"}`, `{"BOOL":null}`, `{"NULL":false}`, `{"B":"*"}`, `{"B":null}`,
		`{"SS":[]}`, `{"SS":null}`, `{"SS":[1]}`, `{"NS":["a"]}`, `{"L":null}`, `{"L":[1]}`, `{"L":[null]}`, `{"M":null}`, `{"M":{"a":1}}`, `{"M":{"a":null}}`,
	} {
		var v Value
		if err := json.Unmarshal([]byte(text), &v); err == nil {
			t.Errorf("%s became %v", text, v)
		}
	}
	var v Value
	if err := v.UnmarshalJSON([]byte(`["` + strings.Repeat("ä", 100) + `"]`)); err == nil || len(err.Error()) > 150 {
		t.Errorf("got the message %v", err)
	}
}

func TestValue_comparesAsDynamoDB(t *testing.T) {
	tests := []struct {
		a, b string
		want bool
	}{
		{`{"N":1}`, `{"N":"1.0"}`, true},
		{`{"N":"100"}`, `{"N":"1e2"}`, true},
		{`{"N":1}`, `{"N":2}`, false},
		{`{"N":1}`, `{"S":"1"}`, false},
		{`{"S":"a"}`, `{"S":"a"}`, true},
		{`{"S":"1"}`, `{"S":"1.0"}`, false},
		{`{"SS":["a","b"]}`, `{"SS":["b","a"]}`, true},
		{`{"SS":["a"]}`, `{"L":[{"S":"a"}]}`, false},
		{`{"NS":[1,2]}`, `{"NS":["2.0","1"]}`, true},
		{`{"NS":[1,2]}`, `{"NS":[1]}`, false},
		{`{"L":[{"N":1},{"N":2}]}`, `{"L":[{"N":2},{"N":1}]}`, false},
		{`{"L":[{"N":1}]}`, `{"L":[{"N":"1.0"}]}`, true},
		{`{"M":{"a":{"N":1}}}`, `{"M":{"a":{"N":"1.0"}}}`, true},
		{`{"M":{"a":{"N":1}}}`, `{"M":{"b":{"N":1}}}`, false},
		{`{"BOOL":true}`, `{"BOOL":false}`, false},
		{`{"NULL":null}`, `{"NULL":true}`, true},
	}
	for _, test := range tests {
		var a, b Value
		if err := json.Unmarshal([]byte(test.a), &a); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(test.b), &b); err != nil {
			t.Fatal(err)
		}
		if a.Equal(b) != test.want || b.Equal(a) != test.want {
			t.Errorf("%s and %s: got %v and %v, want %v", test.a, test.b, a.Equal(b), b.Equal(a), test.want)
		}
	}
}
