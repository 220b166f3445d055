package expression

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/dynamodb/item"
)

// A Scope is what the names and values in a request's expressions stand for. It remembers which were used.
type Scope struct {
	names      map[string]string
	values     item.Item
	usedNames  map[string]bool
	usedValues map[string]bool
}

// NewScope checks ExpressionAttributeNames and ExpressionAttributeValues; nil means that the request has none.
func NewScope(names map[string]string, values item.Item) (*Scope, error) {
	s := &Scope{names: names, values: values, usedNames: map[string]bool{}, usedValues: map[string]bool{}}
	if err := checkPlaceholders("ExpressionAttributeNames", '#', names); err != nil {
		return nil, err
	}
	if err := checkPlaceholders("ExpressionAttributeValues", ':', values); err != nil {
		return nil, err
	}
	for _, placeholder := range slices.Sorted(maps.Keys(names)) {
		if err := item.CheckName(names[placeholder]); err != nil {
			return nil, faultf("ExpressionAttributeNames contains invalid value: %w for key %s", err, placeholder)
		}
	}
	for _, placeholder := range slices.Sorted(maps.Keys(values)) {
		if err := values[placeholder].Check(); err != nil {
			return nil, faultf("ExpressionAttributeValues contains invalid value: %w for key %s", err, placeholder)
		}
	}
	return s, nil
}

func checkPlaceholders[V any](parameter string, mark byte, given map[string]V) error {
	if given != nil && len(given) == 0 {
		return faultf("%s must not be empty", parameter)
	}
	for _, p := range slices.Sorted(maps.Keys(given)) {
		if len(p) < 2 || p[0] != mark || span(p[1:], isNamePart) != len(p)-1 {
			return faultf(`%s contains invalid key: Syntax error; key: "%s"`, parameter, p)
		}
		if len(p) > maxPlaceholder {
			return faultf("%s contains invalid key: The expression attribute map contains a key that is too long; key: \"%s\"",
				parameter, p)
		}
	}
	return nil
}

// maxPlaceholder is the longest #name or :value, in bytes.
const maxPlaceholder = 255

// Unused is the error for names and values that no expression has used.
func (s *Scope) Unused() error {
	if err := unused("ExpressionAttributeNames", s.names, s.usedNames); err != nil {
		return err
	}
	return unused("ExpressionAttributeValues", s.values, s.usedValues)
}

func unused[V any](parameter string, given map[string]V, used map[string]bool) error {
	var left []string
	for p := range given {
		if !used[p] {
			left = append(left, p)
		}
	}
	if left == nil {
		return nil
	}
	slices.Sort(left)
	return faultf("Value provided in %s unused in expressions: keys: {%s}", parameter, strings.Join(left, ", "))
}

// A Fault is a message of DynamoDB's about an expression: the text of a ValidationException.
type Fault struct{ message string }

func (f *Fault) Error() string { return f.message }

func faultf(format string, args ...any) error { return &Fault{fmt.Errorf(format, args...).Error()} }

// resolve finds what the names and values of the operands below n stand for, and returns the message for the first name or
// value, of those that ask selects, that stands for nothing.
func (s *Scope) resolve(n *node, ask func(placeholder string) bool) (message string) {
	n.all(func(n *node) {
		switch n.kind {
		case isPath:
			if m := s.resolvePath(n, ask); message == "" {
				message = m
			}
		case isValue:
			v, ok := s.values[n.text]
			if !ok {
				if message == "" && ask(n.text) {
					message = "An expression attribute value used in expression is not defined; attribute value: " + n.text
				}
				return
			}
			n.value = v
			s.usedValues[n.text] = true
		}
	})
	return message
}

func (s *Scope) resolvePath(n *node, ask func(string) bool) (message string) {
	n.path = make(Path, len(n.steps))
	for i, step := range n.steps {
		switch {
		case step.isIndex:
			n.path[i] = Step{Index: step.index, IsIndex: true}
		case step.token.kind == word:
			n.path[i] = Step{Name: step.token.text}
		default:
			attribute, ok := s.names[step.token.text]
			if !ok && message == "" && ask(step.token.text) {
				message = "An expression attribute name used in the document path is not defined; attribute name: " +
					step.token.text
			}
			if ok {
				s.usedNames[step.token.text] = true
			}
			n.path[i] = Step{Name: attribute}
		}
	}
	return message
}

func anyPlaceholder(string) bool { return true }

// reservedWord is the message for the first word in a path, of those below n, that is reserved.
func reservedWord(n *node) (message string) {
	n.all(func(n *node) {
		for _, step := range n.steps {
			if message == "" && !step.isIndex && step.token.kind == word && Reserved(step.token.text) {
				message = "Attribute name is a reserved keyword; reserved keyword: " + step.token.text
			}
		}
	})
	return message
}

// maxSize is the longest expression, in bytes; maxOperators is how many operators it may have.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters
const (
	maxSize      = 4096
	maxOperators = 300
	maxInArgs    = 100
)

// sizeFault is the message for an expression that is not even parsed.
func sizeFault(text string) string {
	switch {
	case text == "":
		return "The expression can not be empty;"
	case len(text) > maxSize:
		return fmt.Sprintf("Expression size has exceeded the maximum allowed size; expression size: %d", len(text))
	}
	return ""
}

// operatorsFault is the message for an expression with too many operators.
func operatorsFault(roots ...*node) string {
	count := 0
	for _, root := range roots {
		root.all(func(n *node) {
			if !n.isOperand() {
				count++
			}
		})
	}
	if count > maxOperators {
		// DynamoDB stops counting at the first that is too many.
		return fmt.Sprintf("The expression contains too many operators; operator count: %d", maxOperators+1)
	}
	return ""
}

func firstOf(messages ...func() string) string {
	for _, m := range messages {
		if s := m(); s != "" {
			return s
		}
	}
	return ""
}
