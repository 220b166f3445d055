package dynamodb_test

import (
	"fmt"
	"strings"
)

// note counts what the run has used.
func (g *generator) note(what string) { g.used[what]++ }

// condition is a condition of some depth.
func (g *generator) condition(depth int) string {
	if depth > 0 && g.chance(55) {
		switch g.IntN(4) {
		case 0:
			g.note("and")
			return g.inner(depth) + pick(g, " AND ", " and ", " aNd ") + g.inner(depth)
		case 1:
			g.note("or")
			return g.inner(depth) + pick(g, " OR ", " or ") + g.inner(depth)
		case 2:
			g.note("not")
			return pick(g, "NOT ", "not ") + g.simple()
		}
		g.note("not")
		return "NOT (" + g.compound(depth-1) + ")"
	}
	return g.simple()
}

// inner is an operand of AND and OR: in parentheses where it has to be.
func (g *generator) inner(depth int) string {
	if g.chance(40) {
		return "(" + g.compound(depth-1) + ")"
	}
	return g.simple()
}

// compound is a condition without parentheses around the whole.
func (g *generator) compound(depth int) string {
	for {
		if c := g.condition(depth); !strings.HasPrefix(c, "(") {
			return c
		}
	}
}

func (g *generator) scalarKind() string { return pick(g, "S", "S", "N", "N", "B") }

// simple is a condition without AND, OR and NOT.
func (g *generator) simple() string {
	switch g.IntN(9) {
	case 0, 1:
		op := pick(g, "=", "<>")
		g.note(op)
		kind := pick(g, "S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS")
		return g.sides(kind, op)
	case 2, 3:
		op := pick(g, "<", "<=", ">", ">=")
		g.note(op)
		return g.sides(g.scalarKind(), op)
	case 4:
		g.note("between")
		return g.between()
	case 5:
		g.note("in")
		kind := pick(g, "S", "N", "B", "SS", "NS")
		var list []string
		for range 1 + g.IntN(4) {
			list = append(list, g.value(g.of(kind)))
		}
		return g.path(kind) + pick(g, " IN ", " in") + "(" + strings.Join(list, ", ") + ")"
	}
	return g.function()
}

// sides compares a path with a value, in either order, with another path, or a size with something.
func (g *generator) sides(kind, op string) string {
	space := pick(g, " ", "", "  ")
	a, b := g.path(kind), g.value(g.of(kind))
	switch {
	case g.chance(15):
		g.note("size")
		a = "size(" + g.path(pick(g, "S", "B", "SS", "NS", "BS", "L", "M", "N")) + ")"
		b = pick(g, g.value(object{"N": fmt.Sprint(g.IntN(5))}), g.path("N"))
	case g.chance(12):
		other := pick(g, attributesOf[kind]...)
		if b = g.name(other); g.chance(50) {
			b = "(" + b + ")"
		}
	}
	if g.chance(8) {
		a = "(" + a + ")"
	}
	if g.chance(25) {
		a, b = b, a
	}
	return a + space + op + space + b
}

func (g *generator) between() string {
	kind := g.scalarKind()
	low, high := g.of(kind), g.of(kind)
	a, b := g.value(low), g.value(high)
	if less(high, low) && g.chance(95) {
		a, b = b, a
	}
	return g.path(kind) + pick(g, " BETWEEN ", " between ") + a + " AND " + b
}

func (g *generator) function() string {
	switch g.IntN(5) {
	case 0:
		g.note("attribute_exists")
		return "attribute_exists(" + g.path(pick(g, kinds...)) + ")"
	case 1:
		g.note("attribute_not_exists")
		return "attribute_not_exists (" + g.path(pick(g, kinds...)) + ")"
	case 2:
		g.note("attribute_type")
		return "attribute_type(" + g.path(pick(g, "S", "N", "B", "BOOL", "SS", "L", "M", "NULL")) + ", " +
			g.value(object{"S": pick(g, kinds...)}) + ")"
	case 3:
		g.note("begins_with")
		kind := pick(g, "S", "S", "B")
		return "begins_with(" + g.path(kind) + "," + g.value(g.of(kind)) + ")"
	}
	g.note("contains")
	kind := pick(g, "S", "N", "B")
	in := map[string][]string{"S": {"S", "SS", "L"}, "N": {"NS", "L"}, "B": {"B", "BS", "L"}}[kind]
	v := g.of(kind)
	if kind == "N" {
		v = object{"N": g.plainNumber()}
	}
	return "contains(" + g.path(pick(g, in...)) + ", " + g.value(v) + ")"
}

