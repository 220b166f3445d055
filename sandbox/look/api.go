package look

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"

	sdk "github.com/aws/aws-sdk-go-v2/aws"

	"lightbox.example/lightbox/sandbox/appsync"
	"lightbox.example/lightbox/sandbox/cognito/tokens"
)

// An APIPage is what GET /_lightbox/api answers: the APIs, and of the one that ?api= names, or the first, the schema and whom it takes.
type APIPage struct {
	APIs   []NamedAPI `json:"apis"`
	API    string     `json:"api,omitempty"`
	URL    string     `json:"url,omitempty"`
	Schema string     `json:"schema,omitempty"`
	Guests bool       `json:"guests"`         // whether it can be called as a guest: it takes signatures, and an identity pool has guests
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
	page.Guests, page.Pool = guests != "", cmp.Or(a.UserPool, users)
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
	API     string
	As      string // guest, or user
	User    string // of the API's user pool
	Request json.RawMessage
}

// A GraphQLAnswer is what the API answered, and to whom.
type GraphQLAnswer struct {
	As     string          `json:"as"`     // as the log of requests has it
	Status int             `json:"status"` // of HTTP
	Answer json.RawMessage `json:"answer"`
}

// runGraphQL asks an API by its front door, with the credentials that such a caller has.
func (l *Looker) runGraphQL(ctx context.Context, run GraphQLRun) (any, error) {
	all := l.APIs.APIs()
	at := slices.IndexFunc(all, func(a appsync.GraphQLAPI) bool { return a.ID == run.API })
	var faults []error
	if at < 0 {
		faults = append(faults, fmt.Errorf("api: got %q, want the id of an API", run.API))
	}
	if run.As != "guest" && run.As != "user" {
		faults = append(faults, fmt.Errorf("as: got %q, want guest or user", run.As))
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
	if run.As == "guest" {
		return l.asGuest(ctx, all[at], run)
	}
	return l.asUser(ctx, all[at], run)
}

func (l *Looker) post(ctx context.Context, a appsync.GraphQLAPI, run GraphQLRun, header http.Header, key *sdk.Credentials) (json.RawMessage, int, error) {
	header.Set("Content-Type", "application/json")
	answer, err := l.Client.send(ctx, request{"appsync", http.MethodPost, a.Host, "/graphql", nil, header, run.Request, key, false})
	if err != nil {
		return nil, 0, err
	}
	if !json.Valid(answer.body.Bytes()) {
		return nil, 0, answer.refusal()
	}
	return answer.body.Bytes(), answer.status, nil
}

// asUser asks with a token of the user pool, or with keys for it where the API takes no tokens. The sign-in is over afterwards.
func (l *Looker) asUser(ctx context.Context, a appsync.GraphQLAPI, run GraphQLRun) (any, error) {
	_, users, err := l.pools(a)
	if err != nil {
		return nil, err
	}
	pool := cmp.Or(a.UserPool, users)
	if pool == "" {
		return nil, badly("as: got user, want another: %s takes no users", a.Name)
	}
	client, err := l.client(ctx, pool, "")
	if err != nil {
		return nil, err
	}
	return l.signedIn(ctx, pool, client, run.User, func(t *tokens.Tokens) (any, error) {
		answer := GraphQLAnswer{As: run.User + " of " + pool}
		if a.UserPool != "" {
			answer.Answer, answer.Status, err = l.post(ctx, a, run, http.Header{"Authorization": {t.AccessToken}}, nil)
			return answer, err
		}
		key, identity, err := l.keys(ctx, pool, t.IDToken)
		if err != nil {
			return nil, err
		}
		answer.As += " (" + identity + ")"
		answer.Answer, answer.Status, err = l.post(ctx, a, run, http.Header{}, key)
		return answer, err
	})
}

// signedIn does something with the tokens of a user, who is signed out afterwards.
func (l *Looker) signedIn(ctx context.Context, pool, client, user string, do func(*tokens.Tokens) (any, error)) (any, error) {
	t, err := l.Users.SignIn(ctx, pool, client, user)
	if err != nil {
		return nil, told(err)
	}
	answer, err := do(t)
	_ = l.Users.SignOut(client, t.RefreshToken) // where a client revokes nothing it is over when its time is
	return answer, err
}

// guests are the identities that this page is as a guest, by identity pool.
type guests struct {
	mu  sync.Mutex
	ids map[string]string
}

// asGuest asks with the keys of a guest, which is the same each time.
func (l *Looker) asGuest(ctx context.Context, a appsync.GraphQLAPI, run GraphQLRun) (any, error) {
	pool, _, err := l.pools(a)
	if err != nil {
		return nil, err
	}
	if pool == "" {
		return nil, badly("as: got guest, want another: %s takes no guests", a.Name)
	}
	l.guests.mu.Lock()
	defer l.guests.mu.Unlock()
	key, err := l.exchange(ctx, l.guests.ids[pool], nil)
	if l.guests.ids[pool] == "" || is(err, "ResourceNotFoundException") { // another state was loaded
		var made struct {
			IdentityID string `json:"IdentityId"`
		}
		if err := l.Client.look(ctx, "cognito-identity", "GetId", map[string]any{"IdentityPoolId": pool}, &made); err != nil {
			return nil, err
		}
		l.guests.ids = map[string]string{pool: made.IdentityID}
		key, err = l.exchange(ctx, made.IdentityID, nil)
	}
	if err != nil {
		return nil, err
	}
	answer := GraphQLAnswer{As: "guest " + l.guests.ids[pool]}
	answer.Answer, answer.Status, err = l.post(ctx, a, run, http.Header{}, key)
	return answer, err
}

// keys are those of a user, by the identity pool that takes their pool's tokens, and their identity.
func (l *Looker) keys(ctx context.Context, userPool, token string) (*sdk.Credentials, string, error) {
	all, err := l.Identities.Pools()
	if err != nil {
		return nil, "", err
	}
	for _, p := range all {
		if !slices.Contains(p.UserPools, userPool) {
			continue
		}
		logins := map[string]string{"cognito-idp." + l.Client.Region + ".amazonaws.com/" + userPool: token}
		var made struct {
			IdentityID string `json:"IdentityId"`
		}
		if err := l.Client.look(ctx, "cognito-identity", "GetId", map[string]any{"IdentityPoolId": p.ID, "Logins": logins}, &made); err != nil {
			return nil, "", err
		}
		key, err := l.exchange(ctx, made.IdentityID, logins)
		return key, made.IdentityID, err
	}
	return nil, "", badly("pool: got %q, want one whose tokens an identity pool takes", userPool)
}

// exchange gets the keys of an identity; none of "".
func (l *Looker) exchange(ctx context.Context, identity string, logins map[string]string) (*sdk.Credentials, error) {
	if identity == "" {
		return nil, nil
	}
	in := map[string]any{"IdentityId": identity}
	if logins != nil {
		in["Logins"] = logins
	}
	var out struct {
		Credentials struct {
			AccessKeyID             string `json:"AccessKeyId"`
			SecretKey, SessionToken string
		}
	}
	err := l.Client.look(ctx, "cognito-identity", "GetCredentialsForIdentity", in, &out)
	return &sdk.Credentials{
		AccessKeyID: out.Credentials.AccessKeyID, SecretAccessKey: out.Credentials.SecretKey, SessionToken: out.Credentials.SessionToken,
	}, err
}
