package dynamodb

import (
	"time"

	"lightbox.example/lightbox/sandbox/dynamodb/expression"
	"lightbox.example/lightbox/sandbox/dynamodb/item"
	"lightbox.example/lightbox/sandbox/store"
)

// maxItem is the size of the largest item, in bytes.
const maxItem = 400 << 10

// Placeholders are what names and values in expressions stand for.
type Placeholders struct {
	ExpressionAttributeNames  map[string]string
	ExpressionAttributeValues item.Item
}

// WriteOptions are the parameters that writes have in common.
type WriteOptions struct {
	ConditionExpression                 *string
	ReturnValuesOnConditionCheckFailure string `enum:"ALL_OLD,NONE"`
	Placeholders
}

// ReturnOptions ask for more in the answer. There are no metrics of item collections, because there are no local indexes:
// DynamoDB doesn't return any then.
type ReturnOptions struct {
	ReturnConsumedCapacity      string `enum:"INDEXES,TOTAL,NONE"`
	ReturnItemCollectionMetrics string `enum:"SIZE,NONE"`
}

// PutItemInput is the request of PutItem.
type PutItemInput struct {
	TableName    string    `required:"true" shape:"TableName"`
	Item         item.Item `required:"true"`
	ReturnValues string    `enum:"ALL_NEW,UPDATED_OLD,ALL_OLD,NONE,UPDATED_NEW"`
	ReturnOptions
	WriteOptions
}

// WriteOutput is the response of PutItem, UpdateItem and DeleteItem.
type WriteOutput struct {
	Attributes       item.Item         `json:",omitzero"`
	ConsumedCapacity *ConsumedCapacity `json:",omitempty"`
}

// PutItem puts an item in the place of the one with its key, if any.
func (e *Service) PutItem(in PutItemInput) (*WriteOutput, error) {
	return call(e, &in, (*Service).putItem)
}

// UpdateItemInput is the request of UpdateItem.
type UpdateItemInput struct {
	TableName        string    `required:"true" shape:"TableName"`
	Key              item.Item `required:"true"`
	ReturnValues     string    `enum:"ALL_NEW,UPDATED_OLD,ALL_OLD,NONE,UPDATED_NEW"`
	UpdateExpression *string
	ReturnOptions
	WriteOptions
}

// UpdateItem changes an item or makes one.
func (e *Service) UpdateItem(in UpdateItemInput) (*WriteOutput, error) {
	return call(e, &in, (*Service).updateItem)
}

// DeleteItemInput is the request of DeleteItem.
type DeleteItemInput struct {
	TableName    string    `required:"true" shape:"TableName"`
	Key          item.Item `required:"true"`
	ReturnValues string    `enum:"ALL_NEW,UPDATED_OLD,ALL_OLD,NONE,UPDATED_NEW"`
	ReturnOptions
	WriteOptions
}

// DeleteItem removes an item, if it is there.
func (e *Service) DeleteItem(in DeleteItemInput) (*WriteOutput, error) {
	return call(e, &in, (*Service).deleteItem)
}

// A write is an action on one item, checked as far as that goes without the item.
type write struct {
	table     *table
	row       []byte
	condition *expression.Condition
	// change is what the write makes of an item, nil standing for none. Nil itself leaves everything as it is.
	change func(before item.Item) (item.Item, error)
	onFail string // ReturnValuesOnConditionCheckFailure
}

// An effect is what a write does to the item that is there.
type effect struct {
	*write
	storedRow
	after item.Item
}

// evaluate finds out what a write does.
func (e *Service) evaluate(tx store.Reader, w *write) (effect, error) {
	row, err := e.find(tx, w.table, w.row)
	if err != nil {
		return effect{}, err
	}
	f := effect{write: w, storedRow: row, after: row.item}
	if w.condition != nil && !w.condition.Holds(row.item) {
		return f, conditionFailed(row.item, w.onFail)
	}
	if w.change != nil {
		f.after, err = w.change(row.item)
	}
	return f, err
}

func (f effect) save(tx store.Writer, now time.Time) error {
	if f.change == nil {
		return nil
	}
	if err := f.table.save(tx, f.row, f.stored, f.after); err != nil || f.table.Stream == nil {
		return err
	}
	return f.record(tx, now)
}

// do evaluates and saves one write.
func (e *Service) do(w *write) (f effect, err error) {
	err = e.store.Update(func(tx store.Writer) error {
		if f, err = e.evaluate(tx, w); err != nil {
			return err
		}
		return f.save(tx, e.now())
	})
	if err == nil {
		e.wrote(f)
	}
	return f, err
}

// checked makes a ValidationException of what is wrong with values.
func checked(err error) error {
	if err == nil {
		return nil
	}
	return validation("%s", err)
}

func (e *Service) putItem(in *PutItemInput) (*WriteOutput, error) {
	x := in.expressions()
	if err := x.check(); err != nil {
		return nil, err
	}
	if err := checked(in.Item.Check()); err != nil {
		return nil, err
	}
	if err := onlyOld(in.ReturnValues); err != nil {
		return nil, err
	}
	if in.Item.Size() > maxItem {
		return nil, validation("Item size has exceeded the maximum allowed size")
	}
	w, err := e.preparePut(in.TableName, in.Item, x)
	if err != nil {
		return nil, err
	}
	w.onFail = in.ReturnValuesOnConditionCheckFailure
	f, err := e.do(w)
	if err != nil {
		return nil, err
	}
	return e.output(f, in.ReturnValues, in.ReturnConsumedCapacity), nil
}

