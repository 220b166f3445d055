package dynamodb

import (
	"lightbox.example/lightbox/sandbox/dynamodb/item"
	"lightbox.example/lightbox/sandbox/store"
)

// TransactGetItem is an action of a transaction that reads.
type TransactGetItem struct {
	Get *Get `required:"true"`
}

// Get reads an item.
type Get struct {
	Key                      item.Item `required:"true"`
	TableName                string    `required:"true" shape:"TableName"`
	ProjectionExpression     *string
	ExpressionAttributeNames map[string]string
}

// TransactGetItemsInput is the request of TransactGetItems.
type TransactGetItemsInput struct {
	TransactItems          []TransactGetItem `required:"true" min:"1" max:"100"`
	ReturnConsumedCapacity string            `enum:"INDEXES,TOTAL,NONE"`
}

// ItemResponse is an item that was read; it is nil where there is none.
type ItemResponse struct {
	Item item.Item `json:",omitzero"`
}

// TransactGetItemsOutput is its response, in the order of the request.
type TransactGetItemsOutput struct {
	Responses        []ItemResponse
	ConsumedCapacity []ConsumedCapacity `json:",omitempty"`
}

// TransactGetItems reads up to 100 items as they are at one moment.
func (e *Service) TransactGetItems(in TransactGetItemsInput) (*TransactGetItemsOutput, error) {
	return call(e, &in, (*Service).transactGetItems)
}

func (e *Service) transactGetItems(in *TransactGetItemsInput) (*TransactGetItemsOutput, error) {
	gets, err := e.prepareTransactGet(in)
	if err != nil {
		return nil, err
	}
	out := &TransactGetItemsOutput{Responses: make([]ItemResponse, len(gets))}
	c := consumption{}
	size := 0
	err = e.store.View(func(tx store.Reader) error {
		for i, g := range gets {
			whole, part, err := g.item(e, tx)
			if err != nil {
				return err
			}
			size += whole.Size()
			out.Responses[i].Item = part
			c.of(g.table).table += 2 * units(whole.Size(), readBlock)
		}
		return nil
	})
	if err == nil && size > maxTransaction {
		return nil, validation("The aggregate size of the items in the transaction exceeds %d bytes", maxTransaction)
	}
	e.spend(c, ofReads)
	out.ConsumedCapacity = c.report(in.ReturnConsumedCapacity, reading)
	return out, err
}

func (e *Service) prepareTransactGet(in *TransactGetItemsInput) ([]*get, error) {
	projections := make([]parsed, len(in.TransactItems))
	for i, t := range in.TransactItems {
		x := expressions{names: t.Get.ExpressionAttributeNames,
			given: []parameter{{"ProjectionExpression", t.Get.ProjectionExpression}}}
		if err := x.check(); err != nil {
			return nil, err
		}
		if err := checked(t.Get.Key.Check()); err != nil {
			return nil, err
		}
		var err error
		if projections[i], err = x.parse(); err != nil {
			return nil, err
		}
	}
	gets := make([]*get, len(in.TransactItems))
	reasons := make([]Reason, len(in.TransactItems))
	cancelled := false
	seen := map[string]bool{}
	for i, t := range in.TransactItems {
		if _, err := e.table(t.Get.TableName); err != nil {
			return nil, err
		}
		reasons[i].Code = "None"
		g, err := e.prepareGet(t.Get.TableName, t.Get.Key, projections[i].projection)
		switch {
		case refuses(err):
			return nil, err
		case err != nil && cancelled:
		case err != nil:
			cancelled = true
			reasons[i] = Reason{Code: "ValidationError", Message: answer(err).Message}
		case seen[t.Get.TableName+" "+string(g.row)]:
			return nil, validation("Transaction request cannot include multiple operations on one item")
		default:
			seen[t.Get.TableName+" "+string(g.row)] = true
			gets[i] = g
		}
	}
	if cancelled {
		return nil, cancellation(reasons)
	}
	return gets, nil
}
