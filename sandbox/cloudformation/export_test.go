package cloudformation

// Wait waits until no operation is under way.
func (s *Service) Wait() { s.runs.Wait() }

// KeepEachStep lets operations keep their progress after each step, instead of now and then.
func (s *Service) KeepEachStep() { s.flushEvery = 0 }
