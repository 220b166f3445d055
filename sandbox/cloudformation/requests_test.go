package cloudformation_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRequests_areRefusedInAWSWords(t *testing.T) {
	r := newRig(t)
	good := template(object{"A": box(object{})}, nil)
	r.deploy("S", good)
	role := template(object{"A": object{"Type": "AWS::IAM::Role"}, "B": object{"Type": "AWS::IAM::Role", "Properties": object{"RoleName": "r"}}}, nil)
	for _, c := range []struct {
		action string
		form   []string
		want   string
	}{
		{"Nothing", nil, "InvalidAction: Could not find operation Nothing for version 2010-05-15"},
		{"DescribeStacks", []string{"StackName", "None"}, "ValidationError: Stack with id None does not exist"},
		{"GetTemplate", []string{"StackName", "None"}, "ValidationError: Stack with id None does not exist"},
		{"ListStackResources", []string{"StackName", "None"}, "ValidationError: Stack with id None does not exist"},
		{"DescribeStackEvents", []string{"StackName", "None"}, "ValidationError: Stack [None] does not exist"},
		{"DeleteStack", nil, "ValidationError: 1 validation error detected: Value null at 'stackName' failed to satisfy constraint: Member must not be null"},
		{"DeleteStack", []string{"StackName", ""}, "ValidationError: 1 validation error detected: Value '' at 'stackName' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		{"DescribeStackEvents", nil, "ValidationError: 1 validation error detected: Value null at 'stackName' failed to satisfy constraint: Member must not be null"},
		{"ListChangeSets", []string{"StackName", "None"}, "ValidationError: Stack [None] does not exist"},
		{"UpdateTerminationProtection", []string{"StackName", "None"}, "ValidationError: Stack [None] does not exist"},
		{"UpdateTerminationProtection", []string{"StackName", "S"}, "ValidationError: EnableTerminationProtection: got \"\", want true or false"},
		{"DescribeChangeSet", []string{"StackName", "S", "ChangeSetName", "none"}, "ChangeSetNotFound: ChangeSet [none] does not exist"},
		{"ExecuteChangeSet", []string{"StackName", "S", "ChangeSetName", "none"}, "ChangeSetNotFound: ChangeSet [none] does not exist"},
		{"DescribeStackEvents", []string{"StackName", "S", "NextToken", "x"}, "ValidationError: Invalid NextToken"},
		{"ListStacks", []string{"NextToken", "-1"}, "ValidationError: Invalid NextToken"},
		{"RollbackStack", []string{"StackName", "S"}, " is in CREATE_COMPLETE state and can not be rolled back."},
		{"ContinueUpdateRollback", []string{"StackName", "S"}, " is in CREATE_COMPLETE state and can not continue rollback."},
		{"DeleteStack", []string{"StackName", "S", "RetainResources.member.1", "A"}, "specify which resources to retain only when the stack is in the DELETE_FAILED state."},
		{"CreateChangeSet", []string{"StackName", "S", "ChangeSetName", "c", "ChangeSetType", "CREATE", "TemplateBody", good}, "ValidationError: Stack [S] already exists and cannot be created again with the changeSet [c]."},
		{"CreateChangeSet", []string{"StackName", "None", "ChangeSetName", "c", "TemplateBody", good}, "ValidationError: Stack [None] does not exist"},
		{"CreateChangeSet", []string{"StackName", "S", "ChangeSetName", "c"}, "ValidationError: Either Template URL or Template Body must be specified."},
		{"CreateChangeSet", []string{"StackName", "S", "ChangeSetName", "1", "TemplateBody", good}, "ValidationError: 1 validation error detected: Value '1' at 'changeSetName'"},
		{"CreateChangeSet", []string{"StackName", "a_b", "ChangeSetName", "c", "ChangeSetType", "CREATE", "TemplateBody", good}, "ValidationError: 1 validation error detected: Value 'a_b' at 'stackName'"},
		{"CreateChangeSet", []string{"StackName", "S", "ChangeSetName", "c", "ChangeSetType", "MOVE", "TemplateBody", good}, "ChangeSetType: got MOVE, want CREATE, UPDATE or IMPORT"},
		{"CreateChangeSet", []string{"StackName", "S", "ChangeSetName", "c", "TemplateBody", "{"}, "ValidationError: Template format error: "},
		{"CreateChangeSet", []string{"StackName", "S", "ChangeSetName", "c", "TemplateBody", "Resources: {}"}, "ValidationError: Template format error: "},
		{"CreateChangeSet", []string{"StackName", "S", "ChangeSetName", "c", "TemplateBody", good, "Parameters.member.1.ParameterKey", "P", "Parameters.member.1.ParameterValue", "v"}, "ValidationError: Parameters: [P] do not exist in the template"},
		{"CreateChangeSet", []string{"StackName", "S", "ChangeSetName", "c", "TemplateBody", role}, "InsufficientCapabilitiesException: Requires capabilities : [CAPABILITY_NAMED_IAM]"},
		{"CreateChangeSet", []string{"StackName", "S", "ChangeSetName", "c", "TemplateBody", role, "Capabilities.member.1", "CAPABILITY_IAM"}, "InsufficientCapabilitiesException: Requires capabilities : [CAPABILITY_NAMED_IAM]"},
		{"CreateChangeSet", []string{"StackName", "S", "ChangeSetName", "c", "TemplateBody", good, "Tags.member.1.Key", "aws:x"}, "aws: prefixed tag key names are not allowed for external use."},
		{"CreateChangeSet", []string{"StackName", "S", "ChangeSetName", "c", "TemplateBody", good, "ImportExistingResources", "true"}, "CreateChangeSet: ImportExistingResources true is not supported by the sandbox"},
		{"CreateChangeSet", []string{"StackName", "S", "ChangeSetName", "c", "TemplateBody", good, "DeploymentMode", "REVERT_DRIFT", "DeploymentConfig.Mode", "EXPRESS"}, "CreateChangeSet: DeploymentMode, deploymentConfig.Mode EXPRESS is not supported by the sandbox"},
		{"DescribeStackResources", []string{"StackName", "S", "LogicalResourceId", "Z"}, "ValidationError: Resource Z does not exist for stack S"},
	} {
		_, err := r.do(c.action, c.form...)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %v: got %v, want %s", c.action, c.form, err, c.want)
		}
	}
	if got := r.status("S"); got != "CREATE_COMPLETE" {
		t.Errorf("afterwards: got %s, want CREATE_COMPLETE", got)
	}
}

