package outputs

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// Amplify's public JSON Schema; the notice beside it says where it is from.
//
//go:embed testdata/amplify_outputs_v1.4.schema.json
var schemaText []byte

var schema = sync.OnceValue(func() *jsonschema.Schema {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schemaText))
	if err != nil {
		panic("outputs: the embedded schema is not JSON: " + err.Error())
	}
	const here = "amplify_outputs_v1.4.schema.json"
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(here, doc); err != nil {
		panic("outputs: the embedded schema: " + err.Error())
	}
	return compiler.MustCompile(here)
})

// check is every fault of a document: first its version, then Amplify's schema, and where that is
// satisfied what the schema leaves open and Amplify or Lightbox relies on.
func check(name string, tree any) []error {
	root, ok := tree.(map[string]any)
	if !ok {
		return []error{fmt.Errorf("%s: got %s, want an object", name, kindOf(tree))}
	}
	// The other faults of a file in another format would only be noise.
	if root["version"] != version {
		return []error{fmt.Errorf("%s: version: got %s, want %q: it is not a file that lightbox wrote", name, quoted(root["version"]), version)}
	}
	if errs := checkSchema(name, root); len(errs) > 0 {
		return errs
	}
	errs := checkOwned(name, root)
	errs = append(errs, checkBuckets(name, root)...)
	return append(errs, checkGroups(name, root)...)
}

func checkSchema(name string, root any) []error {
	err := schema().Validate(root)
	if err == nil {
		return nil
	}
	var whole *jsonschema.ValidationError
	if !errors.As(err, &whole) {
		return []error{fmt.Errorf("%s: %w", name, err)}
	}
	var errs []error
	for _, leaf := range leaves(whole) {
		errs = append(errs, fmt.Errorf("%s: %s%s", name, path(leaf.InstanceLocation), schemaFault(leaf.ErrorKind)))
	}
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errs
}

// leaves are the faults themselves, without the schemas around them.
func leaves(e *jsonschema.ValidationError) []*jsonschema.ValidationError {
	if len(e.Causes) == 0 {
		return []*jsonschema.ValidationError{e}
	}
	var all []*jsonschema.ValidationError
	for _, cause := range e.Causes {
		all = append(all, leaves(cause)...)
	}
	return all
}

// schemaFault words the kinds that the library words without what it got.
func schemaFault(fault jsonschema.ErrorKind) string {
	switch fault := fault.(type) {
	case *kind.Enum:
		var wants []string
		for _, want := range fault.Want {
			wants = append(wants, quoted(want))
		}
		return fmt.Sprintf("got %s, want one of %s", quoted(fault.Got), strings.Join(wants, ", "))
	case *kind.AdditionalProperties:
		return fmt.Sprintf("got the key %s, want only those of Amplify's format %s", listed(fault.Properties), version)
	default:
		return fault.LocalizedString(message.NewPrinter(language.English))
	}
}

func path(location []string) string {
	if len(location) == 0 {
		return ""
	}
	return clip(strings.Join(location, ".")) + ": "
}

func quoted(value any) string {
	if text, ok := value.(string); ok {
		return fmt.Sprintf("%q", clip(text))
	}
	if value == nil {
		return "nothing"
	}
	return kindOf(value)
}

// owned lists, for the sections that Lightbox writes and the schema leaves open, every key that
// it writes there. A key of somebody else's would be lost without a word at the next deployment
// (and an api_key or a passwordless sign-in is not to be had here); under custom it is kept.
var owned = map[string][]string{
	"auth": {
		"aws_region", "user_pool_id", "user_pool_client_id", "identity_pool_id", "unauthenticated_identities_enabled",
		"mfa_configuration", "mfa_methods", "username_attributes", "standard_required_attributes", "user_verification_types",
		"password_policy", "oauth", "groups",
	},
	"data":            {"aws_region", "url", "default_authorization_type", "authorization_types"},
	"custom.cdn":      {"url"},
	"custom.lightbox": {"env", "paths", "site"},
}

func checkOwned(name string, root map[string]any) []error {
	var errs []error
	for _, section := range slices.Sorted(maps.Keys(owned)) {
		found, there := lookup(root, section)
		if !there {
			continue
		}
		object, ok := found.(map[string]any)
		if !ok {
			errs = append(errs, fmt.Errorf("%s: %s: got %s, want an object", name, section, kindOf(found)))
			continue
		}
		for _, key := range slices.Sorted(maps.Keys(object)) {
			if !slices.Contains(owned[section], key) {
				errs = append(errs, fmt.Errorf("%s: %s: got the key %q, which lightbox would lose, want it under a key of its own in custom", name, section, clip(key)))
			}
		}
	}
	for _, at := range []string{"custom.cdn.url", "custom.lightbox.env"} {
		if found, there := lookup(root, at); there {
			if _, ok := found.(string); !ok {
				errs = append(errs, fmt.Errorf("%s: %s: got %s, want a string", name, at, kindOf(found)))
			}
		}
	}
	return errs
}

