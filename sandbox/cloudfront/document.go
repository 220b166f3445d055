package cloudfront

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"lightbox.example/lightbox/sandbox/pipeline/input"
)

// parseDocument reads a document of CloudFront's API: the name of its root, and a tree of objects, lists and texts. Attributes
// mean nothing there but the namespace.
func parseDocument(body []byte) (name string, tree any, err error) {
	d := &documentReader{xml.NewDecoder(bytes.NewReader(body))}
	for name == "" {
		token, err := d.next()
		if err != nil {
			return "", nil, err
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		name = start.Name.Local
		if tree, err = d.element(start, 0); err != nil {
			return "", nil, err
		}
	}
	for {
		switch token, err := d.Token(); {
		case errors.Is(err, io.EOF):
			return name, tree, nil
		case err != nil:
			return "", nil, err
		default:
			if _, another := token.(xml.StartElement); another || text(token) != "" {
				return "", nil, errors.New("the body has more than one element")
			}
		}
	}
}

type documentReader struct{ *xml.Decoder }

// next is the next token. What would declare entities is refused.
func (d *documentReader) next() (xml.Token, error) {
	token, err := d.Token()
	if errors.Is(err, io.EOF) {
		return nil, io.ErrUnexpectedEOF
	}
	if directive, ok := token.(xml.Directive); ok {
		return nil, fmt.Errorf("got <!%.20s>, want none", directive)
	}
	return token, err
}

// element reads what is in an element that has begun: a list in one whose name is Items, an object where there are elements,
// else a text.
func (d *documentReader) element(start xml.StartElement, depth int) (any, error) {
	name := start.Name.Local
	switch {
	case depth > input.MaxDepth:
		return nil, fmt.Errorf("the body is nested deeper than %d levels", input.MaxDepth)
	case start.Name.Space != "" && start.Name.Space != namespace:
		return nil, fmt.Errorf("%s: got the namespace %.100q, want %s", name, start.Name.Space, namespace)
	}
	object, list, content := map[string]any{}, []any{}, []byte{}
	for {
		token, err := d.next()
		if err != nil {
			return nil, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			inner, err := d.element(token, depth+1)
			if err != nil {
				return nil, err
			}
			switch _, twice := object[token.Name.Local]; {
			case name == "Items" && token.Name.Local == "Path":
				list = append(list, inner)
			case name == "Items":
				return nil, fmt.Errorf("a list of Items: got the element %.100s, want Path", token.Name.Local)
			case twice:
				return nil, fmt.Errorf("%s: got the element %.100s twice", name, token.Name.Local)
			default:
				object[token.Name.Local] = inner
			}
		case xml.CharData:
			content = append(content, token...)
		case xml.EndElement:
			return valueOf(name, object, list, string(content))
		}
	}
}

// valueOf is what an element has.
func valueOf(name string, object map[string]any, list []any, content string) (any, error) {
	composed := name == "Items" || len(object) > 0
	switch {
	case composed && strings.TrimSpace(content) != "":
		return nil, fmt.Errorf("%s: got the text %.100q, want elements", name, strings.TrimSpace(content))
	case name == "Items":
		return list, nil
	case composed:
		return object, nil
	}
	return content, nil
}

func text(token xml.Token) string {
	data, _ := token.(xml.CharData)
	return strings.TrimSpace(string(data))
}
