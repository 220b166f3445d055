package config

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// document is what the objects of one JSON document share.
type document struct {
	// name stands before each fault, as in "cdk.json: ", or is empty.
	name   string
	faults []error
}

// refuse records a fault: where, what was got and what was wanted.
func (d *document) refuse(path, got, want string) {
	d.faults = append(d.faults, fmt.Errorf("%s%s: got %s, want %s", d.name, path, got, want))
}

// fault joins the faults so far, or is nil.
func (d *document) fault() error { return errors.Join(d.faults...) }

// object reads one JSON object. Its methods take a key each, remember that the
// key is known and record faults; where the key is absent or its value faulty
// they return the zero value or the default, so that reading goes on to the
// next fault.
type object struct {
	// path is where the object stands, as in "environments.prod.cdn"; empty for
	// the document itself.
	path   string
	values map[string]any
	known  map[string]*property
	anyKey bool // it has texts under keys of the user's
	*document
}

// property is what is known of a key: what a reader asked for.
type property struct {
	kind      string // in JSON Schema's words
	byDefault any    // nil for none
	enum      []any  // what it may be, if that is few
	least     int    // of a number, 0 is none
	required  bool
	with      []string // keys that make sense only together, this one too
	unless    string   // the key that it is required without
	matters   bool     // of an object: that it is there says something
	members   *object  // of an object
}

// know notes what is asked for under a key. What was noted first stands.
func (o *object) know(key string, p property) {
	if p.byDefault == "" {
		p.byDefault = nil
	}
	if o.known[key] == nil {
		o.known[key] = &p
	}
}

func anyOf[T any](list []T) []any {
	all := make([]any, len(list))
	for i, one := range list {
		all[i] = one
	}
	return all
}

// newObject reads values, which stand at path.
func newObject(d *document, path string, values map[string]any) *object {
	return &object{path: path, values: values, known: map[string]*property{}, document: d}
}

// check says what a text should be, or "" when it is right.
type check func(text string) (want string)

// has reports whether the key is there, with whatever value.
func (o *object) has(key string) bool {
	_, ok := o.values[key]
	return ok
}

var plainKey = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// at is the path of a key of the object.
func (o *object) at(key string) string { return memberPath(o.path, key) }

