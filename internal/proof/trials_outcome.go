package proof

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/appsync/filter"
	"lightbox.example/lightbox/sandbox/appsyncjs"
	"lightbox.example/lightbox/sandbox/dynamodb"
	"lightbox.example/lightbox/sandbox/dynamodb/item"
)

// query makes sure that a query shows a row to those who may see it, and to nobody else: a list has
// every row that its caller may see and none that they may not, and one row is null for the others.
func (c trialCall) query() {
	value, answer, err := c.call()
	if err != nil {
		c.opens(c.place(), "%s: it broke: %v", c, err)
		return
	}
	c.quiet(answer.Logs)
	if c.wrote {
		c.opensOnce(c.place(), "%s writes, and it is a query", c.field.Path())
	}
	switch {
	case !c.who.mayEver(c.field.Callers()):
		if answer.Err == nil {
			c.opens(c.place(), "%s: got %v, want a refusal", c, show(value))
			return
		}
		c.say(answer.Err.Type)
		c.refused(answer.Err, "Unauthorized")
		return
	case answer.Err != nil:
		c.closes(c.place(), "%s: got the error %s, want an answer", c, answer.Err)
		return
	}
	c.shaped(value)
	rows := c.shows(value)
	c.say(fmt.Sprint(rows))
	switch seen := slices.ContainsFunc(rows, func(s subject) bool { return s.same(c.about) }); {
	case seen && !c.allowed():
		c.opens(c.place(), "%s: got it, want that it is not there", c)
	case !seen && c.allowed():
		c.closes(c.place(), "%s: got %v, want it", c, show(value))
	}
	for _, row := range rows {
		if !c.may(row) && !row.same(c.about) {
			c.opens(c.place(), "%s: got %s too, which is not for them", c, row)
		}
	}
	c.pictured(value, c.before)
}

// member makes sure that a field of an object answers each caller what is theirs: whether there is such
// a row.
func (c trialCall) member() {
	value, answer, err := c.call()
	if err != nil {
		c.opens(c.place(), "%s: it broke: %v", c, err)
		return
	}
	c.quiet(answer.Logs)
	switch {
	case !c.who.mayEver(c.field.Callers()):
		if answer.Err == nil {
			c.opens(c.place(), "%s: got %v, want a refusal", c, show(value))
			return
		}
		c.refused(answer.Err, "Unauthorized")
	case answer.Err != nil:
		c.closes(c.place(), "%s: got the error %s, want an answer", c, answer.Err)
	case value != c.allowed():
		c.opens(c.place(), "%s: got %v, want %v", c, show(value), c.allowed())
	}
	c.say(fmt.Sprint(value, answer.Err != nil))
}

// shows are the rows that an answer has: one, or the items of a page. What is none of the scene's is
// a row of no kind, which nobody may see.
func (c trialCall) shows(value any) []subject {
	object, isObject := value.(arguments)
	if !isObject {
		return nil
	}
	page, isPage := object["items"]
	if !isPage {
		return []subject{c.row(object)}
	}
	rows := []subject{}
	for _, item := range system.Items(page) {
		object, _ := item.(arguments)
		rows = append(rows, c.row(object))
	}
	return rows
}

// row finds what an answered object is: by its id, or a profile by its owner.
func (c trialCall) row(object arguments) subject {
	for _, s := range c.subjects {
		id, has := object["id"]
		if has && s.values["id"] == id || !has && slices.Contains(access.Profile.Siblings(), s.kind) && s.owner == object["owner"] {
			return s
		}
	}
	return subject{kind: "row that nobody made", values: object}
}

