package proof

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/appsync/datasource"
	"lightbox.example/lightbox/sandbox/appsyncjs"
	"lightbox.example/lightbox/sandbox/dynamodb"
	"lightbox.example/lightbox/sandbox/paging"
	"lightbox.example/lightbox/sandbox/store"
)

// simulation is the API at work: the templates' resolvers on the templates' tables, in memory.
type simulation struct {
	// engine serves the tables, which are in stored.
	engine *dynamodb.Service
	pages  *paging.Sealer
	stored store.Store
	fields map[string]appsyncjs.Field
	env    map[string]string
	// own are the templates' values of limits, of which env may have roomier ones.
	own    map[string]string
	tables []string
	clock  time.Time
	// before runs ahead of the next write, as somebody else's would.
	before func()
	// wrote tells whether the last call asked a table to change something, or a function for anything, and
	// asked what it asked.
	wrote bool
	asked []request
	// fault is what a table or a function answers to one request of a call in the place of what it would; nil for none.
	fault *fault
	log   callLog
}

// handler is one of the functions that answer a field.
type handler struct {
	field string
	appsyncjs.Handler
}

// interceptor is a data source that lets others in between the steps of a pipeline.
type interceptor struct {
	table      string // its name
	simulation *simulation
}

func (t interceptor) source() datasource.Table {
	return datasource.Table{DynamoDB: t.simulation.engine, Name: t.table, Pages: t.simulation.pages}
}

// Item implements appsyncjs.Store.
func (t interceptor) Item(ctx context.Context, key appsyncjs.Item, consistent bool) (appsyncjs.Item, error) {
	if f := t.simulation.fault; f != nil && f.reads {
		return f.row, nil
	}
	return t.source().Item(ctx, key, consistent)
}

// Do implements appsyncjs.Store.
func (t interceptor) Do(ctx context.Context, op appsyncjs.Operation) (appsyncjs.Reply, error) {
	w, asks := t.simulation, request{Operation: op, of: t}
	if before := w.before; before != nil && asks.writes() {
		w.before = nil
		before()
	}
	w.asked, w.wrote = append(w.asked, asks), w.wrote || asks.writes()
	if w.fault != nil && w.fault.at == len(w.asked)-1 {
		return appsyncjs.Reply{}, w.fault.err
	}
	return t.source().Do(ctx, op)
}

// newSimulation compiles the resolvers and defines the tables.
func newSimulation(a system.API, code *records) (*simulation, error) {
	w := &simulation{
		fields: map[string]appsyncjs.Field{}, env: map[string]string{}, own: map[string]string{},
		clock: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	if err := w.open(store.NewMemory()); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(a.Tables)) {
		table := a.Tables[name]
		w.tables = append(w.tables, table.Name)
		if err := w.define(table); err != nil {
			return nil, fmt.Errorf("%s: %w", table.Path, err)
		}
	}
	environment, _ := a.Properties["EnvironmentVariables"].(map[string]any)
	for name, value := range environment {
		w.env[name] = fmt.Sprint(value)
	}
	w.makeRoom()
	return w, w.add(a, code)
}

// roomy are limits by which the trials' people may do all that they do in them.
var roomy = map[string]int{"PICTURES_PER_DAY": 200, "PHOTOS_PER_USER": 10_000, "BYTES_PER_USER": 20_000_000_000}

// makeRoom gives the limits that are lower roomy values, so that trials find what people may do with any: the limits have trials of
// their own. What is no number stays, and its calls break.
func (w *simulation) makeRoom() {
	for name, least := range roomy {
		own, is := w.env[name]
		number, err := strconv.Atoi(own)
		if !is || err != nil {
			continue
		}
		w.own[name] = own
		if number < least {
			w.env[name] = strconv.Itoa(least)
		}
	}
}

// add compiles the resolvers of an API.
func (w *simulation) add(a system.API, code *records) error {
	for _, resolver := range a.Resolvers {
		field, err := w.compile(a, resolver, code)
		if err != nil {
			return err
		}
		name := resolver.FieldPath()
		if _, twice := w.fields[name]; twice {
			return fmt.Errorf("%s: got a second resolver of %s, want one", resolver.Path, name)
		}
		w.fields[name] = field
	}
	return nil
}

