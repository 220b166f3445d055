package lambda

import (
	"encoding/json"
	"sync"
	"time"

	"lightbox.example/lightbox/sandbox/lambda/process"
)

// recentLimit is how many invocations are remembered, of all functions together.
const recentLimit = 1000

// Invoked is an invocation that is over, as a page shows it.
type Invoked struct {
	Function  string
	RequestID string
	By        string // who asked: an ARN of a caller, a user pool, a rule, a stream, an API
	Ended     time.Time
	Duration  time.Duration // without the start of the program, which is Init
	Init      time.Duration // 0 of a program that ran
	// Error is what the function failed with, as in Runtime.ExitError or the message of its own error; "" of one that went well.
	Error string
}

// recent are the latest invocations since the service was opened. The zero value has none.
type recent struct {
	mu   sync.Mutex
	next int // where the next one goes, once there are recentLimit
	all  []Invoked
}

func (q *recent) add(i Invoked) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.all) < recentLimit {
		q.all = append(q.all, i)
		return
	}
	q.all[q.next] = i
	q.next = (q.next + 1) % recentLimit
}

// of are those of a function, the latest first.
func (q *recent) of(function string) (list []Invoked) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for n := range q.all {
		if i := q.all[(q.next+len(q.all)-1-n)%len(q.all)]; i.Function == function {
			list = append(list, i)
		}
	}
	return list
}

// Recent are the latest invocations of a function since the service was opened, the latest first.
func (s *Service) Recent(function string) []Invoked { return s.recent.of(function) }

// note remembers an invocation.
func (s *Service) note(f *live, by, requestID string, o process.Outcome) {
	i := Invoked{Function: f.Name, RequestID: requestID, By: by, Ended: s.Now(), Duration: o.Duration, Init: o.Init}
	if o.Failed {
		var said struct{ ErrorMessage, ErrorType string }
		_ = json.Unmarshal(o.Payload, &said) // what is no JSON says nothing
		switch i.Error = "error"; {
		case o.ErrorType != "":
			i.Error = o.ErrorType
		case o.Status != "":
			i.Error = o.Status
		case said.ErrorMessage != "":
			i.Error = said.ErrorMessage
		}
	}
	s.recent.add(i)
}
