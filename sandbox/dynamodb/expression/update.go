package expression

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/dynamodb/item"
)

// An Update is a parsed UpdateExpression.
type Update struct {
	actions []action
	// Paths are the document paths that it changes; Reads are those that its values refer to.
	Paths, Reads []Path
}

// An action changes what lies at one path.
type action struct {
	section string // "SET", "REMOVE", "ADD" or "DELETE"
	target  *node
	value   *node // nil to remove
}

var sections = []string{"SET", "REMOVE", "ADD", "DELETE"}

// Update parses an UpdateExpression.
func (s *Scope) Update(text string) (*Update, error) {
	u, message := s.update(text)
	if message != "" {
		return nil, faultf("Invalid UpdateExpression: %s", message)
	}
	return u, nil
}

func (s *Scope) update(text string) (*Update, string) {
	if m := sizeFault(text); m != "" {
		return nil, m
	}
	u := &Update{}
	var order []string // of the sections
	p, message := parse(text, func(p *parser) {
		for {
			section, actions := p.section()
			order = append(order, section)
			u.actions = append(u.actions, actions...)
			if p.token().kind == end {
				return
			}
		}
	})
	if message != "" {
		return nil, message
	}
	all, targets, values := u.nodes()
	message = firstOf(
		p.redundancyFault,
		func() string { return reservedWord(all) },
		func() string {
			return unknownFunction(values, updateFunctions, conditionFunctions, "an update expression")
		},
		func() string { return repeatedSection(order) },
		func() string { return s.resolve(all, isName) },
		func() string { return s.resolve(all, isValueName) },
		func() string { u.notePaths(targets, values); return relationFault(u.Paths) },
		func() string { return u.setOperands() },
		func() string { return firstFault(values, updateFunction) },
		func() string { return nestedAppend(values) },
		func() string { return operatorsFault(values.args...) },
	)
	return u, message
}

func isName(placeholder string) bool      { return placeholder[0] == '#' }
func isValueName(placeholder string) bool { return placeholder[0] == ':' }

// nodes puts the parts of all actions under roots of their own, in the order of the text.
func (u *Update) nodes() (all, targets, values *node) {
	all, targets, values = &node{}, &node{}, &node{}
	for _, a := range u.actions {
		all.args = append(all.args, a.target)
		targets.args = append(targets.args, a.target)
		if a.value != nil {
			all.args = append(all.args, a.value)
			values.args = append(values.args, a.value)
		}
	}
	return all, targets, values
}

func (u *Update) notePaths(targets, values *node) {
	for _, n := range targets.args {
		u.Paths = append(u.Paths, n.path)
	}
	values.all(func(n *node) {
		if n.kind == isPath && n.steps != nil {
			u.Reads = append(u.Reads, n.path)
		}
	})
}

// section parses SET path = value, … | REMOVE path, … | ADD path :value, … | DELETE path :value, …
func (p *parser) section() (name string, actions []action) {
	for _, s := range sections {
		if p.take(s) {
			name = s
			break
		}
	}
	if name == "" {
		p.fail()
	}
	for {
		a := action{section: name, target: p.path()}
		switch name {
		case "SET":
			p.expect("=")
			a.value = p.sum()
		case "ADD", "DELETE":
			t := p.token()
			if t.kind != value {
				p.fail()
			}
			p.at++
			a.value = &node{kind: isValue, text: t.text}
		}
		actions = append(actions, a)
		if !p.take(",") {
			return name, actions
		}
	}
}

// sum parses operand [+ operand] or operand [- operand], in parentheses or not.
func (p *parser) sum() *node {
	n := p.sumOrOperand()
	if t := p.token(); n.isOperand() && (t.is("+") || t.is("-")) {
		p.at++
		return &node{kind: isSum, text: t.text, args: []*node{n, p.operand()}}
	}
	return n
}

