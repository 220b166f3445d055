package sandbox_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"lightbox.example/lightbox/sandbox"
	"lightbox.example/lightbox/sandbox/lambda"
	"lightbox.example/lightbox/sandbox/pipeline"
	"lightbox.example/lightbox/sandbox/pipeline/input"
)

// rests are the services whose requests have their members in paths, queries and headers: request says where.
var rests = map[string]struct {
	operations map[string]pipeline.Operation[any]
	shapes     map[string]input.Shape
	request    func(operation string, members map[string]any) (method, path string, header http.Header)
}{
	"lambda": {table(&lambda.API).operations, lambda.API.Input.Shapes, lambdaRequest},
}

// lambdaRequest is as https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html has them.
func lambdaRequest(operation string, members map[string]any) (method, path string, header http.Header) {
	header, query, name := http.Header{}, url.Values{}, "f"
	for member, value := range members {
		text := fmt.Sprint(value)
		switch member {
		case "FunctionName":
			name = text
		case "InvocationType":
			header.Set("X-Amz-Invocation-Type", text)
		case "LogType":
			header.Set("X-Amz-Log-Type", text)
		default:
			query.Set(member, text)
		}
	}
	suffix, known := map[string]string{"GetFunction": "", "GetFunctionConfiguration": "/configuration", "Invoke": "/invocations"}[operation]
	path = "/2015-03-31/functions/"
	if known {
		path += url.PathEscape(name) + suffix
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	method = http.MethodGet
	if operation == "Invoke" {
		method = http.MethodPost
	}
	return method, path, header
}

// The constraints of every member, from the tables. What a path or a header can't say is left out.
// https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
func TestW12_restsOfEveryOperation(t *testing.T) {
	s := start(t, sandbox.Config{})
	root := aws.Credentials{AccessKeyID: sandbox.AccessKeyID, SecretAccessKey: sandbox.SecretAccessKey}
	tried := 0
	for service, table := range rests {
		send := func(operation string, members map[string]any, want ...string) {
			t.Helper()
			method, path, header := table.request(operation, members)
			request := by(t, root, method, "https://"+service+".us-east-1.amazonaws.com"+path, service, "", "")
			maps.Copy(request.Header, header)
			got := do(t, client(t, s), request)
			var refusal struct{ Message string }
			_ = json.Unmarshal([]byte(got.body), &refusal) // what is no JSON says nothing
			if missing := slices.IndexFunc(want, func(part string) bool { return !strings.Contains(refusal.Message, part) }); missing >= 0 || got.status != http.StatusBadRequest ||
				got.header.Get("X-Amzn-Errortype") != "ValidationException" {
				t.Errorf("%s %v: got %d %.300s, want %q", operation, members, got.status, got.body, want)
			}
			tried++
		}
		for operation, o := range table.operations {
			send(operation, map[string]any{"NoSuchMember": "x"}, operation+": NoSuchMember is not supported by the sandbox")
			for _, wrong := range objectsBeyond(o.Input, table.shapes) {
				members, _ := wrong.value.(map[string]any)
				said := len(members) == 1
				for name, value := range members {
					text := fmt.Sprint(value)
					said = said && value != nil && (name == "Qualifier" || name == "MaxItems" || text != "" && !strings.Contains(text, "\x00"))
				}
				if wrong.says != "" && said {
					send(operation, members, "at '"+strings.TrimPrefix(wrong.path, ".")+"'", wrong.says)
				}
			}
		}
	}
	if tried < 12 {
		t.Errorf("tried %d inputs, want more", tried)
	}
}
