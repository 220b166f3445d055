package look

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/appsync"
)

// An APIPage is what GET /_lightbox/api answers: the APIs, and of the one that ?api= names, or the first, the schema and whom it takes.
type APIPage struct {
	APIs   []NamedAPI `json:"apis"`
	API    string     `json:"api,omitempty"`
	URL    string     `json:"url,omitempty"`
	Schema string     `json:"schema,omitempty"`
	Guests bool       `json:"guests"`         // whether it can be called as a guest: it takes signatures, and an identity pool has guests
	Key    bool       `json:"key"`            // whether it can be called with an API key of its own
	Pool   string     `json:"pool,omitempty"` // the user pool whose users can call it
}

// NamedAPI is one of the APIs.
type NamedAPI struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (l *Looker) api(_ context.Context, query url.Values) (any, error) {
	page := APIPage{APIs: []NamedAPI{}}
	all := l.APIs.APIs()
	var ids []string
	for _, a := range all {
		ids = append(ids, a.ID)
		page.APIs = append(page.APIs, NamedAPI{a.ID, a.Name})
	}
	var err error
	if page.API, err = chosen(query, "api", ids); err != nil || page.API == "" {
		return page, err
	}
	a := all[slices.Index(ids, page.API)]
	page.URL, page.Schema = "https://"+a.Host+"/graphql", a.SDL
	guests, users, err := l.pools(a)
	page.Guests, page.Key, page.Pool = guests != "", a.Key != "", cmp.Or(a.UserPool, users)
	return page, err
}

// pools are the identity pool whose guests may sign for an API, and the user pool whose users may do so by an identity pool; "" for none.
func (l *Looker) pools(a appsync.GraphQLAPI) (guests, users string, err error) {
	if !a.IAM {
		return "", "", nil
	}
	all, err := l.Identities.Pools()
	for _, p := range all {
		if p.Guests && guests == "" {
			guests = p.ID
		}
		if len(p.UserPools) > 0 && users == "" {
			users = p.UserPools[0]
		}
	}
	return guests, users, err
}

// A GraphQLRun is what POST /_lightbox/api asks of an API, as somebody.
type GraphQLRun struct {
	API       string
	As        string // guest, user, or key for an API key
	User      string // of the API's user pool
	Request   json.RawMessage
	Subscribe bool // answers with what a subscription is opened by, and asks for nothing
}

// A GraphQLAnswer is what the API answered, and to whom.
type GraphQLAnswer struct {
	As     string          `json:"as"`     // as the log of requests has it
	Status int             `json:"status"` // of HTTP
	Answer json.RawMessage `json:"answer"`
}

// A GraphQLSubscription is what somebody opens a subscription by, at the API's real-time endpoint and as AppSync's clients do: the headers that
// stand in for those of a request, once to connect and once to start.
//
// https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html
type GraphQLSubscription struct {
	As      string            `json:"as"`
	URL     string            `json:"url"` // wss://…
	Connect map[string]string `json:"connect"`
	Start   map[string]string `json:"start"`
	Data    string            `json:"data"` // of the message start: the request, as it was signed
}

// runGraphQL asks an API by its front door, with the credentials that such a caller has.
func (l *Looker) runGraphQL(ctx context.Context, run GraphQLRun) (any, error) {
	all := l.APIs.APIs()
	at := slices.IndexFunc(all, func(a appsync.GraphQLAPI) bool { return a.ID == run.API })
	var faults []error
	if at < 0 {
		faults = append(faults, fmt.Errorf("api: got %q, want the id of an API", run.API))
	}
	speak, known := map[string]func(context.Context, appsync.GraphQLAPI, string) (*speaker, error){"guest": l.asGuest, "user": l.asUser, "key": asHolder}[run.As]
	if !known {
		faults = append(faults, fmt.Errorf("as: got %q, want guest, user or key", run.As))
	}
	if run.As == "user" && run.User == "" {
		faults = append(faults, fmt.Errorf("user: got none, want a user name"))
	}
	if len(run.Request) == 0 {
		faults = append(faults, fmt.Errorf("request: got none, want an object with query"))
	}
	if err := refused(faults); err != nil {
		return nil, err
	}
	who, err := speak(ctx, all[at], run.User)
	if err != nil {
		return nil, err
	}
	defer who.leave()
	if run.Subscribe {
		return l.subscription(ctx, all[at], who, string(run.Request))
	}
	return l.post(ctx, all[at], who, run.Request)
}

func (l *Looker) post(ctx context.Context, a appsync.GraphQLAPI, who *speaker, body []byte) (any, error) {
	header := who.header.Clone()
	header.Set("Content-Type", "application/json")
	answer, err := l.Client.send(ctx, request{"appsync", http.MethodPost, a.Host, "/graphql", nil, header, body, who.key, false})
	if err != nil {
		return nil, err
	}
	if !json.Valid(answer.body.Bytes()) {
		return nil, answer.refusal()
	}
	return GraphQLAnswer{who.as, answer.status, answer.body.Bytes()}, nil
}

func (l *Looker) subscription(ctx context.Context, a appsync.GraphQLAPI, who *speaker, data string) (any, error) {
	s := GraphQLSubscription{As: who.as, URL: "wss://" + strings.Replace(a.Host, ".appsync-api.", ".appsync-realtime-api.", 1) + "/graphql", Data: data}
	var err error
	if s.Connect, err = l.Client.stated(ctx, a.Host, "/graphql/connect", "{}", who); err == nil {
		s.Start, err = l.Client.stated(ctx, a.Host, "/graphql", data, who)
	}
	return s, err
}
