package assembly

import (
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"
)

func resolveRef(w *walk, argument any) (any, bool) {
	name, ok := argument.(string)
	if !ok {
		w.fail("got %s, want a name", describe(argument))
		return nil, false
	}
	return w.ref(name)
}

func resolveGetAtt(w *walk, argument any) (any, bool) {
	id, v, ok := getAtt(argument)
	if !ok {
		w.fail("got %s, want [\"logicalId\", \"attribute\"]", describe(argument))
		return nil, false
	}
	if object, isObject := v.(map[string]any); isObject {
		if name, _, _ := function(object, w.in); name != "Ref" {
			w.fail("got %s for the attribute, want its name or a Ref", describe(v))
			return nil, false
		}
		// Ref, but not to a resource: which attribute is asked for has to be known before anything is created.
		v, ok = w.asConstant("the attribute's name", func() (string, bool) { return w.plain(indexStep(1), v) })
		if !ok {
			return nil, false
		}
	}
	attribute, ok := v.(string)
	if !ok || attribute == "" {
		w.fail("got %s for the attribute, want its name", describe(v))
		return nil, false
	}
	return w.attribute(id, attribute)
}

func resolveJoin(w *walk, argument any) (any, bool) {
	list, ok := w.arguments(argument, 2, 2, `["delimiter", [values]]`)
	if !ok {
		return nil, false
	}
	delimiter, ok := list[0].(string)
	if !ok {
		w.fail("got %s for the delimiter, want a string", describe(list[0]))
		return nil, false
	}
	values, ok := w.values(indexStep(1), list[1])
	if !ok {
		return nil, false
	}
	var b strings.Builder
	for i, v := range values {
		text, err := coerce(v)
		if err != nil {
			w.fail("value %d of the list: %w", i, err)
			return nil, false
		}
		if i > 0 {
			text = delimiter + text
		}
		if !w.spend(len(text)) {
			return nil, false
		}
		b.WriteString(text)
	}
	return b.String(), true
}

func resolveSub(w *walk, argument any) (any, bool) {
	text, own, ok := subArgument(argument)
	if !ok {
		w.fail("got %s, want \"text\" or [\"text\", {variables}]", describe(argument))
		return nil, false
	}
	parts, err := subParts(text)
	if err != nil {
		w.fail("%w", err)
		return nil, false
	}
	variables, ok := w.subVariables(own)
	if !ok {
		return nil, false
	}
	var b strings.Builder
	for _, part := range parts {
		text := part.literal
		if part.variable != "" {
			if text, ok = w.subVariable(part.variable, variables); !ok {
				return nil, false
			}
		}
		if !w.spend(len(text)) {
			return nil, false
		}
		b.WriteString(text)
	}
	return b.String(), true
}

func (w *walk) subVariables(own map[string]any) (map[string]string, bool) {
	if own == nil {
		return nil, true
	}
	w.path = append(w.path, indexStep(1))
	defer func() { w.path = w.path[:len(w.path)-1] }()
	variables, ok := make(map[string]string, len(own)), true
	for _, name := range sortedKeys(own) {
		if _, isPseudo := pseudoParameters[name]; isPseudo || !subVariable.MatchString(name) {
			w.fail("got the variable %q, want a name of its own, of letters, digits, underscores, periods and colons", clip(name))
			ok = false
			continue
		}
		text, good := w.text(keyStep(name), own[name])
		variables[name], ok = text, ok && good
	}
	return variables, ok
}

// subVariable is what stands for a variable: one of the function's own, an attribute or what Ref gives.
func (w *walk) subVariable(name string, own map[string]string) (string, bool) {
	if text, ok := own[name]; ok {
		return text, true
	}
	var v any
	var ok bool
	if id, attribute, isAttribute := strings.Cut(name, "."); isAttribute {
		v, ok = w.attribute(id, attribute)
	} else {
		v, ok = w.ref(name)
	}
	if !ok {
		return "", false
	}
	text, err := coerce(v)
	if err != nil {
		w.fail("${%s}: %w", name, err)
	}
	return text, err == nil
}

func resolveSelect(w *walk, argument any) (any, bool) {
	list, ok := w.arguments(argument, 2, 2, "[index, [values]]")
	if !ok {
		return nil, false
	}
	text, ok := w.asConstant("the index", func() (string, bool) { return w.key(indexStep(0), list[0]) })
	values, good := w.selectable(list[1])
	if !ok || !good {
		return nil, false
	}
	index := integer(text)
	if len(values) == 1 && w.env.Later != "" && values[0] == any(w.env.Later) { // of a text that was split
		return w.env.Later, true
	}
	if index < 0 || index >= len(values) {
		w.fail("got the index %q, want 0 to %d", clip(text), len(values)-1)
		return nil, false
	}
	return values[index], true
}

// selectable resolves the list of a Fn::Select. "This list must not be null, nor can it have null entries", so nothing
// falls out of it.
func (w *walk) selectable(v any) ([]any, bool) {
	list, isList := v.([]any)
	if !isList {
		return w.values(indexStep(1), v)
	}
	w.path = append(w.path, indexStep(1))
	defer func() { w.path = w.path[:len(w.path)-1] }()
	out, ok := make([]any, len(list)), true
	for i, v := range list {
		v, good := w.at(indexStep(i), v)
		if isNothing(v) {
			w.fail("got AWS::NoValue at %d, want a value", i)
			good = false
		}
		out[i], ok = v, ok && good
	}
	return out, ok
}

