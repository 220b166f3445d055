package lambda

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/dynamodb"
	"lightbox.example/lightbox/sandbox/lambda/process"
	"lightbox.example/lightbox/sandbox/store"
)

// A poller reads a stream for a mapping, with the role of its function, and invokes the function with what passes the filters: in
// the order of the stream, one batch after the other. It waits for the signal that there is something new.
//
// https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
type poller struct {
	mapping
	service *Service
	filters filters
	after   string // the sequence number of the last change that was dealt with
	stop    context.CancelFunc
	done    chan struct{}
}

// startPolling lets a mapping read, unless it is switched off or the service closes.
func (s *Service) startPolling(m mapping) error {
	p := &poller{mapping: m, service: s, done: make(chan struct{})}
	var err error
	if p.filters, err = m.Settings.check(); err != nil {
		return err
	}
	if err := s.Store.View(func(tx store.Reader) error {
		_, err := store.GetJSON(tx, spaceCheckpoints, m.ID, &p.after)
		return err
	}); err != nil {
		return err
	}
	if !m.Settings.enabled() || !s.begin() {
		return nil
	}
	ctx, stop := context.WithCancel(s.stopped)
	p.stop = stop
	s.mu.Lock()
	s.pollers[m.ID] = p
	s.mu.Unlock()
	go func() {
		defer s.running.Done()
		defer close(p.done)
		p.poll(ctx)
	}()
	return nil
}

// stopPolling returns when a mapping reads no more. An invocation that is under way goes on; its batch is delivered again.
func (s *Service) stopPolling(id string) {
	s.mu.Lock()
	p := s.pollers[id]
	delete(s.pollers, id)
	s.mu.Unlock()
	if p != nil {
		p.stop()
		<-p.done
	}
}

// resumePolling goes on with all mappings.
func (s *Service) resumePolling() error {
	all, err := s.mappings()
	if err != nil {
		return err
	}
	for _, m := range all {
		if err := s.startPolling(m); err != nil {
			return fmt.Errorf("the mapping %s: %w", m.ID, err)
		}
	}
	return nil
}

func (p *poller) poll(ctx context.Context) {
	for failed := 0; ctx.Err() == nil; {
		changed := p.service.Streams.StreamsChanged()
		more, err := p.next(ctx)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			failed++
			p.service.Fault("EventSourceMapping", fmt.Errorf("the mapping %s of the function %s: %w", p.ID, p.Function, err))
			p.wait(ctx, failed)
		case more:
			failed = 0
		default:
			failed = 0
			select {
			case <-changed:
			case <-ctx.Done():
			}
		}
	}
}

