package cloudformation

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/assembly"
)

// maxMembers is how many members of a list are read. CloudFormation's own limits are below: 200 parameters, 50 tags.
const maxMembers = 200

// members are the values of a list of texts, as in Capabilities.member.1.
func members(form url.Values, name string) []string {
	var list []string
	for i := 1; i <= maxMembers; i++ {
		value, ok := form[fmt.Sprintf("%s.member.%d", name, i)]
		if !ok {
			break
		}
		list = append(list, value[0])
	}
	return list
}

// structures are the members of a list of structures, each as the values under its fields' names.
func structures(form url.Values, name string, fields ...string) []map[string]string {
	var list []map[string]string
	for i := 1; i <= maxMembers; i++ {
		entry := map[string]string{}
		for _, field := range fields {
			if value, ok := form[fmt.Sprintf("%s.member.%d.%s", name, i, field)]; ok {
				entry[field] = value[0]
			}
		}
		if len(entry) == 0 {
			break
		}
		list = append(list, entry)
	}
	return list
}

// tags are the tags of a request; nil if it has none.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Tag.html
func tags(form url.Values) ([]Tag, error) {
	var list []Tag
	for _, entry := range structures(form, "Tags", "Key", "Value") {
		tag := Tag{entry["Key"], entry["Value"]}
		switch {
		case tag.Key == "" || len(tag.Key) > 128 || len(tag.Value) > 256:
			return nil, refuse("Tags: got %q, want a key of 1 to 128 characters and a value of at most 256", clip(tag.Key))
		case strings.HasPrefix(tag.Key, "aws:"):
			return nil, refuse("aws: prefixed tag key names are not allowed for external use.")
		case slices.ContainsFunc(list, func(other Tag) bool { return other.Key == tag.Key }):
			return nil, refuse("Duplicate tag keys found: %s", clip(tag.Key))
		}
		list = append(list, tag)
	}
	if len(list) > 50 {
		return nil, refuse("Tags: got %d, want at most 50", len(list))
	}
	return list, nil
}

// parameters reads the values of the request, and those that the stack has where it asks for them. Parameters that are left
// out take their default.
func (c *call) parameters(st *stack, template *assembly.Template, values map[string]string) error {
	var unknown, missing []string
	for _, entry := range structures(c.form, "Parameters", "ParameterKey", "ParameterValue", "UsePreviousValue") {
		key := entry["ParameterKey"]
		if _, ok := template.Parameters.Get(key); !ok {
			unknown = append(unknown, clip(key))
			continue
		}
		if entry["UsePreviousValue"] != "true" {
			values[key] = entry["ParameterValue"]
			continue
		}
		if value, ok := st.given(key); ok {
			values[key] = value
		}
	}
	for name, p := range template.Parameters.All() {
		if _, ok := values[name]; !ok && !p.HasDefault {
			missing = append(missing, name)
		}
	}
	switch {
	case len(unknown) > 0:
		return refuse("Parameters: [%s] do not exist in the template", strings.Join(unknown, ", "))
	case len(missing) > 0:
		return refuse("Parameters: [%s] must have values", strings.Join(missing, ", "))
	}
	return nil
}

// given is the value that the stack was given for a parameter, or the default that it took.
func (st *stack) given(key string) (string, bool) {
	for _, p := range st.Values {
		if p.Key == key {
			return p.Given, true
		}
	}
	return "", false
}

// clip shortens what somebody else wrote, for a message.
func clip(text string) string {
	const most = 1000
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}