// update is an update expression. Its targets are apart, and what it reads is not what it changes within.
func (g *generator) update() string {
	free := map[string][]string{}
	for kind, names := range attributesOf {
		free[kind] = append([]string(nil), names...)
	}
	take := func(kind string) string {
		names := free[kind]
		if len(names) == 0 {
			return ""
		}
		i := g.IntN(len(names))
		name := names[i]
		free[kind] = append(names[:i:i], names[i+1:]...)
		return g.name(name)
	}
	var sections []string
	for _, s := range []string{"SET", "REMOVE", "ADD", "DELETE"} {
		if !g.chance(map[string]int{"SET": 80, "REMOVE": 30, "ADD": 35, "DELETE": 25}[s]) {
			continue
		}
		var actions []string
		for range 1 + g.IntN(3) {
			if a := g.action(s, take); a != "" {
				actions = append(actions, a)
			}
		}
		if actions != nil {
			g.note(s)
			sections = append(sections, pick(g, s, strings.ToLower(s))+" "+strings.Join(actions, pick(g, ",", ", ")))
		}
	}
	if sections == nil {
		g.note("SET")
		return "SET s1 = " + g.value(g.of("S"))
	}
	g.Shuffle(len(sections), func(i, j int) { sections[i], sections[j] = sections[j], sections[i] })
	return strings.Join(sections, " ")
}

func (g *generator) action(section string, take func(kind string) string) string {
	kind := pick(g, kinds...)
	switch section {
	case "ADD":
		kind = pick(g, "N", "SS", "NS", "BS")
	case "DELETE":
		kind = pick(g, sets...)
	}
	target := take(kind)
	if target == "" {
		return ""
	}
	if kind == "M" { // within a map rather than the map
		inner := pick(g, "p", "q", "fresh", "m.p", "r[0]", "r[1]", "r[7]")
		if section != "REMOVE" && g.chance(30) || section == "REMOVE" && g.chance(20) {
			inner = ""
		}
		if inner != "" {
			target += "." + inner
			kind = "S"
		}
	}
	switch section {
	case "SET":
		return target + pick(g, " = ", "=") + g.setValue(kind, target)
	case "REMOVE":
		return target
	}
	return target + " " + g.value(g.of(kind))
}

func (g *generator) setValue(kind, target string) string {
	switch {
	case kind == "N" && g.chance(60):
		op := pick(g, " + ", " - ", "+", "-")
		g.note(strings.TrimSpace(op))
		a, b := g.numberOperand(), g.numberOperand()
		if g.chance(20) {
			return "(" + a + op + b + ")"
		}
		return a + op + b
	case kind == "L" && g.chance(60):
		g.note("list_append")
		a, b := g.value(g.of("L")), g.value(g.of("L"))
		if g.chance(70) && !strings.Contains(target, ".") {
			a = target
			if g.chance(50) {
				g.note("if_not_exists")
				a = "if_not_exists(" + target + ", " + g.value(object{"L": []any{}}) + ")"
			}
		}
		if g.chance(40) {
			a, b = b, a
		}
		return "list_append(" + a + ", " + b + ")"
	case g.chance(20):
		g.note("if_not_exists")
		return "if_not_exists(" + g.name(pick(g, "s1", "t1", "b1", "never")) + ", " + g.value(g.of(kind)) + ")"
	case kind == "S" && g.chance(15):
		return g.name(pick(g, "s1", "b1")) // what ADD changes, dynalite would change in both places
	}
	return g.value(g.of(kind))
}

func (g *generator) numberOperand() string {
	switch {
	case g.chance(40):
		return g.name(pick(g, attributesOf["N"]...))
	case g.chance(30):
		g.note("if_not_exists")
		return "if_not_exists(" + g.name(pick(g, attributesOf["N"]...)) + ", " + g.value(object{"N": g.plainNumber()}) + ")"
	}
	return g.value(object{"N": g.plainNumber()})
}

// projection is a projection expression of paths that are mostly apart.
func (g *generator) projection() string {
	var paths []string
	seen := map[string]bool{}
	for range 1 + g.IntN(4) {
		p := g.path(pick(g, kinds...))
		if strings.Contains(p, "[ ") { // with spaces
			continue
		}
		if !seen[p] {
			seen[p] = true
			paths = append(paths, p)
		}
	}
	if paths == nil {
		return "s1"
	}
	return strings.Join(paths, pick(g, ",", " , "))
}
