package api

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"lightbox/internal/appsyncjs"
)

// memory is one DynamoDB table, as far as the resolvers need one: it evaluates the few forms of expressions they write
// and refuses others, and placeholders that are missing, left over or ambiguous.
type memory struct {
	keys    []string            // the partition key and, if any, the sort key
	indexes map[string][]string // the same by index; "" is the table
	items   map[string]appsyncjs.Item

	fault  *appsyncjs.Fault      // what the next operation fails with
	before func()                // runs before the next operation, as another caller's write would
	done   []appsyncjs.Operation // every operation so far, its transaction's items apart
}

func newMemory(keys []string, indexes map[string][]string) *memory {
	all := maps.Clone(indexes)
	all[""] = keys
	return &memory{keys: keys, indexes: all, items: map[string]appsyncjs.Item{}}
}

// id is where an item lies.
func (m *memory) id(key appsyncjs.Item) string {
	var parts []string
	for _, name := range m.keys {
		parts = append(parts, fmt.Sprint(key[name]["S"]))
	}
	return strings.Join(parts, " ")
}

// Item implements appsyncjs.Store.
func (m *memory) Item(_ context.Context, key appsyncjs.Item, _ bool) (appsyncjs.Item, error) {
	return m.items[m.id(key)], nil
}

// Do implements appsyncjs.Store.
func (m *memory) Do(_ context.Context, op appsyncjs.Operation) (appsyncjs.Reply, error) {
	if before := m.before; before != nil {
		m.before = nil
		before()
	}
	m.done = append(m.done, op)
	if fault := m.fault; fault != nil {
		m.fault = nil
		return appsyncjs.Reply{}, fault
	}
	switch op.Name {
	case "GetItem":
		return appsyncjs.Reply{Item: m.items[m.id(op.Key)]}, nil
	case "PutItem", "UpdateItem", "DeleteItem":
		return m.write(op)
	case "TransactWriteItems":
		return m.transact(op)
	case "Query":
		return m.query(op)
	}
	return appsyncjs.Reply{}, fmt.Errorf("operation %q: the resolvers must not need it", op.Name)
}

func (m *memory) write(op appsyncjs.Operation) (appsyncjs.Reply, error) {
	ok, err := m.allows(op)
	if err != nil {
		return appsyncjs.Reply{}, err
	}
	if !ok {
		return appsyncjs.Reply{}, &appsyncjs.Fault{Code: "ConditionalCheckFailedException", Message: "The conditional request failed"}
	}
	old := m.items[m.id(op.Key)]
	if err := m.apply(op); err != nil {
		return appsyncjs.Reply{}, err
	}
	if op.Name == "DeleteItem" {
		return appsyncjs.Reply{Item: old}, nil
	}
	return appsyncjs.Reply{Item: m.items[m.id(op.Key)]}, nil
}

func (m *memory) transact(op appsyncjs.Operation) (appsyncjs.Reply, error) {
	reasons := make([]appsyncjs.Reason, len(op.Items))
	cancelled := false
	touched := map[string]bool{}
	for i, item := range op.Items {
		if id := m.id(item.Key); touched[id] {
			return appsyncjs.Reply{}, fmt.Errorf("two items of a transaction are on %s", id)
		} else {
			touched[id] = true
		}
		if item.Table != photosTable {
			return appsyncjs.Reply{}, fmt.Errorf("table %q, want %q", item.Table, photosTable)
		}
		ok, err := m.allows(item)
		if err != nil {
			return appsyncjs.Reply{}, err
		}
		reasons[i].Code = "None"
		if !ok {
			cancelled = true
			reasons[i] = appsyncjs.Reason{Code: "ConditionalCheckFailed", Item: m.items[m.id(item.Key)]}
		}
	}
	if cancelled {
		return appsyncjs.Reply{}, &appsyncjs.Fault{Code: "TransactionCanceledException", Message: "Transaction cancelled", Reasons: reasons}
	}
	for _, item := range op.Items {
		if err := m.apply(item); err != nil {
			return appsyncjs.Reply{}, err
		}
	}
	return appsyncjs.Reply{}, nil
}

