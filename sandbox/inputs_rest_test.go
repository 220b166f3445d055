package sandbox_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"lightbox.example/lightbox/sandbox"
	"lightbox.example/lightbox/sandbox/appsync"
	"lightbox.example/lightbox/sandbox/cloudfront"
	"lightbox.example/lightbox/sandbox/lambda"
	"lightbox.example/lightbox/sandbox/pipeline"
	"lightbox.example/lightbox/sandbox/pipeline/input"
)

// rests are the services whose requests have their members in paths, queries, headers and documents: request says where.
var rests = map[string]struct {
	operations map[string]pipeline.Operation[any]
	shapes     map[string]input.Shape
	endpoint   string
	invalid    string // the code of what breaks constraints
	request    func(operation string, members map[string]any) (method, path string, header http.Header, body string)
	refusal    func(answer) (code, message string)
}{
	"lambda":     {table(&lambda.API).operations, lambda.API.Input.Shapes, "https://lambda.us-east-1.amazonaws.com", "ValidationException", lambdaRequest, lambdaRefusal},
	"cloudfront": {table(&cloudfront.API).operations, cloudfront.API.Input.Shapes, "https://cloudfront.amazonaws.com", "MalformedXML", cloudfrontRequest, cloudfrontRefusal},
	"appsync":    {table(&appsync.API).operations, appsync.API.Input.Shapes, "https://appsync.us-east-1.amazonaws.com", "BadRequestException", appsyncRequest, lambdaRefusal},
}

// appsyncRequest is as https://docs.aws.amazon.com/appsync/latest/APIReference/API_Operations.html has them.
func appsyncRequest(operation string, members map[string]any) (method, path string, header http.Header, body string) {
	step := func(member, usual string) string {
		if value, given := members[member]; given {
			usual = fmt.Sprint(value)
		}
		return url.PathEscape(usual)
	}
	path = "/v1/apis/a1/" + map[string]string{
		"GetIntrospectionSchema": "schema", "GetSchemaCreationStatus": "schemacreation", "ListFunctions": "functions",
		"StartSchemaCreation": "schemacreation", "UpdateFunction": "functions/" + step("functionId", "f1"),
		"ListApiKeys": "apikeys", "UpdateApiKey": "apikeys/" + step("id", "da2-k1"),
		"UpdateResolver": "types/" + step("typeName", "Query") + "/resolvers/" + step("fieldName", "one"),
	}[operation]
	if operation == "StartSchemaCreation" || strings.HasPrefix(operation, "Update") {
		return http.MethodPost, path, nil, jsonOf(members)
	}
	query := url.Values{}
	if operation == "GetIntrospectionSchema" {
		query.Set("format", "SDL")
	}
	for member, value := range members {
		if member != "apiId" {
			query.Set(member, fmt.Sprint(value))
		}
	}
	return http.MethodGet, path + "?" + query.Encode(), nil, ""
}

// jsonOf is an object as JSON.
func jsonOf(members map[string]any) string {
	text, _ := json.Marshal(members) // texts, numbers and such
	return string(text)
}

// lambdaRequest is as https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html has them.
func lambdaRequest(operation string, members map[string]any) (method, path string, header http.Header, body string) {
	if suffix, updates := map[string]string{"UpdateFunctionCode": "code", "UpdateFunctionConfiguration": "configuration"}[operation]; updates {
		name, rest := "f", maps.Clone(members)
		if given, ok := rest["FunctionName"]; ok {
			name = fmt.Sprint(given)
			delete(rest, "FunctionName")
		}
		return http.MethodPut, "/2015-03-31/functions/" + url.PathEscape(name) + "/" + suffix, nil, jsonOf(rest)
	}
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
	return method, path, header, ""
}

func lambdaRefusal(got answer) (code, message string) {
	var refusal struct{ Message string }
	_ = json.Unmarshal([]byte(got.body), &refusal) // what is no JSON says nothing
	return got.header.Get("X-Amzn-Errortype"), refusal.Message
}

// cloudfrontRequest is as https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Operations.html has them.
func cloudfrontRequest(operation string, members map[string]any) (method, path string, header http.Header, body string) {
	query := url.Values{}
	for member, value := range members {
		switch member {
		case "DistributionId", "Id":
		case "InvalidationBatch":
			body = element(member, value)
		default:
			query.Set(member, fmt.Sprint(value))
		}
	}
	path, method = "/2020-05-31/distribution/E1/invalidation", http.MethodGet
	switch operation {
	case "CreateInvalidation":
		method = http.MethodPost
	case "GetInvalidation":
		path += "/I1"
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return method, path, nil, body
}

// element is a value as an element of XML.
func element(name string, value any) string {
	inner := ""
	switch value := value.(type) {
	case nil:
		return ""
	case map[string]any:
		for member, value := range value {
			inner += element(member, value)
		}
	default:
		inner = fmt.Sprint(value)
	}
	return "<" + name + ">" + inner + "</" + name + ">"
}

func cloudfrontRefusal(got answer) (code, message string) {
	var refusal struct {
		Error struct{ Code, Message string }
	}
	_ = xml.Unmarshal([]byte(got.body), &refusal) // what is no XML says nothing
	return refusal.Error.Code, refusal.Error.Message
}

// The constraints of every member, from the tables. What a path or a header can't say is left out.
// https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
func TestW12_restsOfEveryOperation(t *testing.T) {
	s := start(t, sandbox.Config{})
	root := aws.Credentials{AccessKeyID: sandbox.AccessKeyID, SecretAccessKey: sandbox.SecretAccessKey}
	for service, table := range rests {
		tried := 0
		send := func(operation string, members map[string]any, want ...string) {
			t.Helper()
			method, path, header, body := table.request(operation, members)
			request := by(t, root, method, table.endpoint+path, service, "", body)
			maps.Copy(request.Header, header)
			got := do(t, client(t, s), request)
			code, message := table.refusal(got)
			if missing := slices.IndexFunc(want, func(part string) bool { return !strings.Contains(message, part) }); missing >= 0 || got.status != http.StatusBadRequest || code != table.invalid {
				t.Errorf("%s %.100v: got %d %.300s, want %q", operation, members, got.status, got.body, want)
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
		if tried < min(10, 5*len(table.operations)-4) { // one has few members
			t.Errorf("%s: tried %d inputs, want more", service, tried)
		}
	}
}
