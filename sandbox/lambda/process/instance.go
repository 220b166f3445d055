package process

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// Config is what an Instance is made of.
type Config struct {
	Folder  string        // of the code: its bootstrap is the program
	Env     []string      // as NAME=value, all of it: Start adds AWS_LAMBDA_RUNTIME_API
	ARN     string        // the function's
	Memory  int           // in MB
	Timeout time.Duration // of an invocation
}

// Event is an invocation.
type Event struct {
	RequestID string // a UUID
	TraceID   string // of X-Ray, as the Runtime API hands it on
	Payload   []byte
}

// Outcome is how an invocation ended.
type Outcome struct {
	Payload []byte // what the function answered, or its error: JSON, if the function keeps to that
	Failed  bool   // whether the Payload is an error
	// Status and ErrorType are what the report says of a program that was ended, or ended itself: "timeout", or "error" and as in
	// Runtime.ExitError. Both are "" of one that answered, be it with an error of its own.
	Status, ErrorType string
	Lines             []string // what was written since the invocation before, oldest first
	Init              time.Duration
	Duration          time.Duration
	Peak              int64 // of memory, in bytes
	Ended             bool  // whether the program is gone
}

// startLimit is how long a start may take beyond the time of an invocation.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
const startLimit = 10 * time.Second

// watch is how often memory is looked at.
const watch = 20 * time.Millisecond

// An Instance is a running program. Invoke and Close are not for use at the same time.
type Instance struct {
	Config
	listener net.Listener
	server   *http.Server
	command  *exec.Cmd
	output   *output
	started  time.Time
	warm     bool
	peak     int64

	asked   chan struct{} // the program wants the next event
	events  chan delivery
	answers chan answer
	mu      sync.Mutex
	current string        // the id of the event that the program has
	exited  chan struct{} // closed when the program is gone
	exit    error         // how, then
	once    sync.Once
}

// answer is what the program sent of its event, or of its start.
type answer struct {
	payload []byte
	failed  bool
	kind    string // of an error that is not the program's own
}