func (o *WriteOptions) expressions(more ...parameter) expressions {
	return expressions{o.ExpressionAttributeNames, o.ExpressionAttributeValues,
		append(more, parameter{"ConditionExpression", o.ConditionExpression})}
}

func onlyOld(returnValues string) error {
	if returnValues != "" && returnValues != "ALL_OLD" && returnValues != "NONE" {
		return validation("ReturnValues can only be ALL_OLD or NONE")
	}
	return nil
}

func (e *Service) preparePut(name string, put item.Item, x expressions) (*write, error) {
	p, err := x.parse()
	if err != nil {
		return nil, err
	}
	t, err := e.table(name)
	if err != nil {
		return nil, err
	}
	if err := t.checkItem(put); err != nil {
		return nil, err
	}
	return &write{table: t, row: t.row(put), condition: p.condition,
		change: func(item.Item) (item.Item, error) { return put, nil }}, nil
}

func (e *Service) deleteItem(in *DeleteItemInput) (*WriteOutput, error) {
	x := in.expressions()
	if err := x.check(); err != nil {
		return nil, err
	}
	if err := checked(in.Key.Check()); err != nil {
		return nil, err
	}
	p, err := x.parse()
	if err != nil {
		return nil, err
	}
	if err := onlyOld(in.ReturnValues); err != nil {
		return nil, err
	}
	w, err := e.prepareKey(in.TableName, in.Key)
	if err != nil {
		return nil, err
	}
	w.condition, w.onFail = p.condition, in.ReturnValuesOnConditionCheckFailure
	w.change = func(item.Item) (item.Item, error) { return nil, nil }
	f, err := e.do(w)
	if err != nil {
		return nil, err
	}
	return e.output(f, in.ReturnValues, in.ReturnConsumedCapacity), nil
}

func (e *Service) prepareKey(name string, key item.Item) (*write, error) {
	t, err := e.table(name)
	if err != nil {
		return nil, err
	}
	if err := t.checkKey(key); err != nil {
		return nil, err
	}
	return &write{table: t, row: t.row(key)}, nil
}

func (e *Service) updateItem(in *UpdateItemInput) (*WriteOutput, error) {
	x := in.expressions(parameter{"UpdateExpression", in.UpdateExpression})
	if err := x.check(); err != nil {
		return nil, err
	}
	if err := checked(in.Key.Check()); err != nil {
		return nil, err
	}
	p, err := x.parse()
	if err != nil {
		return nil, err
	}
	w, err := e.prepareUpdate(in.TableName, in.Key, p)
	if err != nil {
		return nil, err
	}
	w.onFail = in.ReturnValuesOnConditionCheckFailure
	f, err := e.do(w)
	if err != nil {
		return nil, err
	}
	out := e.output(f, in.ReturnValues, in.ReturnConsumedCapacity)
	if p.update != nil {
		switch in.ReturnValues {
		case "UPDATED_OLD":
			out.Attributes = some(expression.Projection(p.update.Paths).Of(f.item))
		case "UPDATED_NEW":
			out.Attributes = some(expression.Projection(p.update.Paths).Of(f.after))
		}
	}
	return out, nil
}

func some(attributes item.Item) item.Item {
	if len(attributes) == 0 {
		return nil
	}
	return attributes
}

func (e *Service) prepareUpdate(name string, key item.Item, p parsed) (*write, error) {
	w, err := e.prepareKey(name, key)
	if err != nil {
		return nil, err
	}
	w.condition = p.condition
	if p.update == nil {
		w.change = func(before item.Item) (item.Item, error) {
			if before == nil {
				return key, nil
			}
			return before, nil
		}
		return w, nil
	}
	if err := w.table.checkUpdate(p.update); err != nil {
		return nil, err
	}
	w.change = func(before item.Item) (item.Item, error) { return w.table.updated(p.update, key, before) }
	return w, nil
}

// updated is an item after an update.
func (t *table) updated(u *expression.Update, key, before item.Item) (item.Item, error) {
	if before == nil && u.OnlyRemoves() {
		return nil, nil
	}
	base := before
	if base == nil {
		base = key
	}
	after, err := u.Apply(base)
	if err != nil {
		return nil, err
	}
	if err := t.checkUpdated(before, after); err != nil {
		return nil, err
	}
	if err := checked(after.Check()); err != nil {
		return nil, err
	}
	if after.Size() > maxItem {
		return nil, validation("Item size to update has exceeded the maximum allowed size")
	}
	return after, nil
}

// output is what a write answers.
func (e *Service) output(f effect, returnValues, capacity string) *WriteOutput {
	out := &WriteOutput{}
	switch returnValues {
	case "ALL_OLD":
		out.Attributes = f.item
	case "ALL_NEW":
		out.Attributes = f.after
	}
	c := consumption{}
	c.write(f.table, f.item, f.after, 1)
	e.spend(c, ofWrites)
	out.ConsumedCapacity = c.single(capacity)
	return out
}
