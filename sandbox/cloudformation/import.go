package cloudformation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"lightbox.example/lightbox/sandbox/assembly"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cloudformation/schema"
)

// importChangeSet is the ChangeSetType of a change set that takes resources over which are there already. Nothing is created,
// changed or deleted by it, and "AWS CloudFormation does not check that the template configuration matches the actual
// configuration of resource properties": what the template says is taken for what there is.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import.html
const importChangeSet = "IMPORT"

// resourceToImport is a resource that a change set takes over.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceToImport.html
type resourceToImport struct {
	LogicalResourceID  string     `aws:"LogicalResourceId" required:"true"`
	ResourceIdentifier identifier `required:"true"`
	ResourceType       string     `required:"true" min:"1" max:"256"`
}

// identifier has the properties that tell a resource from all others of its type.
type identifier map[string]string

// FromTree reads a map of the Query protocol: entry.1.key, entry.1.value and so on.
func (i *identifier) FromTree(tree any) error {
	wrong := errors.New("want entry.N.key and entry.N.value with N from 1, without a gap")
	object, ok := tree.(map[string]any)
	entries, there := object["entry"].(map[string]any)
	if !ok || !there || len(object) != 1 {
		return wrong
	}
	*i = identifier{}
	for n := range len(entries) {
		entry, ok := entries[strconv.Itoa(n+1)].(map[string]any)
		key, named := entry["key"].(string)
		value, set := entry["value"].(string)
		if !ok || !named || !set || len(entry) != 2 {
			return wrong
		}
		(*i)[key] = value
	}
	return nil
}

// of is the identifier as AWS writes one: the values in the order of the type's, with bars between them.
func (i identifier) of(typeName string) string {
	var values []string
	for _, name := range schema.ImportedBy(typeName) {
		values = append(values, i[name])
	}
	return strings.Join(values, "|")
}

// importable are the properties that identify a resource of the type for an import; none where it can't be imported.
func (s *Service) importable(typeName string) []string {
	if s.Types[typeName].Find == nil {
		return nil
	}
	return schema.ImportedBy(typeName)
}

// importOf is what an import change set is about.
type importOf struct {
	resources map[string]resourceToImport // by logical id
	old, next map[string]any              // the templates; old is empty for a stack that is new
}

// workOutImport makes the change set that takes resources over. What AWS refuses at once is an error; a resource that is not
// there, or is another stack's, fails the change set. s.mu is held.
func (c *request) workOutImport(st *stack, in createChangeSetRequest, target deployment) (*changeSet, error) {
	of, err := c.readImport(st, in, target)
	if err != nil {
		return nil, err
	}
	template, err := c.template(st.Name, target.Template)
	if err != nil {
		return nil, refuse("Template format error: %s", oneLine(err))
	}
	if err := c.checkImport(st, template, of); err != nil {
		return nil, err
	}
	if err := of.checkBeside(in.Tags, st.Tags); err != nil {
		return nil, err
	}
	set, err := c.workOut(st, in.ChangeSetName, importChangeSet, target)
	if err != nil {
		return nil, err
	}
	set.Imports = map[string]identifier{}
	for id, each := range of.resources {
		set.Imports[id] = each.ResourceIdentifier
	}
	set.Changes = nil
	if set.Status == statusFailed {
		return set, nil
	}
	changes, err := c.imports(template, set.Imports)
	if err != nil {
		set.Status, set.Execution, set.Reason = statusFailed, executionUnavailable, oneLine(err)
		return set, nil
	}
	set.Changes = changes
	return set, nil
}

// readImport reads the templates and the list of what is to be imported.
func (c *request) readImport(st *stack, in createChangeSetRequest, target deployment) (importOf, error) {
	of := importOf{resources: map[string]resourceToImport{}, old: map[string]any{}}
	if len(in.ResourcesToImport) == 0 {
		return of, refuse("Must Provide at least one resource to import")
	}
	for _, each := range in.ResourcesToImport {
		if _, twice := of.resources[each.LogicalResourceID]; twice {
			return of, refuse("Every resource to import must have unique LogicalResourceId")
		}
		of.resources[each.LogicalResourceID] = each
	}
	if now := c.templates[st.Template]; now != nil && st.Status != reviewInProgress {
		if err := json.Unmarshal(now.body, &of.old); err != nil {
			return of, err
		}
	}
	if err := json.Unmarshal(c.templates[target.Template].body, &of.next); err != nil {
		return of, refuse("Template format error: %s", oneLine(err))
	}
	return of, nil
}

// checkImport refuses what AWS refuses of the resources, in its order and words.
func (c *request) checkImport(st *stack, template *assembly.Template, of importOf) error {
	entries := []func(id string, each resourceToImport) error{
		func(id string, _ resourceToImport) error {
			if _, there := template.Resources.Get(id); !there {
				return refuse("The logical resource ids [%s] provided in ResourceToImport do not exist in the template.", clip(id))
			}
			return nil
		},
		func(_ string, each resourceToImport) error { return c.checkIdentifier(each) },
		func(id string, each resourceToImport) error {
			if res, _ := template.Resources.Get(id); res.Type != each.ResourceType {
				return refuse("Resource type of [%s] passed in ResourceToImport does not match with resource type defined in the template. "+
					"Resource type in ResourceToImport: %s; Resource type in Template: %s.", id, clip(each.ResourceType), res.Type)
			}
			return nil
		},
	}
	for _, check := range entries {
		for _, id := range slices.Sorted(maps.Keys(of.resources)) {
			if err := check(id, of.resources[id]); err != nil {
				return err
			}
		}
	}
	return c.checkOthers(st, template, of)
}

