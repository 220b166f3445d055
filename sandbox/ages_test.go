package sandbox_test

import (
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox"
)

// A folder that was made today is opened years later: what it keeps is there, its certificates are good, and its people can
// sign in.
func TestStart_opensAFolderOfYearsAgo(t *testing.T) {
	folder, today := t.TempDir(), time.Now()
	s := deployed(t, sandbox.Config{Data: folder})
	b, err := reach(s.HTTP())
	if err != nil {
		t.Fatal(err)
	}
	b.people(t).SignUp("ann")
	ann, err := b.enter(b.people(t), "ann")
	if err != nil {
		t.Fatal(err)
	}
	key := "private/" + ann.identity + "/kept.txt"
	if a, err := b.files(ann.keys, "PUT", key, []byte("kept")); err != nil || a.status != 200 {
		t.Fatalf("put: %+v, %v", a, err)
	}
	b.close()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	leap := today.AddDate(6, 0, 0)
	for leap.Month() != time.February || leap.Day() != 29 {
		leap = leap.AddDate(0, 0, 1)
	}
	for _, tt := range []struct {
		name string
		then time.Time
	}{
		{"the day after", today.Add(25 * time.Hour)},
		{"a year later", today.AddDate(1, 0, 0)},
		{"an hour before its certificate ends", today.AddDate(5, 0, 0).Add(-time.Hour)},
		{"five years later", today.AddDate(5, 0, 1)},
		{"on the next 29 February", leap},
	} {
		t.Run(tt.name, func(t *testing.T) {
			now := func() time.Time { return tt.then.Add(time.Since(today)) }
			s := start(t, sandbox.Config{Data: folder, Now: now})
			b, err := reachAt(s.HTTP(), now)
			if err != nil {
				t.Fatal(err)
			}
			defer b.close()
			if a, err := b.files(ann.keys, "GET", key, nil); err != nil || a.status != 403 {
				t.Errorf("with the keys of the first day: got %+v, %v, want 403", a, err)
			}
			again, err := b.enter(b.people(t), "ann")
			if err != nil {
				t.Fatal(err)
			}
			if a, err := b.files(again.keys, "GET", key, nil); err != nil || a.body != "kept" {
				t.Errorf("got %+v, %v, want what was kept", a, err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}
