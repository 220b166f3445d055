package item_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/dynamodb/item"
)

// value reads DynamoDB's JSON.
func value(t testing.TB, text string) (v item.Value) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

// The sizes are those at which DynamoDB Local refuses an item of 400 KB; see compareSizes of the package above.
func TestValue_size(t *testing.T) {
	for text, want := range map[string]int{
		`{"S": ""}`: 0, `{"S": "abc"}`: 3, `{"S": "日本é"}`: 8, `{"S": "😀"}`: 4,
		`{"B": ""}`: 0, `{"B": "AQIDBA=="}`: 4,
		`{"BOOL": true}`: 1, `{"BOOL": false}`: 1, `{"NULL": true}`: 1,
		`{"N": "0"}`: 1, `{"N": "7"}`: 2, `{"N": "42"}`: 2, `{"N": "123"}`: 3, `{"N": "1234"}`: 3, `{"N": "1e20"}`: 2, `{"N": "1e21"}`: 2,
		`{"N": "1.5"}`: 3, `{"N": "0.001"}`: 2, `{"N": "-7"}`: 3, `{"N": "-12345"}`: 5,
		`{"N": "` + digits38 + `"}`: 20, `{"N": "-` + digits38 + `"}`: 21, `{"N": "1.2345678901234567890123456789012345678"}`: 21,
		`{"N": "` + largest + `"}`:  20,
		`{"SS": ["a", "bcd", "é"]}`: 6, `{"NS": ["1", "-2", "300"]}`: 7, `{"BS": ["AQ==", "AQID"]}`: 4,
		`{"L": []}`: 3, `{"L": [{"S": "a"}, {"N": "12"}, {"BOOL": true}]}`: 3 + 2 + 3 + 2, `{"L": [{"L": [{"L": []}]}]}`: 3 + 1 + 3 + 1 + 3,
		`{"M": {}}`: 3, `{"M": {"one": {"N": "1"}, "é": {"NULL": true}}}`: 3 + 1 + 3 + 2 + 1 + 2 + 1,
	} {
		if got := value(t, text).Size(); got != want {
			t.Errorf("%s: got %d bytes, want %d", text, got, want)
		}
	}
	i := item.Item{"k": item.String("abc"), "été": item.Number("12"), "": item.Null()}
	if got := i.Size(); got != 1+3+5+2+0+1 {
		t.Errorf("an item with its names: got %d bytes, want 12", got)
	}
}

