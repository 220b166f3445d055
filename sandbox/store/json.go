package store

import (
	"encoding/json"
	"fmt"
)

// GetJSON reads the value of key, which PutJSON put there, into value. It reports whether there is one.
func GetJSON[K string | []byte](tx Reader, space string, key K, value any) (found bool, err error) {
	text, found := tx.Get(space, []byte(key))
	if !found {
		return false, nil
	}
	if err := json.Unmarshal(text, value); err != nil {
		return false, fmt.Errorf("%s %q: %w", space, key, err)
	}
	return true, nil
}

// PutJSON sets the value of key to the JSON of value.
func PutJSON[K string | []byte](tx Writer, space string, key K, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("%s %q: %w", space, key, err)
	}
	return tx.Put(space, []byte(key), text)
}
