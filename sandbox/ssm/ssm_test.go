package ssm_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox/roles"
	"lightbox.example/lightbox/sandbox/ssm"
	"lightbox.example/lightbox/sandbox/store"
)

var root = roles.Key{ID: "AKIAROOT", Secret: "secret"}

// client is the developer at a parameter store that listens.
func client(t *testing.T) (deploytest.Client, *ssm.Service, *roles.Service) {
	t.Helper()
	keys, err := roles.New(roles.Config{Store: store.NewMemory(), Root: root})
	if err != nil {
		t.Fatal(err)
	}
	s := ssm.New(ssm.Config{Region: deploytest.Region, Account: deploytest.Account, Keys: keys})
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return deploytest.Client{T: t, URL: server.URL, Service: "ssm", Key: root.ID, Secret: root.Secret, Now: time.Now()}, s, keys
}

func TestGetParameter_givesTheBootstrapVersionToWhomMayHaveIt(t *testing.T) {
	developer, s, keys := client(t)
	nobody, forger := developer, developer
	nobody.Key, forger.Secret = "", "wrong"
	d := deploytest.New(t, "../..", "dev", keys.ResourceTypes())
	d.Deploy("Auth", "Identity")
	_, role := d.Resource("Identity", "AdminRole")
	admin := developer
	session := deploytest.Session(t, keys, role.Attributes["Arn"].(string), "identitypoolec8a1a0d", "authenticated")
	admin.Key, admin.Secret, admin.Token = session.AccessKeyID, session.SecretAccessKey, session.SessionToken
	const name = "/cdk-bootstrap/hnb659fds/version"
	for _, test := range []struct {
		what   string
		client deploytest.Client
		target string
		input  any
		code   string
	}{
		{"control", developer, "GetParameter", map[string]any{"Name": name}, ""},
		{"by ARN", developer, "GetParameter", map[string]any{"Name": "arn:aws:ssm:us-east-1:000000000000:parameter" + name, "WithDecryption": true}, ""},
		{"another", developer, "GetParameter", map[string]any{"Name": "/x"}, "ParameterNotFound"},
		{"no name", developer, "GetParameter", map[string]any{}, "ValidationException"},
		{"null", developer, "GetParameter", nil, "SerializationException"},
		{"an empty body", developer, "GetParameter", "", "ValidationException"},
		{"a member that is not known", developer, "GetParameter", map[string]any{"Name": name, "Foo": 1}, "ValidationException"},
		{"a member of another type", developer, "GetParameter", map[string]any{"Name": []string{}}, "SerializationException"},
		{"half of a body", developer, "GetParameter", "{", "SerializationException"},
		{"no object", developer, "GetParameter", "[]", "SerializationException"},
		{"two bodies", developer, "GetParameter", "{}{}", "SerializationException"},
		{"another operation", developer, "PutParameter", map[string]any{"Name": name}, "UnknownOperationException"},
		{"no signature", nobody, "GetParameter", map[string]any{"Name": name}, "MissingAuthenticationTokenException"},
		{"a wrong secret", forger, "GetParameter", map[string]any{"Name": name}, "InvalidSignatureException"},
		{"M36 an admin of the app", admin, "GetParameter", map[string]any{"Name": name}, "AccessDeniedException"},
	} {
		output, code := test.client.Call("AmazonSSM."+test.target, test.input)
		if code != test.code {
			t.Errorf("%s: got %q %v, want %q", test.what, code, output, test.code)
		}
		if code == "" {
			parameter := output["Parameter"].(map[string]any)
			if parameter["Value"] != "30" || parameter["Name"] != name || parameter["ARN"] != "arn:aws:ssm:us-east-1:000000000000:parameter"+name {
				t.Errorf("%s: got %v", test.what, parameter)
			}
		}
	}
	if value, ok := s.Parameter(name); value != "30" || !ok {
		t.Errorf("got %q, %t", value, ok)
	}
	if _, ok := s.Parameter("/x"); ok {
		t.Error("got a parameter /x, want none")
	}
}
