package cloudformation

import (
	"slices"
	"strings"
)

type stacksRequest struct {
	stackRequest
	NextToken string
}

func (c *request) describeStacks(in stacksRequest) (any, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.name != "" {
		if c.stack == nil && c.name == toolkitName && c.Parameter != nil {
			return stacksAnswer{Stacks: []stackAnswer{c.toolkit()}}, nil
		}
		if c.stack == nil {
			return nil, c.noStack(absentID)
		}
		return stacksAnswer{Stacks: []stackAnswer{c.stack.answer()}}, nil
	}
	stacks, next, err := page(c, in.NextToken, c.sortedStacks(false), "stacks")
	out := stacksAnswer{NextToken: next}
	for _, st := range stacks {
		out.Stacks = append(out.Stacks, st.answer())
	}
	return out, err
}

// sortedStacks are the stacks by their names, or all of them, with those that were deleted, the latest first. s.mu is held.
func (s *Service) sortedStacks(deleted bool) []*stack {
	var list []*stack
	for _, st := range s.stacks {
		if deleted || st.Status != deleteComplete {
			list = append(list, st)
		}
	}
	slices.SortFunc(list, func(a, b *stack) int {
		if deleted {
			if order := b.Created.Compare(a.Created); order != 0 {
				return order
			}
		}
		return strings.Compare(a.ID, b.ID)
	})
	return list
}

func (st *stack) answer() stackAnswer {
	out := stackAnswer{
		StackID: st.ID, StackName: st.Name, Description: st.Description, CreationTime: stamp(st.Created),
		LastUpdatedTime: stamp(st.Updated), DeletionTime: stamp(st.Deleted), StackStatus: st.Status, StackStatusReason: st.Reason,
		DisableRollback: st.DisableRollback, NotificationARNs: st.NotificationARNs, Capabilities: st.Capabilities, RoleARN: st.RoleARN,
		Tags: st.Tags, EnableTerminationProtection: st.TerminationProtection, DriftInformation: driftAnswer{"NOT_CHECKED"},
	}
	if st.Operation != nil {
		out.ChangeSetID = st.Operation.ChangeSet
	}
	for _, p := range st.Values {
		value := parameterAnswer{p.Key, p.Given, p.Resolved}
		if p.NoEcho {
			value = parameterAnswer{ParameterKey: p.Key, ParameterValue: "****"}
		}
		out.Parameters = append(out.Parameters, value)
	}
	for _, o := range st.Outputs {
		out.Outputs = append(out.Outputs, outputAnswer{o.Key, o.Value, o.Description, o.Export})
	}
	return out
}

type listStacksRequest struct {
	StackStatusFilter []string
	NextToken         string
}

func (listStacksRequest) subject() (stack, changeSet string) { return "", "" }

func (c *request) listStacks(in listStacksRequest) (any, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := slices.DeleteFunc(c.sortedStacks(true), func(st *stack) bool {
		return len(in.StackStatusFilter) > 0 && !slices.Contains(in.StackStatusFilter, st.Status)
	})
	stacks, next, err := page(c, in.NextToken, list, "summaries")
	out := stackSummariesAnswer{NextToken: next}
	for _, st := range stacks {
		out.StackSummaries = append(out.StackSummaries, stackSummary{
			StackID: st.ID, StackName: st.Name, TemplateDescription: st.Description, CreationTime: stamp(st.Created),
			LastUpdatedTime: stamp(st.Updated), DeletionTime: stamp(st.Deleted), StackStatus: st.Status, StackStatusReason: st.Reason,
			DriftInformation: driftAnswer{"NOT_CHECKED"},
		})
	}
	return out, err
}

type deleteStackRequest struct {
	oneStackRequest
	ClientRequestToken string
	RetainResources    []string
	RoleARN            string
	DeploymentConfig   deploymentConfig
}

