package s3_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"lightbox.example/lightbox/sandbox/s3"
	"lightbox.example/lightbox/sandbox/store"
)

// at sets the clock to a time of the day.
func (r *rig) at(hour int) {
	r.inside = true
	midnight := r.clock.Now().Truncate(24 * time.Hour)
	r.clock.Pass(midnight.Add(time.Duration(24+hour) * time.Hour).Sub(r.clock.Now()))
}

func (r *rig) sweep() s3.Swept {
	r.t.Helper()
	swept, err := r.s.Sweep(ctx)
	if err != nil {
		r.t.Fatal(err)
	}
	return swept
}

// An upload that nobody completes is swept at the first midnight after its day.
func TestSweep_abortsStaleUploads(t *testing.T) {
	r := newRig(t)
	r.at(15)
	r.begin("stale")
	r.clock.Pass(8 * time.Hour) // 23:00
	fresh := r.begin("fresh")
	r.clock.Pass(24 * time.Hour) // 23:00 of the next day
	want(t, "before midnight", r.sweep(), s3.Swept{})
	want(t, "bodies", r.bodies(), 2)
	r.clock.Pass(time.Hour)
	want(t, "at midnight", r.sweep(), s3.Swept{Uploads: 2})
	want(t, "bodies", r.bodies(), 0)
	uploads, _ := r.s.Uploads(r.files)
	want(t, "uploads", len(uploads), 0)
	m := &multi{rig: r, key: "fresh", id: &fresh}
	want(t, "complete", m.complete(types.CompletedPart{PartNumber: sdk.Int32(1), ETag: sdk.String("x")}), "NoSuchUpload")

	r.begin("kept")
	want(t, "a new one", r.sweep(), s3.Swept{})
	uploads, _ = r.s.Uploads(r.files)
	want(t, "uploads", len(uploads), 1)
}

// Versions that are not current go after thirty days, counted from when the next one came.
func TestSweep_removesNoncurrentVersions(t *testing.T) {
	r := newRig(t)
	r.at(12)
	r.put("k", "first")
	r.clock.Pass(100 * 24 * time.Hour)
	r.put("k", "second")
	r.put("other", "stays")
	want(t, "at once", r.sweep(), s3.Swept{})
	r.clock.Pass(30 * 24 * time.Hour)
	want(t, "on the day", r.sweep(), s3.Swept{})
	r.clock.Pass(12 * time.Hour)
	want(t, "at midnight", r.sweep(), s3.Swept{Versions: 1})
	want(t, "content", r.content("k"), "second")
	want(t, "bodies", r.bodies(), 2)

	r.delete("k", "")
	r.clock.Pass(31 * 24 * time.Hour)
	want(t, "under a delete marker", r.sweep(), s3.Swept{Versions: 1})
	want(t, "again", r.sweep(), s3.Swept{})
	versions, _ := r.s.Versions(r.files)
	want(t, "versions", len(versions), 2) // the marker, and the other object
	want(t, "content", r.content("other"), "stays")
}

func TestSweep_expiresObjects(t *testing.T) {
	r := newRig(t)
	r.makeBucket("expiring", map[string]any{"LifecycleConfiguration": map[string]any{"Rules": []any{
		map[string]any{"Status": "Enabled", "Prefix": "tmp/", "ExpirationInDays": "1"},
		map[string]any{"Status": "Disabled", "ExpirationInDays": "1"},
	}}})
	r.files = "expiring"
	r.at(12)
	r.put("tmp/x", "x")
	r.put("kept", "x")
	r.clock.Pass(37 * time.Hour)
	want(t, "swept", r.sweep(), s3.Swept{Versions: 1, Expired: 1})
	want(t, "expired", r.content("tmp/x"), "error NoSuchKey")
	want(t, "kept", r.content("kept"), "x")
	want(t, "bodies", r.bodies(), 1)

	// In a bucket with versions an object that expires is marked as deleted, and stays restorable.
	r.setVersioning("expiring", "Enabled")
	r.makeBucket("versioned", map[string]any{
		"VersioningConfiguration": map[string]any{"Status": "Enabled"},
		"LifecycleConfiguration":  map[string]any{"Rules": []any{map[string]any{"Status": "Enabled", "ExpirationInDays": "1"}}},
	})
	r.files = "versioned"
	id := r.put("k", "x")
	r.clock.Pass(48 * time.Hour)
	want(t, "swept", r.sweep(), s3.Swept{Expired: 1})
	content, _ := r.get("k", id)
	want(t, "the version", content, "x")
	want(t, "the object", r.content("k"), "error NoSuchKey")
}

