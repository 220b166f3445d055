package cognito

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
)

// accessKeys are access keys by their ids.
type accessKeys map[string]aws.Credentials

func (k accessKeys) Credentials(id string) (aws.Credentials, bool) {
	credentials, ok := k[id]
	return credentials, ok
}

// holder are the credentials of a role with one statement that allows an action on a resource.
func holder(t *testing.T, action, resource string) aws.Credentials {
	t.Helper()
	policy, err := iam.Parse(iam.Identity, "P", []byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "`+action+`", "Resource": "`+resource+`"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	return aws.Credentials{
		Secret: "secret", Account: "000000000000", Identity: []*iam.Policy{policy},
		Principal: iam.RoleSession{Role: "arn:aws:iam::000000000000:role/Script", Name: "me"},
	}
}

// posted is a POST of an operation.
func posted(operation, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "https://cognito-idp.us-east-1.amazonaws.com/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	if operation != "" {
		r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+operation)
	}
	return r
}

// sign signs a request as AWS's SDK does.
func (w *world) sign(r *http.Request, body, key, secret string) *http.Request {
	w.t.Helper()
	sum := sha256.Sum256([]byte(body))
	credentials := sdk.Credentials{AccessKeyID: key, SecretAccessKey: secret}
	if err := v4.NewSigner().SignHTTP(context.Background(), credentials, r, hex.EncodeToString(sum[:]), "cognito-idp", "us-east-1", w.clock.Now()); err != nil {
		w.t.Fatal(err)
	}
	return r
}

// over sends a request over the wire and returns what came back and what the request log has.
func (w *world) over(r *http.Request) (*httptest.ResponseRecorder, map[string]any, *aws.Entry) {
	w.t.Helper()
	ctx, entry := aws.WithEntry(r.Context())
	recorder := httptest.NewRecorder()
	w.service.ServeHTTP(recorder, r.WithContext(ctx))
	var answer map[string]any
	if recorder.Body.Len() > 0 {
		if err := json.Unmarshal(recorder.Body.Bytes(), &answer); err != nil {
			w.t.Fatalf("%s answered %q: %v", r.URL, recorder.Body, err)
		}
	}
	return recorder, answer, entry
}

// wantOver compares an answer over the wire with a status and, if it is an error, its code and the beginning of its message.
func wantOver(t *testing.T, what string, recorder *httptest.ResponseRecorder, answer map[string]any, status int, code, message string) {
	t.Helper()
	text, _ := answer["message"].(string)
	switch {
	case recorder.Code != status:
		t.Errorf("%s: got %d %s, want %d", what, recorder.Code, recorder.Body, status)
	case code == "":
	case answer["__type"] != code || recorder.Header().Get("X-Amzn-Errortype") != code || !strings.HasPrefix(text, message) || len(answer) != 2:
		t.Errorf("%s: got %v with %v\nwant %s: %q", what, answer, recorder.Header(), code, message)
	}
}

func TestFront_answersAnyoneWhereNoSignatureIsAsked(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	access := w.enter("ann", password).access
	recorder, answer, entry := w.over(posted("GetUser", `{"AccessToken": "`+access+`"}`))
	wantOver(t, "GetUser", recorder, answer, 200, "", "")
	if answer["Username"] != "ann" || recorder.Header().Get("Content-Type") != "application/x-amz-json-1.1" || recorder.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("got %v with %v", answer, recorder.Header())
	}
	if id := recorder.Header().Get("X-Amzn-Requestid"); id == "" || id != entry.RequestID {
		t.Errorf("got request id %q, want that of the log, %q", id, entry.RequestID)
	}
	if entry.Service != "cognito-idp" || entry.Operation != "GetUser" || entry.Caller != "user ann of "+w.pool || entry.Fault != nil {
		t.Errorf("the log has %+v", entry)
	}
	recorder, answer, entry = w.over(posted("GetUser", `{"AccessToken": "x.y.z"}`))
	wantOver(t, "a bad token", recorder, answer, 400, "NotAuthorizedException", "Invalid Access Token")
	if got := recorder.Header().Get("X-Amzn-Errormessage"); got != "Invalid Access Token" {
		t.Errorf("got the header %q", got)
	}
	if entry.Operation != "GetUser" || entry.Caller != "" {
		t.Errorf("the log has %+v", entry)
	}
}

