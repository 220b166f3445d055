package s3

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
)

// document is the XML that an operation reads.
type document struct {
	root  string // the name of its outermost element
	limit int64  // bytes
	// shape is a value of the struct that it is read into. An element has the name of its field, or that of the field's tag
	// xml. A slice takes any number of them, everything else one; a pointer tells an empty one from none; the tag s3:"required"
	// wants one. A string, a bool and an int take text, a struct takes elements.
	shape any
}

// unsupported is the type of an element that S3 knows and the sandbox does not carry out.
type unsupported struct{}

// readXML reads the document of the operation into target, a pointer to its shape. If there is a check, the bytes have to
// pass it first. Everything that S3's schema does not have is refused by its name, as the schema is closed: MalformedXML;
// what it has and the sandbox doesn't: NotImplemented.
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
func (c *request) readXML(target any, check func([]byte) error) error {
	reads := c.operation.reads
	if reads == nil || reflect.TypeOf(target).Elem() != reflect.TypeOf(reads.shape) {
		return fmt.Errorf("%s reads %T, which its row of the table does not say", c.operation.name, target)
	}
	body, err := io.ReadAll(io.LimitReader(c.r.Body, reads.limit+1))
	if err != nil {
		return incomplete(err)
	}
	if int64(len(body)) > reads.limit {
		return malformedXML(fmt.Sprintf("got more than %d bytes", reads.limit))
	}
	if check != nil {
		if err := check(body); err != nil {
			return err
		}
	}
	body = bytes.TrimPrefix(body, []byte("\ufeff")) // some clients begin with a byte order mark
	r := reader{Decoder: xml.NewDecoder(bytes.NewReader(body))}
	r.CharsetReader = func(charset string, _ io.Reader) (io.Reader, error) {
		return nil, fmt.Errorf("got the encoding %s, want UTF-8", clip(charset))
	}
	if err := r.document(reads.root, reflect.ValueOf(target).Elem()); err != nil {
		return malformedXML(append([]string{err.Error()}, r.malformed...)...)
	}
	switch {
	case len(r.malformed) > 0:
		return malformedXML(append(r.malformed, r.unsupported...)...)
	case len(r.unsupported) > 0:
		return notImplemented("the sandbox does not know " + strings.Join(r.unsupported, ", "))
	}
	return nil
}

// malformedXML is S3's refusal, with what it leaves unsaid.
func malformedXML(faults ...string) error {
	message := "The XML you provided was not well-formed or did not validate against our published schema"
	return aws.Refuse(http.StatusBadRequest, "MalformedXML", "%s", strings.Join(append([]string{message}, faults...), ": "))
}

// reader reads a document and notes what is wrong with it.
type reader struct {
	*xml.Decoder
	space                  string // the namespace of the root
	malformed, unsupported []string
}

const maxFaults = 10

// note adds a fault to a list, if it is not there and the list is short.
func note(list *[]string, format string, args ...any) {
	if fault := fmt.Sprintf(format, args...); len(*list) < maxFaults && !slices.Contains(*list, fault) {
		*list = append(*list, fault)
	}
}

