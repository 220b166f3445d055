package dynamodb

import (
	"encoding/binary"
	"errors"
	"time"

	"lightbox.example/lightbox/sandbox/dynamodb/item"
	"lightbox.example/lightbox/sandbox/store"
)

// A table with point-in-time recovery keeps what each write took away: the item that was there before, or that there was none.
// It is written in the transaction of the write, in the write's order. A table as it was at a time is the table as it is, with
// the writes since taken back. What is older than the recovery period is dropped.
//
// DynamoDB restores up to "typically five minutes before the current time"; here it is up to now.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html

// defaultRecoveryDays is how far back a table can be restored unless it is told otherwise.
const defaultRecoveryDays = 35

// undos is the space of what a table's writes took away, by their number, from 1.
func (t *table) undos() string { return "dynamodb/recovery/" + t.ID }

// keepRecovery notes since when a table can be restored: as it could before, or from now on, and never where it has no
// recovery. before is the table as it was; an empty one if it is new.
func (t *table) keepRecovery(before *table, now time.Time) {
	switch {
	case !t.PointInTimeRecovery:
		t.RecoverySince = 0
	case before.PointInTimeRecovery && before.RecoverySince != 0:
		t.RecoverySince = before.RecoverySince
	default:
		t.RecoverySince = now.UnixMilli()
	}
}

// dropRecovery drops what is kept of a table that could be restored before and can't be any more.
func (t *table) dropRecovery(tx store.Writer, before *table) error {
	if before.PointInTimeRecovery && !t.PointInTimeRecovery {
		return tx.Drop(t.undos())
	}
	return nil
}

// restorable is the time from which on a table can be restored.
func (t *table) restorable(now time.Time) time.Time {
	days := t.RecoveryDays
	if days == 0 {
		days = defaultRecoveryDays
	}
	since, horizon := time.UnixMilli(t.RecoverySince), now.AddDate(0, 0, -days)
	if since.After(horizon) {
		return since
	}
	return horizon
}

// remember keeps what a write takes away.
func (f effect) remember(tx store.Writer, now time.Time) error {
	if f.stored == nil && f.after == nil || f.stored != nil && f.after != nil && f.stored.Equal(f.after) {
		return nil
	}
	space := f.table.undos()
	entry := binary.BigEndian.AppendUint64(nil, uint64(now.UnixMilli())) //nolint:gosec // after 1970
	entry = append(binary.AppendUvarint(entry, uint64(len(f.row))), f.row...)
	if f.stored != nil {
		entry = append(entry, f.stored.Encode()...)
	}
	return tx.Put(space, changeKey(lastChange(tx, space)+1), entry)
}

var errUndo = errors.New("what a write took away is damaged")

// decodeUndo reads what remember wrote; before is empty where there was no item.
func decodeUndo(entry []byte) (at time.Time, row, before []byte, err error) {
	if at, err = timeOf(entry); err != nil {
		return at, nil, nil, errUndo
	}
	size, n := binary.Uvarint(entry[8:])
	rest := entry[8+max(n, 0):]
	if n <= 0 || size > uint64(len(rest)) {
		return at, nil, nil, errUndo
	}
	return at, rest[:size], rest[size:], nil
}

// at visits the rows of a table as they were at a time from which on it can be restored.
func (t *table) at(tx store.Reader, when time.Time, visit func(row []byte, i item.Item) error) error {
	back := map[string][]byte{} // what the oldest of the writes since took away, by row
	for _, entry := range tx.Range(t.undos(), store.Range{Reverse: true}) {
		at, row, before, err := decodeUndo(entry)
		if err != nil {
			return err
		}
		if !at.After(when) {
			break
		}
		back[string(row)] = before
	}
	decoded := func(row, encoded []byte) error {
		i, err := item.Decode(encoded)
		if err != nil {
			return err
		}
		return visit(row, i)
	}
	for row, encoded := range tx.Range(t.items(), store.Range{}) {
		if _, changed := back[string(row)]; changed {
			continue
		}
		if err := decoded(row, encoded); err != nil {
			return err
		}
	}
	for row, before := range back {
		if len(before) == 0 {
			continue
		}
		if err := decoded([]byte(row), before); err != nil {
			return err
		}
	}
	return nil
}

// forget drops what is older than the recovery period, but the last, so that numbers go on.
func (e *Service) forget(t *table) error {
	horizon := t.restorable(e.now())
	return e.store.Update(func(tx store.Writer) error {
		for key, entry := range tx.Range(t.undos(), store.Range{To: changeKey(lastChange(tx, t.undos()))}) {
			at, err := timeOf(entry)
			if err != nil {
				return errUndo
			}
			if at.After(horizon) {
				return nil
			}
			if err := tx.Delete(t.undos(), key); err != nil {
				return err
			}
		}
		return nil
	})
}
