package sandbox

import (
	"context"
	"runtime/debug"
	"time"
)

// quiet is how long nobody must ask for anything until memory goes back to the system.
const quiet = 5 * time.Second

// rest gives memory back after work: a deployment leaves several times of what is in use when it is over.
func (s *Sandbox) rest(ctx context.Context) {
	ticker := time.NewTicker(quiet)
	defer ticker.Stop()
	worked, before := true, 0
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		now := s.requests.last()
		switch {
		case now != before:
			worked, before = true, now
		case worked:
			debug.FreeOSMemory()
			worked = false
		}
	}
}
