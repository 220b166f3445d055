package cloudformation

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
)

// bodyLimit is enough for a template in the form, 51,200 bytes, however it is escaped. Longer ones come by TemplateURL.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
const bodyLimit = 1 << 20

// patience is how long the answer to a request that starts an operation waits for its end. Operations here take milliseconds,
// and clients that find one under way look again only after seconds.
const patience = 3 * time.Second

// headStart is how long a rollback that was asked for waits before it begins: the CDK's command shows only what happens after
// it has the answer.
const headStart = 300 * time.Millisecond

var protocol = aws.QueryProtocol{Namespace: "http://cloudformation.amazonaws.com/doc/2010-05-15/"}

// handler is one operation of the API.
type handler struct {
	run func(*call) (any, error)
	// absent is what the answer says of a stack that is not there; "" leaves it to run. %s is its name.
	absent string
	// takes are the parameters that the sandbox knows of the operation, by their first names.
	takes string
}

// AWS has these two wordings.
const (
	absentID   = "Stack with id %s does not exist"
	absentName = "Stack [%s] does not exist"
)

// Operations are the operations by name, as in the form's Action.
var Operations = map[string]handler{
	"ContinueUpdateRollback": {(*call).continueUpdateRollback, absentName, "StackName ClientRequestToken ForceRollback ResourcesToSkip RoleARN"},
	"CreateChangeSet": {(*call).createChangeSet, "", "StackName ChangeSetName ChangeSetType ClientToken Description TemplateBody TemplateURL " +
		"UsePreviousTemplate Parameters Capabilities Tags NotificationARNs RoleARN IncludeNestedStacks ImportExistingResources DeploymentConfig OnStackFailure"},
	"DeleteChangeSet":             {(*call).deleteChangeSet, "", "StackName ChangeSetName"},
	"DeleteStack":                 {(*call).deleteStack, "", "StackName ClientRequestToken RetainResources RoleARN DeploymentConfig"},
	"DescribeChangeSet":           {(*call).describeChangeSet, "", "StackName ChangeSetName IncludePropertyValues NextToken"},
	"DescribeEvents":              {(*call).describeEvents, "", "StackName ChangeSetName Filters NextToken"},
	"DescribeStackEvents":         {(*call).describeStackEvents, absentName, "StackName NextToken"},
	"DescribeStackResourceDrifts": {(*call).describeStackResourceDrifts, absentName, "StackName StackResourceDriftStatusFilters MaxResults NextToken"},
	"DescribeStackResources":      {(*call).describeStackResources, absentID, "StackName LogicalResourceId PhysicalResourceId"},
	"DescribeStacks":              {(*call).describeStacks, "", "StackName NextToken"},
	"ExecuteChangeSet":            {(*call).executeChangeSet, "", "StackName ChangeSetName ClientRequestToken DisableRollback"},
	"GetTemplate":                 {(*call).getTemplate, absentID, "StackName ChangeSetName TemplateStage"},
	"GetTemplateSummary":          {(*call).getTemplateSummary, "", "StackName TemplateBody TemplateURL"},
	"ListChangeSets":              {(*call).listChangeSets, absentName, "StackName NextToken"},
	"ListHookResults":             {(*call).listHookResults, "", "TargetType TargetId TypeArn Status NextToken"},
	"ListStackResources":          {(*call).listStackResources, absentID, "StackName NextToken"},
	"ListStacks":                  {(*call).listStacks, "", "StackStatusFilter NextToken"},
	"RollbackStack":               {(*call).rollbackStack, absentName, "StackName ClientRequestToken RetainExceptOnCreate RoleARN"},
	"UpdateTerminationProtection": {(*call).updateTerminationProtection, absentName, "StackName EnableTerminationProtection"},
}

// check refuses parameters that would change what the request means, and that the sandbox does not know.
func (h handler) check(operation string, form url.Values) error {
	var unknown []string
	for name := range form {
		first, _, _ := strings.Cut(name, ".")
		if !slices.Contains(append(strings.Fields(h.takes), "Action", "Version"), first) {
			unknown = append(unknown, clip(name))
		}
	}
	for name, usual := range map[string]string{
		"ImportExistingResources": "false", "DeploymentConfig.Mode": "STANDARD", "DeploymentConfig.DisableRollback": "false", "OnStackFailure": "ROLLBACK",
	} {
		if value := form.Get(name); value != "" && value != usual {
			unknown = append(unknown, name+" "+clip(value))
		}
	}
	if len(unknown) > 0 {
		slices.Sort(unknown)
		return refuse("%s: %s is not supported by the sandbox", operation, strings.Join(unknown, ", "))
	}
	return nil
}

