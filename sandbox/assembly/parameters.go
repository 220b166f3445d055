package assembly

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// constraints are what a parameter's value has to keep to.
type constraints struct {
	AllowedValues  []string       // nil is any
	AllowedPattern *regexp.Regexp // of the whole value; nil is any
	MinLength      *int           // in characters
	MaxLength      *int
	MinValue       *float64
	MaxValue       *float64
}

// ParameterValue is what a parameter has in a stack.
type ParameterValue struct {
	Name  string
	Given string // what the deployer gave, or the default: of an SSM type, the name in the parameter store
	Value any    // what Ref gives: a string, or []any of strings
}

func (r *reader) parameter(e entry) {
	p := &Parameter{Name: e.id}
	var pattern string
	ok := e.attributes(map[string]func(any){
		"Type":                  e.name("Type", &p.Type),
		"Description":           e.text("Description", &p.Description),
		"ConstraintDescription": e.text("ConstraintDescription", &p.ConstraintDescription),
		"AllowedPattern":        e.text("AllowedPattern", &pattern),
		"Default": func(v any) {
			p.HasDefault = true
			p.Default = e.scalar("Default", v)
		},
		"NoEcho": func(v any) {
			if text := e.scalar("NoEcho", v); text != "true" && text != "false" {
				e.fault("NoEcho", "got %s, want true or false", describe(v))
			} else {
				p.NoEcho = text == "true"
			}
		},
		"AllowedValues": func(v any) {
			list, ok := v.([]any)
			if !ok || len(list) == 0 {
				e.fault("AllowedValues", "got %s, want a list of values", describe(v))
			}
			for _, v := range list {
				p.AllowedValues = append(p.AllowedValues, e.scalar("AllowedValues", v))
			}
		},
		"MinLength": e.length("MinLength", &p.MinLength),
		"MaxLength": e.length("MaxLength", &p.MaxLength),
		"MinValue":  e.bound("MinValue", &p.MinValue),
		"MaxValue":  e.bound("MaxValue", &p.MaxValue),
	})
	if !ok {
		return
	}
	if pattern != "" {
		var err error
		if p.AllowedPattern, err = regexp.Compile("^(?:" + pattern + ")$"); err != nil {
			e.fault("AllowedPattern", "%w", err)
		}
	}
	if err := p.check(); err != nil {
		e.fault("", "%w", err)
	}
	r.template.Parameters.add(e.id, p)
}

// check reports a type we do not know, and constraints that the type does not have.
func (p *Parameter) check() error {
	kind, ok := parameterKinds[p.Type]
	if !ok {
		return fmt.Errorf("got the type %q, want one of %s", clip(p.Type), strings.Join(slices.Sorted(maps.Keys(parameterKinds)), ", "))
	}
	var errs []error
	if (p.MinLength != nil || p.MaxLength != nil) && p.Type != "String" {
		errs = append(errs, fmt.Errorf("MinLength and MaxLength are not supported on %s", p.Type))
	}
	if (p.MinValue != nil || p.MaxValue != nil) && !kind.number {
		errs = append(errs, fmt.Errorf("MinValue and MaxValue are not supported on %s", p.Type))
	}
	if (p.AllowedValues != nil || p.AllowedPattern != nil) && kind.store {
		errs = append(errs, fmt.Errorf("AllowedValues and AllowedPattern are not supported on %s", p.Type))
	}
	return errors.Join(errs...)
}

// scalar returns a string, number or boolean as text.
func (e entry) scalar(key string, v any) string {
	text, err := coerce(v)
	if err != nil {
		e.fault(key, "%w", err)
	}
	return text
}

func (e entry) length(key string, into **int) func(any) {
	return func(v any) {
		n, err := strconv.Atoi(e.scalar(key, v))
		if err != nil || n < 0 {
			e.fault(key, "got %s, want a number of characters", describe(v))
			return
		}
		*into = &n
	}
}

