package cognito

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/cognito/tokens"
	"lightbox.example/lightbox/sandbox/store"
)

// FuzzFront sends any bytes to any operation as an administrator may: it answers, in Cognito's shape, and finds no fault in
// itself.
func FuzzFront(f *testing.F) {
	operations := []string{}
	for name := range Operations {
		operations = append(operations, name)
	}
	slices.Sort(operations)
	for i := range operations {
		f.Add(uint8(i), []byte(`{"UserPoolId": "us-east-1_x", "ClientId": "POOL", "Username": "ann", "AccessToken": "a.b.c", "Password": "x", "Filter": "a = \"b\""}`))
	}
	index := func(name string) uint8 { return uint8(slices.Index(operations, name)) }
	for name, body := range map[string]string{
		"SignUp":                 `{"ClientId": "CLIENT", "Username": "bob", "Password": "Correct-horse-1", "UserAttributes": [{"Name": "email", "Value": "b@example.com"}]}`,
		"InitiateAuth":           `{"ClientId": "CLIENT", "AuthFlow": "USER_SRP_AUTH", "AuthParameters": {"USERNAME": "ann", "SRP_A": "abcdef"}}`,
		"RespondToAuthChallenge": `{"ClientId": "CLIENT", "ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": {"USERNAME": "ann", "TIMESTAMP": "Sun Nov 1 02:18:43 UTC 2026", "PASSWORD_CLAIM_SECRET_BLOCK": "AAAA", "PASSWORD_CLAIM_SIGNATURE": "AAAA"}}`,
		"ListUsers":              `{"UserPoolId": "POOL", "Filter": "username ^= \"a\\\"b\"", "Limit": 1, "PaginationToken": "YW5u"}`,
		"UpdateUserAttributes":   `{"AccessToken": "TOKEN", "UserAttributes": [{"Name": "email", "Value": "x@y.z"}]}`,
		"VerifyUserAttribute":    `{"AccessToken": "TOKEN", "AttributeName": "email", "Code": "123456"}`,
		"AssociateSoftwareToken": `{"Session": "aaaaaaaaaaaaaaaaaaaaaaaaaaaa"}`,
		"ConfirmForgotPassword":  `{"ClientId": "CLIENT", "Username": "ann", "ConfirmationCode": "1", "Password": "Correct-horse-1"}`,
		"AdminCreateUser":        `{"UserPoolId": "POOL", "Username": "` + strings.Repeat("漢", 128) + `", "UserAttributes": [{"Name": "email", "Value": "x@y.z"}]}`,
	} {
		f.Add(index(name), []byte(body))
	}
	f.Add(index("SignUp"), []byte(`{"a":`+strings.Repeat("[", 100)))
	f.Add(index("SignUp"), []byte("\xff{}"))
	f.Add(index("SignUp"), []byte(`{"Username": 1e999, "Password": "\u0000\ud800"}`))
	f.Fuzz(func(t *testing.T, operation uint8, body []byte) {
		w := newWorld(t)
		w.person("ann", "ann@example.com")
		access := ""
		if bytes.Contains(body, []byte("TOKEN")) {
			access = w.enter("ann", password).access
		}
		text := strings.NewReplacer("POOL", w.pool, "CLIENT", w.client, "TOKEN", access).Replace(string(body))
		name := operations[int(operation)%len(operations)]
		ctx, entry := aws.WithEntry(context.Background())
		answer, refusal := w.service.Handle(ctx, name, []byte(text))
		switch {
		case entry.Fault != nil:
			t.Fatalf("%s %s: %v", name, text, entry.Fault)
		case refusal != nil && (refusal.Status != 400 || refusal.Code == "" || refusal.Message == ""):
			t.Fatalf("%s %s: got %+v", name, text, refusal)
		case refusal == nil && !json.Valid(answer):
			t.Fatalf("%s %s: got %s", name, text, answer)
		}
	})
}

