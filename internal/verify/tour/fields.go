package tour

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"golang.org/x/sync/errgroup"

	"lightbox.example/lightbox/api"
	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/sandbox/appsync/graphql"
)

// A way is a kind of caller of the API, as the access table has them.
type way struct {
	as   *caller
	how  string // "" or as in " by IAM"
	pass pass
	// lets tells whether somebody of those who may call a field is this one.
	lets func(access.Callers) bool
}

// ways are all of them: nobody, guests, signed-in users and members of groups by token, and both by the keys of their identity.
func (w *walk) ways() []way {
	identity := func(may access.Callers) bool { return may&(access.Guests|access.Identities) != 0 }
	all := []way{
		{w.anyone, "", pass{}, func(access.Callers) bool { return false }},
		{w.guest, " by IAM", pass{keys: w.guest.keys}, func(may access.Callers) bool { return may&access.Guests != 0 }},
		{w.user, " by IAM", pass{keys: w.user.keys}, identity},
	}
	signedIn := access.SignedIn | access.Owner | access.Host
	all = append(all, way{w.user, "", pass{token: w.user.tokens.access}, func(may access.Callers) bool { return may&signedIn != 0 }})
	for _, member := range w.members {
		all = append(all, way{member, " by IAM", pass{keys: member.keys}, identity},
			way{member, "", pass{token: member.tokens.access}, func(may access.Callers) bool { return may&(signedIn|access.In(member.principal)) != 0 }})
	}
	return all
}

// fields tries every query and mutation of the table by every kind of caller.
func (w *walk) fields(ctx context.Context) error {
	schema, err := graphql.LoadSchema(api.Schema())
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, field := range access.Fields() {
		if field.Type != "Query" && field.Type != "Mutation" {
			continue
		}
		text, variables := operation(schema, field)
		for _, one := range w.ways() {
			group.Go(func() error { w.tryField(ctx, field, one, text, variables); return ctx.Err() })
		}
	}
	return group.Wait()
}

// tryField calls a field. Who may call it is let in when the answer is no refusal: the arguments are those of nothing that is there.
func (w *walk) tryField(ctx context.Context, field access.Field, one way, text string, variables map[string]any) {
	t := trial{where: field.Path(), as: one.as, tried: "call" + one.how}
	if !one.lets(field.Callers()) {
		w.got(t, w.ask(ctx, one.pass, text, variables).said(), unauthorized, unauthorizedException)
		return
	}
	if why := keepsOut(field, variables); why != "" {
		w.skip(t.where, one.as.name+", "+t.tried, why)
		return
	}
	w.got(t, letIn(w.ask(ctx, one.pass, text, variables)), "let in")
}

// letIn is what an answer is called that is no refusal.
func letIn(a answer) string {
	if a.fault != nil || isRefusal(a.kind) || a.status/100 == 5 {
		return a.said()
	}
	return "let in"
}

// keepsOut says why a mutation is not called by those who may: it would do something. One that takes an id, or the key of an upload, is
// given one of nothing; one that notes an identity does it to our own.
func keepsOut(field access.Field, variables map[string]any) string {
	switch {
	case field.Type != "Mutation", field.Uploads, namesNothing(variables), slices.Equal(field.Changes, []access.Row{access.Identity}):
		return ""
	case slices.Contains(field.Changes, access.Leaving):
		return "it deletes the account by which everything else of it is found"
	}
	return "it would write, as it takes no id of something that is not there"
}

// nothing is the id, key and text of nothing that there is.
const nothing = "lightbox-verify"

// namesNothing tells whether an argument is the id of nothing.
func namesNothing(variables map[string]any) bool {
	for _, value := range variables {
		if value == any(nothing) {
			return true
		}
	}
	return false
}

// operation is a call of a field with all arguments that it wants, and their values: an id is nothing's.
func operation(schema *ast.Schema, field access.Field) (string, map[string]any) {
	of := schema.Types[field.Type].Fields.ForName(field.Name)
	variables, declared, passed := map[string]any{}, []string(nil), []string(nil)
	for _, argument := range of.Arguments {
		if !argument.Type.NonNull {
			continue
		}
		variables[argument.Name] = value(schema, argument.Type)
		declared = append(declared, "$"+argument.Name+": "+argument.Type.String())
		passed = append(passed, argument.Name+": $"+argument.Name)
	}
	call := field.Name
	head := strings.ToLower(field.Type)
	if len(passed) > 0 {
		head += "(" + strings.Join(declared, ", ") + ")"
		call += "(" + strings.Join(passed, ", ") + ")"
	}
	return fmt.Sprintf("%s { %s %s }", head, call, selection(schema, of.Type, 0)), variables
}

// value is one of a type. Of an input it has what must be there, and the key of an upload.
func value(schema *ast.Schema, of *ast.Type) any {
	if of.Elem != nil {
		return []any{}
	}
	definition := schema.Types[of.Name()]
	switch {
	case of.Name() == "Int", of.Name() == "Float":
		return 1
	case of.Name() == "Boolean":
		return false
	case definition != nil && definition.Kind == ast.Enum:
		return definition.EnumValues[0].Name
	case definition != nil && definition.Kind == ast.InputObject:
		fields := map[string]any{}
		for _, field := range definition.Fields {
			if field.Type.NonNull || field.Name == "imgKey" {
				fields[field.Name] = value(schema, field.Type)
			}
		}
		return fields
	}
	return nothing
}

// selection is what is asked of a type: its first field that is a leaf and needs no argument, or what is below the first that is none.
func selection(schema *ast.Schema, of *ast.Type, depth int) string {
	definition := schema.Types[of.Name()]
	if definition == nil || definition.Kind != ast.Object || depth > 4 {
		return ""
	}
	for _, field := range definition.Fields {
		if kind := schema.Types[field.Type.Name()]; len(field.Arguments) == 0 && !strings.HasPrefix(field.Name, "__") && (kind == nil || kind.Kind == ast.Scalar || kind.Kind == ast.Enum) && field.Type.Elem == nil {
			return "{ " + field.Name + " }"
		}
	}
	for _, field := range definition.Fields {
		if below := selection(schema, field.Type, depth+1); below != "" {
			return "{ " + field.Name + " " + below + " }"
		}
	}
	return ""
}
