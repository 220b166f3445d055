package expression

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

type tokenKind int

const (
	end    tokenKind = iota
	word             // an attribute's name, a keyword or a function's name
	name             // #name
	value            // :value
	number           // digits
	symbol           // an operator or punctuation
	stray            // what no expression has
)

// A token is a part of the expression's text.
type token struct {
	kind       tokenKind
	text       string
	start, end int
}

// is reports whether t is the symbol or, in any case of letters, the word.
func (t token) is(text string) bool {
	return t.kind == symbol && t.text == text || t.kind == word && strings.EqualFold(t.text, text)
}

// scan splits an expression into tokens; the last is the end.
func scan(text string) []token {
	var tokens []token
	for at := 0; ; {
		for at < len(text) && strings.IndexByte(" \t\r\n", text[at]) >= 0 {
			at++
		}
		t := next(text, at)
		tokens = append(tokens, t)
		if t.kind == end {
			return tokens
		}
		at = t.end
	}
}

func next(text string, at int) token {
	rest := text[at:]
	kind, size := stray, 0
	switch {
	case rest == "":
		return token{end, "<EOF>", at, at}
	case isLetter(rest[0]):
		kind, size = word, span(rest, isNamePart)
	case rest[0] == '#' && span(rest[1:], isNamePart) > 0:
		kind, size = name, 1+span(rest[1:], isNamePart)
	case rest[0] == ':' && span(rest[1:], isNamePart) > 0:
		kind, size = value, 1+span(rest[1:], isNamePart)
	case isDigit(rest[0]):
		kind, size = number, span(rest, isDigit)
	case hasAnyPrefix(rest, "<>", "<=", ">="):
		kind, size = symbol, 2
	case strings.IndexByte("=<>()[],.+-", rest[0]) >= 0:
		kind, size = symbol, 1
	default:
		_, size = utf8.DecodeRuneInString(rest)
	}
	return token{kind, rest[:size], at, at + size}
}

func span(s string, in func(byte) bool) int {
	n := 0
	for n < len(s) && in(s[n]) {
		n++
	}
	return n
}

func isLetter(c byte) bool   { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
func isDigit(c byte) bool    { return c >= '0' && c <= '9' }
func isNamePart(c byte) bool { return isLetter(c) || isDigit(c) || c == '_' }

func hasAnyPrefix(s string, prefixes ...string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// A parser goes through the tokens of an expression. The first token that fits nowhere ends it.
type parser struct {
	text      string
	tokens    []token
	at        int
	redundant bool // there are parentheses around parentheses

	pathsInGroups bool // (a.b).c is a path
}

// syntaxError ends a parser.
type syntaxError struct{ message string }

// parse runs a grammar over text and returns DynamoDB's message if the text doesn't follow it.
func parse(text string, grammar func(p *parser)) (p *parser, message string) {
	p = &parser{text: text, tokens: scan(text)}
	defer func() {
		if failed := recover(); failed != nil {
			err, ok := failed.(syntaxError)
			if !ok {
				panic(failed)
			}
			message = err.message
		}
	}()
	grammar(p)
	if p.token().kind != end {
		p.fail()
	}
	return p, ""
}

func (p *parser) token() token { return p.tokens[p.at] }

// skip is the token that the parser stands on, and goes on.
func (p *parser) skip() token {
	t := p.tokens[p.at]
	if t.kind != end {
		p.at++
	}
	return t
}

// take goes on if the parser stands on text.
func (p *parser) take(text string) bool {
	if !p.token().is(text) {
		return false
	}
	p.at++
	return true
}

func (p *parser) expect(text string) {
	if !p.take(text) {
		p.fail()
	}
}

// keywords name no attribute in any expression, because DynamoDB has one grammar for all of them.
var keywords = map[string]bool{"and": true, "or": true, "not": true, "between": true, "in": true,
	"set": true, "remove": true, "add": true, "delete": true}

func isKeyword(t token) bool { return t.kind == word && keywords[strings.ToLower(t.text)] }

// fail reports the token that the parser stands on, with its neighbours.
func (p *parser) fail() {
	from, to := p.tokens[max(0, p.at-1)].start, p.tokens[min(len(p.tokens)-1, p.at+1)].end
	panic(syntaxError{fmt.Sprintf(`Syntax error; token: "%s", near: "%s"`, p.token().text, p.text[from:to])})
}
