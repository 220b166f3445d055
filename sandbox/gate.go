package sandbox

import (
	"context"
	"net/http"
	"sync"
)

// A gate lets requests through, and whoever needs the sandbox to stand still waits for a moment in which there are none. Until then
// more come in: a function that one of them has called may ask for something in turn.
type gate struct {
	mu      sync.Mutex
	inside  int           // requests under way, but for subscriptions, which stay
	shut    bool          // whether somebody has the sandbox for himself
	changed chan struct{} // closed when either changes; nil if nobody waits
}

// A ticket is one request's. Its leave may be called more than once.
type ticket struct{ leave func() }

type ticketKey struct{}

// ticketOf is the ticket of a request, with which it may leave before it is over. One that came by no gate is free to.
func ticketOf(ctx context.Context) ticket {
	if t, ok := ctx.Value(ticketKey{}).(ticket); ok {
		return t
	}
	return ticket{func() {}}
}

// enter waits until the gate is open. The error is that of ctx.
func (g *gate) enter(ctx context.Context) (ticket, error) {
	err := g.wait(ctx, func() bool { return !g.shut }, func() { g.inside++ })
	return ticket{sync.OnceFunc(func() { g.change(func() { g.inside-- }) })}, err
}

// close waits until nobody is inside and shuts the gate, which open has to open again. The error is that of ctx.
func (g *gate) close(ctx context.Context) error {
	return g.wait(ctx, func() bool { return !g.shut && g.inside == 0 }, func() { g.shut = true })
}

func (g *gate) open() { g.change(func() { g.shut = false }) }

func (g *gate) change(what func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	what()
	if g.changed != nil {
		close(g.changed)
		g.changed = nil
	}
}

func (g *gate) wait(ctx context.Context, until func() bool, then func()) error {
	for {
		changed := g.try(until, then)
		if changed == nil {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// try does what is to be done if it may, and else returns what to wait for.
func (g *gate) try(may func() bool, then func()) <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	if may() {
		then()
		return nil
	}
	if g.changed == nil {
		g.changed = make(chan struct{})
	}
	return g.changed
}

// through has requests go through the gate.
func (g *gate) through(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t, err := g.enter(r.Context())
		if err != nil {
			return // who asked is gone
		}
		defer t.leave()
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), ticketKey{}, t)))
	})
}
