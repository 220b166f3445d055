package dynamodb

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/dynamodb/expression"
	"lightbox.example/lightbox/sandbox/dynamodb/item"
	"lightbox.example/lightbox/sandbox/store"
)

// TransactWriteItem is an action of a transaction: one of the four.
type TransactWriteItem struct {
	ConditionCheck *ConditionCheck `json:",omitempty"`
	Put            *Put            `json:",omitempty"`
	Delete         *Delete         `json:",omitempty"`
	Update         *Update         `json:",omitempty"`
}

// ConditionCheck holds an item to a condition.
type ConditionCheck struct {
	Key                 item.Item `required:"true"`
	TableName           string    `required:"true" shape:"TableName"`
	ConditionExpression *string   `required:"true"`
	ActionOptions
}

// Put puts an item.
type Put struct {
	Item                item.Item `required:"true"`
	TableName           string    `required:"true" shape:"TableName"`
	ConditionExpression *string
	ActionOptions
}

// Delete deletes an item.
type Delete struct {
	Key                 item.Item `required:"true"`
	TableName           string    `required:"true" shape:"TableName"`
	ConditionExpression *string
	ActionOptions
}

// Update changes an item or makes one.
type Update struct {
	Key                 item.Item `required:"true"`
	UpdateExpression    *string   `required:"true"`
	TableName           string    `required:"true" shape:"TableName"`
	ConditionExpression *string
	ActionOptions
}

// ActionOptions are the parameters that actions have in common.
type ActionOptions struct {
	ReturnValuesOnConditionCheckFailure string `enum:"ALL_OLD,NONE"`
	Placeholders
}

// TransactWriteItemsInput is the request of TransactWriteItems.
type TransactWriteItemsInput struct {
	ReturnOptions
	TransactItems      []TransactWriteItem `required:"true" min:"1" max:"100"`
	ClientRequestToken *string             `min:"1" max:"36"`
}

// TransactWriteItemsOutput is its response.
type TransactWriteItemsOutput struct {
	ConsumedCapacity []ConsumedCapacity `json:",omitempty"`
}

// TransactWriteItems does all of up to 100 actions or, if the condition of one fails, none.
func (e *Service) TransactWriteItems(in TransactWriteItemsInput) (*TransactWriteItemsOutput, error) {
	return call(e, &in, (*Service).transactWriteItems)
}

// maxTransaction is how many bytes of items a transaction may carry.
const maxTransaction = 4 << 20

// An action is an action of a transaction, parsed. Its key has yet to be held to its table.
type action struct {
	tableName string
	put, key  item.Item // one of the two
	parsed    parsed
	update    bool
	check     bool
	onFail    string
}

