package expression_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/dynamodb/expression"
	"lightbox.example/lightbox/sandbox/dynamodb/item"
)

// example is an item that has everything.
const example = `{"s": {"S": "hello"}, "e": {"S": ""}, "n": {"N": "5"}, "b": {"B": "aGVsbG8="}, "t": {"BOOL": true}, "f": {"BOOL": false},
	"z": {"NULL": true}, "ss": {"SS": ["a", "b"]}, "ns": {"NS": ["1", "2.5"]}, "bs": {"BS": ["YQ==", "Yg=="]},
	"l": {"L": [{"S": "x"}, {"N": "1"}, {"L": [{"BOOL": true}]}, {"M": {"deep": {"N": "7"}}}]},
	"m": {"M": {"s": {"S": "inner"}, "m": {"M": {}}}}, "twin": {"SS": ["b", "a"]}, "😀": {"S": "😀é"}}`

// condition parses a condition whose #names are the attributes' names themselves.
func condition(t testing.TB, text, v string) *expression.Condition {
	t.Helper()
	var names map[string]string
	if strings.Contains(text, "#smile") {
		names = map[string]string{"#smile": "😀"}
	}
	scope, err := expression.NewScope(names, values(t, v))
	if err != nil {
		t.Fatal(err)
	}
	c, err := scope.Condition("ConditionExpression", text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return c
}

func TestCondition_Holds(t *testing.T) {
	i := values(t, example)
	const all = `{":hello": {"S": "hello"}, ":he": {"S": "he"}, ":lo": {"S": "lo"}, ":5": {"N": "5.0"}, ":1": {"N": "1"}, ":9": {"N": "9"},
		":0": {"N": "0"}, ":t": {"BOOL": true}, ":f": {"BOOL": false}, ":z": {"NULL": true}, ":ss": {"SS": ["b", "a"]}, ":a": {"S": "a"},
		":SS": {"S": "SS"}, ":2": {"N": "2"}, ":ns": {"NS": ["2.50", "1"]}, ":bin": {"B": "aGU="}, ":Yg": {"B": "Yg=="}, ":e": {"S": ""},
		":l": {"L": [{"BOOL": true}]}, ":m": {"M": {}}, ":3": {"N": "3"}, ":4": {"N": "4"}, ":NULL": {"S": "NULL"}, ":x": {"S": "x"}}`
	for text, want := range map[string]bool{
		"s = :hello": true, "s = :5": false, "n = :5": true, "n <> :5": false, "n <> :hello": true, "t = :t": true, "f = :f": true,
		"f = :t": false, "z = :z": true, "e = :e": true, "nope = :e": false, "nope <> :e": true, "nope = nowhere": false,
		"nope <> nowhere": true, "ss = :ss": true, "ss = twin": true, "ss <> twin": false, "ns = :ns": true, "l[2] = :l": true, "m.m = :m": true,
		"s < :lo": true, ":lo > s": true, "s < :5": false, "s > :5": false, "nope < :5": false, "nope <= nowhere": false,
		"n < :9": true, "n <= :5": true, "n >= :5": true, "n > :5": false, "t < :9": false, "b > :bin": true,
		"n BETWEEN :1 AND :9": true, "n BETWEEN :5 AND :5": true, "n between :9 and :9": false, "s BETWEEN :1 AND :9": false,
		":5 BETWEEN :1 AND n": true, "nope between :1 and :9": false,
		"n IN (:1, :5)": true, "n IN (:1)": false, "s IN (:5, :1)": false, "f IN (:f)": true, "ss IN (:ss)": true, "nope IN (:1)": false,
		"attribute_exists(s)": true, "attribute_exists(m.s)": true, "attribute_exists(m.nope)": false, "attribute_exists(l[3].deep)": true,
		"attribute_exists(l[4])": false, "attribute_exists(s.x)": false, "attribute_exists(s[0])": false, "attribute_exists(m[0])": false,
		"attribute_exists(l.s)": false, "attribute_not_exists(nope)": true, "attribute_not_exists(z)": false, "attribute_exists(e)": true,
		"attribute_type(ss, :SS)": true, "attribute_type(s, :SS)": false, "attribute_type(z, :NULL)": true, "attribute_type(nope, :NULL)": false,
		"begins_with(s, :he)": true, "begins_with(s, :lo)": false, "begins_with(b, :bin)": true, "begins_with(s, :bin)": false,
		"begins_with(nope, :he)": false, "begins_with(n, :he)": false, "begins_with(s, :e)": true,
		"contains(s, :lo)": true, "contains(s, :bin)": false, "contains(b, :bin)": true, "contains(ss, :a)": true, "contains(ss, :he)": false,
		"contains(ns, :1)": true, "contains(ns, :2)": false, "contains(ns, :a)": false, "contains(bs, :Yg)": true, "contains(l, :x)": true,
		"contains(l, :1)": true, "contains(l, :l)": true, "contains(l, :m)": false, "contains(m, :a)": false, "contains(n, :5)": false,
		"contains(nope, :a)": false,
		"size(s) = :5":       true, "size(e) = :0": true, "size(b) = :5": true, "size(ss) = :2": true, "size(l) = :4": true, "size(m) = :2": true,
		"size(n) = :1": false, "size(nope) = :0": false, "size(#smile) = :3": true, "size(ss) < size(l)": true,
		"NOT s = :hello": false, "not (s = :5 or n = :1)": true,
		"s = :5 OR n = :5 AND t = :f": false, "s = :hello OR n = :5 AND t = :f": true, "(s = :hello OR n = :5) AND t = :f": false,
		"NOT s = :5 AND n = :5": true,
	} {
		if got := condition(t, text, all).Holds(i); got != want {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
}

// update applies an update to an item.
func update(t testing.TB, text, v, i string) (*expression.Update, item.Item, error) {
	t.Helper()
	scope, err := expression.NewScope(nil, values(t, v))
	if err != nil {
		t.Fatal(err)
	}
	u, err := scope.Update(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	after, err := u.Apply(values(t, i))
	return u, after, err
}

func TestUpdate_Apply(t *testing.T) {
	const before = `{"n": {"N": "5"}, "s": {"S": "x"}, "ss": {"SS": ["a", "b"]}, "l": {"L": [{"N": "0"}, {"N": "1"}, {"N": "2"}, {"N": "3"}]},
		"m": {"M": {"x": {"N": "1"}, "y": {"N": "2"}, "l": {"L": [{"S": "q"}]}}}}`
	const all = `{":1": {"N": "1"}, ":s": {"S": "new"}, ":ss": {"SS": ["b", "c"]}, ":ab": {"SS": ["a", "b"]}, ":l": {"L": [{"S": "more"}]},
		":u": {"S": "u"}, ":v": {"S": "v"}, ":w": {"S": "w"}, ":e": {"L": []}, ":m": {"M": {"p": {"N": "1"}}}}`
	for _, test := range []struct{ text, want string }{ // want has the attributes that are changed; null for one that is gone
		{"SET a = :s, n = n + :1", `{"a": {"S": "new"}, "n": {"N": "6"}}`},
		{"SET n = :1 - n, s = n", `{"n": {"N": "-4"}, "s": {"N": "5"}}`},
		{"SET n = s REMOVE s", `{"n": {"S": "x"}, "s": null}`},
		{"SET a = if_not_exists(n, :1), b = if_not_exists(c, if_not_exists(d, :1)) + n", `{"a": {"N": "5"}, "b": {"N": "6"}}`},
		{"SET l = list_append(l, :l)", `{"l": {"L": [{"N": "0"}, {"N": "1"}, {"N": "2"}, {"N": "3"}, {"S": "more"}]}}`},
		{"SET c = list_append(if_not_exists(c, :e), :l)", `{"c": {"L": [{"S": "more"}]}}`},
		{"SET m.x = :s, m.z = m.x + m.y REMOVE m.y", `{"m": {"M": {"x": {"S": "new"}, "z": {"N": "3"}, "l": {"L": [{"S": "q"}]}}}}`},
		{"SET m.l[0] = m, m.l[5] = :1", `{"m": {"M": {"x": {"N": "1"}, "y": {"N": "2"}, "l": {"L": [
			{"M": {"x": {"N": "1"}, "y": {"N": "2"}, "l": {"L": [{"S": "q"}]}}}, {"N": "1"}]}}}}`},
		{"REMOVE l[1] SET l[3] = :s", `{"l": {"L": [{"N": "0"}, {"N": "2"}, {"S": "new"}]}}`},
		{"REMOVE l[0], l[1], l[17]", `{"l": {"L": [{"N": "2"}, {"N": "3"}]}}`},
		{"SET l[84] = :s, l[37] = :u, l[17] = :v, l[50] = :w REMOVE l[2]", `{"l": {"L": [{"N": "0"}, {"N": "1"}, {"N": "3"},
			{"S": "v"}, {"S": "u"}, {"S": "w"}, {"S": "new"}]}}`},
		{"REMOVE l[0], l[1], l[2], l[3]", `{"l": {"L": []}}`},
		{"REMOVE m.x, m.y, m.l, m.nope", `{"m": {"M": {}}}`},
		{"ADD n :1, a :1, ss :ss, b :ss, m.x :1, m.c :1", `{"n": {"N": "6"}, "a": {"N": "1"}, "ss": {"SS": ["a", "b", "c"]}, "b": {"SS": ["b", "c"]},
			"m": {"M": {"x": {"N": "2"}, "y": {"N": "2"}, "c": {"N": "1"}, "l": {"L": [{"S": "q"}]}}}}`},
		{"DELETE ss :ss, a :ss", `{"ss": {"SS": ["a"]}}`},
		{"DELETE ss :ab", `{"ss": null}`},
		{"ADD l[1] :1, l[9] :1", `{"l": {"L": [{"N": "0"}, {"N": "2"}, {"N": "2"}, {"N": "3"}, {"N": "1"}]}}`},
		{"SET m = :m", `{"m": {"M": {"p": {"N": "1"}}}}`},
	} {
		_, got, err := update(t, test.text, all, before)
		if err != nil {
			t.Errorf("%s: %v", test.text, err)
			continue
		}
		want := values(t, before)
		for name, v := range values(t, strings.ReplaceAll(test.want, ": null", `: {"NULL": true}`)) {
			if want[name] = v; v.Kind == item.NULL {
				delete(want, name)
			}
		}
		if !got.Equal(want) {
			t.Errorf("%s:\ngot  %s\nwant %s", test.text, got.AppendJSON(nil), want.AppendJSON(nil))
		}
	}
}

func TestUpdate_Apply_faults(t *testing.T) {
	const (
		before = `{"n": {"N": "5"}, "s": {"S": "x"}, "l": {"L": [{"N": "0"}]}, "m": {"M": {"ss": {"SS": ["a"]}}}, "big": {"N": "9e125"}, "ns": {"NS": ["1"]}}`
		all    = `{":1": {"N": "1"}, ":ns": {"NS": ["1"]}, ":ss": {"SS": ["a"]}, ":big": {"N": "9e125"}, ":50": {"N": "1e50"}, ":e": {"L": []}}`
		path   = "The document path provided in the update expression is invalid for update"
		kind   = "An operand in the update expression has an incorrect data type"
		absent = "The provided expression refers to an attribute that does not exist in the item"
		big    = "Number overflow. Attempting to store a number with magnitude larger than supported range"
	)
	for text, want := range map[string]string{
		"SET a.b = :1": path, "SET a[0] = :1": path, "SET s.b = :1": path, "SET l.b = :1": path, "SET m[0] = :1": path, "SET n[1] = :1": path,
		"REMOVE a.b": path, "REMOVE l.x": path, "ADD a.b :1": path, "DELETE m[1] :ns": path, "SET m.a.b = :1": path,
		"SET a = b": absent, "SET a = l[1]": absent, "SET a = b + :1": absent, "SET a = :1 - b": absent, "SET a = list_append(b, :e)": absent,
		"SET a = n + s": kind, "SET a = s + n": kind, "SET a = list_append(n, :e)": kind, "SET a = list_append(:e, if_not_exists(n, :e))": kind,
		"ADD n :ns": kind, "ADD s :1": kind, "ADD m.ss :ns": kind, "DELETE m.ss :ns": kind, "DELETE n :ns": kind, "ADD ns :1": kind, "ADD l :ns": kind,
		"SET a = big + :big": big, "SET a = n + :50": big, "ADD big :big": big, "SET a = n - big": big,
	} {
		if _, got, err := update(t, text, all, before); err == nil || err.Error() != want {
			t.Errorf("%s: got %s, %v; want %s", text, got.AppendJSON(nil), err, want)
		}
	}
}

func TestUpdate_leavesTheItemAsItWas(t *testing.T) {
	before := values(t, example)
	copied := values(t, example)
	scope, err := expression.NewScope(nil, values(t, `{":1": {"N": "1"}, ":ss": {"SS": ["z"]}, ":l": {"L": [{"N": "1"}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	u, err := scope.Update("SET l[0] = :1, m.m.x = l, s = list_append(l, :l) REMOVE l[1], m.s ADD ss :ss, n :1 DELETE twin :ss")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := u.Apply(before); err != nil {
		t.Fatal(err)
	}
	if !before.Equal(copied) {
		t.Errorf("the item became %s", before.AppendJSON(nil))
	}
}

func TestUpdate_saysWhatItChanges(t *testing.T) {
	u, _, _ := update(t, "SET a = :1, b = c + :1, l[1] = list_append(d, d), m = if_not_exists(e.f, :s), o = p REMOVE r", `{":1": {"N": "1"}, ":s": {"S": "s"}}`, example)
	if got, want := fmt.Sprint(u.Paths, u.Reads), "[[a] [b] [l, [1]] [m] [o] [r]] [[c] [d] [d] [e, f] [p]]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := fmt.Sprint(u.Types()), "map[a:N b:N m:S]"; got != want {
		t.Errorf("got types %s, want %s", got, want)
	}
	if u.OnlyRemoves() {
		t.Error("a SET only removes")
	}
}

func TestProjection_Of(t *testing.T) {
	i := values(t, example)
	for text, want := range map[string]string{
		"s, nope":                       `{"s": {"S": "hello"}}`,
		"l[2], l[0], l[9]":              `{"l": {"L": [{"S": "x"}, {"L": [{"BOOL": true}]}]}}`,
		"l[3].deep, l[2][0], l[1].nope": `{"l": {"L": [{"L": [{"BOOL": true}]}, {"M": {"deep": {"N": "7"}}}]}}`,
		"m.m, m.nope.x":                 `{"m": {"M": {"m": {"M": {}}}}}`,
		"m.nope, s.x, n[0]":             `{}`,
		"l":                             `{"l": {"L": [{"S": "x"}, {"N": "1"}, {"L": [{"BOOL": true}]}, {"M": {"deep": {"N": "7"}}}]}}`,
	} {
		scope, _ := expression.NewScope(nil, nil)
		p, err := scope.Projection(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Of(i); !got.Equal(values(t, want)) {
			t.Errorf("%s: got %s, want %s", text, got.AppendJSON(nil), want)
		}
	}
}

// What a projection selects is what its paths, one at a time, lead to.
func TestProjection_isTheSumOfItsPaths(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	i := values(t, `{"a": {"L": [{"L": [{"N": "1"}, {"N": "2"}]}, {"M": {"x": {"N": "3"}, "y": {"L": [{"N": "4"}]}}}, {"N": "5"}]},
		"b": {"M": {"x": {"M": {"y": {"N": "6"}, "z": {"N": "7"}}}, "y": {"N": "8"}}}, "c": {"N": "9"}}`)
	leaves := []string{"a[0][0]", "a[0][1]", "a[1].x", "a[1].y[0]", "a[2]", "b.x.y", "b.x.z", "b.y", "c"}
	for range 200 {
		rng.Shuffle(len(leaves), func(i, j int) { leaves[i], leaves[j] = leaves[j], leaves[i] })
		chosen := leaves[:1+rng.IntN(len(leaves))]
		scope, _ := expression.NewScope(nil, nil)
		p, err := scope.Projection(strings.Join(chosen, ", "))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		numbers(item.MapOf(p.Of(i)), &got)
		var want []string
		for _, leaf := range chosen {
			one, _ := scope.Projection(leaf)
			numbers(item.MapOf(one.Of(i)), &want)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Fatalf("%v: got %v, want %v", chosen, got, want)
		}
	}
}

func numbers(v item.Value, into *[]string) {
	if v.Kind == item.N {
		*into = append(*into, v.Text)
	}
	for _, e := range v.List {
		numbers(e, into)
	}
	for _, name := range slices.Sorted(maps.Keys(v.Map)) {
		numbers(v.Map[name], into)
	}
}
