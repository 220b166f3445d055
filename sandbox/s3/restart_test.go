package s3_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/s3"
	"lightbox.example/lightbox/sandbox/store"
)

// disk is an S3 on the disk, with one bucket that has versions and a caller who may do everything.
type disk struct {
	t      testing.TB
	db     store.Store
	s      *s3.Service
	caller aws.Caller
}

func openDisk(t testing.TB, dir string) *disk {
	t.Helper()
	db, err := store.Open(filepath.Join(dir, "sandbox.db"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := s3.New(s3.Config{Store: db, Dir: filepath.Join(dir, "s3"), Small: smallOnDisk, Now: time.Now, Region: region, Account: account})
	if err != nil {
		t.Fatal(err)
	}
	all, err := iam.Parse(iam.Identity, "All", []byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	d := &disk{t, db, s, aws.Caller{Account: account, Principal: iam.RoleSession{Role: "arn:aws:iam::" + account + ":role/All", Name: "test"}, Identity: []*iam.Policy{all}}}
	_, err = s.ResourceTypes()[bucketType].Create(ctx, declare("Kept", map[string]any{
		"BucketName": "kept", "VersioningConfiguration": map[string]any{"Status": "Enabled"},
		"Tags": []any{map[string]any{"Key": "aws-cdk:auto-delete-objects", "Value": "true"}},
	}))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *disk) close() {
	d.t.Helper()
	if err := d.s.Close(); err != nil {
		d.t.Error(err)
	}
	if err := d.db.Close(); err != nil {
		d.t.Error(err)
	}
}

// do asks with headers, names and values in turn.
func (d *disk) do(method, target, body string, header ...string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, "https://kept.s3.us-east-1.amazonaws.com"+target, strings.NewReader(body))
	request.TLS = &tls.ConnectionState{Version: tls.VersionTLS13}
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	recorder := httptest.NewRecorder()
	d.s.As(d.caller).ServeHTTP(recorder, request)
	return recorder
}

// between is what stands between two texts.
func between(text, before, after string) string {
	_, text, _ = strings.Cut(text, before)
	text, _, _ = strings.Cut(text, after)
	return text
}

// putInParts uploads a small object in one part, and returns the status of its completion.
func (d *disk) putInParts(key, body string) int {
	id := between(d.do("POST", "/"+key+"?uploads", "").Body.String(), "<UploadId>", "<")
	etag := d.do("PUT", "/"+key+"?partNumber=1&uploadId="+id, body).Header().Get("Etag")
	return d.do("POST", "/"+key+"?uploadId="+id, "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"+strings.Trim(etag, `"`)+"</ETag></Part></CompleteMultipartUpload>").Code
}

func TestRestart_findsEverythingAgain(t *testing.T) {
	dir := t.TempDir()
	d := openDisk(t, dir)
	first := d.do("PUT", "/a", "first").Header().Get("X-Amz-Version-Id")
	d.do("PUT", "/a", "second")
	d.do("PUT", "/b", "deleted")
	d.do("DELETE", "/b", "")
	want(t, "in parts", d.putInParts("c", "parts"), 200)
	id := between(d.do("POST", "/d?uploads", "").Body.String(), "<UploadId>", "<")
	etag := d.do("PUT", "/d?partNumber=1&uploadId="+id, "part").Header().Get("Etag")
	before, _ := d.s.Versions("kept")
	types := d.s.ResourceTypes()
	gone := declare("Gone", map[string]any{"BucketName": "gone"})
	if _, err := types[bucketType].Create(ctx, gone); err != nil {
		t.Fatal(err)
	}
	gone.PhysicalID = "gone"
	if err := types[bucketType].Delete(ctx, gone); err != nil {
		t.Fatal(err)
	}
	if err := d.s.Bootstrap(ctx); err != nil {
		t.Fatal(err)
	}
	d.close()

	d = openDisk(t, dir)
	defer d.close()
	_, err := d.s.Versions("gone")
	fails(t, "a bucket that was deleted", err, "NoSuchBucket")
	after, _ := d.s.Versions("kept")
	want(t, "versions", after, before)
	for target, content := range map[string]string{"/a": "second", "/a?versionId=" + first: "first", "/c": "parts"} {
		want(t, target, d.do("GET", target, "").Body.String(), content)
	}
	want(t, "the deleted one", d.do("GET", "/b", "").Code, 404)
	want(t, "the upload goes on", d.do("POST", "/d?uploadId="+id, "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"+strings.Trim(etag, `"`)+"</ETag></Part></CompleteMultipartUpload>").Code, 200)
	want(t, "its content", d.do("GET", "/d", "").Body.String(), "part")
	swept, err := d.s.Sweep(ctx)
	if err != nil {
		t.Fatal(err)
	}
	want(t, "swept", swept, s3.Swept{})
	next := d.do("PUT", "/a", "third").Header().Get("X-Amz-Version-Id")
	versions, _ := d.s.Versions("kept")
	want(t, "a new version comes first", versions[0].VersionID, next)
}

func TestRestart_removesItsOwnFolderOnly(t *testing.T) {
	s, err := s3.New(s3.Config{Store: store.NewMemory(), Now: time.Now, Region: region, Account: account})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(s.Dir); !os.IsNotExist(err) {
		t.Errorf("the folder of its own: got %v", err)
	}
	dir := t.TempDir()
	d := openDisk(t, dir)
	d.close()
	if _, err := os.Stat(filepath.Join(dir, "s3")); err != nil {
		t.Errorf("the folder that it was given: got %v", err)
	}
}

// childEnv names the folder in which the child process of TestKill writes.
const childEnv = "LIGHTBOX_TEST_S3_CHILD"

// bodyOf is the content of the n-th object that the child writes.
func bodyOf(n int) string { return strings.Repeat(fmt.Sprintf("object %d ", n), 1+n%400) }

// TestKill_writes is the child process: it writes objects, every fourth in parts, replaces and deletes some, and tells what
// it was answered.
func TestKill_writes(t *testing.T) {
	dir := os.Getenv(childEnv)
	if dir == "" {
		t.Skip("it is the child process of another test")
	}
	d := openDisk(t, dir)
	from := 0
	if versions, err := d.s.Versions("kept"); err == nil {
		from = len(versions) * 2 // beyond all that was written
	}
	for n := from; ; n++ {
		key := fmt.Sprintf("k%d", n)
		switch {
		case n%4 == 3:
			if d.putInParts(key, bodyOf(n)) == 200 {
				fmt.Println("put", n)
			}
		case d.do("PUT", "/"+key, bodyOf(n)).Code == 200:
			fmt.Println("put", n)
		}
		if n%5 == 4 && n > from+4 && d.do("DELETE", fmt.Sprintf("/k%d", n-4), "").Code == 204 {
			fmt.Println("deleted", n-4)
		}
	}
}

func TestKill_losesNothingThatWasAcknowledged(t *testing.T) {
	if testing.Short() {
		t.Skip("it kills processes")
	}
	dir := t.TempDir()
	acknowledged := map[int]string{}
	endless, cancel := context.WithTimeout(t.Context(), 5*time.Minute) // if it is answered nothing
	defer cancel()
	for round := range 6 {
		child := exec.CommandContext(endless, os.Args[0], "-test.run=^TestKill_writes$") //nolint:gosec // this very test
		child.Env = append(os.Environ(), childEnv+"="+dir)
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for answers := 1; lines.Scan(); answers++ {
			var what string
			var n int
			if _, err := fmt.Sscan(lines.Text(), &what, &n); err == nil {
				acknowledged[n] = what
			}
			if answers == 30+7*round { // and some time after that, amid another write
				time.AfterFunc(time.Duration(rand.IntN(3000))*time.Microsecond, func() { _ = child.Process.Kill() })
			}
		}
		_ = child.Wait() // killed

		d := openDisk(t, dir)
		for n, what := range acknowledged {
			got := d.do("GET", fmt.Sprintf("/k%d", n), "")
			switch {
			case what == "deleted" && got.Code != 404:
				t.Errorf("round %d: k%d was deleted, and is there", round, n)
			case what == "put" && got.Code == 404:
				// A deletion that was on its way when the child was killed may have come to pass.
				if d.versions(n) != 2 {
					t.Errorf("round %d: k%d is lost", round, n)
				}
			case what == "put" && got.Body.String() != bodyOf(n):
				t.Errorf("round %d: k%d: got %d bytes, status %d", round, n, got.Body.Len(), got.Code)
			}
		}
		d.checkBodies()
		d.close()
	}
	if len(acknowledged) < 50 {
		t.Errorf("got %d acknowledged writes, want enough to tell something", len(acknowledged))
	}
	t.Logf("%d acknowledged writes", len(acknowledged))
}

// versions counts the versions and markers of the n-th object.
func (d *disk) versions(n int) int {
	all, err := d.s.Versions("kept")
	if err != nil {
		d.t.Fatal(err)
	}
	count := 0
	for _, version := range all {
		if version.Key == fmt.Sprintf("k%d", n) {
			count++
		}
	}
	return count
}

// checkBodies sweeps, and then checks that there is a file, or a value in the store, for each record and none besides: an upload that was cut short
// keeps its parts, and can go on.
func (d *disk) checkBodies() {
	d.t.Helper()
	if _, err := d.s.Sweep(ctx); err != nil {
		d.t.Fatal(err)
	}
	wanted := 0
	versions, _ := d.s.Versions("kept")
	for _, version := range versions {
		if !version.DeleteMarker {
			wanted++
		}
	}
	uploads, _ := d.s.Uploads("kept")
	for _, upload := range uploads {
		wanted += upload.Parts
	}
	files, err := filepath.Glob(filepath.Join(d.s.Dir, "*", "*", "*"))
	if err != nil {
		d.t.Fatal(err)
	}
	want(d.t, "files and values", len(files)+heldIn(d.t, d.db), wanted)
}
