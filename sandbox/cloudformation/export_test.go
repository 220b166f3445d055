package cloudformation

import "time"

// Wait waits until no operation is under way.
func (s *Service) Wait() { s.runs.Wait() }

// KeepEachStep lets operations keep their progress after each step, instead of now and then.
func (s *Service) KeepEachStep() { s.flushEvery = 0 }

// AnswerAtOnce lets requests be answered at once, whatever they started, and operations begin at once.
func (s *Service) AnswerAtOnce() { s.answerWait, s.headStart = time.Nanosecond, 0 }
