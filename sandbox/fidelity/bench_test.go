package fidelity_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox"
	"lightbox.example/lightbox/sandbox/fidelity"
)

const keyID, secretKey = sandbox.AccessKeyID, sandbox.SecretAccessKey

// A bench is a sandbox with what judges need, and a front before it that hears what each of their cases calls.
type bench struct {
	t       testing.TB
	sandbox *sandbox.Sandbox
	front   *httptest.Server
	secure  *httptest.Server  // the same with TLS, for clients that know no other way
	trusted string            // the file that says so
	outputs map[string]string // of the stack

	mu        sync.Mutex
	logged    map[string]sandbox.Call // by the request's id, those that the front has not asked for
	heard     *sync.Cond              // one more is logged
	run       *run                    // that goes on
	authority *x509.CertPool          // of the sandbox's certificates
	// answers is where all answers are kept, a line of JSON each, for the judge that holds them to AWS's models.
	answers *os.File
}

// An assembly of the stack in testdata, as a synth would write it.
func assembly(t testing.TB) string {
	t.Helper()
	folder := t.TempDir()
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	quoted := func(text string) string {
		encoded, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Trim(string(encoded), `"`)
	}
	resolver := "export function request() { return { payload: " + read("thing.json") + " }; }\nexport function response(ctx) { return ctx.result; }\n"
	template := strings.NewReplacer(
		"SCHEMA", quoted(read("schema.graphql")), "NOTES", quoted(read("notes.graphql")), "RESOLVER", quoted(resolver),
		"ARCHITECTURE", map[string]string{"amd64": "x86_64", "arm64": "arm64"}[runtime.GOARCH],
	).Replace(read("stack.json"))
	for name, text := range map[string]string{
		"asset.program/bootstrap": "#!/bin/sh\nexit 1\n",
		"T.template.json":         template,
		"T.assets.json": `{"version": "55.0.0", "dockerImages": {}, "files": {"program": {"source": {"path": "asset.program", "packaging": "zip"},
			"destinations": {"here": {"bucketName": "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}", "objectKey": "program.zip"}}}}}`,
		"manifest.json": `{"version": "55.0.0", "artifacts": {
			"T.assets": {"type": "cdk:asset-manifest", "properties": {"file": "T.assets.json"}},
			"T": {"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/us-east-1", "dependencies": ["T.assets"],
				"properties": {"templateFile": "T.template.json", "stackName": "judged"}}}}`,
	} {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o700); err != nil { //nolint:gosec // one of them is a program
			t.Fatal(err)
		}
	}
	return folder
}

func newBench(t testing.TB) *bench {
	t.Helper()
	b := &bench{t: t, logged: map[string]sandbox.Call{}, outputs: map[string]string{}}
	b.heard = sync.NewCond(&b.mu)
	var err error
	if b.answers, err = os.Create(filepath.Join(t.TempDir(), "answers")); err != nil {
		t.Fatal(err)
	}
	if b.sandbox, err = sandbox.Start(t.Context(), sandbox.Config{Log: b.log}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.sandbox.Close(); err != nil {
			t.Error(err)
		}
		b.answers.Close()
	})
	if err := b.sandbox.Deploy(t.Context(), assembly(t), nil); err != nil {
		t.Fatal(err)
	}
	pem, err := os.ReadFile(b.sandbox.CAFile())
	if err != nil {
		t.Fatal(err)
	}
	b.authority = x509.NewCertPool()
	b.authority.AppendCertsFromPEM(pem)
	for _, stack := range b.sandbox.Stacks.Stacks() {
		for _, output := range stack.Outputs {
			b.outputs[output.Key] = output.Value
		}
	}
	b.front = httptest.NewServer(http.HandlerFunc(b.serve))
	t.Cleanup(b.front.Close)
	b.secure = httptest.NewUnstartedServer(b.front.Config.Handler)
	var of tls.Certificate
	of, b.trusted = certificate(t)
	b.secure.TLS = &tls.Config{Certificates: []tls.Certificate{of}, MinVersion: tls.VersionTLS12}
	b.secure.StartTLS()
	t.Cleanup(b.secure.Close)
	return b
}

// log keeps what the sandbox logs of a request until the front asks for it.
func (b *bench) log(c sandbox.Call) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.run != nil {
		b.logged[c.RequestID] = c
		b.heard.Broadcast()
	}
}

// call is what was logged of a request, within a few seconds.
func (b *bench) call(id string) (sandbox.Call, bool) {
	if id == "" {
		return sandbox.Call{}, false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	late := time.AfterFunc(5*time.Second, b.heard.Broadcast)
	defer late.Stop()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); b.heard.Wait() {
		if c, ok := b.logged[id]; ok {
			delete(b.logged, id)
			return c, true
		}
	}
	return sandbox.Call{}, false
}

// environment is what a judge finds the sandbox by: AWS's own variables, and what the stack has, as JSON.
func (b *bench) environment() []string {
	outputs := maps.Clone(b.outputs)
	outputs["Endpoint"], outputs["Secure"] = b.front.URL, b.secure.URL
	text, err := json.Marshal(outputs)
	if err != nil {
		b.t.Fatal(err)
	}
	return append(slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "AWS_") || strings.HasPrefix(v, "PYTEST_") }),
		"AWS_ENDPOINT_URL="+b.front.URL, "AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1",
		"AWS_ACCESS_KEY_ID="+keyID, "AWS_SECRET_ACCESS_KEY="+secretKey,
		"AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null", "AWS_PAGER=",
		"PYTHONDONTWRITEBYTECODE=1", "JUDGED="+string(text))
}

var (
	live    = fidelity.Operation{Service: "appsync", Name: "WebSocket /graphql (graphql-ws)"}
	viewers = "cloudfront-viewers"
)

// operation is what the page calls an operation that the log names.
func operation(c sandbox.Call, path string) fidelity.Operation {
	switch {
	case c.Service == "appsync" && strings.HasSuffix(path, "/graphql"):
		return fidelity.Operation{Service: "appsync", Name: "POST /graphql"}
	case c.Service == "appsync-realtime":
		return live
	case c.Service == "cloudfront" && (c.Operation == http.MethodGet || c.Operation == http.MethodHead):
		return fidelity.Operation{Service: viewers, Name: c.Operation}
	}
	return fidelity.Operation{Service: c.Service, Name: c.Operation}
}
