package proof

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/sandbox/appsync/filter"
)

// vary calls a field in odd ways, by who may call it: with other values for each argument, and with
// tables that answer otherwise. What it must come to is not known then; what it must not, is.
func (t *trials) vary(field access.Field, definitions ast.ArgumentDefinitionList) error {
	if !t.varies || len(field.Steps) == 0 {
		return nil
	}
	stood := map[string]bool{}
	for _, about := range t.about(field) {
		for _, who := range t.people {
			c := trialCall{trials: t, field: field, who: who, about: about}
			standing := fmt.Sprint(about.kind, who.standing(field.May[about.kind], about.owner, about.host))
			if !c.allowed() || stood[standing] {
				continue
			}
			first := len(stood) == 0
			stood[standing] = true
			var err error
			if c.args, err = t.arguments(field, definitions, who, about); err != nil {
				return nil // which the usual trial says
			}
			if first {
				err = c.otherValues(definitions)
			}
			if err = cmp.Or(err, c.otherAnswers(definitions)); err != nil {
				return err
			}
		}
	}
	return nil
}

// otherValues gives each argument values of its type that it usually has not.
func (c trialCall) otherValues(definitions ast.ArgumentDefinitionList) error {
	for _, slot := range c.slots(definitions) {
		for what, value := range slot.others() {
			odd := c
			odd.args, odd.odd = slot.with(c.args, value), fmt.Sprintf(", with %s for %s", what, slot.path)
			if err := odd.never(); err != nil {
				return err
			}
		}
	}
	return nil
}

// apiErrors are the types of errors that callers get for what they send.
var apiErrors = []string{"BadRequest", "Conflict", "LimitExceeded", "NotFound", "Unauthorized"}

// never makes an odd call and makes sure of what it never comes to: an error that is none of the API's,
// or tells anything; a row changed by a call that is refused, or one that is not the call's to change; a
// row shown that is not for its caller.
func (c trialCall) never() (err error) {
	value, answer, err := c.call()
	if err != nil {
		c.opens(c.place(), "%s: it broke: %v", c, err)
		return nil
	}
	c.quiet(answer.Logs)
	after := c.before
	if c.wrote {
		if after, err = c.table(); err != nil {
			return err
		}
	}
	changed := c.before.differences(after)
	if len(changed) > 0 {
		defer func() { err = cmp.Or(err, c.restore()) }()
	}
	c.bounded(changed, after)
	c.ordered(changed, after)
	if c.fault != nil && c.fault.reads { // the write was refused
		c.cleared(after)
	}
	if answer.Err != nil {
		types := apiErrors
		if c.fault != nil {
			types = append([]string{faultType(c.fault)}, types...)
		}
		c.refused(answer.Err, types...)
		if len(changed) > 0 && !c.wroteBeforeFault() {
			c.opens(c.place(), "%s: got %s changed, and an error, want nothing", c, c.before.name(changed[0], after))
		}
		return nil
	}
	switch c.field.Type {
	case "Query":
		for _, row := range c.shows(value) {
			if !c.may(row) {
				c.opens(c.place(), "%s: got %s, which is not for them", c, row)
			}
		}
	case "Subscription":
		if _, err := filter.Compile(answer.Filter); err != nil {
			c.opens(c.place(), "%s: AppSync would refuse the filter: %v", c, err)
		}
	}
	return nil
}

// wroteBeforeFault tells whether the call had written when a table answered otherwise: it is done then,
// and its caller gets no answer.
func (c trialCall) wroteBeforeFault() bool {
	return c.fault != nil && slices.ContainsFunc(c.asked[:min(c.fault.at, len(c.asked))], request.writes)
}

// A slot is an argument, or a member of one that is an input.
type slot struct {
	path  string // as in input.name
	kind  *ast.Type
	value any // the usual one
}

// slots are the places where a call has a value, or could have one.
func (c trialCall) slots(definitions ast.ArgumentDefinitionList) []slot {
	var all []slot
	for _, argument := range definitions {
		input := c.schema.Types[argument.Type.Name()]
		if input == nil || input.Kind != ast.InputObject {
			all = append(all, slot{argument.Name, argument.Type, c.args[argument.Name]})
			continue
		}
		object, _ := c.args[argument.Name].(arguments)
		for _, member := range input.Fields {
			all = append(all, slot{argument.Name + "." + member.Name, member.Type, object[member.Name]})
		}
	}
	return all
}

// absent takes an argument away.
type absent struct{}

// with are arguments with another value at the slot.
func (s slot) with(args arguments, value any) arguments {
	args = maps.Clone(args)
	holder, name := args, s.path
	if argument, member, isMember := strings.Cut(s.path, "."); isMember {
		inner, _ := args[argument].(arguments)
		holder, name = maps.Clone(inner), member
		args[argument] = holder
	}
	if holder[name] = value; value == (absent{}) {
		delete(holder, name)
	}
	return args
}

// others are values of the slot's type, with what they are: what AppSync lets through, and an API may
// not expect.
func (s slot) others() iter.Seq2[string, any] {
	const tooLong = 10_000
	return func(yield func(string, any) bool) {
		all := []any{}
		if !s.kind.NonNull {
			all = append(all, "null", nil)
		}
		switch s.kind.Name() {
		case "Int":
			all = append(all, "1", 1, "-1", -1, "the largest", math.MaxInt32)
		case "String", "ID":
			all = append(all, "no text", "", "a letter", "x", "a letter and a dot", "x.", "a long text", strings.Repeat("x", tooLong))
			if usual, isText := s.value.(string); isText && len(usual) > 8 {
				end, last := strings.LastIndexAny(usual, "./-")+1, "0"
				if strings.HasSuffix(usual, last) {
					last = "1"
				}
				all = append(all, "what nobody made", usual[:len(usual)-1]+last, "what is cut short", usual[:len(usual)-8],
					"what is nearly right", usual[:max(end-1, 0)]+"_"+usual[end:])
			}
		}
		for i := 0; i < len(all); i += 2 {
			if what, _ := all[i].(string); !yield(what, all[i+1]) {
				return
			}
		}
	}
}

// full and bare are the arguments with a value for everything, and with none for what needs none.
func (c trialCall) full(definitions ast.ArgumentDefinitionList) (full, bare arguments) {
	full, bare = c.args, c.args
	for _, slot := range c.slots(definitions) {
		if slot.value == nil {
			full = slot.with(full, map[string]any{"Int": 1, "String": "x", "ID": "x"}[slot.kind.Name()])
		}
		if !slot.kind.NonNull {
			bare = slot.with(bare, absent{})
		}
	}
	return full, bare
}
