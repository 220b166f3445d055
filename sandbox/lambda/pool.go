package lambda

import (
	"context"
	"net/http"
	"sync"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
)

// pool are the environments of a revision of a function.
type pool struct {
	service *Service
	of      *live
	slots   *slots // shared by all revisions

	mu      sync.Mutex
	idle    []*environment // the one that was used last is last
	retired bool
}

// slots are how many invocations of a function there are.
type slots struct {
	mu   sync.Mutex
	busy int
}

func newPool(s *Service, f, before *live) *pool {
	p := &pool{service: s, of: f, slots: new(slots)}
	if before != nil {
		p.slots = before.pool.slots
	}
	return p
}

// take takes a slot, if the function has one left.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
func (p *pool) take() error {
	p.slots.mu.Lock()
	defer p.slots.mu.Unlock()
	if reserved := p.of.Settings.ReservedConcurrentExecutions; reserved != nil && p.slots.busy >= *reserved {
		return aws.Refuse(http.StatusTooManyRequests, throttled, "Rate Exceeded.").With("Reason", "ReservedFunctionConcurrentInvocationLimitExceeded")
	}
	p.slots.busy++
	return nil
}

// throttled is the code of the refusal of one invocation too many.
const throttled = "TooManyRequestsException"

func (p *pool) give() {
	p.slots.mu.Lock()
	defer p.slots.mu.Unlock()
	p.slots.busy--
}

// acquire returns an environment for an invocation, which release takes back: an idle one, or a new one.
func (p *pool) acquire(ctx context.Context) (*environment, error) {
	if err := p.take(); err != nil {
		return nil, err
	}
	for {
		e := p.warm()
		if e == nil {
			break
		}
		if e.good(p.service.Now()) {
			return e, nil
		}
		e.close()
	}
	e, err := p.service.start(ctx, p.of)
	if err != nil {
		p.give()
	}
	return e, err
}

// warm takes the environment that was used last.
func (p *pool) warm() *environment {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.idle) == 0 {
		return nil
	}
	e := p.idle[len(p.idle)-1]
	p.idle = p.idle[:len(p.idle)-1]
	e.timer.Stop()
	return e
}

// release takes an environment back, which may have ended; nil of one that could not be started.
func (p *pool) release(e *environment, ended bool) {
	if e == nil {
		return
	}
	p.give()
	p.mu.Lock()
	keep := !ended && !p.retired
	if keep {
		e.timer = time.AfterFunc(p.service.idle, func() { p.drop(e) })
		p.idle = append(p.idle, e)
	}
	p.mu.Unlock()
	if !keep {
		e.close()
	}
}

// drop ends an environment that was idle for long enough.
func (p *pool) drop(e *environment) {
	p.mu.Lock()
	found := false
	for i, other := range p.idle {
		if other == e {
			p.idle, found = append(p.idle[:i:i], p.idle[i+1:]...), true
			break
		}
	}
	p.mu.Unlock()
	if found {
		e.close()
	}
}

// retire ends the environments that are idle now, and the others when they are done.
func (p *pool) retire() {
	p.mu.Lock()
	p.retired = true
	p.mu.Unlock()
	p.rest()
}

// rest ends the environments that are idle now.
func (p *pool) rest() {
	p.mu.Lock()
	idle := p.idle
	p.idle = nil
	p.mu.Unlock()
	for _, e := range idle {
		e.timer.Stop()
		e.close()
	}
}
