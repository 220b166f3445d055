package sandbox_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/internal/removal"
	"lightbox.example/lightbox/internal/sweep"
	"lightbox.example/lightbox/sandbox"
)

var swept = flag.Int("swept", 3000, "how many objects to sweep")

// ceilings are those of tables' writes.
var ceilings = regexp.MustCompile(`("MaxWriteRequestUnits": )[0-9]+`)

// A pass that has no room for all of it stops, and the next one goes on there: what no row names is gone in the end, wherever it is, and
// nothing else. One that has room takes all at once.
func TestSweep_goesOnWhereItStopped(t *testing.T) {
	p := withPeopleOf(t, start(t, sandbox.Config{}), deploytest.WorkingAssembly(t, "..", "dev", func(_ string, template []byte) []byte {
		return ceilings.ReplaceAll(template, []byte(`${1}100000`))
	}))
	const files, one = 8, 10 // of a set; of so many sets one is named by nobody
	sets := *swept / (files + 1)
	began := time.Now()
	strays := p.fill(t, sets, files, one)
	t.Logf("%d objects and %d rows in %s", sets*(files+1), sets-strays, time.Since(began))
	cfg := sdk.Config{
		Region: "us-east-1", HTTPClient: p.client,
		Credentials: credentials.NewStaticCredentialsProvider(root.AccessKeyID, root.SecretAccessKey, ""),
	}
	table := map[string]string{}
	for _, name := range []string{"Products", "Photos"} {
		var err error
		if table[name], err = p.table(name); err != nil {
			t.Fatal(err)
		}
	}
	clients, files2 := removal.ClientsOf(cfg), p.output("FileStorage", "BucketName")
	remover := removal.NewRemover(clients, removal.Settings{Bucket: files2})
	sweeping := sweep.Clients{
		Files: clients.Files, Tables: clients.Tables, Invalidate: func(context.Context, []string) error { return nil },
		Remove: func(ctx context.Context, keys []string) error {
			folders, objects := []string{}, []string{}
			for _, key := range keys {
				if strings.HasSuffix(key, "/") {
					folders = append(folders, key)
				} else {
					objects = append(objects, key)
				}
			}
			event, err := json.Marshal(map[string]any{"remove": map[string]any{"folders": folders, "objects": objects}})
			if err != nil {
				return err
			}
			_, err = remover.Handle(ctx, event)
			return err
		},
	}
	pass := func(later time.Duration, most int) sweep.Report {
		t.Helper()
		settings := sweep.Settings{Bucket: files2, Products: table["Products"], Photos: table["Photos"], ReadUnits: 1_000_000, MostUnits: most}
		report, err := sweep.New(sweeping, settings, time.Now().Add(later)).Pass(t.Context())
		if err != nil || report.Failed > 0 {
			t.Fatalf("got %+v: %v", report, err)
		}
		return report
	}
	stops, removed, passes := map[string]bool{}, 0, 0
	for removed < 2*strays && passes < 30 {
		report := pass(time.Duration(3+passes)*time.Hour, max(1, sets/4))
		passes++
		removed += report.Removed
		if report.Stopped != "" {
			stops[report.Stopped] = true
		}
	}
	if removed != 2*strays || len(stops) < 2 {
		t.Errorf("got %d removed in %d passes with the stops %v, want %d, in more than two parts", removed, passes, stops, 2*strays)
	}
	who, left := uuid("who leaves"), []string(nil)
	if err := p.call(root, "dynamodb", "PutItem", map[string]any{"TableName": table["Photos"], "Item": map[string]any{
		"photoId": map[string]any{"S": "PROFILE#" + who}, "row": map[string]any{"S": "PROFILE"},
		"leaving": map[string]any{"S": time.Now().UTC().Format("2006-01-02T15:04:05.000Z")}, "username": map[string]any{"S": "nobody"},
	}}, nil); err != nil {
		t.Fatal(err)
	}
	sweeping.Leaving = func(_ context.Context, sub string) error {
		left = append(left, sub)
		return nil
	}
	if pass(time.Hour, 0); left != nil {
		t.Errorf("who leaves for an hour: got %v, want nobody gone on with", left)
	}
	whole := pass(40*time.Hour, 0)
	if !slices.Equal(left, []string{who}) {
		t.Errorf("who leaves: got %v, want %s gone on with", left, who)
	}
	if objects := (sets - strays) * (files + 1); whole.Objects != objects || whole.Rows < sets-strays || whole.Candidates+whole.Removed != 0 || whole.Stopped != "" {
		t.Errorf("got %+v, want all that is left, %d objects, and nothing of it found", whole, objects)
	}
	t.Logf("a pass over %d objects and %d rows: %.1f s", whole.Objects, whole.Rows, whole.Seconds)
	before := time.Now()
	shipped := p.pass(t, time.Now(), 41*time.Hour)
	t.Logf("the same by the function, at half of the ceiling that ships: %.1f s, %s with the call", shipped.Seconds, time.Since(before))
}

// fill puts sets of photos with their originals and rows, of which one in some has no row; it answers how many those are. What goes by
// the stream of their rows is their uploads, of which there are none.
func (p people) fill(t *testing.T, sets, files, one int) (strays int) {
	t.Helper()
	table, err := p.table("Photos")
	if err != nil {
		t.Fatal(err)
	}
	var workers sync.WaitGroup
	for worker := range 4 {
		workers.Go(func() {
			var rows []any
			for n := worker; n < sets; n += 4 {
				folder := strings.ReplaceAll(uuid("set", n), "-", "")
				p.putSet(t, folder, files)
				if n%one != 0 {
					rows = append(rows, map[string]any{"PutRequest": map[string]any{"Item": p.setRow(folder, n, files)}})
				}
				if len(rows) == 25 || n+4 >= sets {
					if len(rows) > 0 {
						if err := p.call(root, "dynamodb", "BatchWriteItem", map[string]any{"RequestItems": map[string]any{table: rows}}, nil); err != nil {
							t.Error(err)
						}
					}
					rows = nil
				}
			}
		})
	}
	workers.Wait()
	return (sets + one - 1) / one
}

// putSet puts the files of a set, and its original.
func (p people) putSet(t *testing.T, folder string, files int) {
	keys := []string{"originals/" + p.ann.sub + "/" + folder}
	for file := range files {
		keys = append(keys, fmt.Sprintf("public/photos/%s/%d.webp", folder, 40*(file+1)))
	}
	for _, key := range keys {
		if err := ok(p.files(root, "PUT", key, []byte("x"))); err != nil {
			t.Error(err)
			return
		}
	}
}

// setRow is the row of a photo with such a set.
func (p people) setRow(folder string, n, files int) map[string]any {
	text := func(value string) any { return map[string]any{"S": value} }
	number := func(value int) any { return map[string]any{"N": fmt.Sprint(value)} }
	var renditions []any
	for file := range files {
		renditions = append(renditions, map[string]any{"M": map[string]any{"format": text("webp"), "width": number(40 * (file + 1))}})
	}
	id := uuid("row", n)
	return map[string]any{
		"photoId": text(p.ann.sub + "." + id), "row": text("PHOTO"), "photoOwner": text(p.ann.sub), "folder": text(folder),
		"original": text(p.ann.sub + "/" + folder), "claim": text(id), "upload": text(p.ann.sub + "/" + id), "likeCount": number(0), "bytes": number(1),
		"placeholder": text(strings.Repeat("x", 600)), "renditions": map[string]any{"L": renditions},
	}
}
