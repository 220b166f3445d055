package assembly

import (
	"fmt"
	"slices"
)

func resolveIf(w *walk, argument any) (any, bool) {
	list, ok := w.arguments(argument, 3, 3, `["condition", value if true, value if false]`)
	if !ok {
		return nil, false
	}
	name, isText := list[0].(string)
	holds, ok := w.evaluate(name)
	switch {
	case !isText || !ok:
		w.fail("got %s, want the name of a condition", describe(list[0]))
		return nil, false
	case holds:
		return w.at(indexStep(1), list[1])
	}
	return w.at(indexStep(2), list[2])
}

func resolveEquals(w *walk, argument any) (any, bool) {
	list, ok := w.arguments(argument, 2, 2, "[value, value]")
	if !ok {
		return nil, false
	}
	a, ok := w.plain(indexStep(0), list[0])
	b, good := w.plain(indexStep(1), list[1])
	return a == b, ok && good
}

func resolveAnd(w *walk, argument any) (any, bool) {
	all, ok := w.conditionList(argument)
	return !slices.Contains(all, false), ok
}

func resolveOr(w *walk, argument any) (any, bool) {
	all, ok := w.conditionList(argument)
	return slices.Contains(all, true), ok
}

func resolveNot(w *walk, argument any) (any, bool) {
	list, ok := w.arguments(argument, 1, 1, "[condition]")
	if !ok {
		return nil, false
	}
	holds, ok := w.conditionAt(0, list[0])
	return !holds, ok
}

// conditionList resolves all operands, so that a fault in one of them is never hidden by another.
func (w *walk) conditionList(argument any) ([]bool, bool) {
	list, ok := w.arguments(argument, 2, 10, "a list of 2 to 10 conditions")
	all := make([]bool, len(list))
	for i, v := range list {
		holds, good := w.conditionAt(i, v)
		all[i], ok = holds, ok && good
	}
	return all, ok
}

func (w *walk) conditionAt(i int, v any) (holds, ok bool) {
	w.path = append(w.path, indexStep(i))
	holds, ok = w.condition(v)
	w.path = w.path[:len(w.path)-1]
	return holds, ok
}

func resolveCondition(w *walk, argument any) (any, bool) {
	name, isText := argument.(string)
	if !isText {
		w.fail("got %s, want the name of a condition", describe(argument))
		return nil, false
	}
	holds, ok := w.evaluate(name)
	return holds, ok
}

func resolveContains(w *walk, argument any) (any, bool) {
	list, ok := w.arguments(argument, 2, 2, "[[values], value]")
	if !ok {
		return nil, false
	}
	values, ok := w.values(indexStep(0), list[0])
	wanted, good := w.plain(indexStep(1), list[1])
	contains := false
	for i, v := range values {
		text, err := coerce(v)
		if err != nil {
			w.fail("value %d of the list: %w", i, err)
			return nil, false
		}
		contains = contains || text == wanted
	}
	return contains, ok && good
}

// resolveConditions evaluates each condition once, after those it refers to.
func (r *Resolver) resolveConditions(faults *faults) {
	done := map[string]bool{} // evaluated, with or without a value
	var open []string
	var evaluate func(name string) (holds, ok bool)
	evaluate = func(name string) (holds, ok bool) {
		condition, known := r.template.Conditions.Get(name)
		if done[name] || !known {
			return r.Holds(name)
		}
		w := r.walk(Fault{Stack: r.template.Name, Kind: KindCondition, LogicalID: name}, InConditions)
		w.evaluate = evaluate
		if i := slices.Index(open, name); i >= 0 {
			w.fail("got a circular dependency, %s", arrows(append(slices.Clone(open[i:]), name)))
		} else {
			open = append(open, name)
			holds, ok = w.condition(condition.Expression)
			open = open[:len(open)-1]
		}
		faults.addAll(w.faults)
		done[name] = true
		if ok {
			r.conditions[name] = holds
		}
		return holds, ok
	}
	for name := range r.template.Conditions.All() {
		evaluate(name)
	}
}

// CheckRules evaluates the rules of the template. The error joins the assertions that do not hold, each with its
// description, and the faults.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
func (r *Resolver) CheckRules() error {
	var all faults
	for name, rule := range r.template.Rules.All() {
		w := r.walk(Fault{Stack: r.template.Name, Kind: KindRule, LogicalID: name}, InRules)
		applies := true
		if rule.Condition != nil {
			w.path = path{keyStep("RuleCondition")}
			holds, ok := w.condition(rule.Condition)
			applies = holds && ok
		}
		for i, a := range rule.Assertions {
			if !applies {
				break
			}
			w.path = path{keyStep("Assertions"), indexStep(i), keyStep("Assert")}
			holds, ok := w.condition(a.Assert)
			if ok && !holds {
				w.fail("the assertion does not hold%s", described(a))
			}
		}
		all.addAll(w.faults)
	}
	return all.err()
}

func described(a Assertion) string {
	if a.Description == "" {
		return ""
	}
	return fmt.Sprintf(": %s", a.Description)
}
