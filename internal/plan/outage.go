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

// outputs says which values that front ends have are others. What has no description is for other stacks.
func outputs(all side, was, is *assembly.Resolved) []Finding {
	old := map[string]string{}
	for _, before := range append([]*assembly.Resolved{was}, siblings(all, is.Stack)...) {
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
		return nil
	}
	f := ofStack(Outage, is.Stack)
	f.ID = outputsID + is.Stack.ID
	f.Says = "Front ends have other values in amplify_outputs.json: " + strings.Join(names, ", ") + "."
	return []Finding{f}
}

// siblings are the stacks of the environment as it is deployed, for outputs of one that has another name now.
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
