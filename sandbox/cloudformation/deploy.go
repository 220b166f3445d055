package cloudformation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/assembly"
)

// Stack is a stack as people look at it.
type Stack struct {
	ID, Name, Description string
	Status, Reason        string
	Created, Updated      time.Time // the latter zero before the first update
	Template              []byte    // the text that was given; nil before there is one
	Outputs               []assembly.OutputValue
	Resources             []Resource
	TerminationProtection bool
}

// Resource is a resource of a stack.
type Resource struct {
	LogicalID, PhysicalID, Type, Status, Reason string
	Updated                                     time.Time
	// Properties are what the template says, intrinsics resolved, and Attributes what Fn::GetAtt gives: of the last update
	// that CloudFormation made, whatever the resource is by now.
	Properties, Attributes map[string]any
}

// Stacks are the stacks that there are, by their names.
func (s *Service) Stacks() []Stack {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Stack
	for _, st := range s.sortedStacks(false) {
		view := Stack{
			ID: st.ID, Name: st.Name, Description: st.Description, Status: st.Status, Reason: st.Reason, Created: st.Created,
			Updated: st.Updated, Outputs: slices.Clone(st.Outputs), TerminationProtection: st.TerminationProtection,
		}
		if kept := s.templates[st.Template]; kept != nil {
			view.Template = kept.body
		}
		for _, r := range st.sorted() {
			view.Resources = append(view.Resources, Resource{
				r.LogicalID, r.PhysicalID, r.Type, r.Status, r.Reason, r.Updated, r.Properties, r.Attributes,
			})
		}
		list = append(list, view)
	}
	return list
}

// Deploy brings all stacks of the assembly to what it says, in the order of deployment, without a change set. Stacks that
// would not change are left alone; one whose creation failed before is created anew, protected or not. Each event is given to progress, which
// may be nil and must not call the service.
//
// The error is the first one: a stack that could not be deployed, with the reasons of its resources. It is rolled back then,
// and the stacks after it are not deployed. If ctx ends, Deploy returns; an operation under way goes on.
func (s *Service) Deploy(ctx context.Context, a *assembly.Assembly, progress func(Event)) error {
	if err := s.Takes(a); err != nil {
		return err
	}
	return s.Bring(ctx, a, progress)
}

// Bring is Deploy of what Takes has looked at: what is wrong with a stack it tells only when it is that one's turn.
func (s *Service) Bring(ctx context.Context, a *assembly.Assembly, progress func(Event)) error {
	for _, wanted := range a.Stacks {
		if err := s.deployStack(ctx, wanted, progress); err != nil {
			return fmt.Errorf("%s: %w", wanted.Name, err)
		}
	}
	return nil
}

// begunAnew are the statuses of stacks that are deleted before they are deployed: they were never there as a whole.
var begunAnew = []string{rollbackComplete, rollbackFailed, createFailed, reviewInProgress}

func (s *Service) deployStack(ctx context.Context, wanted *assembly.Stack, progress func(Event)) error {
	st, err := s.atRest(ctx, wanted.Name)
	if err != nil {
		return err
	}
	if st != nil && slices.Contains(begunAnew, s.status(st)) {
		if err := s.deleteFirst(ctx, st, progress); err != nil {
			return err
		}
		st = nil
	}
	heard := &hearing{progress: progress}
	done, err := s.beginDeploy(st, wanted, heard)
	if err != nil || done == nil {
		return err
	}
	return s.await(ctx, done, heard, createComplete, updateComplete)
}

// status is the stack's status now.
func (s *Service) status(st *stack) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return st.Status
}

// atRest returns the stack of that name once nothing is under way with it; nil without one.
func (s *Service) atRest(ctx context.Context, name string) (*stack, error) {
	for {
		s.mu.Lock()
		st := s.active[name]
		if st == nil || !st.inProgress() {
			s.mu.Unlock()
			return st, nil
		}
		done, fault := st.done, st.fault
		s.mu.Unlock()
		if fault != nil {
			return nil, fault
		}
		select {
		case <-done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// beginDeploy starts the creation or the update of the stack. The stack it returns is nil if there is nothing to do.
func (s *Service) beginDeploy(st *stack, wanted *assembly.Stack, heard *hearing) (*stack, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.forget()
	status := updateInProgress
	if st == nil {
		id, err := s.newID()
		if err != nil {
			return nil, err
		}
		st, status = newStack(), createInProgress
		st.ID, st.Name, st.Created, st.Status = s.stackARN(wanted.Name, id), wanted.Name, s.now(), reviewInProgress
	} else if !slices.Contains(updatable, st.Status) {
		return nil, fmt.Errorf("the stack is in %s state and can not be updated", st.Status)
	}
	target := targetOf(wanted, s.take(wanted.Text))
	plan, err := s.plan(st, target, new(outlook))
	if err == nil {
		err = plan.err()
	}
	if err != nil {
		return nil, err
	}
	protect := st.TerminationProtection != wanted.TerminationProtection
	st.TerminationProtection = wanted.TerminationProtection
	if plan.empty() {
		if protect {
			return nil, s.keep(st)
		}
		return nil, nil
	}
	if status == updateInProgress {
		st.Updated = s.now()
	}
	s.stacks[st.ID], s.active[st.Name] = st, st
	s.watchers[st.ID] = heard.hear
	return st, s.begin(st, &operation{Target: target}, status, userInitiated)
}

// targetOf is what the assembly says of the stack.
func targetOf(wanted *assembly.Stack, template string) deployment {
	target := deployment{
		Template: template, Parameters: wanted.Parameters,
		Capabilities: []string{"CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"},
	}
	for key, value := range wanted.Tags {
		target.Tags = append(target.Tags, Tag{key, value})
	}
	return target
}

// err are the faults that were found before anything was created.
func (p *plan) err() error {
	var faults []error
	for _, fault := range p.faults {
		faults = append(faults, fmt.Errorf("%s (at %s)", fault.Message, fault.Path))
	}
	return errors.Join(faults...)
}

// deleteFirst deletes a stack that was never created as a whole.
func (s *Service) deleteFirst(ctx context.Context, st *stack, progress func(Event)) error {
	heard := &hearing{progress: progress}
	s.mu.Lock()
	st.TerminationProtection = false // there is nothing that it could protect
	s.watchers[st.ID] = heard.hear
	err := s.begin(st, &operation{Target: st.deployment, Before: st.Status}, deleteInProgress, userInitiated)
	s.mu.Unlock()
	if err != nil {
		return err
	}
	return s.await(ctx, st, heard, deleteComplete)
}

// await waits until the stack is at rest, and fails if it is in none of the statuses.
func (s *Service) await(ctx context.Context, st *stack, heard *hearing, wanted ...string) error {
	s.mu.Lock()
	done := st.done
	s.mu.Unlock()
	select {
	case <-done:
	case <-ctx.Done():
		return ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.watchers, st.ID)
	switch {
	case st.fault != nil:
		return st.fault
	case slices.Contains(wanted, st.Status):
		return nil
	}
	return errors.Join(append([]error{fmt.Errorf("%s %s", st.Status, st.Reason)}, heard.failures...)...)
}

// hearing passes events on and remembers what failed.
type hearing struct {
	progress func(Event)
	failures []error
}

// hear is called with s.mu held.
func (h *hearing) hear(e Event) {
	if strings.HasSuffix(e.Status, "_FAILED") && !e.OfStack() {
		h.failures = append(h.failures, fmt.Errorf("%s (%s): %s", e.LogicalID, e.Type, e.Reason))
	}
	if h.progress != nil {
		h.progress(e)
	}
}
