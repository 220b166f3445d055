package lambda_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// What `cdk deploy --hotswap` changes of a function is what its next invocation runs.
func TestUpdateFunction_isWhatRunsNext(t *testing.T) {
	r := newRig(t)
	first, err := r.ask(order{Do: "environ"})
	if err != nil {
		t.Fatal(err)
	}
	before := r.send(root, "GET", "f/configuration", nil)
	got := r.send(root, "PUT", "f/configuration", []byte(`{"Environment": {"Variables": {"COLOR": "red"}}, "Description": "changed", "Timeout": 9}`))
	var shown struct {
		Description, LastUpdateStatus, RevisionID string
		Timeout, MemorySize                       int
	}
	if err := json.Unmarshal([]byte(got.body), &shown); err != nil || got.status != 200 || shown.Description != "changed" || shown.Timeout != 9 || shown.LastUpdateStatus != "Successful" {
		t.Fatalf("UpdateFunctionConfiguration: got %d %s", got.status, got.body)
	}
	second, err := r.ask(order{Do: "environ"})
	if err != nil || !slices.Contains(second.Environ, "COLOR=red") || second.Instance == first.Instance {
		t.Errorf("the next invocation: got %v of the instance %s, %v", second.Environ, second.Instance, err)
	}

	r.zips["next.zip"] = zipped(t, map[string]string{"bootstrap": "#!/bin/sh\nexit 9\n"}, 0o755)
	got = r.send(root, "PUT", "f/code", []byte(`{"S3Bucket": "code", "S3Key": "next.zip"}`))
	if got.status != 200 || strings.Contains(before.body, digestOf(t, got.body)) {
		t.Errorf("UpdateFunctionCode: got %d %s, want another digest than %s", got.status, got.body, before.body)
	}
	if _, err := r.ask(order{Do: "environ"}); err == nil {
		t.Error("the next code: got an answer, want that it exits")
	}
	got = r.send(root, "PUT", "f/code", []byte(`{"ZipFile": "`+base64.StdEncoding.EncodeToString(r.zips["f.zip"])+`"}`))
	if got.status != 200 || !strings.Contains(before.body, digestOf(t, got.body)) {
		t.Errorf("UpdateFunctionCode by a zip file: got %d %s", got.status, got.body)
	}
	if _, err := r.ask(order{Do: "environ"}); err != nil {
		t.Errorf("the former code: got %v", err)
	}
}

func digestOf(t *testing.T, body string) string {
	t.Helper()
	var shown struct{ CodeSha256 string }
	if err := json.Unmarshal([]byte(body), &shown); err != nil || shown.CodeSha256 == "" {
		t.Fatalf("got %s, want a configuration", body)
	}
	return shown.CodeSha256
}

func TestUpdateFunction_refuses(t *testing.T) {
	r := newRig(t)
	for _, test := range []struct {
		path, body, code, message string
		status                    int
	}{
		{"f/code", `{}`, "InvalidParameterValueException", "Please provide a source for function code.", 400},
		{"f/code", `{"S3Bucket": "code", "S3Key": "f.zip", "ZipFile": "YQ=="}`, "InvalidParameterValueException", "source", 400},
		{"f/code", `{"S3Bucket": "code", "S3Key": "none.zip"}`, "InvalidParameterValueException", "s3://code/none.zip", 400},
		{"f/code", `{"ZipFile": "YQ=="}`, "InvalidParameterValueException", "want a zip file", 400},
		{"f/code", `{"ZipFile": "YQ==", "Publish": true}`, "ValidationException", "Publish true is not supported by the sandbox", 400},
		{"f/code", `{"ImageUri": "x"}`, "ValidationException", "ImageUri is not supported by the sandbox", 400},
		{"f/code", `[]`, "SerializationException", "no JSON object", 400},
		{"none/code", `{"S3Bucket": "code", "S3Key": "f.zip"}`, "ResourceNotFoundException", "Function not found", 404},
		{"f/configuration", `{"Environment": {"Variables": {"AWS_REGION": "x"}}}`, "InvalidParameterValueException", "AWS_REGION", 400},
		{"f/configuration", `{"Description": "x", "RevisionId": "other"}`, "PreconditionFailedException", "Revision Id", 412},
		{"f/configuration", `{"Timeout": 901}`, "ValidationException", "timeout", 400},
	} {
		r.send(root, "PUT", test.path, []byte(test.body)).refused(t, test.path+" "+test.body, test.status, test.code, test.message)
	}
}

// Who changes the code needs to read it too.
func TestUpdateFunctionCode_asksForTheObject(t *testing.T) {
	for _, test := range []struct {
		resource string
		allowed  bool
	}{{arn, false}, {"*", true}} {
		r := newRig(t)
		who := r.session(test.resource, "lambda:UpdateFunctionCode", "s3:GetObject")
		got := r.send(who, "PUT", "f/code", []byte(`{"S3Bucket": "code", "S3Key": "f.zip"}`))
		if allowed := got.status == 200; allowed != test.allowed {
			t.Errorf("%s: got %d %s", test.resource, got.status, got.body)
		}
		if !test.allowed && !strings.Contains(got.body, fmt.Sprintf("s3:GetObject on resource: %s", "arn:aws:s3:::code/f.zip")) {
			t.Errorf("got %s, want the object in it", got.body)
		}
	}
}