func TestRequests_needASignatureAndAPermission(t *testing.T) {
	r := newRig(t)
	r.deploy("S", template(object{"A": box(object{})}, nil))
	if _, err := r.as(guest, "DescribeStacks", "StackName", "S"); err != nil {
		t.Errorf("what the policy allows: got %v", err)
	}
	for action := range map[string]bool{"DeleteStack": true, "DescribeStackEvents": true, "GetTemplate": true} {
		_, err := r.as(guest, action, "StackName", "S")
		if err == nil || !strings.HasPrefix(err.Error(), "AccessDenied: User: arn:aws:sts::000000000000:assumed-role/Guest/test is not authorized to perform: cloudformation:"+action) ||
			!strings.Contains(err.Error(), "on resource: arn:aws:cloudformation:us-east-1:000000000000:stack/S/") {
			t.Errorf("%s: got %v, want it denied", action, err)
		}
	}
	if _, err := r.as("AKIANOBODY", "DescribeStacks"); err == nil || !strings.HasPrefix(err.Error(), "InvalidClientTokenId") {
		t.Errorf("another key: got %v, want InvalidClientTokenId", err)
	}
	response, err := http.PostForm(r.server.URL, url.Values{"Action": {"DescribeStacks"}})
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusForbidden {
		t.Errorf("without a signature: got %d, want 403", response.StatusCode)
	}
}

