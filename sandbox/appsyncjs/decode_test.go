package appsyncjs

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/dop251/goja"
)

var decoded = []string{
	`null`, `true`, `false`, `0`, `-0`, `1`, `-12.5`, `1e21`, `9007199254740993`, `1e-7`, `123456789012345678901234567890`,
	`""`, `"a"`, `"\"\\\/\b\f\n\r\t"`, `"\u00e9\ud83d\ude00\ud800"`, `"é😀"`, `" "`, `"{},[]:"`,
	`[]`, `[1,"a",null,[],{}]`, `{}`, `{"a":1,"b":{"c":[true]}}`, `{"2":"b","1":"a","x":0}`, `{"a":1,"a":2}`,
	`{"__proto__":{"polluted":true},"constructor":1,"toString":null,"length":3}`,
	`{"":0,"a b":"\u2028","é":"ü"}`,
}

// The values are those of JSON.parse, which says how they look again.
func TestDecode_isJSONParse(t *testing.T) {
	r := newRealm()
	for _, text := range decoded {
		sameAsParse(t, r, text)
	}
}

func sameAsParse(t *testing.T, r *realm, text string) {
	t.Helper()
	want, err := r.parse(goja.Undefined(), r.vm.ToValue(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	got, err := r.decode([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	as := func(v goja.Value) string {
		s, err := r.stringify(goja.Undefined(), v)
		if err != nil {
			t.Fatal(err)
		}
		return s.String()
	}
	if as(got) != as(want) || kindOf(got) != kindOf(want) {
		t.Errorf("%s: got %s, JSON.parse gives %s", text, as(got), as(want))
	}
	if o, ok := got.(*goja.Object); ok && o.Prototype() != want.(*goja.Object).Prototype() {
		t.Errorf("%s: got another prototype than JSON.parse gives", text)
	}
}

func TestDecode_refusesWhatIsNoCompactJSON(t *testing.T) {
	r := newRealm()
	for _, text := range []string{``, `{`, `[`, `"`, `"\`, `{"a"`, `{"a":`, `{"a":1`, `{"a":1,`, `{1:2}`, `[1`, `[1,`, `[1 2]`, `nul`, `1 2`, `{}{}`, `"\x"`, `,`, `]`} {
		if v, err := r.decode([]byte(text)); err == nil {
			t.Errorf("%q: got %s, want an error", text, v)
		}
	}
}

// FuzzDecode holds it against JSON.parse with whatever json.Marshal writes.
func FuzzDecode(f *testing.F) {
	r := newRealm()
	for _, text := range decoded {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var compact bytes.Buffer
		if err := json.Compact(&compact, []byte(text)); err != nil {
			return
		}
		if _, err := r.parse(goja.Undefined(), r.vm.ToValue(compact.String())); err != nil {
			return // a number beyond all
		}
		sameAsParse(t, r, compact.String())
	})
}
