package sts_test

import (
	"encoding/xml"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox/roles"
	"lightbox.example/lightbox/sandbox/store"
	"lightbox.example/lightbox/sandbox/sts"
)

var root = roles.Key{ID: "AKIAROOT", Secret: "secret"}

// rig is an STS that listens.
type rig struct {
	developer deploytest.Client
	roles     *roles.Service
}

func newRig(t *testing.T) rig {
	t.Helper()
	keys, err := roles.New(roles.Config{Store: store.NewMemory(), Root: root})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sts.New(sts.Config{Region: deploytest.Region, Keys: keys, Roles: keys}))
	t.Cleanup(server.Close)
	return rig{deploytest.Client{T: t, URL: server.URL, Service: "sts", Key: root.ID, Secret: root.Secret, Now: time.Now()}, keys}
}

// as is a client with the keys of a session.
func (r rig) as(s roles.Session) deploytest.Client {
	c := r.developer
	c.Key, c.Secret, c.Token = s.AccessKeyID, s.SecretAccessKey, s.SessionToken
	return c
}

// answer has what the answers of the operations and the errors have.
type answer struct {
	XMLName xml.Name
	Arn     string `xml:"GetCallerIdentityResult>Arn"`
	UserID  string `xml:"GetCallerIdentityResult>UserId"`
	Account string `xml:"GetCallerIdentityResult>Account"`
	Session struct {
		Key     string `xml:"Credentials>AccessKeyId"`
		Secret  string `xml:"Credentials>SecretAccessKey"`
		Token   string `xml:"Credentials>SessionToken"`
		Expires string `xml:"Credentials>Expiration"`
		Arn     string `xml:"AssumedRoleUser>Arn"`
		ID      string `xml:"AssumedRoleUser>AssumedRoleId"`
	} `xml:"AssumeRoleResult"`
	Code      string `xml:"Error>Code"`
	Message   string `xml:"Error>Message"`
	RequestID string `xml:"ResponseMetadata>RequestId"`
}

