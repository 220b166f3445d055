package objects_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/environment"
	"lightbox.example/lightbox/internal/objects"
	"lightbox.example/lightbox/sandbox"
	made "lightbox.example/lightbox/sandbox/aws"
)

// odd are ends of keys that XML cannot say, or says otherwise, and that a URL does.
var odd = []string{
	"\x00", "\x01x", "x\x1b[31m", "x\ry", "x\r\ny", "t\tab", "\u0085", "\u2028", "\ufffe", "\uffff", "\ufffd", "x+y z", "100%", "%01", "%zz",
	`a&<>"'b`, "é", "e\u0301", "😀", "a//b", "~*", `back\slash`, " ", "plain",
}

// newBucket is a bucket with versions of a sandbox.
func newBucket(t *testing.T) objects.Bucket {
	t.Helper()
	s, err := sandbox.Start(t.Context(), sandbox.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": "https://" + s.HTTPS(), "AWS_CA_BUNDLE": s.CAFile(), "AWS_REGION": "us-east-1",
		"AWS_ACCESS_KEY_ID": sandbox.AccessKeyID, "AWS_SECRET_ACCESS_KEY": sandbox.SecretAccessKey,
	} {
		t.Setenv(name, value)
	}
	_, err = s.Files.ResourceTypes()["AWS::S3::Bucket"].Create(t.Context(), made.Resource{
		Partition: "aws", Region: "us-east-1", Account: sandbox.Account, Stack: "Test", LogicalID: "Files", Suffix: "abcdefghijkl",
		Properties: map[string]any{"BucketName": "files", "VersioningConfiguration": map[string]any{"Status": "Enabled"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	client, err := environment.NewClient(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return objects.Bucket{Client: client, Name: "files"}
}

func put(t *testing.T, b objects.Bucket, key string) {
	t.Helper()
	if _, err := b.Client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &b.Name, Key: &key, Body: strings.NewReader("12345")}); err != nil {
		t.Errorf("%q: %v", key, err)
	}
}

// keys are those of a listing, each version's.
func keys(t *testing.T, next objects.Listing) (all []string) {
	t.Helper()
	for more := true; more; {
		var page []objects.Object
		var err error
		if page, more, err = next(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, o := range page {
			all = append(all, o.Key)
		}
	}
	return all
}

func TestErase_takesKeysThatXMLCannotSay(t *testing.T) {
	b := newBucket(t)
	var want []string
	for _, end := range odd {
		put(t, b, "mine/"+end)
		put(t, b, "mine/"+end)
		put(t, b, "others/"+end)
		want = append(want, "mine/"+end)
	}
	slices.Sort(want)
	latest, _, err := b.Latest("mine/", "")(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, keys(t, b.Latest("mine/", ""))); diff != "" {
		t.Errorf("latest (-want +got):\n%s", diff)
	}
	if err := b.Delete(t.Context(), latest); err != nil { // a marker each
		t.Error(err)
	}
	if got := keys(t, b.Latest("mine/", "")); len(got) > 0 {
		t.Errorf("deleted: got %q there, want none", got)
	}
	if got := keys(t, b.Versions("mine/", "")); len(got) != 3*len(odd) || !slices.Equal(slices.Compact(slices.Clone(got)), want) {
		t.Errorf("deleted: got the versions %q, want three of each", got)
	}
	items, bytes := 0, int64(0)
	err = b.Erase(t.Context(), "mine/", func(n int, size int64) { items, bytes = items+n, bytes+size })
	if err != nil || items != 3*len(odd) || bytes != int64(10*len(odd)) {
		t.Errorf("got %d of %d bytes and %v, want %d of %d", items, bytes, err, 3*len(odd), 10*len(odd))
	}
	if got := keys(t, b.Versions("mine/", "")); len(got) > 0 {
		t.Errorf("erased: got %q there, want none", got)
	}
	if got := keys(t, b.Versions("others/", "")); len(got) != len(odd) {
		t.Errorf("control: got %q of others, want all", got)
	}
}

// A page of versions ends with a key, from which the next one goes on: as it is, not as the listing has it.
func TestErase_goesOnBeyondKeysThatAreEncoded(t *testing.T) {
	b := newBucket(t)
	const many = 1003
	var puts sync.WaitGroup
	for worker := range 4 {
		puts.Go(func() {
			for i := worker; i < many; i += 4 {
				put(t, b, fmt.Sprintf(`mine/é + \%%41 %04d`, i))
			}
		})
	}
	puts.Wait()
	if got := keys(t, b.Versions("mine/", "")); len(got) != many || len(slices.Compact(got)) != many {
		t.Errorf("got %d versions, want %d", len(got), many)
	}
	if got := keys(t, b.Versions("mine/", `mine/é + \%41 1000`)); len(got) != 2 {
		t.Errorf("beyond a key: got %q, want two", got)
	}
	if got := keys(t, b.Latest("mine/", `mine/é + \%41 1000`)); len(got) != 2 {
		t.Errorf("the latest beyond a key: got %q, want two", got)
	}
	items := 0
	if err := b.Erase(t.Context(), "mine/", func(n int, _ int64) { items += n }); err != nil || items != many || len(keys(t, b.Versions("", ""))) > 0 {
		t.Errorf("got %d, %v and %d left, want %d and none", items, err, len(keys(t, b.Versions("", ""))), many)
	}
}

// deaf answers deletions, and deletes nothing.
type deaf struct{ s3.HTTPClient }

func (d deaf) Do(r *http.Request) (*http.Response, error) {
	switch {
	case r.Method == http.MethodDelete:
		return &http.Response{StatusCode: http.StatusNoContent, Header: http.Header{}, Body: http.NoBody}, nil
	case r.URL.Query().Has("delete"):
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(bytes.NewBufferString("<DeleteResult/>"))}, nil
	}
	return d.HTTPClient.Do(r)
}

func TestErase_namesWhatStaysAndDoesNotCountIt(t *testing.T) {
	b := newBucket(t)
	put(t, b, "mine/a")
	put(t, b, "mine/\x01")
	options := b.Client.Options()
	options.HTTPClient = deaf{options.HTTPClient}
	told := objects.Bucket{Client: s3.New(options), Name: b.Name}
	items, size := 0, int64(0)
	count := func(n int, bytes int64) { items, size = items+n, size+bytes }
	err := told.Erase(t.Context(), "mine/", count)
	if want := `got these there after S3 had deleted them, want none: "mine/\x01", "mine/a"`; err == nil || err.Error() != want || items != 0 || size != 0 {
		t.Errorf("got %d of %d bytes, %v\nwant none, %s", items, size, err, want)
	}
	if err := b.Erase(t.Context(), "mine/", count); err != nil || items != 2 || size != 10 {
		t.Errorf("control: got %d of %d bytes, %v, want all of it", items, size, err)
	}
	if err := b.Erase(t.Context(), "mine/", count); err != nil || items != 2 {
		t.Errorf("control: got %d, %v of nothing", items, err)
	}
}

func TestListings_wantKeysEncoded(t *testing.T) {
	b := newBucket(t)
	put(t, b, "mine/\x01")
	_, err := b.Client.ListObjectVersions(context.Background(), &s3.ListObjectVersionsInput{Bucket: &b.Name, Prefix: aws.String("mine/")})
	if err == nil || !strings.Contains(err.Error(), "U+0001") {
		t.Errorf("control: got %v, want that XML has no such character", err)
	}
	if got := keys(t, b.Versions("mine/", "")); !slices.Equal(got, []string{"mine/\x01"}) {
		t.Errorf("got %q", got)
	}
}
