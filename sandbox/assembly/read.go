package assembly

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// maxTemplate is the size of a template in bytes, S3's limit of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html.
const maxTemplate = 1 << 20

// ParseTemplate reads a template, a JSON text of at most 1 MiB. The name is the stack's; messages begin with it.
//
// A section, an attribute of an entry, a function or a parameter type that this package does not know, a name that is
// nowhere defined, a null, a key that comes twice and a value of another type are errors which name the place. All
// faults are joined, except that faulty JSON ends the reading.
func ParseTemplate(name string, text []byte) (*Template, error) {
	template, err := Sketch(name, text)
	if err != nil {
		return nil, err
	}
	return template, nil
}

// Sketch is ParseTemplate, but there is a template beside the error too, with all of it that could be read, for whoever wants to
// tell what else is wrong: nothing can be deployed of it. It is nil where the text is no JSON.
func Sketch(name string, text []byte) (*Template, error) {
	r := reader{template: &Template{Name: name}}
	if len(text) > maxTemplate {
		return nil, fmt.Errorf("%s: got a template of %d bytes, want at most %d", name, len(text), maxTemplate)
	}
	err := decode(text, false, func(d *decoder) error {
		return d.members(func(key string) error { return r.section(d, key) })
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if r.template.Resources.Len() == 0 {
		r.fault("", "", "Resources", errors.New("got none, want at least one resource"))
	}
	r.template.check(&r.faults)
	return r.template, r.err()
}

// reader fills the template and collects the faults.
type reader struct {
	faults
	template *Template
}

func (r *reader) fault(kind Kind, id, path string, err error) {
	r.add(&Fault{Stack: r.template.Name, Kind: kind, LogicalID: id, Path: path, Err: err})
}

// logicalID is the form of the names of all entries, of at most 255 characters.
var logicalID = regexp.MustCompile(`^[A-Za-z0-9]+$`)

// section reads the value of a key of the template.
func (r *reader) section(d *decoder, key string) error {
	read, isSection := map[string]struct {
		kind  Kind
		entry func(e entry)
	}{
		"Parameters": {KindParameter, r.parameter},
		"Mappings":   {KindMapping, r.mapping},
		"Conditions": {KindCondition, r.condition},
		"Rules":      {KindRule, r.rule},
		"Resources":  {KindResource, r.resource},
		"Outputs":    {KindOutput, r.output},
	}[key]
	if isSection {
		return d.members(func(id string) error {
			value, err := d.value()
			if err != nil {
				return err
			}
			if len(id) > 255 || !logicalID.MatchString(id) {
				r.fault("", "", path{keyStep(key), keyStep(id)}.String(), errors.New("got a name of other characters, want 1 to 255 letters and digits"))
				return nil
			}
			read.entry(entry{r: r, kind: read.kind, id: id, value: value})
			return nil
		})
	}
	value, err := d.value()
	if err != nil {
		return err
	}
	switch key {
	case "AWSTemplateFormatVersion":
		if value != "2010-09-09" {
			r.fault("", "", key, fmt.Errorf("got %s, want \"2010-09-09\"", describe(value)))
		}
	case "Description":
		text, ok := value.(string)
		if !ok {
			r.fault("", "", key, fmt.Errorf("got %s, want a string", describe(value)))
		}
		r.template.Description = text
	case "Metadata": // of the template; nothing in it has an effect
	default:
		r.fault("", "", path{keyStep(key)}.String(), errors.New("this section is not supported"))
	}
	return nil
}

// entry is one entry of a section while it is read.
type entry struct {
	r     *reader
	kind  Kind
	id    string
	at    path // where in it the value is
	value any
}

// fault reports a fault of the attribute; "" is the whole value.
func (e entry) fault(attribute, format string, args ...any) {
	at := e.at
	if attribute != "" {
		at = append(slices.Clone(at), keyStep(attribute))
	}
	e.r.fault(e.kind, e.id, at.String(), fmt.Errorf(format, args...))
}

// attributes calls the reader of each attribute, in the order of their names, and reports those that have none.
func (e entry) attributes(readers map[string]func(v any)) bool {
	object, ok := e.value.(map[string]any)
	if !ok {
		e.fault("", "got %s, want an object", describe(e.value))
		return false
	}
	for _, key := range sortedKeys(object) {
		read, ok := readers[key]
		if !ok {
			e.fault(key, "this attribute is not supported, want one of %s", strings.Join(slices.Sorted(maps.Keys(readers)), ", "))
			continue
		}
		read(object[key])
	}
	return true
}

// text returns a reader into a string.
func (e entry) text(key string, into *string) func(any) {
	return func(v any) {
		var ok bool
		if *into, ok = v.(string); !ok {
			e.fault(key, "got %s, want a string", describe(v))
		}
	}
}

// name returns a reader into a string that is not empty.
func (e entry) name(key string, into *string) func(any) {
	return func(v any) {
		if *into, _ = v.(string); *into == "" {
			e.fault(key, "got %s, want a name", describe(v))
		}
	}
}

// oneOf returns a reader into a string that has to be among some.
func (e entry) oneOf(key string, into *string, choices ...string) func(any) {
	return func(v any) {
		*into, _ = v.(string)
		if !slices.Contains(choices, *into) {
			e.fault(key, "got %s, want one of %s", describe(v), strings.Join(choices, ", "))
		}
	}
}

func (r *reader) resource(e entry) {
	res := &Resource{LogicalID: e.id}
	ok := e.attributes(map[string]func(any){
		"Type":                e.name("Type", &res.Type),
		"Condition":           e.name("Condition", &res.Condition),
		"DeletionPolicy":      e.oneOf("DeletionPolicy", &res.DeletionPolicy, "Delete", "Retain", "RetainExceptOnCreate", "Snapshot"),
		"UpdateReplacePolicy": e.oneOf("UpdateReplacePolicy", &res.UpdateReplacePolicy, "Delete", "Retain", "Snapshot"),
		"DependsOn": func(v any) {
			if one, ok := v.(string); ok {
				v = []any{one}
			}
			list, ok := texts(v)
			if !ok {
				e.fault("DependsOn", "got %s, want a logical id or a list of them", describe(v))
			}
			res.DependsOn = list
		},
		"Properties": func(v any) {
			var isObject bool
			if res.Properties, isObject = v.(map[string]any); !isObject {
				e.fault("Properties", "got %s, want an object", describe(v))
			}
			for key := range res.Properties {
				if isFunction(key) {
					e.fault("Properties", "got the function %s, want an object of properties", clip(key))
				}
			}
		},
		"Metadata": func(v any) {
			var isObject bool
			if res.Metadata, isObject = v.(map[string]any); !isObject {
				e.fault("Metadata", "got %s, want an object", describe(v))
			}
			res.Construct, _ = res.Metadata["aws:cdk:path"].(string)
		},
	})
	if !ok {
		return
	}
	if _, ok := e.value.(map[string]any)["Type"]; !ok {
		e.fault("Type", "got none, want a resource type")
	}
	r.template.Resources.add(e.id, res)
}

func (r *reader) mapping(e entry) {
	m := &Mapping{Name: e.id, Values: map[string]map[string]any{}}
	top, ok := e.value.(map[string]any)
	if !ok {
		e.fault("", "got %s, want an object", describe(e.value))
		return
	}
	for _, key := range sortedKeys(top) {
		second, ok := top[key].(map[string]any)
		if !ok {
			e.fault(key, "got %s, want an object", describe(top[key]))
			continue
		}
		e.at = path{keyStep(key)}
		for _, name := range sortedKeys(second) {
			if !isMapped(second[name]) {
				e.fault(name, "got %s, want a string, a number, a boolean or a list of them", describe(second[name]))
			}
		}
		e.at = nil
		m.Values[key] = second
	}
	r.template.Mappings.add(e.id, m)
}

// isMapped reports whether a mapping may give the value.
func isMapped(v any) bool {
	list, ok := v.([]any)
	if !ok {
		return isScalar(v)
	}
	return !slices.ContainsFunc(list, func(v any) bool { return !isScalar(v) })
}

func (r *reader) condition(e entry) {
	r.template.Conditions.add(e.id, &Condition{Name: e.id, Expression: e.value})
}

func (r *reader) rule(e entry) {
	rule := &Rule{Name: e.id}
	e.attributes(map[string]func(any){
		"RuleCondition": func(v any) { rule.Condition = v },
		"Assertions": func(v any) {
			list, ok := v.([]any)
			if !ok {
				e.fault("Assertions", "got %s, want a list", describe(v))
			}
			for i, v := range list {
				rule.Assertions = append(rule.Assertions, e.assertion(i, v))
			}
		},
	})
	if len(rule.Assertions) == 0 {
		e.fault("Assertions", "got none, want at least one")
	}
	r.template.Rules.add(e.id, rule)
}

func (e entry) assertion(i int, v any) Assertion {
	var a Assertion
	e.at, e.value = path{keyStep("Assertions"), indexStep(i)}, v
	e.attributes(map[string]func(any){
		"Assert":            func(v any) { a.Assert = v },
		"AssertDescription": e.text("AssertDescription", &a.Description),
	})
	if a.Assert == nil {
		e.fault("Assert", "got none, want a function that gives true or false")
	}
	return a
}

func (r *reader) output(e entry) {
	out := &Output{Key: e.id}
	ok := e.attributes(map[string]func(any){
		"Value":       func(v any) { out.Value = v },
		"Description": e.text("Description", &out.Description),
		"Condition":   e.name("Condition", &out.Condition),
		"Export": func(v any) {
			export, _ := v.(map[string]any)
			if out.Export = export["Name"]; out.Export == nil || len(export) != 1 {
				e.fault("Export", "got %s, want an object with nothing but a Name", describe(v))
			}
		},
	})
	if ok && out.Value == nil {
		e.fault("Value", "got none, want a value")
	}
	r.template.Outputs.add(e.id, out)
}

// texts returns v as a list of strings.
func texts(v any) ([]string, bool) {
	list, ok := v.([]any)
	out := make([]string, 0, len(list))
	for _, v := range list {
		text, isText := v.(string)
		ok = ok && isText
		out = append(out, text)
	}
	return out, ok
}
