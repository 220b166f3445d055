package proof

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// viewer is the member of a photo that no caller sees: the resolver of Photo.likedByMe reads it.
const viewer = "viewer"

// shaped makes sure that an answer is what the schema says that its caller gets: AppSync answers an
// error in the place of what does not fit, and leaves out what the schema does not have.
func (c trialCall) shaped(value any) {
	definition := c.definition(c.field)
	if fault := c.misfit(c.field.Path(), definition.Type, value); fault != "" {
		c.closes(c.place(), "%s: %s", c, c.plain.Replace(fault))
	}
}

// misfit words what of a value is not of a type, empty if all of it is.
func (t *trials) misfit(at string, of *ast.Type, value any) string {
	switch list, isList := value.([]any); {
	case value == nil && of.NonNull:
		return at + ": got nothing, want " + of.String()
	case value == nil:
		return ""
	case isList != (of.Elem != nil):
		return fmt.Sprintf("%s: got %v, want %s", at, show(value), of)
	case isList:
		for i, item := range list {
			if fault := t.misfit(fmt.Sprintf("%s.%d", at, i), of.Elem, item); fault != "" {
				return fault
			}
		}
		return ""
	}
	object, isObject := value.(arguments)
	definition := t.schema.Types[of.Name()]
	composite := definition.Kind == ast.Object || definition.Kind == ast.InputObject
	if isObject && composite {
		return t.misfitMember(at, definition, object)
	}
	fits := isObject == composite
	switch of.Name() {
	case "Int", "Float":
		_, isFloat := value.(float64)
		_, isInt := value.(int)
		fits = isFloat || isInt
	case "Boolean":
		_, fits = value.(bool)
	case "ID", "String":
		_, fits = value.(string)
	}
	if text, isText := value.(string); definition.Kind == ast.Enum {
		fits = isText && definition.EnumValues.ForName(text) != nil
	}
	if !fits {
		return fmt.Sprintf("%s: got %v, want %s", at, show(value), of)
	}
	return ""
}

// misfitMember is misfit for an object: all that the type has and no resolver of its own answers, and
// nothing that it does not have.
func (t *trials) misfitMember(at string, of *ast.Definition, object arguments) string {
	for _, member := range of.Fields {
		path := of.Name + "." + member.Name
		if _, resolved := t.fields[path]; resolved {
			continue
		}
		if fault := t.misfit(at+"."+member.Name, member.Type, object[member.Name]); fault != "" {
			return fault
		}
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if of.Fields.ForName(name) == nil && name != viewer {
			return fmt.Sprintf("%s: answers %s, which %s does not have: nobody sees it", at, name, of.Name)
		}
	}
	return ""
}

// without are the calls of somebody who may not, each without one of the arguments that may be left
// out: what is not said must not let them in.
func (c trialCall) without(definitions ast.ArgumentDefinitionList) []trialCall {
	var all []trialCall
	for _, argument := range definitions {
		if _, given := c.args[argument.Name]; given && !argument.Type.NonNull && !c.allowed() {
			call := c
			call.args = maps.Clone(c.args)
			delete(call.args, argument.Name)
			all = append(all, call)
		}
	}
	return all
}

// misplaced makes sure that a mutation takes an upload of its caller's own, and no other key: whoever
// may write would show what is for others. No function is asked for anything else.
func (c trialCall) misplaced() error {
	if !c.field.Uploads || !c.allowed() {
		return nil
	}
	for _, key := range []string{
		upload(c.cast.stranger, 9), upload(c.who.sub+"x", 9), upload("", 9),
		strings.Replace(upload(c.who.sub, 9), "uploads/", "private/", 1), strings.Replace(upload(c.who.sub, 9), "uploads/", "originals/", 1),
		"public/photos/" + c.who.sub + "/00000009-0000-4000-8000-000000000000.jpg",
	} {
		if key == upload(c.who.sub, 9) {
			continue
		}
		odd := c
		odd.args = elsewhere(c.args, key)
		_, answer, err := odd.call()
		if err != nil {
			return nil // which the call with the right one says
		}
		after, err := c.table()
		if err != nil {
			return err
		}
		if changed := c.before.differences(after); answer.Err == nil || len(changed) > 0 || slices.ContainsFunc(odd.asked, func(r request) bool { return r.function != "" }) {
			c.opens(c.place(), "%s: takes %s for an upload, want one of the caller's own", c, c.plain.Replace(key))
			return c.restore()
		}
	}
	return nil
}

// uploadArgument is what calls name an upload by.
const uploadArgument = "imgKey"

// elsewhere are arguments with another upload.
func elsewhere(args arguments, key string) arguments {
	changed := maps.Clone(args)
	for name, value := range args {
		if object, isObject := value.(arguments); isObject {
			changed[name] = elsewhere(object, key)
		}
	}
	if _, given := args[uploadArgument]; given {
		changed[uploadArgument] = key
	}
	return changed
}
