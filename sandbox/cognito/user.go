package cognito

import (
	"maps"
	"slices"

	"lightbox.example/lightbox/sandbox/cognito/properties"
)

// set sets an attribute; one without a value goes.
func (u *user) set(a properties.Attribute) {
	if u.Attributes == nil {
		u.Attributes = map[string]string{}
	}
	if a.Value == "" {
		delete(u.Attributes, a.Name)
		return
	}
	u.Attributes[a.Name] = a.Value
}

// list is the user's attributes, sub first and the others by name, as far as visible lets them be seen.
func (u *user) list(visible func(name string) bool) []properties.Attribute {
	list := []properties.Attribute{{Name: "sub", Value: u.Sub}}
	for _, name := range slices.Sorted(maps.Keys(u.Attributes)) {
		if visible(name) {
			list = append(list, properties.Attribute{Name: name, Value: u.Attributes[name]})
		}
	}
	return list
}

// all sees every attribute.
func all(string) bool { return true }
