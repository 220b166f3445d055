package cloudcontrol

import (
	"encoding/json"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
)

// identifier reads a primary identifier: the value of its property, the values of more of them between |, or an object.
// https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/resource-identifier.html
func (k kind) identifier(text string) (aws.Identifier, error) {
	parts := k.schema.PrimaryIdentifier
	of := aws.Identifier{}
	if strings.HasPrefix(text, "{") {
		if err := json.Unmarshal([]byte(text), &of); err != nil {
			return nil, refuse("InvalidRequestException", "Identifier: got %s, want an object of texts", text)
		}
		for name := range of {
			if !slices.Contains(parts, name) {
				return nil, refuse("InvalidRequestException", "Identifier %s is not valid for identifier [/properties/%s]", text, strings.Join(parts, ", /properties/"))
			}
		}
	} else if values := strings.Split(text, "|"); len(values) == len(parts) {
		for i, name := range parts {
			of[name] = values[i]
		}
	}
	if len(of) != len(parts) {
		return nil, refuse("InvalidRequestException", "Identifier %s is not valid for identifier [/properties/%s]", text, strings.Join(parts, ", /properties/"))
	}
	return of, nil
}

// joined is the identifier as AWS writes it.
func (k kind) joined(of aws.Identifier) string {
	values := make([]string, len(k.schema.PrimaryIdentifier))
	for i, name := range k.schema.PrimaryIdentifier {
		values[i] = of[name]
	}
	return strings.Join(values, "|")
}

// model reads the ResourceModel of a list: properties of the type, of which those count that are texts. What the list must be told
// has to be there.
// https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/resource-operations-list.html
func (k kind) model(text string) (aws.Identifier, error) {
	var properties map[string]any
	if err := json.Unmarshal([]byte(text), &properties); err != nil {
		return nil, refuse("InvalidRequestException", "ResourceModel: got no object of JSON")
	}
	within := aws.Identifier{}
	for name, value := range properties {
		if _, known := k.schema.Properties[name]; !known {
			return nil, refuse("InvalidRequestException", "ResourceModel: %s has no property %s", k.name, name)
		}
		if value, ok := value.(string); ok {
			within[name] = value
		}
	}
	for _, name := range k.schema.List.Required {
		if within[name] == "" {
			return nil, refuse("InvalidRequestException",
				"Missing or invalid ResourceModel property in %s list handler request input. Required property: (#: required key [%s] not found)", k.name, name)
		}
	}
	return within, nil
}

// without takes from the properties what a path of a schema names: no read handler returns what is write-only.
// https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html#schema-properties-writeonlyproperties
func without(properties any, path string) {
	name, rest, deeper := strings.Cut(path, ".")
	switch value := properties.(type) {
	case map[string]any:
		if !deeper {
			delete(value, name)
			return
		}
		without(value[name], rest)
	case []any:
		for _, item := range value {
			without(item, rest)
		}
	}
}
