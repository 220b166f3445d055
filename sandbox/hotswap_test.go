package sandbox_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox"
)

// appsyncOf sends a request to AppSync's own API, about the API of dev.
func appsyncOf(t *testing.T, s *sandbox.Sandbox, method, path string, members map[string]any) answer {
	t.Helper()
	body := ""
	if members != nil {
		body = jsonOf(members)
	}
	target := "https://appsync.us-east-1.amazonaws.com/v1/apis/" + output(t, s, "API", "GraphQLAPIID") + path
	return do(t, client(t, s), by(t, administrator, method, target, "appsync", "", body))
}

// says wants an answer of a status with a text in it.
func (a answer) says(t *testing.T, what string, status int, text string) {
	t.Helper()
	if a.status != status || !strings.Contains(a.body, text) {
		t.Errorf("%s: got %d %.500s, want %d with %s", what, a.status, a.body, status, text)
	}
}

// What `cdk deploy --hotswap` changes of an API is what the API then does, whatever its stack says.
func changesParts(t *testing.T, s *sandbox.Sandbox) {
	runtime := map[string]any{"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"}
	const code = "export function request() { return {}; } export function response() { return 'swapped'; }"
	resolver := map[string]any{"kind": "UNIT", "runtime": runtime, "code": code}
	_, declared := found(t, s, "AWS::AppSync::DataSource", "")
	resolver["dataSourceName"] = declared.PhysicalID[strings.LastIndex(declared.PhysicalID, "/")+1:]
	const at = "/types/Query/resolvers/getProduct"
	appsyncOf(t, s, http.MethodPost, at, resolver).says(t, "UpdateResolver", http.StatusOK, `"fieldName":"getProduct"`)
	broken := map[string]any{"kind": "UNIT", "dataSourceName": "nowhere", "runtime": runtime, "code": "export function request("}
	appsyncOf(t, s, http.MethodPost, at, broken).says(t, "broken code", http.StatusBadRequest, "AWS::AppSync::Resolver.Code: code.js:1")
	appsyncOf(t, s, http.MethodPost, at, broken).says(t, "another source", http.StatusBadRequest, "there is no data source \\\"nowhere\\\"")
	appsyncOf(t, s, http.MethodPost, "/types/Product/resolvers/id", resolver).says(t, "no resolver", http.StatusNotFound, "No resolver found.")

	var list struct {
		Functions []map[string]any
		NextToken string
	}
	first := appsyncOf(t, s, http.MethodGet, "/functions?maxResults=2", nil)
	if err := json.Unmarshal([]byte(first.body), &list); err != nil || len(list.Functions) != 2 || list.NextToken == "" {
		t.Fatalf("ListFunctions: got %d %.300s, want two and a token", first.status, first.body)
	}
	appsyncOf(t, s, http.MethodGet, "/functions?nextToken="+list.NextToken, nil).says(t, "the next page", http.StatusOK, `"functionId"`)
	appsyncOf(t, s, http.MethodGet, "/functions?nextToken=MjU", nil).says(t, "a forged token", http.StatusBadRequest, "Invalid nextToken")
	id, _ := list.Functions[0]["functionId"].(string)
	delete(list.Functions[0], "functionArn")
	appsyncOf(t, s, http.MethodPost, "/functions/"+id, list.Functions[0]).says(t, "UpdateFunction", http.StatusOK, id)
	appsyncOf(t, s, http.MethodPost, "/functions/none", list.Functions[0]).says(t, "no function", http.StatusNotFound, "No function found for ID none.")

	for _, test := range []struct{ sdl, status string }{{"type Query { a: Nothing }", `"FAILED"`}, {"", `"SUCCESS"`}} {
		if test.sdl == "" {
			test.sdl = appsyncOf(t, s, http.MethodGet, "/schema?format=SDL", nil).body
		}
		definition := base64.StdEncoding.EncodeToString([]byte(test.sdl))
		appsyncOf(t, s, http.MethodPost, "/schemacreation", map[string]any{"definition": definition}).says(t, "StartSchemaCreation", http.StatusOK, `"PROCESSING"`)
		appsyncOf(t, s, http.MethodGet, "/schemacreation", nil).says(t, "GetSchemaCreationStatus of "+test.sdl[:20], http.StatusOK, test.status)
	}
	appsyncOf(t, s, http.MethodPost, "/types/Query/resolvers", resolver).says(t, "CreateResolver", http.StatusNotFound, "is not an operation of appsync that the sandbox knows")
	who := assumed(t, s, `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "appsync:List*", "Resource": "*"}]}`)
	target := "https://appsync.us-east-1.amazonaws.com/v1/apis/" + output(t, s, "API", "GraphQLAPIID")
	do(t, client(t, s), by(t, who, http.MethodPost, target+at, "appsync", "", jsonOf(resolver))).says(t, "without a right", http.StatusForbidden, "appsync:UpdateResolver")
	do(t, client(t, s), by(t, who, http.MethodGet, target+"/functions", "appsync", "", "")).says(t, "control: with one", http.StatusOK, `"functions"`)
}

