package beside_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

var (
	objects = flag.Int("objects", 0, "how many objects there are in the end where listings are measured")
	rows    = flag.Int("rows", 0, "how many rows")
)

// TestMany prints how long the sandbox takes to list the folders of a bucket and to describe a table, while there is little in them and when
// there is much, and what memory it holds then.
func TestMany(t *testing.T) {
	if *folder == "" || *objects == 0 {
		t.Skip("-beside and -objects were not given")
	}
	r := emulators[0].start(t, *folder)
	put := func(n int) error { return r.put(t.Context(), fmt.Sprintf("folder/%07d", n), []byte("x")) }
	write := func(n int) error { return r.batch(t.Context(), fmt.Sprint("p", n%1000), n/1000*25) }
	fill := func(from, to int, do func(n int) error) {
		t.Helper()
		var group sync.WaitGroup
		errs := make([]error, 16)
		for i := range errs {
			group.Go(func() {
				for n := from + i; n < to && errs[i] == nil; n += len(errs) {
					errs[i] = do(n)
				}
			})
		}
		group.Wait()
		for _, err := range errs {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	report := func(objects, rows int) {
		t.Helper()
		var list, describe []time.Duration
		for range 100 {
			began := time.Now()
			answer, err := r.s3.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: &r.bucket, Delimiter: aws.String("/")})
			if err != nil || len(answer.CommonPrefixes) != 1 {
				t.Fatalf("got %v, %v, want one folder", answer, err)
			}
			list, began = append(list, time.Since(began)), time.Now()
			if _, err := r.dynamodb.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: &r.table}); err != nil {
				t.Fatal(err)
			}
			describe = append(describe, time.Since(began))
		}
		slices.Sort(list)
		slices.Sort(describe)
		t.Logf("%7d objects, %7d rows: folders listed in %.2f ms, the table described in %.2f ms; resident %d MB, of which %d MB of files", objects, rows,
			float64(list[50].Microseconds())/1000, float64(describe[50].Microseconds())/1000, r.memory(t, "VmRSS:"), r.memory(t, "RssFile:"))
	}
	fill(0, 1000, put)
	fill(0, 1000/25, write)
	report(1000, 1000)
	fill(1000, *objects, put)
	fill(1000/25, *rows/25, write)
	report(*objects, *rows)
}

// memory is how many megabytes of the process are in memory, of a kind. RssFile is the pages of files, of the program and of the database,
// which the kernel takes when it needs them.
func (r *running) memory(t *testing.T, kind string) int {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.process))
	if err != nil {
		t.Skip("no figures of processes on this machine: ", err)
	}
	_, rest, _ := strings.Cut(string(text), kind)
	kilobytes, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	return kilobytes / 1024
}
