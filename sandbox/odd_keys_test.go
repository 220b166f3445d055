package sandbox_test

import (
	"archive/zip"
	"bytes"
	"net/http"
	"strings"
	"testing"

	erase "lightbox.example/lightbox/internal/person"
)

// oddKeys are ends of keys, as a URL has them, that XML cannot say or that parsers make others of, and some that are plain.
var oddKeys = []string{"%00", "%01x", "x%1B%5B31m", "x%0Dy", "x%0D%0Ay", "%EF%BF%BEx", "%EF%BF%BF", "%E2%80%A8", "x%2By%20z", "%2501", "plain"}

// hasOdd gives somebody files with such keys in both areas, and answers who it is to be.
func (l leaving) hasOdd(t *testing.T, name string) (person, erase.Person) {
	t.Helper()
	who := l.joins(t, name)
	by, err := l.enter(l.backend.people(t), name)
	if err != nil {
		t.Fatal(err)
	}
	for _, area := range []string{"protected/", "private/"} {
		for _, end := range oddKeys {
			if err := ok(l.files(by.keys, http.MethodPut, area+by.identity+"/"+end, []byte("face"))); err != nil {
				t.Fatalf("%s: %v", end, err)
			}
		}
	}
	who.Identities = []string{by.identity}
	return by, who
}

func TestLeaving_erasesFilesWhoseKeysXMLCannotSay(t *testing.T) {
	l := leavingIn(t, withPeople(t))
	_, stays := l.hasOdd(t, "stays")
	by, who := l.hasOdd(t, "leaver")
	before := l.left(t, stays)
	l.deletes(t, by)
	l.gone(t, "leaver", who, nil)
	if now := l.left(t, stays); len(now) != len(before) || len(now) < 2*len(oddKeys) {
		t.Errorf("control: got %d things of another, want %d", len(now), len(before))
	}
}

func TestErase_countsFilesWhoseKeysXMLCannotSay(t *testing.T) {
	l := withLeaving(t)
	_, who := l.hasOdd(t, "leaver")
	stores := l.stores(t, nil)
	found, err := stores.Survey(t.Context(), who, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := stores.Mark(t.Context(), who); err != nil {
		t.Fatal(err)
	}
	done, err := stores.Erase(t.Context(), who, nil)
	if err != nil {
		t.Error(err)
	}
	for _, area := range []string{"protected/{identity}/", "private/{identity}/"} {
		if want := 4 + len(oddKeys); found.Items(area) != want || done.Items(area) != want { // 4: see has
			t.Errorf("%s: got %d found and %d erased, want %d", area, found.Items(area), done.Items(area), want)
		}
	}
	l.marked(t, "erased", who)
}

func TestExport_hasFilesWhateverTheirKeys(t *testing.T) {
	l := withLeaving(t)
	by, who := l.hasOdd(t, "leaver")
	private := "private/" + by.identity + "/"
	for _, end := range []string{"notes", "notes/today.txt"} {
		if err := ok(l.files(by.keys, http.MethodPut, private+end, []byte(end))); err != nil {
			t.Fatal(err)
		}
	}
	var archive bytes.Buffer
	said, err := l.stores(t, nil).Export(t.Context(), erase.User{Sub: who.Sub, Username: who.Username}, who.Identities, &archive, nil)
	if err != nil || len(said.Missing) > 0 {
		t.Fatalf("got %v and %v missing", err, said.Missing)
	}
	read, err := zip.NewReader(bytes.NewReader(archive.Bytes()), int64(archive.Len()))
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, file := range read.File {
		there[file.Name] = true
	}
	paths := map[string]string{}
	for _, file := range said.Files {
		if paths[file.Key] = file.Name; !there[file.Name] {
			t.Errorf("%q: got no %q in the archive", file.Key, file.Name)
		}
	}
	folder := "files/private/" + strings.ReplaceAll(by.identity, ":", "_") + "/"
	for end, want := range map[string]string{"plain": "plain", "notes": "notes", "notes/today.txt": "notes (2)/today.txt", "\x00": "_", "\x01x": "_x", "%01": "%01", "x+y z": "x+y z"} {
		if paths[private+end] != folder+want {
			t.Errorf("%q: got %q, want %q", end, paths[private+end], folder+want)
		}
	}
}
