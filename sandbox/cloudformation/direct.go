package cloudformation

import "lightbox.example/lightbox/sandbox/aws"

// directRequest is what CreateStack and UpdateStack have in common: the deployment of a template without a change set, as by
// `cdk deploy --method=direct`.
type directRequest struct {
	oneStackRequest
	templateSource
	Parameters         []givenParameter
	Capabilities       []string
	Tags               []Tag
	NotificationARNs   []string
	RoleARN            string
	ClientRequestToken string
	DisableRollback    bool
	DeploymentConfig   deploymentConfig
}

type createStackRequest struct {
	directRequest
	EnableTerminationProtection bool
	OnFailure                   string `only:"ROLLBACK"`
}

type updateStackRequest struct {
	directRequest
	UsePreviousTemplate bool
}

// directAnswer is the answer to both.
type directAnswer struct {
	StackID string `xml:"StackId"`
}

// createStack makes a stack. What the sandbox finds wrong with the template is refused before there is one.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
func (c *request) createStack(in createStackRequest) (any, error) {
	if c.stack == nil && !stackName.MatchString(c.name) {
		return nil, badStackName(c.name)
	}
	body, err := c.templateBody(in.templateSource)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	defer c.forget()
	c.stack = c.findStack() // another request may have made it meanwhile
	if st := c.stack; st != nil && st.Status != deleteComplete {
		if c.repeated(in.ClientRequestToken, askedDirectly) {
			return directAnswer{st.ID}, nil
		}
		return nil, aws.Refuse(400, alreadyExists, "Stack [%s] already exists", st.Name)
	}
	id, err := c.newID()
	if err != nil {
		return nil, err
	}
	st := newStack()
	st.ID, st.Name, st.Created, st.Status = c.stackARN(c.name, id), c.name, c.now(), reviewInProgress
	st.TerminationProtection = in.EnableTerminationProtection
	return c.deployDirectly(st, in.directRequest, body, createInProgress)
}

// updateStack changes a stack. That it would not is a refusal with words of AWS's own, by which clients know it.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStack.html
func (c *request) updateStack(in updateStackRequest) (any, error) {
	var body []byte
	var err error
	if !in.UsePreviousTemplate || in.templateSource != (templateSource{}) {
		if body, err = c.templateBody(in.templateSource); err != nil {
			return nil, err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	defer c.forget()
	c.stack = c.findStack()
	st := c.stack
	switch {
	case st == nil || st.Status == deleteComplete:
		return nil, c.noStack(absentName)
	case c.repeated(in.ClientRequestToken, askedDirectly):
		return directAnswer{st.ID}, nil
	}
	if err := canUpdate(st, in.DisableRollback); err != nil {
		return nil, err
	}
	if body == nil {
		body = c.templates[st.Template].body
	}
	return c.deployDirectly(st, in.directRequest, body, updateInProgress)
}

// askedDirectly is what a stack notes of these two requests, to know one that is sent again by its token.
const askedDirectly = "direct"

// deployDirectly brings what the request says to the stack, from a status that has a stage. s.mu is held.
func (c *request) deployDirectly(st *stack, in directRequest, body []byte, status string) (any, error) {
	target, err := c.target(st, createChangeSetRequest{
		Parameters: in.Parameters, Capabilities: in.Capabilities, Tags: in.Tags, NotificationARNs: in.NotificationARNs, RoleARN: in.RoleARN,
	}, body)
	if err != nil {
		return nil, err
	}
	plan, err := c.plan(st, target, new(outlook))
	if err != nil {
		return nil, err
	}
	switch err := plan.err(); {
	case err != nil:
		return nil, refuse("%s", oneLine(err))
	case plan.empty() && status == updateInProgress:
		return nil, refuse("No updates are to be performed.")
	}
	if status == updateInProgress {
		st.Updated = c.now()
	}
	c.stacks[st.ID], c.active[st.Name], c.stack = st, st, st
	if err := c.begin(&operation{Target: target, DisableRollback: in.DisableRollback}, in.ClientRequestToken, askedDirectly, status); err != nil {
		return nil, err
	}
	return directAnswer{st.ID}, c.obsolete(st, nil)
}

// canUpdate refuses an update of a stack that is not at rest, or that waits to be rolled back.
func canUpdate(st *stack, disableRollback bool) error {
	if err := atRest(st); err != nil {
		return err
	}
	if (st.Status == createFailed || st.Status == updateFailed) && !disableRollback {
		return refuse("This stack is currently in a non-terminal [%s] state. To update the stack from this state, please use the "+
			"disable-rollback parameter with update-stack API. To rollback to the last known good state, use the rollback-stack API", st.Status)
	}
	return nil
}
