package sandbox

import (
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
)

// A Call is a line of the request log.
type Call struct {
	Number    int       `json:"number"` // they count up from 1
	Time      time.Time `json:"time"`
	Service   string    `json:"service"`
	Operation string    `json:"operation"`        // as in PutObject; where a service could not tell, the method and path
	Caller    string    `json:"caller,omitempty"` // as in role/Guest as session: ARNs without the account; "" is anonymous
	Status    int       `json:"status"`           // of HTTP
	// Denied tells that a policy refused, and Reason by which statement or for want of which.
	Denied bool   `json:"denied,omitempty"`
	Reason string `json:"reason,omitempty"`
	// Fault is what went wrong inside of the sandbox itself; "" as a rule.
	Fault      string  `json:"fault,omitempty"`
	RequestID  string  `json:"requestId"`
	DurationMS float64 `json:"durationMs"`
}

// String is the call on one line.
func (c Call) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %3d %-16s %-28s %7.1f ms  %s", c.Time.UTC().Format("15:04:05"), c.Status, c.Service, c.Operation, c.DurationMS, c.Caller)
	if c.Denied {
		b.WriteString("  denied: " + c.Reason)
	}
	if c.Fault != "" {
		b.WriteString("  FAULT: " + c.Fault)
	}
	return strings.TrimRight(b.String(), " ")
}

// callsLimit is how many calls the page can look back on.
const callsLimit = 1000

// A kept is a call that the page can look back on. The exchange is nil of what the sandbox says of itself.
type kept struct {
	Call
	exchange *exchange
}

// requests keeps the latest calls.
type requests struct {
	mu    sync.Mutex
	count int
	calls [callsLimit]kept // the call n is at n % callsLimit
}

// add numbers the call and keeps it.
func (q *requests) add(c Call, x *exchange) Call {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.count++
	c.Number = q.count
	q.calls[c.Number%callsLimit] = kept{c, x}
	return c
}

// numbered is the call with that number, if it is still there.
func (q *requests) numbered(number int) (kept, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	k := q.calls[max(number, 0)%callsLimit]
	return k, number > 0 && k.Number == number
}

// last is the number of the latest call, 0 before there is one.
func (q *requests) last() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.count
}

// after returns the calls behind the one with that number, the oldest first; all of them behind one that is not there yet, which a sandbox
// had that ran before.
func (q *requests) after(number int) []Call {
	q.mu.Lock()
	defer q.mu.Unlock()
	if number > q.count {
		number = 0
	}
	calls := []Call{}
	for n := max(number+1, q.count-callsLimit+1, 1); n <= q.count; n++ {
		calls = append(calls, q.calls[n%callsLimit].Call)
	}
	return calls
}

// subscribed logs the start of a subscription, which is a message and no request of its own.
func (s *Sandbox) subscribed(entry *aws.Entry, took time.Duration) {
	status := http.StatusOK
	switch {
	case entry.Fault != nil:
		status = http.StatusInternalServerError
	case entry.Decided && entry.Decision == iam.Deny:
		status = http.StatusForbidden
	}
	s.record(entry, &exchange{}, status, took)
}

// record logs a call that is over.
func (s *Sandbox) record(entry *aws.Entry, x *exchange, status int, took time.Duration) {
	x.decided, x.reasons = entry.Decided, entry.Reasons
	c := Call{
		Time: s.config.Now(), Service: entry.Service, Operation: entry.Operation, Status: status,
		Caller:    strings.TrimPrefix(entry.Caller, "arn:aws:iam::"+Account+":"),
		RequestID: entry.RequestID, DurationMS: float64(took.Microseconds()) / 1000,
	}
	if entry.Decided && entry.Decision == iam.Deny {
		c.Denied, c.Reason = true, entry.Reasons.String()
	}
	if entry.Fault != nil {
		c.Fault = entry.Fault.Error()
	}
	s.report(c, x)
}

// fault logs what went wrong in the sandbox outside of any call.
func (s *Sandbox) fault(service, operation string, err error) {
	s.report(Call{Time: s.config.Now(), Service: service, Operation: operation, Status: http.StatusInternalServerError, Fault: err.Error()}, nil)
}

func (s *Sandbox) report(c Call, x *exchange) {
	c = s.requests.add(c, x)
	if s.config.Log != nil {
		s.config.Log(c)
	}
}

// panicked answers for a handler that panicked, which is a fault of the sandbox: the others go on.
func (s *Sandbox) panicked(w *recorder, entry *aws.Entry, fault any) {
	entry.Fault = fmt.Errorf("panic: %v\n%s", fault, debug.Stack())
	if !w.wrote {
		http.Error(w, "the sandbox has a fault, its log says which: request "+entry.RequestID, http.StatusInternalServerError)
	}
}

// logWriter takes what net/http has to say, which is about connections and no request.
type logWriter struct{ *Sandbox }

func (w logWriter) Write(text []byte) (int, error) {
	// A client that does not trust the certificate, or went away: its own log says so.
	if !strings.Contains(string(text), "TLS handshake error") {
		w.fault("sandbox", "connection", fmt.Errorf("%s", strings.TrimSpace(string(text))))
	}
	return len(text), nil
}