func call(c deploytest.Client, pairs ...string) answer {
	c.T.Helper()
	form := url.Values{"Version": {"2011-06-15"}}
	for i := 0; i < len(pairs); i += 2 {
		form[pairs[i]] = append(form[pairs[i]], pairs[i+1])
	}
	_, text, _ := c.Post(map[string]string{"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}, form.Encode())
	a := answer{}
	if err := xml.Unmarshal([]byte(text), &a); err != nil {
		c.T.Fatalf("got %q: %v", text, err)
	}
	return a
}

const deployRole = "arn:aws:iam::000000000000:role/cdk-hnb659fds-deploy-role-000000000000-us-east-1"

func TestGetCallerIdentity_saysWhoSigned(t *testing.T) {
	r := newRig(t)
	a := call(r.developer, "Action", "GetCallerIdentity")
	if a.Account != "000000000000" || a.Arn != "arn:aws:iam::000000000000:user/lightbox" || !strings.HasPrefix(a.UserID, "AIDA") || a.RequestID == "" {
		t.Errorf("got %+v", a)
	}
	if a.XMLName.Space != "https://sts.amazonaws.com/doc/2011-06-15/" {
		t.Errorf("got the namespace %q", a.XMLName.Space)
	}
	d := deploytest.New(t, "../..", "dev", r.roles.ResourceTypes())
	d.Deploy("Auth", "Identity")
	_, role := d.Resource("Identity", "IdentityPoolUnauthenticatedRole")
	guest := r.as(deploytest.Session(t, r.roles, role.Attributes["Arn"].(string), "identitypoolec8a1a0d", "unauthenticated"))
	a = call(guest, "Action", "GetCallerIdentity") // a guest's role allows nothing of STS
	if want := "arn:aws:sts::000000000000:assumed-role/" + role.PhysicalID + "/CognitoIdentityCredentials"; a.Arn != want {
		t.Errorf("got %q, want %q", a.Arn, want)
	}
	if !strings.HasSuffix(a.UserID, ":CognitoIdentityCredentials") {
		t.Errorf("got the user id %q", a.UserID)
	}
	if a := call(guest, "Action", "AssumeRole", "RoleArn", deployRole, "RoleSessionName", "guest"); a.Code != "AccessDenied" {
		t.Errorf("M36 a guest assumes the bootstrap role: got %+v, want AccessDenied", a)
	}
	guest.Token = "other"
	if a := call(guest, "Action", "GetCallerIdentity"); a.Code != "InvalidClientTokenId" {
		t.Errorf("another token: got %+v, want InvalidClientTokenId", a)
	}
}

func TestAssumeRole_givesKeysThatWork(t *testing.T) {
	r := newRig(t)
	a := call(r.developer, "Action", "AssumeRole", "RoleArn", deployRole, "RoleSessionName", "aws-cdk-ann", "DurationSeconds", "900",
		"ExternalId", "x", "Tags.member.1.Key", "team", "Tags.member.1.Value", "blue", "Tags.member.2.Key", "empty",
		"Policy", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`)
	expires, err := time.Parse(time.RFC3339, a.Session.Expires)
	if rest := time.Until(expires); err != nil || rest < 14*time.Minute || rest > 15*time.Minute {
		t.Errorf("got %+v, want it to expire in 15 minutes", a)
	}
	want := "arn:aws:sts::000000000000:assumed-role/cdk-hnb659fds-deploy-role-000000000000-us-east-1/aws-cdk-ann"
	if a.Session.Arn != want || !strings.HasSuffix(a.Session.ID, ":aws-cdk-ann") {
		t.Errorf("got %+v, want %s", a.Session, want)
	}
	session := r.as(roles.Session{AccessKeyID: a.Session.Key, SecretAccessKey: a.Session.Secret, SessionToken: a.Session.Token})
	if a := call(session, "Action", "GetCallerIdentity"); a.Arn != want {
		t.Errorf("got %+v, want %s", a, want)
	}
}

func TestServeHTTP_refusesInTheServicesOwnWords(t *testing.T) {
	r := newRig(t)
	nobody, forger := r.developer, r.developer
	nobody.Key, forger.Secret = "", "wrong"
	assume := []string{"Action", "AssumeRole", "RoleArn", deployRole, "RoleSessionName", "ann"}
	with := func(pairs ...string) []string { return append(assume[:6:6], pairs...) }
	for _, test := range []struct {
		name   string
		client deploytest.Client
		pairs  []string
		want   string
	}{
		{"control", r.developer, assume, ""},
		{"no signature", nobody, assume, "MissingAuthenticationToken"},
		{"a wrong secret", forger, assume, "SignatureDoesNotMatch"},
		{"no operation", r.developer, nil, "MissingAction"},
		{"M23 a web identity", r.developer, []string{"Action", "AssumeRoleWithWebIdentity"}, "InvalidAction"},
		{"M23 SAML", nobody, []string{"Action", "AssumeRoleWithSAML"}, "InvalidAction"},
		{"another operation", r.developer, []string{"Action", "Foo"}, "InvalidAction"},
		{"no such role", r.developer, []string{"Action", "AssumeRole", "RoleArn", deployRole + "x", "RoleSessionName", "ann"}, "AccessDenied"},
		{"no name", r.developer, assume[:4], "ValidationError"},
		{"a parameter that is not known", r.developer, with("SourceIdentity", "x"), "ValidationError"},
		{"a parameter twice", r.developer, with("ExternalId", "x", "ExternalId", "y"), "ValidationError"},
		{"a parameter of another operation", r.developer, []string{"Action", "GetCallerIdentity", "RoleArn", "x"}, "ValidationError"},
		{"a duration that is no number", r.developer, with("DurationSeconds", "soon"), "ValidationError"},
		{"a long duration", r.developer, with("DurationSeconds", "43200"), "ValidationError"},
		{"an absurd duration", r.developer, with("DurationSeconds", "9999999999999"), "ValidationError"},
		{"a gap in the tags", r.developer, with("Tags.member.1.Key", "a", "Tags.member.3.Key", "b"), "ValidationError"},
		{"a tag's value alone", r.developer, with("Tags.member.1.Value", "a"), "ValidationError"},
		{"a broken policy", r.developer, with("Policy", "x"), "MalformedPolicyDocument"},
	} {
		if a := call(test.client, test.pairs...); a.Code != test.want || test.want != "" && a.Message == "" {
			t.Errorf("%s: got %q %s, want %q", test.name, a.Code, a.Message, test.want)
		}
	}
	_, text, _ := r.developer.Post(nil, "Action=GetCallerIdentity&Version=2010-01-01")
	if !strings.Contains(text, "<Code>NoSuchVersion</Code>") {
		t.Errorf("another version: got %s", text)
	}
	status, _, _ := r.developer.Post(nil, strings.Repeat("a", 1<<20))
	if status != 413 {
		t.Errorf("a long body: got %d, want 413", status)
	}
}
