package sandbox

import (
	"context"
	"fmt"
	"sync"
	"time"

	"lightbox.example/lightbox/sandbox/store"
)

// A clock shows how much later it is in the sandbox than by Config.Now. All that a client sees of the time is of it: what is
// stored, tokens and signatures, the header Date; but for certificates, which clients hold against their own clock.
type clock struct {
	base  func() time.Time
	mu    sync.RWMutex
	ahead time.Duration
}

func (c *clock) now() time.Time {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.base().Add(c.ahead)
}

func (c *clock) set(ahead time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead = ahead
}

func (c *clock) isAhead() time.Duration {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.ahead
}

// What the sandbox keeps of itself.
const spaceOwn = "sandbox"

var keyAhead = []byte("ahead")

// lastYear is the last one that there are four digits for, as in every date on the wire.
const lastYear = 9999

// openClock has the clock show what it did when the store was written: what is there may be of a time that has yet to come.
func (s *Sandbox) openClock() error {
	var ahead time.Duration
	err := s.store.View(func(tx store.Reader) error {
		_, err := store.GetJSON(tx, spaceOwn, keyAhead, &ahead)
		return err
	})
	s.clock.set(ahead)
	return err
}

// Forward has the sandbox's clock show d more, for as long as its folder is kept, and does what is due by then: expired rows and
// objects are gone, and schedules and alarms had their turn, when it returns. The clock never goes back: what is stored would be
// of a time to come, as it is nowhere on AWS. Load takes both back together.
func (s *Sandbox) Forward(ctx context.Context, d time.Duration) error {
	t, err := s.gate.enter(ctx)
	if err != nil {
		return err
	}
	defer t.leave()
	if err := s.checkForward(d, d.String()); err != nil {
		return err
	}
	ahead := s.clock.isAhead() + d
	if err := s.store.Update(func(tx store.Writer) error { return store.PutJSON(tx, spaceOwn, keyAhead, ahead) }); err != nil {
		return err
	}
	s.clock.set(ahead)
	s.sweepNow(ctx)
	s.Events.Tick()
	s.Alarms.Tick()
	if s.Abroad != nil {
		s.Abroad.Alarms.Tick()
	}
	return nil
}

// checkForward refuses a time that is over, or too far, in the words of whoever said it.
func (s *Sandbox) checkForward(d time.Duration, said string) error {
	switch ahead := s.clock.isAhead() + d; {
	case d < 0:
		return fmt.Errorf("got %s, want a time that is not over: the clock goes forward; a state that was saved has the clock of then", said)
	case ahead < 0 || s.clock.base().Add(ahead).Year() > lastYear:
		return fmt.Errorf("got %s, want a time before the year %d", said, lastYear+1)
	}
	return nil
}

// Now is what the sandbox's clock shows.
func (s *Sandbox) Now() time.Time { return s.clock.now() }