// Start starts the program. The error is an *InvalidEntrypoint if there is none that can be run.
func Start(config Config) (*Instance, error) {
	program := filepath.Join(config.Folder, "bootstrap")
	if info, err := os.Stat(program); err != nil || info.IsDir() {
		return nil, &InvalidEntrypoint{"Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	i := &Instance{
		Config: config, listener: listener, started: time.Now(),
		asked: make(chan struct{}, 1), events: make(chan delivery), answers: make(chan answer, 1), exited: make(chan struct{}),
	}
	if i.output, err = newOutput(); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	i.server = &http.Server{Handler: i.handler(), ReadHeaderTimeout: startLimit}
	go func() { _ = i.server.Serve(listener) }() // ends with Close
	i.command = exec.Command(program)
	i.command.Dir = config.Folder
	i.command.Env = append(slices.Clone(config.Env), "AWS_LAMBDA_RUNTIME_API="+listener.Addr().String())
	i.command.Stdout, i.command.Stderr = i.output.w, i.output.w
	if err := start(i.command); err != nil {
		_ = i.server.Close()
		i.output.close()
		var path *os.PathError
		if errors.As(err, &path) {
			return nil, &InvalidEntrypoint{"fork/exec /var/task/bootstrap: " + path.Err.Error()}
		}
		return nil, err
	}
	go func() {
		i.exit = i.command.Wait()
		close(i.exited)
	}()
	return i, nil
}

// InvalidEntrypoint is the fault of code without a program that can be run. AWS takes it, and fails each invocation.
type InvalidEntrypoint struct{ Reason string }

func (e *InvalidEntrypoint) Error() string { return e.Reason }

// Outcome is that of an invocation that comes to code like this.
func (e *InvalidEntrypoint) Outcome(requestID string) Outcome {
	return failure(requestID, "Runtime.InvalidEntrypoint", e.Reason)
}

// failure is the outcome of an invocation that the program did not answer.
// https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
func failure(requestID, kind, reason string) Outcome {
	payload, _ := json.Marshal(struct { // texts
		Type    string `json:"errorType"`
		Message string `json:"errorMessage"`
	}{kind, "RequestId: " + requestID + " Error: " + reason})
	return Outcome{Payload: payload, Failed: true, Status: "error", ErrorType: kind, Ended: true}
}

// PID is the program's.
func (i *Instance) PID() int { return i.command.Process.Pid }

// Exited is closed when the program is gone.
func (i *Instance) Exited() <-chan struct{} { return i.exited }

// Invoke hands the program an event and waits until it is done with it: until it asks for the next one, ends, or has used up
// its time or memory, for which it is killed.
func (i *Instance) Invoke(event Event) Outcome {
	var o Outcome
	begin := i.started
	if i.warm {
		begin = time.Now()
	}
	ticker := time.NewTicker(watch)
	defer ticker.Stop()
	run := &running{Instance: i, event: event, ticker: ticker}
	if early := run.ready(&o.Init); early != nil {
		o = *early
	} else {
		begin, i.warm = time.Now(), true
		init := o.Init
		o = run.deliver()
		o.Init = init
	}
	o.Duration = time.Since(begin)
	if o.Status == "timeout" && o.Duration < i.Timeout {
		o.Duration = i.Timeout
	}
	i.measure()
	o.Peak = i.peak
	if !o.Ended && i.overweight() { // between two looks
		i.kill()
		<-i.exited
		o = run.crashed()
		o.Duration, o.Peak = time.Since(begin), i.peak
	}
	if o.Ended {
		i.kill()
		<-i.exited
	}
	o.Lines = i.output.take()
	return o
}

// running is an invocation on its way.
type running struct {
	*Instance
	event    Event
	ticker   *time.Ticker
	answered *answer
}

// ready waits for the start of the program; the outcome is that of one that does not come to its first event.
func (r *running) ready(took *time.Duration) *Outcome {
	if r.warm {
		return nil
	}
	limit := time.NewTimer(startLimit + r.Timeout)
	defer limit.Stop()
	for {
		select {
		case <-r.asked:
			*took = time.Since(r.started)
			return nil
		case a := <-r.answers:
			return &Outcome{Payload: a.payload, Failed: true, Status: "error", ErrorType: cmp.Or(a.kind, "Runtime.Unknown"), Ended: true}
		case <-r.exited:
			o := r.crashed()
			select { // it said why before it went
			case a := <-r.answers:
				o.Payload = a.payload
			default:
			}
			return &o
		case <-limit.C:
			o := r.late()
			return &o
		case <-r.ticker.C:
			r.limitMemory()
		}
	}
}

// deliver gives the program its event and waits for the end of it.
func (r *running) deliver() Outcome {
	limit := time.NewTimer(r.Timeout)
	defer limit.Stop()
	event := delivery{r.event, time.Now().Add(r.Timeout)}
	r.holds(event.RequestID)
	defer r.holds("")
	events := r.events
	for {
		select {
		case events <- event:
			events = nil
		case a := <-r.answers:
			r.answered = &a
		case <-r.asked: // it may ask again before it has answered, over another connection
			if r.hasAnswered() {
				return r.answered.outcome()
			}
		case <-r.exited:
			return r.gone()
		case <-limit.C:
			return r.late()
		case <-r.ticker.C:
			r.limitMemory()
		}
	}
}

// gone is the outcome of a program that ended: what it answered before, as one that panics does.
func (r *running) gone() Outcome {
	if !r.hasAnswered() {
		return r.crashed()
	}
	o := r.answered.outcome()
	o.Ended = true
	return o
}

// hasAnswered reports whether the program has sent an answer, which it does before it asks again or ends.
func (r *running) hasAnswered() bool {
	if r.answered == nil {
		select {
		case a := <-r.answers:
			r.answered = &a
		default:
		}
	}
	return r.answered != nil
}

func (a *answer) outcome() Outcome {
	return Outcome{Payload: a.payload, Failed: a.failed, ErrorType: a.kind}
}

// late is the outcome of a program that was not done in time. Whoever called has had an answer that came before.
func (r *running) late() Outcome {
	if r.hasAnswered() {
		o := r.answered.outcome()
		o.Status, o.Ended = "timeout", true
		return o
	}
	o := failure(r.event.RequestID, "Sandbox.Timedout", fmt.Sprintf("Task timed out after %.2f seconds", r.Timeout.Seconds()))
	o.Status, o.ErrorType = "timeout", ""
	return o
}

// crashed is the outcome of a program that ended without an answer.
func (r *running) crashed() Outcome {
	reason := "Runtime exited without providing a reason"
	if r.exit != nil {
		reason = "Runtime exited with error: " + r.exit.Error()
	}
	return failure(r.event.RequestID, "Runtime.ExitError", reason)
}

func (i *Instance) limitMemory() {
	if i.measure(); i.overweight() {
		i.kill()
	}
}

func (i *Instance) measure() {
	i.peak = max(i.peak, peakMemory(i.PID()))
}

func (i *Instance) overweight() bool { return i.peak > int64(i.Memory)<<20 }

// holds notes which event the program has.
func (i *Instance) holds(requestID string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.current = requestID
}

// Kill ends the program and its children, in the middle of an invocation too.
func (i *Instance) Kill() {
	select {
	case <-i.exited:
	default:
		i.kill()
	}
}

func (i *Instance) kill() { kill(i.command) }

// Close ends the program, and waits for its end.
func (i *Instance) Close() {
	i.once.Do(func() {
		i.Kill()
		<-i.exited
		_ = i.server.Close()
		i.output.close()
	})
}