// deleteStack succeeds where there is no such stack, as AWS does. A creation under way is given up first.
func (c *request) deleteStack(in deleteStackRequest) (any, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	st := c.stack
	const asked = "delete"
	switch {
	case st == nil || st.Status == deleteComplete || st.Status == deleteInProgress || c.repeated(in.ClientRequestToken, asked):
		return nil, nil
	case st.TerminationProtection:
		return nil, refuse("Stack [%s] cannot be deleted while TerminationProtection is enabled", st.Name)
	case st.Status == createInProgress:
		st.Operation.Cancelled, st.Operation.Before = true, createFailed
		return nil, c.keep(st)
	case st.inProgress():
		return nil, refuse("Stack [%s] cannot be deleted while in status %s", st.Name, st.Status)
	}
	op := &operation{Target: st.deployment, Before: st.Status, Skip: in.RetainResources}
	if len(op.Skip) > 0 && st.Status != deleteFailed {
		return nil, refuse("Invalid operation on stack [%s]. When you delete a stack, specify which resources to retain only when the stack "+
			"is in the DELETE_FAILED state.", st.ID)
	}
	return nil, c.begin(op, in.ClientRequestToken, asked, deleteInProgress)
}

type protectionRequest struct {
	oneStackRequest
	EnableTerminationProtection string
}

func (c *request) updateTerminationProtection(in protectionRequest) (any, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	value := in.EnableTerminationProtection
	switch {
	case value != "true" && value != "false":
		return nil, refuse("EnableTerminationProtection: got %q, want true or false", clip(value))
	case c.stack.Status == deleteComplete || c.stack.Status == deleteInProgress:
		return nil, refuse("Stack [%s] is in %s state and its termination protection can not be updated.", c.stack.Name, c.stack.Status)
	}
	c.stack.TerminationProtection = value == "true"
	return struct {
		StackID string `xml:"StackId"`
	}{c.stack.ID}, c.keep(c.stack)
}

type rollbackRequest struct {
	oneStackRequest
	ClientRequestToken   string
	RetainExceptOnCreate bool
	RoleARN              string
}

// rollbackStack brings a stack back whose creation or update failed with its rollback disabled.
func (c *request) rollbackStack(in rollbackRequest) (any, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	st := c.stack
	out := struct {
		StackID string `xml:"StackId"`
	}{st.ID}
	const asked = "rollback"
	if c.repeated(in.ClientRequestToken, asked) {
		return out, nil
	}
	if st.Status != createFailed && st.Status != updateFailed {
		return nil, refuse("Stack:%s is in %s state and can not be rolled back.", st.ID, st.Status)
	}
	next := updateRollbackInProgress
	if !st.Stable {
		next = rollbackInProgress
	}
	op := &operation{Target: st.deployment, RetainExceptOnCreate: in.RetainExceptOnCreate, Watched: true}
	return out, c.begin(op, in.ClientRequestToken, asked, next)
}

type continueRequest struct {
	oneStackRequest
	ClientRequestToken string
	ForceRollback      bool
	ResourcesToSkip    []string
	RoleARN            string
}

func (c *request) continueUpdateRollback(in continueRequest) (any, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	st := c.stack
	const asked = "continue"
	if c.repeated(in.ClientRequestToken, asked) {
		return struct{}{}, nil
	}
	if st.Status != updateRollbackFailed {
		return nil, refuse("Stack:%s is in %s state and can not continue rollback.", st.ID, st.Status)
	}
	op := &operation{Target: st.deployment, Skip: in.ResourcesToSkip, Force: in.ForceRollback, Watched: true}
	for _, id := range op.Skip {
		if r := st.resources[id]; r == nil || r.Status != "UPDATE_FAILED" {
			return nil, refuse("The following resource(s) to skip are not in UPDATE_FAILED state: [%s]", clip(id))
		}
	}
	return struct{}{}, c.begin(op, in.ClientRequestToken, asked, updateRollbackInProgress)
}
