package dynamodb

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/dynamodb/expression"
	"lightbox.example/lightbox/sandbox/dynamodb/item"
	"lightbox.example/lightbox/sandbox/store"
)

// A Service is DynamoDB in one account and region, over a store. It is safe for concurrent use, and alone in the spaces of
// the store whose names begin with "dynamodb/".
type Service struct {
	store   store.Store
	now     func() time.Time
	region  string
	account string
	keys    aws.Keys
	meter   aws.Meter
	// throttles says whether tables refuse what is more than their most a second.
	throttles bool
	paces     paces

	// Operations on items hold mu for reading, those on tables for writing: a table doesn't change under an operation.
	mu     sync.RWMutex
	tables map[string]*table

	changed signal // of the streams
}

// Config is what a Service needs. The zero value is good for tests.
type Config struct {
	Now     func() time.Time // time.Now, if nil: when items expire and how old tokens of transactions are
	Region  string           // in ARNs; "us-east-1", if empty
	Account string           // in ARNs; "000000000000", if empty
	Keys    aws.Keys         // of those who ask over the wire
	Meter   aws.Meter        // gets what is counted
	// Throttles says whether a table refuses what is more than the most units a second that it was given.
	Throttles bool
}

// New opens the tables that are in db.
func New(db store.Store, config Config) (*Service, error) {
	e := &Service{store: db, now: config.Now, region: config.Region, account: config.Account, keys: config.Keys, meter: config.Meter, throttles: config.Throttles}
	if e.now == nil {
		e.now = time.Now
	}
	if e.region == "" {
		e.region = "us-east-1"
	}
	if e.account == "" {
		e.account = "000000000000"
	}
	if err := e.load(); err != nil {
		return nil, fmt.Errorf("dynamodb: %w", err)
	}
	return e, nil
}

func (e *Service) load() error {
	e.tables = map[string]*table{}
	var uncounted []*table
	err := e.store.View(func(tx store.Reader) (err error) {
		for name, state := range tx.Range(tablesSpace, store.Range{}) {
			t := &table{}
			if err := json.Unmarshal(state, t); err != nil {
				return fmt.Errorf("table %s: %w", name, err)
			}
			t.prepare()
			e.tables[t.Name] = t
		}
		uncounted, err = e.uncounted(tx)
		return err
	})
	if err != nil || uncounted == nil {
		return err
	}
	return e.store.Update(func(tx store.Writer) error {
		for _, t := range uncounted {
			if err := t.recount(tx); err != nil {
				return err
			}
		}
		return nil
	})
}

// table finds a table by its name.
func (e *Service) table(name string) (*table, error) {
	t := e.tables[name]
	if t == nil {
		return nil, notFound
	}
	return t, nil
}

// answer turns what an operation failed with into DynamoDB's answer.
func answer(err error) *Error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	var fault *expression.Fault
	if errors.As(err, &fault) {
		return validation("%s", fault)
	}
	return &Error{Type: "InternalServerError", Message: err.Error()}
}

// expressions are the parameters of a request that are expressions, or belong to them.
type expressions struct {
	names  map[string]string
	values item.Item
	given  []parameter
}

// A parameter is an expression by its name; text is nil if it was not given.
type parameter struct {
	name string
	text *string
}

// check refuses placeholders without an expression to use them.
func (x expressions) check() error {
	some, someWithValues := false, false
	without := ""
	for _, p := range x.given {
		some = some || p.text != nil
		if p.name == "ProjectionExpression" {
			continue
		}
		someWithValues = someWithValues || p.text != nil
		if without != "" {
			without += " and "
		}
		without += p.name
	}
	if x.names != nil && !some {
		return validation("ExpressionAttributeNames can only be specified when using expressions")
	}
	if x.values != nil && !someWithValues {
		verb := "is"
		if len(x.given) > 1 && x.given[len(x.given)-2].name != "ProjectionExpression" {
			verb = "are"
		}
		return validation("ExpressionAttributeValues can only be specified when using expressions: %s %s null", without, verb)
	}
	return nil
}

// parsed are the expressions of a request; those that were not given are nil.
type parsed struct {
	update     *expression.Update
	condition  *expression.Condition
	key        expression.KeyCondition
	filter     *expression.Condition
	projection expression.Projection
}

// parse parses the expressions in the order in which DynamoDB reports their faults.
func (x expressions) parse() (p parsed, err error) {
	scope, err := expression.NewScope(x.names, x.values)
	if err != nil {
		return p, err
	}
	var key *expression.Condition
	for _, step := range []struct {
		name  string
		parse func(name, text string) error
	}{
		{"UpdateExpression", func(_, text string) (err error) { p.update, err = scope.Update(text); return }},
		{"ConditionExpression", func(name, text string) (err error) { p.condition, err = scope.Condition(name, text); return }},
		{"KeyConditionExpression", func(name, text string) (err error) { key, err = scope.Condition(name, text); return }},
		{"FilterExpression", func(name, text string) (err error) { p.filter, err = scope.Condition(name, text); return }},
		{"ProjectionExpression", func(_, text string) (err error) { p.projection, err = scope.Projection(text); return }},
	} {
		for _, given := range x.given {
			if given.name != step.name || given.text == nil {
				continue
			}
			if err := step.parse(step.name, *given.text); err != nil {
				return p, err
			}
		}
	}
	if err := scope.Unused(); err != nil || key == nil {
		return p, err
	}
	p.key, err = key.Key()
	return p, err
}
