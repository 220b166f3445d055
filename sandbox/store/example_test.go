package store_test

import (
	"fmt"

	"lightbox.example/lightbox/sandbox/store"
)

func Example() {
	db := store.NewMemory() // or store.Open(".lightbox/sandbox.db"), which outlives the process
	err := db.Update(func(tx store.Writer) error {
		return tx.Put("users", []byte("ann"), []byte("Ann"))
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = db.View(func(tx store.Reader) error {
		for key, value := range tx.Range("users", store.Prefix([]byte("a"))) {
			fmt.Printf("%s: %s\n", key, value)
		}
		return nil
	})
	fmt.Println(err)
	// Output:
	// ann: Ann
	// <nil>
}