// document reads all there is. It fails if that is not XML.
func (r *reader) document(root string, target reflect.Value) error {
	for found := false; ; {
		token, err := r.Token()
		switch token := token.(type) {
		case xml.StartElement:
			if token.Name.Local != root || found {
				return fmt.Errorf("got the element %s, want one %s", clip(token.Name.Local), root)
			}
			found, r.space = true, token.Name.Space
			if r.space != "" && r.space != namespace {
				note(&r.malformed, "%s: got the namespace %s, want %s", root, clip(r.space), namespace)
			}
			if err := r.element(root, token, target); err != nil {
				return err
			}
		default:
			r.outside(root, token)
		}
		switch {
		case errors.Is(err, io.EOF) && !found:
			return errors.New("got no element, want " + root)
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}

// outside notes what is neither an element nor a comment.
func (r *reader) outside(path string, token xml.Token) {
	switch token := token.(type) {
	case xml.CharData:
		if text := strings.TrimSpace(string(token)); text != "" {
			note(&r.malformed, "%s: got the text %s, want elements", path, clip(text))
		}
	case xml.Directive:
		note(&r.malformed, "%s: got <!%s>, want none", path, clip(string(token)))
	case xml.ProcInst:
		if token.Target != "xml" {
			note(&r.malformed, "%s: got <?%s?>, want none", path, clip(token.Target))
		}
	}
}

// element reads what is in an element that has begun.
func (r *reader) element(path string, start xml.StartElement, target reflect.Value) error {
	r.attributes(path, start)
	switch target.Kind() {
	case reflect.Pointer:
		target.Set(reflect.New(target.Type().Elem()))
		return r.text(path, target.Elem())
	case reflect.Struct:
		return r.elements(path, target)
	default:
		return r.text(path, target)
	}
}

// attributes notes those of an element. A declared prefix is none of them to a schema; what bears it is noted by its
// namespace.
// https://www.w3.org/TR/xml-infoset/#infoitem.element
func (r *reader) attributes(path string, start xml.StartElement) {
	for _, attribute := range start.Attr {
		switch name := attribute.Name; {
		case name.Space == "xmlns":
		case name.Space != "" || name.Local != "xmlns":
			note(&r.malformed, "%s: got the attribute %s, want none", path, clip(name.Local))
		case attribute.Value != "" && attribute.Value != namespace:
			note(&r.malformed, "%s: got the namespace %s, want %s", path, clip(attribute.Value), namespace)
		}
	}
}

// elements reads those of a struct up to the end of the one that they are in.
func (r *reader) elements(path string, target reflect.Value) error {
	fields := fieldsOf(target.Type())
	seen := map[string]bool{}
	for {
		token, err := r.Token()
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.EndElement:
			for _, f := range fields {
				if f.required && !seen[f.name] {
					note(&r.malformed, "%s/%s: got none, want one", path, f.name)
				}
			}
			return nil
		case xml.StartElement:
			if err := r.field(path, token, target, fields, seen); err != nil {
				return err
			}
		default:
			r.outside(path, token)
		}
	}
}

// field reads an element into the field of a struct that has its name.
func (r *reader) field(path string, start xml.StartElement, target reflect.Value, fields []field, seen map[string]bool) error {
	name := start.Name.Local
	i := slices.IndexFunc(fields, func(f field) bool { return f.name == name })
	switch {
	case start.Name.Space != r.space:
		note(&r.malformed, "%s: got %s of the namespace %s, want %s", path, clip(name), clip(start.Name.Space), r.space)
		return r.Skip()
	case i < 0:
		note(&r.malformed, "%s: got the element %s, want one of %s", path, clip(name), names(fields))
		return r.Skip()
	}
	path += "/" + name
	value := target.FieldByIndex(fields[i].index)
	switch {
	case value.Type() == reflect.TypeFor[unsupported]():
		note(&r.unsupported, "%s", path)
		return r.Skip()
	case value.Kind() == reflect.Slice:
		value.Set(reflect.Append(value, reflect.Zero(value.Type().Elem())))
		value = value.Index(value.Len() - 1)
	case seen[name]:
		note(&r.malformed, "%s: got it twice, want it once", path)
	}
	seen[name] = true
	return r.element(path, start, value)
}

// text reads that of an element that has begun, up to its end.
func (r *reader) text(path string, target reflect.Value) error {
	var text []byte
	for {
		token, err := r.Token()
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.CharData:
			text = append(text, token...)
		case xml.StartElement:
			note(&r.malformed, "%s: got the element %s, want text", path, clip(token.Name.Local))
			if err := r.Skip(); err != nil {
				return err
			}
		case xml.EndElement:
			r.set(path, string(text), target)
			return nil
		default:
			r.outside(path, token)
		}
	}
}

// set gives a field its text, as XML Schema writes values.
func (r *reader) set(path, text string, target reflect.Value) {
	trimmed := strings.TrimSpace(text)
	switch target.Kind() {
	case reflect.Bool:
		if !slices.Contains([]string{"true", "false", "1", "0"}, trimmed) {
			note(&r.malformed, "%s: got %s, want true or false", path, clip(text))
		}
		target.SetBool(trimmed == "true" || trimmed == "1")
	case reflect.Int:
		number, err := strconv.ParseInt(trimmed, 10, 32)
		if err != nil {
			note(&r.malformed, "%s: got %s, want a whole number", path, clip(text))
		}
		target.SetInt(number)
	default:
		target.SetString(text)
	}
}

// field is one of a struct, or of a struct that it embeds.
type field struct {
	name     string
	index    []int
	required bool
}

func fieldsOf(kind reflect.Type) []field {
	var fields []field
	for _, f := range reflect.VisibleFields(kind) {
		if f.Anonymous {
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("xml"), ",")
		if name == "" {
			name = f.Name
		}
		fields = append(fields, field{name, f.Index, f.Tag.Get("s3") == "required"})
	}
	return fields
}

func names(fields []field) string {
	var names []string
	for _, f := range fields {
		names = append(names, f.name)
	}
	return strings.Join(names, ", ")
}

// clip shortens a text of the client's for a message.
func clip(text string) string {
	if len(text) > 64 {
		text = strings.ToValidUTF8(text[:64], "") + "…"
	}
	return strconv.Quote(text)
}
