package attack

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox"
)

// A World is a running backend, and the people on it of whom attackers want something or are one.
type World struct {
	overview    sandbox.Overview
	http, https string // addresses
	region      string
	trust       *tls.Config
	ahead       time.Duration // by how much the sandbox's clock was moved
	lines       map[bool]*line
	state       map[string]string
	kept        map[string]*request // what will be old
	apps        []app
	ended       []ended

	pool, client, identities  string // ids
	bucket, cdn               string // the name of the one, and the host of the other
	distribution              string // the id of the CDN
	api, realtime             string // hosts
	foreignPool, foreignOwner string // another user pool, and its client
	otherClient               string // another client of the user pool
	tables                    []string

	root                       keys
	alice, bob, boss, guest    person // who has something, who wants it, and an admin
	victims                    []person
	run                        string // what the names of this run have in them
	secret                     string // what nobody but alice may read
	photo, comment, draft      string // ids
	upload, picture, versionID string // alice's key in uploads/, the path of her photo at the CDN, and the version of her private file
	parts                      string // the id of an upload in parts that alice has begun
}

// A person is somebody who has signed in, or a guest.
type person struct {
	name, sub, identity string
	access, id, refresh string // tokens
	keys                keys
}

const password = "Correct-Horse-1"

func (p person) private(name string) string { return "private/" + p.identity + "/" + name }
func (p person) sent(name string) string    { return "uploads/" + p.sub + "/" + name }

func (w *World) now() time.Time { return time.Now().UTC().Add(w.ahead) }

// reach finds out what the sandbox at an address has.
func reach(ctx context.Context, address string) (*World, error) {
	w := &World{http: address, lines: map[bool]*line{}, root: keys{id: sandbox.AccessKeyID, secret: sandbox.SecretAccessKey}}
	r := to(http.MethodGet, address, "/_lightbox/", nil)
	r.plain = true
	a, err := w.send(ctx, r)
	if err == nil {
		err = json.Unmarshal(a.body, &w.overview)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: got no sandbox there: %w", address, err)
	}
	pem, err := os.ReadFile(w.overview.CAFile)
	if err != nil {
		return nil, err
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(pem)
	w.trust = &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12, ClientSessionCache: tls.NewLRUClientSessionCache(0)}
	w.https, w.region = w.overview.HTTPS, w.overview.Region
	return w, w.read()
}

// clock is how far the sandbox's clock is ahead of the machine's.
func (w *World) clock(ctx context.Context) (time.Duration, error) {
	var shown struct{ Now time.Time }
	err := w.must(ctx, local(http.MethodGet, "/_lightbox/clock", "")(w), &shown)
	return max(time.Until(shown.Now), 0), err
}

// read takes from the outputs of the stacks what there is.
func (w *World) read() error {
	output := func(stack, key string) string {
		for _, s := range w.overview.Stacks {
			if strings.HasSuffix(s.Name, "-"+stack) && s.Outputs[key] != "" {
				return s.Outputs[key]
			}
		}
		return ""
	}
	w.pool, w.client, w.identities = output("Auth", "UserPoolId"), output("Auth", "UserPoolClientId"), output("Identity", "IdentityPoolId")
	w.bucket, w.cdn, w.distribution = output("FileStorage", "BucketName"), output("CDN", "DistributionDomainName"), output("CDN", "DistributionId")
	w.api = strings.TrimSuffix(strings.TrimPrefix(output("API", "GraphQLAPIURL"), "https://"), "/graphql")
	w.realtime = strings.Replace(w.api, "appsync-api", "appsync-realtime-api", 1)
	for _, one := range []string{w.pool, w.client, w.identities, w.bucket, w.cdn, w.api} {
		if one == "" {
			return errors.New("got a sandbox without the five stacks of this module, want them deployed: `make attack` does")
		}
	}
	return nil
}

func (w *World) endpoint(service string) string { return service + "." + w.region + ".amazonaws.com" }

// targets are what X-Amz-Target begins with.
var targets = map[string]string{
	"cognito-idp": "AWSCognitoIdentityProviderService.", "cognito-identity": "AWSCognitoIdentityService.", "dynamodb": "DynamoDB_20120810.",
	"ssm": "AmazonSSM.", "events": "AWSEvents.", "logs": "Logs_20140328.", "cloudcontrolapi": "CloudApiService.",
}

// operation is a request to a service that speaks JSON, signed unless the keys are none.
func (w *World) operation(by keys, service, name string, input map[string]any) *request {
	r := to(http.MethodPost, w.endpoint(service), "/", nil)
	r.plain = true
	r.add("Content-Type", "application/x-amz-json-1.1").add("X-Amz-Target", targets[service]+name)
	if by.id != "" {
		w.signedBy(by, service, r)
	}
	return r.carry(text(input))
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // what is written here is no channel and no function
	}
	return string(b)
}