func (p *parser) sumOrOperand() *node {
	if !p.take("(") {
		return p.operand()
	}
	n := p.sum()
	p.expect(")")
	return p.grouped(n)
}

// updateFunctions are the functions of updates and how many operands they take.
var updateFunctions = map[string]int{"if_not_exists": 2, "list_append": 2}

func repeatedSection(order []string) string {
	seen := map[string]bool{}
	for _, s := range order {
		if seen[s] {
			return fmt.Sprintf(`The "%s" section can only be used once in an update expression;`, s)
		}
		seen[s] = true
	}
	return ""
}

// jsonNames are the kinds as DynamoDB's messages about ADD and DELETE have them.
var jsonNames = map[item.Kind]string{
	item.S: "STRING", item.N: "NUMBER", item.B: "BINARY", item.NULL: "NULL", item.BOOL: "BOOLEAN", item.L: "LIST", item.M: "MAP",
}

// setOperands refuses to ADD anything but numbers and sets, and to DELETE anything but sets.
func (u *Update) setOperands() string {
	for _, a := range u.actions {
		if a.section != "ADD" && a.section != "DELETE" {
			continue
		}
		k := a.value.value.Kind
		if wrong := jsonNames[k]; wrong != "" && (a.section != "ADD" || k != item.N) {
			return fmt.Sprintf("Incorrect operand type for operator or function; operator: %s, operand type: %s, "+
				"typeSet: ALLOWED_FOR_%s_OPERAND", a.section, wrong, a.section)
		}
	}
	return ""
}

// updateFunction checks the operands of a function or a sum.
func updateFunction(n *node) string {
	want := item.N
	switch {
	case n.kind == isCall && len(n.args) != updateFunctions[n.text]:
		return fmt.Sprintf("Incorrect number of operands for operator or function; operator or function: %s, number of operands: %d",
			n.text, len(n.args))
	case n.kind == isCall && n.text == "if_not_exists":
		if n.args[0].kind != isPath {
			return "Operator or function requires a document path; operator or function: if_not_exists"
		}
		return ""
	case n.kind == isCall:
		want = item.L
	case n.kind != isSum:
		return ""
	}
	for _, arg := range n.args {
		if arg.kind == isValue && arg.value.Kind != want {
			return fmt.Sprintf("Incorrect operand type for operator or function; operator or function: %s, operand type: %s",
				n.text, arg.value.Kind)
		}
	}
	return ""
}

// nestedAppend refuses list_append as an operand: of the functions, only if_not_exists may be one.
func nestedAppend(values *node) (message string) {
	values.all(func(n *node) {
		for _, arg := range n.args {
			if n != values && arg.kind == isCall && arg.text == "list_append" && message == "" {
				message = "The function is not allowed to be used this way in an expression; function: list_append"
			}
		}
	})
	return message
}

// Types are the kinds of the values that the update writes to attributes, by name, as far as they are known without an item.
func (u *Update) Types() map[string]item.Kind {
	types := map[string]item.Kind{}
	for _, a := range u.actions {
		if a.value == nil || len(a.target.path) > 1 {
			continue
		}
		if k := resultType(a.value); k != item.None {
			types[a.target.path.Attribute()] = k
		}
	}
	return types
}

func resultType(n *node) item.Kind {
	switch {
	case n.kind == isValue:
		return n.value.Kind
	case n.kind == isSum:
		return item.N
	case n.kind == isCall && n.text == "list_append":
		return item.L
	case n.kind == isCall:
		return resultType(n.args[1])
	}
	return item.None
}

// OnlyRemoves reports whether the update has only REMOVE and DELETE: it doesn't create an item.
func (u *Update) OnlyRemoves() bool {
	for _, a := range u.actions {
		if !strings.Contains("REMOVE DELETE", a.section) {
			return false
		}
	}
	return true
}

// UpdateFunctions are the names of the functions in the SET clause of updates, sorted.
func UpdateFunctions() []string { return slices.Sorted(maps.Keys(updateFunctions)) }