// of is the simulation with the resolvers of an API in the place of its own, which goes on by itself.
func (w *simulation) of(a system.API, code *records) (*simulation, error) {
	own := *w
	own.log, own.fields = callLog{}, map[string]appsyncjs.Field{}
	return &own, own.add(a, code)
}

// open goes on with the tables of a store.
func (w *simulation) open(tables store.Store) (err error) {
	w.stored = tables
	w.engine, err = dynamodb.New(tables, dynamodb.Config{})
	w.pages = paging.New(tables)
	return err
}

// define creates a table as its template says.
func (w *simulation) define(table system.Table) error {
	request := map[string]any{
		"TableName": table.Name, "BillingMode": "PAY_PER_REQUEST",
		"KeySchema": table.Properties["KeySchema"], "AttributeDefinitions": table.Properties["AttributeDefinitions"],
	}
	var indexes []any
	for _, index := range system.Items(table.Properties["GlobalSecondaryIndexes"]) {
		definition := index.(map[string]any)
		indexes = append(indexes, map[string]any{
			"IndexName": definition["IndexName"], "KeySchema": definition["KeySchema"], "Projection": definition["Projection"],
		})
	}
	if indexes != nil {
		request["GlobalSecondaryIndexes"] = indexes
	}
	text, err := json.Marshal(request)
	if err != nil {
		return err
	}
	if _, fault := w.engine.Handle("CreateTable", text); fault != nil {
		return fault
	}
	return nil
}

func (w *simulation) compile(a system.API, r system.Resolver, code *records) (appsyncjs.Field, error) {
	makeStep := func(at system.At, text, source string) (appsyncjs.Step, error) {
		compiled, err := code.compile(text)
		if err != nil {
			return appsyncjs.Step{}, fmt.Errorf("%s: %w", at.Path, err)
		}
		result := appsyncjs.Step{Name: at.Path, Code: compiled}
		if table, found := a.Tables[source]; found {
			result.Store = interceptor{table.Name, w}
		}
		if _, found := a.Invocations[source]; found {
			which := slices.IndexFunc(access.Functions(), func(f access.Function) bool { return string(f.Source()) == source })
			if which < 0 {
				return appsyncjs.Step{}, fmt.Errorf("%s: the data source %s is of no function that access.Functions declares", at.Path, source)
			}
			result.Lambda = invoked{access.Functions()[which].Name, w}
		}
		return result, nil
	}
	own, err := makeStep(r.At, r.Code, r.Source)
	if err != nil || len(r.Steps) == 0 {
		return appsyncjs.Field{Steps: []appsyncjs.Step{own}}, err
	}
	field := appsyncjs.Field{Around: own.Code}
	for _, function := range r.Steps {
		compiled, err := makeStep(function.At, function.Code, function.Source)
		if err != nil {
			return appsyncjs.Field{}, err
		}
		field.Steps = append(field.Steps, compiled)
	}
	return field, nil
}

// call answers a field for a caller, past every directive: what the resolver alone does.
func (w *simulation) call(who any, field string, arguments map[string]any) (any, *appsyncjs.Error, error) {
	value, answer, err := w.resolve(field, appsyncjs.Context{Arguments: arguments, Identity: who})
	return value, answer.Err, err
}

// resolve is call with all that a resolver may be told, and all that it may answer.
func (w *simulation) resolve(field string, request appsyncjs.Context) (any, appsyncjs.Answer, error) {
	resolver, found := w.fields[field]
	if !found {
		return nil, appsyncjs.Answer{}, fmt.Errorf("%s has no resolver", field)
	}
	w.log.note(field)
	w.clock, w.wrote, w.asked = w.clock.Add(time.Second), false, nil
	request.Env, request.Now = w.env, w.clock
	answer, err := resolver.Resolve(context.Background(), request)
	for _, ran := range answer.Ran {
		w.log.run(handler{field, ran})
	}
	if err != nil {
		return nil, answer, fmt.Errorf("%s: %w", field, err)
	}
	var value any
	err = json.Unmarshal(answer.Value, &value)
	return value, answer, err
}

// rows is all that the tables hold, to see whether anything changed.
func (w *simulation) rows() (string, error) {
	var all string
	for _, table := range w.tables {
		text, fault := w.engine.Handle("Scan", fmt.Appendf(nil, `{"TableName":%q}`, table))
		if fault != nil {
			return "", fault
		}
		all += string(text)
	}
	return all, nil
}