// memberPath is the path of a key of the object at path, as in a.b or a["b c"].
func memberPath(path, key string) string {
	if !plainKey.MatchString(key) {
		return fmt.Sprintf("%s[%s]", path, quote(key))
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// value returns the value of the key as a T and whether it is one. A value of
// another type is a fault; want says what was expected.
func value[T any](o *object, key, want string) (T, bool) {
	v, present := o.values[key]
	if !present {
		var none T
		return none, false
	}
	typed, ok := v.(T)
	if !ok {
		o.refuse(o.at(key), describe(v), want)
	}
	return typed, ok
}

// text reads a text that passes the check.
func (o *object) text(key string, judge check) string {
	return o.textOr(key, "", judge)
}

// textOr is text with a default for an absent key.
func (o *object) textOr(key, byDefault string, judge check) string {
	return o.shownText(key, byDefault, judge, quote)
}

// shownText is textOr with a say in how a refused text is shown.
func (o *object) shownText(key, byDefault string, judge check, show func(string) string) string {
	o.know(key, property{kind: "string", byDefault: byDefault})
	text, ok := value[string](o, key, "a string")
	if !ok {
		return byDefault
	}
	if want := judge(text); want != "" {
		o.refuse(o.at(key), show(text), want)
		return ""
	}
	return text
}

// flag reads true or false; an absent key is false.
func (o *object) flag(key string) bool {
	o.know(key, property{kind: "boolean", byDefault: false})
	flag, _ := value[bool](o, key, "true or false")
	return flag
}

// unless reads true or false, and answers whether it is false; an absent key is true.
func (o *object) unless(key string) bool {
	o.know(key, property{kind: "boolean", byDefault: true})
	flag, ok := value[bool](o, key, "true or false")
	return ok && !flag
}

// mostNumber is the largest whole number that JSON holds for sure, 2⁵³ - 1.
const mostNumber = 1<<53 - 1

// number reads a whole number that is accepted; want says which are.
func (o *object) number(key string, byDefault int, want string, accept func(int) bool) int {
	o.know(key, property{kind: "integer", byDefault: byDefault})
	number, ok := value[float64](o, key, "a number")
	if !ok {
		return byDefault
	}
	if number != math.Trunc(number) || math.Abs(number) > mostNumber || !accept(int(number)) {
		o.refuse(o.at(key), digits(number), want)
		return byDefault
	}
	return int(number)
}

// oneNumber is number for one of a few.
func (o *object) oneNumber(key string, byDefault int, want string, numbers []int) int {
	o.know(key, property{kind: "integer", byDefault: byDefault, enum: anyOf(numbers)})
	return o.number(key, byDefault, want+joinInts(numbers), func(n int) bool { return slices.Contains(numbers, n) })
}

// word reads one of a few words.
func word[T ~string](o *object, key string, byDefault T, words ...T) T {
	o.know(key, property{kind: "string", byDefault: string(byDefault), enum: anyOf(words)})
	return T(o.textOr(key, string(byDefault), oneOf(words...)))
}

// texts reads a list of texts. Elements of other types are faults and left out.
func (o *object) texts(key string) []string {
	o.know(key, property{kind: "array"})
	list, ok := value[[]any](o, key, "an array of strings")
	if !ok {
		return nil
	}
	var texts []string
	for i, element := range list {
		text, ok := element.(string)
		if !ok {
			o.refuse(fmt.Sprintf("%s[%d]", o.at(key), i), describe(element), "a string")
			continue
		}
		texts = append(texts, text)
	}
	return texts
}

// object reads an object; an absent key is an empty one.
func (o *object) object(key string) *object {
	values, _ := value[map[string]any](o, key, "an object")
	members := newObject(o.document, o.at(key), values)
	o.know(key, property{kind: "object", members: members})
	return members
}

// together faults keys that make sense only together: where one is given, all
// are. It reports whether they are.
func (o *object) together(keys ...string) bool {
	for _, key := range keys {
		o.known[key].with = keys
	}
	given := slices.IndexFunc(keys, o.has)
	if given < 0 {
		return false
	}
	for _, key := range keys {
		if !o.has(key) {
			o.refuse(o.at(key), "nothing", fmt.Sprintf("a value, because %s is set", keys[given]))
		}
	}
	return !slices.ContainsFunc(keys, func(key string) bool { return !o.has(key) })
}

// done faults the keys that nobody asked for.
func (o *object) done() {
	known := slices.Sorted(maps.Keys(o.known))
	for _, key := range slices.Sorted(maps.Keys(o.values)) {
		if o.known[key] != nil {
			continue
		}
		want := "one of " + strings.Join(known, ", ")
		if hint := DidYouMean(key, known); hint != "" {
			want = "a known key" + hint
		}
		o.refuse(o.path, "the unknown key "+quote(key), want)
	}
}

// describe names a value of the wrong type.
func describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return "the string " + quote(v)
	case bool:
		return "the boolean " + strconv.FormatBool(v)
	case float64:
		return "the number " + digits(v)
	case []any:
		return "an array"
	case map[string]any:
		return "an object"
	default:
		return fmt.Sprintf("a value of type %T", v)
	}
}

// digits writes a number as a person would, unless that is very long.
func digits(number float64) string {
	const long = 1e15
	if math.Abs(number) < long {
		return strconv.FormatFloat(number, 'f', -1, 64)
	}
	return strconv.FormatFloat(number, 'g', -1, 64)
}

// quote is a text on one line, cut where it is long.
func quote(text string) string {
	const longest = 100
	if utf8.RuneCountInString(text) > longest {
		return fmt.Sprintf("%q… (%d characters)", string([]rune(text)[:longest]), utf8.RuneCountInString(text))
	}
	return strconv.Quote(text)
}
