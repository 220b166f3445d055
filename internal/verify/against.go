package verify

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/assembly"
)

// against are the parts of an assembly of which something else is deployed, or nothing.
func (f *frame) against(want *assembly.Assembly, w World) ([]Row, error) {
	var rows []Row
	seen := map[string]bool{}
	for _, stack := range want.Stacks {
		if !strings.HasPrefix(stack.Name, w.Config.StackName("")) {
			continue // of another environment
		}
		seen[stack.Name] = true
		standing := f.stacks[stack.Name]
		if standing == nil {
			rows = append(rows, Row{Violation, stack.ID, "assembly", "got no stack " + stack.Name + ", want it deployed"})
			continue
		}
		got, err := sections(standing.stack.Text)
		if err != nil {
			return nil, err
		}
		wanted, err := sections(stack.Text)
		if err != nil {
			return nil, err
		}
		keys := maps.Clone(got)
		maps.Copy(keys, wanted)
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			if got[key] != wanted[key] {
				rows = append(rows, Row{Violation, stack.ID, "assembly", fmt.Sprintf("%s: what is deployed is not what the assembly says: deploy it, or verify without it", key)})
			}
		}
	}
	if len(seen) == 0 {
		return nil, fmt.Errorf("%s: got no stacks of %s, want an assembly of the environment: -c env=%s", want.Dir, w.Config.StackName("*"), w.Config.Env)
	}
	for _, stack := range f.assembly.Stacks {
		if !seen[stack.Name] {
			rows = append(rows, Row{Violation, stack.ID, "assembly", "got the stack " + stack.Name + ", which the assembly does not have"})
		}
	}
	return rows, nil
}

// sections are the resources of a template, and its other sections, as JSON by their names.
func sections(template []byte) (map[string]string, error) {
	decoder := json.NewDecoder(bytes.NewReader(template))
	decoder.UseNumber()
	var all map[string]any
	if err := decoder.Decode(&all); err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for name, section := range all {
		resources, is := section.(map[string]any)
		if name != "Resources" || !is {
			texts[name] = text(section)
			continue
		}
		for id, resource := range resources {
			texts["Resources."+id] = text(resource)
		}
	}
	return texts, nil
}