// lookup follows a path of keys with dots between them.
func lookup(root map[string]any, path string) (any, bool) {
	var found any = root
	for key := range strings.SplitSeq(path, ".") {
		object, ok := found.(map[string]any)
		if !ok {
			return nil, false
		}
		if found, ok = object[key]; !ok {
			return nil, false
		}
	}
	return found, true
}

// checkBuckets looks at the buckets, whose names Amplify wants unique (parseAmplifyConfig throws
// otherwise), and at all paths.
func checkBuckets(name string, root map[string]any) []error {
	var errs []error
	seen := map[any]bool{}
	buckets, _ := lookup(root, "storage.buckets")
	list, _ := buckets.([]any)
	for i, item := range list {
		bucket := item.(map[string]any)
		place := fmt.Sprintf("%s: storage.buckets.%d", name, i)
		if seen[bucket["name"]] {
			errs = append(errs, fmt.Errorf("%s.name: got %s a second time, want a name of its own for each bucket", place, quoted(bucket["name"])))
		}
		seen[bucket["name"]] = true
		if rules, there := bucket["paths"]; there {
			errs = append(errs, checkPaths(place+".paths", rules, identityToken)...)
		}
	}
	if rules, there := lookup(root, "custom.lightbox.paths"); there {
		errs = append(errs, checkPaths(name+": custom.lightbox.paths", rules, userToken)...)
	}
	return errs
}

const (
	identityToken = "${cognito-identity.amazonaws.com:sub}"
	userToken     = "${aws:PrincipalTag/user}"
)

var (
	pathForm = regexp.MustCompile(`^([A-Za-z0-9._-]+/)+\*$`)
	whoForm  = regexp.MustCompile(`^(guest|authenticated|resource|groups[A-Za-z0-9._-]+|entity[a-z]+)$`)
	actions  = []string{"read", "get", "list", "write", "delete"}
)

// checkPaths looks at a map from patterns of keys to who may do what there, which the schema
// leaves open. A pattern is folders and "*", as in "public/products/*"; one of the folders may be
// the owner's token, and exactly there an owner (entity…) is among the subjects.
func checkPaths(place string, found any, token string) []error {
	rules, ok := found.(map[string]any)
	if !ok {
		return []error{fmt.Errorf("%s: got %s, want an object", place, kindOf(found))}
	}
	var errs []error
	for _, pattern := range slices.Sorted(maps.Keys(rules)) {
		at := fmt.Sprintf("%s[%q]", place, clip(pattern))
		plain := strings.Replace(pattern, "/"+token+"/", "/owner/", 1)
		if !pathForm.MatchString(plain) || strings.Contains(plain, "/../") {
			errs = append(errs, fmt.Errorf(`%s: got the pattern %q, want folders and then "*", as in "public/products/*" or "private/%s/*"`, place, clip(pattern), token))
		}
		subjects, ok := rules[pattern].(map[string]any)
		if !ok {
			errs = append(errs, fmt.Errorf("%s: got %s, want an object of who may do what", at, kindOf(rules[pattern])))
			continue
		}
		for _, who := range slices.Sorted(maps.Keys(subjects)) {
			if !whoForm.MatchString(who) {
				errs = append(errs, fmt.Errorf("%s: got the subject %q, want guest, authenticated, resource, groupsNAME or entityidentity", at, clip(who)))
			}
			if strings.HasPrefix(who, "entity") && plain == pattern {
				errs = append(errs, fmt.Errorf("%s.%s: got an owner where the pattern has no %s, want it there", at, clip(who), token))
			}
			errs = append(errs, checkActions(at+"."+clip(who), subjects[who])...)
		}
	}
	return errs
}

func checkActions(place string, found any) []error {
	list, ok := found.([]any)
	if !ok {
		return []error{fmt.Errorf("%s: got %s, want an array of actions", place, kindOf(found))}
	}
	var errs []error
	for i, action := range list {
		name, _ := action.(string)
		if !slices.Contains(actions, name) {
			errs = append(errs, fmt.Errorf("%s: got the action %s, want one of %s", place, quoted(action), strings.Join(actions, ", ")))
			continue
		}
		if slices.Contains(list[:i], action) {
			errs = append(errs, fmt.Errorf("%s: got the action %q twice, want it once", place, name))
		}
	}
	return errs
}

// checkGroups refuses groups of which one's name holds another's: Amplify's listPaths finds a
// group's rule by a substring of its key, and would show one the paths of the other.
func checkGroups(name string, root map[string]any) []error {
	found, _ := lookup(root, "auth.groups")
	list, _ := found.([]any)
	var names []string
	for _, item := range list {
		names = append(names, slices.Sorted(maps.Keys(item.(map[string]any)))...)
	}
	var errs []error
	for i, a := range names {
		for j, b := range names {
			if i != j && strings.Contains(b, a) && (a != b || i < j) {
				errs = append(errs, fmt.Errorf("%s: auth.groups: got %q within %q, want no name that is part of another", name, clip(a), clip(b)))
			}
		}
	}
	return errs
}
