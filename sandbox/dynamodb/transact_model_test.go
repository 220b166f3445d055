package dynamodb_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

var transactions = flag.Int("transactions", 300, "how many random transactions to compare with their actions one after the other")

// A transaction does what its actions do one after the other, on dynalite, or nothing if one of them fails there.
func TestTransactions_areTheirActionsInSequence(t *testing.T) {
	d := startDynalite(t)
	w := newWorld(t)
	for _, table := range testTables {
		w.ok("CreateTable", table.create())
		d.create(table)
	}
	g := &generator{Rand: rand.New(rand.NewPCG(*seed, 1))}
	counts := map[string]int{}
	for n := range *transactions {
		actions := g.transaction(w)
		text, _ := json.Marshal(object{"TransactItems": actions})
		got := w.do("TransactWriteItems", string(text))
		want := sequential(d, actions)
		counts[strings.Join(want, " ")]++
		codes := reasonCodes(got, len(actions))
		if !slices.Equal(codes, want) {
			t.Fatalf("transaction %d (seed %d): %s\ngot reasons %q: %s\nwant %q", n, *seed, text, codes, got, want)
		}
		if failing := slices.ContainsFunc(want, func(code string) bool { return code != "None" }); failing != got.failed {
			t.Fatalf("transaction %d (seed %d): %s\ngot %s, want a failure: %v", n, *seed, text, got, failing)
		} else if failing {
			counts["cancelled"]++
		} else {
			counts["done"]++
		}
		if n%50 == 0 {
			compareAll(t, w, d)
		}
	}
	compareAll(t, w, d)
	t.Logf("%d transactions, %d done, %d cancelled", *transactions, counts["done"], counts["cancelled"])
	if counts["done"] < *transactions/4 || counts["cancelled"] < *transactions/10 {
		t.Errorf("of %d transactions %d were done and %d cancelled: want more of both", *transactions, counts["done"], counts["cancelled"])
	}
}

func compareAll(t *testing.T, w *world, d *oracle) {
	t.Helper()
	for _, table := range testTables {
		compareTables(t, w, d, table)
	}
	if t.Failed() {
		t.FailNow()
	}
}

// transaction makes actions on different items.
func (g *generator) transaction(w *world) []object {
	var actions []object
	seen := map[string]bool{}
	for range 1 + g.IntN(4) {
		table := testTables[g.IntN(len(testTables))]
		g.begin()
		a := g.transactAction(w, table)
		for _, body := range a {
			target := fmt.Sprint(table.name, keyOf(table, body.(object)))
			if !seen[target] {
				seen[target] = true
				actions = append(actions, a)
			}
		}
	}
	return actions
}

func keyOf(t testTable, body object) object {
	if key, ok := body["Key"].(object); ok {
		return key
	}
	key := object{}
	for _, name := range t.key {
		key[name] = body["Item"].(object)[name]
	}
	return key
}

func (g *generator) transactAction(w *world, table testTable) object {
	kind, o := "Put", operation{}
	switch g.IntN(4) {
	case 0:
		o = g.put(table)
	case 1:
		kind, o = "Delete", g.delete(table)
	case 2:
		kind = "ConditionCheck"
		o.body = object{"TableName": table.name, "Key": g.key(table), "ConditionExpression": g.condition(1)}
		g.placeholders(o.body)
	default:
		for kind = "Update"; ; g.begin() {
			o = g.updateItem(table)
			if o.body["UpdateExpression"] != nil && (!o.onlyRemoves || !isNew(w, o)) {
				break
			}
		}
	}
	for _, name := range []string{"ReturnValues", "ReturnConsumedCapacity"} {
		delete(o.body, name)
	}
	if kind != "ConditionCheck" && o.body["ConditionExpression"] != nil && g.chance(60) {
		g.begin() // fewer conditions, so that transactions succeed
		return g.transactAction(w, table)
	}
	return object{kind: o.body}
}

// sequential does the actions on dynalite and, if one fails, puts everything back. It returns the reason's code of each; or
// the error alone if it is one of those that DynamoDB finds before it looks at any item.
func sequential(d *oracle, actions []object) []string {
	codes := make([]string, len(actions))
	refused, mistyped := "", -1
	var undo []func()
	failed := false
	for i, a := range actions {
		codes[i] = "None"
		for kind, body := range a {
			request := body.(object)
			table := tableNamed(request["TableName"].(string))
			key := keyOf(table, request)
			before := d.do("GetItem", textOf(object{"TableName": table.name, "Key": key}))
			undo = append(undo, func() { putBack(d, table, key, before) })
			operation := map[string]string{"Put": "PutItem", "Delete": "DeleteItem", "Update": "UpdateItem", "ConditionCheck": "DeleteItem"}[kind]
			after := d.do(operation, textOf(request))
			if kind == "ConditionCheck" {
				putBack(d, table, key, before)
			}
			if after.failed {
				failed = true
				codes[i] = "ConditionalCheckFailed"
				if after.kind == "ValidationException" {
					codes[i] = "ValidationError"
				}
				switch text := normalError(after); {
				case refused == "" && anyPrefix(after.message, "Invalid ", "Value provided", "ExpressionAttribute"):
					refused = text
				case mistyped < 0 && strings.Contains(text, "Type mismatch for Index Key"):
					mistyped = i
				}
			}
		}
	}
	if failed {
		for _, put := range undo {
			put()
		}
	}
	switch {
	case refused != "":
		return []string{refused}
	case mistyped >= 0: // others are not looked at
		codes = slices.Repeat([]string{"None"}, len(actions))
		codes[mistyped] = "ValidationError"
	}
	return codes
}

func anyPrefix(s string, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}

func putBack(d *oracle, table testTable, key object, before reply) {
	d.t.Helper()
	var r reply
	if item, ok := before.body["Item"]; ok {
		r = d.do("PutItem", textOf(object{"TableName": table.name, "Item": item}))
	} else {
		r = d.do("DeleteItem", textOf(object{"TableName": table.name, "Key": key}))
	}
	if r.failed {
		d.t.Fatal(r)
	}
}

func textOf(body object) string {
	text, _ := json.Marshal(body)
	return string(text)
}

func tableNamed(name string) testTable {
	return testTables[slices.IndexFunc(testTables, func(t testTable) bool { return t.name == name })]
}

// reasonCodes are the codes of a cancellation, or "None" for each action of a transaction that was done.
func reasonCodes(r reply, actions int) []string {
	codes := slices.Repeat([]string{"None"}, actions)
	reasons, _ := r.body["CancellationReasons"].([]any)
	if r.failed && len(reasons) != actions {
		return []string{normalError(r)}
	}
	for i, reason := range reasons {
		codes[i] = reason.(object)["Code"].(string)
	}
	return codes
}
