package config

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
)

// Read is Load for those who are not a CDK app: it takes the same settings from
// the "context" of a cdk.json file. The environment is env, or where that is
// empty the context's "env", or "dev".
//
// Each fault begins with the name of the file, one of Text with line and column,
// as in "cdk.json:3:7: invalid character '}' …".
func Read(file, env string) (Config, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return Config{}, err
	}
	return readOf(file, data, env)
}

// readOf is Read of what a file has, or is to have.
func readOf(file string, data []byte, env string) (Config, error) {
	text, err := textOf(file, data)
	if err != nil {
		return Config{}, err
	}
	var values map[string]any
	if err := json.Unmarshal(text, &values); err != nil {
		return Config{}, syntaxFault(file, text, err)
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

// Environments are the names of the environments in a cdk.json file, sorted. Their settings are not looked at.
func Environments(file string) ([]string, error) {
	text, err := Text(file)
	if err != nil {
		return nil, err
	}
	var values struct {
		Context struct {
			Environments map[string]json.RawMessage `json:"environments"`
		} `json:"context"`
	}
	if err := json.Unmarshal(text, &values); err != nil {
		return nil, syntaxFault(file, text, err)
	}
	return slices.Sorted(maps.Keys(values.Context.Environments)), nil
}
