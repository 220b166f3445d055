package plan

import (
	"fmt"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/assembly"
	"lightbox.example/lightbox/sandbox/cloudformation/schema"
)

// frontEnds is what makes front ends work again.
func frontEnds(env string) []string {
	return []string{
		fmt.Sprintf("Deploy: `make deploy ENV=%s`, which writes web/amplify_outputs.json anew as well.", env),
		"Build the front ends with that file, and publish them at once. Those of before fail from the moment that the stack is updated.",
	}
}

// outputsID is what the id of an outage of front ends begins with.
const outputsID = "outage:outputs/"

// outputs says which values that front ends have are others, or gone. What has no description is for other stacks.
func (c *comparison) outputs(was, is *assembly.Resolved) []Finding {
	found := c.goneOutputs(was, is)
	old := map[string]string{}
	for _, before := range append([]*assembly.Resolved{was}, siblings(c.was, is.Stack)...) {
		for _, out := range before.Outputs {
			if _, ok := old[out.Key]; !ok {
				old[out.Key] = out.Value
			}
		}
	}
	var names []string
	for _, out := range is.Outputs {
		if before, ok := old[out.Key]; ok && out.Description != "" && before != out.Value {
			names = append(names, out.Key)
		}
	}
	if len(names) == 0 {
		return found
	}
	f := ofStack(Outage, is.Stack)
	f.ID = outputsID + is.Stack.ID
	f.Says = "Front ends have other values in amplify_outputs.json: " + strings.Join(names, ", ") + "."
	return append(found, f)
}

// goneOutputs says which values that front ends have are in no stack any more.
func (c *comparison) goneOutputs(was, is *assembly.Resolved) []Finding {
	var there, gone []string
	for _, s := range siblings(c.is.side, is.Stack) {
		for _, out := range s.Outputs {
			there = append(there, out.Key)
		}
	}
	for _, out := range was.Outputs {
		if out.Description != "" && !slices.Contains(there, out.Key) {
			gone = append(gone, out.Key)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	f := ofStack(Outage, is.Stack)
	f.ID = "outage:gone-outputs/" + is.Stack.ID
	f.Says = "Front ends may need values that are in no output any more: " + strings.Join(gone, ", ") + "."
	f.Ways = []string{"Leave the outputs until no front end reads them."}
	return []Finding{f}
}

// siblings are the stacks of the environment on a side, for outputs of one that has another name on the other.
func siblings(all side, stack *assembly.Stack) []*assembly.Resolved {
	var found []*assembly.Resolved
	for _, s := range all.stacks {
		if sameEnvironment(s.Stack, stack) {
			found = append(found, s)
		}
	}
	return found
}

// refusedSites are the origins from which browsers reached a bucket or signed in at a client, and do no longer.
func refusedSites(old, next part) []Finding {
	var gone []string
	for _, path := range []string{"CorsConfiguration.CorsRules.AllowedOrigins", "CallbackURLs"} {
		is := texts(schema.At(next.Properties, path))
		if slices.Contains(is, "*") {
			continue
		}
		for _, site := range texts(schema.At(old.Properties, path)) {
			if !slices.Contains(is, site) && !slices.Contains(gone, site) {
				gone = append(gone, site)
			}
		}
	}
	if len(gone) == 0 {
		return nil
	}
	slices.Sort(gone)
	f := finding(Outage, next)
	f.Says = "Front ends at these addresses are refused from now on: " + listed(gone) + "."
	f.Ways = []string{"Leave the address among webOrigins until nobody opens the front end there."}
	return []Finding{f}
}

// texts are all texts in a list of lists.
func texts(value any) []string {
	switch value := value.(type) {
	case string:
		return []string{value}
	case []any:
		var found []string
		for _, item := range value {
			found = append(found, texts(item)...)
		}
		return found
	}
	return nil
}
