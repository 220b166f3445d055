package ingest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// commands are all that the functions are asked, each in a bucket of its own.
var commands = []struct {
	name    string
	prepare func(b *bucket)
	event   string
	remover bool
	calls   []string // of a run that nobody disturbs, without the bucket's name; the renditions stand for as many as there are
	// again is for what is written anew each time, so that its versions tell of the retry.
	again bool
}{
	{
		name: "make", event: makePhoto, prepare: func(b *bucket) { b.put(upload, photo(b.t, 1)) },
		calls: []string{"GetObject " + upload, "PutObject answers/" + uuid, "PutObject originals/" + sub + "/FOLDER", "PutObject public/photos/FOLDER/", "PutObject answers/" + uuid},
	},
	{
		name: "make once more", event: makePhoto, prepare: func(b *bucket) {
			b.put(upload, photo(b.t, 1))
			b.must(b.pictures(), makePhoto)
		},
		calls: []string{"GetObject " + upload, "PutObject answers/" + uuid, "GetObject answers/" + uuid, "GetObject public/photos/FOLDER/"},
	},
	{
		name: "make of what is gone", event: makePhoto, prepare: func(b *bucket) {
			b.put(upload, photo(b.t, 1))
			b.must(b.pictures(), makePhoto)
			b.remove(upload)
		},
		calls: []string{"GetObject " + upload, "GetObject answers/" + uuid, "GetObject public/photos/FOLDER/"},
	},
	{
		name: "copy", event: copyEvent("drafts/"+folderA+"/", "public/products/", folderA+".3", "160.webp", "200.jpg"),
		prepare: func(b *bucket) { b.draft("drafts/" + folderA + "/") },
		calls:   []string{"PutObject answers/" + folderA + ".3", "CopyObject public/products/FOLDER/"},
	},
	{
		name: "main", event: mainEvent(product, "public/products/"+folderA+"/200.jpg"), again: true,
		prepare: func(b *bucket) { b.draft("public/products/" + folderA + "/") },
		calls:   []string{"CopyObject public/products/" + product + "/main.jpg"},
	},
	{
		name: "render", event: renderEvent("public/photos/"+folderA+"/", "originals/"+sub+"/"+folderB),
		prepare: func(b *bucket) { b.put("originals/"+sub+"/"+folderB, photo(b.t, 1)) },
		calls:   []string{"GetObject originals/" + sub + "/" + folderB, "PutObject answers/" + folderA + ".FOLDER", "PutObject public/photos/FOLDER/"},
	},
	{
		name: "remove", remover: true,
		event: removeEvent([]string{"public/photos/" + folderA + "/", "drafts/" + folderA + "/"}, []string{upload, "answers/" + uuid}),
		prepare: func(b *bucket) {
			for range 2 {
				b.draft("public/photos/" + folderA + "/")
				b.draft("drafts/" + folderA + "/")
				b.put(upload, photo(b.t, 1))
			}
		},
		calls: []string{"ListObjectVersions ", "DeleteObjects ", "ListObjectsV2 ", "DeleteObjects ", "ListObjectVersions ", "DeleteObjects ", "ListObjectVersions "},
	},
}

// A function that is killed after any of its calls, twice, and called again leaves what an undisturbed one does: one set, the
// same answer, nothing else.
func TestKill_afterEachCallLeavesOneSetAndTheSameAnswer(t *testing.T) {
	r := newRig(t)
	for _, command := range commands {
		t.Run(command.name, func(t *testing.T) {
			r.t = t
			begin := func() (*bucket, func(*wire) function) {
				b := r.newBucket()
				command.prepare(b)
				return b, func(w *wire) function {
					if command.remover {
						return b.remover(w.options)
					}
					return b.pictures(w.options)
				}
			}
			b, with := begin()
			whole := &wire{}
			answer := sameFolder(b.must(with(whole), command.event))
			state := b.state(!command.again)
			want(t, "the calls", callsOf(b, whole), command.calls)

			n := 1
			for ; ; n++ {
				b, with := begin()
				_, err := with(&wire{after: n}).Handle(ctx, json.RawMessage(command.event))
				if err == nil {
					break
				}
				if n == 1 && command.name == "make" {
					want(t, "control: a killed one is told apart", b.state(true) == state, false)
				}
				_, _ = with(&wire{after: n}).Handle(ctx, json.RawMessage(command.event)) // it may come to its end by now
				what := fmt.Sprintf("killed after call %d", n)
				want(t, what+": the answer", sameFolder(b.must(with(&wire{}), command.event)), answer)
				if got := b.state(!command.again); got != state {
					t.Errorf("%s: got what\n%.2000s\nwant\n%.2000s", what, got, state)
				}
			}
			want(t, "points", n-1, len(whole.calls))
		})
	}
}

