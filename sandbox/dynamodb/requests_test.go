package dynamodb_test

import (
	"encoding/json"
	"fmt"
	"strings"

	"lightbox.example/lightbox/sandbox/dynamodb/item"
)

// A testTable is a table that operations are made for.
type testTable struct {
	name, definition string
	key              []string // attributes of the key
	kinds            map[string]string
	indexes          map[string][]string // their keys
	all              map[string]bool     // indexes with all attributes
}

var testTables = []testTable{
	{name: "Plain", key: []string{"k"}, kinds: map[string]string{"k": "S"}, definition: `
		"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
		"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}]`},
	{name: "Numbers", key: []string{"k", "s"}, kinds: map[string]string{"k": "N", "s": "N"}, definition: `
		"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "N"}, {"AttributeName": "s", "AttributeType": "N"}],
		"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}]`},
	{name: "Binaries", key: []string{"k", "s"}, kinds: map[string]string{"k": "B", "s": "B"}, definition: `
		"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "B"}, {"AttributeName": "s", "AttributeType": "B"}],
		"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}]`},
	{name: "Indexed", key: []string{"k", "s"}, kinds: map[string]string{"k": "S", "s": "S", "g": "S", "h": "N"},
		indexes: map[string][]string{"everything": {"g", "h"}, "keysOnly": {"g"}, "including": {"h", "k"}},
		all:     map[string]bool{"everything": true}, definition: `
		"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}, {"AttributeName": "s", "AttributeType": "S"},
			{"AttributeName": "g", "AttributeType": "S"}, {"AttributeName": "h", "AttributeType": "N"}],
		"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
		"GlobalSecondaryIndexes": [
			{"IndexName": "everything", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}, {"AttributeName": "h", "KeyType": "RANGE"}],
				"Projection": {"ProjectionType": "ALL"}},
			{"IndexName": "keysOnly", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
				"Projection": {"ProjectionType": "KEYS_ONLY"}},
			{"IndexName": "including", "KeySchema": [{"AttributeName": "h", "KeyType": "HASH"}, {"AttributeName": "k", "KeyType": "RANGE"}],
				"Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["s1", "m1"]}}]`},
}

func (t testTable) create() string {
	return `{"TableName": "` + t.name + `", "BillingMode": "PAY_PER_REQUEST",` + t.definition + `}`
}

// keyValue is a value that keys have: few, so that operations meet.
func (g *generator) keyValue(kind string) object {
	switch kind {
	case "N":
		return object{"N": pick(g, "0", "1", "2", "-1", "1.5", "-0.25", "100000", "-7e-2", "1e3", "12345678901234567890.5")}
	case "B":
		return object{"B": g.binary()}
	}
	return object{"S": pick(g, "a", "ab", "abc", "b", "b c", "été", "日本", "zz")}
}

func (g *generator) key(t testTable) object {
	key := object{}
	for _, name := range t.key {
		key[name] = g.keyValue(t.kinds[name])
	}
	return key
}

// itemFor is an item with the table's key and, often, the keys of its indexes.
func (g *generator) itemFor(t testTable) object {
	i := g.item(g.key(t))
	for name, kind := range t.kinds {
		if _, ok := i[name]; !ok && g.chance(75) {
			i[name] = g.keyValue(kind)
		}
	}
	return i
}

// An operation is one that both answer.
type operation struct {
	name string
	body object
	// onlyRemoves is set for an update that doesn't make an item.
	onlyRemoves bool
}

func (o operation) text() string {
	text, _ := json.Marshal(o.body)
	return string(text)
}

// operation makes a random one. last is where the last page ended, if it did: it is taken up at times.
func (g *generator) operation(t testTable, last map[string]object) operation {
	g.begin()
	g.ascii = t.name == "Numbers"
	switch g.IntN(20) {
	case 0, 1, 2, 3:
		return g.put(t)
	case 4, 5, 6, 7, 8, 9:
		return g.updateItem(t)
	case 10:
		return g.delete(t)
	case 11, 12:
		return g.get(t)
	case 13, 14, 15, 16:
		return g.query(t, last)
	case 17:
		return g.scan(t, last)
	case 18:
		return g.batchGet(t)
	}
	return g.batchWrite(t)
}

