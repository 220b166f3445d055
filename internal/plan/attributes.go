package plan

import (
	"fmt"
	"slices"

	"lightbox.example/lightbox/sandbox/cloudformation/schema"
)

// schemaChange says of a pool which attributes can't be changed, and why. Attributes can be added, and neither changed nor
// deleted: by a template without a Schema no more than by one with fewer. CloudFormation sends each entry as one to add, so
// that one without a type fails every update of the pool.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpool.html
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
// https://github.com/aws/aws-cdk/issues/8585
func schemaChange(old, next part) ([]Change, string) {
	is := attributesOf(next)
	if next.Resource.Type != "AWS::Cognito::UserPool" || schema.Same(orEmpty(old.Properties), orEmpty(next.Properties)) {
		return nil, ""
	}
	why := fixedAttributes(attributesOf(old), is)
	if why == "" {
		return nil, ""
	}
	return []Change{{"Schema", shown(old.Properties["Schema"]), shown(next.Properties["Schema"])}}, why
}

// fixedAttributes says why Cognito refuses the attributes that a template has, "" where it does not.
func fixedAttributes(was, is []map[string]any) string {
	for _, a := range is {
		if a["AttributeDataType"] == nil {
			return fmt.Sprintf("The attribute %s has no AttributeDataType: CloudFormation sends it as one to add in every update of the pool, and Cognito refuses it.", shown(a["Name"]))
		}
	}
	find := func(list []map[string]any, name any) int {
		return slices.IndexFunc(list, func(a map[string]any) bool { return schema.Same(a["Name"], name) })
	}
	for _, a := range was {
		if i := find(is, a["Name"]); i < 0 || !schema.Same(a, is[i]) {
			return "Attributes of a user pool can't be changed or deleted once it is made: the update fails."
		}
	}
	for _, a := range is {
		switch name := shown(a["Name"]); {
		case find(was, name) >= 0:
		case slices.Contains(standardAttributes, name):
			return fmt.Sprintf("Every pool has the attribute %s from the start, and whether it is required can't be changed: the update fails.", name)
		case schema.Same(a["Required"], true):
			return "An attribute of one's own can't be required: Cognito refuses it."
		}
	}
	return ""
}

func attributesOf(p part) []map[string]any {
	list, _ := p.Properties["Schema"].([]any)
	var found []map[string]any
	for _, item := range list {
		if attribute, ok := item.(map[string]any); ok {
			found = append(found, attribute)
		}
	}
	return found
}

// standardAttributes are those that every pool has.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
var standardAttributes = []string{
	"address", "birthdate", "email", "email_verified", "family_name", "gender", "given_name", "locale", "middle_name", "name",
	"nickname", "phone_number", "phone_number_verified", "picture", "preferred_username", "profile", "sub", "updated_at",
	"website", "zoneinfo",
}