// object is a request to the bucket, signed unless the keys are none.
func (w *World) object(by keys, method, key string, body []byte) *request {
	r := to(method, w.bucket+".s3."+w.region+".amazonaws.com", "/"+strings.ReplaceAll(key, ":", "%3A"), body)
	if by.id != "" {
		w.signedBy(by, "s3", r)
	}
	return r
}

// ask is a request to the API: with a token, or signed.
func (w *World) ask(by person, query string, variables map[string]any) *request {
	r := to(http.MethodPost, w.api, "/graphql", nil)
	r.add("Content-Type", "application/json")
	r.carry(text(map[string]any{"query": query, "variables": variables}))
	if by.access != "" {
		return r.add("Authorization", by.access)
	}
	return w.signedBy(by.keys, "appsync", r)
}

// must sends a request that is none of the attacks, and has to be allowed; into is what its answer is read into, or nil.
func (w *World) must(ctx context.Context, r *request, into any) error {
	a, err := w.send(ctx, r)
	switch {
	case err != nil:
		return err
	case !a.allowed():
		return fmt.Errorf("%s %s%s: got %s %s", r.method, r.get("Host"), r.target, a, clipped(a.body))
	case into == nil:
		return nil
	}
	return json.Unmarshal(a.body, into)
}

// signUp makes a user, who can sign in, a member of the groups.
func (w *World) signUp(ctx context.Context, name string, groups ...string) error {
	errs := []error{
		w.must(ctx, w.operation(keys{}, "cognito-idp", "SignUp", map[string]any{"ClientId": w.client, "Username": name, "Password": password,
			"UserAttributes": []map[string]string{{"Name": "email", "Value": name + "@example.com"}}}), nil),
		w.must(ctx, w.operation(w.root, "cognito-idp", "AdminConfirmSignUp", map[string]any{"UserPoolId": w.pool, "Username": name}), nil),
	}
	for _, group := range groups {
		errs = append(errs, w.must(ctx, w.operation(w.root, "cognito-idp", "AdminAddUserToGroup", map[string]any{"UserPoolId": w.pool, "Username": name, "GroupName": group}), nil))
	}
	return errors.Join(errs...)
}

// enter signs a user in and gets the credentials that the identity pool has for them.
func (w *World) enter(ctx context.Context, name string) (person, error) {
	p := person{name: name}
	a, err := w.signIn(ctx, signInOf{name: name, client: w.client, pool: w.pool})
	if err == nil {
		p.access, p.id, p.refresh, err = tokensIn(a)
	}
	if err != nil {
		return p, fmt.Errorf("%s: %w", name, err)
	}
	p.sub, _ = claimsOf(p.access)["sub"].(string)
	p.identity, p.keys, err = w.credentials(ctx, map[string]string{w.provider(): p.id})
	return p, err
}

// provider is what the identity pool calls the user pool.
func (w *World) provider() string { return w.endpoint("cognito-idp") + "/" + w.pool }

// credentials are those of the identity that logins stand for; a new guest's for none.
func (w *World) credentials(ctx context.Context, logins map[string]string) (identity string, k keys, err error) {
	var id struct{ IdentityID string }
	var made struct {
		Credentials struct{ AccessKeyID, SecretKey, SessionToken string }
	}
	err = w.must(ctx, w.operation(keys{}, "cognito-identity", "GetId", map[string]any{"IdentityPoolId": w.identities, "Logins": logins}), &id)
	if err == nil {
		err = w.must(ctx, w.operation(keys{}, "cognito-identity", "GetCredentialsForIdentity", map[string]any{"IdentityId": id.IdentityID, "Logins": logins}), &made)
	}
	c := made.Credentials
	return id.IdentityID, keys{c.AccessKeyID, c.SecretKey, c.SessionToken}, err
}

func tokensIn(a answer) (access, id, refresh string, err error) {
	var got struct {
		AuthenticationResult struct{ AccessToken, IDToken, RefreshToken string }
	}
	if err = json.Unmarshal(a.body, &got); err == nil && got.AuthenticationResult.AccessToken == "" {
		err = fmt.Errorf("signing in: got %s %s, want tokens", a, clipped(a.body))
	}
	t := got.AuthenticationResult
	return t.AccessToken, t.IDToken, t.RefreshToken, err
}

// claimsOf are what a token says, believed as it is.
func claimsOf(token string) map[string]any {
	claims := map[string]any{}
	if parts := strings.Split(token, "."); len(parts) == 3 {
		payload, _ := base64.RawURLEncoding.DecodeString(parts[1])
		_ = json.Unmarshal(payload, &claims)
	}
	return claims
}

func random(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // it never fails
	return hex.EncodeToString(b)
}

func uuid() string {
	r := random(16)
	return r[:8] + "-" + r[8:12] + "-4" + r[13:16] + "-8" + r[17:20] + "-" + r[20:]
}
