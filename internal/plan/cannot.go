package plan

import (
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
				if r.Resource.Type != next.Resource.Type || !reaches(identity.Scope, s.Stack, next.stack) || c.goneBefore(old, next) {
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

// goneBefore reports whether a resource is deleted by the deployment of a stack before the one of another.
func (c *comparison) goneBefore(old, next part) bool {
	for _, s := range c.is.stacks {
		switch {
		case s.Stack == next.stack:
			return false
		case placeOf(s.Stack, "") == placeOf(old.stack, ""):
			_, there := s.Resource(old.Resource.LogicalID)
			return !there && !keeps(old.Resource.DeletionPolicy)
		}
	}
	return false
}

func reaches(scope schema.Scope, a, b *assembly.Stack) bool {
	switch {
	case scope == schema.Global:
		return true
	case a.Account != b.Account:
		return false
	}
	return scope == schema.Account || a.Region == b.Region
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
	name := heldBy(next.Resource.Type).called(next)
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
			fmt.Sprintf("Delete %s in %s first, which is an outage until this deployment is done.", old.stack.Name, c.whereabouts(old.stack)),
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
	if held := heldBy(next.Resource.Type); held.loss {
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
			strings.Join(names, " and "), heldBy(next.Resource.Type).called(next))
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
