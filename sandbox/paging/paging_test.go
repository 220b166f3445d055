package paging_test

import (
	"encoding/base64"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/paging"
	"lightbox.example/lightbox/sandbox/store"
)

func TestOpen_takesWhatWasSealedForThatListAlone(t *testing.T) {
	s, other := paging.New(store.NewMemory()), paging.New(nil)
	token := s.Seal("row 7", "Query", "table", "index")
	if at, ok := s.Open(token, "Query", "table", "index"); at != "row 7" || !ok {
		t.Errorf("control: got %q, %v", at, ok)
	}
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || strings.Contains(string(raw), "row") {
		t.Errorf("the token shows what is in it, or is no base64: %q, %v", raw, err)
	}
	for i := range raw {
		forged := slices.Clone(raw)
		forged[i] ^= 1
		if at, ok := s.Open(base64.RawURLEncoding.EncodeToString(forged), "Query", "table", "index"); ok {
			t.Errorf("byte %d changed: got %q, want it refused", i, at)
		}
	}
	for _, of := range [][]string{nil, {"Query", "table"}, {"Query", "table", "other"}, {"Query", "tablei", "ndex"}, {"Query", "table", "index", ""}} {
		if at, ok := s.Open(token, of...); ok {
			t.Errorf("the list %q: got %q, want it refused", of, at)
		}
	}
	for _, text := range []string{"", "7", token + "=", token[:10], token + token, " " + token} {
		if at, ok := s.Open(text, "Query", "table", "index"); ok {
			t.Errorf("%q: got %q, want it refused", text, at)
		}
	}
	if at, ok := other.Open(token, "Query", "table", "index"); ok {
		t.Errorf("of another sandbox: got %q, want it refused", at)
	}
}

func TestSeal_isTheSameForTheSamePlace(t *testing.T) {
	s := paging.New(nil)
	if one, again := s.Seal("a", "list"), s.Seal("a", "list"); one != again {
		t.Errorf("got %q and %q of one place", one, again)
	}
	tokens := map[string]bool{s.Seal("a", "list"): true, s.Seal("b", "list"): true, s.Seal("a", "other"): true, s.Seal("", "list"): true}
	if len(tokens) != 4 {
		t.Errorf("got %d tokens of four places", len(tokens))
	}
}

func TestNew_keepsTheSecret(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store")
	open := func() store.Store {
		s, err := store.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	db := open()
	token := paging.New(db).Seal("a", "list")
	if _, ok := paging.New(db).Open(token, "list"); !ok {
		t.Error("another service of the store: got it refused")
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	closed := paging.New(db)
	if _, ok := closed.Open(closed.Seal("a", "list"), "list"); !ok {
		t.Error("of a store that is closed: got it refused")
	}
	db = open()
	defer func() { _ = db.Close() }()
	if _, ok := paging.New(db).Open(token, "list"); !ok {
		t.Error("after a restart: got it refused")
	}
}

func TestCut_goesThroughAList(t *testing.T) {
	s := paging.New(nil)
	for _, test := range []struct {
		list  []int
		pages string
	}{
		{nil, "[[]]"}, {[]int{1, 2}, "[[1 2]]"}, {[]int{1, 2, 3}, "[[1 2] [3]]"}, {[]int{1, 2, 3, 4}, "[[1 2] [3 4]]"},
	} {
		var pages [][]int
		for token := ""; ; {
			part, next, ok := paging.Cut(s, token, 2, test.list, "list")
			pages = append(pages, part)
			if token = next; !ok || next == "" {
				break
			}
		}
		if got := fmt.Sprint(pages); got != test.pages {
			t.Errorf("%v: got %s, want %s", test.list, got, test.pages)
		}
	}
	_, next, _ := paging.Cut(s, "", 2, []int{1, 2, 3}, "list")
	if part, after, ok := paging.Cut(s, next, 2, []int{1}, "list"); len(part) != 0 || after != "" || !ok {
		t.Errorf("a list that became shorter: got %v, %q, %v", part, after, ok)
	}
	if _, _, ok := paging.Cut(s, "2", 2, []int{1, 2, 3}, "list"); ok {
		t.Error("a number: got it taken")
	}
}
