// Package pattern is the text of a policy that is matched against a request: literals, wildcards and policy variables.
//
// A pattern is parsed once and matched without allocating. Three rules make it safe to build on:
//
//   - A variable's value is a literal. Whatever characters it has, it never becomes a wildcard, a variable or a
//     separator of an ARN: it is compared, not pasted into the pattern.
//   - A pattern that cannot be read exactly (an open ${, a variable without a service prefix, a default with a
//     wildcard) is an error, never a literal by accident.
//   - Matching is bounded by len(pattern) × len(text): no input makes it exponential.
//
// What the characters mean is laid down in
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html (variables, ${*} ${?} ${$}, default values),
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html (* and ? in ARNs) and
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html (String and ARN operators).
package pattern

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Syntax says what is special in the text of a pattern.
type Syntax struct {
	Wildcards bool // * is any run of characters, ? is exactly one
	Variables bool // ${key}, ${key, 'default'} and the escapes ${*} ${?} ${$}; policies of Version 2012-10-17 only
	Fold      bool // letters match in either case
}

// Variable is a policy variable of a pattern, as in ${aws:PrincipalTag/team, 'company-wide'}.
type Variable struct {
	Key        string // the condition key, as written
	Default    string // the text between the quotes; "" is a default too if HasDefault
	HasDefault bool
}

// Pattern is a parsed text. Its zero value matches the empty string only.
type Pattern struct {
	tokens []token
	fold   bool
}

type token struct {
	kind kind
	text string // of a literal
	slot int    // of a variable: its place among the values given to Match
}

type kind uint8

const (
	literal  kind = iota
	anyRun        // *
	anyOne        // ?
	variable      // ${…}
)

// Parse reads text by syntax. It returns the pattern and its variables in the order in which Match wants their values.
// The text has to be UTF-8.
func Parse(text string, syntax Syntax) (Pattern, []Variable, error) {
	var vars []Variable
	p, err := parse(text, syntax, &vars)
	return p, vars, err
}

// parse appends the variables of text to vars, so that the segments of one ARN share one list of values.
func parse(text string, syntax Syntax, vars *[]Variable) (Pattern, error) {
	if !utf8.ValidString(text) {
		return Pattern{}, fmt.Errorf("%q is not UTF-8", text)
	}
	p := Pattern{fold: syntax.Fold}
	plain := strings.Builder{}
	flush := func() {
		if plain.Len() > 0 {
			p.tokens = append(p.tokens, token{kind: literal, text: plain.String()})
			plain.Reset()
		}
	}
	for i := 0; i < len(text); {
		switch rest := text[i:]; {
		case syntax.Wildcards && rest[0] == '*':
			flush()
			if n := len(p.tokens); n == 0 || p.tokens[n-1].kind != anyRun {
				p.tokens = append(p.tokens, token{kind: anyRun})
			}
			i++
		case syntax.Wildcards && rest[0] == '?':
			flush()
			p.tokens = append(p.tokens, token{kind: anyOne})
			i++
		case syntax.Variables && strings.HasPrefix(rest, "${"):
			end := strings.IndexByte(rest, '}')
			if end < 0 {
				return Pattern{}, fmt.Errorf("%q has ${ without }", text)
			}
			body := rest[len("${"):end]
			i += end + 1
			if body == "*" || body == "?" || body == "$" {
				plain.WriteString(body)
				continue
			}
			v, err := parseVariable(body)
			if err != nil {
				return Pattern{}, fmt.Errorf("%q: %w", text, err)
			}
			flush()
			p.tokens = append(p.tokens, token{kind: variable, slot: len(*vars)})
			*vars = append(*vars, v)
		default:
			plain.WriteByte(rest[0])
			i++
		}
	}
	flush()
	return p, nil
}

// parseVariable reads what stands between ${ and }. A default is written as the documentation does: a comma, one
// space, single quotes. What a wildcard in it would mean is not documented, so there may be none.
func parseVariable(body string) (Variable, error) {
	key, rest, hasDefault := strings.Cut(body, ",")
	v := Variable{Key: key, HasDefault: hasDefault}
	if hasDefault {
		text, ok := strings.CutPrefix(rest, " '")
		if ok {
			text, ok = strings.CutSuffix(text, "'")
		}
		if !ok || strings.ContainsAny(text, "*?$'{") {
			return Variable{}, fmt.Errorf("variable ${%s}: a default is written ${key, 'text'}, without any of * ? $ { '", body)
		}
		v.Default = text
	}
	prefix, name, ok := strings.Cut(key, ":")
	if !ok || prefix == "" || name == "" || strings.ContainsAny(key, "*?${'\t\n ") {
		return Variable{}, fmt.Errorf("variable ${%s}: got %q, want a condition key with its prefix, as in ${aws:PrincipalArn}", body, key)
	}
	return v, nil
}

// Wild reports whether p has a wildcard.
func (p Pattern) Wild() bool {
	for _, t := range p.tokens {
		if t.kind == anyRun || t.kind == anyOne {
			return true
		}
	}
	return false
}

// Fixed reports whether p has neither a wildcard nor a variable.
func (p Pattern) Fixed() bool {
	for _, t := range p.tokens {
		if t.kind != literal {
			return false
		}
	}
	return true
}
