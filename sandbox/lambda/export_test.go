package lambda

import "time"

// Machine is the processor of this machine, by Lambda's name.
var Machine = machine

// SetTimes shortens what the service waits for: an idle environment, and between attempts.
func (s *Service) SetTimes(idle, between time.Duration) {
	s.idle = idle
	s.waits = waits{failed: func(int) time.Duration { return between }, throttled: func(int) time.Duration { return between }}
}

// Rest ends the environments that have nothing to do.
func (s *Service) Rest() {
	for _, f := range s.live {
		f.pool.rest()
	}
}
