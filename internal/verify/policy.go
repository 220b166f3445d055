package verify

import (
	"maps"
	"slices"

	"lightbox.example/lightbox/sandbox/cloudcontrol"
	"lightbox.example/lightbox/sandbox/cloudformation/schema"
)

// A Policy is an IAM policy.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
type Policy struct {
	Version   string
	Statement []Statement
}

// A Statement is one of a Policy.
type Statement struct {
	Sid      string
	Effect   string
	Action   []string
	Resource any // a text or a list of them
}

// frameActions are what the frame needs: the stacks, their templates and what they made.
var frameActions = []string{"cloudformation:DescribeStacks", "cloudformation:GetTemplate", "cloudformation:ListStackResources"}

// Actions are what reading back resources of some types needs, of all in the table if none is given, sorted: those of the frame, of Cloud Control and of AWS's handlers for the types of the
// table, which ask with the caller's own rights, and of what no handler reads.
// https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/resource-operations.html#resource-operations-permissions
func Actions(kinds ...string) []string {
	all := map[string]bool{"cloudformation:GetResource": true, "cloudformation:ListResources": true}
	add := func(actions []string) {
		for _, action := range actions {
			all[action] = true
		}
	}
	add(frameActions)
	for kind, row := range table() {
		if len(kinds) > 0 && !slices.Contains(kinds, kind) {
			continue
		}
		add(row.actions)
		if handler := schema.Current().Types[kind].Read; handler != nil {
			add(cloudcontrol.Needs(handler))
		}
		if row.code {
			add(codeActions)
		}
		for _, one := range row.beside {
			if handler := schema.Current().Types[one.kind].List; handler != nil {
				add(cloudcontrol.Needs(handler))
			}
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// ReadPolicy is the policy that reading back needs. Of resources it says nothing: what lives beside the templates is found in
// lists of all there are. The files of the code alone are those of the bootstrap stack's bucket.
func ReadPolicy() Policy {
	actions := slices.DeleteFunc(Actions(), func(action string) bool { return action == "s3:GetObject" })
	return Policy{"2012-10-17", []Statement{
		{"ReadBack", "Allow", actions, "*"},
		{"Code", "Allow", []string{"s3:GetObject"}, "arn:aws:s3:::cdk-*-assets-*/*"},
	}}
}
