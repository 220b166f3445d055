package s3

import (
	"reflect"
	"strings"
)

// Reader is an operation that reads a document.
type Reader struct {
	Name, Method, Target, Root string
	Shape                      *Element
}

// Element is one that a document may have.
type Element struct {
	Name                        string
	Required, Many, Unsupported bool
	Text                        string // a value that it takes, if it has no elements
	Elements                    []*Element
}

// Readers are all of the table.
func Readers() []Reader {
	var readers []Reader
	for _, o := range operations {
		if o.reads == nil {
			continue
		}
		target := map[target]string{onService: "/", onBucket: "/", onObject: "/k"}[o.on] + "?" + strings.Join(o.with, "&")
		shape := elementOf(field{name: o.reads.root, required: true}, reflect.TypeOf(o.reads.shape))
		readers = append(readers, Reader{o.name, o.method, strings.ReplaceAll(target, "uploadId", "uploadId=none"), o.reads.root, shape})
	}
	return readers
}

func elementOf(f field, kind reflect.Type) *Element {
	e := &Element{Name: f.name, Required: f.required, Unsupported: kind == reflect.TypeFor[unsupported]()}
	if e.Many = kind.Kind() == reflect.Slice; e.Many || kind.Kind() == reflect.Pointer {
		kind = kind.Elem()
	}
	e.Text = map[reflect.Kind]string{reflect.String: "x", reflect.Int: "1", reflect.Bool: "true"}[kind.Kind()]
	if e.Text != "" || e.Unsupported {
		return e
	}
	for _, f := range fieldsOf(kind) {
		e.Elements = append(e.Elements, elementOf(f, kind.FieldByIndex(f.index).Type))
	}
	return e
}
