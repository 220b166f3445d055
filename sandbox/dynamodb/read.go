package dynamodb

import (
	"lightbox.example/lightbox/sandbox/dynamodb/expression"
	"lightbox.example/lightbox/sandbox/dynamodb/item"
	"lightbox.example/lightbox/sandbox/store"
)

// GetItemInput is the request of GetItem.
type GetItemInput struct {
	ReturnConsumedCapacity   string    `enum:"INDEXES,TOTAL,NONE"`
	TableName                string    `required:"true" shape:"TableName"`
	Key                      item.Item `required:"true"`
	ConsistentRead           bool
	ProjectionExpression     *string
	ExpressionAttributeNames map[string]string
}

// GetItemOutput is its response. Item is nil where there is none.
type GetItemOutput struct {
	Item             item.Item         `json:",omitzero"`
	ConsumedCapacity *ConsumedCapacity `json:",omitempty"`
}

// GetItem reads an item.
func (e *Service) GetItem(in GetItemInput) (*GetItemOutput, error) {
	return call(e, &in, (*Service).getItem)
}

// A get is the reading of one item, checked as far as that goes without the item.
type get struct {
	table      *table
	row        []byte
	projection expression.Projection
}

func (e *Service) prepareGet(name string, key item.Item, projection expression.Projection) (*get, error) {
	w, err := e.prepareKey(name, key)
	if err != nil {
		return nil, err
	}
	return &get{w.table, w.row, projection}, w.table.checkPaths(projection)
}

// item reads the item as it is, and as the projection has it.
func (g *get) item(e *Service, tx store.Reader) (whole, part item.Item, err error) {
	row, err := e.find(tx, g.table, g.row)
	if err != nil || row.item == nil || g.projection == nil {
		return row.item, row.item, err
	}
	return row.item, g.projection.Of(row.item), nil
}

func (e *Service) getItem(in *GetItemInput) (*GetItemOutput, error) {
	x := expressions{names: in.ExpressionAttributeNames, given: []parameter{{"ProjectionExpression", in.ProjectionExpression}}}
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
	g, err := e.prepareGet(in.TableName, in.Key, p.projection)
	if err != nil {
		return nil, err
	}
	out := &GetItemOutput{}
	c := consumption{}
	err = e.store.View(func(tx store.Reader) error {
		whole, part, err := g.item(e, tx)
		out.Item = part
		c.read(g.table, whole, in.ConsistentRead)
		return err
	})
	e.spend(c, ofReads)
	out.ConsumedCapacity = c.single(in.ReturnConsumedCapacity)
	return out, err
}
