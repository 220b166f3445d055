package aws

import (
	"bytes"
	"encoding/json"
)

// Members reads a JSON object into variables by the names of its members, and leaves out all others. Each is one of exactly that name:
// encoding/json takes a name in any case for a field's, which no service does.
//
// https://www.rfc-editor.org/rfc/rfc8259#section-8.3
func Members(text []byte, into map[string]any) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return err
	}
	for name, variable := range into {
		value, ok := members[name]
		if !ok {
			continue
		}
		decoder := json.NewDecoder(bytes.NewReader(value))
		decoder.UseNumber()
		if err := decoder.Decode(variable); err != nil {
			return err
		}
	}
	return nil
}
