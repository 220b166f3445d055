package appsync

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"

	"lightbox.example/lightbox/sandbox/store"
)

// parts are the settings of what belongs to an API, by name. A deployment changes one of a hundred at a time, and the API is read
// anew each time: what is written as it was is not decoded again.
type parts struct {
	sources   map[string]part[sourceProperties]
	functions map[string]part[functionProperties]
	resolvers map[string]part[resolverProperties]
	keys      map[string]part[keyProperties]
}

// A part has the settings that a record's text says. Nobody changes them.
type part[T any] struct {
	text     string
	settings T
}

// readParts reads all parts of an API; before is the API as it was, nil if it was not there.
func readParts(tx store.Reader, id string, before *api) (next parts, err error) {
	var had parts
	if before != nil {
		had = before.parts
	}
	var errs [4]error
	next.sources, errs[0] = partsIn(tx, spaceSources, id, had.sources)
	next.functions, errs[1] = partsIn(tx, spaceFunctions, id, had.functions)
	next.resolvers, errs[2] = partsIn(tx, spaceResolvers, id, had.resolvers)
	next.keys, errs[3] = partsIn(tx, spaceKeys, id, had.keys)
	return next, errors.Join(errs[:]...)
}

// partsIn are the parts of an API that a space has, those that are in had too taken from there.
func partsIn[T any](tx store.Reader, space, id string, had map[string]part[T]) (map[string]part[T], error) {
	found := make(map[string]part[T], len(had)+1)
	for name, text := range texts(tx, space, id) {
		if before, ok := had[name]; ok && before.text == string(text) {
			found[name] = before
			continue
		}
		settings, err := decoded[T](space, id, name, text)
		if err != nil {
			return nil, err
		}
		found[name] = part[T]{string(text), settings}
	}
	return found, nil
}

// all are the settings of everything in a space that belongs to an API, by name.
func all[T any](tx store.Reader, space, id string) (map[string]T, error) {
	found := map[string]T{}
	for name, text := range texts(tx, space, id) {
		settings, err := decoded[T](space, id, name, text)
		if err != nil {
			return nil, err
		}
		found[name] = settings
	}
	return found, nil
}

// texts are the records of a space that belong to an API, by name.
func texts(tx store.Reader, space, id string) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		for key, text := range tx.Range(space, store.Prefix([]byte(id+"/"))) {
			if !yield(strings.TrimPrefix(string(key), id+"/"), text) {
				return
			}
		}
	}
}

func decoded[T any](space, id, name string, text []byte) (T, error) {
	var r record[T]
	if err := json.Unmarshal(text, &r); err != nil {
		return r.Settings, fmt.Errorf("%s %s/%s: %w", space, id, name, err)
	}
	return r.Settings, nil
}
