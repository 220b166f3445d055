package outputs

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/config"
)

// deployed is what outputs.json says of one environment: construct id of a stack → key → value.
// A stack that the last deployment left out is absent.
type deployed map[string]map[string]string

// readDeployed picks the stacks of cfg's environment out of f by their exact names, and from them
// the keys of the contract. Everything else in the file (other environments, foreign stacks, the
// ExportsOutput… values of strong references) is left alone.
//
// The format is the CDK CLI's: {"StackName": {"OutputKey": "value"}}, with only the stacks of
// that one deployment, each with all of its outputs.
func readDeployed(cfg config.Config, f File) (deployed, []error) {
	tree, err := decode(f)
	if err != nil {
		return nil, []error{err}
	}
	all, ok := tree.(map[string]any)
	if !ok {
		return nil, []error{fmt.Errorf("%s: got %s, want an object of stacks, as cdk deploy --outputs-file writes it", f.Name, kindOf(tree))}
	}

	found := deployed{}
	var errs []error
	for _, s := range contractOf(cfg) {
		name := cfg.StackName(s.id)
		of, there := all[name]
		if !there {
			continue
		}
		place := f.Name + ": " + name
		keys, ok := of.(map[string]any)
		if !ok {
			errs = append(errs, fmt.Errorf("%s: got %s, want an object of the stack's outputs", place, kindOf(of)))
			continue
		}
		values, faults := s.read(cfg, place, keys)
		found[s.id] = values
		errs = append(errs, faults...)
	}
	if len(found) == 0 && len(errs) == 0 {
		errs = append(errs, fmt.Errorf("%s: got no stack of environment %s but %s, want %s",
			f.Name, cfg.Env, listed(slices.Sorted(maps.Keys(all))), describe(cfg, contractOf(cfg)[0])))
	}
	return found, errs
}

// read checks the keys of a stack that is there.
func (s stack) read(cfg config.Config, place string, keys map[string]any) (map[string]string, []error) {
	values := map[string]string{}
	var errs []error
	for _, o := range s.outputs {
		got, there := keys[o.key]
		switch {
		case !there && !o.expected(cfg):
			continue
		case !there:
			errs = append(errs, fmt.Errorf("%s.%s: the key is missing, got %s, want every output of the stack", place, o.key, listed(slices.Sorted(maps.Keys(keys)))))
			continue
		case !o.expected(cfg):
			errs = append(errs, fmt.Errorf("%s.%s: got an output that the settings of %s do not ask for, want none: deploy the stack again", place, o.key, cfg.Env))
			continue
		}
		value, ok := got.(string)
		if !ok {
			errs = append(errs, fmt.Errorf("%s.%s: got %s, want a string", place, o.key, kindOf(got)))
			continue
		}
		if err := judge(place+"."+o.key, value, o.want, cfg); err != nil {
			errs = append(errs, err)
		}
		values[o.key] = value
	}
	return values, errs
}

// describe names a stack with the outputs that cfg expects of it.
func describe(cfg config.Config, s stack) string {
	var keys []string
	for _, o := range s.outputs {
		if o.expected(cfg) {
			keys = append(keys, o.key)
		}
	}
	return fmt.Sprintf("%s with %s", cfg.StackName(s.id), strings.Join(keys, ", "))
}

// listed quotes names for a message, the first few of many.
func listed(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	const most = 8
	quoted := make([]string, 0, most+1)
	for _, name := range names[:min(most, len(names))] {
		quoted = append(quoted, fmt.Sprintf("%q", clip(name)))
	}
	if len(names) > most {
		quoted = append(quoted, fmt.Sprintf("and %d more", len(names)-most))
	}
	return strings.Join(quoted, ", ")
}

// kindOf names what a decoded JSON value is.
func kindOf(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case string:
		return "a string"
	case []any:
		return "an array"
	case map[string]any:
		return "an object"
	default:
		return "a number"
	}
}
