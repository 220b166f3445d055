package appsync

import (
	"fmt"
	"regexp"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"

	"lightbox.example/lightbox/sandbox/appsync/graphql"
	"lightbox.example/lightbox/sandbox/appsyncjs"
	"lightbox.example/lightbox/sandbox/store"
)

// The spaces of the store. Keys of the last five are the API's id, a slash, and the name of what it is.
const (
	spaceAPIs      = "appsync/apis"
	spaceSchemas   = "appsync/schemas"
	spaceSources   = "appsync/sources"
	spaceFunctions = "appsync/functions"
	spaceResolvers = "appsync/resolvers"
	spaceKeys      = "appsync/keys"
)

// record is what the store keeps of a resource.
type record[T any] struct {
	Owner    string // which resource of which stack it is
	Settings T
}

// api is an API with all that belongs to it, as it is at one moment.
type api struct {
	id        string
	settings  apiProperties
	clients   *regexp.Regexp // of the clients whose tokens are good; nil is all
	sdl       string         // the schema's text
	schema    *ast.Schema    // nil until there is one
	resolvers map[string]resolver
	codes     map[string]*code
	keys      map[string]keyProperties // API keys by themselves
	parts     parts                    // what the above was made of
	// subscribed are the subscription fields by the mutations that they follow.
	subscribed map[string][]string
}

// resolver is what answers a field.
type resolver struct {
	around *code // of a pipeline; nil for a unit resolver
	steps  []step
}

type step struct {
	name   string
	code   *code
	source sourceProperties
}

// code is a resolver's code, compiled when it is first needed: most runs of a sandbox use few of its resolvers.
type code struct {
	compile func() (*appsyncjs.Resolver, error)
}

func newCode(text string) *code {
	return &code{compile: sync.OnceValues(func() (*appsyncjs.Resolver, error) { return appsyncjs.Compile(text) })}
}

// reload reads an API from the store, and puts it in the place of what was known of it.
func (s *Service) reload(id string) error {
	var next *api
	err := s.store.View(func(tx store.Reader) (err error) {
		next, err = s.read(tx, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("AppSync API %s: %w", id, err)
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if next == nil {
		delete(s.apis, id)
		return nil
	}
	s.apis[id] = next
	return nil
}

// read builds an API from its records; nil if there is none.
func (s *Service) read(tx store.Reader, id string) (*api, error) {
	settings, found, err := get[apiProperties](tx, spaceAPIs, id)
	if err != nil || !found {
		return nil, err
	}
	a := &api{
		id: id, settings: settings.Settings,
		resolvers: map[string]resolver{}, codes: map[string]*code{}, subscribed: map[string][]string{},
	}
	if a.clients, err = a.settings.clients(); err != nil {
		return nil, err
	}
	before := s.api(id)
	schema, found, err := get[schemaProperties](tx, spaceSchemas, id)
	if err != nil {
		return nil, err
	}
	if found {
		if err := a.load(schema.Settings.Definition, before); err != nil {
			return nil, err
		}
	}
	if a.parts, err = readParts(tx, id, before); err != nil {
		return nil, err
	}
	a.keys = map[string]keyProperties{}
	for key, part := range a.parts.keys {
		a.keys[key] = part.settings
	}
	known := func(text string) *code { return s.known(text, before) }
	for field, part := range a.parts.resolvers {
		a.resolvers[field] = a.resolver(part.settings, known)
	}
	return a, nil
}

// load reads a schema's text, or takes the schema from before.
func (a *api) load(text string, before *api) (err error) {
	a.sdl = text
	if before != nil && before.schema != nil && before.sdl == text {
		a.schema = before.schema
	} else if a.schema, err = graphql.LoadSchema(text); err != nil {
		return err
	}
	a.subscribed = subscriptions(a.schema)
	return nil
}

func (a *api) resolver(r resolverProperties, known func(string) *code) resolver {
	source := func(name string) sourceProperties { return a.parts.sources[name].settings }
	if r.Kind != kindPipeline {
		return resolver{steps: []step{{r.TypeName + "." + r.FieldName, a.code(r.Code, known), source(r.DataSourceName)}}}
	}
	made := resolver{around: a.code(r.Code, known)}
	for _, id := range r.PipelineConfig.Functions {
		f := a.parts.functions[id].settings
		made.steps = append(made.steps, step{f.Name, a.code(f.Code, known), source(f.DataSourceName)})
	}
	return made
}

// code is the code of a text, the same for equal texts.
func (a *api) code(text string, known func(string) *code) *code {
	if _, ok := a.codes[text]; !ok {
		a.codes[text] = known(text)
	}
	return a.codes[text]
}

// known is the code of a text that was there before, or that was just checked, or a new one.
func (s *Service) known(text string, before *api) *code {
	if before != nil && before.codes[text] != nil {
		return before.codes[text]
	}
	if there := s.checked.of(text); there != nil {
		return there
	}
	return newCode(text)
}

// subscriptions are the fields of the type Subscription by the mutations that they follow.
func subscriptions(schema *ast.Schema) map[string][]string {
	fields := map[string][]string{}
	if schema.Subscription == nil {
		return fields
	}
	for _, f := range schema.Subscription.Fields {
		for _, mutation := range listed(f.Directives.ForName("aws_subscribe"), "mutations") {
			fields[mutation] = append(fields[mutation], f.Name)
		}
	}
	return fields
}

// listed are the texts of a directive's argument; nil if it has none.
func listed(directive *ast.Directive, name string) []string {
	if directive == nil {
		return nil
	}
	argument := directive.Arguments.ForName(name)
	if argument == nil {
		return nil
	}
	if argument.Value.Kind != ast.ListValue { // one text stands for a list of it
		return []string{argument.Value.Raw}
	}
	var texts []string
	for _, child := range argument.Value.Children {
		texts = append(texts, child.Value.Raw)
	}
	return texts
}

func get[T any](tx store.Reader, space, key string) (r record[T], found bool, err error) {
	found, err = store.GetJSON(tx, space, key, &r)
	return r, found, err
}

func put[T any](tx store.Writer, space, key, owner string, settings T) error {
	return store.PutJSON(tx, space, key, record[T]{Owner: owner, Settings: settings})
}
