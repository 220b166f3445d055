package dynamodb

import (
	"maps"
	"slices"

	"lightbox.example/lightbox/sandbox/dynamodb/item"
	"lightbox.example/lightbox/sandbox/store"
)

// KeysAndAttributes are the items that BatchGetItem reads from a table.
type KeysAndAttributes struct {
	Keys                     []item.Item       `required:"true" min:"1"`
	ConsistentRead           bool              `json:",omitempty"`
	ProjectionExpression     *string           `json:",omitempty"`
	ExpressionAttributeNames map[string]string `json:",omitempty"`
}

// BatchGetItemInput is the request of BatchGetItem.
type BatchGetItemInput struct {
	ReturnConsumedCapacity string                       `enum:"INDEXES,TOTAL,NONE"`
	RequestItems           map[string]KeysAndAttributes `keys:"TableArn"`
}

// BatchGetItemOutput is its response. The items of a table are in the order of their keys.
type BatchGetItemOutput struct {
	Responses        map[string][]item.Item
	UnprocessedKeys  map[string]KeysAndAttributes
	ConsumedCapacity []ConsumedCapacity `json:",omitempty"`
}

// BatchGetItem reads up to 100 items and 16 MB.
func (e *Service) BatchGetItem(in BatchGetItemInput) (*BatchGetItemOutput, error) {
	return call(e, &in, (*Service).batchGetItem)
}

// The limits of batches: items read, items written, and bytes read.
const (
	maxBatchGet   = 100
	maxBatchWrite = 25
	maxBatchSize  = 16 << 20
)

const duplicates = "Provided list of item keys contains duplicates"

func (e *Service) batchGetItem(in *BatchGetItemInput) (*BatchGetItemOutput, error) {
	if len(in.RequestItems) == 0 {
		return nil, validation("The requestItems parameter is required for BatchGetItem")
	}
	gets, err := e.prepareBatchGet(in)
	if err != nil {
		return nil, err
	}
	out := &BatchGetItemOutput{Responses: map[string][]item.Item{}, UnprocessedKeys: map[string]KeysAndAttributes{}}
	c := consumption{}
	size := 0
	err = e.store.View(func(tx store.Reader) error {
		for _, name := range slices.Sorted(maps.Keys(gets)) {
			request := in.RequestItems[name]
			out.Responses[name] = []item.Item{}
			for n, g := range gets[name] {
				whole, part, err := g.item(e, tx)
				if err != nil {
					return err
				}
				if size += whole.Size(); size > maxBatchSize {
					left := request
					left.Keys = request.Keys[n:]
					out.UnprocessedKeys[name] = left
					break
				}
				c.read(g.table, whole, request.ConsistentRead)
				if part != nil {
					out.Responses[name] = append(out.Responses[name], part)
				}
			}
		}
		return nil
	})
	e.spend(c, ofReads)
	out.ConsumedCapacity = c.report(in.ReturnConsumedCapacity, either)
	return out, err
}

func (e *Service) prepareBatchGet(in *BatchGetItemInput) (map[string][]*get, error) {
	names := slices.Sorted(maps.Keys(in.RequestItems))
	projections := map[string]parsed{}
	count := 0
	for _, name := range names {
		request := in.RequestItems[name]
		if len(request.Keys) > maxBatchGet {
			return nil, validation("1 validation error detected: Value at 'RequestItems.%s.member.Keys' failed to satisfy constraint: "+
				"Member must have length less than or equal to %d", name, maxBatchGet)
		}
		x := expressions{names: request.ExpressionAttributeNames,
			given: []parameter{{"ProjectionExpression", request.ProjectionExpression}}}
		if err := x.check(); err != nil {
			return nil, err
		}
		p, err := x.parse()
		if err != nil {
			return nil, err
		}
		projections[name] = p
		if err := checkKeys(request.Keys); err != nil {
			return nil, err
		}
		if count += len(request.Keys); count > maxBatchGet {
			return nil, validation("Too many items requested for the BatchGetItem call")
		}
	}
	gets := map[string][]*get{}
	for _, name := range names {
		for _, key := range in.RequestItems[name].Keys {
			g, err := e.prepareGet(name, key, projections[name].projection)
			if err != nil {
				return nil, err
			}
			gets[name] = append(gets[name], g)
		}
	}
	return gets, nil
}

// checkKeys refuses keys that are none, whatever the table, and keys that are there twice.
func checkKeys(keys []item.Item) error {
	seen := map[string]bool{}
	for _, key := range keys {
		if err := checked(key.Check()); err != nil {
			return err
		}
		encoded := string(key.Encode())
		if seen[encoded] {
			return validation(duplicates)
		}
		seen[encoded] = true
	}
	return nil
}

