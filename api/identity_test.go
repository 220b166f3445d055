package api

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/appsyncjs"
)

// identityOf is a user who signs with the credentials that the identity pool gave them, as AppSync says it to resolvers.
// https://docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference-js.html, "Identity"
func identityOf(who appsyncjs.UserPoolIdentity) appsyncjs.IAMIdentity {
	return credentials("authenticated", who.Username, `"`+userPool+`","`+userPool+`:CognitoSignIn:`+who.Sub+`"`)
}

// credentials are those of an identity of the identity pool, of who signed in in some way; without a provider the
// identity pool names none.
func credentials(authType, name, providers string) appsyncjs.IAMIdentity {
	pool, id := "us-east-1:99999999-9999-4999-8999-999999999999", "us-east-1:identity-of-"+name
	identity := appsyncjs.IAMIdentity{
		AccountID: "111122223333", Username: "AROAEXAMPLE:CognitoIdentityCredentials",
		CognitoIdentityPoolID: &pool, CognitoIdentityID: &id, CognitoIdentityAuthType: &authType,
	}
	if providers != "" {
		identity.CognitoIdentityAuthProvider = &providers
	}
	return identity
}

// textRows are the rows of photos, each attribute as a text.
func (b *backend) textRows() []map[string]string {
	b.t.Helper()
	var all []map[string]string
	for _, row := range b.photos.rows(b.t) {
		texts := map[string]string{}
		for name, value := range row {
			texts[name] = value.Text
		}
		all = append(all, texts)
	}
	return all
}

func TestLinkIdentity_notesWhoseTheCredentialsAre(t *testing.T) {
	b := newBackend(t)
	if got := b.call("Mutation.linkIdentity", identityOf(alice), args{}); got.err != nil || got.value != true {
		t.Fatalf("got %v and %v, want true", got.value, got.err)
	}
	want := map[string]string{
		"photoId": "PROFILE#" + alice.Sub, "row": "IDENTITY#us-east-1:identity-of-alice",
		"createdAt": "2026-11-21T08:00:01.000Z", "seenAt": "2026-11-21T08:00:01.000Z",
	}
	if diff := cmp.Diff([]map[string]string{want}, b.textRows()); diff != "" {
		t.Errorf("the first time (-want +got):\n%s", diff)
	}
	b.call("Mutation.linkIdentity", identityOf(alice), args{})
	want["seenAt"] = "2026-11-21T08:00:02.000Z"
	if diff := cmp.Diff([]map[string]string{want}, b.textRows()); diff != "" {
		t.Errorf("again (-want +got):\n%s", diff)
	}
	b.call("Mutation.linkIdentity", identityOf(bob), args{})
	if got := b.textRows(); len(got) != 2 {
		t.Errorf("another: got %v, want a row of his own", got)
	}
}

// API Gateway and Lambda name the providers without quotation marks.
func TestLinkIdentity_takesProvidersWithoutQuotationMarks(t *testing.T) {
	b := newBackend(t)
	got := b.call("Mutation.linkIdentity", credentials("authenticated", "alice", userPool+","+userPool+":CognitoSignIn:"+alice.Sub), args{})
	if rows := b.textRows(); got.err != nil || len(rows) != 1 || rows[0]["photoId"] != "PROFILE#"+alice.Sub {
		t.Errorf("got %v and %v, want her row", got.err, rows)
	}
}

func TestM93_linkIdentityTakesWhatTheIdentityPoolSaysAlone(t *testing.T) {
	const other = "cognito-idp.us-east-1.amazonaws.com/us-east-1_ANOTHER"
	signedIn := userPool + ":CognitoSignIn:" + alice.Sub
	for name, who := range map[string]any{
		"nobody": nil, "a token": alice, "an admin's token": admin, "a user of the account": guest,
		"a guest":                   credentials("unauthenticated", "g", ""),
		"a guest who names a user":  credentials("unauthenticated", "g", userPool+","+signedIn),
		"no provider":               credentials("authenticated", "g", ""),
		"another pool":              credentials("authenticated", "g", other+","+other+":CognitoSignIn:"+alice.Sub),
		"another pool's user":       credentials("authenticated", "g", userPool+","+other+":CognitoSignIn:"+alice.Sub),
		"another pool with a user":  credentials("authenticated", "g", other+","+signedIn),
		"a pool of a longer name":   credentials("authenticated", "g", userPool+"2,"+userPool+"2:CognitoSignIn:"+alice.Sub),
		"Google":                    credentials("authenticated", "g", "accounts.google.com,accounts.google.com:"+signedIn),
		"Google beside the pool":    credentials("authenticated", "g", userPool+","+signedIn+",accounts.google.com,accounts.google.com:1"),
		"two users":                 credentials("authenticated", "g", userPool+","+signedIn+","+userPool+","+userPool+":CognitoSignIn:"+bob.Sub),
		"the pool alone":            credentials("authenticated", "g", userPool),
		"the user alone":            credentials("authenticated", "g", signedIn),
		"a user without a sub":      credentials("authenticated", "g", userPool+","+userPool+":CognitoSignIn:"),
		"another way of signing in": credentials("authenticated", "g", userPool+","+userPool+":Other:"+alice.Sub),
	} {
		b := newBackend(t)
		b.call("Mutation.linkIdentity", who, args{}).fails("Unauthorized")
		if rows := b.textRows(); len(rows) > 0 {
			t.Errorf("%s: got %v, want no row", name, rows)
		}
	}
	// What is sent says nothing.
	b := newBackend(t)
	b.headers = map[string][]string{"x-amz-cognito-identity-id": {"us-east-1:identity-of-bob"}}
	b.call("Mutation.linkIdentity", identityOf(alice), args{"sub": bob.Sub, "identityId": "us-east-1:identity-of-bob", "cognitoIdentityId": "us-east-1:x"})
	if rows := b.textRows(); len(rows) != 1 || rows[0]["photoId"] != "PROFILE#"+alice.Sub || rows[0]["row"] != "IDENTITY#us-east-1:identity-of-alice" {
		t.Errorf("got %v, want her own", rows)
	}
}
