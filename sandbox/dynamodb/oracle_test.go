package dynamodb_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// An oracle is an implementation of DynamoDB in a process of its own, whose answers the engine's are compared with.
type oracle struct {
	t   testing.TB
	url string
}

// A reply is the body of an answer and, if it is an error, its type without namespace and its message.
type reply struct {
	body          map[string]any
	failed        bool
	kind, message string
}

func (d *oracle) do(operation, body string) reply {
	d.t.Helper()
	request, err := http.NewRequest(http.MethodPost, d.url, strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.0")
	request.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	request.Header.Set("X-Amz-Date", "20260101T000000Z")
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=b, Signature=c")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		d.t.Fatalf("%s %s: %v", operation, body, err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return replyOf(d.t, text, response.StatusCode != http.StatusOK)
}

func (w *world) do(operation, body string) reply {
	w.t.Helper()
	response, failure := w.Handle(operation, []byte(body))
	if failure == nil {
		return replyOf(w.t, response, false)
	}
	text, err := json.Marshal(failure)
	if err != nil {
		w.t.Fatal(err)
	}
	return replyOf(w.t, text, true)
}

func replyOf(t testing.TB, text []byte, failed bool) reply {
	t.Helper()
	r := reply{failed: failed}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&r.body); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	if !failed {
		return r
	}
	kind, _ := r.body["__type"].(string)
	_, r.kind, _ = strings.Cut(kind, "#")
	r.message, _ = r.body["message"].(string)
	if r.message == "" {
		r.message, _ = r.body["Message"].(string)
	}
	return r
}

func (r reply) String() string {
	if r.failed {
		return r.kind + ": " + r.message
	}
	text, _ := json.Marshal(r.body)
	return string(text)
}

// create makes a table and waits for it.
func (d *oracle) create(table testTable) {
	d.t.Helper()
	if r := d.do("CreateTable", table.create()); r.failed {
		d.t.Fatal(r)
	}
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if !d.do("Scan", `{"TableName": "`+table.name+`"}`).failed {
			return
		}
	}
	d.t.Fatalf("the oracle doesn't make table %s", table.name)
}