func (e *Service) transactWriteItems(in *TransactWriteItemsInput) (*TransactWriteItemsOutput, error) {
	actions := make([]action, len(in.TransactItems))
	size := 0
	for i, t := range in.TransactItems {
		var err error
		if actions[i], err = t.parse(); err != nil {
			return nil, err
		}
		size += actions[i].put.Size() + actions[i].key.Size()
	}
	if size > maxTransaction {
		return nil, validation("Transaction payload size cannot exceed %d bytes", maxTransaction)
	}
	writes, err := e.prepareActions(actions)
	if err != nil {
		return nil, err
	}
	effects := make([]effect, len(writes))
	replayed := false
	err = e.store.Update(func(tx store.Writer) error {
		if in.ClientRequestToken != nil {
			if replayed, err = e.redeem(tx, *in.ClientRequestToken, in.TransactItems); replayed || err != nil {
				return err
			}
		}
		if err := e.evaluateAll(tx, writes, effects); err != nil {
			return err
		}
		for _, f := range effects {
			if err := f.save(tx, e.now()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if replayed {
		return e.replay(in, writes)
	}
	e.wrote(effects...)
	c := consumption{}
	for _, f := range effects {
		c.write(f.table, f.item, f.after, 2)
	}
	e.spend(c, ofWrites)
	return &TransactWriteItemsOutput{c.report(in.ReturnConsumedCapacity, writing)}, nil
}

// parse checks an action as far as that goes without its table.
func (t TransactWriteItem) parse() (a action, err error) {
	var options *ActionOptions
	var condition, update *string
	given := 0
	if c := t.ConditionCheck; c != nil {
		given++
		a.tableName, a.key, a.check = c.TableName, c.Key, true
		condition, options = c.ConditionExpression, &c.ActionOptions
	}
	if p := t.Put; p != nil {
		given++
		a.tableName, a.put = p.TableName, p.Item
		condition, options = p.ConditionExpression, &p.ActionOptions
	}
	if d := t.Delete; d != nil {
		given++
		a.tableName, a.key = d.TableName, d.Key
		condition, options = d.ConditionExpression, &d.ActionOptions
	}
	if u := t.Update; u != nil {
		given++
		a.tableName, a.key, a.update = u.TableName, u.Key, true
		condition, update, options = u.ConditionExpression, u.UpdateExpression, &u.ActionOptions
	}
	if given != 1 {
		return a, validation("TransactItems can only contain one of Check, Put, Update or Delete")
	}
	a.onFail = options.ReturnValuesOnConditionCheckFailure
	x := expressions{names: options.ExpressionAttributeNames, values: options.ExpressionAttributeValues}
	if a.update {
		x.given = append(x.given, parameter{"UpdateExpression", update})
	}
	x.given = append(x.given, parameter{"ConditionExpression", condition})
	if err := x.check(); err != nil {
		return a, err
	}
	if err := checked(errors.Join(a.put.Check(), a.key.Check())); err != nil {
		return a, err
	}
	if a.put.Size() > maxItem {
		return a, validation("Item size has exceeded the maximum allowed size")
	}
	a.parsed, err = x.parse()
	return a, err
}

// prepareActions holds the keys to their tables. The first that doesn't fit cancels the transaction; an empty one, or an item
// that two actions are about, is a ValidationException.
func (e *Service) prepareActions(actions []action) ([]*write, error) {
	writes := make([]*write, len(actions))
	reasons := make([]Reason, len(actions))
	cancelled := false
	seen := map[string]bool{}
	for i, a := range actions {
		if _, err := e.table(a.tableName); err != nil {
			return nil, err
		}
		reasons[i].Code = "None"
		w, err := e.prepareAction(a)
		if refuses(err) {
			return nil, err
		}
		if err != nil {
			if !cancelled {
				reasons[i] = Reason{Code: "ValidationError", Message: answer(err).Message}
			}
			cancelled = true
			continue
		}
		if target := a.tableName + " " + string(w.row); seen[target] {
			return nil, validation("Transaction request cannot include multiple operations on one item")
		} else {
			seen[target] = true
		}
		writes[i] = w
	}
	if cancelled {
		return nil, cancellation(reasons)
	}
	return writes, nil
}

func (e *Service) prepareAction(a action) (w *write, err error) {
	switch {
	case a.put != nil:
		var t *table
		if t, err = e.table(a.tableName); err == nil {
			err = t.checkItem(a.put)
		}
		if err == nil {
			w = &write{table: t, row: t.row(a.put), change: func(item.Item) (item.Item, error) { return a.put, nil }}
		}
	case a.update:
		w, err = e.prepareUpdate(a.tableName, a.key, a.parsed)
	default:
		w, err = e.prepareKey(a.tableName, a.key)
		if err == nil && !a.check {
			w.change = func(item.Item) (item.Item, error) { return nil, nil }
		}
	}
	if err != nil {
		return nil, err
	}
	w.condition, w.onFail = a.parsed.condition, a.onFail
	return w, nil
}

func cancellation(reasons []Reason) *Error {
	codes := make([]string, len(reasons))
	for i, r := range reasons {
		codes[i] = r.Code
	}
	return &Error{Type: "TransactionCanceledException", Reasons: reasons,
		Message: "Transaction cancelled, please refer cancellation reasons for specific reasons [" + strings.Join(codes, ", ") + "]"}
}

// evaluateAll finds out what the writes of a transaction do, or why they can't be done together.
func (e *Service) evaluateAll(tx store.Reader, writes []*write, effects []effect) error {
	reasons := make([]Reason, len(writes))
	cancelled := false
	for i, w := range writes {
		reasons[i].Code = "None"
		f, err := e.evaluate(tx, w)
		if err == nil {
			effects[i] = f
			continue
		}
		cancelled = true
		var fault *expression.Fault
		var known *Error
		switch {
		case refuses(err):
			return err
		case errors.As(err, &known) && known.Type == "ConditionalCheckFailedException":
			reasons[i] = Reason{"ConditionalCheckFailed", known.Message, known.Item}
		case known != nil, errors.As(err, &fault):
			reasons[i] = Reason{Code: "ValidationError", Message: answer(err).Message}
		default:
			return err
		}
	}
	if cancelled {
		return cancellation(reasons)
	}
	return nil
}

// tokensSpace has, under the token of a transaction, when it was done and a hash of its actions.
const tokensSpace = "dynamodb/tokens"

// tokenLife is how long DynamoDB remembers a transaction's token.
const tokenLife = 10 * time.Minute

// redeem reports whether the transaction with a token was done before, and otherwise notes that it is done now.
func (e *Service) redeem(tx store.Writer, token string, actions []TransactWriteItem) (replayed bool, err error) {
	text, err := json.Marshal(actions)
	if err != nil {
		return false, err
	}
	sum := sha256.Sum256(text)
	if noted, ok := tx.Get(tokensSpace, []byte(token)); ok && len(noted) > len(sum) {
		var done time.Time
		if err := done.UnmarshalBinary(noted[len(sum):]); err != nil {
			return false, err
		}
		if e.now().Sub(done) < tokenLife {
			if string(noted[:len(sum)]) != string(sum[:]) {
				return false, &Error{Type: "IdempotentParameterMismatchException",
					Message: "Request parameters do not match the parameters of the earlier request with this ClientRequestToken"}
			}
			return true, nil
		}
	}
	now, err := e.now().MarshalBinary()
	if err != nil {
		return false, err
	}
	return false, tx.Put(tokensSpace, []byte(token), append(sum[:], now...))
}

// replay answers a transaction that was done before: it costs what reading its items does.
func (e *Service) replay(in *TransactWriteItemsInput, writes []*write) (*TransactWriteItemsOutput, error) {
	c := consumption{}
	err := e.store.View(func(tx store.Reader) error {
		for _, w := range writes {
			row, err := e.find(tx, w.table, w.row)
			if err != nil {
				return err
			}
			c.of(w.table).table += 2 * units(row.item.Size(), readBlock)
		}
		return nil
	})
	e.spend(c, ofReads)
	return &TransactWriteItemsOutput{c.report(in.ReturnConsumedCapacity, reading)}, err
}
