// Package outputs turns what the CDK CLI says of a deployment (outputs.json) into the file of
// settings that Amplify's client libraries read (amplify_outputs.json, version 1.4), or into the
// flat list of names that the articles use.
//
// The values come from three places: ids and addresses from outputs.json, the choices of the
// environment (MFA, social sign-in, a custom domain) from cdk.json, and who may do what to which
// file from the access table that the policies are made of.
//
// Nothing in the result is a secret: a client shows all of it to everybody. What else stands in
// outputs.json is never copied; every value is picked by name and checked for its form.
//
// Errors are joined, one fault a line, and each line says where, got and want.
package outputs

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/config"
)

// A Result is the text of a file and where its parts are from.
type Result struct {
	JSON     []byte   // ends with a line feed
	Deployed []string // the stacks whose values come from outputs.json
	Kept     []string // the stacks whose parts stay as they were in the existing file
}

// Amplify makes amplify_outputs.json for the environment of cfg.
//
// from is what `cdk deploy --outputs-file` wrote. It holds the stacks of that one deployment
// only, so a stack that is absent keeps its part of existing, the file as it is now; what others
// put under custom stays too. Without an existing file all stacks are needed.
//
// Faults of either file are errors: a missing stack or key, a value that is not resolved or not
// of its service's form, regions that disagree with cfg, an existing file that is of another
// environment or another backend, or that is not valid.
func Amplify(cfg config.Config, from, existing File) (Result, error) {
	found, errs := readDeployed(cfg, from)
	doc, tree, faults := readExisting(cfg, existing)
	errs = append(errs, faults...)
	if len(errs) > 0 {
		return Result{}, errors.Join(errs...)
	}

	if !hasSite(cfg) {
		doc.lightbox.Site = "" // of an earlier deployment
	}
	var result Result
	for _, s := range contractOf(cfg) {
		values, there := found[s.id]
		if there {
			s.write(&doc, cfg, values)
			result.Deployed = append(result.Deployed, s.id)
			continue
		}
		errs = append(errs, s.stays(cfg, from, existing, tree)...)
		result.Kept = append(result.Kept, s.id)
	}
	if len(errs) > 0 {
		return Result{}, errors.Join(errs...)
	}

	doc.Version = version
	doc.lightbox.Env = cfg.Env
	text, err := doc.encode()
	if err != nil {
		return Result{}, err
	}
	if err := Validate(File{Name: "the result", Data: text}); err != nil {
		return Result{}, err
	}
	result.JSON = text
	return result, nil
}

// Validate checks an amplify_outputs.json against Amplify's public JSON Schema and against what
// that leaves open: the patterns and actions of paths, names of buckets that are used twice,
// groups that Amplify would mix up, and keys that Lightbox does not write.
func Validate(f File) error {
	tree, err := decode(f)
	if err != nil {
		return err
	}
	return errors.Join(check(f.Name, tree)...)
}

// readExisting is the file that a deployment is merged into: the empty document where there is none.
func readExisting(cfg config.Config, f File) (document, map[string]any, []error) {
	if f.Data == nil {
		return document{}, nil, nil
	}
	tree, err := decode(f)
	if err != nil {
		return document{}, nil, []error{err}
	}
	if errs := check(f.Name, tree); len(errs) > 0 {
		return document{}, nil, errs
	}
	root, _ := tree.(map[string]any)
	if err := sameEnvironment(cfg, f.Name, root); err != nil {
		return document{}, nil, []error{err}
	}
	var doc document
	if err := doc.read(f); err != nil {
		return document{}, nil, []error{err}
	}
	return doc, root, nil
}

