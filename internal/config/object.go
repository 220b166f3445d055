package config

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// object reads one JSON object. Its methods take a key each, remember that the
// key is known and collect faults; where the key is absent or its value faulty
// they return the zero value, so that reading goes on to the next fault.
type object struct {
	// path is where the object stands, as in "environments.prod.cdn".
	path   string
	values map[string]any
	known  []string
	// faults is shared by all objects of one document.
	faults *[]error
}

// check says what a text should be, or "" when it is right.
type check func(text string) (want string)

// has reports whether the key is there, with whatever value.
func (o *object) has(key string) bool {
	_, ok := o.values[key]
	return ok
}

// failed reports whether there is a fault anywhere in the document so far.
func (o *object) failed() bool { return len(*o.faults) > 0 }

// refuse records a fault at the key.
func (o *object) refuse(key, got, want string) {
	refuse(o.faults, o.at(key), got, want)
}

// refuse records a fault: where, what was got and what was wanted.
func refuse(faults *[]error, path, got, want string) {
	*faults = append(*faults, fmt.Errorf("%s: got %s, want %s", path, got, want))
}

var plainKey = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// at is the path of a key, as in a.b or a["b c"].
func (o *object) at(key string) string {
	switch {
	case !plainKey.MatchString(key):
		return fmt.Sprintf("%s[%s]", o.path, quote(key))
	case o.path == "" || strings.HasSuffix(o.path, " "):
		return o.path + key
	default:
		return o.path + "." + key
	}
}

// value returns the value of the key as a T and whether it is one. A value of
// another type is a fault; want says what was expected.
func value[T any](o *object, key, want string) (T, bool) {
	o.known = append(o.known, key)
	v, present := o.values[key]
	if !present {
		var none T
		return none, false
	}
	typed, ok := v.(T)
	if !ok {
		o.refuse(key, describe(v), want)
	}
	return typed, ok
}

// text reads a text that passes the check.
func (o *object) text(key string, check check) string {
	return o.textOr(key, "", check)
}

// textOr is text with a default for an absent key.
func (o *object) textOr(key, byDefault string, check check) string {
	return o.shownText(key, byDefault, check, quote)
}

// shownText is textOr with a say in how a refused text is shown.
func (o *object) shownText(key, byDefault string, check check, show func(string) string) string {
	text, ok := value[string](o, key, "a text")
	if !ok {
		return byDefault
	}
	if want := check(text); want != "" {
		o.refuse(key, show(text), want)
		return ""
	}
	return text
}

// flag reads true or false; an absent key is false.
func (o *object) flag(key string) bool {
	flag, _ := value[bool](o, key, "true or false")
	return flag
}

// number reads a whole number that passes the check, which is told it in
// decimal digits.
func (o *object) number(key string, byDefault int, want string, accept func(int) bool) int {
	number, ok := value[float64](o, key, want)
	if !ok {
		return byDefault
	}
	if number != math.Trunc(number) || math.Abs(number) > math.MaxInt32 || !accept(int(number)) {
		o.refuse(key, strconv.FormatFloat(number, 'f', -1, 64), want)
		return byDefault
	}
	return int(number)
}

// texts reads a list of texts. Elements of other types are faults and left out.
func (o *object) texts(key string) []string {
	list, ok := value[[]any](o, key, "a list of texts")
	if !ok {
		return nil
	}
	var texts []string
	for i, element := range list {
		text, ok := element.(string)
		if !ok {
			refuse(o.faults, fmt.Sprintf("%s[%d]", o.at(key), i), describe(element), "a text")
			continue
		}
		texts = append(texts, text)
	}
	return texts
}

// object reads an object; an absent key is an empty one.
func (o *object) object(key string) *object {
	values, _ := value[map[string]any](o, key, "an object")
	return &object{path: o.at(key), values: values, faults: o.faults}
}

// together faults keys that make sense only together: where one is given, all
// are. It reports whether they are.
func (o *object) together(keys ...string) bool {
	given := slices.IndexFunc(keys, o.has)
	if given < 0 {
		return false
	}
	for _, key := range keys {
		if !o.has(key) {
			o.refuse(key, "nothing", fmt.Sprintf("a value, because %s is set", keys[given]))
		}
	}
	return !slices.ContainsFunc(keys, func(key string) bool { return !o.has(key) })
}

// done faults the keys that nobody asked for.
func (o *object) done() {
	known := map[string]any{}
	for _, key := range o.known {
		known[key] = nil
	}
	for _, key := range slices.Sorted(maps.Keys(o.values)) {
		if _, ok := known[key]; ok {
			continue
		}
		want := "a known setting" + didYouMean(key, known)
		if len(known) > 0 && !strings.Contains(want, "did you mean") {
			want = "one of " + strings.Join(slices.Sorted(maps.Keys(known)), ", ")
		}
		refuse(o.faults, o.path, "the unknown key "+quote(key), want)
	}
}

// describe names a value of the wrong type.
func describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return "the text " + quote(v)
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return "the number " + strconv.FormatFloat(v, 'g', -1, 64)
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	default:
		return fmt.Sprintf("a value of type %T", v)
	}
}

// quote is a text on one line, cut where it is long.
func quote(text string) string {
	const longest = 100
	if utf8.RuneCountInString(text) > longest {
		return fmt.Sprintf("%q… (%d characters)", string([]rune(text)[:longest]), utf8.RuneCountInString(text))
	}
	return strconv.Quote(text)
}