// call is one request on its way.
type call struct {
	*Service
	r      *http.Request
	form   url.Values
	caller aws.Caller
	name   string // of the stack, or its id, as the request has it
	stack  *stack // nil if there is none
	// started is closed at the end of the operation that the request started and whose end it waits for.
	started chan struct{}
}

// ServeHTTP answers a request over the wire.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r, _ = aws.Begin(r, "cloudformation", s.Region, s.Now)
	verifier := aws.Verifier{Dialect: aws.Query, Service: "cloudformation", Region: s.Region, Keys: s.Keys, Now: s.Now, BodyLimit: bodyLimit}
	caller, err := verifier.Verify(r)
	if err != nil {
		protocol.WriteError(w, r, err)
		return
	}
	operation, form, err := protocol.Read(r, bodyLimit)
	if err != nil {
		protocol.WriteError(w, r, err)
		return
	}
	result, err := s.answer(r, caller, operation, form)
	if err != nil {
		protocol.WriteError(w, r, err)
		return
	}
	protocol.Write(w, r, operation, result)
}

// answer takes the steps of every request: which operation on which stack, may they, and the operation.
func (s *Service) answer(r *http.Request, caller aws.Caller, operation string, form url.Values) (result any, err error) {
	h, known := Operations[operation]
	if !known {
		return nil, aws.Refuse(http.StatusBadRequest, "InvalidAction", "Could not find operation %s for version 2010-05-15", clip(operation))
	}
	c := &call{Service: s, r: r, form: form, caller: caller, name: form.Get("StackName")}
	s.mu.Lock()
	c.stack = c.findStack(operation)
	resource := c.resource()
	s.mu.Unlock()
	decision, message := aws.Authorize(r.Context(), caller, aws.Request{
		Action: "cloudformation:" + operation, Resource: resource, Account: s.Account,
	})
	if decision != iam.Allow {
		return nil, aws.Refuse(http.StatusForbidden, accessDenied, "%s", message)
	}
	if err := h.check(operation, form); err != nil {
		return nil, err
	}
	if c.stack == nil && h.absent != "" {
		if c.name == "" {
			return nil, refuse("1 validation error detected: Value null at 'stackName' failed to satisfy constraint: Member must not be null")
		}
		return nil, refuse(h.absent, clip(c.name))
	}
	err = guarded(func() (err error) {
		result, err = h.run(c)
		return err
	})
	if c.started != nil {
		select {
		case <-c.started:
		case <-time.After(s.patience):
		case <-r.Context().Done():
		}
	}
	return result, err
}

// findStack returns the stack that the request names: by its name one that is there, by its id also one that was deleted. A
// change set's id names its stack too. s.mu is held.
func (c *call) findStack(operation string) *stack {
	if st := c.stacks[c.name]; st != nil {
		return st
	}
	if st := c.active[c.name]; st != nil {
		return st
	}
	if set := c.changeSets[c.form.Get("ChangeSetName")]; set != nil && strings.Contains(operation, "ChangeSet") && c.name == "" {
		return c.stacks[set.StackID]
	}
	return nil
}

// resource is the ARN that policies speak of.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
func (c *call) resource() string {
	switch {
	case c.stack != nil:
		return c.stack.ID
	case strings.HasPrefix(c.name, "arn:"):
		return c.name
	case c.name != "":
		return c.stackARN(c.name, "*")
	}
	return "*"
}

// noStack says that there is no stack to do something with.
func (c *call) noStack(words string) error { return refuse(words, clip(c.name)) }

// repeated reports whether the client sends the request that the stack's latest operation came from again. s.mu is held.
func (c *call) repeated(asked string) bool {
	token := c.form.Get("ClientRequestToken")
	return token != "" && c.stack.Token == token && c.stack.Asked == asked
}

// begin starts an operation on the call's stack as the request asks. s.mu is held.
func (c *call) begin(op *operation, asked, status string) error {
	op.Token = c.form.Get("ClientRequestToken")
	if op.Token != "" && c.stack.Token == op.Token {
		return aws.Refuse(http.StatusBadRequest, tokenAlreadyExists, "Token already exists: %s", clip(op.Token))
	}
	c.stack.Asked = asked
	if err := c.Service.begin(c.stack, op, status, userInitiated); err != nil {
		return err
	}
	if !op.Watched {
		c.started = c.stack.done
	}
	return nil
}

// page returns the part of a list that begins at the request's NextToken, and the token of the next.
func page[T any](form url.Values, list []T) (part []T, next string, err error) {
	from := 0
	if token := form.Get("NextToken"); token != "" {
		if _, err := fmt.Sscanf(token, "%d", &from); err != nil || from < 0 || from > len(list) {
			return nil, "", refuse("Invalid NextToken")
		}
	}
	list = list[from:]
	if len(list) <= pageSize {
		return list, "", nil
	}
	return list[:pageSize], fmt.Sprint(from + pageSize), nil
}
