package cloudformation

import (
	"context"
	"net/http"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/paging"
	"lightbox.example/lightbox/sandbox/pipeline"
)

// answerWait is how long the answer to a request that starts an operation waits for its end. Operations here take milliseconds,
// and clients that find one under way look again only after seconds.
const answerWait = 3 * time.Second

// headStart is how long a rollback that was asked for waits before it begins: the CDK's command shows only what happens after
// it has the answer.
const headStart = 300 * time.Millisecond

const apiVersion = "2010-05-15"

// API is how the service is reached over the wire. Its longest requests have a template in the form, of 51,200 bytes, however
// it is escaped; longer ones come by TemplateURL.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
var API = pipeline.API[*Service]{
	Name: "cloudformation", Operations: Operations, BodyLimit: 1 << 20, Input: pipeline.Form(nil), Parse: pipeline.ParseForm, Unknown: unknownOperation,
	Protocol: aws.QueryProtocol{Namespace: "http://cloudformation.amazonaws.com/doc/" + apiVersion + "/"},
	Place: func(s *Service) pipeline.Place {
		return pipeline.Place{Region: s.Region, Account: s.Account, Keys: s.Keys, Now: s.Now}
	},
}

func unknownOperation(name string) error {
	return aws.Refuse(http.StatusBadRequest, "InvalidAction", "Could not find operation %s for version %s: the sandbox does not have it", clip(name), apiVersion)
}

// Operations are the operations by name, as in the form's Action.
var Operations = pipeline.Table[*Service]{
	"ContinueUpdateRollback":      existing(absentName, (*request).continueUpdateRollback),
	"CreateChangeSet":             signed((*request).createChangeSet),
	"CreateStack":                 signed((*request).createStack),
	"DeleteChangeSet":             signed((*request).deleteChangeSet),
	"DeleteStack":                 signed((*request).deleteStack),
	"DescribeChangeSet":           signed((*request).describeChangeSet),
	"DescribeEvents":              signed((*request).describeEvents),
	"DescribeStackEvents":         existing(absentName, (*request).describeStackEvents),
	"DescribeStackResourceDrifts": existing(absentName, (*request).describeStackResourceDrifts),
	"DescribeStackResources":      existing(absentID, (*request).describeStackResources),
	"DescribeStacks":              signed((*request).describeStacks),
	"ExecuteChangeSet":            signed((*request).executeChangeSet),
	"GetTemplate":                 existing(absentID, (*request).getTemplate),
	"GetTemplateSummary":          signed((*request).getTemplateSummary),
	"ListChangeSets":              existing(absentName, (*request).listChangeSets),
	"ListHookResults":             signed((*request).listHookResults),
	"ListStackResources":          existing(absentID, (*request).listStackResources),
	"ListStacks":                  signed((*request).listStacks),
	"RollbackStack":               existing(absentName, (*request).rollbackStack),
	"UpdateStack":                 signed((*request).updateStack),
	"UpdateTerminationProtection": existing(absentName, (*request).updateTerminationProtection),
}

// AWS has these two wordings of a stack that is not there.
const (
	absentID   = "Stack with id %s does not exist"
	absentName = "Stack [%s] does not exist"
)

// subject is a request that is about a stack, by its name or id or by the id of a change set of it; both may be "".
type subject interface {
	subject() (stack, changeSet string)
}

// stackRequest names a stack, or none; oneStackRequest names one.
type (
	stackRequest    struct{ StackName string }
	oneStackRequest struct {
		StackName string `required:"true" min:"1"`
	}
)

func (r stackRequest) subject() (stack, changeSet string)    { return r.StackName, "" }
func (r oneStackRequest) subject() (stack, changeSet string) { return r.StackName, "" }

// changeSetRequest names a change set, by its id or by the stack's and its own name.
type changeSetRequest struct{ StackName, ChangeSetName string }

func (r changeSetRequest) subject() (stack, changeSet string) { return r.StackName, r.ChangeSetName }

// signed is an operation that IAM decides on, by the stack that it is about.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
func signed[In subject](run func(*request, In) (any, error)) pipeline.Operation[*Service] {
	return pipeline.Signed(func(s *Service, in In) string { return s.request(context.Background(), in).resource() },
		func(s *Service, ctx context.Context, in In) (any, error) {
			c := s.request(ctx, in)
			return c.run(func() (any, error) { return run(c, in) })
		})
}

// existing is signed for an operation on a stack that is there; absent is the answer where it is not. %s is its name.
func existing[In subject](absent string, run func(*request, In) (any, error)) pipeline.Operation[*Service] {
	return signed(func(c *request, in In) (any, error) {
		if c.stack == nil {
			return nil, c.noStack(absent)
		}
		return run(c, in)
	})
}

// request is one request on its way.
type request struct {
	*Service
	ctx   context.Context
	name  string // of the stack, or its id, as the request has it
	set   string // the change set's, where that names the stack
	stack *stack // nil if there is none
	// started is closed at the end of the operation that the request started and whose end it waits for.
	started chan struct{}
}

func (s *Service) request(ctx context.Context, in subject) *request {
	c := &request{Service: s, ctx: ctx}
	c.name, c.set = in.subject()
	s.mu.Lock()
	defer s.mu.Unlock()
	c.stack = c.findStack()
	return c
}

// ServeHTTP answers a request over the wire.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	API.Serve(s, w, r)
}

// run runs an operation, and waits a while for the end of what it started.
func (c *request) run(operation func() (any, error)) (result any, err error) {
	err = guarded(func() (err error) {
		result, err = operation()
		return err
	})
	if c.started != nil {
		select {
		case <-c.started:
		case <-time.After(c.answerWait):
		case <-c.ctx.Done():
		}
	}
	return result, err
}

// findStack returns the stack that the request names: by its name one that is there, by its id also one that was deleted. A
// change set's id names its stack too. s.mu is held.
func (c *request) findStack() *stack {
	if st := c.stacks[c.name]; st != nil {
		return st
	}
	if st := c.active[c.name]; st != nil {
		return st
	}
	if set := c.changeSets[c.set]; set != nil && c.name == "" {
		return c.stacks[set.StackID]
	}
	return nil
}

// resource is the ARN that policies speak of.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
func (c *request) resource() string {
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
func (c *request) noStack(words string) error { return refuse(words, clip(c.name)) }

// repeated reports whether the client sends the request that the stack's latest operation came from again. s.mu is held.
func (c *request) repeated(token, asked string) bool {
	return token != "" && c.stack.Token == token && c.stack.Asked == asked
}

// begin starts an operation on the call's stack as the request asks. s.mu is held.
func (c *request) begin(op *operation, token, asked, status string) error {
	op.Token = token
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

// page returns the part of a list that begins at the request's NextToken, and the token of the next. What the list is of says of.
func page[T any](c *request, token string, list []T, of ...string) (part []T, next string, err error) {
	part, next, ok := paging.Cut(c.pages, token, pageSize, list, append([]string{"CloudFormation"}, of...)...)
	if !ok {
		return nil, "", refuse("Invalid NextToken")
	}
	return part, next, nil
}