func (g *generator) returnValues(request object, values ...string) {
	if g.chance(80) {
		v := pick(g, values...)
		g.note("ReturnValues " + v)
		request["ReturnValues"] = v
	}
}

// capacity asks for it where dynalite knows it.
func (g *generator) capacity(request object) {
	if g.ascii && g.chance(60) {
		request["ReturnConsumedCapacity"] = pick(g, "TOTAL", "INDEXES", "NONE")
	}
}

func (g *generator) put(t testTable) operation {
	request := object{"TableName": t.name, "Item": g.itemFor(t)}
	if g.chance(45) {
		request["ConditionExpression"] = g.condition(2)
	}
	g.returnValues(request, "NONE", "ALL_OLD", "ALL_OLD")
	g.capacity(request)
	return operation{name: "PutItem", body: g.placeholders(request)}
}

func (g *generator) updateItem(t testTable) operation {
	request := object{"TableName": t.name, "Key": g.key(t)}
	onlyRemoves := false
	if g.chance(96) {
		u := g.update()
		if t.indexes != nil && g.chance(30) && !strings.Contains(strings.ToUpper(u), "SET ") {
			u += " SET " + pick(g, "g = "+g.value(g.keyValue("S")), "h = "+g.value(g.keyValue("N")), "h = h + "+g.value(object{"N": "1"}),
				"g = "+g.value(object{"N": "1"}), "g = n1")
		}
		upper := strings.ToUpper(u)
		onlyRemoves = !strings.Contains(upper, "SET ") && !strings.Contains(upper, "ADD ")
		request["UpdateExpression"] = u
	}
	if g.chance(30) {
		request["ConditionExpression"] = g.condition(1)
	}
	g.returnValues(request, "NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW")
	g.capacity(request)
	return operation{name: "UpdateItem", body: g.placeholders(request), onlyRemoves: onlyRemoves}
}

func (g *generator) delete(t testTable) operation {
	request := object{"TableName": t.name, "Key": g.key(t)}
	if g.chance(50) {
		request["ConditionExpression"] = g.condition(2)
	}
	g.returnValues(request, "NONE", "ALL_OLD")
	g.capacity(request)
	return operation{name: "DeleteItem", body: g.placeholders(request)}
}

func (g *generator) get(t testTable) operation {
	request := object{"TableName": t.name, "Key": g.key(t)}
	if g.chance(50) {
		request["ProjectionExpression"] = g.projection()
	}
	if g.chance(30) {
		request["ConsistentRead"] = g.chance(50)
	}
	g.capacity(request)
	return operation{name: "GetItem", body: g.placeholders(request)}
}

// read is what Query and Scan have in common.
func (g *generator) read(t testTable, last map[string]object) (request object, key []string) {
	request = object{"TableName": t.name}
	source := t.name
	key = t.key
	whole := true
	if t.indexes != nil && g.chance(60) {
		index := pick(g, "everything", "keysOnly", "including")
		request["IndexName"] = index
		key, source, whole = t.indexes[index], t.name+"/"+index, t.all[index]
	}
	switch {
	case g.chance(30) && whole:
		request["ProjectionExpression"] = g.projection()
	case g.chance(10):
		request["Select"] = "COUNT"
	}
	if g.chance(35) && whole {
		request["FilterExpression"] = g.condition(1)
	}
	if g.chance(50) {
		request["Limit"] = 1 + g.IntN(4)
	}
	if start := last[source]; start != nil && g.chance(60) {
		request["ExclusiveStartKey"] = start
	}
	g.capacity(request)
	return request, key
}