func TestChangeSet_saysWhatChangesAndFromWhat(t *testing.T) {
	r := newRig(t)
	r.deploy("S", template(object{
		"A": box(object{"Name": "a", "Size": 1}, object{"Metadata": object{"k": "v"}}), "B": box(object{"Contents": []any{ref("A"), "x"}}), "C": box(object{}),
	}, nil))
	set := r.propose("S", template(object{
		"A": box(object{"Name": "b", "Lid": object{"Color": "red"}}, object{"Metadata": object{"k": "w"}}),
		"B": box(object{"Contents": []any{ref("A"), "x"}}), "D": box(object{"Contents": []any{att("A", "Arn"), ref("B")}}, object{"DeletionPolicy": "Retain"}),
	}, nil))
	type detail struct{ Target, Recreation, Evaluation, Before, After string }
	type change struct {
		What, Replacement, Policy, Before, After string
		Details                                  []detail
	}
	var got []change
	for _, member := range set.members("Changes") {
		c := member.at("ResourceChange")
		next := change{
			What:        c.at("Action").Text + " " + c.at("LogicalResourceId").Text + " " + c.at("ResourceType").Text,
			Replacement: c.at("Replacement").Text, Policy: c.at("PolicyAction").Text, Before: c.at("BeforeContext").Text, After: c.at("AfterContext").Text,
		}
		for _, d := range c.members("Details") {
			next.Details = append(next.Details, detail{
				d.at("Target", "Path").Text + " " + d.at("Target", "AttributeChangeType").Text, d.at("Target", "RequiresRecreation").Text,
				d.at("Evaluation").Text, d.at("Target", "BeforeValue").Text, d.at("Target", "AfterValue").Text,
			})
		}
		got = append(got, next)
	}
	const later = "{{changeSet:KNOWN_AFTER_APPLY}}"
	want := []change{
		{
			"Modify A Test::Boxes::Box", "True", "ReplaceAndDelete", `{"Metadata":{"k":"v"},"Properties":{"Name":"a","Size":1}}`,
			`{"Metadata":{"k":"w"},"Properties":{"Lid":{"Color":"red"},"Name":"b"}}`, []detail{
				{"/Properties/Lid Add", "Never", "Static", "", `{"Color":"red"}`}, {"/Properties/Name Modify", "Always", "Static", "a", "b"},
				{"/Properties/Size Remove", "Never", "Static", "1", ""}, {"/Metadata Modify", "", "Static", `{"k":"v"}`, `{"k":"w"}`},
			},
		},
		{
			"Modify B Test::Boxes::Box", "False", "", `{"Properties":{"Contents":["a","x"]}}`, `{"Properties":{"Contents":["` + later + `","x"]}}`,
			[]detail{{"/Properties/Contents Modify", "Never", "Dynamic", `["a","x"]`, `["` + later + `","x"]`}},
		},
		{What: "Add D Test::Boxes::Box", After: `{"DeletionPolicy":"Retain","Properties":{"Contents":["` + later + `","` + ids(r, "B") + `"]}}`},
		{What: "Remove C Test::Boxes::Box", Policy: "Delete", Before: `{}`},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	plain := r.must("DescribeChangeSet", "ChangeSetName", set.at("ChangeSetId").Text)
	for _, c := range plain.members("Changes") {
		if text := c.at("ResourceChange", "BeforeContext").Text + c.at("ResourceChange", "AfterContext").Text; text != "" {
			t.Errorf("without IncludePropertyValues: got %s, want no values", text)
		}
	}
}

// ids is the physical id of a resource of the stack S.
func ids(r *rig, logicalID string) string {
	r.t.Helper()
	return r.must("DescribeStackResources", "StackName", "S", "LogicalResourceId", logicalID).at("StackResources", "member", "PhysicalResourceId").Text
}

func TestChangeSet_findsFaultsBeforeAnythingIsCreated(t *testing.T) {
	for _, c := range []struct{ name, template, path, want string }{
		{"property", template(object{"A": box(object{"Lid": object{"Colour": "red"}})}, nil), "/Resources/A/Properties", "Test::Boxes::Box.Lid.Colour is not supported by the sandbox"},
		{"form", template(object{"A": box(object{"Size": "big"})}, nil), "/Resources/A/Properties", `Test::Boxes::Box.Size: got "big", want a whole number`},
		{"property beside a reference", template(object{"A": box(object{}), "B": box(object{"Name": ref("A"), "Foo": 1})}, nil), "/Resources/B/Properties", "Test::Boxes::Box.Foo is not supported by the sandbox"},
		{"attribute", template(object{"A": box(object{}), "B": box(object{"Name": att("A", "Nope")})}, nil), "/Resources/B/Properties", "Properties.Name.Fn::GetAtt: the attribute Nope of Test::Boxes::Box is not supported by the sandbox"},
		{"attribute in an output", template(object{"A": box(object{})}, object{"O": output(att("A", "Nope"))}), "/Outputs", "output O: Value.Fn::GetAtt: the attribute Nope of Test::Boxes::Box is not supported by the sandbox"},
		{"policy", template(object{"A": box(object{}, object{"DeletionPolicy": "Snapshot"})}, nil), "/Resources/A/Properties", "Test::Boxes::Box: the policy Snapshot is not supported by the sandbox"},
	} {
		r := newRig(t)
		set := r.propose("S", c.template)
		if set.at("Status").Text != "FAILED" || !strings.Contains(set.at("StatusReason").Text, "[AWS::EarlyValidation::PropertyValidation]") {
			t.Errorf("%s: got %s (%s), want FAILED by the early validation", c.name, set.at("Status").Text, set.at("StatusReason").Text)
		}
		events := r.must("DescribeEvents", "StackName", "S", "ChangeSetName", "change", "Filters.FailedEvents", "true").members("OperationEvents")
		if len(events) != 1 || events[0].at("ValidationStatusReason").Text != c.want || events[0].at("ValidationPath").Text != c.path {
			t.Errorf("%s: got %v, want %s at %s", c.name, events, c.want, c.path)
		}
		if calls := r.boxes.took(); calls != nil {
			t.Errorf("%s: got the calls %v, want none", c.name, calls)
		}
	}
}

func TestParameters_areGivenKeptAndResolved(t *testing.T) {
	r := newRig(t)
	text := `{
		"Parameters": {
			"Size": {"Type": "Number", "Default": 1}, "Secret": {"Type": "String", "NoEcho": true},
			"Version": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/bootstrap/version"}
		},
		"Conditions": {"Big": {"Fn::Equals": [{"Ref": "Size"}, "9"]}},
		"Rules": {"R": {"Assertions": [{"Assert": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Size"}, "13"]}]}, "AssertDescription": "not thirteen"}]}},
		"Resources": {
			"A": {"Type": "Test::Boxes::Box", "Properties": {"Size": {"Ref": "Size"}, "Contents": [{"Ref": "Version"}, {"Ref": "Secret"}]}},
			"B": {"Type": "Test::Boxes::Box", "Condition": "Big"}
		},
		"Outputs": {"A": {"Value": {"Ref": "A"}}, "B": {"Condition": "Big", "Value": {"Ref": "B"}}}
	}`
	if _, err := r.do("CreateChangeSet", "StackName", "S", "ChangeSetName", "c", "ChangeSetType", "CREATE", "TemplateBody", text); err == nil ||
		err.Error() != "ValidationError: Parameters: [Secret] must have values" {
		t.Errorf("without a value: got %v, want AWS's refusal", err)
	}
	r.deploy("S", text, "Parameters.member.1.ParameterKey", "Secret", "Parameters.member.1.ParameterValue", "s", "Parameters.member.2.ParameterKey", "Size", "Parameters.member.2.ParameterValue", "2")
	parameters := map[string]string{}
	for _, p := range r.must("DescribeStacks", "StackName", "S").members("Stacks", "member", "Parameters") {
		parameters[p.at("ParameterKey").Text] = p.at("ParameterValue").Text + " " + p.at("ResolvedValue").Text
	}
	if diff := cmp.Diff(map[string]string{"Size": "2 ", "Secret": "**** ", "Version": "/bootstrap/version 30"}, parameters); diff != "" {
		t.Errorf("parameters (-want +got):\n%s", diff)
	}
	if got := r.boxes.of(r.outputs("S")["A"], "Contents"); got != "[30 s]" {
		t.Errorf("got the contents %s, want the values", got)
	}
	previous := []string{"Parameters.member.1.ParameterKey", "Secret", "Parameters.member.1.UsePreviousValue", "true", "Parameters.member.2.ParameterKey", "Size"}
	if set := r.propose("S", text, append(previous, "Parameters.member.2.UsePreviousValue", "true")...); set.at("Status").Text != "FAILED" {
		t.Errorf("the previous values: got %v, want no changes", set)
	}
	if got := r.deploy("S", text, append(previous, "Parameters.member.2.ParameterValue", "9")...); got != "UPDATE_COMPLETE" || r.outputs("S")["B"] == "" {
		t.Errorf("a condition that holds now: got %s and %v, want B", got, r.outputs("S"))
	}
	if _, err := r.do("CreateChangeSet", append([]string{
		"StackName", "S", "ChangeSetName", "d", "TemplateBody", text, "Parameters.member.2.ParameterValue", "13",
	}, previous...)...); err == nil || !strings.Contains(err.Error(), "not thirteen") {
		t.Errorf("a rule that does not hold: got %v, want its description", err)
	}
}

func TestTokens_makeRequestsOnceOnly(t *testing.T) {
	r := newRig(t)
	text := template(object{"A": box(object{})}, nil)
	create := []string{"StackName", "S", "ChangeSetName", "c", "ChangeSetType", "CREATE", "TemplateBody", text, "ClientToken", "one"}
	first := r.must("CreateChangeSet", create...)
	if second := r.must("CreateChangeSet", create...); second.at("Id").Text != first.at("Id").Text {
		t.Errorf("the same again: got %s, want %s", second.at("Id").Text, first.at("Id").Text)
	}
	create[len(create)-1] = "two"
	if _, err := r.do("CreateChangeSet", create...); err == nil || !strings.HasPrefix(err.Error(), "AlreadyExistsException") {
		t.Errorf("with another token: got %v, want AlreadyExistsException", err)
	}
	execute := []string{"ChangeSetName", first.at("Id").Text, "ClientRequestToken", "exec"}
	r.must("ExecuteChangeSet", execute...)
	r.must("ExecuteChangeSet", execute...)
	r.rest("S")
	if _, err := r.do("DeleteStack", "StackName", "S", "ClientRequestToken", "exec"); err == nil || !strings.HasPrefix(err.Error(), "TokenAlreadyExistsException") {
		t.Errorf("the token for something else: got %v, want TokenAlreadyExistsException", err)
	}
	events := r.must("DescribeStackEvents", "StackName", "S").members("StackEvents")
	if got := events[0].at("ClientRequestToken").Text; got != "exec" {
		t.Errorf("the events: got the token %q, want exec", got)
	}
	var last time.Time
	for i := len(events) - 1; i >= 0; i-- {
		at, err := time.Parse(time.RFC3339, events[i].at("Timestamp").Text)
		if err != nil || !at.After(last) {
			t.Errorf("got the time %s after %v (%v), want a later one", events[i].at("Timestamp").Text, last, err)
		}
		last = at
	}
}

func TestLists_comeInPages(t *testing.T) {
	r := newRig(t)
	resources := object{}
	for i := range 130 {
		resources[fmt.Sprintf("B%03d", i)] = box(object{})
	}
	set := r.propose("S", template(resources, nil))
	if changes, next := len(set.members("Changes")), set.at("NextToken").Text; changes != 100 || next == "" {
		t.Fatalf("got %d changes and the token %q, want 100 and one", changes, next)
	}
	rest := r.must("DescribeChangeSet", "ChangeSetName", set.at("ChangeSetId").Text, "NextToken", set.at("NextToken").Text)
	if changes, next := len(rest.members("Changes")), rest.at("NextToken").Text; changes != 30 || next != "" {
		t.Errorf("the second page: got %d changes and the token %q, want 30 and none", changes, next)
	}
	r.must("ExecuteChangeSet", "ChangeSetName", set.at("ChangeSetId").Text)
	r.rest("S")
	if got := len(r.events("S")); got != 263 {
		t.Errorf("got %d events in pages, want 263", got)
	}
	first := r.must("ListStackResources", "StackName", "S")
	second := r.must("ListStackResources", "StackName", "S", "NextToken", first.at("NextToken").Text)
	if a, b := len(first.members("StackResourceSummaries")), len(second.members("StackResourceSummaries")); a != 100 || b != 30 {
		t.Errorf("got pages of %d and %d resources, want 100 and 30", a, b)
	}
}

func TestLists_nameStacksAndTypes(t *testing.T) {
	r := newRig(t)
	r.deploy("One", template(object{"A": box(object{})}, nil))
	r.deploy("Two", template(object{"A": box(object{})}, nil))
	r.must("DeleteStack", "StackName", "One")
	r.rest("One")
	names := func(n node, path ...string) string {
		var list []string
		for _, member := range n.members(path...) {
			list = append(list, member.at("StackName").Text+member.at("ResourceType").Text)
		}
		return strings.Join(list, " ")
	}
	if got := names(r.must("DescribeStacks"), "Stacks"); got != "Two" {
		t.Errorf("DescribeStacks: got %s, want Two", got)
	}
	if got := names(r.must("ListStacks"), "StackSummaries"); got != "Two One" {
		t.Errorf("ListStacks: got %s, want Two One", got)
	}
	if got := names(r.must("ListStacks", "StackStatusFilter.member.1", "DELETE_COMPLETE"), "StackSummaries"); got != "One" {
		t.Errorf("ListStacks of those deleted: got %s, want One", got)
	}
	summary := r.must("GetTemplateSummary", "StackName", "Two")
	if got := summary.at("ResourceTypes").members(); len(got) != 1 || got[0].Text != "Test::Boxes::Box" {
		t.Errorf("GetTemplateSummary: got the types %v, want the one", got)
	}
	hooks := r.must("ListHookResults", "TargetType", "STACK", "TargetId", "x")
	drifts := r.must("DescribeStackResourceDrifts", "StackName", "Two")
	if len(hooks.members("HookResults"))+len(drifts.members("StackResourceDrifts")) > 0 {
		t.Errorf("hooks and drifts: got %v and %v, want nothing", hooks, drifts)
	}
}
