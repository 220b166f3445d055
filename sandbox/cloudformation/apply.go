package cloudformation

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/assembly"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cloudformation/schema"
)

// create makes all resources of a stack that has none, or those that are missing.
func (r *run) create() (next, reason string, err error) {
	failure, err := r.forward()
	switch {
	case err != nil:
		return "", "", err
	case r.cancelled():
		return deleteInProgress, userInitiated, nil
	case failure == "":
		return createComplete, "", nil
	case r.op.DisableRollback:
		return createFailed, failure, nil
	}
	return rollbackInProgress, failure + "Rollback requested by user.", nil
}

// update makes the resources what the new template says. What is no longer needed goes in the cleanup.
func (r *run) update() (next, reason string, err error) {
	failure, err := r.forward()
	switch {
	case err != nil:
		return "", "", err
	case failure == "":
		return updateCleanup, "", nil
	case r.op.DisableRollback:
		return updateFailed, failure, nil
	case !r.st.Stable:
		return rollbackInProgress, failure, nil
	}
	return updateRollbackInProgress, failure, nil
}

// forward brings each resource to what the template says, one after the other, and then counts the template as deployed. The
// failure is the reason why it could not; what was done by then stays.
func (r *run) forward() (failure string, err error) {
	resolver, others, err := r.resolver()
	if err != nil {
		return oneLine(err) + ". ", nil
	}
	if faults := r.ahead(); len(faults) > 0 {
		return oneLine(errors.Join(faults...)) + ". ", nil
	}
	for _, res := range resolver.Resources() {
		if err := r.stopped(); err != nil {
			return "", err
		}
		if r.cancelled() {
			return "Creation was cancelled. ", nil
		}
		made, err := r.apply(resolver, res)
		if err != nil {
			return "", err
		}
		if !made {
			verb := "update"
			if r.st.resources[res.LogicalID].Status == "CREATE_FAILED" {
				verb = "create"
			}
			return failedTo(verb, res.LogicalID), nil
		}
	}
	outputs, err := resolver.Outputs()
	if err != nil {
		return oneLine(err) + ". ", nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.checkExports(r.st, outputs); err != nil {
		return err.Error() + ". ", nil
	}
	r.commit(resolver, outputs, others.imports)
	return "", nil
}

// apply creates, updates or replaces the resource if need be. made is false if that failed, which the resource then says.
func (r *run) apply(resolver *assembly.Resolver, res *assembly.Resource) (made bool, err error) {
	have := r.st.resources[res.LogicalID]
	properties, err := resolver.Properties(res.LogicalID)
	next := declared(res, properties, resolver.Dependencies(res.LogicalID))
	if have == nil || have.PhysicalID == "" {
		if err != nil {
			return r.failed(have, res, "CREATE_FAILED", oneLine(err))
		}
		return r.createResource(res, next)
	}
	kind := r.Types[res.Type]
	switch {
	case err != nil:
		return r.failed(have, res, "UPDATE_FAILED", oneLine(err))
	case have.Attempted == nil && schema.Same(have.Properties, next.Properties):
		return true, r.adopt(have, next)
	case len(replaces(kind, have.Properties, next.Properties)) > 0:
		return r.replaceResource(have, res, next)
	}
	return r.updateResource(have, next)
}

// failed notes that a resource could not be made what it should be.
func (r *run) failed(have *resource, res *assembly.Resource, status, reason string) (made bool, err error) {
	if have == nil {
		have = &resource{LogicalID: res.LogicalID, version: version{Type: res.Type}, New: true}
	}
	return false, r.note(have, status, reason, func() { r.st.resources[res.LogicalID] = have })
}

func (r *run) createResource(res *assembly.Resource, next version) (made bool, err error) {
	next.Suffix = suffixOf(r.st.ID, res.LogicalID, r.op.ID)
	have := &resource{LogicalID: res.LogicalID, version: next, New: true}
	if err := r.note(have, "CREATE_IN_PROGRESS", "", func() { r.st.resources[res.LogicalID] = have }); err != nil {
		return false, err
	}
	state, fault := r.make(res, next)
	if fault != nil {
		return r.failed(have, res, "CREATE_FAILED", r.handlerReason(fault))
	}
	return true, r.note(have, "CREATE_COMPLETE", "", func() { have.PhysicalID, have.Attributes = state.PhysicalID, state.Attributes })
}

// make has the service create the physical resource.
func (r *run) make(res *assembly.Resource, next version) (state aws.State, err error) {
	err = guarded(func() (err error) {
		state, err = r.Types[res.Type].Create(r.background(), r.declare(res.LogicalID, next))
		return err
	})
	if err == nil && state.PhysicalID == "" {
		err = errors.New("the service gave no physical id")
	}
	return state, err
}

// replaceResource creates the resource anew. The old one stays until the cleanup, and comes back in a rollback.
func (r *run) replaceResource(have *resource, res *assembly.Resource, next version) (made bool, err error) {
	if r.op.DisableRollback {
		return r.failed(have, res, "UPDATE_FAILED", "Replacement type updates not supported on stack with disable-rollback.")
	}
	next.Suffix = suffixOf(r.st.ID, res.LogicalID, r.op.ID)
	reason := "Requested update requires the creation of a new physical resource; hence creating one."
	if err := r.note(have, "UPDATE_IN_PROGRESS", reason, nil); err != nil {
		return false, err
	}
	state, fault := r.make(res, next)
	if fault != nil {
		return r.failed(have, res, "UPDATE_FAILED", r.handlerReason(fault))
	}
	return true, r.note(have, "UPDATE_COMPLETE", "", func() {
		next.PhysicalID, next.Attributes = state.PhysicalID, state.Attributes
		have.change(next)
	})
}

func (r *run) updateResource(have *resource, next version) (made bool, err error) {
	next.PhysicalID, next.Suffix = have.PhysicalID, have.Suffix
	if err := r.note(have, "UPDATE_IN_PROGRESS", "", nil); err != nil {
		return false, err
	}
	state, fault := r.alter(have, next)
	if fault != nil {
		return false, r.note(have, "UPDATE_FAILED", r.handlerReason(fault), func() { have.Attempted = next.Properties })
	}
	return true, r.note(have, "UPDATE_COMPLETE", "", func() {
		next.became(state)
		have.change(next)
	})
}

// alter has the service bring the physical resource from what it may be to what next says.
func (r *run) alter(have *resource, next version) (state aws.State, err error) {
	kind := r.Types[next.Type]
	if kind.Update == nil {
		return aws.State{}, fmt.Errorf("an update of %s is not supported by the sandbox", next.Type)
	}
	from := have.Properties
	if have.Attempted != nil {
		from = have.Attempted
	}
	err = guarded(func() (err error) {
		state, err = kind.Update(r.background(), from, r.declare(have.LogicalID, next))
		return err
	})
	return state, err
}

// became notes what the service says of the resource after an update. A new physical id is a replacement, as it is for the
// custom resources of CloudFormation.
func (v *version) became(state aws.State) {
	if state.PhysicalID != "" {
		v.PhysicalID = state.PhysicalID
	}
	v.Attributes = state.Attributes
}

// change makes the resource what next says, and remembers what it was before the operation.
func (r *resource) change(next version) {
	if r.Before == nil && !r.New {
		before := r.version
		r.Before = &before
	}
	r.version, r.Attempted, r.Removed = next, nil, false
}

// adopt takes over what the template says beside properties, of which the service knows nothing.
func (r *run) adopt(have *resource, next version) error {
	next.PhysicalID, next.Suffix, next.Attributes = have.PhysicalID, have.Suffix, have.Attributes
	if schema.Same(anyOf(have.Metadata), anyOf(next.Metadata)) && have.DeletionPolicy == next.DeletionPolicy &&
		have.UpdateReplacePolicy == next.UpdateReplacePolicy && slices.Equal(have.Dependencies, next.Dependencies) {
		return nil
	}
	return r.note(have, "UPDATE_COMPLETE", "", func() { have.change(next) })
}

// commit makes the operation's target what is deployed. s.mu is held.
func (r *run) commit(resolver *assembly.Resolver, outputs []assembly.OutputValue, imports []string) {
	st := r.st
	present := map[string]bool{}
	for _, res := range resolver.Resources() {
		present[res.LogicalID] = true
	}
	for id, res := range st.resources {
		if res.replaced() {
			res.Leftovers = append(res.Leftovers, leftover{version: *res.Before})
		}
		if !present[id] {
			res.remove(res.New)
		}
		if res.New || res.Before != nil || res.Removed {
			st.dirty[id] = true
		}
		res.New, res.Before = false, nil
	}
	st.deployment, st.Outputs, st.Imports = r.op.Target, outputs, imports
	st.DisableRollback = r.op.DisableRollback
	if template, err := r.template(st.Name, r.op.Target.Template); err == nil {
		st.Description = template.Description
		st.Values = values(template, resolver)
	}
}

// values are what the template's parameters have.
func values(template *assembly.Template, resolver *assembly.Resolver) []parameter {
	var list []parameter
	for _, value := range resolver.Parameters() {
		declared, _ := template.Parameters.Get(value.Name)
		p := parameter{Key: value.Name, Given: value.Given, NoEcho: declared.NoEcho}
		if strings.HasPrefix(declared.Type, "AWS::SSM::Parameter::Value<") {
			p.Resolved = listed(value.Value)
		}
		list = append(list, p)
	}
	return list
}

// listed is a parameter's value as one text.
func listed(value any) string {
	list, ok := value.([]any)
	if !ok {
		return fmt.Sprint(value)
	}
	items := make([]string, len(list))
	for i, item := range list {
		items[i] = fmt.Sprint(item)
	}
	return strings.Join(items, ",")
}
