package look

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"sync"

	sdk "github.com/aws/aws-sdk-go-v2/aws"

	"lightbox.example/lightbox/sandbox/appsync"
	"lightbox.example/lightbox/sandbox/cognito/tokens"
)

// A speaker is whom an API is asked as: by a header of theirs, or by keys to sign with.
type speaker struct {
	as     string // as the log of requests has it
	header http.Header
	key    *sdk.Credentials // nil signs nothing
	leave  func()           // once it was asked
}

// asHolder has an API key, which is nobody in particular.
func asHolder(_ context.Context, a appsync.GraphQLAPI, _ string) (*speaker, error) {
	if a.Key == "" {
		return nil, badly("as: got key, want another: %s has no API key that is good", a.Name)
	}
	return &speaker{as: "an API key", header: http.Header{"X-Api-Key": {a.Key}}, leave: func() {}}, nil
}

// asUser has a token of the user pool, or keys for it where the API takes no tokens. The sign-in is over afterwards; a token goes on until its time
// is over, as on AWS.
func (l *Looker) asUser(ctx context.Context, a appsync.GraphQLAPI, name string) (*speaker, error) {
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
	t, leave, err := l.signIn(ctx, pool, client, name)
	if err != nil {
		return nil, err
	}
	who := &speaker{as: name + " of " + pool, header: http.Header{"Authorization": {t.AccessToken}}, leave: leave}
	if a.UserPool == "" {
		var identity string
		if who.key, identity, err = l.keys(ctx, pool, t.IDToken); err != nil {
			who.leave()
			return nil, err
		}
		who.as, who.header = who.as+" ("+identity+")", http.Header{}
	}
	return who, nil
}

// signIn has the tokens of a user, until leave.
func (l *Looker) signIn(ctx context.Context, pool, client, user string) (t *tokens.Tokens, leave func(), err error) {
	t, err = l.Users.SignIn(ctx, pool, client, user)
	if err != nil {
		return nil, nil, told(err)
	}
	return t, func() { _ = l.Users.SignOut(client, t.RefreshToken) }, nil // where a client revokes nothing it is over when its time is
}

// guests are the identities that this page is as a guest, by identity pool.
type guests struct {
	mu  sync.Mutex
	ids map[string]string
}

// asGuest has the keys of a guest, which is the same each time.
func (l *Looker) asGuest(ctx context.Context, a appsync.GraphQLAPI, _ string) (*speaker, error) {
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
	return &speaker{as: "guest " + l.guests.ids[pool], header: http.Header{}, key: key, leave: func() {}}, nil
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