func (e entry) bound(key string, into **float64) func(any) {
	return func(v any) {
		n, err := strconv.ParseFloat(e.scalar(key, v), 64)
		if err != nil {
			e.fault(key, "got %s, want a number", describe(v))
			return
		}
		*into = &n
	}
}

// value turns what was given for the parameter into what Ref gives.
func (p *Parameter) value(given string, store SSM) (any, error) {
	kind := parameterKinds[p.Type]
	if kind.store {
		text, err := p.stored(given, store)
		if err != nil {
			return nil, err
		}
		if p.Type == "AWS::SSM::Parameter::Name" {
			return given, nil
		}
		given = text
	}
	if !kind.list {
		return given, p.allows(given)
	}
	list := []any{}
	var errs []error
	if given != "" {
		for _, item := range strings.Split(given, ",") {
			item = strings.TrimSpace(item)
			list, errs = append(list, item), append(errs, p.allows(item))
		}
	}
	return list, errors.Join(errs...)
}

// stored returns the value of a parameter of the parameter store.
func (p *Parameter) stored(name string, store SSM) (string, error) {
	if store == nil {
		return "", fmt.Errorf("the type %s needs the parameter store, which is not there to ask for %q", p.Type, clip(name))
	}
	text, err := store.Parameter(name)
	if err != nil {
		return "", fmt.Errorf("the parameter store, asked for %q: %w", clip(name), err)
	}
	if text == "" {
		return "", fmt.Errorf("the parameter store, asked for %q, gave nothing, want a value", clip(name))
	}
	return text, nil
}

// allows reports which constraint one value breaks.
func (p *Parameter) allows(value string) error {
	var errs []error
	broken := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	shown := clip(value)
	if p.NoEcho {
		shown = "****"
	}
	if parameterKinds[p.Type].number {
		n, err := strconv.ParseFloat(value, 64)
		switch {
		case err != nil || !isNumber(value):
			broken("got %q, want a number", shown)
		case p.MinValue != nil && n < *p.MinValue:
			broken("got %s, want at least %v", shown, *p.MinValue)
		case p.MaxValue != nil && n > *p.MaxValue:
			broken("got %s, want at most %v", shown, *p.MaxValue)
		}
	}
	length := utf8.RuneCountInString(value)
	if p.MinLength != nil && length < *p.MinLength {
		broken("got %d characters, want at least %d", length, *p.MinLength)
	}
	if p.MaxLength != nil && length > *p.MaxLength {
		broken("got %d characters, want at most %d", length, *p.MaxLength)
	}
	if p.AllowedValues != nil && !slices.Contains(p.AllowedValues, value) {
		broken("got %q, want one of %s", shown, clip(strings.Join(p.AllowedValues, ", ")))
	}
	if p.AllowedPattern != nil && !p.AllowedPattern.MatchString(value) {
		broken("got %q, want a text that matches %s", shown, clip(p.AllowedPattern.String()))
	}
	return errors.Join(errs...)
}

// isNumber keeps out what strconv takes besides: hexadecimal, infinities, underscores.
func isNumber(s string) bool {
	return strings.Trim(s, "0123456789.-+eE") == ""
}

// plainNumber is a number that has but one way to be written. CloudFormation makes text of numbers; what it makes of
// others, such as 1e3 or 1.50, is nowhere said, so they are refused where text is wanted.
var plainNumber = regexp.MustCompile(`^(0|-?[1-9][0-9]{0,14}|-?(0|[1-9][0-9]{0,7})\.[0-9]{0,6}[1-9])$`)

func isScalar(v any) bool {
	switch v.(type) {
	case string, json.Number, bool:
		return true
	}
	return false
}

// coerce makes text of a string, a number or a boolean, as CloudFormation does where a text is wanted.
func coerce(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case bool:
		return strconv.FormatBool(v), nil
	case json.Number:
		if !plainNumber.MatchString(v.String()) {
			return "", fmt.Errorf("got the number %s, want it as a string: it can be written in several ways", clip(v.String()))
		}
		return v.String(), nil
	}
	return "", fmt.Errorf("got %s, want a string", describe(v))
}