// sameEnvironment refuses to mix two environments, or a file that another backend's tool wrote.
// A file without any of our sections, made by hand for the rest, is welcome.
func sameEnvironment(cfg config.Config, name string, root map[string]any) error {
	env, marked := lookup(root, "custom.lightbox.env")
	if marked && env != cfg.Env {
		return fmt.Errorf("%s: custom.lightbox.env: got %s, want %q: environments are not mixed in one file, so name another or remove this one", name, quoted(env), cfg.Env)
	}
	if marked {
		return nil
	}
	for _, section := range []string{"auth", "data", "storage", "custom.cdn", "custom.lightbox"} {
		if _, there := lookup(root, section); there {
			return fmt.Errorf("%s: %s: got a section of a file without custom.lightbox.env, want a file that lightbox wrote, or none: it belongs to another backend", name, section)
		}
	}
	return nil
}

// stays are the faults of the part of an absent stack in the existing file.
func (s stack) stays(cfg config.Config, from, existing File, tree map[string]any) []error {
	if tree == nil {
		return []error{fmt.Errorf("%s: the stack is missing, got no %s, want %s", from.Name, cfg.StackName(s.id), describe(cfg, s))}
	}
	var errs []error
	for _, e := range s.part {
		place := existing.Name + ": " + e.path
		got, there := lookup(tree, e.path)
		if !there {
			errs = append(errs, fmt.Errorf("%s: got nothing, and %s has no stack %s, want one of the two", place, from.Name, describe(cfg, s)))
			continue
		}
		if err := judge(place, got.(string), e.want, cfg); err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

// flat are the names of the articles, in their order, and where each is from.
var flat = []struct{ name, stack, key string }{
	{"UserPoolId", "Auth", "UserPoolId"},
	{"UserPoolClientId", "Auth", "UserPoolClientId"},
	{"IdentityPoolId", "Identity", "IdentityPoolId"},
	{"BucketName", "FileStorage", "BucketName"},
	{"BucketRegion", "FileStorage", "BucketRegion"},
	{"GraphQLAPIURL", "API", "GraphQLAPIURL"},
	{"GraphQLAPIID", "API", "GraphQLAPIID"},
	{"distDomainName", "CDN", "DistributionDomainName"},
}

// Flat makes one flat object of the articles' names. It says nothing of its environment, so
// nothing is merged: from needs all stacks. An existing file may only be one of these.
func Flat(cfg config.Config, from, existing File) (Result, error) {
	found, errs := readDeployed(cfg, from)
	errs = append(errs, onlyFlat(existing)...)
	if len(found) > 0 {
		for _, s := range contractOf(cfg) {
			if found[s.id] == nil {
				errs = append(errs, s.stays(cfg, from, existing, nil)...)
			}
		}
	}
	if len(errs) > 0 {
		return Result{}, errors.Join(errs...)
	}

	var lines []string
	for _, f := range flat {
		value, err := json.Marshal(found[f.stack][f.key])
		if err != nil {
			return Result{}, err
		}
		lines = append(lines, fmt.Sprintf("  %q: %s", f.name, value))
	}
	result := Result{JSON: []byte("{\n" + strings.Join(lines, ",\n") + "\n}\n")}
	for _, s := range contractOf(cfg) {
		result.Deployed = append(result.Deployed, s.id)
	}
	return result, nil
}

// onlyFlat keeps a flat file from replacing a file of another kind.
func onlyFlat(existing File) []error {
	if existing.Data == nil {
		return nil
	}
	tree, err := decode(existing)
	if err != nil {
		return []error{err}
	}
	root, ok := tree.(map[string]any)
	if !ok {
		return []error{fmt.Errorf("%s: got %s, want an object of flat names to replace", existing.Name, kindOf(tree))}
	}
	for _, key := range slices.Sorted(maps.Keys(root)) {
		if !slices.ContainsFunc(flat, func(f struct{ name, stack, key string }) bool { return f.name == key }) {
			return []error{fmt.Errorf("%s: got a file with the key %q, want one of flat names only to replace: name another file", existing.Name, clip(key))}
		}
	}
	return nil
}

// Stacks are the names of the stacks of an environment that Amplify needs the outputs of.
func Stacks(cfg config.Config) []string {
	var names []string
	for _, s := range contractOf(cfg) {
		names = append(names, cfg.StackName(s.id))
	}
	return names
}