// What people send, and which folder was made of it, is gone with all its versions within three days: at the first midnight
// after a day it expires, which leaves a delete marker, and at the next the versions below it go, and the marker with them.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html#intro-lifecycle-rules-number-of-days
func TestSweep_removesUploadsAndAnswersWithTheirVersions(t *testing.T) {
	for _, environment := range []string{"dev", "prod"} {
		r := startRig(t, store.NewMemory(), t.TempDir())
		r.deploy(environment)
		r.at(12)
		kept := []string{
			"originals/" + sub(userA) + "/x", "public/photos/f/160.webp", "public/products/uploads/x", "drafts/f/160.webp", "protected/uploads/x", "private/answers/x", "uploads2/x", "uploads",
		}
		upload := "uploads/" + sub(userA) + "/x"
		for _, key := range append(kept, upload, "answers/x") {
			r.put(key, "content")
		}
		r.clock.Pass(time.Hour)
		r.put(upload, "again")
		r.clock.Pass(35*time.Hour - time.Nanosecond)
		want(t, "before the midnight after a day", r.sweep(), s3.Swept{})
		want(t, "content", r.content(upload), "again")
		r.clock.Pass(time.Nanosecond)
		want(t, "at that midnight", r.sweep(), s3.Swept{Expired: 2, Versions: 1})
		want(t, "content", r.content(upload), "error NoSuchKey")
		r.clock.Pass(24*time.Hour - time.Nanosecond)
		want(t, "before the next", r.sweep(), s3.Swept{})
		r.clock.Pass(time.Nanosecond)
		want(t, "at the next", r.sweep(), s3.Swept{Versions: 4}) // each version, and the marker over it
		r.clock.Pass(1000 * 24 * time.Hour)
		want(t, "for ever", r.sweep(), s3.Swept{})
		versions, _ := r.s.Versions(r.files)
		want(t, "versions", len(versions), len(kept))
		for _, key := range kept {
			want(t, key, r.content(key), "content")
		}
		want(t, "bodies", r.bodies(), len(kept))
	}
}

// A file that nothing refers to is what a kill left, whatever its time says: the clock may have been moved, and file systems
// count in ticks that outlast a restart.
func TestSweep_removesFilesThatNothingRefersTo(t *testing.T) {
	r := newRig(t)
	r.put("k", "content")
	m := r.upload("parts")
	m.part(1, "part")
	for name, age := range map[string]time.Duration{"aaold": time.Hour, "aanow": 0, "aaahead": -time.Hour} {
		path := filepath.Join(r.s.Dir, "objects", "aa", name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte("x"), 0o600)); err != nil {
			t.Fatal(err)
		}
		moment := time.Now().Add(-age)
		if err := os.Chtimes(path, moment, moment); err != nil {
			t.Fatal(err)
		}
	}
	want(t, "swept", r.sweep(), s3.Swept{Files: 3})
	want(t, "bodies", r.bodies(), 2)
	want(t, "content", r.content("k"), "content")
	want(t, "complete", m.complete(m.parts...), "none")
}

// What is between its file and its record while a sweep passes is not what a kill left.
func TestSweep_takesNothingThatIsBeingWritten(t *testing.T) {
	r := newRig(t)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for n := range 200 {
			r.put(fmt.Sprint("k", n), "content")
		}
	}()
	for sweeps := 0; ; sweeps++ {
		want(t, "swept", r.sweep(), s3.Swept{})
		select {
		case <-done:
			want(t, "bodies", r.bodies(), 200)
			for n := range 200 {
				want(t, fmt.Sprint("k", n), r.content(fmt.Sprint("k", n)), "content")
			}
			t.Logf("%d sweeps", sweeps)
			return
		default:
		}
	}
}

func TestSweep_stopsWithItsContext(t *testing.T) {
	r := newRig(t)
	done, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := r.s.Sweep(done); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