// mutation makes sure that a write does what its caller may do, and refuses the rest: then no row
// changes, and the error tells nothing.
func (c trialCall) mutation() (err error) {
	value, answer, err := c.call()
	if err != nil {
		c.opens(c.place(), "%s: it broke: %v", c, err)
		return nil
	}
	after := c.before
	if c.wrote {
		if after, err = c.table(); err != nil {
			return err
		}
	}
	c.quiet(answer.Logs)
	changed := c.before.differences(after)
	if len(changed) > 0 {
		defer func() { err = cmp.Or(err, c.restore()) }()
	}
	if answer.Err != nil {
		c.say(answer.Err.Type)
	} else {
		c.say("done")
	}
	if c.allowed() {
		if c.about.bare && c.field.Path() == "Mutation.publishProduct" {
			if answer.Err == nil || answer.Err.Type != "BadRequest" || len(changed) > 0 {
				c.opens(c.place(), "%s without a picture: got %v, want BadRequest and no change", c, show(answer.Err))
			}
			return nil
		}
		if c.about.kind == access.Hidden && answer.Err == nil {
			if value != nil {
				c.opens(c.place(), "%s: answers %v, of which subscribers would hear, want nothing", c, show(value))
			}
			c.bounded(changed, after)
			return nil
		}
		if answer.Err != nil || value == nil {
			c.closes(c.place(), "%s: got %v, want it done", c, show(answer.Err))
			return nil
		}
		c.shaped(value)
		c.bounded(changed, after)
		c.ordered(changed, after)
		c.cleared(after)
		c.pictured(value, c.before, after)
		c.tell(value, changed, after)
		return nil
	}
	if len(changed) > 0 {
		c.opens(c.place(), "%s: got %s changed, want nothing", c, c.before.name(changed[0], after))
	}
	if asked := slices.IndexFunc(c.asked, func(r request) bool { return r.function != "" }); asked >= 0 {
		c.opens(c.place(), "%s: reaches the function %s, want nothing", c, c.asked[asked].function)
	}
	if answer.Err == nil {
		c.opens(c.place(), "%s: got %v, want a refusal", c, show(value))
		return nil
	}
	types := []string{"Unauthorized"}
	if _, ofThisKind := c.field.May[c.about.kind]; !ofThisKind && c.who.mayEver(c.field.Callers()) {
		types = append(types, "Conflict")
	}
	if c.about.kind == access.Hidden {
		types = append(types, "NotFound") // it is there for nobody else
	}
	c.refused(answer.Err, types...)
	return nil
}

// tell keeps what subscribers could hear: what a mutation told the first who may call it about a row.
func (c trialCall) tell(value any, changed []string, after rowsByKey) {
	if slices.ContainsFunc(c.messages, func(m message) bool { return m.mutation == c.field.Name && m.about.same(c.about) }) {
		return
	}
	m := message{mutation: c.field.Name, about: c.about, kinds: []access.Row{c.about.kind}}
	m.value, _ = value.(arguments)
	for _, key := range changed {
		if is := after[key]; is.attributes != nil {
			m.kinds = append(m.kinds, is.kind)
		}
	}
	c.trials.messages = append(c.trials.messages, m)
}

// bounded makes sure that a call which may write writes what the table says, about its own row.
func (c trialCall) bounded(changed []string, after rowsByKey) {
	for _, key := range changed {
		was, is := c.before[key], after[key]
		for _, row := range []tableRow{was, is} {
			if row.attributes == nil {
				continue
			}
			if !slices.Contains(c.field.Changes, row.kind) {
				c.opens(c.place(), "%s: changes a %s, want only %v", c, row.kind, c.field.Changes)
			}
			about, named := c.about.values[row.partition]
			if slices.Contains([]access.Row{access.Day, access.Identity, access.Leaving}, row.kind) && row.attributes[row.partition] != "PROFILE#"+c.who.sub {
				c.opens(c.place(), "%s: changes somebody else's %s", c, row.kind)
			}
			if row.kind == access.Identity && row.attributes["row"] != "IDENTITY#"+identityID(c.who.sub) {
				c.opens(c.place(), "%s: notes another identity than the caller's", c)
			}
			if named && row.kind != access.Profile && row.kind != access.Day && row.attributes[row.partition] != about {
				c.opens(c.place(), "%s: changes a %s with another %s", c, row.kind, row.partition)
			}
		}
		switch {
		case was.attributes == nil && is.owner != "" && is.owner != c.who.sub:
			c.opens(c.place(), "%s: makes a %s that belongs to %s, want it the caller's own", c, is.kind, c.plain.Replace(is.owner))
		case was.attributes != nil && is.attributes != nil && was.owner != is.owner:
			c.opens(c.place(), "%s: gives a %s to %s", c, is.kind, c.plain.Replace(is.owner))
		}
	}
}

