package assembly

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
)

// decoded reads one value.
func decoded(text string, nulls bool) (v any, err error) {
	err = decode([]byte(text), nulls, func(d *decoder) (err error) {
		v, err = d.value()
		return err
	})
	return v, err
}

// referenceJSON reads one value as encoding/json does.
func referenceJSON(text string) (v any, err error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err = d.Decode(&v); err == nil && !json.Valid([]byte(text)) {
		err = errors.New("got something after the value")
	}
	return v, err
}

func TestDecode_readsWhatEncodingJSONReads(t *testing.T) {
	for _, text := range []string{
		`{"a":[1,-0.5,1e3,1E-2,0],"b":{"c":true,"d":false},"":""}`,
		" \t\r\n[ ] ", `"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00 é 😀"`, `{}`, `[[[]]]`, `null`, `-12.25`,
	} {
		got, err := decoded(text, true)
		want, _ := referenceJSON(text)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %#v, %v, want %#v", text, got, err, want)
		}
	}
}

func TestDecode_refuses(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"nothing", ``, "line 1, column 1: got the end of the document, want a value"},
		{"null", `{"a":[null]}`, "line 1, column 7, at a[0]: got null, which a template may not have"},
		{"a key twice", "{\"a\":{\"b\":1,\n \"b\":2}}", `line 2, column 2, at a: key "b" comes twice`},
		{"a key twice, once escaped", `{"a":1,"\u0061":2}`, `key "a" comes twice`},
		{"text after the value", `{} {}`, "line 1, column 4: got '{' after the end of the document"},
		{"a comma at the end", `[1,]`, "got ']', want a value"},
		{"a comma at the end of an object", `{"a":1,}`, "got '}', want a key"},
		{"no comma", `[1 2]`, "got '2', want a comma or ]"},
		{"no colon", `{"a" 1}`, "got '1', want a colon"},
		{"a key that is no string", `{a:1}`, "got 'a', want a key"},
		{"an open object", `{"a":1`, "got the end of the document, want a comma or }"},
		{"an open string", `"abc`, "want a closing quote"},
		{"an open escape", `"abc\`, "want a closing quote"},
		{"a short escape at the end", `"\u1`, "got an escape that JSON does not have"},
		{"an escape that is not hexadecimal", `"\u12g4"`, "got an escape that JSON does not have"},
		{"half of a surrogate pair at the end", `"\ud83d`, "half of a surrogate pair"},
		{"an unknown escape", `"\x"`, "got an escape that JSON does not have"},
		{"half a surrogate pair", `"\ud83d"`, "half of a surrogate pair"},
		{"two first halves", `"\ud83d\ud83d"`, "half of a surrogate pair"},
		{"a second half alone", `"\ude00"`, "half of a surrogate pair"},
		{"a line break in a string", "\"a\nb\"", "got a control character"},
		{"a line break after an escape", "\"a\\t\nb\"", "got a control character"},
		{"a leading zero", `01`, "got '1' after the end"},
		{"a lonely minus", `-`, "want a digit"},
		{"a lonely point", `1.`, "want a digit"},
		{"an empty exponent", `1e+`, "want a digit"},
		{"a word", `True`, "got 'T', want a value"},
		{"another word", `nul`, "got 'n', want a value"},
		{"a byte that is not UTF-8", "{\"é\":\n\"\xff\"}", "line 2, column 2: got a byte that is not UTF-8"},
		{"a byte order mark", "\ufeff{}", "want a value"},
		{"101 levels", strings.Repeat("[", 101) + strings.Repeat("]", 101), "got more than 100 levels"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if v, err := decoded(test.text, false); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %#v, %v, want %q", v, err, test.want)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(`{"a":[1,-0.5,1e3,true,null,"\ud83d\ude00"]}`)
	f.Add(`"\u00`)
	f.Add(`{"a":1,"a":2}`)
	f.Fuzz(func(t *testing.T, text string) {
		got, err := decoded(text, true)
		if err != nil {
			return
		}
		if want, err := referenceJSON(text); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %#v, encoding/json has %#v, %v", text, got, want, err)
		}
	})
}
