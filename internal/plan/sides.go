package plan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"lightbox.example/lightbox/sandbox/assembly"
	"lightbox.example/lightbox/sandbox/cloudformation/schema"
)

// A side is an assembly with every function resolved.
type side struct{ stacks []*assembly.Resolved }

// find is the same stack on this side: the name again, in the region and the account.
func (s side) find(stack *assembly.Stack) *assembly.Resolved {
	for _, r := range s.stacks {
		if r.Stack.Name == stack.Name && r.Stack.Region == stack.Region && r.Stack.Account == stack.Account {
			return r
		}
	}
	return nil
}

// after is the side that is to be deployed.
type after struct {
	side
	// fresh are the resources under a logical id that was there and that are made anew.
	fresh map[place]bool
	// skipped are the stacks whose template did not change: the CDK CLI leaves them alone, and they keep what they have. The
	// values are what they would have if they were deployed.
	skipped map[*assembly.Stack]*assembly.Resolved
}

// place is where a resource is.
type place struct{ account, region, stack, logicalID string }

func placeOf(s *assembly.Stack, logicalID string) place {
	return place{s.Account, s.Region, s.Name, logicalID}
}

// resolve resolves both sides. What is made anew has another id, which may make others anew: it is done until no more are.
func resolve(old, next *assembly.Assembly) (side, after, error) {
	types := assembly.SymbolicTypes()
	opaque := func(r *assembly.Resource) bool { _, ok := types[r.Type]; return !ok }
	was, err := assembly.Symbols{Opaque: opaque}.Resolve(old)
	if err != nil {
		return side{}, after{}, fmt.Errorf("%s: %w", called("OLD", old), err)
	}
	before := side{was}
	now := after{fresh: map[place]bool{}, skipped: map[*assembly.Stack]*assembly.Resolved{}}
	how := assembly.Symbols{
		Opaque: opaque,
		Anew: func(s *assembly.Stack, r *assembly.Resource) bool {
			return before.find(s) == nil || now.fresh[placeOf(s, r.LogicalID)]
		},
	}
	kept := map[*assembly.Stack]*assembly.Resolved{}
	for _, s := range next.Stacks {
		if there := before.find(s); there != nil && sameText(there.Stack, s) {
			kept[s] = &assembly.Resolved{Stack: s, Environment: there.Environment, Resources: there.Resources, Outputs: there.Outputs}
		}
	}
	deployed := how
	deployed.Kept = func(s *assembly.Stack) *assembly.Resolved { return kept[s] }
	for {
		if now.stacks, err = deployed.Resolve(next); err != nil {
			return side{}, after{}, fmt.Errorf("%s: %w", called("NEW", next), err)
		}
		found := len(now.fresh)
		for _, s := range now.stacks {
			maps.Copy(now.fresh, renewed(before.find(s.Stack), s))
		}
		if len(now.fresh) == found {
			break
		}
	}
	if len(kept) == len(now.stacks) {
		now.skipped = kept
		return before, now, nil
	}
	all, err := how.Resolve(next)
	for _, s := range all {
		if kept[s.Stack] != nil {
			now.skipped[s.Stack] = s
		}
	}
	return before, now, err
}

// renewed are the resources that CloudFormation makes anew in an update.
func renewed(was, is *assembly.Resolved) map[place]bool {
	found := map[place]bool{}
	if was == nil {
		return found
	}
	for _, r := range is.Resources {
		if old, ok := was.Resource(r.Resource.LogicalID); ok && len(renewing(old, r)) > 0 {
			found[placeOf(is.Stack, r.Resource.LogicalID)] = true
		}
	}
	return found
}

// renewing are the properties whose change makes a resource anew.
func renewing(was, is assembly.ResolvedResource) []Change {
	return differing(was, is, schema.Renews(is.Resource.Type))
}

// differing are those of the properties at the paths that changed.
func differing(was, is assembly.ResolvedResource, paths []string) []Change {
	var found []Change
	for _, path := range paths {
		if a, b := schema.At(was.Properties, path), schema.At(is.Properties, path); !schema.Same(a, b) {
			found = append(found, Change{path, shown(a), shown(b)})
		}
	}
	return found
}

// shown is a value on one line.
func shown(value any) string {
	switch value := value.(type) {
	case nil:
		return ""
	case string:
		return value
	case []any:
		if len(value) == 1 {
			if _, isObject := value[0].(map[string]any); !isObject {
				return shown(value[0]) // of the one replica of a table
			}
		}
	}
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value) // out of JSON
	return strings.TrimSpace(b.String())
}

// sameText reports whether there is nothing to deploy of the stack: template, parameters and tags are what is deployed. The
// CDK CLI skips it, or changes its termination protection alone.
// https://docs.aws.amazon.com/cdk/v2/guide/ref-cli-cmd-deploy.html
func sameText(was, is *assembly.Stack) bool {
	same := bytes.Equal(was.Text, is.Text) || bytes.Equal(compact(was.Text), compact(is.Text))
	return same && maps.Equal(was.Parameters, is.Parameters) &&
		maps.Equal(was.Tags, is.Tags)
}

func compact(text []byte) []byte {
	var b bytes.Buffer
	if err := json.Compact(&b, text); err != nil {
		return text
	}
	return b.Bytes()
}
