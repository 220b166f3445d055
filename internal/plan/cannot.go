package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/assembly"
	"lightbox.example/lightbox/sandbox/cloudformation/schema"
)

// lacking are the types of a stack that its region does not have.
func (c *comparison) lacking(now *assembly.Resolved) []Finding {
	region := now.Stack.Region
	if region == "" {
		return nil
	}
	table := schema.Current()
	lacks, known := table.Regions[region]
	f := ofStack(Cannot, now.Stack)
	f.ID = "cannot:" + now.Stack.ID + "/" + region
	if !known {
		f.Says = fmt.Sprintf("%s is no region that the schemas of %s know.", region, table.Date)
		return []Finding{f}
	}
	var missing []string
	for _, r := range now.Resources {
		if slices.Contains(lacks, r.Resource.Type) && !slices.Contains(missing, r.Resource.Type) {
			missing = append(missing, r.Resource.Type)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	slices.Sort(missing)
	f.Says = fmt.Sprintf("%s does not have %s.", region, listed(missing))
	f.Ways = []string{"Choose a region that has them: `lightbox settings --schema` lists those."}
	return []Finding{f}
}

// taken says that a resource can't be made, since another has what there can be only once. CloudFormation makes the new one
// first, and deletes what goes at the end.
func (c *comparison) taken(next part) []Finding {
	for _, identity := range schema.Identities(next.Resource.Type) {
		values, ok := valuesOf(next, identity)
		if !ok {
			continue
		}
		for _, s := range c.was.stacks {
			for _, r := range s.Resources {
				old := part{s.Stack, r}
				if r.Resource.Type != next.Resource.Type || !reaches(identity.Scope, s.Stack, next.stack) {
					continue
				}
				if there, ok := valuesOf(old, identity); ok && there == values {
					return []Finding{c.collision(old, next, identity, values)}
				}
			}
		}
	}
	return nil
}

func reaches(scope schema.Scope, a, b *assembly.Stack) bool {
	return scope == schema.Account || scope == schema.Global || a.Region == b.Region
}

// valuesOf are the values of an identity in one text; not ok where the template leaves one to AWS.
func valuesOf(p part, identity schema.Identity) (text string, ok bool) {
	var values []string
	for _, path := range identity.Paths {
		value := schema.At(p.Properties, path)
		if value == nil {
			return "", false
		}
		values = append(values, shown(value))
	}
	return strings.Join(values, ", "), true
}

func (c *comparison) collision(old, next part, identity schema.Identity, values string) Finding {
	f := finding(Cannot, next)
	name := holdings[next.Resource.Type].called(next)
	f.Says = fmt.Sprintf("There is a %s with this %s already, %s.", name, strings.Join(identity.Paths, " and "), old.where(next))
	if c.is.find(old.stack) == nil {
		f.Says += " A second one is refused."
	} else {
		f.Says += " The new one is made before that goes, and is refused."
	}
	f.Because = []Change{{strings.Join(identity.Paths, ", "), values, values}}
	switch {
	case c.is.find(old.stack) == nil:
		f.Ways = []string{
			fmt.Sprintf("Leave the stack its name, or its region: %s stays with what it has.", old.stack.Name),
			fmt.Sprintf("Delete %s in %s first, which is an outage until this deployment is done.", old.stack.Name, regionOf(old.stack)),
		}
	case old.place() == next.place():
		f.Ways = []string{"Give it another name as well, or its properties of before."}
	case identity.Scope == schema.Parent:
		f.Ways = []string{
			"Give the construct its id of before: nothing is made then.",
			"Deploy without it, and then with it under its new id. In between it does nothing" + inBetween(next) + ".",
		}
	default:
		f.Ways = []string{"Give the construct its id of before, or the new one another name."}
	}
	return f
}

// inBetween is what people lose besides.
func inBetween(next part) string {
	if held := holdings[next.Resource.Type]; held.loss {
		return "; and if the old one is deleted, this is lost: " + strings.TrimSuffix(lowerFirst(strings.Join(held.loses, " ")), ".")
	}
	return ""
}

func lowerFirst(text string) string { return strings.ToLower(text[:1]) + text[1:] }

// refused are the changes of a resource that AWS refuses: the update fails, and is rolled back.
func refused(old, next part) []Finding {
	if old.Resource.Type != next.Resource.Type {
		f := finding(Cannot, next)
		f.Says = "A resource can't become another type under its logical id."
		f.Because = []Change{{"Type", old.Resource.Type, next.Resource.Type}}
		f.Ways = []string{"Give the construct a new id."}
		return []Finding{f}
	}
	var found []Finding
	fixed := differing(old.ResolvedResource, next.ResolvedResource, schema.Refuses(next.Resource.Type))
	fixed = slices.DeleteFunc(fixed, func(c Change) bool { return c.Property == "Schema" })
	attributes, why := schemaChange(old, next)
	fixed = append(fixed, attributes...)
	if len(fixed) > 0 {
		f := finding(Cannot, next)
		names := make([]string, len(fixed))
		for i, change := range fixed {
			names[i] = change.Property
		}
		f.Because = fixed
		f.Says = fmt.Sprintf("%s of a %s can't be changed once it is made: the update fails, and CloudFormation makes no new one for it.",
			strings.Join(names, " and "), holdings[next.Resource.Type].called(next))
		if why != "" && len(fixed) == len(attributes) {
			f.Says = why
		}
		f.Ways = []string{"There is none that keeps what is in it. A new construct id makes a new one, and the plan of that says who loses what."}
		found = append(found, f)
	}
	if next.Resource.Type == "AWS::DynamoDB::GlobalTable" {
		found = append(found, tableRefusals(old, next)...)
	}
	return found
}

// schemaChange are the attributes of a pool that can't be changed, and why. Attributes can be added; a template without a
// Schema leaves those that there are. CloudFormation sends each entry as one to add, so that one without a type fails every
// update of the pool.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
// https://github.com/aws/aws-cdk/issues/8585
func schemaChange(old, next part) ([]Change, string) {
	if next.Resource.Type != "AWS::Cognito::UserPool" {
		return nil, ""
	}
	was, is := attributesOf(old), attributesOf(next)
	if len(is) == 0 {
		return nil, ""
	}
	change := []Change{{"Schema", shown(old.Properties["Schema"]), shown(next.Properties["Schema"])}}
	if schema.Same(orEmpty(old.Properties), orEmpty(next.Properties)) {
		return nil, ""
	}
	for _, a := range is {
		if a["AttributeDataType"] == nil {
			return change, fmt.Sprintf("The attribute %s has no AttributeDataType: CloudFormation sends it as one to add in every update of the pool, and Cognito refuses it.", shown(a["Name"]))
		}
	}
	find := func(list []map[string]any, name any) map[string]any {
		for _, a := range list {
			if schema.Same(a["Name"], name) {
				return a
			}
		}
		return nil
	}
	for _, a := range was {
		if !schema.Same(a, find(is, a["Name"])) {
			return change, "Attributes of a user pool can't be changed or deleted once it is made: the update fails."
		}
	}
	for _, a := range is {
		if find(was, a["Name"]) != nil {
			continue
		}
		switch {
		case isStandard(shown(a["Name"])):
			return change, fmt.Sprintf("Every pool has the attribute %s from the start, and whether it is required can't be changed: the update fails.", shown(a["Name"]))
		case schema.Same(a["Required"], true):
			return change, "An attribute of one's own can't be required: Cognito refuses it."
		}
	}
	return nil, ""
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

// isStandard reports whether every pool has the attribute.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
func isStandard(name string) bool {
	return slices.Contains([]string{
		"address", "birthdate", "email", "email_verified", "family_name", "gender", "given_name", "locale", "middle_name", "name",
		"nickname", "phone_number", "phone_number_verified", "picture", "preferred_username", "profile", "sub", "updated_at",
		"website", "zoneinfo",
	}, name)
}

// tableRefusals are the changes that DynamoDB does not make in place, or not at once.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
func tableRefusals(old, next part) []Finding {
	var found []Finding
	refuse := func(says string, change Change, steps ...string) {
		f := finding(Cannot, next)
		f.Says, f.Because, f.Steps = says, []Change{change}, steps
		found = append(found, f)
	}
	was, is := named(old, "GlobalSecondaryIndexes", "IndexName"), named(next, "GlobalSecondaryIndexes", "IndexName")
	var added, gone []string
	for name, index := range is.items {
		before, there := was.items[name]
		if !there {
			added = append(added, name)
			continue
		}
		for _, path := range []string{"KeySchema", "Projection"} {
			if a, b := before[path], index[path]; !schema.Same(a, b) {
				refuse(fmt.Sprintf("The %s of the index %s can't be changed.", path, name), Change{"GlobalSecondaryIndexes." + path, shown(a), shown(b)},
					"Add an index under a new name, and deploy.", "Let the resolvers ask that one, and deploy.", fmt.Sprintf("Take %s out, and deploy.", name))
			}
		}
	}
	for name := range was.items {
		if _, there := is.items[name]; !there {
			gone = append(gone, name)
		}
	}
	slices.Sort(added)
	slices.Sort(gone)
	if len(added)+len(gone) > 1 {
		var steps []string
		for _, name := range added {
			steps = append(steps, fmt.Sprintf("Deploy with the index %s added, and nothing else of the indexes changed.", name))
		}
		for _, name := range gone {
			steps = append(steps, fmt.Sprintf("Deploy with the index %s taken out, when no resolver asks it.", name))
		}
		refuse("DynamoDB makes or deletes one index in an update of a table.", Change{"GlobalSecondaryIndexes", strings.Join(was.names, ", "), strings.Join(is.names, ", ")}, steps...)
	}
	types, kept := named(old, "AttributeDefinitions", "AttributeName"), named(next, "AttributeDefinitions", "AttributeName")
	for _, name := range kept.names {
		if before, there := types.items[name]; there && !schema.Same(before["AttributeType"], kept.items[name]["AttributeType"]) {
			refuse(fmt.Sprintf("The attribute %s is part of a key, and can't become another type.", name),
				Change{"AttributeDefinitions." + name, shown(before["AttributeType"]), shown(kept.items[name]["AttributeType"])},
				"Take another attribute for the new type.")
		}
	}
	const view, life = "StreamSpecification.StreamViewType", "TimeToLiveSpecification.AttributeName"
	if a, b := schema.At(old.Properties, view), schema.At(next.Properties, view); a != nil && b != nil && !schema.Same(a, b) {
		refuse("What a stream shows can't be changed.", Change{view, shown(a), shown(b)}, "Deploy without the stream and what hears of it.", "Deploy with the new one.")
	}
	on := func(p part) bool {
		return schema.Same(schema.At(p.Properties, "TimeToLiveSpecification.Enabled"), true)
	}
	if a, b := schema.At(old.Properties, life), schema.At(next.Properties, life); on(old) && on(next) && !schema.Same(a, b) {
		refuse("Which attribute ends a row can't be changed while it is in use.", Change{life, shown(a), shown(b)}, "Deploy with it switched off.", "Deploy with the new one.")
	}
	return found
}

// members are items of a list by what names them.
type members struct {
	names []string // in their order
	items map[string]map[string]any
}

func named(p part, list, by string) members {
	found := members{items: map[string]map[string]any{}}
	items, _ := p.Properties[list].([]any)
	for _, item := range items {
		object, _ := item.(map[string]any)
		name := cmp.Or(shown(object[by]), "?")
		found.names = append(found.names, name)
		found.items[name] = object
	}
	return found
}
