package store_test

import (
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/store"
)

func TestJSON_isReadAsItWasPut(t *testing.T) {
	each(t, func(t *testing.T, db store.Store) {
		type person struct{ Name string }
		err := db.Update(func(tx store.Writer) error { return store.PutJSON(tx, "people", "a", person{"ann"}) })
		if err != nil {
			t.Fatal(err)
		}
		err = db.View(func(tx store.Reader) error {
			var got, none person
			if found, err := store.GetJSON(tx, "people", []byte("a"), &got); !found || err != nil || got.Name != "ann" {
				t.Errorf("got %v, %v, %v, want ann", got, found, err)
			}
			if found, err := store.GetJSON(tx, "people", "b", &none); found || err != nil {
				t.Errorf("got %v, %v of a key that is not there, want nothing", found, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestJSON_saysWhereAValueIsNone(t *testing.T) {
	db := store.NewMemory()
	put(t, db, "people", "a={")
	err := db.View(func(tx store.Reader) error {
		_, err := store.GetJSON(tx, "people", "a", &struct{}{})
		return err
	})
	if err == nil || !strings.Contains(err.Error(), `people "a"`) {
		t.Errorf("got %v, want an error at people \"a\"", err)
	}
	err = db.Update(func(tx store.Writer) error { return store.PutJSON(tx, "people", "f", func() {}) })
	if err == nil || !strings.Contains(err.Error(), `people "f"`) {
		t.Errorf("got %v, want an error at people \"f\"", err)
	}
}
