package access

import (
	"fmt"
	"slices"
)

// mostFilters is how many filters a mapping has, mostReaders how many functions read a table's stream, and largestBatch how many
// changes are told at once without a window to gather them in.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html and
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
const (
	mostFilters = 5
	mostReaders = 2
	// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
	largestBatch = 1000
)

// streamFaults checks what a function hears of tables.
func (f Function) streamFaults(fault func(string, ...any)) {
	seen := map[Source]bool{}
	for i, stream := range f.Streams {
		at := fmt.Sprintf("stream %d, of %q", i+1, stream.Of)
		if seen[stream.Of] {
			fault("%s: stands twice; want one of each table, in which changes have an order", at)
		}
		seen[stream.Of] = true
		if len(stream.Rows) == 0 {
			fault("%s: got no rows, want one kind or more: a mapping without a filter hears everything", at)
		}
		if !slices.Contains(tables(), stream.Of) {
			fault("%s: want one of the tables, %v", at, tables())
			continue
		}
		for _, row := range stream.Rows {
			if kind, known := layoutOf(row); !known || kind.source != stream.Of {
				fault("%s: got the row %q, want a kind of row in that table", at, row)
			}
		}
		if len(stream.Changes) == 0 {
			fault("%s: got no changes, want some of %v", at, AllChanges())
		}
		for j, change := range stream.Changes {
			if !slices.Contains(AllChanges(), change) || slices.Index(stream.Changes, change) != j {
				fault("%s: got the change %q, want each of %v once", at, change, AllChanges())
			}
		}
		if stream.Batch < 1 || stream.Batch > largestBatch {
			fault("%s: got batches of %d, want 1 to %d", at, stream.Batch, largestBatch)
		}
		if n := len(stream.Patterns()); n > mostFilters {
			fault("%s: got %d filters from %d kinds of rows, want at most %d", at, n, len(stream.Rows), mostFilters)
		}
	}
}

// readers finds tables that more functions hear of than a stream takes.
func readers(functions []Function) (faults []error) {
	of := map[Source]int{}
	for _, function := range functions {
		for _, stream := range function.Streams {
			of[stream.Of]++
		}
	}
	for _, source := range tables() {
		if of[source] > mostReaders {
			faults = append(faults, fmt.Errorf("access functions: %d hear of %s, want at most %d", of[source], source, mostReaders))
		}
	}
	return faults
}
