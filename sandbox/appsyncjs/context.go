package appsyncjs

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// A Context is what a handler sees as `ctx`. Its values are copied by way of JSON: whatever encodes to the right JSON will do
// (a map, a struct, a json.RawMessage), and what the handler does to them stays with the handler, except for the stash.
// AWS describes it in https://docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference-js.html.
type Context struct {
	Arguments any // ctx.arguments and ctx.args: an object; nil is {}
	Identity  any // a UserPoolIdentity, an IAMIdentity, or nil for an API key
	Source    any // the parent's resolution; nil at the root
	Stash     any // an object; nil is {}. Feed Outcome.Stash back in
	Result    any // what the data source answered, for Response
	Error     *Failure
	Prev      *Prev // nil outside pipelines
	Env       map[string]string
	Request   HTTPRequest
	Info      Info

	// Now is the clock's reading for util.time and the time part of generated ids; zero is time.Now.
	Now time.Time

	// Read is told of each member of ctx.identity and ctx.request that the handler reads, as in "identity.sub" and
	// "request.headers"; nil for nobody who wants to know. It must not call the resolver.
	Read func(member string)

	constant []member // of encodeConstant, for who runs several handlers
}

// A Failure is ctx.error: what went wrong in the data source, with AppSync's type, such as
// "DynamoDB:ConditionalCheckFailedException".
type Failure struct {
	Message string `json:"message"`
	Type    string `json:"type"`
}

// Prev is ctx.prev: in a pipeline, the result of the step before.
type Prev struct {
	Result any `json:"result"`
}

// HTTPRequest is ctx.request.
type HTTPRequest struct {
	Headers    map[string][]string // lower-case names; a header that was sent once is a text, one sent again a list
	DomainName string              // the custom domain that was called; empty is null
}

// Info is ctx.info: the field that is being resolved. JSON.stringify leaves out its selection set.
type Info struct {
	FieldName           string         `json:"fieldName"`
	ParentTypeName      string         `json:"parentTypeName"`
	Variables           map[string]any `json:"variables"`
	SelectionSetList    []string       `json:"selectionSetList"`
	SelectionSetGraphQL string         `json:"selectionSetGraphQL"`
}

// A UserPoolIdentity is ctx.identity of a caller with a user pool's token.
type UserPoolIdentity struct {
	Sub                 string         `json:"sub"`
	Username            string         `json:"username"`
	Issuer              string         `json:"issuer"`
	Groups              []string       `json:"groups"` // nil is null, as AppSync has it for a caller in no group
	Claims              map[string]any `json:"claims"`
	SourceIP            []string       `json:"sourceIp"`
	DefaultAuthStrategy string         `json:"defaultAuthStrategy"` // "ALLOW" or "DENY"
}

// An IAMIdentity is ctx.identity of a caller whose request is signed. The Cognito fields are nil for credentials that do not
// come from an identity pool; a guest of one has the type "unauthenticated" and no provider.
type IAMIdentity struct {
	AccountID                   string   `json:"accountId"`
	CognitoIdentityPoolID       *string  `json:"cognitoIdentityPoolId"`
	CognitoIdentityID           *string  `json:"cognitoIdentityId"`
	SourceIP                    []string `json:"sourceIp"`
	Username                    string   `json:"username"`
	UserARN                     string   `json:"userArn"`
	CognitoIdentityAuthType     *string  `json:"cognitoIdentityAuthType"`
	CognitoIdentityAuthProvider *string  `json:"cognitoIdentityAuthProvider"`
}

// A member is one of ctx, as JSON.
type member struct {
	name string
	text []byte
}

// encode is the JSON of ctx, by members. Missing parts get the empty value that AppSync gives them.
func (c Context) encode() ([]member, error) {
	all, err := c.constant, error(nil)
	if all == nil {
		if all, err = c.encodeConstant(); err != nil {
			return nil, err
		}
	}
	values := map[string]any{"stash": orEmpty(c.Stash), "result": c.Result, "error": c.Error}
	if c.Prev != nil {
		values["prev"] = c.Prev
	}
	all, err = encoded(slices.Clip(all), values)
	slices.SortFunc(all, func(a, b member) int { return strings.Compare(a.name, b.name) })
	return all, err
}

// encodeConstant encodes the members that all handlers of a field see alike.
func (c Context) encodeConstant() ([]member, error) {
	values := map[string]any{
		"arguments": orEmpty(c.Arguments),
		"identity":  c.Identity,
		"source":    c.Source,
		"env":       c.Env,
		"request":   c.Request,
		"info":      c.Info,
	}
	if c.Env == nil {
		values["env"] = struct{}{}
	}
	return encoded(nil, values)
}

// encoded appends values as members.
func encoded(all []member, values map[string]any) ([]member, error) {
	for name, value := range values {
		text, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		all = append(all, member{name, text})
	}
	return all, nil
}

// orEmpty is v, or an empty object where v is nil or JSON's null.
func orEmpty(v any) any {
	if raw, ok := v.(json.RawMessage); ok && (len(raw) == 0 || string(raw) == "null") {
		return struct{}{}
	}
	if v == nil {
		return struct{}{}
	}
	return v
}

// MarshalJSON writes headers as an object even when there are none, and an empty domain name as null.
// https://docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference-js.html, "Access request headers"
func (r HTTPRequest) MarshalJSON() ([]byte, error) {
	request := struct {
		Headers    map[string]any `json:"headers"`
		DomainName *string        `json:"domainName"`
	}{Headers: map[string]any{}}
	for name, values := range r.Headers {
		request.Headers[name] = values
		if len(values) == 1 {
			request.Headers[name] = values[0]
		}
	}
	if r.DomainName != "" {
		request.DomainName = &r.DomainName
	}
	return json.Marshal(request)
}
