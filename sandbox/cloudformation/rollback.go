package cloudformation

import (
	"fmt"
	"slices"

	"lightbox.example/lightbox/sandbox/cloudformation/schema"
)

// restore brings the resources back to what the operation found: an update that failed, or a rollback that failed and is
// continued. What was made in place of others, or anew, goes in the cleanup.
func (r *run) restore() (next, reason string, err error) {
	var failed []string
	for _, id := range inOrder(r.st.sorted(), (*resource).former) {
		if err := r.stopped(); err != nil {
			return "", "", err
		}
		restored, err := r.restoreResource(r.st.resources[id])
		if err != nil {
			return "", "", err
		}
		if !restored {
			failed = append(failed, id)
		}
	}
	if len(failed) > 0 {
		return updateRollbackFailed, failedTo("update", failed...), nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, res := range r.st.resources {
		if res.New {
			res.remove(true)
			res.New = false
			r.st.dirty[id] = true
		}
	}
	return updateRollbackCleanup, "", nil
}

// former is the version that a rollback comes back to.
func (r *resource) former() version {
	if r.Before != nil {
		return *r.Before
	}
	return r.version
}

// restoreResource is false if the resource could not be brought back, which it then says.
func (r *run) restoreResource(res *resource) (restored bool, err error) {
	switch {
	case res.New:
		return true, nil
	case res.Before == nil && res.Attempted == nil:
		if res.Status != "UPDATE_FAILED" {
			return true, nil
		}
		return true, r.note(res, "UPDATE_COMPLETE", "", nil) // it is as it was
	case res.replaced():
		return true, r.note(res, "UPDATE_COMPLETE", "", func() {
			res.Leftovers = append(res.Leftovers, leftover{version: res.version, Undone: true})
			res.version, res.Before, res.Attempted = *res.Before, nil, nil
		})
	}
	back := res.former()
	done := func() { res.version, res.Before, res.Attempted = back, nil, nil }
	if slices.Contains(r.op.Skip, res.LogicalID) {
		return true, r.note(res, "UPDATE_COMPLETE", "Resource skipped during UpdateRollback", done)
	}
	if res.Attempted == nil && schema.Same(res.Properties, back.Properties) {
		return true, r.note(res, "UPDATE_COMPLETE", "", done)
	}
	if err := r.note(res, "UPDATE_IN_PROGRESS", "", nil); err != nil {
		return false, err
	}
	state, fault := r.alter(res, back)
	switch {
	case fault != nil && r.op.Force:
		return true, r.note(res, "UPDATE_COMPLETE", "Resource skipped during UpdateRollback", done)
	case fault != nil:
		return false, r.note(res, "UPDATE_FAILED", r.handlerReason(fault), nil)
	}
	back.became(state)
	return true, r.note(res, "UPDATE_COMPLETE", "", done)
}

// undoCreation deletes what a creation made that failed.
func (r *run) undoCreation() (next, reason string, err error) {
	r.removeAll(true)
	failed, err := r.removeLeftovers(true)
	switch {
	case err != nil:
		return "", "", err
	case len(failed) > 0:
		return rollbackFailed, failedTo("delete", failed...), nil
	}
	return rollbackComplete, "", nil
}

// deleteAll deletes the stack's resources. A stack whose exports others use stays as it was.
func (r *run) deleteAll() (next, reason string, err error) {
	r.mu.Lock()
	used := r.checkExports(r.st, nil)
	r.mu.Unlock()
	if used != nil {
		return r.op.Before, used.Error(), nil
	}
	r.removeAll(false)
	failed, err := r.removeLeftovers(true)
	switch {
	case err != nil:
		return "", "", err
	case len(failed) > 0:
		return deleteFailed, failedTo("delete", failed...), nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.st.Outputs, r.st.Imports = nil, nil
	return deleteComplete, "", nil
}

// removeAll leaves all resources to be deleted.
func (r *run) removeAll(undone bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, res := range r.st.resources {
		if res.replaced() {
			res.Leftovers = append(res.Leftovers, leftover{version: *res.Before})
		}
		res.remove(undone)
		res.New, res.Before, res.Attempted = false, nil, nil
		r.st.dirty[id] = true
	}
}

// cleanUp deletes what an update or a rollback no longer needs. What can't be deleted is no longer the stack's.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
func (r *run) cleanUp() (next, reason string, err error) {
	if _, err := r.removeLeftovers(false); err != nil {
		return "", "", err
	}
	if r.st.Status == updateCleanup {
		return updateComplete, "", nil
	}
	return updateRollbackComplete, "", nil
}

// removeLeftovers deletes what resources have left, in the reverse of the order of creation. If they are to be kept, those
// that can't be deleted stay in the stack, with all that they depend on; failed are their logical ids.
func (r *run) removeLeftovers(keep bool) (failed []string, err error) {
	blocked := map[string]bool{}
	order := inOrder(r.st.sorted(), func(res *resource) version { return res.version })
	for _, id := range slices.Backward(order) {
		if err := r.stopped(); err != nil {
			return nil, err
		}
		res := r.st.resources[id]
		if !blocked[id] {
			gone, err := r.removeLeftoversOf(res, keep)
			if err != nil {
				return nil, err
			}
			if gone {
				continue
			}
			failed = append(failed, id)
		}
		for _, other := range res.Dependencies {
			blocked[other] = true
		}
	}
	return failed, nil
}

// removeLeftoversOf deletes what one resource has left, and the resource from the stack if it was removed.
func (r *run) removeLeftoversOf(res *resource, keep bool) (gone bool, err error) {
	for len(res.Leftovers) > 0 {
		deleted, err := r.removeLeftover(res, res.Leftovers[0])
		if err != nil {
			return false, err
		}
		if !deleted && keep {
			return false, nil
		}
		r.mu.Lock()
		res.Leftovers = res.Leftovers[1:]
		r.mu.Unlock()
	}
	if res.Removed {
		r.mu.Lock()
		delete(r.st.resources, res.LogicalID)
		r.st.dirty[res.LogicalID] = true
		r.mu.Unlock()
	}
	return true, nil
}

// removeLeftover deletes one physical resource, unless it is to be retained.
func (r *run) removeLeftover(res *resource, old leftover) (deleted bool, err error) {
	note := func(status, reason string) error {
		return r.mark(res.LogicalID, status, reason, func() version {
			if res.Removed {
				res.Status, res.Reason, res.Updated = status, reason, r.now()
			}
			return old.version
		})
	}
	if r.retains(res, old) {
		return true, note("DELETE_SKIPPED", "")
	}
	if err := note("DELETE_IN_PROGRESS", ""); err != nil {
		return false, err
	}
	fault := guarded(func() error {
		kind := r.Types[old.Type]
		if kind.Delete == nil {
			return fmt.Errorf("a deletion of %s is not supported by the sandbox", old.Type)
		}
		return kind.Delete(r.background(), r.declare(res.LogicalID, old.version))
	})
	if fault != nil {
		return false, note("DELETE_FAILED", r.handlerReason(fault))
	}
	return true, note("DELETE_COMPLETE", "")
}

// retains reports whether the physical resource is to be kept, by its policies or by who asked.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
func (r *run) retains(res *resource, old leftover) bool {
	switch {
	case r.st.Status == deleteInProgress && slices.Contains(r.op.Skip, res.LogicalID):
		return true
	case !res.Removed && !old.Undone:
		return old.UpdateReplacePolicy == policyRetain
	case old.Undone && r.op.RetainExceptOnCreate:
		return false
	case old.Undone:
		return old.DeletionPolicy == policyRetain
	}
	return old.DeletionPolicy == policyRetain || old.DeletionPolicy == policyRetainButOnCreate
}

// inOrder are the logical ids of the resources, each after those that its version depends on.
func inOrder(resources []*resource, of func(*resource) version) []string {
	needs := map[string][]string{}
	for _, res := range resources {
		needs[res.LogicalID] = of(res).Dependencies
	}
	var order []string
	seen := map[string]bool{}
	var visit func(id string)
	visit = func(id string) {
		dependencies, present := needs[id]
		if seen[id] || !present {
			return
		}
		seen[id] = true
		for _, other := range dependencies {
			visit(other)
		}
		order = append(order, id)
	}
	for _, res := range resources {
		visit(res.LogicalID)
	}
	return order
}
