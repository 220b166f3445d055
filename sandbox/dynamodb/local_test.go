package dynamodb_test

import (
	gocmp "cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/fidelity"
)

// untilOrphaned runs a command until its own input ends, which is when its parent does.
const untilOrphaned = `"$@" >/dev/null & child=$!; trap 'kill $child' EXIT; cat`

// startLocal runs AWS's own DynamoDB Local, with Java, from the folder of its jars and native libraries that
// LIGHTBOX_DYNAMODB_LOCAL names. Without it the test is skipped: nothing here downloads it.
func startLocal(t testing.TB) *oracle {
	t.Helper()
	folder := os.Getenv("LIGHTBOX_DYNAMODB_LOCAL")
	if folder == "" {
		t.Skip("not compared with DynamoDB Local: name the folder of its jars in LIGHTBOX_DYNAMODB_LOCAL")
	}
	folder, err := filepath.Abs(folder)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	listener.Close()
	java := exec.Command("sh", "-c", untilOrphaned, "sh", "java", "-Xmx512m", "-Djava.library.path="+folder,
		"-cp", filepath.Join(folder, "*"), "com.amazonaws.services.dynamodbv2.local.main.ServerRunner",
		"-inMemory", "-sharedDb", "-disableTelemetry", "-port", fmt.Sprint(port))
	stdin, err := java.StdinPipe() // held open as long as this process lives
	if err != nil {
		t.Fatal(err)
	}
	if err := java.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stdin.Close()
		_ = java.Wait()
	})
	url := fmt.Sprintf("http://127.0.0.1:%d", port)
	for deadline := time.Now().Add(5 * time.Minute); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if response, err := http.Get(url); err == nil {
			response.Body.Close()
			return &oracle{t, url}
		}
	}
	t.Fatalf("DynamoDB Local in %s doesn't start within five minutes", folder)
	return nil
}

// The engine gives the answers that DynamoDB Local gives, but for localDifferences and the words of faulty.
func TestLocal(t *testing.T) {
	d := startLocal(t)
	w := newWorld(t)
	for _, table := range testTables {
		w.ok("CreateTable", table.create())
		d.create(table)
	}
	tally := fidelity.NewTally("dynamodb-local", localVersion(t))
	t.Run("random operations", func(t *testing.T) { compareOperations(t, w, d, tally) })
	t.Run("faults", func(t *testing.T) { compareFaults(t, w, d) })
	t.Run("sizes", func(t *testing.T) { compareSizes(t, w, d) })
	t.Run("queries and scans page by page", func(t *testing.T) { comparePages(t, w, d) })
	t.Run("known differences", func(t *testing.T) { compareKnown(t, w, d, tally) })
	tally.Save(t)
}

// localVersion is that of the jar.
func localVersion(t testing.TB) string {
	t.Helper()
	jars, err := filepath.Glob(filepath.Join(os.Getenv("LIGHTBOX_DYNAMODB_LOCAL"), "DynamoDBLocal*.jar"))
	if err != nil || len(jars) == 0 {
		t.Fatalf("got no DynamoDBLocal*.jar there: %v", err)
	}
	return gocmp.Or(strings.Trim(strings.TrimSuffix(strings.TrimPrefix(filepath.Base(jars[0]), "DynamoDBLocal"), ".jar"), "-"), "of a jar that names none")
}

func compareOperations(t *testing.T, w *world, d *oracle, tally *fidelity.Tally) {
	g := &generator{Rand: rand.New(rand.NewPCG(*seed, 2)), rich: true}
	var before []operation
	counts := map[string]int{}
	for n := range *operations {
		table := testTables[g.IntN(len(testTables))]
		o := g.localOperation(w, table, &before)
		if o.body["ClientRequestToken"] == nil && g.chance(12) {
			g.spoil(&o)
		}
		if o.onlyRemoves && isNew(w, o) {
			continue // a known difference
		}
		got := w.do(o.name, o.text())
		if got.kind == "SerializationException" {
			continue // DynamoDB Local makes a string of a number, and fails for what is not base64
		}
		want := d.do(o.name, o.text())
		if diff := compareLocal(o, got, want); diff != "" {
			t.Fatalf("operation %d (seed %d): %s\n%s\nengine: %s\nlocal:  %s\n(-local +engine)\n%s",
				n, *seed, o.name, o.text(), got, want, diff)
		}
		tally.Agreed(fidelity.Operation{Service: "dynamodb", Name: o.name})
		counts[o.name]++
		counts["operations"]++
		if !got.failed {
			counts["succeeded"]++
		} else {
			counts[got.kind]++
		}
		for what, times := range g.used {
			counts[what] += times
		}
		if n%1000 == 999 {
			compareLocalTables(t, w, d)
		}
	}
	compareLocalTables(t, w, d)
	report(t, counts)
}

// compareLocalTables holds the tables and their indexes to each other as they are.
func compareLocalTables(t *testing.T, w *world, d *oracle) {
	t.Helper()
	for _, table := range testTables {
		o := operation{name: "Scan", body: object{"TableName": table.name}}
		if diff := compareLocal(o, w.do(o.name, o.text()), d.do(o.name, o.text())); diff != "" {
			t.Fatalf("table %s (-local +engine):\n%s", table.name, diff)
		}
		for index := range table.indexes {
			o.body["IndexName"] = index
			if diff := compareLocal(o, w.do(o.name, o.text()), d.do(o.name, o.text())); diff != "" {
				t.Fatalf("index %s (-local +engine):\n%s", index, diff)
			}
		}
	}
}

// comparePages goes through queries and scans a page at a time, forwards and backwards.
func comparePages(t *testing.T, w *world, d *oracle) {
	g := &generator{Rand: rand.New(rand.NewPCG(*seed, 3)), rich: true}
	walks, pages := 0, 0
	for range *operations / 20 {
		table := testTables[g.IntN(len(testTables))]
		g.begin()
		o := g.query(table, nil)
		if g.chance(30) {
			g.begin()
			o = g.scan(table, nil)
		}
		for _, name := range []string{"ReturnConsumedCapacity", "Select", "ProjectionExpression", "Segment", "TotalSegments"} {
			delete(o.body, name)
		}
		if used, ok := o.body["ExpressionAttributeNames"].(object); ok && !usesAll(o, used) {
			continue
		}
		o.body["Limit"] = 1 + g.IntN(4)
		got, n := walk(t, o, w.do)
		want, m := walk(t, o, d.do)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s %s (-local +engine):\n%s", o.name, o.text(), diff)
		}
		walks++
		pages += n + m
	}
	t.Logf("%d queries and scans in %d pages", walks, pages)
}

// usesAll reports whether all names are in use still.
func usesAll(o operation, names object) bool {
	text, _ := json.Marshal(o.body)
	for name := range names {
		if strings.Count(string(text), name) < 2 {
			return false
		}
	}
	return true
}
