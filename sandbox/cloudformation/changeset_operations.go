package cloudformation

import (
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

// changeSet returns the change set of a name or an id. s.mu is held.
func (c *request) changeSet(name string) (*changeSet, error) {
	if c.stack == nil && c.name != "" {
		return nil, c.noStack(absentName)
	}
	if set := c.findChangeSet(c.stack, name); set != nil {
		return set, nil
	}
	return nil, aws.Refuse(404, changeSetNotFound, "ChangeSet [%s] does not exist", clip(name))
}

type describeChangeSetRequest struct {
	changeSetRequest
	IncludePropertyValues bool
	NextToken             string
}

func (c *request) describeChangeSet(in describeChangeSetRequest) (any, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	set, err := c.changeSet(in.ChangeSetName)
	if err != nil {
		return nil, err
	}
	changes, next, err := page(c, in.NextToken, set.Changes, "changes", set.ID)
	if err != nil {
		return nil, err
	}
	out := changeSetAnswer{
		ChangeSetName: set.Name, ChangeSetID: set.ID, StackID: set.StackID, StackName: set.StackName, Description: set.Description,
		CreationTime: stamp(set.Created), ExecutionStatus: set.Execution, Status: set.Status, StatusReason: set.Reason,
		Capabilities: set.Target.Capabilities, Tags: set.Target.Tags, NotificationARNs: set.Target.NotificationARNs, NextToken: next,
	}
	for key, value := range set.Target.Parameters {
		out.Parameters = append(out.Parameters, parameterAnswer{ParameterKey: key, ParameterValue: value})
	}
	slices.SortFunc(out.Parameters, func(a, b parameterAnswer) int { return strings.Compare(a.ParameterKey, b.ParameterKey) })
	for _, change := range changes {
		out.Changes = append(out.Changes, change.answer(in.IncludePropertyValues))
	}
	return out, nil
}

type stackPageRequest struct {
	oneStackRequest
	NextToken string
}

func (c *request) listChangeSets(in stackPageRequest) (any, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var sets []*changeSet
	for _, set := range c.changeSets {
		if set.StackID == c.stack.ID && set.Execution != executionComplete {
			sets = append(sets, set)
		}
	}
	slices.SortFunc(sets, func(a, b *changeSet) int { return strings.Compare(a.Name, b.Name) })
	part, next, err := page(c, in.NextToken, sets, "change sets", c.stack.ID)
	out := changeSetsAnswer{NextToken: next}
	for _, set := range part {
		out.Summaries = append(out.Summaries, changeSetSummary{
			ChangeSetName: set.Name, ChangeSetID: set.ID, StackID: set.StackID, StackName: set.StackName, Description: set.Description,
			CreationTime: stamp(set.Created), ExecutionStatus: set.Execution, Status: set.Status, StatusReason: set.Reason,
		})
	}
	return out, err
}

// deleteChangeSet succeeds where there is no change set of that name, as AWS does.
func (c *request) deleteChangeSet(in changeSetRequest) (any, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stack == nil && c.name != "" {
		return nil, c.noStack(absentName)
	}
	set := c.findChangeSet(c.stack, in.ChangeSetName)
	if set == nil {
		return struct{}{}, nil
	}
	if st := c.stacks[set.StackID]; st != nil && st.inProgress() && st.Operation.ChangeSet == set.ID {
		return nil, aws.Refuse(400, invalidChangeSetStatus, "An operation on this ChangeSet is currently in progress.")
	}
	if err := c.Store.Update(func(tx store.Writer) error { return tx.Delete(spaceChangeSets, keyOf(set.ID)) }); err != nil {
		return nil, err
	}
	delete(c.changeSets, set.ID)
	return struct{}{}, nil
}

type executeRequest struct {
	changeSetRequest
	ClientRequestToken string
	DisableRollback    bool
}

func (c *request) executeChangeSet(in executeRequest) (any, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	set, err := c.changeSet(in.ChangeSetName)
	if err != nil {
		return nil, err
	}
	c.stack = c.stacks[set.StackID]
	if c.repeated(in.ClientRequestToken, set.ID) {
		return struct{}{}, nil
	}
	return struct{}{}, c.execute(set, in)
}

// execute starts the operation that brings what the change set says. s.mu is held.
func (c *request) execute(set *changeSet, in executeRequest) error {
	st := c.stack
	switch {
	case set.Execution != executionAvailable:
		return aws.Refuse(400, invalidChangeSetStatus, "ChangeSet [%s] cannot be executed in its current status of [%s]", set.ID, set.Status)
	case st.Status != reviewInProgress:
		if err := canUpdate(st, in.DisableRollback); err != nil {
			return err
		}
	}
	status := updateInProgress
	if st.Status == reviewInProgress {
		status = createInProgress
	} else {
		st.Updated = c.now()
	}
	if set.Kind == importChangeSet {
		status = importInProgress
	}
	op := &operation{Target: set.Target, ChangeSet: set.ID, DisableRollback: in.DisableRollback, Imports: set.Imports}
	if err := c.begin(op, in.ClientRequestToken, set.ID, status); err != nil {
		return err
	}
	set.Execution = executionComplete
	return c.obsolete(st, set)
}

// obsolete deletes the stack's change sets but the one that is executed, if any: they were worked out for what the stack is no
// longer. s.mu is held.
func (s *Service) obsolete(st *stack, executed *changeSet) error {
	var others []string
	for id, set := range s.changeSets {
		if set.StackID == st.ID && set != executed {
			others = append(others, id)
		}
	}
	err := s.Store.Update(func(tx store.Writer) error {
		for _, id := range others {
			if err := tx.Delete(spaceChangeSets, keyOf(id)); err != nil {
				return err
			}
		}
		if executed == nil {
			return nil
		}
		return store.PutJSON(tx, spaceChangeSets, keyOf(executed.ID), executed)
	})
	if err == nil {
		for _, id := range others {
			delete(s.changeSets, id)
		}
	}
	return err
}
