// Package classes finds, for a set of patterns, one text for each way in which a text can
// match them.
//
// A policy looks at a text (an object's key, a prefix, the name of an action) only by
// matching it with patterns. Texts that match the same patterns are the same to it: they
// are one class. There are finitely many classes, so that looking at one text of each is
// looking at every text there is. That is what makes the proof a proof and not a sample.
//
// The patterns are run side by side as one automaton, over the letters that they mention
// and one that none of them does; each state that it can reach belongs to one class, and
// the shortest way there is the class's witness.
package classes

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Glob is a pattern: literal code points, `*` for any run of them and `?` for any one.
type Glob struct{ tokens []token }

type token struct {
	char rune
	kind kind
}

type kind uint8

const (
	literal kind = iota
	one
	run
)

// Parse reads a pattern of IAM. Variables are replaced by values, as literals: a `*` in a
// value is a star and no wildcard. A variable without a value makes the pattern match
// nothing, and ok false. `${*}`, `${?}` and `${$}` are the characters themselves.
//
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html.
func Parse(pattern string, values map[string]string) (glob Glob, ok bool) {
	for pattern != "" {
		if name, rest, found := variable(pattern); found {
			value, known := values[name]
			if name == "*" || name == "?" || name == "$" {
				value, known = name, true
			}
			if !known {
				return Glob{}, false
			}
			glob.tokens = append(glob.tokens, Literal(value).tokens...)
			pattern = rest
			continue
		}
		char, size := utf8.DecodeRuneInString(pattern)
		switch char {
		case '*':
			glob.tokens = append(glob.tokens, token{kind: run})
		case '?':
			glob.tokens = append(glob.tokens, token{kind: one})
		default:
			glob.tokens = append(glob.tokens, token{char: char})
		}
		pattern = pattern[size:]
	}
	return glob, true
}

// Literal is the pattern that matches one text.
func Literal(text string) Glob {
	var glob Glob
	for _, char := range text {
		glob.tokens = append(glob.tokens, token{char: char})
	}
	return glob
}

// variable splits off a policy variable at the start of a pattern.
func variable(pattern string) (name, rest string, found bool) {
	rest, found = strings.CutPrefix(pattern, "${")
	if !found {
		return "", "", false
	}
	return strings.Cut(rest, "}")
}

// most bounds the states that Witnesses visits. Patterns as people write them need some
// hundred; without a bound, contrived ones could take for ever.
const most = 50_000

// Witnesses returns one text for each class that the patterns tell apart, the one that
// matches none included, shortest first.
func Witnesses(globs []Glob) ([]string, error) {
	machine := newMachine(globs)
	start := machine.close([]int{0})
	type visit struct {
		state []int
		text  string
	}
	seen := map[string]bool{key(start): true}
	classes := map[string]bool{}
	var witnesses []string
	for queue := []visit{{state: start}}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		if class := key(machine.accepted(at.state)); !classes[class] {
			classes[class] = true
			witnesses = append(witnesses, at.text)
		}
		for _, char := range machine.letters(at.state) {
			next := machine.close(machine.step(at.state, char))
			if id := key(next); !seen[id] {
				if len(seen) == most {
					return nil, fmt.Errorf("%d patterns have more than %d states together, want patterns with fewer wildcards", len(globs), most)
				}
				seen[id] = true
				queue = append(queue, visit{next, at.text + string(char)})
			}
		}
	}
	return witnesses, nil
}

// machine is the patterns as one tree: what two of them begin with is there once, so that a
// state is small though there are many. A state is the sorted nodes that have been reached.
type machine struct {
	nodes []node
	fresh rune
}

// node is a place in patterns. 0 as a next node is none: the root is nobody's next.
type node struct {
	chars map[rune]int // next, by literal
	one   int          // next, by any letter
	run   int          // next, by no letter at all
	loops bool         // every letter stays here: the run may go on
	ends  bool         // a pattern ends here
}

func newMachine(globs []Glob) *machine {
	m := &machine{nodes: make([]node, 1)}
	used := map[rune]bool{}
	for _, glob := range globs {
		at := 0
		for _, token := range glob.tokens {
			used[token.char] = true
			at = m.next(at, token)
		}
		m.nodes[at].ends = true
	}
	// A letter that no pattern mentions stands for all of those, a friendly one if possible.
	for m.fresh = 'x'; used[m.fresh]; m.fresh++ {
	}
	return m
}

// next is the node that a token leads to, made where it is new.
func (m *machine) next(at int, t token) int {
	from, made := &m.nodes[at], len(m.nodes)
	switch to := from.chars[t.char]; {
	case t.kind == literal && to != 0:
		return to
	case t.kind == one && from.one != 0:
		return from.one
	case t.kind == run && from.run != 0:
		return from.run
	case t.kind == one:
		from.one = made
	case t.kind == run:
		from.run = made
	case from.chars == nil:
		from.chars = map[rune]int{t.char: made}
	default:
		from.chars[t.char] = made
	}
	m.nodes = append(m.nodes, node{loops: t.kind == run})
	return made
}

// close adds the nodes that are reached without a letter: a run may be empty.
func (m *machine) close(state []int) []int {
	for i := 0; i < len(state); i++ {
		if run := m.nodes[state[i]].run; run != 0 {
			state = append(state, run)
		}
	}
	slices.Sort(state)
	return slices.Compact(state)
}

func (m *machine) step(state []int, char rune) []int {
	var next []int
	for _, at := range state {
		n := &m.nodes[at]
		if n.loops {
			next = append(next, at)
		}
		if n.one != 0 {
			next = append(next, n.one)
		}
		if to := n.chars[char]; to != 0 {
			next = append(next, to)
		}
	}
	return next
}

// letters are those that can lead to different states from here.
func (m *machine) letters(state []int) []rune {
	letters := []rune{m.fresh}
	for _, at := range state {
		for char := range m.nodes[at].chars {
			letters = append(letters, char)
		}
	}
	slices.Sort(letters)
	return slices.Compact(letters)
}

// accepted are the nodes reached at which a pattern ends.
func (m *machine) accepted(state []int) []int {
	var ends []int
	for _, at := range state {
		if m.nodes[at].ends {
			ends = append(ends, at)
		}
	}
	return ends
}

// key names a state.
func key(state []int) string {
	name := make([]byte, 0, 4*len(state))
	for _, at := range state {
		name = append(name, byte(at), byte(at>>8), byte(at>>16), ' ')
	}
	return string(name)
}
