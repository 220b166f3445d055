package cloudformation_test

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// kept is a role that is to be imported: a box, as the others are.
func kept(name string, change func(entry object)) object {
	entry := object{"Type": "AWS::IAM::Role", "DeletionPolicy": "Retain", "Properties": object{"RoleName": name}}
	if change != nil {
		change(entry)
	}
	return entry
}

// toImport is the form's part about roles to import, by their logical ids, in pairs.
func toImport(pairs ...string) []string {
	form := []string{"Capabilities.member.1", "CAPABILITY_NAMED_IAM"}
	for i := 0; i < len(pairs); i += 2 {
		at := fmt.Sprintf("ResourcesToImport.member.%d.", i/2+1)
		form = append(
			form, at+"ResourceType", "AWS::IAM::Role", at+"LogicalResourceId", pairs[i],
			at+"ResourceIdentifier.entry.1.key", "RoleName", at+"ResourceIdentifier.entry.1.value", pairs[i+1],
		)
	}
	return form
}

// propose an import change set, and describe it.
func (r *rig) proposeImport(stack, template string, form ...string) (node, error) {
	r.t.Helper()
	made, err := r.do("CreateChangeSet", append([]string{
		"StackName", stack, "ChangeSetName", "import", "ChangeSetType", "IMPORT", "TemplateBody", template,
	}, form...)...)
	if err != nil {
		return node{}, err
	}
	return r.must("DescribeChangeSet", "ChangeSetName", made.at("Id").Text), nil
}

// orphans are boxes of no stack.
func (r *rig) orphans(names ...string) {
	for _, name := range names {
		r.boxes.made[name] = map[string]any{"Size": "as it was"}
	}
}

func TestImport_takesOverWhatIsThere(t *testing.T) {
	for name, before := range map[string]object{"a new stack": {}, "a stack": {"A": box(object{})}} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.orphans("left", "right")
			if len(before) > 0 {
				r.deploy("S", template(before, nil))
			}
			resources := object{
				"Left": kept("left", nil),
				"Right": kept("right", func(entry object) {
					entry["Properties"].(object)["Contents"] = []any{ref("Left")}
				}),
			}
			maps.Copy(resources, before)
			r.boxes.took()
			set, err := r.proposeImport("S", template(resources, nil), toImport("Left", "left", "Right", "right")...)
			if err != nil {
				t.Fatal(err)
			}
			change := set.at("Changes", "member", "ResourceChange")
			got := []string{set.at("Status").Text, set.at("ExecutionStatus").Text, change.at("Action").Text, change.at("PhysicalResourceId").Text}
			if diff := cmp.Diff([]string{"CREATE_COMPLETE", "AVAILABLE", "Import", "left"}, got); diff != "" {
				t.Errorf("the change set (-want +got):\n%s", diff)
			}
			before := len(r.events("S"))
			r.must("ExecuteChangeSet", "ChangeSetName", set.at("ChangeSetId").Text)
			if got := r.rest("S"); got != "IMPORT_COMPLETE" {
				t.Fatalf("got %s, want IMPORT_COMPLETE\n%s", got, r.reasons("S"))
			}
			want := []string{"S IMPORT_IN_PROGRESS", "Left IMPORT_IN_PROGRESS", "Left IMPORT_COMPLETE", "Right IMPORT_IN_PROGRESS", "Right IMPORT_COMPLETE", "S IMPORT_COMPLETE"}
			if diff := cmp.Diff(want, r.events("S")[before:]); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]string{"find left", "find right", "find left", "find right"}, r.boxes.took()); diff != "" {
				t.Errorf("calls to the service, which nothing of it changes (-want +got):\n%s", diff)
			}
			// It is the stack's from now on: an update reaches it, and what the template said is taken for what it was.
			resources["Left"] = kept("left", func(entry object) { entry["Properties"].(object)["Size"] = 3 })
			resources["A"] = box(object{"Contents": []any{att("Right", "Arn")}})
			if got := r.deploy("S", template(resources, nil), "Capabilities.member.1", "CAPABILITY_NAMED_IAM"); got != "UPDATE_COMPLETE" {
				t.Errorf("an update: got %s\n%s", got, r.reasons("S"))
			}
			if got := fmt.Sprint(r.boxes.made["left"]["Size"]); got != "3" {
				t.Errorf("got the size %s of what was imported, want 3", got)
			}
			if got := fmt.Sprint(r.boxes.made["right"]["Size"]); got != "as it was" {
				t.Errorf("got the size %s of what no update was about, want it as it was", got)
			}
		})
	}
}