var hotswap = flag.Bool("hotswap", false, "swap and deploy by the CDK CLI, which takes two minutes")

// What the pinned CLI does to a stack past a change set: each is carried out, or refused with words that the CLI shows.
//
//	go test ./sandbox -run TestHotswap -args -hotswap
func TestHotswap_byTheCLI(t *testing.T) {
	if !*hotswap {
		t.Skip("-hotswap was not given")
	}
	s := deployed(t, sandbox.Config{})
	home, same := t.TempDir(), deploytest.Assembly(t, "..", "dev")
	changed := func(from, to string) string {
		times := 0
		folder := deploytest.Assembly(t, "..", "dev", func(stack string, text []byte) []byte {
			if stack != "API" {
				return text
			}
			times += bytes.Count(text, []byte(from))
			return bytes.ReplaceAll(text, []byte(from), []byte(to))
		})
		if times == 0 {
			t.Fatalf("got no %q in the template, so nothing was tried", from)
		}
		return folder
	}
	deploy := func(app string, more ...string) []string {
		return append([]string{"deploy", "API", "--exclusively", "--require-approval", "never", "--progress", "events", "--app", app}, more...)
	}
	for _, test := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"resolvers and functions", deploy(changed("runtime.earlyReturn", "/* hot */ runtime.earlyReturn"), "--hotswap"), 0, "AWS::AppSync::FunctionConfiguration 'reserve' hotswapped!"},
		{"a schema", deploy(changed("type Product ", `# new\ntype Product `), "--hotswap"), 0, "GraphQLSchema' hotswapped!"},
		{"a schema that is none", deploy(changed("type Product ", "type Product @nonsense "), "--hotswap"), 1, "Undefined directive nonsense"},
		{"code that is none", deploy(changed("runtime.earlyReturn", "runtime.earlyReturn("), "--hotswap"), 1, `BadRequestException: [appsync] AWS::AppSync::`},
		{"what is no code, with a fallback", deploy(changed(`"FieldLogLevel": "ERROR"`, `"FieldLogLevel": "ALL"`), "--hotswap-fallback"), 0, "UPDATE_COMPLETE"},
		{"without a change set", deploy(changed("runtime.earlyReturn", "/* direct */ runtime.earlyReturn"), "--method=direct"), 0, "UPDATE_COMPLETE"},
		{"without a change", deploy(same, "--method=direct", "--force"), 0, "Lightbox-dev-API"},
		{"drift", []string{"drift", "--app", same}, 1, "Could not find operation DetectStackDrift for version 2010-05-15: the sandbox does not have it"},
	} {
		if out, code := runCDK(t, s, home, test.args...); code != test.code || !strings.Contains(out, test.says) {
			t.Errorf("%s: got exit code %d and\n%s\nwant %d and %s", test.name, code, out, test.code, test.says)
		}
	}
	watches(t, s, home, changed("runtime.earlyReturn", "/* watched */ runtime.earlyReturn"), "'reserve' hotswapped!")
}

// runCDK runs the pinned CLI before a sandbox.
func runCDK(t *testing.T, s *sandbox.Sandbox, home string, args ...string) (out string, code int) {
	t.Helper()
	command := commandCDK(t.Context(), t, s, home, args...)
	text, _ := command.CombinedOutput() // the exit code says it
	return string(text), command.ProcessState.ExitCode()
}

// watches wants `cdk watch`, which goes on until it is ended, to say something.
func watches(t *testing.T, s *sandbox.Sandbox, home, app, says string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(home, "cdk.json"), []byte(`{"watch": {"include": "*.go"}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	command := commandCDK(ctx, t, s, home, "watch", "API", "--exclusively", "--no-logs", "--app", app)
	command.WaitDelay = time.Second
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	command.Stderr = command.Stdout
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for lines := bufio.NewScanner(out); lines.Scan() && !strings.Contains(all.String(), says); {
		all.WriteString(lines.Text() + "\n")
	}
	cancel()
	_ = command.Wait() // it was ended
	if !strings.Contains(all.String(), says) {
		t.Errorf("cdk watch: got\n%s\nwant %s", all.String(), says)
	}
}

func commandCDK(ctx context.Context, t *testing.T, s *sandbox.Sandbox, home string, args ...string) *exec.Cmd {
	t.Helper()
	cdk, err := filepath.Abs("../node_modules/.bin/cdk")
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(ctx, cdk, args...)
	command.Dir = home
	command.Env = append(append(os.Environ(), s.Environment()...), "CDK_HOME="+home, "HOME="+home, "NO_COLOR=1", "CI=true",
		"PATH="+filepath.Dir(cdk)+string(filepath.ListSeparator)+os.Getenv("PATH"))
	return command
}