// callsOf are the calls without the names of bucket and folders; those of renditions that follow each other are one.
func callsOf(b *bucket, w *wire) []string {
	var calls []string
	for _, call := range w.calls {
		call = sameFolder(strings.Replace(call, "/"+b.name+"/", "", 1))
		call = strings.TrimSuffix(call, "/"+b.name)
		if at := strings.Index(call, "FOLDER/"); at >= 0 {
			call = call[:at+len("FOLDER/")]
		}
		calls = append(calls, call)
	}
	return slices.Compact(calls)
}

// patient is the SDK's way of trying again, without its waiting.
func patient(o *s3.Options) {
	o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
		o.Backoff, o.RateLimiter = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil }), ratelimit.None
	})
}

// An answer that is lost on its way makes the SDK ask again: a claim that was ours is then found.
func TestLostAnswer_isMadeGoodByTheSDK(t *testing.T) {
	r := newRig(t)
	for _, command := range commands {
		t.Run(command.name, func(t *testing.T) {
			r.t = t
			var answer, state string
			for n := range 20 { // 0 is undisturbed
				b := r.newBucket()
				command.prepare(b)
				w := &wire{after: n, once: true}
				f := b.pictures(patient, w.options)
				if command.remover {
					f = b.remover(patient, w.options)
				}
				got := sameFolder(b.must(f, command.event))
				if n == 0 {
					answer, state = got, b.state(false)
					continue
				}
				want(t, fmt.Sprintf("answer, without that to call %d", n), got, answer)
				want(t, fmt.Sprintf("what is there, without the answer to call %d", n), b.state(false) == state, true)
				if n > len(w.calls) {
					return
				}
			}
			t.Error("got no end of calls")
		})
	}
}

// A put that meets another one under way is tried again.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html#API_PutObject_RequestSyntax
func TestClaim_isTriedAgainInConflict(t *testing.T) {
	b := newRig(t).newBucket()
	b.put(upload, photo(t, 1))
	conflicts := 1
	w := &wire{once: true, answer: func(request *http.Request) *http.Response {
		if conflicts == 0 || request.Header.Get("If-None-Match") == "" {
			return nil
		}
		conflicts--
		return refusal(request, http.StatusConflict, "ConditionalRequestConflict")
	}}
	want(t, "one conflict", strings.Contains(b.must(b.pictures(patient, w.options), makePhoto), `"picture"`), true)
	conflicts = 100
	answer, err := b.pictures(patient, w.options).Handle(ctx, json.RawMessage(makePhoto))
	want(t, "control: conflict without end is an error", err != nil && answer.Picture == nil && answer.Error == "", true)
}

// A claim may expire between the put that it refuses and its reading.
func TestClaim_isTriedAgainWhenItIsGone(t *testing.T) {
	b := newRig(t).newBucket()
	b.put(upload, photo(t, 1))
	b.must(b.pictures(), makePhoto)
	gone := 1
	w := &wire{once: true, answer: func(request *http.Request) *http.Response {
		if gone == 0 || request.Method != http.MethodGet || !strings.Contains(request.URL.Path, "/answers/") {
			return nil
		}
		gone--
		return refusal(request, http.StatusForbidden, "AccessDenied")
	}}
	want(t, "once", strings.Contains(b.must(b.pictures(w.options), makePhoto), `"picture"`), true)
	gone = 100
	answer, err := b.pictures(w.options).Handle(ctx, json.RawMessage(makePhoto))
	want(t, "control: a claim that is never to be read is an error, and no word for people", err != nil && answer.Error == "", true)
}

func refusal(request *http.Request, status int, code string) *http.Response {
	body := fmt.Sprintf("<Error><Code>%s</Code><Message>m</Message></Error>", code)
	if request.Body != nil {
		_, _ = io.Copy(io.Discard, request.Body)
	}
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/xml"}}, Request: request,
		Body: io.NopCloser(bytes.NewReader([]byte(body))), ContentLength: int64(len(body)),
	}
}