func TestFront_asksIAMWhereASignatureIsAsked(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	w.service.accessKeys = accessKeys{
		"AKIAALL":   holder(t, "*", "*"),
		"AKIAREAD":  holder(t, "cognito-idp:AdminGetUser", "arn:aws:cognito-idp:us-east-1:000000000000:userpool/"+w.pool),
		"AKIAOTHER": holder(t, "cognito-idp:AdminGetUser", "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_other"),
	}
	body := `{"UserPoolId": "` + w.pool + `", "Username": "ann"}`
	const denied = "User: arn:aws:sts::000000000000:assumed-role/Script/me is not authorized to perform: cognito-idp:"
	tests := []struct {
		name, operation, key, secret string
		status                       int
		code, message                string
	}{
		{"administrator", "AdminGetUser", "AKIAALL", "secret", 200, "", ""},
		{"reader", "AdminGetUser", "AKIAREAD", "secret", 200, "", ""},
		{"another pool's", "AdminGetUser", "AKIAOTHER", "secret", 400, "AccessDeniedException", denied + "AdminGetUser on resource: arn:aws:cognito-idp:us-east-1:000000000000:userpool/" + w.pool},
		{"reader who deletes", "AdminDeleteUser", "AKIAREAD", "secret", 400, "AccessDeniedException", denied + "AdminDeleteUser"},
		{"wrong secret", "AdminDeleteUser", "AKIAALL", "other", 403, "InvalidSignatureException", ""},
		{"unknown key", "AdminDeleteUser", "AKIANONE", "secret", 403, "UnrecognizedClientException", ""},
		{"no signature", "AdminDeleteUser", "", "", 403, "MissingAuthenticationTokenException", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := posted(test.operation, body)
			if test.key != "" {
				r = w.sign(r, body, test.key, test.secret)
			}
			recorder, answer, entry := w.over(r)
			if test.status == 403 { // the dialect's statuses are package aws's to know
				test.status = recorder.Code
			}
			wantOver(t, test.operation, recorder, answer, test.status, test.code, test.message)
			if decided := test.status == 200 || test.code == "AccessDeniedException"; entry.Decided != decided || bool(entry.Decision) != (test.status == 200) {
				t.Errorf("the log has %+v", entry)
			}
			if _, there := w.service.User(w.pool, "ann"); !there {
				t.Error("the user is gone")
			}
		})
	}
	t.Run("another body than was signed", func(t *testing.T) {
		r := w.sign(posted("AdminDeleteUser", strings.Replace(body, "ann", "bob", 1)), body, "AKIAALL", "secret")
		recorder, answer, _ := w.over(r)
		wantOver(t, "AdminDeleteUser", recorder, answer, recorder.Code, "InvalidSignatureException", "")
	})
	t.Run("without keys", func(t *testing.T) {
		w.open()
		recorder, answer, _ := w.over(w.sign(posted("AdminGetUser", body), body, "AKIAALL", "secret"))
		wantOver(t, "AdminGetUser", recorder, answer, recorder.Code, "UnrecognizedClientException", "")
	})
}

// What browsers ask for and may read is what Amplify's client needs: without it no call succeeds.
func TestFront_letsBrowsersInFromAnyOrigin(t *testing.T) {
	w := newWorld(t)
	r := httptest.NewRequest(http.MethodOptions, "https://cognito-idp.us-east-1.amazonaws.com/", nil)
	r.Header.Set("Origin", "https://app.example")
	r.Header.Set("Access-Control-Request-Method", "POST")
	r.Header.Set("Access-Control-Request-Headers", "cache-control,content-type,x-amz-target,x-amz-user-agent")
	recorder, _, entry := w.over(r)
	header := recorder.Header()
	if recorder.Code != http.StatusNoContent || header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(header.Get("Access-Control-Allow-Methods"), "POST") {
		t.Errorf("got %d with %v", recorder.Code, header)
	}
	allowed := strings.Split(header.Get("Access-Control-Allow-Headers"), ", ")
	for _, name := range []string{"x-amz-target", "x-amz-user-agent", "content-type", "cache-control", "authorization", "x-amz-date", "x-amz-security-token"} {
		if !slices.Contains(allowed, name) {
			t.Errorf("got %q, want %s too", allowed, name)
		}
	}
	if entry.Operation != "Preflight" {
		t.Errorf("the log has %+v", entry)
	}
	r = posted("GetUser", `{"AccessToken": "x"}`)
	r.Header.Set("Origin", "https://app.example")
	recorder, _, _ = w.over(r)
	header = recorder.Header()
	if header.Get("Access-Control-Allow-Origin") != "*" || header.Get("Access-Control-Allow-Credentials") != "" {
		t.Errorf("got %v, want an error that any page can read, and no cookies", header)
	}
	exposed := strings.Split(header.Get("Access-Control-Expose-Headers"), ", ")
	for _, name := range []string{"x-amzn-RequestId", "x-amzn-ErrorType", "x-amzn-ErrorMessage"} {
		if !slices.Contains(exposed, name) {
			t.Errorf("got %q, want %s too", exposed, name)
		}
	}
}

