package deploytest

import (
	"sync"
	"time"
)

// A Clock stands until it is moved. Its Now is what services are given.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// ClockAt is a clock that shows a time.
func ClockAt(now time.Time) *Clock { return &Clock{now: now} }

// Now is what the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Pass lets time pass.
func (c *Clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