// Every message is AWS's of the same request.
func TestImport_isRefusedInAWSWords(t *testing.T) {
	r := newRig(t)
	r.orphans("left")
	r.deploy("S", template(object{"A": box(object{}), "Mine": kept("mine", nil)}, nil), "Capabilities.member.1", "CAPABILITY_NAMED_IAM")
	old := func() object {
		return object{"A": box(object{}), "Mine": kept("mine", nil), "Left": kept("left", nil)}
	}
	for _, c := range []struct {
		name   string
		change func(resources object)
		form   []string
		tags   []string
		output object
		want   string
	}{
		{name: "nothing to import", form: []string{"Capabilities.member.1", "CAPABILITY_NAMED_IAM"}, want: "Must Provide at least one resource to import"},
		{name: "twice", form: toImport("Left", "left", "Left", "left"), want: "Every resource to import must have unique LogicalResourceId"},
		{name: "not in the template", form: toImport("Missing", "left"), want: "The logical resource ids [Missing] provided in ResourceToImport do not exist in the template."},
		{
			name: "another property", form: append(toImport("Left", "left"), "ResourcesToImport.member.1.ResourceIdentifier.entry.1.key", "Arn"),
			want: "Invalid resource identifier for resource type AWS::IAM::Role. Expected [RoleName]",
		},
		{
			name: "another type", form: toImport("A", "left"),
			want: "Resource type of [A] passed in ResourceToImport does not match with resource type defined in the template. " +
				"Resource type in ResourceToImport: AWS::IAM::Role; Resource type in Template: Test::Boxes::Box.",
		},
		{
			name: "a type that AWS does not import", form: append(toImport("Left", "left"), "ResourcesToImport.member.1.ResourceType", "AWS::AppSync::GraphQLApi"),
			want: "ResourceTypes [AWS::AppSync::GraphQLApi] are not supported for Import",
		},
		{
			name: "one that the sandbox does not", form: append(toImport("Left", "left"), "ResourcesToImport.member.1.ResourceType", "AWS::Lambda::Function"),
			want: "ResourceTypes [AWS::Lambda::Function] are not supported for Import by the sandbox",
		},
		{name: "nothing new", change: func(resources object) { delete(resources, "Left") }, form: toImport("Mine", "mine"), want: "The template should contain at least one new resource to import."},
		{name: "what is there", form: toImport("Mine", "mine"), want: "Resources [Mine] passed in ResourceToImport are already in a stack and cannot be imported."},
		{name: "what is not listed", change: func(resources object) { resources["N"] = box(object{}) }, want: "Resources [N] is missing from ResourceToImport list"},
		{
			name: "a change", change: func(resources object) { resources["A"] = box(object{"Size": 2}) },
			want: "You have modified resources [A] in your template that are not being imported. Update, create or delete operations cannot be executed during import operations.",
		},
		{name: "a removal", change: func(resources object) { delete(resources, "A") }, want: "You have modified resources [A] in your template that are not being imported."},
		{
			name: "no policy", change: func(resources object) { delete(resources["Left"].(object), "DeletionPolicy") },
			want: "The following resources to import [Left] must have DeletionPolicy attribute specified in the template.",
		},
		{name: "an output", output: object{"O": output("x")}, want: "As part of the import operation, you cannot modify or add [Outputs]"},
		{name: "a tag", tags: []string{"Tags.member.1.Key", "k", "Tags.member.1.Value", "v"}, want: "As part of the import operation, you cannot modify or add [RoleArn, Tags]"},
	} {
		resources := old()
		if c.change != nil {
			c.change(resources)
		}
		if c.form == nil {
			c.form = toImport("Left", "left")
		}
		_, err := r.proposeImport("S", template(resources, c.output), append(c.form, c.tags...)...)
		if err == nil || err.Error() != "ValidationError: "+c.want && !strings.HasPrefix(err.Error(), "ValidationError: "+c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
	if _, err := r.proposeImport("New", template(object{"Left": kept("left", nil), "A": box(object{})}, nil), toImport("Left", "left")...); err == nil || r.status("New") != "" {
		t.Errorf("a stack that is new: got %v and %q, want a refusal and no stack", err, r.status("New"))
	}
	if _, err := r.proposeImport("S", template(old(), nil), toImport("Left", "left")...); err != nil {
		t.Errorf("the control: got %v", err)
	}
}

// What is not there, or another stack's, fails the change set, and nothing is taken.
func TestImport_ofWhatIsNotThereFails(t *testing.T) {
	r := newRig(t)
	r.deploy("Other", template(object{"Mine": kept("mine", nil)}, nil), "Capabilities.member.1", "CAPABILITY_NAMED_IAM")
	owner := r.must("DescribeStacks", "StackName", "Other").at("Stacks", "member", "StackId").Text
	for name, want := range map[string]string{
		"ghost": "Resource of type 'AWS::IAM::Role' with identifier 'ghost' was not found.",
		"mine":  "mine already exists in stack " + owner,
	} {
		set, err := r.proposeImport(name, template(object{"X": kept(name, nil)}, nil), toImport("X", name)...)
		got := []string{set.at("Status").Text, set.at("ExecutionStatus").Text, set.at("StatusReason").Text, r.status(name)}
		if diff := cmp.Diff([]string{"FAILED", "UNAVAILABLE", want, "REVIEW_IN_PROGRESS"}, got); err != nil || diff != "" || len(set.members("Changes")) > 0 {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
}

// An import that fails half-way lets go of what it took, and deletes nothing.
func TestImport_rollsBack(t *testing.T) {
	r := newRig(t)
	r.orphans("left", "right")
	r.deploy("S", template(object{"A": box(object{})}, nil))
	set, err := r.proposeImport("S", template(object{"A": box(object{}), "Left": kept("left", nil), "Right": kept("right", nil)}, nil), toImport("Left", "left", "Right", "right")...)
	if err != nil {
		t.Fatal(err)
	}
	r.boxes.failing("find right", errors.New("gone meanwhile"))
	before := len(r.events("S"))
	r.must("ExecuteChangeSet", "ChangeSetName", set.at("ChangeSetId").Text)
	if got := r.rest("S"); got != "IMPORT_ROLLBACK_COMPLETE" {
		t.Fatalf("got %s, want IMPORT_ROLLBACK_COMPLETE\n%s", got, r.reasons("S"))
	}
	want := []string{
		"S IMPORT_IN_PROGRESS", "Left IMPORT_IN_PROGRESS", "Left IMPORT_COMPLETE", "Right IMPORT_IN_PROGRESS", "Right IMPORT_FAILED",
		"S IMPORT_ROLLBACK_IN_PROGRESS", "Left IMPORT_ROLLBACK_IN_PROGRESS", "Left IMPORT_ROLLBACK_COMPLETE",
		"Right IMPORT_ROLLBACK_IN_PROGRESS", "Right IMPORT_ROLLBACK_COMPLETE", "S IMPORT_ROLLBACK_COMPLETE",
	}
	if diff := cmp.Diff(want, r.events("S")[before:]); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if got := r.boxes.ids(); len(got) != 3 {
		t.Errorf("got the boxes %v, want all three", got)
	}
	if got := len(r.must("DescribeStackResources", "StackName", "S").members("StackResources")); got != 1 {
		t.Errorf("got %d resources, want A alone", got)
	}
	r.boxes.failing("find right", nil)
	if got := r.deploy("S", template(object{"A": box(object{"Size": 2})}, nil)); got != "UPDATE_COMPLETE" {
		t.Errorf("an update afterwards: got %s, want UPDATE_COMPLETE", got)
	}
}

func TestGetTemplateSummary_saysHowTypesAreImported(t *testing.T) {
	r := newRig(t)
	body := template(object{"A": box(object{}), "Left": kept("left", nil)}, nil)
	all := r.must("GetTemplateSummary", "TemplateBody", body).members("ResourceIdentifierSummaries")
	if len(all) != 1 {
		t.Fatalf("got %v, want the role alone: boxes can't be imported", all)
	}
	got := []string{all[0].at("ResourceType").Text, all[0].at("ResourceIdentifiers", "member").Text, all[0].at("LogicalResourceIds", "member").Text}
	if diff := cmp.Diff([]string{"AWS::IAM::Role", "RoleName", "Left"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// `cdk import` sends YAML, which is the same as the JSON of it: order, numbers, and texts that look like something else.
func TestTemplates_mayBeYAML(t *testing.T) {
	r := newRig(t)
	const text = "AWSTemplateFormatVersion: 2010-09-09\nResources:\n  A:\n    Type: Test::Boxes::Box\n    Properties:\n      Name: \"yes\"\n      Size: 3\n      Contents:\n        - \"7\"\n        - a: b\n"
	if got := r.deploy("S", strings.Replace(text, "- a: b", "- 'true'", 1)); got != "CREATE_COMPLETE" {
		t.Fatalf("got %s\n%s", got, r.reasons("S"))
	}
	want := map[string]any{"Name": "yes", "Size": "3", "Contents": []any{"7", "true"}}
	got := maps.Clone(r.boxes.made["yes"])
	got["Size"] = fmt.Sprint(got["Size"])
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for name, body := range map[string]string{"line 6: got !Ref, want the function's full form": strings.Replace(text, `"yes"`, "!Ref B", 1), "neither JSON nor YAML": "a: b: c", "want a template": "- a"} {
		if _, err := r.do("CreateChangeSet", "StackName", "T", "ChangeSetName", "c", "ChangeSetType", "CREATE", "TemplateBody", body); err == nil || !strings.Contains(err.Error(), "Template format error: ") || !strings.Contains(err.Error(), name) {
			t.Errorf("got %v, want %s", err, name)
		}
	}
}
