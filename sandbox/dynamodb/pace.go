package dynamodb

import (
	"strings"
	"sync"

	"lightbox.example/lightbox/sandbox/aws"
)

// paces are what tables have served within a second, by their ids.
type paces struct {
	mu  sync.Mutex
	all map[string]pace
}

type pace struct {
	second int64
	spent  [2]float64 // units read, and written
}

// Whether an operation's units are of reads or of writes, as places in pace.spent.
const (
	ofReads = iota
	ofWrites
)

const namespace = "AWS/DynamoDB"

// writers are the operations that write items.
var writers = map[string]bool{"BatchWriteItem": true, "DeleteItem": true, "PutItem": true, "TransactWriteItems": true, "UpdateItem": true}

// spend adds units to what a table has served in a second so far, and returns that.
func (p *paces) spend(t *table, second int64, of int, units float64) float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.all[t.ID]
	if now.second != second {
		now = pace{second: second}
	}
	now.spent[of] += units
	if p.all == nil {
		p.all = map[string]pace{}
	}
	p.all[t.ID] = now
	return now.spent[of]
}

// most is how many units a second a table has at most; 0 is any number.
func (t *table) most(of int) int64 {
	switch {
	case t.Throughput == nil:
		return 0
	case of == ofWrites:
		return t.Throughput.MaxWriteRequestUnits
	}
	return t.Throughput.MaxReadRequestUnits
}

// throttle refuses an operation on a table that has served in this second as much as its most.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode-max-throughput.html
func (e *Service) throttle(operation string, needs []aws.Request) error {
	if !e.throttles {
		return nil
	}
	of, event := ofReads, "ReadThrottleEvents"
	if writers[operation] {
		of, event = ofWrites, "WriteThrottleEvents"
	}
	for _, need := range needs {
		_, name, _ := strings.Cut(need.Resource, ":table/")
		name, _, _ = strings.Cut(name, "/")
		t := e.tables[name]
		if t == nil || t.most(of) <= 0 {
			continue
		}
		if e.paces.spend(t, e.now().Unix(), of, 0) >= float64(t.most(of)) {
			e.meter.Count(namespace, event, 1, "Count", "TableName", name)
			e.meter.Count(namespace, "ThrottledRequests", 1, "Count", "TableName", name, "Operation", operation)
			return &Error{Type: "ThrottlingException", Message: "Throughput exceeds the maximum OnDemandThroughput configured on table or index"}
		}
	}
	return nil
}

// spend notes what an operation cost.
func (e *Service) spend(c consumption, of int) {
	metric := "ConsumedReadCapacityUnits"
	if of == ofWrites {
		metric = "ConsumedWriteCapacityUnits"
	}
	for t, spent := range c {
		e.meter.Count(namespace, metric, spent.table, "Count", "TableName", t.Name)
		for index, units := range spent.indexes {
			e.meter.Count(namespace, metric, units, "Count", "TableName", t.Name, "GlobalSecondaryIndexName", index)
		}
		if e.throttles {
			e.paces.spend(t, e.now().Unix(), of, spent.table)
		}
	}
}
