package properties

import (
	"cmp"
	"errors"
	"reflect"
	"slices"

	"lightbox.example/lightbox/sandbox/cognito/refuse"
)

// Updated are the settings of a pool after an update from s to next. The error has all faults.
//
// CloudFormation replaces a pool for no property: its registry has none that is fixed at creation. Cognito has some, and
// the update fails in its words.
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-updating.html
func (s Pool) Updated(next Pool) (Pool, error) {
	var faults []error
	for _, property := range []struct {
		name      string
		old, next any
	}{
		{"AliasAttributes", s.AliasAttributes, next.AliasAttributes},
		{"UsernameAttributes", s.UsernameAttributes, next.UsernameAttributes},
		{"UsernameConfiguration", s.UsernameConfiguration, next.UsernameConfiguration},
	} {
		if !reflect.DeepEqual(property.old, property.next) {
			faults = append(faults, refuse.InvalidParameter("Updates are not allowed for property - %s.", property.name))
		}
	}
	schema, err := extended(s.Schema, next.Schema)
	next.Schema = schema
	return next, errors.Join(append(faults, err)...)
}

// extended is a pool's schema after an update by a template that has next. Attributes can be added, and no more: without a
// Schema in the template, those that the pool has stay as they are.
//
// CloudFormation sends what stands in the template as attributes to add. So an entry without a type fails the update, even
// one that the pool was made with and that nobody touched.
// https://github.com/aws/aws-cdk/issues/8585 https://github.com/aws-amplify/amplify-backend/issues/3299
func extended(old, next []SchemaAttribute) ([]SchemaAttribute, error) {
	if len(next) == 0 {
		return old, nil
	}
	if slices.ContainsFunc(next, func(a SchemaAttribute) bool { return a.AttributeDataType == "" }) {
		return nil, typeMissing()
	}
	for _, a := range old {
		if i := named(next, a.Name); i < 0 || !a.same(next[i]) {
			return nil, schemaFixed()
		}
	}
	var added []SchemaAttribute
	for _, a := range next {
		if named(old, a.Name) >= 0 {
			continue
		}
		if slices.Contains(standardAttributes, a.Name) { // every pool has these
			return nil, schemaFixed()
		}
		added = append(added, a)
	}
	return next, CheckCustom(added)
}

func named(schema []SchemaAttribute, name string) int {
	return slices.IndexFunc(schema, func(a SchemaAttribute) bool { return a.Name == name })
}

// CheckCustom refuses, in a schema, what an attribute of a pool's own can't be; the standard ones have a type, and may be
// required.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
func CheckCustom(schema []SchemaAttribute) error {
	for _, a := range schema {
		switch {
		case slices.Contains(standardAttributes, a.Name):
		case a.AttributeDataType == "":
			return typeMissing()
		case a.Required:
			return refuse.InvalidParameter("Required custom attributes are not supported currently.")
		}
	}
	return nil
}

// same reports whether two entries mean the same attribute.
func (s SchemaAttribute) same(other SchemaAttribute) bool {
	whole := func(a SchemaAttribute) SchemaAttribute {
		mutable := a.Mutable == nil || *a.Mutable
		a.AttributeDataType, a.Mutable = cmp.Or(a.AttributeDataType, "String"), &mutable
		return a
	}
	return reflect.DeepEqual(whole(s), whole(other))
}

// The refusals of a schema, in Cognito's words.

func typeMissing() error {
	return refuse.InvalidParameter("Invalid AttributeDataType input, consider using the provided AttributeDataType enum.")
}

func schemaFixed() error {
	return refuse.InvalidParameter("Existing schema attributes cannot be modified or deleted.")
}
