package graphql

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// An Error is an entry of `errors` in an answer.
//
// AppSync writes three forms of it. One that refuses the whole request has ErrorType and Message alone. One that AppSync's
// engine found (validation, coercion, null where there must be none) has Path, Locations and Message. One that a field's
// authorization or its resolver gave has all members.
type Error struct {
	Path      []any           // names and indexes; nil is null
	Locations []Location      // nil is null
	ErrorType string          // "" in errors of the engine
	Data      json.RawMessage // nil is null
	ErrorInfo json.RawMessage // nil is null
	Message   string
	// Untyped tells a resolver's error without a type from one of the engine.
	Untyped bool
}

// A Location is a place in a request's document; both count from 1.
type Location struct {
	Line       int     `json:"line"`
	Column     int     `json:"column"`
	SourceName *string `json:"sourceName"` // AppSync writes it, and it is null
}

// MarshalJSON writes the error in the form that it has.
func (e Error) MarshalJSON() ([]byte, error) {
	switch {
	case e.ErrorType == "" && !e.Untyped:
		return json.Marshal(struct {
			Path      []any      `json:"path"`
			Locations []Location `json:"locations"`
			Message   string     `json:"message"`
		}{e.Path, e.Locations, e.Message})
	case e.Path == nil:
		return json.Marshal(struct {
			ErrorType string `json:"errorType"`
			Message   string `json:"message"`
		}{e.ErrorType, e.Message})
	}
	var kind *string
	if !e.Untyped {
		kind = &e.ErrorType
	}
	return json.Marshal(struct {
		Path      []any           `json:"path"`
		Data      json.RawMessage `json:"data"`
		ErrorType *string         `json:"errorType"`
		ErrorInfo json.RawMessage `json:"errorInfo"`
		Locations []Location      `json:"locations"`
		Message   string          `json:"message"`
	}{e.Path, e.Data, kind, e.ErrorInfo, e.Locations, e.Message})
}

// Error is the message with its type.
func (e Error) Error() string {
	if e.ErrorType == "" {
		return e.Message
	}
	return e.ErrorType + ": " + e.Message
}

// faultf is an error of the engine.
func faultf(locations []Location, format string, args ...any) Error {
	return Error{Locations: locations, Message: fmt.Sprintf(format, args...)}
}

// at is a place of the document as errors name it.
func at(p *ast.Position) []Location {
	if p == nil {
		return nil
	}
	return []Location{{Line: p.Line, Column: p.Column}}
}

// path is where in the answer a field stands; nil is the root.
type path struct {
	up    *path
	key   string
	index int // of an element of a list, where key is ""
}

func (p *path) field(key string) *path { return &path{up: p, key: key} }
func (p *path) element(i int) *path    { return &path{up: p, index: i} }

// list is the path as an error has it.
func (p *path) list() []any {
	if p == nil {
		return []any{}
	}
	if p.key == "" {
		return append(p.up.list(), p.index)
	}
	return append(p.up.list(), p.key)
}

// String is the path as messages have it: /listPhotos/items[0]/id.
func (p *path) String() string {
	var text strings.Builder
	for _, step := range p.list() {
		if i, ok := step.(int); ok {
			text.WriteString("[" + strconv.Itoa(i) + "]")
			continue
		}
		fmt.Fprintf(&text, "/%s", step)
	}
	return text.String()
}
