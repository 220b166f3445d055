package proof

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"lightbox.example/lightbox/internal/access"
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

// misplaced makes sure that a mutation takes a picture in the area that the table says, and in no
// other: whoever may write would show there what is for others.
func (c trialCall) misplaced() error {
	area, given := c.field.Pictures[c.about.kind]
	if !given || !c.allowed() {
		return nil
	}
	// As long as the area, so that no resolver finds the name in it by counting.
	folder := strings.Repeat("x", len(strings.ReplaceAll(area, access.UserToken, c.who.sub))-1) + "/"
	c.args = elsewhere(c.args, folder)
	_, answer, err := c.call()
	if err != nil {
		return nil // which the call with the right one says
	}
	after, err := c.table()
	if err != nil {
		return err
	}
	if changed := c.before.differences(after); answer.Err == nil || len(changed) > 0 {
		c.opens(c.place(), "%s: takes a picture in %s, want it in %s", c, folder, area)
		return c.restore()
	}
	return nil
}

// pictureArgument is what calls name a picture by.
const pictureArgument = "imgKey"

// elsewhere are arguments with a picture in another folder.
func elsewhere(args arguments, folder string) arguments {
	changed := maps.Clone(args)
	for name, value := range args {
		if object, isObject := value.(arguments); isObject {
			changed[name] = elsewhere(object, folder)
		}
	}
	if _, given := args[pictureArgument]; given {
		changed[pictureArgument] = picture(folder, 9)
	}
	return changed
}
