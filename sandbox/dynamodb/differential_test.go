package dynamodb_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/fidelity"
)

var (
	operations = flag.Int("operations", 2000, "how many random operations to compare with dynalite's answers")
	seed       = flag.Uint64("seed", 1, "where the random operations begin")
)

// Random operations give the answers that dynalite gives, but for the differences in knownDifferences.
func TestDifferential(t *testing.T) {
	d := startDynalite(t)
	w := newWorld(t)
	for _, table := range testTables {
		w.ok("CreateTable", table.create())
		d.create(table)
	}
	g := &generator{Rand: rand.New(rand.NewPCG(*seed, 0))}
	counts := map[string]int{}
	tally := fidelity.NewTally("dynalite", fidelity.PackageVersion(t, filepath.Dir(dynaliteFolder()), "dynalite"))
	last := map[string]object{}
	for n := range *operations {
		table := testTables[g.IntN(len(testTables))]
		o := g.operation(table, last)
		if g.chance(12) {
			g.spoil(&o)
		}
		if o.onlyRemoves && isNew(w, o) {
			continue // a known difference
		}
		got, want := w.do(o.name, o.text()), d.do(o.name, o.text())
		if diff := compare(o.name, got, want); diff != "" {
			t.Fatalf("operation %d (seed %d): %s\n%s\nengine:   %s\ndynalite: %s\n(-dynalite +engine)\n%s",
				n, *seed, o.name, o.text(), got, want, diff)
		}
		tally.Agreed(fidelity.Operation{Service: "dynamodb", Name: o.name})
		counts[o.name]++
		counts["operations"]++
		if !got.failed {
			counts["succeeded"]++
		} else {
			counts[got.kind]++
		}
		for what, times := range g.used {
			counts[what] += times
		}
		keepPosition(o, got, last)
	}
	for _, table := range testTables {
		compareTables(t, w, d, table)
	}
	report(t, counts)
	t.Run("known differences", func(t *testing.T) { compareDynalite(t, tally) })
	tally.Save(t)
}

// report shows what was done, and holds a long run to what it must have done.
func report(t *testing.T, counts map[string]int) {
	var lines []string
	for _, what := range slices.Sorted(maps.Keys(counts)) {
		lines = append(lines, fmt.Sprintf("%s %d", what, counts[what]))
	}
	t.Log(strings.Join(lines, ", "))
	if 2*counts["succeeded"] < counts["operations"] {
		t.Errorf("%d of %d operations succeeded, want at least half", counts["succeeded"], counts["operations"])
	}
	if counts["operations"] < 10_000 {
		return
	}
	for _, what := range []string{"=", "<>", "<", "<=", ">", ">=", "between", "in", "and", "or", "not", "attribute_exists",
		"attribute_not_exists", "attribute_type", "begins_with", "contains", "size", "SET", "REMOVE", "ADD", "DELETE", "+", "-",
		"if_not_exists", "list_append", "ReturnValues NONE", "ReturnValues ALL_OLD", "ReturnValues UPDATED_OLD", "ReturnValues ALL_NEW",
		"ReturnValues UPDATED_NEW"} {
		if counts[what] < 100 {
			t.Errorf("%s was used %d times, want at least 100", what, counts[what])
		}
	}
}

// isNew reports whether there is no item yet with the key of an update.
func isNew(w *world, o operation) bool {
	text, _ := json.Marshal(object{"TableName": o.body["TableName"], "Key": o.body["Key"]})
	return w.do("GetItem", string(text)).body["Item"] == nil
}

// keepPosition remembers where a page ended, for one that goes on from there.
func keepPosition(o operation, r reply, last map[string]object) {
	if o.name != "Query" && o.name != "Scan" || r.failed {
		return
	}
	source := fmt.Sprint(o.body["TableName"])
	if index, ok := o.body["IndexName"]; ok {
		source += fmt.Sprint("/", index)
	}
	delete(last, source)
	if end, ok := r.body["LastEvaluatedKey"].(object); ok {
		last[source] = end
	}
}

// compare shows how two answers differ, or nothing.
func compare(operation string, got, want reply) string {
	if got.failed || want.failed {
		return cmp.Diff(normalError(want), normalError(got))
	}
	return cmp.Diff(normal(operation, want.body), normal(operation, got.body))
}

// normal sorts what has no order, and leaves out what dynalite is known to leave in.
func normal(operation string, body object) any {
	if attributes, ok := body["Attributes"].(object); ok && len(attributes) == 0 {
		delete(body, "Attributes") // see knownDifferences
	}
	if operation == "BatchGetItem" {
		for _, items := range body["Responses"].(object) {
			slices.SortFunc(items.([]any), byText)
		}
	}
	return sorted(body)
}

func byText(a, b any) int {
	s, _ := json.Marshal(a)
	t, _ := json.Marshal(b)
	return strings.Compare(string(s), string(t))
}

// sorted sorts the elements of sets.
func sorted(tree any) any {
	switch v := tree.(type) {
	case object:
		for name, member := range v {
			v[name] = sorted(member)
			if set, ok := member.([]any); ok && len(v) == 1 && slices.Contains(sets, name) {
				slices.SortFunc(set, byText)
			}
		}
	case []any:
		for i := range v {
			v[i] = sorted(v[i])
		}
	}
	return tree
}

