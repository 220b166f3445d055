package cognito

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/cognito/refuse"
)

// Functions invokes the functions that pools name as their triggers.
type Functions interface {
	// Invoke has a function answer an event for the pool of an ARN: as the service cognito-idp.amazonaws.com, if the function's
	// own policy lets it. Of one that failed the answer is its error, as Lambda gives it. An *aws.Error is Lambda's refusal.
	Invoke(ctx context.Context, function, pool string, event []byte) (answer []byte, failed bool, err error)
}

// noFunctions are those of an account without any.
type noFunctions struct{}

func (noFunctions) Invoke(_ context.Context, function, _ string, _ []byte) ([]byte, bool, error) {
	return nil, false, refuse.With("ResourceNotFoundException", "Function not found: %s", function)
}

// A function has five seconds. One that has not answered then is called again, three times in all.
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
const (
	triggerLimit = 5 * time.Second
	triggerTries = 3
)

// event is what a function is told. It answers the same with another response.
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html#cognito-user-pools-lambda-trigger-syntax-shared
type event struct {
	Version       string         `json:"version"`
	Region        string         `json:"region"`
	UserPoolID    string         `json:"userPoolId"`
	UserName      string         `json:"userName"`
	CallerContext callerContext  `json:"callerContext"`
	TriggerSource string         `json:"triggerSource"`
	Request       map[string]any `json:"request"`
	Response      any            `json:"response"`
}

type callerContext struct {
	AWSSDKVersion string `json:"awsSdkVersion"`
	ClientID      string `json:"clientId"`
}

// attributesOf are what events tell of a user who is there.
func attributesOf(u *directory.User) map[string]string {
	attributes := map[string]string{"sub": u.Sub, "cognito:user_status": u.Status}
	maps.Copy(attributes, u.Attributes)
	return attributes
}

// A trigger is a function that is to be told an event.
type trigger struct {
	name           string // as in PreSignUp
	function, pool string // their ARNs
	event          string // JSON; what is the same is the same text
}

// trigger is the function of a source, as in PreSignUp_SignUp, with what it is to be told of u; nil if the pool has none.
func (c *request) trigger(p *directory.Pool, source string, u *directory.User, request map[string]any, response any) (*trigger, error) {
	name, _, _ := strings.Cut(source, "_")
	function := p.Settings.Triggers()[name]
	if function == "" {
		return nil, nil
	}
	if c.metadata != nil {
		request["clientMetadata"] = c.metadata
	}
	told, err := json.Marshal(event{
		Version: "1", Region: c.directory.Region, UserPoolID: p.ID, UserName: u.Name, TriggerSource: source, Request: request, Response: response,
		CallerContext: callerContext{"aws-sdk-unknown-unknown", cmp.Or(c.app, "CLIENT_ID_NOT_APPLICABLE")},
	})
	return &trigger{name: name, function: function, pool: c.directory.ARN(p.ID), event: string(told)}, err
}

// unasked ends a transaction that needs what a function says: it is undone, the function called without it, and the
// transaction run again.
type unasked struct{ *trigger }

func (unasked) Error() string { return "a function has to be asked first" }

// ask reads what the function of a source makes of a response into answer, in a transaction. Without a function answer stays as it is.
func (c *request) ask(p *directory.Pool, source string, u *directory.User, request map[string]any, response, answer any) error {
	t, err := c.trigger(p, source, u, request, response)
	if t == nil || err != nil {
		return err
	}
	said, known := c.said[t.event]
	if !known {
		return unasked{t}
	}
	return t.read(said, answer)
}

// read reads the response of an answer. Cognito wants the event back.
func (t *trigger) read(said []byte, response any) error {
	var answer struct {
		Response json.RawMessage `json:"response"`
	}
	if json.Unmarshal(said, &answer) != nil || !bytes.HasPrefix(answer.Response, []byte("{")) || json.Unmarshal(answer.Response, response) != nil {
		return refuse.With("InvalidLambdaResponseException", "Unrecognizable lambda output")
	}
	return nil
}

// later calls the function of a source, which only hears of u, when the transaction is done.
func (c *request) later(p *directory.Pool, source string, u *directory.User) error {
	t, err := c.trigger(p, source, u, map[string]any{"userAttributes": attributesOf(u)}, struct{}{})
	if t != nil {
		c.after = append(c.after, t)
	}
	return err
}

// update runs write in a transaction; what it did is kept as in directory.Update. What functions have to say first they are
// asked outside of it, so that nobody waits for them, and they can call the service themselves.
func (c *request) update(write func(directory.Tx) error) error {
	outbox, after := len(c.outbox), len(c.after)
	for {
		err := c.directory.Update(c.at, write)
		var open unasked
		if !errors.As(err, &open) {
			return err
		}
		c.outbox, c.after = c.outbox[:outbox], c.after[:after]
		said, err := c.call(c.ctx, open.trigger)
		if err != nil {
			return err
		}
		if c.said == nil {
			c.said = map[string][]byte{}
		}
		c.said[open.event] = said
	}
}

// call calls a function. The words of errors are Cognito's, as its clients have published them: the one that a function
// gives is for people to read. The client can go away meanwhile.
// https://repost.aws/knowledge-center/cognito-lambda-trigger-errors
func (c *request) call(ctx context.Context, t *trigger) ([]byte, error) {
	sub, asked := aws.WithEntry(aws.ByService(context.WithoutCancel(ctx))) // the call's own says who called, and not what Cognito did
	for range triggerTries {
		limited, cancel := context.WithTimeout(sub, c.triggerLimit)
		answer, failed, err := c.functions.Invoke(limited, t.function, t.pool, []byte(t.event))
		late := limited.Err() != nil
		cancel()
		var refusal *aws.Error
		switch {
		case errors.As(err, &refusal):
			if entry := c.entry(); asked.Decided {
				entry.Decided, entry.Decision, entry.Reasons = true, asked.Decision, asked.Reasons
			}
			return nil, refuse.With("UnexpectedLambdaException", "%s invocation failed due to error %s.", t.name, refusal.Code)
		case err == nil && failed:
			return nil, refuse.With("UserLambdaValidationException", "%s failed with error %s.", t.name, saidToFail(answer))
		case err == nil:
			return answer, nil
		case !late:
			return nil, err
		}
	}
	return nil, refuse.With("UnexpectedLambdaException", "%s invocation failed due to error Socket timeout while invoking Lambda function.", t.name)
}

// saidToFail is what an error of a function says.
func saidToFail(answer []byte) string {
	var failure struct{ ErrorMessage string }
	if json.Unmarshal(answer, &failure) != nil {
		return string(answer)
	}
	return failure.ErrorMessage
}

// tell calls the functions that hear of what was done. What they say changes nothing of it: a person whose confirmation a
// function fails on is confirmed, and the error is the answer.
func (c *request) tell() error {
	for _, t := range c.after {
		said, err := c.call(c.ctx, t)
		if err == nil {
			err = t.read(said, &struct{}{})
		}
		if err != nil {
			return err
		}
	}
	return nil
}
