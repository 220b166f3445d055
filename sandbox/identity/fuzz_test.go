package identity_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/identity"
	"lightbox.example/lightbox/sandbox/store"
)

// FuzzServeHTTP sends any body to any operation of a service that knows nobody: the answer is JSON with a type of error, and
// never keys.
func FuzzServeHTTP(f *testing.F) {
	s := identity.New(identity.Config{Store: store.NewMemory()})
	for operation := range identity.Operations {
		f.Add(operation, `{"IdentityPoolId": "us-east-1:0", "IdentityId": "us-east-1:0", "Logins": {"a": "b"}, "MaxResults": 1}`)
	}
	f.Add("GetId", `{"IdentityPoolId": {"a": [null, 1e999]}}`)
	f.Add("", "\x00")
	f.Fuzz(func(t *testing.T, operation, body string) {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.Header.Set("X-Amz-Target", "AWSCognitoIdentityService."+operation)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		var answer map[string]any
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
			t.Fatalf("got %d %q: %v", w.Code, w.Body, err)
		}
		if w.Code < 400 || w.Code >= 500 || answer["__type"] == "" || answer["Credentials"] != nil {
			t.Errorf("got %d %q, want a refusal", w.Code, w.Body)
		}
	})
}