// A WriteRequest puts or deletes an item: one of the two.
type WriteRequest struct {
	PutRequest    *PutRequest
	DeleteRequest *DeleteRequest
}

// PutRequest puts an item.
type PutRequest struct {
	Item item.Item `required:"true"`
}

// DeleteRequest deletes the item with a key.
type DeleteRequest struct {
	Key item.Item `required:"true"`
}

// BatchWriteItemInput is the request of BatchWriteItem.
type BatchWriteItemInput struct {
	ReturnOptions
	RequestItems map[string][]WriteRequest `keys:"TableArn"`
}

// BatchWriteItemOutput is its response: everything is processed.
type BatchWriteItemOutput struct {
	UnprocessedItems map[string][]WriteRequest
	ConsumedCapacity []ConsumedCapacity `json:",omitempty"`
}

// BatchWriteItem writes up to 25 items.
func (e *Service) BatchWriteItem(in BatchWriteItemInput) (*BatchWriteItemOutput, error) {
	return call(e, &in, (*Service).batchWriteItem)
}

func (e *Service) batchWriteItem(in *BatchWriteItemInput) (*BatchWriteItemOutput, error) {
	if len(in.RequestItems) == 0 {
		return nil, validation("The requestItems parameter is required for BatchWriteItem")
	}
	writes, err := e.prepareBatchWrite(in)
	if err != nil {
		return nil, err
	}
	c := consumption{}
	effects := make([]effect, len(writes))
	err = e.store.Update(func(tx store.Writer) (err error) {
		for i, w := range writes {
			if effects[i], err = e.evaluate(tx, w); err != nil {
				return err
			}
			if err := effects[i].save(tx, e.now()); err != nil {
				return err
			}
			c.write(w.table, effects[i].item, effects[i].after, 1)
		}
		return nil
	})
	if err == nil {
		e.spend(c, ofWrites)
		e.wrote(effects...)
	}
	return &BatchWriteItemOutput{map[string][]WriteRequest{}, c.report(in.ReturnConsumedCapacity, either)}, err
}

func (e *Service) prepareBatchWrite(in *BatchWriteItemInput) ([]*write, error) {
	names := slices.Sorted(maps.Keys(in.RequestItems))
	count := 0
	for _, name := range names {
		requests := in.RequestItems[name]
		if count += len(requests); count > maxBatchWrite || len(requests) == 0 {
			return nil, validation("1 validation error detected: Value '{%s=[%d elements]}' at 'requestItems' failed to satisfy constraint: "+
				"Map value must satisfy constraint: [Member must have length less than or equal to %d, "+
				"Member must have length greater than or equal to 1]", name, len(requests), maxBatchWrite)
		}
		for _, r := range requests {
			if err := r.check(); err != nil {
				return nil, err
			}
		}
	}
	var writes []*write
	for _, name := range names {
		seen := map[string]bool{}
		for _, r := range in.RequestItems[name] {
			w, err := e.prepareWriteRequest(name, r)
			if err != nil {
				return nil, err
			}
			if seen[string(w.row)] {
				return nil, validation(duplicates)
			}
			seen[string(w.row)] = true
			writes = append(writes, w)
		}
	}
	return writes, nil
}

func (r WriteRequest) check() error {
	if (r.PutRequest == nil) == (r.DeleteRequest == nil) {
		return validation("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes")
	}
	if r.DeleteRequest != nil {
		return checked(r.DeleteRequest.Key.Check())
	}
	if err := checked(r.PutRequest.Item.Check()); err != nil {
		return err
	}
	if r.PutRequest.Item.Size() > maxItem {
		return validation("Item size has exceeded the maximum allowed size")
	}
	return nil
}

func (e *Service) prepareWriteRequest(name string, r WriteRequest) (*write, error) {
	if r.DeleteRequest != nil {
		w, err := e.prepareKey(name, r.DeleteRequest.Key)
		if err == nil {
			w.change = func(item.Item) (item.Item, error) { return nil, nil }
		}
		return w, err
	}
	t, err := e.table(name)
	if err != nil {
		return nil, err
	}
	for _, key := range t.Key.names() {
		if r.PutRequest.Item[key].Kind != t.kinds[key] {
			return nil, validation(schemaMismatch) // where PutItem says which
		}
	}
	return e.preparePut(name, r.PutRequest.Item, expressions{})
}
