package appsync

import (
	"encoding/json"
	"fmt"
	goruntime "runtime"
	"sync"
	"weak"

	"github.com/vektah/gqlparser/v2/ast"

	"lightbox.example/lightbox/sandbox/appsync/graphql"
)

// views are those of the subscriptions that there are. A view goes with the last subscription that has it.
type views struct {
	mutex sync.Mutex
	known map[viewKey]weak.Pointer[View]
}

// A viewKey is all that what a subscriber gets of an event depends on.
type viewKey struct {
	api    *api   // as it was when the client subscribed
	data   string // the client's operation and variables, as it sent them
	rights string // the way of authorization and the groups
}

// of is the view of a subscription with a root field that has been allowed, from its text.
func (v *views) of(req *request, root graphql.RootField, data string) *View {
	a, c := req.api, &caller{mode: req.caller.mode, groups: req.caller.groups} // nothing else of the caller matters, nor is to be kept
	key := viewKey{a, data, fmt.Sprintf("%s %q", c.mode, c.groups)}
	v.mutex.Lock()
	defer v.mutex.Unlock()
	if there := v.known[key].Value(); there != nil {
		return there
	}
	projection := req.operation.Projection(func(parent *ast.Definition, field *ast.FieldDefinition) *graphql.Error {
		if a.admits(c, parent, field) { // what IAM says of the root field has been asked
			return nil
		}
		fault := forbidden(field.Name, parent.Name)
		return &fault
	}, req.limits(), root)
	made := &View{func(event *Event) (json.RawMessage, []GraphQLError) {
		projected := projection.Of(event.Value)
		return projected.Data.JSON(), projected.Errors
	}}
	if v.known == nil {
		v.known = map[viewKey]weak.Pointer[View]{}
	}
	v.known[key] = weak.Make(made)
	goruntime.AddCleanup(made, v.forget, key)
	return made
}

// forget takes out a view that nobody has any more.
func (v *views) forget(key viewKey) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	if v.known[key].Value() == nil { // else somebody has subscribed in the meantime
		delete(v.known, key)
	}
}