// FuzzHTTP sends any method, path, operation and body over the wire: none gets a 500, and none gets past the signature.
func FuzzHTTP(f *testing.F) {
	f.Add("POST", "/", "AWSCognitoIdentityProviderService.AdminDeleteUser", "", []byte(`{"Username": "ann"}`))
	f.Add("POST", "/", "AWSCognitoIdentityProviderService.AdminGetUser", "AWS4-HMAC-SHA256 Credential=a/20261101/us-east-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=00", []byte(`{}`))
	f.Add("GET", "/us-east-1_x/.well-known/jwks.json", "", "", []byte(nil))
	f.Add("OPTIONS", "/", "", "", []byte(nil))
	f.Add("POST", "/.well-known/", "AWSCognitoIdentityProviderService.", "AWS4-HMAC-SHA256", []byte("{"))
	world := newFuzzWorld(f)
	f.Fuzz(func(t *testing.T, method, path, target, authorization string, body []byte) {
		r, err := http.NewRequest(method, "https://cognito-idp.us-east-1.amazonaws.com/", bytes.NewReader(body))
		if err != nil {
			t.Skip()
		}
		r.URL.Path = path
		r.Header = http.Header{"X-Amz-Target": {target}, "Authorization": {authorization}}
		ctx, entry := aws.WithEntry(r.Context())
		recorder := httptest.NewRecorder()
		world.ServeHTTP(recorder, r.WithContext(ctx))
		if entry.Fault != nil || recorder.Code >= 500 {
			t.Fatalf("got %d %s: %v", recorder.Code, recorder.Body, entry.Fault)
		}
		name := strings.TrimPrefix(target, "AWSCognitoIdentityProviderService.")
		if Operations[name].Signed && method == http.MethodPost && path == "/" && recorder.Code == http.StatusOK {
			t.Fatalf("%s without a good signature: got %s", name, recorder.Body)
		}
	})
}

func newFuzzWorld(f *testing.F) *Service {
	f.Helper()
	service, err := New(Config{Store: store.NewMemory()})
	if err != nil {
		f.Fatal(err)
	}
	return service
}

// FuzzVerify offers anything as a token: none but the pool's own is taken.
func FuzzVerify(f *testing.F) {
	w := newWorld(f)
	w.person("ann", "ann@example.com")
	own := w.enter("ann", password)
	f.Add(own.access)
	f.Add(own.id)
	f.Add(own.refresh)
	f.Add("..")
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Add(forge(f, own.access, func(header, _ map[string]any) { header["alg"] = "none" }, func([]byte) []byte { return nil }))
	f.Add(own.access + "=")
	f.Add(strings.Replace(own.access, ".", ".\n", 1))
	f.Fuzz(func(t *testing.T, token string) {
		if _, err := w.service.Tokens().Verify(token, tokens.Expect{Pool: w.pool}); err == nil && token != own.access && token != own.id {
			t.Fatalf("got no error for %q", token)
		}
		ctx, entry := aws.WithEntry(context.Background())
		body, _ := json.Marshal(in{"AccessToken": token})
		_, refusal := w.service.Handle(ctx, "GetUser", body)
		if entry.Fault != nil || refusal == nil && token != own.access {
			t.Fatalf("%q: got %v, %v", token, refusal, entry.Fault)
		}
	})
}

// FuzzFilter reads any filter of ListUsers, and asks those that it can read about a user.
func FuzzFilter(f *testing.F) {
	for _, filter := range []string{"", ` username = "ann" `, `email^="a\"\\b"`, `status = "Enabled`, `sub="\`} {
		f.Add(filter)
	}
	u := &directory.User{Name: "ann", Attributes: map[string]string{"email": "ann@example.com"}}
	f.Fuzz(func(_ *testing.T, filter string) {
		if passes, err := parseFilter(filter); err == nil {
			passes(u)
		}
	})
}
