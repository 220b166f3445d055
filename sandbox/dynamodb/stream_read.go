package dynamodb

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/dynamodb/item"
	"lightbox.example/lightbox/sandbox/store"
)

// DescribeStreamFor describes a stream for somebody of whom allow says whether they may: dynamodb:DescribeStream.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_DescribeStream.html
func (e *Service) DescribeStreamFor(arn string, allow func(needs []aws.Request) error) (StreamDescription, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	t, err := e.streamNamed(arn, "DescribeStream", allow)
	if err != nil {
		return StreamDescription{}, err
	}
	made, err := time.Parse(labelForm, t.Stream.Label)
	shard := fmt.Sprintf("shardId-%020d-%08x", made.UnixMilli(), crc32.ChecksumIEEE([]byte(t.changes())))
	return StreamDescription{arn, t.Stream.View, shard}, err
}

// ShardIteratorFor is the sequence number after which somebody reads who begins at TRIM_HORIZON, which is "", or at LATEST, if
// allow says that they may: dynamodb:GetShardIterator.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html
func (e *Service) ShardIteratorFor(arn, kind string, allow func(needs []aws.Request) error) (after string, err error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	t, err := e.streamNamed(arn, "GetShardIterator", allow)
	if err != nil {
		return "", err
	}
	switch kind {
	case "TRIM_HORIZON":
		return "", nil
	case "LATEST":
		err = e.store.View(func(tx store.Reader) error {
			after = sequenceNumber(lastChange(tx, t.changes()))
			return nil
		})
		return after, err
	}
	return "", validation("the iterator %s is not supported by the sandbox: want TRIM_HORIZON or LATEST", kind)
}

// The most that GetRecords answers.
const (
	maxRecords     = 1000
	maxRecordsSize = 1 << 20
)

// StreamRecordsFor are the changes of a stream after a sequence number, as many as there are, but at most limit, 1,000 and 1 MB.
// Allow says whether somebody may read them: dynamodb:GetRecords.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
func (e *Service) StreamRecordsFor(arn, after string, limit int, allow func(needs []aws.Request) error) (records []StreamRecord, err error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	t, err := e.streamNamed(arn, "GetRecords", allow)
	if err != nil {
		return nil, err
	}
	from := uint64(1)
	if after != "" {
		last, err := numberOf(after)
		if err != nil {
			return nil, err
		}
		from = last + 1
	}
	size, horizon := 0, e.now().Add(-retention)
	err = e.store.View(func(tx store.Reader) error {
		for key, encoded := range tx.Range(t.changes(), store.Range{From: changeKey(from)}) {
			if size += len(encoded); len(records) >= min(limit, maxRecords) || len(records) > 0 && size > maxRecordsSize {
				return nil
			}
			record, err := e.streamRecord(t, binary.BigEndian.Uint64(key), encoded)
			if err != nil {
				return err
			}
			if record.Created.After(horizon) {
				records = append(records, record)
			}
		}
		return nil
	})
	return records, err
}

// Sweep removes the items of tables with a stream whose time to live is over, and the changes that are older than a day. In tables
// without a stream nobody can tell an expired item from none.
func (e *Service) Sweep() error {
	e.mu.RLock()
	defer e.mu.RUnlock()
	for _, t := range e.tables {
		if t.PointInTimeRecovery {
			if err := e.forget(t); err != nil {
				return err
			}
		}
		if t.Stream == nil {
			continue
		}
		if err := e.removeExpired(t); err != nil {
			return err
		}
		if err := e.trim(t); err != nil {
			return err
		}
	}
	return nil
}

// removeExpired removes each expired item by a write of its own.
func (e *Service) removeExpired(t *table) error {
	if !t.TimeToLive.Enabled {
		return nil
	}
	var rows [][]byte
	err := e.store.View(func(tx store.Reader) error {
		return t.stored(tx, func(row []byte, i item.Item) error {
			if t.expired(i, e.now()) {
				rows = append(rows, slices.Clone(row))
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	for _, row := range rows {
		remove := &write{table: t, row: row, change: func(before item.Item) (item.Item, error) { return before, nil }}
		if _, err := e.do(remove); err != nil { // what is not expired any more stays as it is
			return err
		}
	}
	return nil
}

// trim drops the changes that are older than a day, but the last one.
func (e *Service) trim(t *table) error {
	horizon := e.now().Add(-retention)
	return e.store.Update(func(tx store.Writer) error {
		last := lastChange(tx, t.changes())
		for key, encoded := range tx.Range(t.changes(), store.Range{To: changeKey(last)}) {
			at, err := timeOf(encoded)
			if err != nil {
				return err
			}
			if at.After(horizon) {
				return nil
			}
			if err := tx.Delete(t.changes(), key); err != nil {
				return err
			}
		}
		return nil
	})
}
