package dynamodb

import (
	"errors"
	"strings"

	"lightbox.example/lightbox/sandbox/dynamodb/item"
	"lightbox.example/lightbox/sandbox/store"
)

// maxPage is how many bytes of items a page goes through, before it filters them.
const maxPage = 1 << 20

// checkStartValues refuses an ExclusiveStartKey that is none, whatever the table.
func (in *ReadOptions) checkStartValues() error {
	err := in.ExclusiveStartKey.Check()
	if err == nil {
		return nil
	}
	for _, bare := range []string{"contains duplicates", "number set", "numeric value", "significant digits", "number with magnitude"} {
		if strings.Contains(err.Error(), bare) {
			return validation("%s", err)
		}
	}
	return validation(badStart+": %s", err)
}

// checkStart holds the table's part of a starting key to the table's key.
func (s source) checkStart(start item.Item) error {
	key := item.Item{}
	for _, name := range s.table.Key.names() {
		if v, ok := start[name]; ok {
			key[name] = v
		}
	}
	if err := s.table.checkKey(key); err != nil {
		var known *Error
		errors.As(err, &known)
		return validation(badStart+": %s", known.Message)
	}
	return nil
}

// checkKeyPart holds one value of a key to its type and size.
func (t *table) checkKeyPart(key item.Item, part schema) error {
	name, isPartition := part.Partition, true
	if name == "" {
		name, isPartition = part.Sort, false
	}
	if key[name].Kind != t.kinds[name] {
		return validation(schemaMismatch)
	}
	return checkKeyValue(name, key[name], isPartition)
}

// page reads a page of r.
func (e *Service) page(s source, in *ReadOptions, limit *int64, p parsed, r store.Range) (*PageOutput, error) {
	out := &PageOutput{Items: []item.Item{}}
	size := 0
	s.whole = s.reaches(in, p)
	err := e.store.View(func(tx store.Reader) error {
		return e.each(tx, s, r, func(i item.Item) bool {
			out.ScannedCount++
			size += i.Size()
			if p.filter == nil || p.filter.Holds(i) {
				out.Count++
				if s.whole && p.projection == nil && in.Select != "ALL_ATTRIBUTES" {
					i = s.table.projected(s.index, i)
				}
				if in.Select != "COUNT" {
					out.Items = append(out.Items, i)
				}
			}
			if limit != nil && int64(out.ScannedCount) == *limit || size >= maxPage {
				out.LastEvaluatedKey = item.Item{}
				for _, name := range s.startNames() {
					out.LastEvaluatedKey[name] = i[name]
				}
				return false
			}
			return true
		})
	})
	if err != nil {
		return nil, err
	}
	if in.Select == "COUNT" {
		out.Items = nil
	}
	if p.projection != nil {
		for n, i := range out.Items {
			out.Items[n] = p.projection.Of(i)
		}
	}
	c := s.consumed(readUnits(size, in.ConsistentRead))
	e.spend(c, ofReads)
	out.ConsumedCapacity = c.single(in.ReturnConsumedCapacity)
	return out, nil
}

// each goes through the items of r as the source has them, until visit returns false.
func (e *Service) each(tx store.Reader, s source, r store.Range, visit func(item.Item) bool) error {
	space := s.table.items()
	if s.index != nil {
		space = s.table.indexSpace(s.index)
	}
	now := e.now()
	for _, value := range tx.Range(space, r) {
		encoded := value
		if s.index != nil {
			encoded, _ = tx.Get(s.table.items(), value)
		}
		i, err := item.Decode(encoded)
		if err != nil {
			return err
		}
		if s.table.expired(i, now) {
			continue
		}
		if s.index != nil && !s.whole {
			i = s.table.projected(s.index, i)
		}
		if !visit(i) {
			return nil
		}
	}
	return nil
}

func (s source) consumed(n float64) consumption {
	c := consumption{}
	if s.index == nil {
		c.of(s.table).table = n
	} else {
		c.of(s.table).indexes[s.index.Name] = n
	}
	return c
}