func resolveSplit(w *walk, argument any) (any, bool) {
	list, ok := w.arguments(argument, 2, 2, `["delimiter", "text"]`)
	if !ok {
		return nil, false
	}
	delimiter, _ := list[0].(string)
	if delimiter == "" {
		w.fail("got %s for the delimiter, want a string that is not empty", describe(list[0]))
		return nil, false
	}
	text, ok := w.plain(indexStep(1), list[1])
	if !ok || !w.spend(16*(1+strings.Count(text, delimiter))) {
		return nil, false
	}
	if w.later(text) {
		return []any{w.env.Later}, true
	}
	var parts []any
	for part := range strings.SplitSeq(text, delimiter) {
		parts = append(parts, part)
	}
	return parts, true
}

// later reports whether a text, or a part of it, is not known yet.
func (w *walk) later(text string) bool {
	return w.env.Later != "" && strings.Contains(text, w.env.Later)
}

func resolveBase64(w *walk, argument any) (any, bool) {
	v, ok := w.value(argument)
	if !ok {
		return nil, false
	}
	text, ok := v.(string)
	if !ok || strings.Contains(text, dynamicPrefix) {
		w.fail("got %s, want a string without dynamic references", describe(v))
		return nil, false
	}
	if w.later(text) {
		return w.env.Later, true
	}
	return base64.StdEncoding.EncodeToString([]byte(text)), w.spend(base64.StdEncoding.EncodedLen(len(text)))
}

func resolveFindInMap(w *walk, argument any) (any, bool) {
	list, ok := w.arguments(argument, 3, 4, `["mapping", "key", "second key"]`)
	if !ok {
		return nil, false
	}
	var keys [3]string
	for i := range keys {
		key, good := w.asConstant("a key of a mapping", func() (string, bool) { return w.key(indexStep(i), list[i]) })
		keys[i], ok = key, ok && good
	}
	if !ok {
		return nil, false
	}
	if mapping, found := w.template.Mappings.Get(keys[0]); found {
		if v, found := mapping.Values[keys[1]][keys[2]]; found {
			return w.mapped(v)
		}
	}
	if len(list) < 4 {
		w.fail("got the keys %q, %q and %q, which no mapping has", clip(keys[0]), clip(keys[1]), clip(keys[2]))
		return nil, false
	}
	other, _ := list[3].(map[string]any)
	v, isDefault := other["DefaultValue"]
	if !isDefault || len(other) != 1 {
		w.fail("got %s, want {\"DefaultValue\": value}", describe(list[3]))
		return nil, false
	}
	w.path = append(w.path, indexStep(3))
	v, ok = w.at(keyStep("DefaultValue"), v)
	w.path = w.path[:len(w.path)-1]
	return v, ok
}

func (w *walk) mapped(v any) (any, bool) {
	list, isList := v.([]any)
	if !isList {
		return v, true
	}
	return slices.Clone(list), w.spend(16 * len(list))
}

func resolveImportValue(w *walk, argument any) (any, bool) {
	if !w.without("other stacks") {
		return nil, false
	}
	name, ok := w.asConstant("the name of an import", func() (string, bool) {
		v, ok := w.value(argument)
		if !ok {
			return "", false
		}
		text, isText := v.(string)
		if !isText || text == "" || strings.Contains(text, dynamicPrefix) {
			w.fail("got %s, want the name of an export", describe(v))
		}
		return text, isText && text != ""
	})
	if !ok {
		return nil, false
	}
	if w.env.Stacks == nil {
		w.fail("%w for the export %q", errNoStacks, clip(name))
		return nil, false
	}
	v, err := w.env.Stacks.Export(name)
	return w.answer(v, err, fmt.Sprintf("the export %q", clip(name)))
}

func resolveGetStackOutput(w *walk, argument any) (any, bool) {
	object, ok := argument.(map[string]any)
	if !ok {
		w.fail("got %s, want {\"StackName\": …, \"OutputName\": …, \"Region\": …}", describe(argument))
		return nil, false
	}
	if !w.without("other stacks") {
		return nil, false
	}
	given := map[string]string{"StackName": "", "OutputName": "", "Region": w.env.Region}
	for _, key := range sortedKeys(object) {
		if _, known := given[key]; !known {
			w.fail("got %s, which is not supported, want StackName, OutputName and Region", clip(key))
			ok = false
			continue
		}
		text, good := w.plain(keyStep(key), object[key])
		given[key], ok = text, ok && good
	}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		if ok && given[key] == "" {
			w.fail("got no %s, want one", key)
			ok = false
		}
	}
	if !ok {
		return nil, false
	}
	region, stack, key := given["Region"], given["StackName"], given["OutputName"]
	if w.env.Stacks == nil {
		w.fail("%w for the output %s of %s", errNoStacks, clip(key), clip(stack))
		return nil, false
	}
	v, err := w.env.Stacks.StackOutput(region, stack, key)
	return w.answer(v, err, fmt.Sprintf("the output %s of %s in %s", clip(key), clip(stack), clip(region)))
}