func (g *generator) query(t testTable, last map[string]object) operation {
	request, key := g.read(t, last)
	start, _ := request["ExclusiveStartKey"].(object)
	partition := g.keyValue(t.kinds[key[0]])
	if v, ok := start[key[0]].(object); ok && g.chance(90) {
		partition = v
	}
	conditions := []string{g.name(key[0]) + " = " + g.value(partition)}
	if len(key) == 2 && g.chance(60) {
		conditions = append(conditions, g.sortCondition(g.name(key[1]), t.kinds[key[1]]))
		g.Shuffle(len(conditions), func(i, j int) { conditions[i], conditions[j] = conditions[j], conditions[i] })
	}
	for i := range conditions {
		if g.chance(20) {
			conditions[i] = "(" + conditions[i] + ")"
		}
	}
	request["KeyConditionExpression"] = strings.Join(conditions, pick(g, " AND ", " and "))
	if g.chance(50) {
		request["ScanIndexForward"] = g.chance(50)
	}
	if request["IndexName"] == nil && g.chance(40) || g.chance(3) {
		request["ConsistentRead"] = true // of a Scan, dynalite doesn't know it
	}
	return operation{name: "Query", body: g.placeholders(request)}
}

func (g *generator) sortCondition(name, kind string) string {
	a, b := g.keyValue(kind), g.keyValue(kind)
	switch op := pick(g, "=", "<", "<=", ">", ">=", "between", "begins_with"); op {
	case "between":
		if less(b, a) {
			a, b = b, a
		}
		return name + " BETWEEN " + g.value(a) + " AND " + g.value(b)
	case "begins_with":
		if kind == "N" {
			return name + " >= " + g.value(a)
		}
		return "begins_with(" + name + ", " + g.value(a) + ")"
	default:
		if g.chance(20) {
			return g.value(a) + " " + op + " " + name
		}
		return name + " " + op + " " + g.value(a)
	}
}

func (g *generator) scan(t testTable, last map[string]object) operation {
	request, _ := g.read(t, last)
	if g.chance(25) && request["ExclusiveStartKey"] == nil {
		total := 1 + g.IntN(5)
		request["TotalSegments"], request["Segment"] = total, g.IntN(total)
	}
	return operation{name: "Scan", body: g.placeholders(request)}
}

func (g *generator) batchGet(t testTable) operation {
	var keys []object
	seen := map[string]bool{}
	for range 1 + g.IntN(5) {
		key := g.key(t)
		if text := fmt.Sprint(key); !seen[text] || g.chance(5) {
			seen[text] = true
			keys = append(keys, key)
		}
	}
	request := object{"Keys": keys}
	if g.chance(40) {
		request["ProjectionExpression"] = g.projection()
	}
	return operation{name: "BatchGetItem", body: object{"RequestItems": object{t.name: g.placeholders(request)}}}
}

func (g *generator) batchWrite(t testTable) operation {
	var requests []object
	seen := map[string]bool{}
	for range 1 + g.IntN(5) {
		i := g.itemFor(t)
		key := object{}
		for _, name := range t.key {
			key[name] = i[name]
		}
		if text := fmt.Sprint(key); seen[text] && g.chance(95) {
			continue
		}
		seen[fmt.Sprint(key)] = true
		if g.chance(30) {
			requests = append(requests, object{"DeleteRequest": object{"Key": key}})
		} else {
			requests = append(requests, object{"PutRequest": object{"Item": i}})
		}
	}
	return operation{name: "BatchWriteItem", body: object{"RequestItems": object{t.name: requests}}}
}

// less orders values of one kind.
func less(a, b object) bool {
	var v, w item.Value
	for value, target := range map[*item.Value]object{&v: a, &w: b} {
		text, _ := json.Marshal(target)
		if err := json.Unmarshal(text, value); err != nil {
			panic(err)
		}
	}
	return item.Compare(v, w) < 0
}