func (m *memory) query(op appsyncjs.Operation) (appsyncjs.Reply, error) {
	keys, ok := m.indexes[op.Index]
	if !ok {
		return appsyncjs.Reply{}, fmt.Errorf("index %q: there is no such index", op.Index)
	}
	if op.Index != "" && op.ConsistentRead {
		return appsyncjs.Reply{}, fmt.Errorf("index %q: indexes have no consistent reads", op.Index)
	}
	if err := checkPlaceholders(op.Query); err != nil {
		return appsyncjs.Reply{}, err
	}
	var found []appsyncjs.Item
	for _, item := range m.items {
		indexed := item[keys[0]] != nil && item[keys[1]] != nil
		match, err := holds(op.Query, item)
		if err != nil {
			return appsyncjs.Reply{}, err
		}
		if indexed && match {
			found = append(found, item)
		}
	}
	slices.SortFunc(found, func(a, b appsyncjs.Item) int {
		return strings.Compare(fmt.Sprint(a[keys[1]]["S"]), fmt.Sprint(b[keys[1]]["S"]))
	})
	if op.Backward {
		slices.Reverse(found)
	}
	// The token holds what it belongs to, and AppSync refuses a token that it cannot read.
	list := fmt.Sprint(op.Index, op.Query.Values)
	start := 0
	if op.NextToken != "" {
		of, at, _ := strings.Cut(op.NextToken, "@")
		var err error
		if start, err = strconv.Atoi(at); err != nil || of != list {
			return appsyncjs.Reply{}, &appsyncjs.Fault{Code: "UserIllegalArgumentException", Message: "Invalid pagination token given."}
		}
	}
	reply := appsyncjs.Reply{Items: found[min(start, len(found)):min(start+op.Limit, len(found))]}
	if start+op.Limit < len(found) {
		reply.NextToken = fmt.Sprintf("%s@%d", list, start+op.Limit)
	}
	return reply, nil
}

// allows tells whether the operation's condition holds.
func (m *memory) allows(op appsyncjs.Operation) (bool, error) {
	var condition *appsyncjs.Expression
	if op.Condition != nil {
		condition = &op.Condition.Expression
	}
	if err := checkPlaceholders(op.Update, condition); err != nil {
		return false, err
	}
	if condition == nil {
		return true, nil
	}
	return holds(condition, m.items[m.id(op.Key)])
}

// apply carries out a write whose condition holds.
func (m *memory) apply(op appsyncjs.Operation) error {
	id := m.id(op.Key)
	switch op.Name {
	case "PutItem":
		m.items[id] = maps.Clone(op.Attributes)
		maps.Copy(m.items[id], op.Key)
	case "DeleteItem":
		delete(m.items, id)
	case "UpdateItem":
		item := appsyncjs.Item{}
		maps.Copy(item, m.items[id])
		maps.Copy(item, op.Key)
		if err := update(op.Update, item); err != nil {
			return err
		}
		m.items[id] = item
	}
	return nil
}

// update applies SET #a = :v, REMOVE #a and ADD #a :n.
func update(e *appsyncjs.Expression, item appsyncjs.Item) error {
	verb := ""
	words := strings.Fields(strings.ReplaceAll(e.Text, ",", ""))
	for len(words) > 0 {
		switch {
		case words[0] == "SET" || words[0] == "ADD" || words[0] == "REMOVE":
			verb, words = words[0], words[1:]
			continue
		case verb == "SET" && len(words) > 2 && words[1] == "=":
			item[e.Names[words[0]]] = e.Values[words[2]]
			words = words[3:]
		case verb == "ADD" && len(words) > 1:
			item[e.Names[words[0]]] = sum(item[e.Names[words[0]]], e.Values[words[1]])
			words = words[2:]
		case verb == "REMOVE":
			delete(item, e.Names[words[0]])
			words = words[1:]
		default:
			return fmt.Errorf("update %q: %q is no form that this table knows", e.Text, words[0])
		}
	}
	return nil
}

