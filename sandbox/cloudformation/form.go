package cloudformation

import (
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/assembly"
)

// checkTags refuses tags that CloudFormation does.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Tag.html
func checkTags(list []Tag) error {
	for i, tag := range list {
		switch {
		case tag.Key == "" || len(tag.Key) > 128 || len(tag.Value) > 256:
			return refuse("Tags: got %q, want a key of 1 to 128 characters and a value of at most 256", clip(tag.Key))
		case strings.HasPrefix(tag.Key, "aws:"):
			return refuse("aws: prefixed tag key names are not allowed for external use.")
		case slices.ContainsFunc(list[:i], func(other Tag) bool { return other.Key == tag.Key }):
			return refuse("Duplicate tag keys found: %s", clip(tag.Key))
		}
	}
	if len(list) > mostTags {
		return refuse("Tags: got %d, want at most %d", len(list), mostTags)
	}
	return nil
}

// parameters adds to values those of a request, and those that the stack has where it asks for them. Parameters that are
// left out take their default.
func (st *stack) parameters(template *assembly.Template, request []givenParameter, values map[string]string) error {
	var unknown, missing []string
	for _, p := range request {
		if _, ok := template.Parameters.Get(p.ParameterKey); !ok {
			unknown = append(unknown, clip(p.ParameterKey))
			continue
		}
		if !p.UsePreviousValue {
			values[p.ParameterKey] = p.ParameterValue
			continue
		}
		if value, ok := st.given(p.ParameterKey); ok {
			values[p.ParameterKey] = value
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
