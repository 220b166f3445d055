package system

import (
	"bytes"
	"encoding/json"
	"fmt"

	"lightbox.example/lightbox/sandbox/assembly"
)

// Property is one of a resource, by the construct id of its stack, its logical id and the path to it
// among the properties, as in PolicyDocument or CorsConfiguration.CorsRules.0.AllowedOrigins.
type Property struct{ Stack, LogicalID, Path string }

// templateOf is what a stack of an assembly says, unresolved, so that nothing in it depends on ids
// that are made up.
func templateOf(stack *assembly.Stack) (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(stack.Text))
	decoder.UseNumber()
	var template map[string]any
	if err := decoder.Decode(&template); err != nil {
		return nil, fmt.Errorf("%s: %w", stack.ID, err)
	}
	// What the manifest says of the stack counts as a section of its own.
	template["Stack"] = map[string]any{
		"Name": stack.Name, "Account": stack.Account, "Region": stack.Region,
		"TerminationProtection": stack.TerminationProtection,
		"Tags":                  anyValues(stack.Tags), "Parameters": anyValues(stack.Parameters),
	}
	return template, nil
}

func anyValues(from map[string]string) map[string]any {
	to := map[string]any{}
	for key, value := range from {
		to[key] = value
	}
	return to
}
