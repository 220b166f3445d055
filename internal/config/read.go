package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
)

// Read is Load for those who are not a CDK app: it takes the same settings from
// the "context" of a cdk.json file. The environment is env, or where that is
// empty the context's "env", or "dev".
//
// Each fault begins with the name of the file, one of syntax with line and
// column, as in "cdk.json:3:7: invalid character '}' …".
func Read(file, env string) (Config, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return Config{}, err
	}
	var decoded any
	if err := json.Unmarshal(data, &decoded); err != nil {
		return Config{}, syntaxFault(file, data, err)
	}
	values, ok := decoded.(map[string]any)
	if !ok {
		return Config{}, fmt.Errorf("%s: got %s, want an object", file, describe(decoded))
	}
	d := &document{name: file + ": "}
	context := newObject(d, "", values).object("context")
	if err := d.fault(); err != nil {
		return Config{}, err
	}
	return load(d, func(key string) any {
		if key == "env" && env != "" {
			return env
		}
		return context.values[key]
	})
}

// syntaxFault puts line and column, both from 1, before an error of the JSON
// decoder. The column counts bytes.
func syntaxFault(file string, data []byte, err error) error {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return fmt.Errorf("%s: %w", file, err)
	}
	// The offset is that of the byte after the one that is wrong, or the length of
	// a text that ends too early.
	before := data[:max(0, min(int(syntax.Offset)-1, len(data)))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := len(before) - (bytes.LastIndexByte(before, '\n') + 1) + 1
	return fmt.Errorf("%s:%d:%d: %w", file, line, column, err)
}
