package lambda_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/lambda"
	"lightbox.example/lightbox/sandbox/roles"
)

// answer is what came over the wire.
type answer struct {
	status int
	header http.Header
	body   string
}

// send sends a request that a key signs; none if its id is "".
func (r *rig) send(as sdk.Credentials, method, path string, body []byte, headers ...string) answer {
	r.t.Helper()
	server := httptest.NewServer(r.lambda)
	defer server.Close()
	request, err := http.NewRequestWithContext(context.Background(), method, server.URL+"/2015-03-31/functions/"+path, bytes.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	if as.AccessKeyID != "" {
		sum := sha256.Sum256(body)
		if err := v4.NewSigner().SignHTTP(context.Background(), as, request, hex.EncodeToString(sum[:]), "lambda", region, r.clock.Now()); err != nil {
			r.t.Fatal(err)
		}
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(text)}
}

var root = sdk.Credentials{AccessKeyID: developer.ID, SecretAccessKey: developer.Secret}

// session is one of a role that may do something.
func (r *rig) session(resource string, actions ...any) sdk.Credentials {
	r.t.Helper()
	r.make("AWS::IAM::Role", "Caller", properties{"RoleName": "caller", "AssumeRolePolicyDocument": trust("ec2.amazonaws.com"), "Policies": []any{
		properties{"PolicyName": "p", "PolicyDocument": policy(statement("Allow", resource, actions...))},
	}})
	s, err := r.roles.Assume(context.Background(), roles.Request{
		RoleARN: "arn:aws:iam::000000000000:role/caller", SessionName: "test", Caller: &aws.Caller{Principal: iam.Service{Name: "ec2.amazonaws.com"}},
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return sdk.Credentials{AccessKeyID: s.AccessKeyID, SecretAccessKey: s.SecretAccessKey, SessionToken: s.SessionToken}
}

// refused wants a refusal with the code.
func (a answer) refused(t *testing.T, what string, status int, code, message string) {
	t.Helper()
	if a.status != status || a.header.Get("X-Amzn-Errortype") != code || !strings.Contains(a.body, message) {
		t.Errorf("%s: got %d %s %s, want %d %s with %s", what, a.status, a.header.Get("X-Amzn-Errortype"), a.body, status, code, message)
	}
}

// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
func TestWire_invokes(t *testing.T) {
	r := newRig(t)
	const path = "f/invocations"
	got := r.send(root, "POST", path, []byte(`{"do":"print"}`), "X-Amz-Log-Type", "Tail")
	if got.status != 200 || got.header.Get("X-Amz-Executed-Version") != "$LATEST" || got.header.Get("X-Amz-Function-Error") != "" || !strings.Contains(got.body, `"arn":"`+arn+`"`) {
		t.Errorf("got %d %v %s", got.status, got.header, got.body)
	}
	if tail := tailOf(t, got.header.Get("X-Amz-Log-Result")); !strings.Contains(tail, "to standard output\n") || !strings.Contains(tail, "START RequestId: "+got.header.Get("X-Amzn-Requestid")) {
		t.Errorf("got the tail %q", tail)
	}
	got = r.send(root, "POST", path, []byte(`{"do":"fail","text":"no"}`), "X-Amz-Invocation-Type", "RequestResponse")
	if got.status != 200 || got.header.Get("X-Amz-Function-Error") != "Unhandled" || got.body != `{"errorMessage":"no","errorType":"errorString"}` || got.header.Get("X-Amz-Log-Result") != "" {
		t.Errorf("an error: got %d %v %s", got.status, got.header, got.body)
	}
	if got := r.send(root, "POST", path, nil, "X-Amz-Invocation-Type", "DryRun"); got.status != 204 || got.body != "" {
		t.Errorf("a dry run: got %d %s", got.status, got.body)
	}
	for _, name := range []string{"f:$LATEST", arn, "arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Af%3A%24LATEST", "000000000000:function:f"} {
		if got := r.send(root, "POST", strings.ReplaceAll(name, "$", "%24")+"/invocations", nil); got.status != 200 {
			t.Errorf("%s: got %d %s", name, got.status, got.body)
		}
	}
	if got := r.send(root, "POST", path+"?Qualifier=%24LATEST", nil); got.status != 200 {
		t.Errorf("with a qualifier: got %d %s", got.status, got.body)
	}
}

func TestWire_refusesInWordsOfLambda(t *testing.T) {
	r := newRig(t)
	const path = "f/invocations"
	r.send(root, "POST", "g/invocations", nil).refused(t, "another name", 404, "ResourceNotFoundException", `"Function not found: arn:aws:lambda:us-east-1:000000000000:function:g"`)
	r.send(root, "POST", path+"?Qualifier=7", nil).refused(t, "a version", 404, "ResourceNotFoundException", "function:f:7")
	r.send(root, "POST", "arn:aws:lambda:eu-west-1:000000000000:function:f/invocations", nil).refused(t, "another region", 404, "ResourceNotFoundException", "eu-west-1")
	r.send(root, "POST", path, []byte(`{`)).refused(t, "no JSON", 400, "InvalidRequestContentException", "Could not parse request body into json")
	r.send(root, "POST", path, nil, "X-Amz-Invocation-Type", "Maybe").refused(t, "a type", 400, "ValidationException", "Value 'Maybe' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]")
	r.send(root, "POST", path, nil, "X-Amz-Client-Context", "e30=").refused(t, "a context", 400, "ValidationException", "ClientContext is not supported by the sandbox")
	r.send(root, "POST", path+"?Foo=1", nil).refused(t, "a parameter", 400, "ValidationException", "Foo is not supported by the sandbox")
	r.send(root, "POST", "a b/invocations", nil).refused(t, "a name", 400, "ValidationException", "at 'functionName'")
	r.send(root, "DELETE", "f", nil).refused(t, "an operation", 404, "UnknownOperationException", "is not an operation of lambda that the sandbox knows")
	r.send(root, "POST", path, bytes.Repeat([]byte(" "), 6<<20+1)).refused(t, "an event", 413, "RequestEntityTooLargeException", "6291457 byte payload")
	r.send(root, "POST", path, bytes.Repeat([]byte(" "), 1<<20+1), "X-Amz-Invocation-Type", "Event").refused(t, "an event that nobody waits for", 413, "RequestEntityTooLargeException", "limit 1048576 bytes")
	r.send(sdk.Credentials{}, "POST", path, nil).refused(t, "nobody", 403, "MissingAuthenticationTokenException", "Request is missing Authentication Token")
	r.send(sdk.Credentials{AccessKeyID: developer.ID, SecretAccessKey: "other"}, "POST", path, nil).refused(t, "another secret", 403, "InvalidSignatureException", "does not match")
}

func TestWire_asksIAM(t *testing.T) {
	r := newRig(t)
	may := r.session(arn, "lambda:InvokeFunction")
	if got := r.send(may, "POST", "f/invocations", nil); got.status != 200 {
		t.Errorf("a role that may: got %d %s", got.status, got.body)
	}
	r.send(may, "POST", "g/invocations", nil).refused(t, "another function", 403, "AccessDeniedException", "is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:000000000000:function:g because no identity-based policy allows")
	r.send(may, "POST", "f/invocations?Qualifier=%24LATEST", nil).refused(t, "a version", 403, "AccessDeniedException", "function:f:$LATEST")
	r.send(may, "GET", "f", nil).refused(t, "another operation", 403, "AccessDeniedException", "lambda:GetFunction")
	r.send(may, "GET", "", nil).refused(t, "the list", 403, "AccessDeniedException", "lambda:ListFunctions on resource: *")
	r.send(may, "POST", "g/invocations", []byte("{")).refused(t, "a fault of who may not", 403, "AccessDeniedException", "")
}

func TestWire_showsFunctions(t *testing.T) {
	r := newRig(t, with("Tags", []any{properties{"Key": "k", "Value": "v"}}), with("ReservedConcurrentExecutions", 3.0), variables("A_B", "c"))
	var got struct {
		Configuration map[string]any
		Concurrency   map[string]int
		Tags          map[string]string
	}
	shown := r.send(root, "GET", "f", nil)
	if err := json.Unmarshal([]byte(shown.body), &got); err != nil {
		t.Fatalf("got %d %s: %v", shown.status, shown.body, err)
	}
	c := got.Configuration
	for name, want := range map[string]any{
		"FunctionArn": arn, "FunctionName": "f", "MemorySize": 256.0, "Timeout": 60.0, "State": "Active", "LastUpdateStatus": "Successful",
		"Runtime": "provided.al2023", "Version": "$LATEST", "PackageType": "Zip", "Handler": "bootstrap",
	} {
		if c[name] != want {
			t.Errorf("%s: got %v, want %v", name, c[name], want)
		}
	}
	sum := sha256.Sum256(r.zips["f.zip"])
	if c["CodeSha256"] != encoded(sum[:]) || got.Tags["k"] != "v" || got.Concurrency["ReservedConcurrentExecutions"] != 3 || !strings.Contains(shown.body, `"Environment":{"Variables":{"A_B":"c"}}`) {
		t.Errorf("got %s", shown.body)
	}
	if _, err := time.Parse("2006-01-02T15:04:05.000-0700", c["LastModified"].(string)); err != nil {
		t.Error(err)
	}
	if one := r.send(root, "GET", "f/configuration", nil); one.status != 200 || !strings.HasPrefix(one.body, `{"Architectures":`) {
		t.Errorf("got %d %s", one.status, one.body)
	}
	r.make("AWS::Lambda::Function", "G", function(with("FunctionName", "g")))
	if page := r.send(root, "GET", "?MaxItems=1", nil); !strings.Contains(page.body, `"NextMarker":"f"`) || strings.Contains(page.body, "function:g") {
		t.Errorf("the first page: got %s", page.body)
	}
	if page := r.send(root, "GET", "?MaxItems=1&Marker=f", nil); strings.Contains(page.body, "NextMarker") || !strings.Contains(page.body, "function:g") {
		t.Errorf("the second page: got %s", page.body)
	}
	r.send(root, "GET", "?MaxItems=0", nil).refused(t, "none", 400, "ValidationException", "at 'maxItems'")
	r.send(root, "GET", "?MaxItems=many", nil).refused(t, "no number", 400, "SerializationException", "maxItems")
	r.send(root, "GET", "h", nil).refused(t, "another", 404, "ResourceNotFoundException", "function:h")
}

// Whoever cannot have the answer any more does not end the function.
func TestInvoke_goesOnWithoutItsCaller(t *testing.T) {
	r := newRig(t)
	file := t.TempDir() + "/go"
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	payload, _ := json.Marshal(order{Do: "wait", Until: file})
	go func() {
		_, err := r.lambda.InvokeFor(ctx, lambda.Invocation{Function: "f", Payload: payload}, allow)
		done <- err
	}()
	eventually(t, "the program there", func() bool { _, err := os.Stat(file + ".there"); return err == nil })
	cancel()
	if err := <-done; err == nil {
		t.Error("got an answer, want that the caller went")
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the log of it", func() bool { return strings.Contains(strings.Join(r.lines(), "\n"), "REPORT") })
}
