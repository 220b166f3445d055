package sandbox_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/look"
)

// An edit never overwrites what changed meanwhile.
func editRows(t *testing.T, l looked) {
	var page look.DataPage
	l.get(t, "data", nil, &page)
	at := slices.IndexFunc(page.Tables, func(name string) bool { return strings.Contains(strings.ToLower(name), "product") })
	if at < 0 {
		t.Fatalf("got the tables %v, want one of products", page.Tables)
	}
	table := page.Tables[at]
	l.get(t, "data", map[string]string{"table": table}, &page)
	row := func(more look.Row) look.Row {
		r := look.Row{"name": aText("lamp"), "n": map[string]any{"N": "12345678901234567890"}}
		for _, k := range page.Table.Key {
			r[k.Name] = aText("x" + k.Name)
		}
		maps.Copy(r, more)
		return r
	}
	change := func(want int, do string, now, was look.Row) {
		t.Helper()
		body := map[string]any{"table": table, "do": do}
		if now != nil {
			body["row"] = now
		}
		if was != nil {
			body["was"] = was
		}
		if got := l.post(t, "data", body); got.status != want {
			t.Errorf("%s: got %d %s, want %d", do, got.status, got.body, want)
		}
	}
	change(http.StatusOK, "put", row(nil), nil)
	change(http.StatusConflict, "put", row(nil), nil) // it is there
	read := row(nil)
	change(http.StatusOK, "put", row(look.Row{"name": aText("desk")}), read)
	change(http.StatusConflict, "put", row(look.Row{"name": aText("chair")}), read) // it lost the race
	change(http.StatusConflict, "delete", nil, read)
	// Another adds an attribute: an edit of others leaves it, and a delete that has not seen it is refused.
	read = row(look.Row{"name": aText("desk")})
	change(http.StatusOK, "put", row(look.Row{"name": aText("desk"), "seen": aText("yes")}), read)
	change(http.StatusOK, "put", row(look.Row{"name": aText("shelf")}), read)
	change(http.StatusConflict, "delete", nil, row(look.Row{"name": aText("shelf")}))
	l.get(t, "data", map[string]string{"table": table, "partition": "x" + page.Table.Key[0].Name}, &page)
	want := row(look.Row{"name": aText("shelf"), "seen": aText("yes")})
	if len(page.Rows) != 1 || !sameJSON(t, page.Rows[0], want) {
		t.Errorf("got %v, want %v", page.Rows, want)
	}
	other := row(look.Row{page.Table.Key[0].Name: aText("y")})
	change(http.StatusBadRequest, "put", other, want) // another key
	change(http.StatusOK, "delete", nil, want)
	change(http.StatusConflict, "delete", nil, want)
	editWide(t, row, change)
	for i := range 60 {
		change(http.StatusOK, "put", row(look.Row{page.Table.Key[0].Name: aText("p" + strings.Repeat("i", i))}), nil)
	}
	seen := 0
	for query := map[string]string{"table": table}; ; query["after"] = page.Next {
		page.Next = ""
		l.get(t, "data", query, &page)
		if seen += len(page.Rows); page.Next == "" {
			break
		}
	}
	if seen != 60 {
		t.Errorf("got %d rows on all pages, want 60", seen)
	}
}

// Indexes of either kind are shown, and read by.
func lookAtIndexes(t *testing.T, l looked) {
	index := func(name string, key ...map[string]string) map[string]any {
		return map[string]any{"IndexName": name, "KeySchema": key, "Projection": map[string]string{"ProjectionType": "KEYS_ONLY"}}
	}
	key := func(name, kind string) map[string]string {
		return map[string]string{"AttributeName": name, "KeyType": kind}
	}
	attribute := func(name string) map[string]string {
		return map[string]string{"AttributeName": name, "AttributeType": "S"}
	}
	if err := l.b.call(root, "dynamodb", "CreateTable", map[string]any{
		"TableName": "indexed", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": []any{attribute("p"), attribute("s"), attribute("at")},
		"KeySchema":              []any{key("p", "HASH"), key("s", "RANGE")},
		"GlobalSecondaryIndexes": []any{index("everywhere", key("at", "HASH"))},
		"LocalSecondaryIndexes":  []any{index("inPartition", key("p", "HASH"), key("at", "RANGE"))},
	}, nil); err != nil {
		t.Fatal(err)
	}
	for name, query := range map[string]map[string]string{
		"everywhere": {"partition": "now"}, "inPartition": {"partition": "x", "sort": "=", "value": "now"},
	} {
		var page look.DataPage
		query["table"], query["index"] = "indexed", name
		l.get(t, "data", query, &page)
		if page.Index != name || !slices.ContainsFunc(page.Table.Indexes, func(i look.Index) bool { return i.Name == name && i.Key[len(i.Key)-1].Name == "at" }) {
			t.Errorf("got the index %q of %+v, want %s", page.Index, page.Table, name)
		}
	}
}

// A row with more attributes than a condition of DynamoDB's compares is edited, and deleted, as others are.
func editWide(t *testing.T, row func(look.Row) look.Row, change func(want int, do string, now, was look.Row)) {
	t.Helper()
	with := func(more look.Row) look.Row {
		wide := look.Row{}
		for i := range 400 {
			wide[fmt.Sprintf("a%03d", i)] = aText("x")
		}
		maps.Copy(wide, more)
		return row(wide)
	}
	first := with(look.Row{"a399": aText("y")})
	change(http.StatusOK, "put", with(nil), nil)
	change(http.StatusOK, "put", first, with(nil))
	change(http.StatusConflict, "put", with(look.Row{"a399": aText("z")}), with(nil)) // the attribute itself is another
	change(http.StatusConflict, "put", with(look.Row{"a000": aText("z")}), with(nil)) // and one that stays is
	change(http.StatusConflict, "delete", nil, with(nil))
	all := look.Row{}
	for i := range 149 { // and a399
		all[fmt.Sprintf("a%03d", i)] = aText("all")
	}
	change(http.StatusOK, "put", with(all), first)
	all["a149"] = aText("all")
	change(http.StatusBadRequest, "put", with(all), first) // more than are compared
	delete(all, "a149")
	change(http.StatusOK, "delete", nil, with(all))
}

func aText(s string) map[string]any { return map[string]any{"S": s} }

func sameJSON(t *testing.T, a, b any) bool {
	t.Helper()
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	return bytes.Equal(x, y)
}