// checkIdentifier refuses a type that can't be imported, and an identifier of other properties than the type's.
func (c *request) checkIdentifier(each resourceToImport) error {
	want := schema.ImportedBy(each.ResourceType)
	switch {
	case want == nil:
		return refuse("ResourceTypes [%s] are not supported for Import", clip(each.ResourceType))
	case c.importable(each.ResourceType) == nil:
		return refuse("ResourceTypes [%s] are not supported for Import by the sandbox", clip(each.ResourceType))
	}
	got := slices.Sorted(maps.Keys(each.ResourceIdentifier))
	if !slices.Equal(got, slices.Sorted(slices.Values(want))) {
		return refuse("Invalid resource identifier for resource type %s. Expected [%s]", each.ResourceType, strings.Join(want, ", "))
	}
	return nil
}

// checkOthers refuses changes of resources that are not imported, and imports of those that are in the stack.
func (c *request) checkOthers(st *stack, template *assembly.Template, of importOf) error {
	now, next := section(of.old, "Resources"), section(of.next, "Resources")
	var there, unlisted, modified, unkept []string
	fresh := 0
	for id, res := range template.Resources.All() {
		_, listed := of.resources[id]
		_, has := now[id]
		switch {
		case has && listed:
			there = append(there, id)
		case has && !schema.Same(now[id], next[id]):
			modified = append(modified, id)
		case !has && !listed:
			unlisted = append(unlisted, id)
		}
		if !has {
			fresh++
		}
		if listed && res.DeletionPolicy == "" {
			unkept = append(unkept, id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(now)) {
		if next[id] == nil {
			modified = append(modified, id)
		}
	}
	list := func(ids []string) string { return strings.Join(ids, ", ") }
	switch {
	case fresh == 0:
		return refuse("The template should contain at least one new resource to import.")
	case len(there) > 0:
		return refuse("Resources [%s] passed in ResourceToImport are already in a stack and cannot be imported.", list(there))
	case len(unlisted) > 0:
		return refuse("Resources [%s] is missing from ResourceToImport list", list(unlisted))
	case len(modified) > 0:
		return refuse("You have modified resources [%s] in your template that are not being imported. Update, create or delete operations "+
			"cannot be executed during import operations.", list(modified))
	case len(unkept) > 0:
		return refuse("The following resources to import [%s] must have DeletionPolicy attribute specified in the template.", list(unkept))
	}
	return c.checkTypes(st, template)
}

func section(template map[string]any, name string) map[string]any {
	entries, _ := template[name].(map[string]any)
	return entries
}

// checkBeside refuses changes beside resources: of outputs, and of the stack's tags.
// https://repost.aws/knowledge-center/cloudformation-change-set-errors
func (of importOf) checkBeside(tags, now []Tag) error {
	const cannot = "As part of the import operation, you cannot modify or add [%s]"
	if len(tags) > 0 && !sameTags(tags, now) {
		return refuse(cannot, "RoleArn, Tags")
	}
	for _, name := range []string{"Outputs", "Mappings"} {
		was, is := section(of.old, name), section(of.next, name)
		if len(was)+len(is) > 0 && !schema.Same(was, is) {
			return refuse(cannot, name)
		}
	}
	return nil
}

// imports are the changes of an import change set: the resources that it takes over, as they are found. s.mu is held.
func (s *Service) imports(template *assembly.Template, wanted map[string]identifier) ([]change, error) {
	var changes []change
	for id, res := range template.Resources.All() {
		by, listed := wanted[id]
		if !listed {
			continue
		}
		var refusal *aws.Error
		if _, err := s.Types[res.Type].Find(context.WithoutCancel(s.ctx), aws.Identifier(by)); errors.As(err, &refusal) {
			return nil, errors.New(refusal.Message)
		} else if err != nil {
			return nil, err
		}
		if owner := s.ownerOf(res.Type, by); owner != "" {
			return nil, fmt.Errorf("%s already exists in stack %s", by.of(res.Type), owner)
		}
		changes = append(changes, change{Action: "Import", LogicalID: id, PhysicalID: by.of(res.Type), Type: res.Type})
	}
	return changes, nil
}

// ownerOf is the id of the stack that has the resource, "" if none has it. s.mu is held.
func (s *Service) ownerOf(typeName string, by identifier) string {
	for _, st := range s.active {
		for _, r := range st.resources {
			if r.Type == typeName && r.PhysicalID != "" && r.identified(by) {
				return st.ID
			}
		}
	}
	return ""
}

// identified reports whether the identifier is the resource's: of each property the value that the template gave, that the
// service says, or the physical id.
func (r *resource) identified(by identifier) bool {
	for name, value := range by {
		have := r.Properties[name]
		if have == nil {
			have = r.Attributes[name]
		}
		if have == nil {
			have = r.PhysicalID
		}
		if fmt.Sprint(have) != value {
			return false
		}
	}
	return true
}
