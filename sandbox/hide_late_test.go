package sandbox_test

import (
	"encoding/json"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/internal/removal"
	"lightbox.example/lightbox/sandbox"
)

// The table's stream may be late. A photo that was hidden and is shown again loses nothing to the change that the hiding was, not even if
// it is shown while the function remover is in the middle of that. Control: what a hiding that was killed left in public goes.
func TestHide_isUndoneWhileTheStreamIsLate(t *testing.T) {
	var ahead atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	l := hidingIn(withPeopleOf(t, start(t, sandbox.Config{Now: now}), deploytest.WorkingAssembly(t, "..", "dev", unheard)))
	id, folder, addresses := l.posted(t, "x")
	hide := func(w *wire) (late json.RawMessage, err error) {
		t.Helper()
		before := l.imageOf(t, id)
		ahead.Add(int64(time.Minute))
		at := now()
		_, err = l.hides(t, w)
		ahead.Add(int64(time.Minute))
		return turned(t, before, l.imageOf(t, id), at), err
	}

	undisturbed := &wire{}
	late, err := hide(undisturbed)
	if err != nil {
		t.Fatal(err)
	}
	l.heard(t, late, func() {
		if _, err := l.shows(t, &wire{}); err != nil {
			t.Error(err)
		}
	})
	l.heard(t, late, nil)
	if got := l.below(t, "public/photos/"+folder); len(got) != len(addresses) {
		t.Errorf("got %v, want all %d pictures of a photo that is shown again", got, len(addresses))
	}

	slices.Reverse(undisturbed.calls)
	row := len(undisturbed.calls) - slices.Index(undisturbed.calls, "UpdateItem")
	if late, err = hide(&wire{after: row}); err == nil || len(l.below(t, "public/photos/"+folder)) == 0 {
		t.Fatalf("control: got %v, want it killed when the row said that it is hidden", err)
	}
	l.heard(t, late, nil)
	if got := l.below(t, "public/photos/"+folder); len(got) > 0 {
		t.Errorf("control: got %v, want nothing in public of a photo whose row says that it is hidden", got)
	}
}

// imageOf is the row of a photo as a stream has it.
func (l leaving) imageOf(t *testing.T, id string) map[string]any {
	t.Helper()
	table, _ := l.table("Photos")
	var got struct{ Item map[string]any }
	key := stored{"photoId": {"S": id}, "row": {"S": "PHOTO"}}
	if err := l.call(root, "dynamodb", "GetItem", map[string]any{"TableName": table, "Key": key, "ConsistentRead": true}, &got); err != nil {
		t.Fatal(err)
	}
	return got.Item
}

// turned is the event of a stream of a row that was changed.
func turned(t *testing.T, before, after map[string]any, at time.Time) json.RawMessage {
	t.Helper()
	event, err := json.Marshal(map[string]any{"Records": []any{map[string]any{
		"eventID": "1", "eventName": "MODIFY", "eventSource": "aws:dynamodb", "awsRegion": "us-east-1",
		"dynamodb": map[string]any{
			"ApproximateCreationDateTime": at.Unix(), "OldImage": before, "NewImage": after, "SequenceNumber": "100", "StreamViewType": "NEW_AND_OLD_IMAGES",
		},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return event
}

// heard has the function remover hear an event, in this process; meanwhile runs when it has read the row, before it lists what is there.
func (l leaving) heard(t *testing.T, event json.RawMessage, meanwhile func()) {
	t.Helper()
	photos, _ := l.table("Photos")
	products, _ := l.table("Products")
	w := &wire{client: l.client, before: map[string]func(){"ListObjectVersions": meanwhile}}
	cfg := sdk.Config{Region: "us-east-1", HTTPClient: w, Credentials: credentials.NewStaticCredentialsProvider(root.AccessKeyID, root.SecretAccessKey, "")}
	remover := removal.NewRemover(removal.ClientsOf(cfg), removal.Settings{
		Bucket: l.output("FileStorage", "BucketName"), Photos: photos, Products: products,
		Distribution: l.output("CDN", "DistributionId"), UserPool: l.output("Auth", "UserPoolId"), ReadUnits: 100,
	})
	if answer, err := remover.Handle(t.Context(), event); err != nil || len(answer.Failures) > 0 {
		t.Fatalf("got %v, %v, want it dealt with", answer, err)
	}
}
