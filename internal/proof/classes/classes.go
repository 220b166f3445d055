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
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"sync"
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
		if name, after, found := variable(pattern); found {
			value, known := values[name]
			if name == "*" || name == "?" || name == "$" {
				value, known = name, true
			}
			if !known {
				return Glob{}, false
			}
			glob.tokens = append(glob.tokens, Literal(value).tokens...)
			pattern = after
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
func variable(pattern string) (name, after string, found bool) {
	after, found = strings.CutPrefix(pattern, "${")
	if !found {
		return "", "", false
	}
	return strings.Cut(after, "}")
}

// most bounds the states that Witnesses visits. Patterns as people write them need some
// hundred; without a bound, contrived ones could take for ever.
const most = 50_000

// Witnesses returns one text for each class that the patterns tell apart, the one that
// matches none included, shortest first.
//
// Callers and systems share most of their patterns, and finding witnesses takes long: what was found is kept.
func Witnesses(globs []Glob) ([]string, error) {
	of := string(spelled(globs))
	if found, ok := kept.load(of); ok {
		return slices.Clone(found), nil
	}
	found, err := witnesses(globs)
	if err == nil {
		kept.store(of, slices.Clone(found))
	}
	return found, err
}

// found are witnesses by the patterns that they are of: of the first so many, then of others from the beginning.
type found struct {
	mutex sync.Mutex
	all   map[string][]string
}

// mostKept bounds what is kept: a proof asks about some thirty sets of patterns, at a few kB each.
const mostKept = 256

var kept found

// spelled are all tokens, in their order, so that no two sets of patterns are spelled alike.
func spelled(globs []Glob) []byte {
	var text []byte
	for _, glob := range globs {
		for _, token := range glob.tokens {
			text = binary.LittleEndian.AppendUint32(append(text, byte(token.kind)), uint32(token.char))
		}
		text = append(text, 0xff) // no kind
	}
	return text
}

func (f *found) load(of string) ([]string, bool) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	texts, ok := f.all[of]
	return texts, ok
}

func (f *found) store(of string, texts []string) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.all == nil || len(f.all) >= mostKept {
		f.all = map[string][]string{}
	}
	f.all[of] = texts
}

func witnesses(globs []Glob) ([]string, error) {
	machine := newMachine(globs)
	var next []int
	var letters []rune
	var id []byte
	next = machine.close(append(next, 0))
	visits := visits{{state: slices.Clone(next)}}
	seen, classes := map[string]bool{string(key(nil, next)): true}, map[string]bool{}
	var witnesses []string
	for at := 0; at < len(visits); at++ {
		state := visits[at].state
		next = machine.accepted(next[:0], state)
		if id = key(id[:0], next); !classes[string(id)] {
			classes[string(id)] = true
			witnesses = append(witnesses, visits.text(at))
		}
		letters = machine.letters(letters[:0], state)
		for _, char := range letters {
			next = machine.close(machine.step(next[:0], state, char))
			if id = key(id[:0], next); seen[string(id)] {
				continue
			}
			if len(seen) == most {
				return nil, fmt.Errorf("%d patterns have more than %d states together, want patterns with fewer wildcards", len(globs), most)
			}
			seen[string(id)] = true
			visits = append(visits, visit{slices.Clone(next), at, char})
		}
	}
	return witnesses, nil
}

// visit is a state that was reached, by a letter from the one at index from.
type visit struct {
	state []int
	from  int
	char  rune
}

type visits []visit

// text is the way to a visit.
func (v visits) text(at int) string {
	var text []rune
	for ; at > 0; at = v[at].from {
		text = append(text, v[at].char)
	}
	slices.Reverse(text)
	return string(text)
}

// machine is the patterns as one tree: what two of them begin with is there once, so that a
// state is small though there are many. A state is the sorted nodes that have been reached.
type machine struct {
	nodes []node
	fresh rune
}

// node is a place in patterns. 0 as a next node is none: the root is nobody's next.
type node struct {
	chars []literalNext
	one   int  // next, by any letter
	run   int  // next, by no letter at all
	loops bool // every letter stays here: the run may go on
	ends  bool // a pattern ends here
}

type literalNext struct {
	char rune
	to   int
}

// by is the next node by a literal.
func (n *node) by(char rune) int {
	for _, next := range n.chars {
		if next.char == char {
			return next.to
		}
	}
	return 0
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
	switch to := from.by(t.char); {
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
	default:
		from.chars = append(from.chars, literalNext{t.char, made})
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

func (m *machine) step(next, state []int, char rune) []int {
	for _, at := range state {
		n := &m.nodes[at]
		if n.loops {
			next = append(next, at)
		}
		if n.one != 0 {
			next = append(next, n.one)
		}
		if to := n.by(char); to != 0 {
			next = append(next, to)
		}
	}
	return next
}

// letters are those that can lead to different states from here.
func (m *machine) letters(letters []rune, state []int) []rune {
	letters = append(letters, m.fresh)
	for _, at := range state {
		for _, next := range m.nodes[at].chars {
			letters = append(letters, next.char)
		}
	}
	slices.Sort(letters)
	return slices.Compact(letters)
}

// accepted are the nodes reached at which a pattern ends.
func (m *machine) accepted(ends, state []int) []int {
	for _, at := range state {
		if m.nodes[at].ends {
			ends = append(ends, at)
		}
	}
	return ends
}

// key names a state.
func key(name []byte, state []int) []byte {
	for _, at := range state {
		name = append(name, byte(at), byte(at>>8), byte(at>>16), ' ')
	}
	return name
}