func sum(a, b appsyncjs.Value) appsyncjs.Value {
	total := 0
	for _, v := range []appsyncjs.Value{a, b} {
		if text, ok := v["N"].(string); ok {
			n, err := strconv.Atoi(text)
			if err != nil {
				panic(err)
			}
			total += n
		}
	}
	return appsyncjs.Value{"N": strconv.Itoa(total)}
}

var (
	equals   = regexp.MustCompile(`^(#\w+) = (:\w+)$`)
	begins   = regexp.MustCompile(`^begins_with\((#\w+), (:\w+)\)$`)
	presence = regexp.MustCompile(`^attribute_(not_)?exists\((id|photoId)\)$`) // these two are no reserved words
)

// holds evaluates terms joined by AND, and those by OR.
func holds(e *appsyncjs.Expression, item appsyncjs.Item) (bool, error) {
	for _, alternative := range strings.Split(e.Text, " OR ") {
		all := true
		for _, term := range strings.Split(alternative, " AND ") {
			ok, err := holdsTerm(e, term, item)
			if err != nil {
				return false, err
			}
			all = all && ok
		}
		if all {
			return true, nil
		}
	}
	return false, nil
}

func holdsTerm(e *appsyncjs.Expression, term string, item appsyncjs.Item) (bool, error) {
	if m := equals.FindStringSubmatch(term); m != nil {
		attribute := item[e.Names[m[1]]]
		return attribute != nil && fmt.Sprint(attribute) == fmt.Sprint(e.Values[m[2]]), nil
	}
	if m := begins.FindStringSubmatch(term); m != nil {
		text, _ := item[e.Names[m[1]]]["S"].(string)
		return strings.HasPrefix(text, fmt.Sprint(e.Values[m[2]]["S"])), nil
	}
	if m := presence.FindStringSubmatch(term); m != nil {
		return (item[m[2]] == nil) == (m[1] == "not_"), nil
	}
	return false, fmt.Errorf("%q is no form that this table knows", term)
}

var (
	placeholder = regexp.MustCompile(`[#:]\w+`)
	bareWord    = regexp.MustCompile(`(?:^|[ (,])(\w+)`)
	knownWords  = strings.Fields("SET ADD REMOVE AND OR attribute_exists attribute_not_exists begins_with id photoId")
)

// checkPlaceholders refuses what DynamoDB would: placeholders without a meaning, meanings without a placeholder, empty
// maps of them, and attributes by their plain name. A request has one set of placeholders, so that expressions must agree.
func checkPlaceholders(expressions ...*appsyncjs.Expression) error {
	values := map[string]string{}
	for _, e := range expressions {
		if e == nil {
			continue
		}
		if e.Names != nil && len(e.Names) == 0 || e.Values != nil && len(e.Values) == 0 {
			return fmt.Errorf("%q: empty placeholders", e.Text)
		}
		used := map[string]bool{}
		for _, name := range placeholder.FindAllString(e.Text, -1) {
			used[name] = true
			if _, isName := e.Names[name]; !isName && e.Values[name] == nil {
				return fmt.Errorf("%q: %s has no meaning", e.Text, name)
			}
		}
		for _, name := range append(slices.Collect(maps.Keys(e.Names)), slices.Collect(maps.Keys(e.Values))...) {
			if !used[name] {
				return fmt.Errorf("%q: %s is not used", e.Text, name)
			}
		}
		for name, value := range e.Values {
			if before, ok := values[name]; ok && before != fmt.Sprint(value) {
				return fmt.Errorf("%q: %s means two things in one request", e.Text, name)
			}
			values[name] = fmt.Sprint(value)
		}
		for _, m := range bareWord.FindAllStringSubmatch(e.Text, -1) {
			if !slices.Contains(knownWords, m[1]) {
				return fmt.Errorf("%q: attribute %s by its plain name", e.Text, m[1])
			}
		}
	}
	return nil
}
