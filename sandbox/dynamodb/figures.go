package dynamodb

import (
	"encoding/binary"
	"errors"
	"fmt"

	"lightbox.example/lightbox/sandbox/dynamodb/item"
	"lightbox.example/lightbox/sandbox/store"
)

// How many items a table and each of its indexes have, and of how many bytes, is kept beside them and written with each
// write, so that DescribeTable reads two numbers and not the table. DynamoDB's own figures are some hours old.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
const figuresSpace = "dynamodb/figures" // the name of the items' or the index's space → figures

type figures struct{ items, bytes int64 }

// readFigures returns the figures of a space. None are found for one that an older sandbox wrote.
func readFigures(tx store.Reader, space string) (f figures, found bool, err error) {
	value, found := tx.Get(figuresSpace, []byte(space))
	if !found {
		return f, false, nil
	}
	if len(value) != 16 {
		return f, true, fmt.Errorf("figures of %s: got %d bytes, want 16", space, len(value))
	}
	return figures{int64(binary.BigEndian.Uint64(value)), int64(binary.BigEndian.Uint64(value[8:]))}, true, nil //nolint:gosec // written by put
}

func (f figures) put(tx store.Writer, space string) error {
	value := binary.BigEndian.AppendUint64(nil, uint64(f.items)) //nolint:gosec // what is negative is read as it was
	return tx.Put(figuresSpace, []byte(space), binary.BigEndian.AppendUint64(value, uint64(f.bytes)))
}

// figuresOf are those of one item; none of nil.
func figuresOf(i item.Item) figures {
	if i == nil {
		return figures{}
	}
	return figures{1, int64(i.Size())}
}

// ofIndex are what an item adds to those of an index, of which its whole has the figures f.
func (t *table) ofIndex(x *index, row []byte, i item.Item, f figures) figures {
	switch {
	case row == nil:
		return figures{}
	case x.Projection.ProjectionType == "ALL":
		return f
	}
	return figuresOf(t.projected(x, i))
}

// move takes some figures out of those of a space, and puts others in.
func move(tx store.Writer, space string, out, in figures) error {
	if out == in {
		return nil
	}
	f, _, err := readFigures(tx, space)
	if err != nil {
		return err
	}
	return figures{f.items - out.items + in.items, f.bytes - out.bytes + in.bytes}.put(tx, space)
}

// spaces are those of the table's items and of its indexes.
func (t *table) spaces() []string {
	spaces := []string{t.items()}
	for i := range t.Indexes {
		spaces = append(spaces, t.indexSpace(&t.Indexes[i]))
	}
	return spaces
}

// recount counts a table's items and writes the figures down: those of a table that is new, or whose indexes are others, or
// that an older sandbox wrote.
func (t *table) recount(tx store.Writer) error {
	counted := make([]figures, 1+len(t.Indexes))
	add := func(n int, f figures) {
		counted[n].items += f.items
		counted[n].bytes += f.bytes
	}
	err := t.stored(tx, func(_ []byte, i item.Item) error {
		whole := figuresOf(i)
		add(0, whole)
		for n := range t.Indexes {
			x := &t.Indexes[n]
			add(1+n, t.ofIndex(x, t.indexRow(x, i), i, whole))
		}
		return nil
	})
	for n, space := range t.spaces() {
		err = errors.Join(err, counted[n].put(tx, space))
	}
	return err
}

// uncounted are the tables that lack figures.
func (e *Service) uncounted(tx store.Reader) ([]*table, error) {
	var list []*table
	for _, t := range e.tables {
		for _, space := range t.spaces() {
			_, found, err := readFigures(tx, space)
			if err != nil {
				return nil, err
			}
			if !found {
				list = append(list, t)
				break
			}
		}
	}
	return list, nil
}

// count puts the figures of a table into its description.
func (d *TableDescription) count(tx store.Reader, t *table) error {
	global, local := d.GlobalSecondaryIndexes, d.LocalSecondaryIndexes
	for n, space := range t.spaces() {
		f, _, err := readFigures(tx, space)
		if err != nil {
			return err
		}
		if n == 0 {
			d.ItemCount, d.TableSizeBytes = f.items, f.bytes
			continue
		}
		if t.Indexes[n-1].Local {
			local[0].ItemCount, local[0].IndexSizeBytes = f.items, f.bytes
			local = local[1:]
			continue
		}
		global[0].ItemCount, global[0].IndexSizeBytes = f.items, f.bytes
		global = global[1:]
	}
	return nil
}