func TestSetOf_refusesEmptyOnesAndDuplicates(t *testing.T) {
	const invalid = "One or more parameter values were invalid: "
	for name, test := range map[string]struct {
		set  item.Value
		want string
	}{
		"no strings":         {item.SetOf(item.SS), invalid + "An string set  may not be empty"},
		"no numbers":         {item.SetOf(item.NS), invalid + "An number set  may not be empty"},
		"no binaries":        {item.SetOf(item.BS), invalid + "Binary sets should not be empty"},
		"a string twice":     {item.SetOf(item.SS, "a", "b", "a"), invalid + "Input collection [a, b, a] contains duplicates."},
		"a binary twice":     {item.SetOf(item.BS, "\x01", "\x01"), invalid + "Input collection [AQ==, AQ==]of type BS contains duplicates."},
		"a number twice":     {item.SetOf(item.NS, "1", "2", "10e-1"), "Input collection contains duplicates"},
		"zero twice":         {item.SetOf(item.NS, "0", "-0.0"), "Input collection contains duplicates"},
		"what is no number":  {item.SetOf(item.NS, "1", "x"), "The parameter cannot be converted to a numeric value: x"},
		"within a list":      {item.ListOf(item.SetOf(item.SS)), invalid + "An string set  may not be empty"},
		"within a map":       {item.MapOf(item.Item{"x": item.SetOf(item.SS)}), invalid + "An string set  may not be empty"},
		"strings":            {item.SetOf(item.SS, "a", "A", "é", "e\u0301"), ""},
		"an empty string":    {item.SetOf(item.SS, ""), ""},
		"numbers, one a sum": {item.SetOf(item.NS, "1", "1.5", digits38), ""},
	} {
		got := ""
		if err := test.set.Check(); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func TestEqual(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{`{"SS": ["a", "b"]}`, `{"SS": ["b", "a"]}`, true},
		{`{"SS": ["a", "b"]}`, `{"SS": ["a", "c"]}`, false},
		{`{"SS": ["a", "b"]}`, `{"SS": ["a"]}`, false},
		{`{"NS": ["1", "2.50"]}`, `{"NS": ["2.5", "1.0"]}`, true},
		{`{"N": "100"}`, `{"N": "1e2"}`, true},
		{`{"N": "1"}`, `{"S": "1"}`, false},
		{`{"L": [{"N": "1"}, {"N": "2"}]}`, `{"L": [{"N": "2"}, {"N": "1"}]}`, false},
		{`{"M": {"a": {"NS": ["1", "2"]}}}`, `{"M": {"a": {"NS": ["2", "1"]}}}`, true},
		{`{"M": {"a": {"NULL": true}}}`, `{"M": {"b": {"NULL": true}}}`, false},
		{`{"BOOL": true}`, `{"BOOL": false}`, false},
		{`{"L": []}`, `{"M": {}}`, false},
	} {
		if got := item.Equal(value(t, test.a), value(t, test.b)); got != test.want {
			t.Errorf("%s and %s: got %t, want %t", test.a, test.b, got, test.want)
		}
	}
}

// Keys order by bytes as their values do, whatever comes after them, and a prefix stands before what begins with it.
func TestAppendKey_ordersAsTheValues(t *testing.T) {
	ordered := map[item.Kind][]item.Value{
		item.S: texts(item.String, "", "\x00", "\x00\x00", "\x00\x01", "\x00\xff", "\x01", "a", "a\x00", "a\x00b", "ab", "b", "é", "日本", "\ufb00", "😀"),
		item.B: texts(item.Binary, "", "\x00", "\x00\x00", "\x00\xff", "\x01", "\xfe\xff", "\xff", "\xff\x00", "\xff\xff"),
		item.N: texts(item.Number, "-"+largest, "-1e38", "-100", "-99.5", "-99", "-12.1", "-12", "-2", "-1.5", "-1", "-0.25", "-1e-130", "0", "1e-130",
			"0.01", "0.1", "0.11", "1", "1.5", "2", "9", "10", "12", "12.1", "99", "100", "1e38", largest),
	}
	for kind, values := range ordered {
		for i, v := range values {
			for j, w := range values {
				order := sign(i - j)
				if got := sign(item.Compare(v, w)); got != order {
					t.Errorf("%s %q and %q: Compare is %d, want %d", kind, v.Text, w.Text, got, order)
				}
				a, b := append(v.AppendKey([]byte("p")), "\xff..."...), append(w.AppendKey([]byte("p")), "\x00"...)
				if got := bytes.Compare(a, b); i != j && got != order {
					t.Errorf("%s %q and %q: keys are %d, want %d", kind, v.Text, w.Text, got, order)
				}
				begins := strings.HasPrefix(v.Text, w.Text)
				if got := bytes.HasPrefix(v.AppendKey(nil), w.AppendKeyPrefix(nil)); kind != item.N && got != begins {
					t.Errorf("%s %q begins with %q: the key says %t", kind, v.Text, w.Text, got)
				}
			}
		}
	}
}

func texts(of func(string) item.Value, list ...string) []item.Value {
	var values []item.Value
	for _, text := range list {
		values = append(values, of(text))
	}
	return values
}

func TestCheck_nestsTo32Levels(t *testing.T) {
	nested := func(levels int) item.Value {
		v := item.String("x")
		for i := range levels - 1 {
			if i%2 == 0 {
				v = item.ListOf(v)
			} else {
				v = item.MapOf(item.Item{"m": v})
			}
		}
		return v
	}
	if err := nested(item.MaxDepth).Check(); err != nil {
		t.Errorf("%d levels: %v", item.MaxDepth, err)
	}
	if err := nested(item.MaxDepth + 1).Check(); err == nil || !strings.HasPrefix(err.Error(), "Nesting Levels have exceeded supported limits") {
		t.Errorf("%d levels: got %v", item.MaxDepth+1, err)
	}
}

func TestEncode_keepsEverything(t *testing.T) {
	i := item.Item{}
	for n, text := range []string{`{"S": ""}`, `{"S": "\u0000日本"}`, `{"N": "-1.5e-100"}`, `{"B": "AP8="}`, `{"BOOL": true}`, `{"BOOL": false}`,
		`{"NULL": true}`, `{"SS": ["b", "a"]}`, `{"NS": ["2", "1"]}`, `{"BS": ["AQ==", ""]}`, `{"L": []}`, `{"M": {}}`,
		`{"L": [{"M": {"m": {"L": [{"NULL": true}]}}}]}`} {
		i[strings.Repeat("n", n)] = value(t, text)
	}
	encoded := i.Encode()
	got, err := item.Decode(encoded)
	if err != nil || !got.Equal(i) {
		t.Fatalf("got %v, %v", got, err)
	}
	if !slices.Equal(got["nnnnnnn"].Set, []string{"b", "a"}) {
		t.Errorf("a set changed its order: %v", got["nnnnnnn"].Set)
	}
	for n := range encoded {
		if cut, err := item.Decode(encoded[:n]); err == nil {
			t.Errorf("the first %d bytes of %d are the item %v", n, len(encoded), cut)
		}
	}
	if _, err := item.Decode(append(encoded, 0)); err == nil {
		t.Error("a byte too many is no fault")
	}
}

// A broken item is refused in a time that its length bounds: with all the values below the last level it once took minutes.
func TestDecode_refusesTooManyLevelsAtOnce(t *testing.T) {
	const wide = 1 << 16
	broken := []byte{1, 0}
	for range item.MaxDepth {
		broken = append(broken, byte(item.L), 1)
	}
	broken = append(binary.AppendUvarint(append(broken, byte(item.L)), wide), bytes.Repeat([]byte{byte(item.NULL)}, wide)...)
	_, err := item.Decode(broken)
	if err == nil || !strings.Contains(err.Error(), "Nesting Levels") || len(err.Error()) > 1000 {
		t.Errorf("got %.1000v", err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(item.Item{"k": item.String("a"), "l": item.ListOf(item.Number("1"), item.SetOf(item.SS, "x", "y"))}.Encode())
	f.Add([]byte{255, 255, 255, 255, 15})
	f.Fuzz(func(t *testing.T, b []byte) {
		i, err := item.Decode(b)
		if err != nil {
			return
		}
		if again, err := item.Decode(i.Encode()); err != nil || !again.Equal(i) {
			t.Errorf("%v becomes %v, %v", i, again, err)
		}
	})
}