func TestFront_servesTheDocumentsOfAPool(t *testing.T) {
	w := newWorld(t)
	get := func(path string) (*httptest.ResponseRecorder, map[string]any, *aws.Entry) {
		return w.over(httptest.NewRequest(http.MethodGet, "https://cognito-idp.us-east-1.amazonaws.com"+path, nil))
	}
	recorder, answer, entry := get("/" + w.pool + "/.well-known/jwks.json")
	keys, _ := answer["keys"].([]any)
	if recorder.Code != 200 || len(keys) != 1 || recorder.Header().Get("Content-Type") != "application/json" || entry.Operation != "jwks.json" {
		t.Errorf("got %d %s", recorder.Code, recorder.Body)
	}
	recorder, answer, _ = get("/" + w.pool + "/.well-known/openid-configuration")
	if recorder.Code != 200 || answer["jwks_uri"] != "https://cognito-idp.us-east-1.amazonaws.com/"+w.pool+"/.well-known/jwks.json" {
		t.Errorf("got %d %s", recorder.Code, recorder.Body)
	}
	recorder, answer, _ = get("/us-east-1_nobody/.well-known/jwks.json")
	wantOver(t, "another pool", recorder, answer, 400, "ResourceNotFoundException", "User pool us-east-1_nobody does not exist.")
	recorder, answer, _ = get("/" + w.pool + "/.well-known/other.json")
	wantOver(t, "another document", recorder, answer, 404, "ResourceNotFoundException", "")
	recorder, answer, _ = get("/" + w.pool)
	wantOver(t, "another path", recorder, answer, 404, "UnknownOperationException", "")
}

func TestFront_refusesWhatIsNoRequest(t *testing.T) {
	w := newWorld(t)
	deep := strings.Repeat(`{"a":`, 1000) + "1" + strings.Repeat("}", 1000)
	tests := []struct {
		name, operation, body string
		status                int
		code                  string
	}{
		{"no operation", "", "{}", 400, "UnknownOperationException"},
		{"an operation that nobody knows", "Frobnicate", "{}", 400, "UnknownOperationException"},
		{"an operation that is refused by name", "ListDevices", "{}", 400, "UnsupportedOperationException"},
		{"no body", "SignUp", "", 400, "InvalidParameterException"},
		{"no JSON", "SignUp", "Username=ann", 400, "SerializationException"},
		{"half of it", "SignUp", `{"Username": "ann"`, 400, "SerializationException"},
		{"twice", "SignUp", `{"Username": "ann"}{}`, 400, "SerializationException"},
		{"a list", "SignUp", `[]`, 400, "SerializationException"},
		{"null", "SignUp", `null`, 400, "SerializationException"},
		{"null in a list", "SignUp", `{"UserAttributes": [null]}`, 400, "SerializationException"},
		{"a number for a string", "SignUp", `{"Username": 1}`, 400, "SerializationException"},
		{"a member twice", "SignUp", `{"Username": "a", "Username": "b"}`, 400, "SerializationException"},
		{"a member that is not known", "GetUser", `{"AccessToken": "a.b.c", "Foo": 1}`, 400, "InvalidParameterException"},
		{"bytes that are no text", "SignUp", "{\"Username\": \"\xff\xfe\"}", 400, "InvalidParameterException"},
		{"deep nesting", "SignUp", deep, 400, "SerializationException"},
		{"a long body", "SignUp", `{"Username": "` + strings.Repeat("a", int(API.BodyLimit)) + `"}`, 413, "RequestEntityTooLarge"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			recorder, answer, entry := w.over(posted(test.operation, test.body))
			wantOver(t, test.operation, recorder, answer, test.status, test.code, "")
			if entry.Fault != nil || entry.Service != "cognito-idp" {
				t.Errorf("the log has %+v", entry)
			}
		})
	}
	recorder, answer, _ := w.over(httptest.NewRequest(http.MethodGet, "https://cognito-idp.us-east-1.amazonaws.com/", nil))
	wantOver(t, "GET", recorder, answer, 400, "UnknownOperationException", "")
}
