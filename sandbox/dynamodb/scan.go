package dynamodb

import (
	"lightbox.example/lightbox/sandbox/dynamodb/item"
	"lightbox.example/lightbox/sandbox/store"
)

// ScanInput is the request of Scan.
type ScanInput struct {
	ReadOptions
	Limit         *int64 `min:"1"`
	TotalSegments *int64 `min:"1" max:"1000000"`
	Segment       *int64 `min:"0" max:"999999"`
}

// Scan reads items of a whole table or index, or of a segment of it, a page at a time.
func (e *Service) Scan(in ScanInput) (*PageOutput, error) {
	return call(e, &in, (*Service).scan)
}

func (e *Service) scan(in *ScanInput) (*PageOutput, error) {
	x := in.expressions()
	if err := x.check(); err != nil {
		return nil, err
	}
	if err := in.checkStartValues(); err != nil {
		return nil, err
	}
	if err := in.checkSegment(); err != nil {
		return nil, err
	}
	p, err := x.parse()
	if err != nil {
		return nil, err
	}
	if err := in.checkSelect(""); err != nil {
		return nil, err
	}
	s, err := e.source(&in.ReadOptions)
	if err != nil {
		return nil, err
	}
	if err := s.checkScan(in, p); err != nil {
		return nil, err
	}
	r := in.segment()
	if start := in.ExclusiveStartKey; start != nil {
		row := s.row(start)
		if string(row) < string(r.From) || r.To != nil && string(row) >= string(r.To) {
			return nil, validation(badStart+": Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. "+
				"TotalSegments: %d Segment: %d", *in.TotalSegments, *in.Segment)
		}
		r.From = store.After(row)
	}
	return e.page(s, &in.ReadOptions, in.Limit, p, r)
}

func (in *ScanInput) checkSegment() error {
	switch {
	case in.Segment != nil && in.TotalSegments == nil:
		return validation("The TotalSegments parameter is required but was not present in the request when Segment parameter is present")
	case in.Segment == nil && in.TotalSegments != nil:
		return validation("The Segment parameter is required but was not present in the request when parameter TotalSegments is present")
	case in.Segment != nil && *in.Segment >= *in.TotalSegments:
		return validation("The Segment parameter is zero-based and must be less than parameter TotalSegments: "+
			"Segment: %d is not less than TotalSegments: %d", *in.Segment, *in.TotalSegments)
	}
	return nil
}

// checkScan holds a scan to the keys of its source, in DynamoDB's order.
func (s source) checkScan(in *ScanInput, p parsed) error {
	start := in.ExclusiveStartKey
	if start != nil && len(start) != len(s.startNames()) {
		if s.index == nil {
			return validation(badStart + ": " + schemaMismatch)
		}
		return validation(badStart)
	}
	if start != nil && s.index != nil {
		for _, name := range s.key.names() {
			if start[name].Kind == item.None {
				return validation(badStart)
			}
			part := schema{Partition: name}
			if name == s.key.Sort {
				part = schema{Sort: name}
			}
			if err := s.table.checkKeyPart(start, part); err != nil {
				return err
			}
		}
	}
	if err := s.checkProjected(&in.ReadOptions, p); err != nil {
		return err
	}
	if start != nil {
		if err := s.checkStart(start); err != nil {
			return err
		}
	}
	if err := s.table.checkPaths(p.projection); err != nil {
		return err
	}
	if p.filter == nil {
		return nil
	}
	return s.table.checkPaths(p.filter.Paths)
}

// hashes is how many parts the hashes of keys are divided in: segments begin at one of them.
const hashes = 1 << 12

// segment are the rows of the request's segment.
func (in *ScanInput) segment() store.Range {
	if in.Segment == nil {
		return store.Range{}
	}
	edge := func(n int64) []byte {
		at := (hashes*n + *in.TotalSegments - 1) / *in.TotalSegments
		if at == 0 || at >= hashes {
			return nil
		}
		return []byte{byte(at >> 4), byte(at << 4)}
	}
	return store.Range{From: edge(*in.Segment), To: edge(*in.Segment + 1)}
}
