package dynamodb

import (
	"cmp"
	"maps"
	"slices"

	"lightbox.example/lightbox/sandbox/dynamodb/item"
)

// ConsumedCapacity is what an operation cost: units of 1 KB written, of 4 KB read, half of that if the read need not be
// consistent, and double in a transaction. Indexes are charged for what changes in them.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
type ConsumedCapacity struct {
	TableName              string
	CapacityUnits          float64
	ReadCapacityUnits      float64             `json:",omitempty"`
	WriteCapacityUnits     float64             `json:",omitempty"`
	Table                  *Capacity           `json:",omitempty"`
	GlobalSecondaryIndexes map[string]Capacity `json:",omitempty"`
	LocalSecondaryIndexes  map[string]Capacity `json:",omitempty"`
}

// Capacity is the part of it that a table or an index consumed.
type Capacity struct {
	CapacityUnits      float64
	ReadCapacityUnits  float64 `json:",omitempty"`
	WriteCapacityUnits float64 `json:",omitempty"`
}

// A consumption adds up what an operation costs.
type consumption map[*table]*spent

type spent struct {
	table   float64
	indexes map[string]float64
}

func (c consumption) of(t *table) *spent {
	if c[t] == nil {
		c[t] = &spent{indexes: map[string]float64{}}
	}
	return c[t]
}

// units is a size in blocks, at least one.
func units(size, block int) float64 { return float64(max(1, (size+block-1)/block)) }

const (
	readBlock  = 4 << 10
	writeBlock = 1 << 10
)

// readUnits is what reading that many bytes costs.
func readUnits(size int, consistent bool) float64 {
	n := float64((size + readBlock - 1) / readBlock)
	if !consistent {
		n /= 2
	}
	return n
}

// read charges a table for reading an item.
func (c consumption) read(t *table, i item.Item, consistent bool) {
	n := units(i.Size(), readBlock)
	if !consistent {
		n /= 2
	}
	c.of(t).table += n
}

// write charges a table and its indexes for putting after in the place of before. times is 2 in a transaction, whose
// indexes cost no more than others.
func (c consumption) write(t *table, before, after item.Item, times float64) {
	s := c.of(t)
	s.table += times * units(max(before.Size(), after.Size()), writeBlock)
	for n := range t.Indexes {
		x := &t.Indexes[n]
		if cost := t.indexCost(x, before, after); cost > 0 {
			s.indexes[x.Name] += cost
		}
	}
}

func (t *table) indexCost(x *index, before, after item.Item) float64 {
	from, to := t.indexRow(x, before), t.indexRow(x, after)
	old, now := t.projected(x, before), t.projected(x, after)
	switch {
	case from == nil && to == nil:
		return 0
	case from == nil:
		return units(now.Size(), writeBlock)
	case to == nil:
		return units(old.Size(), writeBlock)
	case !slices.Equal(from, to): // one is deleted, the other put
		return units(old.Size(), writeBlock) + units(now.Size(), writeBlock)
	case old.Equal(now):
		return 0
	}
	return units(max(old.Size(), now.Size()), writeBlock)
}

// A direction names the units once more, which DynamoDB does in transactions.
type direction int

const (
	either direction = iota
	reading
	writing
)

// report is the consumption as ReturnConsumedCapacity asks for it, by the names of the tables.
func (c consumption) report(how string, d direction) []ConsumedCapacity {
	if how != "TOTAL" && how != "INDEXES" {
		return nil
	}
	var list []ConsumedCapacity
	for _, t := range slices.SortedFunc(maps.Keys(c), func(a, b *table) int { return cmp.Compare(a.Name, b.Name) }) {
		s := c[t]
		total := s.table
		for _, n := range s.indexes {
			total += n
		}
		named := d.capacity(total)
		r := ConsumedCapacity{TableName: t.Name, CapacityUnits: total,
			ReadCapacityUnits: named.ReadCapacityUnits, WriteCapacityUnits: named.WriteCapacityUnits}
		if how == "INDEXES" {
			own := d.capacity(s.table)
			r.Table = &own
			for name, n := range s.indexes {
				of := &r.GlobalSecondaryIndexes
				if t.index(name).Local {
					of = &r.LocalSecondaryIndexes
				}
				if *of == nil {
					*of = map[string]Capacity{}
				}
				(*of)[name] = d.capacity(n)
			}
		}
		list = append(list, r)
	}
	return list
}

func (d direction) capacity(n float64) Capacity {
	switch d {
	case reading:
		return Capacity{CapacityUnits: n, ReadCapacityUnits: n}
	case writing:
		return Capacity{CapacityUnits: n, WriteCapacityUnits: n}
	}
	return Capacity{CapacityUnits: n}
}

// single is the report of an operation on one table.
func (c consumption) single(how string) *ConsumedCapacity {
	list := c.report(how, either)
	if len(list) == 0 {
		return nil
	}
	return &list[0]
}
