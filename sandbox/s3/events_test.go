package s3_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"lightbox.example/lightbox/sandbox/store"
)

// told are the events of a bucket, kept in the store as EventBridge does.
type told struct {
	t    *testing.T
	db   store.Store
	sent int
	fail error
}

const spaceTold = "told"

func (e *told) Keep(tx store.Writer, source, detailType string, resources []string, detail any) error {
	text, err := json.Marshal(map[string]any{"source": source, "type": detailType, "of": resources, "detail": detail})
	if err != nil {
		e.t.Error(err)
	}
	number := 0
	for range tx.Range(spaceTold, store.Range{}) {
		number++
	}
	return errors.Join(tx.Put(spaceTold, fmt.Appendf(nil, "%06d", number), text), e.fail)
}

func (e *told) Send() { e.sent++ }

// all are the events so far, without what is another one each time, as text.
func (e *told) all() (list []map[string]any, texts []string) {
	e.t.Helper()
	err := e.db.View(func(tx store.Reader) error {
		for _, text := range tx.Range(spaceTold, store.Range{}) {
			var event map[string]any
			if err := json.Unmarshal(text, &event); err != nil {
				return err
			}
			list = append(list, event)
			detail := event["detail"].(map[string]any)
			object := detail["object"].(map[string]any)
			texts = append(texts, fmt.Sprint(event["type"], " ", detail["reason"], " ", detail["deletion-type"], " ", object["key"], " ", object["size"]))
		}
		return nil
	})
	if err != nil {
		e.t.Fatal(err)
	}
	return list, texts
}

// withEvents is a bucket that tells, with versions or without.
func withEvents(t *testing.T, properties map[string]any) (*rig, *told) {
	t.Helper()
	db := store.NewMemory()
	r := newRigOn(t, db, t.TempDir())
	events := &told{t: t, db: db}
	r.s.Events = events
	all := map[string]any{"NotificationConfiguration": eventBridge(true)}
	maps.Copy(all, properties)
	r.makeBucket("telling", all)
	r.files = "telling"
	return r, events
}

func eventBridge(enabled any) map[string]any {
	return map[string]any{"EventBridgeConfiguration": map[string]any{"EventBridgeEnabled": enabled}}
}

var versioned = map[string]any{"VersioningConfiguration": map[string]any{"Status": "Enabled"}}

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
func TestEvents_sayWhatThePageSays(t *testing.T) {
	r, events := withEvents(t, versioned)
	id := r.put("uploads/Ann & Bob.png", "hello")
	marker := sdk.ToString(r.delete("uploads/Ann & Bob.png", "").VersionId)
	r.delete("uploads/Ann & Bob.png", id)
	all, _ := events.all()
	if len(all) != 3 {
		t.Fatalf("got %v", all)
	}
	before := ""
	for i, want := range []map[string]any{
		{"reason": "PutObject", "object": map[string]any{"key": "uploads/Ann & Bob.png", "size": 5.0, "etag": "5d41402abc4b2a76b9719d911017c592", "version-id": id}},
		{"reason": "DeleteObject", "deletion-type": "Delete Marker Created", "object": map[string]any{"key": "uploads/Ann & Bob.png", "etag": "d41d8cd98f00b204e9800998ecf8427e", "version-id": marker}},
		{"reason": "DeleteObject", "deletion-type": "Permanently Deleted", "object": map[string]any{"key": "uploads/Ann & Bob.png", "etag": "5d41402abc4b2a76b9719d911017c592", "version-id": id}},
	} {
		detail := all[i]["detail"].(map[string]any)
		object := detail["object"].(map[string]any)
		sequencer, _ := object["sequencer"].(string)
		if len(sequencer) != 16 || sequencer <= before {
			t.Errorf("%d: got the sequencer %q after %q, want a greater one", i, sequencer, before)
		}
		before = sequencer
		delete(object, "sequencer")
		if request, _ := detail["request-id"].(string); len(request) != 16 {
			t.Errorf("%d: got the request %q", i, request)
		}
		delete(detail, "request-id")
		maps.Copy(want, map[string]any{"version": "0", "bucket": map[string]any{"name": "telling"}, "requester": account, "source-ip-address": "127.0.0.1"})
		kind := map[bool]string{true: "Object Created", false: "Object Deleted"}[i == 0]
		if got, want := fmt.Sprint(all[i]), fmt.Sprint(map[string]any{"source": "aws.s3", "type": kind, "of": []any{"arn:aws:s3:::telling"}, "detail": want}); got != want {
			t.Errorf("%d: got  %s\nwant %s", i, got, want)
		}
	}
	want(t, "sent", events.sent, 3)
}

