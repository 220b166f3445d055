package input

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// node is a type with the constraints that the place where it stands declares.
type node struct {
	kind     reflect.Kind
	tree     bool // it reads itself
	rule     *rule
	elem     *node
	elemType reflect.Type
	fields   []field // of a struct, those of embedded ones included
}

type field struct {
	name     string // of the member
	path     string // in messages, as in userPoolId
	index    []int
	required bool
	only     string // the value that it may have
	node     *node
}

var treeType = reflect.TypeFor[Tree]()

// node returns the node of the struct that a request is read into.
func (d *Dialect) node(t reflect.Type) *node {
	if known, ok := d.nodes.Load(t); ok {
		return known.(*node)
	}
	n := d.compile(t, "")
	d.nodes.Store(t, n)
	return n
}

func (d *Dialect) compile(t reflect.Type, tag reflect.StructTag) *node {
	n := &node{kind: t.Kind(), tree: reflect.PointerTo(t).Implements(treeType), rule: d.rule(t, tag)}
	if n.tree {
		return n
	}
	switch n.kind {
	case reflect.Pointer:
		n.elem = d.compile(t.Elem(), tag)
		n.rule = n.elem.rule
	case reflect.Slice, reflect.Map:
		n.elemType = t.Elem()
		within := reflect.StructTag("")
		if shape := tag.Get("each"); shape != "" {
			within = reflect.StructTag(`shape:"` + shape + `"`)
		}
		n.elem = d.compile(t.Elem(), within)
	case reflect.Struct:
		for _, f := range reflect.VisibleFields(t) {
			if f.Anonymous || len(f.Index) > 1 && !embedded(t, f.Index) {
				continue
			}
			name := f.Tag.Get("aws")
			if name == "" {
				name = f.Name
			}
			n.fields = append(n.fields, field{
				name: name, path: strings.ToLower(name[:1]) + name[1:], index: f.Index,
				required: f.Tag.Get("required") != "", only: f.Tag.Get("only"), node: d.compile(f.Type, f.Tag),
			})
		}
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int64:
	default:
		panic("input: no field of type " + t.String() + " can be read")
	}
	return n
}

// embedded reports whether a promoted field is of structs that are embedded by value.
func embedded(t reflect.Type, index []int) bool {
	return t.FieldByIndex(index[:1]).Type.Kind() == reflect.Struct
}

// rule is what a value is held to.
type rule struct {
	Shape
	bound bool // Min and Max are declared
	whole *regexp.Regexp
	keys  *rule
}

// rule reads the constraints of a tag; nil if there are none.
func (d *Dialect) rule(t reflect.Type, tag reflect.StructTag) *rule {
	r := &rule{}
	any := false
	if name := tag.Get("shape"); name != "" {
		r, any = d.shaped(name), true
	}
	for key, bound := range map[string]*int64{"min": &r.Min, "max": &r.Max} {
		if text := tag.Get(key); text != "" {
			n, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				panic("input: " + t.String() + ": " + err.Error())
			}
			*bound, r.bound, any = n, true, true
		}
	}
	if enum := tag.Get("enum"); enum != "" {
		r.Enum, any = strings.Split(enum, ","), true
	}
	if keys := tag.Get("keys"); keys != "" {
		r.keys, any = d.shaped(keys), true
	}
	if !any {
		return nil
	}
	return r
}

func (d *Dialect) shaped(name string) *rule {
	shape, ok := d.Shapes[name]
	if !ok {
		panic("input: there is no shape " + name)
	}
	r := &rule{Shape: shape, bound: shape.Min != 0 || shape.Max != 0}
	if shape.Pattern != "" {
		r.whole = regexp.MustCompile(`\A(?:` + shape.Pattern + `)\z`)
	}
	return r
}

// hold notes which constraints a value breaks.
func (c *rule) hold(r *reader, path string, v reflect.Value) {
	if c == nil {
		return
	}
	for _, broken := range c.broken(v) {
		r.violation(c, path, show(v), broken)
	}
	if c.keys == nil {
		return
	}
	for _, key := range v.MapKeys() {
		if broken := c.keys.broken(key); broken != nil {
			r.violation(c, path, show(v), "Map keys must satisfy constraint: ["+strings.Join(broken, ", ")+"]")
			return
		}
	}
}

// broken are the constraints that a value breaks, in the order in which DynamoDB reports them.
func (c *rule) broken(v reflect.Value) (broken []string) {
	size, unit := int64(0), "length"
	switch v.Kind() {
	case reflect.String:
		text := v.String()
		if c.Part != nil {
			part, ok := c.Part(text)
			if !ok {
				return nil
			}
			text = part
		}
		size = length(text)
		if c.whole != nil && !c.whole.MatchString(text) {
			broken = append(broken, "Member must satisfy regular expression pattern: "+c.Pattern)
		}
		if c.Enum != nil && !slices.Contains(c.Enum, text) {
			broken = append(broken, "Member must satisfy enum value set: ["+strings.Join(c.Enum, ", ")+"]")
		}
	case reflect.Slice, reflect.Map:
		size = int64(v.Len())
	case reflect.Int, reflect.Int64:
		size, unit = v.Int(), "value"
	default:
		return nil
	}
	if c.bound && size < c.Min {
		broken = append(broken, fmt.Sprintf("Member must have %s greater than or equal to %d", unit, c.Min))
	}
	if c.Max > 0 && size > c.Max {
		broken = append(broken, fmt.Sprintf("Member must have %s less than or equal to %d", unit, c.Max))
	}
	return broken
}

// length is that of a text in UTF-16 units, as Java counts.
func length(text string) int64 {
	if len(text) == utf8.RuneCountInString(text) {
		return int64(len(text))
	}
	return int64(len(utf16.Encode([]rune(text))))
}

// show is a value in a message.
func show(v reflect.Value) string {
	switch v.Kind() {
	case reflect.String:
		return "'" + v.String() + "'"
	case reflect.Slice, reflect.Map:
		if v.Len() > 0 {
			return fmt.Sprintf("'[%d elements]'", v.Len())
		}
		return map[reflect.Kind]string{reflect.Slice: "'[]'", reflect.Map: "'{}'"}[v.Kind()]
	}
	return fmt.Sprintf("'%v'", v)
}
