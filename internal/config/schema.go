package config

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// A Setting is a key of an environment, as people and editors read about it.
type Setting struct {
	Key     string // with the objects that it is in, as in "cdn.domain"
	Help    string // Markdown
	Default string // as in JSON, or "" for none
	// Required says that it must be there; With has the keys that it makes sense only together with.
	Required bool
	With     []string
	Unless   string // the key that it must be there without
}

// Settings are all keys of an environment.
func Settings() []Setting {
	var all []Setting
	root := described()
	for _, h := range help {
		p := root.find(h.key)
		s := Setting{Key: h.key, Help: h.text, Required: p.required, With: p.others(h.key), Unless: p.unless}
		if p.byDefault != nil {
			s.Default = fmt.Sprint(p.byDefault)
		}
		all = append(all, s)
	}
	return all
}

// described is an environment that was read for the sake of what it may hold.
func described() *object {
	o := newObject(&document{}, "", nil)
	readSettings(o)
	return o
}

// find is the property at a dotted key.
func (o *object) find(key string) *property {
	first, rest, within := strings.Cut(key, ".")
	if p := o.known[first]; within {
		return p.members.find(rest)
	} else if p != nil {
		return p
	}
	return &property{}
}

// Schema is the JSON Schema of cdk.json's own part of the context, by which an editor completes and checks it. It is looser
// than Read: formats, and what depends on more than one value, only Read checks.
//
// https://json-schema.org/draft-07/json-schema-release-notes
func Schema() []byte {
	texts := map[string]string{}
	for _, h := range help {
		texts[h.key] = h.text
	}
	named := func(pattern string, most int, text string) map[string]any {
		return map[string]any{"type": "string", "pattern": pattern, "maxLength": most, "markdownDescription": text}
	}
	environment := described().schema("", texts)
	document := map[string]any{
		"$schema": "http://json-schema.org/draft-07/schema#",
		"title":   "cdk.json",
		"type":    "object",
		"properties": map[string]any{"context": map[string]any{
			"type": "object",
			"properties": map[string]any{
				"app": named(appPattern.String(), appLength, "the application's name, in all names that an account holds of it; `lightbox` without it"),
				"env": named(environmentPattern.String(), environmentLength, "the environment where `-c env=NAME` says none; `dev` without it. `pr-12` and its like need no object: they are made from `dev`, for a pull request"),
				"environments": map[string]any{
					"type": "object", "minProperties": 1, "additionalProperties": environment,
					"propertyNames": map[string]any{"pattern": environmentPattern.String(), "maxLength": environmentLength},
				},
			},
		}},
	}
	text, _ := json.MarshalIndent(document, "", "  ") // texts and numbers
	return append(text, '\n')
}

// schema is that of an object.
func (o *object) schema(prefix string, texts map[string]string) map[string]any {
	properties, dependencies, required, either := map[string]any{}, map[string]any{}, []string{}, []any{}
	for key, p := range o.known {
		properties[key] = p.schema(prefix+key, texts)
		if p.required {
			required = append(required, key)
		}
		if p.with != nil {
			dependencies[key] = p.others(key)
		}
		if p.unless != "" {
			either = append(either, map[string]any{"required": []string{key}}, map[string]any{"required": []string{p.unless}})
		}
	}
	slices.Sort(required)
	schema := map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
	if o.anyKey {
		schema["additionalProperties"] = map[string]any{"type": "string"}
	}
	if len(required) > 0 {
		schema["required"] = required
	}
	if len(either) > 0 {
		schema["anyOf"] = either // of one key, so far
	}
	if len(dependencies) > 0 {
		schema["dependencies"] = dependencies
	}
	return schema
}

// others are the keys that the one at a dotted key makes sense only together with.
func (p *property) others(key string) []string {
	return slices.DeleteFunc(slices.Clone(p.with), func(other string) bool { return other == key[strings.LastIndex(key, ".")+1:] })
}

func (p *property) schema(key string, texts map[string]string) map[string]any {
	schema := map[string]any{"type": p.kind}
	switch p.kind {
	case "object":
		schema = p.members.schema(key+".", texts)
	case "array":
		schema["items"], schema["minItems"], schema["uniqueItems"] = map[string]any{"type": "string"}, 1, true
	}
	if texts[key] != "" {
		schema["markdownDescription"] = texts[key]
	}
	if p.byDefault != nil {
		schema["default"] = p.byDefault
	}
	if p.enum != nil {
		schema["enum"] = p.enum
	}
	if p.least != 0 {
		schema["minimum"] = p.least
	}
	return schema
}
