package cloudformation

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"lightbox/internal/iam"
	"lightbox/sandbox/aws"
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
}

// AWS has these two wordings.
const (
	absentID   = "Stack with id %s does not exist"
	absentName = "Stack [%s] does not exist"
)

// Operations are the operations by name, as in the form's Action.
var Operations = map[string]handler{
	"ContinueUpdateRollback":      {(*call).continueUpdateRollback, absentName},
	"CreateChangeSet":             {(*call).createChangeSet, ""},
	"DeleteChangeSet":             {(*call).deleteChangeSet, ""},
	"DeleteStack":                 {(*call).deleteStack, ""},
	"DescribeChangeSet":           {(*call).describeChangeSet, ""},
	"DescribeEvents":              {(*call).describeEvents, ""},
	"DescribeStackEvents":         {(*call).describeStackEvents, absentName},
	"DescribeStackResourceDrifts": {(*call).describeStackResourceDrifts, absentName},
	"DescribeStackResources":      {(*call).describeStackResources, absentID},
	"DescribeStacks":              {(*call).describeStacks, ""},
	"ExecuteChangeSet":            {(*call).executeChangeSet, ""},
	"GetTemplate":                 {(*call).getTemplate, absentID},
	"GetTemplateSummary":          {(*call).getTemplateSummary, ""},
	"ListChangeSets":              {(*call).listChangeSets, absentName},
	"ListHookResults":             {(*call).listHookResults, ""},
	"ListStackResources":          {(*call).listStackResources, absentID},
	"ListStacks":                  {(*call).listStacks, ""},
	"RollbackStack":               {(*call).rollbackStack, absentName},
	"UpdateTerminationProtection": {(*call).updateTerminationProtection, absentName},
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
	entry := aws.EntryOf(r.Context())
	if entry.RequestID == "" {
		ctx, fresh := aws.WithEntry(r.Context())
		r, entry = r.WithContext(ctx), fresh
	}
	entry.Service = "cloudformation"
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