// wait waits for the n-th time in a row, or until the poller stops.
func (p *poller) wait(ctx context.Context, n int) {
	timer := time.NewTimer(p.service.waits.stream(n))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// next deals with the next batch, and reports whether there was something.
func (p *poller) next(ctx context.Context) (more bool, err error) {
	f := p.service.find(p.Function)
	if f == nil {
		return false, fmt.Errorf("there is no function %s", p.Function)
	}
	_, allow, err := p.service.reader(ctx, f)
	if err != nil {
		return false, err
	}
	records, err := p.service.Streams.StreamRecordsFor(p.Settings.EventSourceArn, p.after, p.Settings.batch(), allow)
	if err != nil || len(records) == 0 {
		return false, err
	}
	last := records[len(records)-1].SequenceNumber
	batch, err := p.passing(records)
	if err != nil {
		return false, err
	}
	p.count(polled, len(records))
	p.count(held, len(records)-len(batch))
	if len(batch) > 0 {
		if err := p.deliver(ctx, batch); err != nil {
			return false, err
		}
	}
	p.after = last // what the filters keep back is looked at again after a restart
	return true, nil
}

// passing are the records that pass the filters.
func (p *poller) passing(records []dynamodb.StreamRecord) (batch []dynamodb.StreamRecord, err error) {
	for _, record := range records {
		pass, err := p.filters.pass(record.JSON)
		if err != nil {
			return nil, err
		}
		if pass {
			batch = append(batch, record)
		}
	}
	return batch, nil
}

// A part is what is delivered together: a batch, or a piece of one that failed.
type part struct {
	records []dynamodb.StreamRecord
	failed  int // attempts that count
	held    int // attempts in a row that did not get to the function
	last    failure
}

// failure is the last attempt that failed.
type failure struct {
	request string
	errored bool // by an error of the function, and not by what it answered
}

func (w part) of(records []dynamodb.StreamRecord) part { w.records = records; return w }

// deliver invokes the function until each record was taken or given up.
func (p *poller) deliver(ctx context.Context, batch []dynamodb.StreamRecord) error {
	for parts := []part{{records: batch}}; len(parts) > 0; {
		rest, err := p.attempt(ctx, parts[0])
		if err != nil {
			return err
		}
		parts = append(rest, parts[1:]...)
	}
	return nil
}

// attempt invokes the function with a part once, and answers what is left of it.
func (p *poller) attempt(ctx context.Context, w part) (rest []part, err error) {
	if w, err = p.young(ctx, w); err != nil || len(w.records) == 0 {
		return nil, err
	}
	event := p.event(w.records)
	if len(event) > process.Limit && len(w.records) > 1 {
		return halves(w), nil
	}
	f := p.service.find(p.Function)
	if f == nil {
		return nil, fmt.Errorf("there is no function %s", p.Function)
	}
	request := aws.NewUUID()
	outcome, _, err := p.service.run(ctx, f, p.Settings.EventSourceArn, request, event)
	if ctx.Err() != nil {
		return nil, ctx.Err() // the batch is delivered again
	}
	var refusal *aws.Error
	if errors.As(err, &refusal) && refusal.Code == throttled {
		w.held++
		p.wait(ctx, w.held)
		return []part{w}, ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	w.held = 0
	p.count(invoked, len(w.records))
	if outcome.Failed {
		p.count(failed, len(w.records))
	}
	taken := len(w.records)
	switch {
	case outcome.Failed:
		taken = 0
	case p.Settings.reports():
		taken = takenOf(outcome.Payload, w.records)
	}
	w.last = failure{request, outcome.Failed}
	return p.settle(ctx, w, taken)
}

// settle is what becomes of a part of which the function took the first records.
func (p *poller) settle(ctx context.Context, w part, taken int) ([]part, error) {
	if taken > 0 {
		if err := p.checkpoint(w.records[taken-1]); err != nil {
			return nil, err
		}
	}
	left := w.of(w.records[taken:])
	bisects := p.Settings.BisectBatchOnFunctionError
	switch {
	case len(left.records) == 0:
		return nil, nil
	case bisects && taken > 0: // the batch is split there, which is no attempt
		return []part{left}, nil
	case bisects && len(left.records) > 1:
		return halves(left), nil
	}
	left.failed++
	if most := p.Settings.attempts(); most != forever && left.failed > most {
		return nil, p.giveUp(ctx, left, "RetryAttemptsExhausted")
	}
	p.wait(ctx, left.failed)
	return []part{left}, ctx.Err()
}

func halves(w part) []part {
	half := len(w.records) / 2
	return []part{w.of(w.records[:half]), w.of(w.records[half:])}
}

// young gives up the records that are too old.
func (p *poller) young(ctx context.Context, w part) (part, error) {
	age := p.Settings.age()
	if age < 0 {
		return w, nil
	}
	old := 0
	for old < len(w.records) && p.service.Now().Sub(w.records[old].Created) > age {
		old++
	}
	if old == 0 {
		return w, nil
	}
	return w.of(w.records[old:]), p.giveUp(ctx, w.of(w.records[:old]), "RecordAgeExceeded")
}

// checkpoint notes that a record was dealt with, and all before it.
func (p *poller) checkpoint(record dynamodb.StreamRecord) error {
	err := p.service.Store.Update(func(tx store.Writer) error {
		return store.PutJSON(tx, spaceCheckpoints, p.ID, record.SequenceNumber)
	})
	if err == nil {
		p.after = record.SequenceNumber
	}
	return err
}

// event is what the function gets: the records as the stream has them, each with the stream's ARN.
// https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html#events-sample-dynamodb
func (p *poller) event(records []dynamodb.StreamRecord) []byte {
	source, _ := json.Marshal(p.Settings.EventSourceArn) // a text
	event := []byte(`{"Records":[`)
	for i, record := range records {
		if i > 0 {
			event = append(event, ',')
		}
		event = append(event, record.JSON[:len(record.JSON)-1]...)
		event = append(event, `,"eventSourceARN":`...)
		event = append(append(event, source...), '}')
	}
	return append(event, "]}"...)
}

// takenOf is how many records the function has taken, by an answer that reports those that it has not: none, if the answer is no
// such report or names a record that is not there.
// https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
func takenOf(answer []byte, records []dynamodb.StreamRecord) int {
	var report *struct {
		BatchItemFailures []struct {
			ItemIdentifier *string `json:"itemIdentifier"`
		} `json:"batchItemFailures"`
	}
	if err := json.Unmarshal(answer, &report); err != nil {
		return 0
	}
	taken := len(records)
	if report == nil {
		return taken
	}
	for _, item := range report.BatchItemFailures {
		at := -1
		for i, record := range records {
			if item.ItemIdentifier != nil && record.SequenceNumber == *item.ItemIdentifier {
				at = i
			}
		}
		if at < 0 {
			return 0
		}
		taken = min(taken, at)
	}
	return taken
}