// subscription makes sure that a subscriber hears what mutations do to rows that they may hear of,
// and nothing else.
func (c trialCall) subscription() error {
	var matches func(map[string]any) bool
	if len(c.field.Steps) == 0 {
		matches = func(map[string]any) bool { return true }
		if !c.who.mayEver(c.field.Callers()) {
			return nil // no resolver asks: the directives do, which the rule of the schema holds
		}
	} else {
		_, answer, err := c.call()
		if err != nil {
			c.opens(c.place(), "%s: it broke: %v", c, err)
			return nil
		}
		c.quiet(answer.Logs)
		if !c.who.mayEver(c.field.Callers()) {
			if answer.Err == nil {
				c.opens(c.place(), "%s: may subscribe, want a refusal", c)
				return nil
			}
			c.say(answer.Err.Type)
			c.refused(answer.Err, "Unauthorized")
			return nil
		}
		if answer.Err != nil {
			c.closes(c.place(), "%s: got the error %s, want a subscription", c, answer.Err)
			return nil
		}
		compiled, err := filter.Compile(answer.Filter)
		if err != nil {
			c.opens(c.place(), "%s: AppSync would refuse the filter: %v", c, err)
			return nil
		}
		matches = compiled.Match
	}
	for _, message := range c.messages {
		if !slices.Contains(c.field.Hears, message.mutation) {
			continue
		}
		event, err := told(message.value)
		if err != nil {
			return err
		}
		hears, want := matches(event), c.wants(message)
		c.say(fmt.Sprint(message.mutation, hears))
		switch {
		case hears && !want:
			c.opens(c.place(), "%s: hears of %s by %s with %s: the filter must hold it back", c, message.about, message.mutation, c.plain.Replace(fmt.Sprint(c.args)))
		case !hears && want:
			c.closes(c.place(), "%s: does not hear of %s by %s with %s: the filter must let it through", c, message.about, message.mutation, c.plain.Replace(fmt.Sprint(c.args)))
		}
	}
	return nil
}

// A message is what a mutation answered, and so what its subscribers hear, with the row it was about
// and what the row was and became.
type message struct {
	mutation string
	about    subject
	kinds    []access.Row
	value    arguments
}

// wants tells whether a subscriber is meant to hear a message: of a row that they may hear of, as it
// was or as it is now, and which is the one that the subscription names, where it names one.
func (c trialCall) wants(m message) bool {
	for name, value := range c.args {
		if m.value[name] != value {
			return false
		}
	}
	return slices.ContainsFunc(m.kinds, func(kind access.Row) bool {
		return c.may(subject{kind: kind, owner: m.about.owner, host: m.about.host})
	})
}

// quiet makes sure that a resolver writes no log: a line has whatever it is given of its caller.
func (c trialCall) quiet(lines []appsyncjs.LogLine) {
	if len(lines) > 0 {
		c.opensOnce(c.place(), "%s writes %q to its log: a log is for others than its caller", c.field.Path(), c.plain.Replace(lines[0].Message))
	}
}

// tableRow is a row of a table.
type tableRow struct {
	kind       access.Row
	owner      string
	partition  string            // the name of its partition key
	attributes map[string]string // texts, and all else as JSON
}

// rowsByKey are the rows of all tables.
type rowsByKey map[string]tableRow

// differences are the keys of the rows that are not the same in both.
func (r rowsByKey) differences(other rowsByKey) []string {
	var keys []string
	for key := range r {
		if !maps.Equal(r[key].attributes, other[key].attributes) {
			keys = append(keys, key)
		}
	}
	for key := range other {
		if _, here := r[key]; !here {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// name words the row with a key.
func (r rowsByKey) name(key string, other rowsByKey) string {
	row := r[key]
	if row.attributes == nil {
		row = other[key]
	}
	return "a " + string(row.kind)
}

// table is all that the tables hold.
func (t *trials) table() (rowsByKey, error) {
	all := rowsByKey{}
	for source, table := range t.api.Tables {
		page, fault := t.engine.Scan(dynamodb.ScanInput{ReadOptions: dynamodb.ReadOptions{TableName: table.Name}})
		if fault != nil {
			return nil, fault
		}
		for _, row := range page.Items {
			texts := map[string]string{}
			for name, value := range row {
				texts[name] = value.Text
				if value.Kind != item.S {
					texts[name] = string(item.Item{name: value}.Encode())
				}
			}
			kind, owner := access.KindOf(access.Source(source), texts)
			key, names := source, keyNames(table)
			for _, name := range names {
				key += " " + texts[name]
			}
			all[key] = tableRow{kind, owner, names[0], texts}
		}
	}
	return all, nil
}

// keyNames are the names of a table's key: of its partition first, and of its order.
func keyNames(table system.Table) []string {
	var names []string
	for _, part := range system.Items(table.Properties["KeySchema"]) {
		name, _ := system.Lookup(part, "AttributeName").(string)
		names = append(names, name)
	}
	return names
}