func TestEvents_comeFromEveryWrite(t *testing.T) {
	r, events := withEvents(t, nil)
	r.put("a", "12345")
	if _, err := r.as(operator).CopyObject(ctx, r.copyInput("a", "b")); err != nil {
		t.Fatal(err)
	}
	m := r.upload("c")
	want(t, "complete", m.complete(m.part(1, "123")), "none")
	r.delete("a", "")
	r.delete("nothing", "")
	if _, err := r.as(operator).DeleteObjects(ctx, &client.DeleteObjectsInput{Bucket: &r.files, Delete: &types.Delete{Objects: []types.ObjectIdentifier{
		{Key: sdk.String("b")}, {Key: sdk.String("c")}, {Key: sdk.String("nothing")},
	}}}); err != nil {
		t.Fatal(err)
	}
	all, texts := events.all()
	want(t, "events", strings.Join(texts, "\n"), strings.Join([]string{
		"Object Created PutObject <nil> a 5", "Object Created CopyObject <nil> b 5", "Object Created CompleteMultipartUpload <nil> c 3",
		"Object Deleted DeleteObject Permanently Deleted a <nil>", "Object Deleted DeleteObject Permanently Deleted b <nil>", "Object Deleted DeleteObject Permanently Deleted c <nil>",
	}, "\n"))
	if text := fmt.Sprint(all); strings.Contains(text, "version-id") {
		t.Errorf("got %s, want no version of a bucket without", text)
	}
}

func TestEvents_comeFromTheLifecycle(t *testing.T) {
	for what, test := range map[string]struct {
		properties map[string]any
		want       string
	}{
		"a bucket without versions": {nil, "Object Deleted Lifecycle Expiration Permanently Deleted k <nil>"},
		"a bucket with versions":    {versioned, "Object Deleted Lifecycle Expiration Delete Marker Created k <nil>"},
	} {
		properties := map[string]any{"LifecycleConfiguration": map[string]any{"Rules": []any{map[string]any{"Status": "Enabled", "ExpirationInDays": "1"}}}}
		maps.Copy(properties, test.properties)
		r, events := withEvents(t, properties)
		r.at(12)
		r.put("k", "x")
		r.clock.Pass(48 * time.Hour)
		r.sweep()
		all, texts := events.all()
		want(t, what, texts[1:], []string{test.want})
		detail := all[1]["detail"].(map[string]any)
		want(t, "by", fmt.Sprint(detail["requester"], detail["source-ip-address"]), "s3.amazonaws.com<nil>")
	}
}

func TestEvents_areOfBucketsThatSaySo(t *testing.T) {
	for what, properties := range map[string]map[string]any{
		"nothing said": {"NotificationConfiguration": nil}, "no EventBridge": {"NotificationConfiguration": map[string]any{}},
		"EventBridge off": {"NotificationConfiguration": eventBridge("false")},
	} {
		r, events := withEvents(t, properties)
		r.put("k", "x")
		r.delete("k", "")
		_, texts := events.all()
		want(t, what, texts, []string(nil))
	}
	r := newRig(t) // without anybody to tell
	r.makeBucket("telling", map[string]any{"NotificationConfiguration": eventBridge(true)})
	r.files = "telling"
	r.put("k", "x")
	want(t, "content", r.content("k"), "x")
}

// What is told is so, and what is so is told: one transaction has both.
func TestEvents_areKeptWithWhatTheyAreAbout(t *testing.T) {
	r, events := withEvents(t, nil)
	r.put("kept", "x")
	events.fail = errors.New("no room")
	_, err := r.as(operator).PutObject(ctx, &client.PutObjectInput{Bucket: &r.files, Key: sdk.String("k"), Body: strings.NewReader("x")})
	want(t, "a write", codeOf(err), "InternalError")
	want(t, "the object", r.content("k"), "error NoSuchKey")
	_, err = r.as(operator).DeleteObject(ctx, &client.DeleteObjectInput{Bucket: &r.files, Key: sdk.String("kept")})
	want(t, "a deletion", codeOf(err), "InternalError")
	want(t, "the other object", r.content("kept"), "x")
	_, texts := events.all()
	want(t, "events", texts, []string{"Object Created PutObject <nil> kept 1"})
	want(t, "bodies", r.bodies(), 1)
}

func TestNotifications_areEventBridgesAlone(t *testing.T) {
	r := newRig(t)
	for path, notifications := range map[string]map[string]any{
		"AWS::S3::Bucket.NotificationConfiguration.LambdaConfigurations is not supported by the sandbox": {"LambdaConfigurations": []any{map[string]any{"Event": "s3:ObjectCreated:*"}}},
		"AWS::S3::Bucket.NotificationConfiguration.QueueConfigurations is not supported by the sandbox":  {"QueueConfigurations": []any{}},
		"AWS::S3::Bucket.NotificationConfiguration.TopicConfigurations is not supported by the sandbox":  {"TopicConfigurations": []any{}},
		"EventBridgeConfiguration.EventBridgeEnabled":                                                    {"EventBridgeConfiguration": map[string]any{}},
	} {
		_, err := r.s.ResourceTypes()[bucketType].Create(ctx, declare("New", map[string]any{"NotificationConfiguration": notifications}))
		fails(t, path, err, path)
	}
}