var (
	unusedKeys    = regexp.MustCompile(`keys: \{(.*)\}$`)
	syntaxError   = regexp.MustCompile(`Syntax error; .*$|Attribute name is a reserved keyword; reserved keyword: (?i:and|or|not|between|in|set|remove|add|delete)$`)
	otherFunction = regexp.MustCompile(`The function is not allowed in an? \w+ expression;`)
	typeSet       = regexp.MustCompile(`, typeSet: ALLOWED_FOR_(ADD|DELETE)_OPERAND$`)
)

// normalError is an error without what knownDifferences explains.
func normalError(r reply) string {
	text := r.String()
	text = unusedKeys.ReplaceAllStringFunc(text, func(keys string) string {
		list := strings.Split(keys[len("keys: {"):len(keys)-1], ", ")
		slices.Sort(list)
		return "keys: {" + strings.Join(list, ", ") + "}"
	})
	text = syntaxError.ReplaceAllString(text, "Syntax error; …")
	text = otherFunction.ReplaceAllString(text, "Invalid function name;")
	return typeSet.ReplaceAllString(text, "")
}

// compareTables holds the tables to each other as they are at the end.
func compareTables(t *testing.T, w *world, d *oracle, table testTable) {
	t.Helper()
	body := `{"TableName": "` + table.name + `"}`
	got, want := w.do("Scan", body), d.do("Scan", body)
	if diff := compare("Scan", got, want); diff != "" {
		t.Errorf("table %s (-dynalite +engine):\n%s", table.name, diff)
	}
	for index := range table.indexes {
		body := `{"TableName": "` + table.name + `", "IndexName": "` + index + `"}`
		if diff := compare("Scan", w.do("Scan", body), d.do("Scan", body)); diff != "" {
			t.Errorf("index %s (-dynalite +engine):\n%s", index, diff)
		}
	}
}

// spoil makes a fault in an operation.
func (g *generator) spoil(o *operation) {
	if actions, ok := o.body["TransactItems"].([]object); ok {
		for _, body := range pick(g, actions...) {
			g.spoil(&operation{name: o.name, body: body.(object)})
		}
		return
	}
	var expressions []string
	for name := range o.body {
		if strings.HasSuffix(name, "Expression") {
			expressions = append(expressions, name)
		}
	}
	slices.Sort(expressions)
	switch kind := g.IntN(8); {
	case kind < 3 && expressions != nil: // a name or value that is not there, or not used
		if values, ok := o.body["ExpressionAttributeValues"].(object); ok && g.chance(60) {
			p := slices.Sorted(maps.Keys(values))[0]
			if g.chance(50) {
				values[":unused"] = object{"S": "x"}
			} else if len(values) > 1 {
				delete(values, p)
			}
			return
		}
		o.body["ExpressionAttributeNames"] = object{"#unused": "x"}
	case kind < 6 && expressions != nil: // a fault within an expression
		name := pick(g, expressions...)
		o.body[name] = g.garbled(fmt.Sprint(o.body[name]))
	case kind == 6 && o.body["Key"] != nil:
		key := o.body["Key"].(object)
		key[slices.Sorted(maps.Keys(key))[0]] = g.of(pick(g, "S", "N", "B", "BOOL", "SS", "M"))
	case o.body["Item"] != nil:
		i := o.body["Item"].(object)
		i["faulty"] = pick(g, object{"N": "one"}, object{"SS": []any{}}, object{"SS": []any{"a", "a"}}, object{},
			object{"S": "a", "N": "1"}, object{"N": "1e126"}, object{"N": "123456789012345678901234567890123456789"},
			object{"NULL": false}, object{"NS": []any{"1", "1.0"}}, object{"BS": []any{"AQ==", "AQ=="}}, object{"B": "x"},
			object{"S": 1}, object{"L": []any{object{"N": ""}}}, object{"M": object{"x": object{"NS": []any{}}}})
	default:
		o.body["TableName"] = "Elsewhere"
		if _, ok := o.body["RequestItems"]; ok {
			delete(o.body, "TableName")
		}
	}
}

// garbled replaces, adds or leaves out a word of an expression.
func (g *generator) garbled(text string) string {
	words := strings.Fields(text)
	update := anyPrefix(strings.ToUpper(text), "SET ", "REMOVE ", "ADD ", "DELETE ")
	i := g.IntN(len(words))
	extra := pick(g, "size(s1)", "= ", ", ,", "AND", "status", "#undefined", ":undefined", "s1", "((s1))", "contains(s1)", "begins_with(s1, :undefined)",
		"attribute_exists(:undefined)", "frobnicate(s1)", "!", "s1.s2", "s1[0", "1", "if_not_exists(s1)", "SET s9 = s1", "k", "BETWEEN")
	if update && extra == "((s1))" {
		extra = "(s1)" // a known difference
	}
	switch g.IntN(3) {
	case 0:
		words[i] = extra
	case 1:
		words = slices.Insert(words, i, extra)
	default:
		words = slices.Delete(words, i, i+1)
	}
	return strings.Join(words, " ")
}
