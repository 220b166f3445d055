package dynamodb_test

import (
	"fmt"
	"strings"
)

// localOperation makes a random one for DynamoDB Local, which does more than dynalite does.
func (g *generator) localOperation(w *world, t testTable, before *[]operation) operation {
	switch g.IntN(10) {
	case 0, 1:
		return g.transactWrite(w, before)
	case 2:
		return g.transactGet()
	}
	o := g.operation(t, nil)
	if o.name == "Scan" || o.body["IndexName"] != nil { // the order is another: see comparePages
		delete(o.body, "Limit")
		delete(o.body, "Segment")
		delete(o.body, "TotalSegments")
	}
	if o.name == "UpdateItem" && o.body["UpdateExpression"] == nil {
		delete(o.body, "ReturnValues") // to return what was updated is an InternalFailure there
	}
	if _, ok := o.body["ConditionExpression"]; ok && g.chance(60) {
		o.body["ReturnValuesOnConditionCheckFailure"] = pick(g, "ALL_OLD", "ALL_OLD", "NONE")
	}
	return o
}

// transactWrite is a transaction, at times with a token: a new one, or that of one before.
func (g *generator) transactWrite(w *world, before *[]operation) operation {
	if len(*before) > 0 && g.chance(10) {
		o := pick(g, *before...)
		if g.chance(70) {
			return o // once more
		}
		return operation{name: o.name, body: object{"ClientRequestToken": o.body["ClientRequestToken"], "TransactItems": g.transaction(w)}}
	}
	actions := g.transaction(w)
	for _, a := range actions {
		for _, body := range a {
			if _, ok := body.(object)["ConditionExpression"]; ok && g.chance(60) {
				body.(object)["ReturnValuesOnConditionCheckFailure"] = pick(g, "ALL_OLD", "ALL_OLD", "NONE")
			}
		}
	}
	if g.chance(4) {
		actions = append(actions, pick(g, actions...)) // an item twice
	}
	o := operation{name: "TransactWriteItems", body: object{"TransactItems": actions}}
	if g.chance(25) {
		o.body["ClientRequestToken"] = fmt.Sprint("token-", g.Uint32())
		*before = append(*before, o)
	}
	return o
}

func (g *generator) transactGet() operation {
	var actions []object
	seen := map[string]bool{}
	for range 1 + g.IntN(5) {
		table := testTables[g.IntN(len(testTables))]
		g.begin()
		key := g.key(table)
		target := fmt.Sprint(table.name, key)
		if seen[target] && g.chance(90) {
			continue
		}
		seen[target] = true
		get := object{"TableName": table.name, "Key": key}
		if g.chance(50) {
			get["ProjectionExpression"] = g.projection()
		}
		actions = append(actions, object{"Get": g.placeholders(get)})
	}
	return operation{name: "TransactGetItems", body: object{"TransactItems": actions}}
}

// richNumber has up to 38 digits and any exponent that numbers may have.
func (g *generator) richNumber() string {
	digits := func(n int) string {
		var b strings.Builder
		for range n {
			b.WriteByte(byte('0' + g.IntN(10)))
		}
		return b.String()
	}
	sign := pick(g, "", "-")
	switch g.IntN(4) {
	case 0:
		return sign + digits(1+g.IntN(38))
	case 1:
		whole := 1 + g.IntN(37)
		return sign + digits(whole) + "." + digits(38-whole)
	case 2:
		return sign + "1" + pick(g, "e", "E") + fmt.Sprint(g.IntN(256)-130)
	}
	return sign + pick(g, "1", "5", "9") + "." + digits(1+g.IntN(37)) + "E" + fmt.Sprint(g.IntN(256)-130)
}
