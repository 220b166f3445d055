package dynamodb_test

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
)

// object is a JSON object on its way to a request.
type object = map[string]any

// A generator makes random values, expressions and operations. What it makes leaves out what dynalite is known to answer
// wrongly; the tests of known differences have that.
type generator struct {
	*rand.Rand
	names  object // #name to attribute, of the operation that is being made
	values object // :value to value
	used   map[string]int
	rich   bool // empty values and numbers of 38 digits: for DynamoDB Local
	ascii  bool // dynalite doesn't count the bytes of other strings as DynamoDB does
}

func (g *generator) chance(percent int) bool { return g.IntN(100) < percent }

func pick[T any](g *generator, list ...T) T { return list[g.IntN(len(list))] }

// word is a string: a short one from few, so that comparisons meet.
func (g *generator) word() string {
	if g.rich && g.chance(3) {
		return pick(g, "", "\u0000", "\U0001f600", "\ufb00", "e\u0301", "\u007f\u0080")
	}
	words := []string{"a", "b", "ab", "abc", "b c", "B", "zz", "x\"y\\", "été", "日本"}
	if g.ascii {
		words = words[:8]
	}
	return pick(g, words...)
}

func (g *generator) number() string {
	if g.rich && g.chance(25) {
		return g.richNumber()
	}
	return pick(g, "0", "1", "2", "-1", "3", "10", "1.5", "-0.25", "100000", "12345678901234567890.123456", "1e3", "-7E-2", "007", "4.0")
}

func (g *generator) binary() string {
	return base64.StdEncoding.EncodeToString([]byte(pick(g, "a", "ab", "abc", "b", "q q", "zz")))
}

// distinct makes a set.
func (g *generator) distinct(element func() string, canonical func(string) string) []any {
	var set []any
	seen := map[string]bool{}
	for range 1 + g.IntN(3) {
		if e := element(); !seen[canonical(e)] {
			seen[canonical(e)] = true
			set = append(set, e)
		}
	}
	return set
}

func same1(s string) string { return s }

// plain numbers are the same only if their texts are.
func (g *generator) plainNumber() string { return pick(g, "0", "1", "2", "-1", "3", "10", "1.5") }

// of makes a value of a kind.
func (g *generator) of(kind string) object {
	switch kind {
	case "S":
		return object{"S": g.word()}
	case "N":
		return object{"N": g.number()}
	case "B":
		return object{"B": g.binary()}
	case "BOOL":
		return object{"BOOL": true}
	case "NULL":
		return object{"NULL": true}
	case "SS":
		return object{"SS": g.distinct(g.word, same1)}
	case "NS":
		return object{"NS": g.distinct(g.plainNumber, same1)}
	case "BS":
		return object{"BS": g.distinct(g.binary, same1)}
	case "L":
		list := []any{}
		for range g.IntN(4) {
			list = append(list, g.of(pick(g, "S", "N", "B", "M1")))
		}
		return object{"L": list}
	case "M1": // a map of scalars
		return object{"M": object{"p": g.of(pick(g, scalars...)), "q": g.of(pick(g, scalars...))}}
	}
	return object{"M": object{"p": g.of(pick(g, scalars...)), "q": g.of("N"), "r": g.of("L"), "m": g.of("M1"), "ss": g.of("SS")}}
}

var (
	scalars = []string{"S", "N", "B", "BOOL", "NULL"}
	kinds   = []string{"S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"}
	sets    = []string{"SS", "NS", "BS"}
)

// attributesOf are the attributes that items have by kind. The last of each is a reserved word.
var attributesOf = map[string][]string{
	"S": {"s1", "s2", "name"}, "N": {"n1", "n2", "size"}, "B": {"b1", "b2"}, "BOOL": {"t1"}, "NULL": {"z1"},
	"SS": {"ss1", "set"}, "NS": {"ns1"}, "BS": {"bs1"}, "L": {"l1", "list"}, "M": {"m1", "map"},
}

// item fills in attributes, most of them of the kind that their name has.
func (g *generator) item(key object) object {
	i := object{}
	for k, v := range key {
		i[k] = v
	}
	for _, kind := range kinds {
		for _, name := range attributesOf[kind] {
			switch {
			case g.chance(35):
			case g.chance(6) && kind != "L" && kind != "M":
				i[name] = g.of(pick(g, "S", "N", "B", "SS", "NS"))
			default:
				i[name] = g.of(kind)
			}
		}
	}
	return i
}

// begin forgets the placeholders of the operation before.
func (g *generator) begin() { g.names, g.values, g.used = object{}, object{}, map[string]int{} }

// name is how an expression refers to a name: as it is, or by a placeholder.
func (g *generator) name(name string) string {
	reserved := strings.Contains(" name size set list map ", " "+name+" ")
	if !reserved && g.chance(70) {
		return name
	}
	for p, n := range g.names {
		if n == name && g.chance(80) {
			return p
		}
	}
	p := fmt.Sprintf("#%c%d", 'a'+rune(g.IntN(26)), len(g.names))
	g.names[p] = name
	return p
}

// value puts a value in ExpressionAttributeValues.
func (g *generator) value(v object) string {
	p := fmt.Sprintf(":%c%d", 'a'+rune(g.IntN(26)), len(g.values))
	g.values[p] = v
	return p
}

// path is a document path to where a value of the kind would be.
func (g *generator) path(kind string) string {
	if g.chance(25) {
		m := g.name(pick(g, "m1", "map"))
		switch kind {
		case "N":
			return m + "." + g.name("q")
		case "L":
			return m + "." + g.name("r")
		case "SS":
			return m + "." + g.name("ss")
		case "S", "B", "BOOL", "NULL":
			return pick(g, m+"."+g.name("p"), m+"."+g.name("m")+"."+g.name("q"), m+"."+g.name("m")+" . p",
				g.name("l1")+pick(g, "[0]", "[1]", "[ 2 ]", "[9]")+pick(g, "", ".p"))
		}
	}
	return g.name(pick(g, attributesOf[kind]...))
}

// placeholders adds them to a request.
func (g *generator) placeholders(request object) object {
	if len(g.names) > 0 {
		request["ExpressionAttributeNames"] = g.names
	}
	if len(g.values) > 0 {
		request["ExpressionAttributeValues"] = g.values
	}
	return request
}
