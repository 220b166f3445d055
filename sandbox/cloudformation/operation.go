package cloudformation

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/assembly"
	"lightbox.example/lightbox/sandbox/aws"
)

// stages is the state machine: what is done with a stack in a status, which gives the next status. Stacks in other statuses
// are at rest.
var stages map[string]func(*run) (next, reason string, err error)

func init() { // here, because the functions refer to the table
	stages = map[string]func(*run) (next, reason string, err error){
		createInProgress:         (*run).create,
		rollbackInProgress:       (*run).undoCreation,
		updateInProgress:         (*run).update,
		updateCleanup:            (*run).cleanUp,
		updateRollbackInProgress: (*run).restore,
		updateRollbackCleanup:    (*run).cleanUp,
		deleteInProgress:         (*run).deleteAll,
		importInProgress:         (*run).importAll,
		importRollbackInProgress: (*run).undoImport,
	}
}

// errStopped ends a run whose service is closed. The stack stays in its status, for the next process to carry on.
var errStopped = errors.New("the service is closed")

// run is an operation being carried out. Only its goroutine changes the stack meanwhile, except for TerminationProtection
// and Operation.Cancelled, and it changes what others can see under s.mu.
type run struct {
	*Service
	st *stack
	op *operation
}

// begin puts the stack into a status that has a stage, and lets the operation be carried out. What was asked is in the store
// when it returns. s.mu is held.
func (s *Service) begin(st *stack, op *operation, status, reason string) error {
	id, err := s.newID()
	if err != nil {
		return err
	}
	op.ID = id
	st.Operation = op
	st.Token = op.Token
	s.notify(s.setStatus(st, status, reason))
	if err := s.keep(st); err != nil {
		return err
	}
	s.start(st)
	return nil
}

// start carries out the stack's operation, from the stage that it is in. s.mu is held, or nobody else is there yet.
func (s *Service) start(st *stack) {
	if s.ctx.Err() != nil {
		return
	}
	r := &run{Service: s, st: st, op: st.Operation}
	done := make(chan struct{})
	st.done = done
	s.runs.Go(func() {
		defer close(done)
		if err := r.do(); err != nil {
			s.mu.Lock()
			defer s.mu.Unlock()
			st.fault = err
		}
	})
}

// do goes from stage to stage until the stack is at rest. It fails if the service, or its store, is closed.
func (r *run) do() error {
	if r.op.Watched {
		select {
		case <-time.After(r.headStart):
		case <-r.ctx.Done():
		}
	}
	// At rest, the stack is the next operation's.
	for stage := stages[r.st.Status]; stage != nil; {
		next, reason, err := stage(r)
		if err != nil {
			return err
		}
		if err := r.enter(next, reason); err != nil {
			return err
		}
		stage = stages[next]
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.sweep()
}

// enter changes the stack's status. When it returns the change is in the store.
func (r *run) enter(status, reason string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if status == rollbackInProgress || status == updateRollbackInProgress || status == importRollbackInProgress {
		// A rollback is an operation of its own. It creates nothing, so no suffix depends on its id.
		id, err := r.newID()
		if err != nil {
			return err
		}
		r.op.ID = id
	}
	e := r.setStatus(r.st, status, reason)
	if stages[status] == nil {
		if err := r.rest(status); err != nil {
			return err
		}
	}
	if err := r.keep(r.st); err != nil {
		return err
	}
	r.notify(e)
	return nil
}

// rest notes what holds of a stack that comes to rest.
func (r *run) rest(status string) error {
	switch status {
	case createComplete, updateComplete, updateRollbackComplete, importComplete:
		r.st.Stable = true
	case deleteComplete:
		r.st.Deleted = r.now()
		delete(r.active, r.st.Name)
		return r.obsolete(r.st, nil)
	}
	return nil
}

// stopped reports whether the run is to end before the next resource.
func (r *run) stopped() error {
	if r.ctx.Err() != nil {
		return errStopped
	}
	return nil
}

// cancelled reports whether the creation is to be given up.
func (r *run) cancelled() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.op.Cancelled
}

// note records what becomes of a resource, with the change of it that others may see as soon as the note is made.
func (r *run) note(res *resource, status, reason string, change func()) error {
	return r.mark(res.LogicalID, status, reason, func() version {
		if change != nil {
			change()
		}
		res.Status, res.Reason, res.Updated = status, reason, r.now()
		return res.version
	})
}

// mark makes a change of the resource with the logical id and records the event, which is of the version that change returns.
// The progress is kept now and then.
func (r *run) mark(logicalID, status, reason string, change func() version) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	v := change()
	r.notify(r.record(r.st, logicalID, v.PhysicalID, v.Type, status, reason))
	r.st.dirty[logicalID] = true
	if time.Since(r.st.flushed) < r.flushEvery {
		return nil
	}
	return r.keep(r.st)
}

// notify tells who watches the stack. s.mu is held: watchers must not call the service.
func (s *Service) notify(e Event) {
	if watch := s.watchers[e.StackID]; watch != nil {
		watch(e)
	}
}

// declare is the version as its service is told of it.
func (r *run) declare(logicalID string, v version) aws.Resource { return r.told(r.st, logicalID, v) }

// told is a version of a stack's resource as its service is told of it.
func (s *Service) told(st *stack, logicalID string, v version) aws.Resource {
	return aws.Resource{
		Partition: partition, Region: s.Region, Account: s.Account, Stack: st.Name, LogicalID: logicalID, PhysicalID: v.PhysicalID,
		Suffix: v.Suffix, Properties: v.Properties,
	}
}

// guarded keeps a panic in a service from taking the process down: it is a failure of the resource.
func guarded(do func() error) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("the sandbox panicked: %v", fault)
		}
	}()
	return do()
}

// handlerReason is the reason of a failure that came from the service of the resource, in the form of AWS's messages.
func (r *run) handlerReason(err error) string {
	code := "GeneralServiceException"
	var refusal *aws.Error
	if errors.As(err, &refusal) {
		code = "InvalidRequest"
		switch {
		case refusal.Status == 404:
			code = "NotFound"
		case refusal.Status >= 500:
			code = "ServiceInternalError"
		}
	}
	return "Resource handler returned message: \"" + clip(oneLine(err)) + "\" (RequestToken: " + r.op.ID + ", HandlerErrorCode: " + code + ")"
}

// resolver resolves what the operation brings, with the resources as they are at each moment.
func (r *run) resolver() (*assembly.Resolver, *others, error) {
	r.mu.Lock()
	template, err := r.template(r.st.Name, r.op.Target.Template)
	r.mu.Unlock()
	if err != nil {
		return nil, nil, err
	}
	others := &others{Service: r.Service}
	env := r.environment(r.st, r.op.Target.Parameters, made{r.st.resources}, locked{others})
	resolver, err := assembly.NewResolver(template, env)
	if err == nil {
		err = resolver.CheckRules()
	}
	return resolver, others, err
}

// failedTo is the reason of a status that resources which failed led to.
func failedTo(verb string, failed ...string) string {
	return fmt.Sprintf("The following resource(s) failed to %s: [%s]. ", verb, strings.Join(failed, ", "))
}

// background is the context of the calls to services: a call is never cut off, so that a resource is made or not made.
func (r *run) background() context.Context { return context.WithoutCancel(r.ctx) }
