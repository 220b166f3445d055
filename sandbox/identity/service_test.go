package identity_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/store"
)

func TestGetID_refusesGuestsWhereTheyAreNotAllowed(t *testing.T) {
	r := newRig(t)
	guest := r.id("")
	r.SignUp("ann")
	if err := r.Update("Identity", "IdentityPoolEC8A1A0D", func(p object) { p["AllowUnauthenticatedIdentities"] = false }); err != nil {
		t.Fatal(err)
	}
	for operation, in := range map[string]object{"GetId": {"IdentityPoolId": r.pool}, "GetCredentialsForIdentity": {"IdentityId": guest}} {
		output, code := r.call(operation, in)
		if code != "NotAuthorizedException" || output["message"] != "Unauthenticated access is not supported for this identity pool." {
			t.Errorf("%s: got %q %v", operation, code, output)
		}
	}
	if _, id := r.keys(guest, r.SignIn("ann").IDToken); id != guest {
		t.Errorf("got %s, want a user to be let in", id)
	}
}

func TestServeHTTP_refusesInTheServicesOwnWords(t *testing.T) {
	r := newRig(t)
	unknown := "us-east-1:00000000-0000-4000-8000-000000000000"
	for _, test := range []struct {
		operation string
		input     any
		want      string
	}{
		{"GetId", object{"IdentityPoolId": r.pool, "AccountId": "000000000000"}, ""},
		{"GetId", object{"IdentityPoolId": r.pool, "Logins": object{}}, ""},
		{"GetId", object{"IdentityPoolId": unknown}, "ResourceNotFoundException"},
		{"GetId", object{"IdentityPoolId": "x"}, "ValidationException"},
		{"GetId", object{"IdentityPoolId": strings.Repeat("a", 60) + ":0"}, "ValidationException"},
		{"GetId", object{}, "ValidationException"},
		{"GetId", object{"IdentityPoolId": r.pool, "Foo": 1}, "ValidationException"},
		{"GetId", object{"IdentityPoolId": r.pool, "Logins": "x"}, "SerializationException"},
		{"GetId", object{"IdentityPoolId": r.pool, "Logins": object{"a": "b", "c": "d"}}, "InvalidParameterException"},
		{"GetId", object{"IdentityPoolId": r.pool, "Logins": object{"graph.facebook.com": "x"}}, "NotAuthorizedException"},
		{"GetId", "{", "SerializationException"},
		{"GetId", "null", "SerializationException"},
		{"GetCredentialsForIdentity", object{"IdentityId": unknown}, "ResourceNotFoundException"},
		{"GetCredentialsForIdentity", object{"IdentityId": ""}, "ValidationException"},
		{"GetCredentialsForIdentity", object{"IdentityId": "../../x"}, "ValidationException"},
		{"GetOpenIdToken", object{}, "ValidationException"},
		{"CreateIdentityPool", object{}, "UnknownOperationException"},
		{"GetCredentialsForIdentityForever", object{}, "UnknownOperationException"},
	} {
		if output, code := r.call(test.operation, test.input); code != test.want {
			t.Errorf("%s %v: got %q %v, want %q", test.operation, test.input, code, output, test.want)
		}
	}
	status, _, _ := r.anon.Post(map[string]string{"X-Amz-Target": "AWSCognitoIdentityService.GetId"}, strings.Repeat(" ", 200<<10))
	if status != http.StatusRequestEntityTooLarge {
		t.Errorf("a long body: got %d, want 413", status)
	}
}

func TestServeHTTP_letsPagesOfAnyOriginCall(t *testing.T) {
	r := newRig(t)
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodOptions, r.anon.URL+"/", nil)
	request.Header.Set("Origin", "https://app.example.com")
	request.Header.Set("Access-Control-Request-Method", "POST")
	request.Header.Set("Access-Control-Request-Headers", "cache-control,content-type,x-amz-target,x-amz-user-agent")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusNoContent || response.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("got %s with %v", response.Status, response.Header)
	}
	for _, name := range []string{"cache-control", "content-type", "x-amz-target", "x-amz-user-agent"} {
		if !strings.Contains(response.Header.Get("Access-Control-Allow-Headers"), name) {
			t.Errorf("want %s to be allowed", name)
		}
	}
	for _, body := range []string{`{"IdentityPoolId": "` + r.pool + `"}`, "{"} { // errors are to be read as well
		_, _, header := r.anon.Post(map[string]string{"X-Amz-Target": "AWSCognitoIdentityService.GetId", "Origin": "https://app.example.com"}, body)
		if header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(header.Get("Access-Control-Expose-Headers"), "x-amzn-ErrorType") {
			t.Errorf("got %v", header)
		}
	}
}

func TestService_goesOnAfterARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "db")
	db, err := store.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	r := open(t, db)
	r.deploy()
	r.SignUp("ann")
	token := r.SignIn("ann").IDToken
	id, guest := r.id(token), r.id("")
	before, _ := r.keys(id, token)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if db, err = store.Open(path); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	next := open(t, db)
	next.pool, next.Deployment, next.UserPool = r.pool, r.Deployment, r.UserPool
	next.UserPool.Service = next.users
	if next.id(token) != id {
		t.Error("want the user's identity to be known")
	}
	if _, same := next.keys(guest, ""); same != guest {
		t.Error("want the guest's identity to be known")
	}
	after := next.caller(before.AccessKeyID)
	if !may(after, "s3:PutObject", files+"private/"+id+"/x") || may(after, "s3:PutObject", files+"private/"+guest+"/x") {
		t.Error("want the keys from before to be good for the own folder")
	}
}

// meanwhile is a store that does something before the next transaction that writes.
type meanwhile struct {
	store.Store
	do func()
}

func (m *meanwhile) Update(write func(store.Writer) error) error {
	if do := m.do; do != nil {
		m.do = nil
		do()
	}
	return m.Store.Update(write)
}

func TestService_keepsOneIdentityAUserWhoSignsInTwiceAtOnce(t *testing.T) {
	db := &meanwhile{Store: store.NewMemory()}
	r := open(t, db)
	r.deploy()
	r.SignUp("ann")
	r.SignUp("bob")
	ann, bob := r.SignIn("ann").IDToken, r.SignIn("bob").IDToken
	var first string
	db.do = func() { first = r.id(ann) }
	if second := r.id(ann); second != first || first == "" {
		t.Errorf("got %q and %q, want one identity", first, second)
	}

	guest, other := r.id(""), ""
	r.SignUp("cem")
	cem := r.SignIn("cem").IDToken
	db.do = func() { _, other = r.keys(guest, bob) }
	_, id := r.keys(guest, cem)
	if other != guest || id == guest {
		t.Errorf("got %s for bob and %s for cem, want the guest's identity %s to become the first one's alone", other, id, guest)
	}
}
