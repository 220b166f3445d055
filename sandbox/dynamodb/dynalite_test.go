package dynamodb_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// dynalite is another implementation of DynamoDB, by people who compared theirs with the original for years. It runs in a
// process of its own.
type dynalite struct {
	t   testing.TB
	url string
}

// serveUntilOrphaned starts dynalite on a free port and ends with its parent.
const serveUntilOrphaned = `
const server = require(process.argv[1])({createTableMs: 0, deleteTableMs: 0, updateTableMs: 0})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
process.stdin.on('end', () => process.exit()).resume()`

// startDynalite runs the package in tools/node, or the one that LIGHTBOX_DYNALITE names. Without it the test is skipped,
// but not where CI is set.
func startDynalite(t testing.TB) *dynalite {
	t.Helper()
	folder := os.Getenv("LIGHTBOX_DYNALITE")
	if folder == "" {
		folder = filepath.Join("..", "..", "tools", "node", "node_modules", "dynalite")
	}
	folder, err := filepath.Abs(folder)
	if err == nil {
		_, err = os.Stat(filepath.Join(folder, "package.json"))
	}
	if err != nil {
		const missing = "NOT COMPARED WITH DYNALITE: %v; run npm ci in tools/node, or name the package's folder in LIGHTBOX_DYNALITE"
		if os.Getenv("CI") != "" {
			t.Fatalf(missing, err)
		}
		t.Skipf(missing, err)
	}
	node := exec.Command("node", "-e", serveUntilOrphaned, folder)
	stdin, err := node.StdinPipe() // held open as long as this process lives
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := node.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	node.Stderr = os.Stderr
	if err := node.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stdin.Close()
		_ = node.Wait()
	})
	port, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("dynalite didn't start: %v", err)
	}
	return &dynalite{t, "http://127.0.0.1:" + strings.TrimSpace(port)}
}

// A reply is the body of an answer and, if it is an error, its type without namespace and its message.
type reply struct {
	body          map[string]any
	failed        bool
	kind, message string
}

func (d *dynalite) do(operation, body string) reply {
	d.t.Helper()
	request, err := http.NewRequest(http.MethodPost, d.url, strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.0")
	request.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	request.Header.Set("X-Amz-Date", "20260101T000000Z")
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b, Signature=c")
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
func (d *dynalite) create(table testTable) {
	d.t.Helper()
	if r := d.do("CreateTable", table.create()); r.failed {
		d.t.Fatal(r)
	}
	for range 100 {
		if !d.do("Scan", `{"TableName": "`+table.name+`"}`).failed {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	d.t.Fatalf("dynalite doesn't make table %s", table.name)
}
