package stacks

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/cdktest"
)

// Each role has what the table gives it, no statement more or less, and admins have what
// users have. What the statements mean is tested in internal/access.
func TestFileStorage_givesEachRoleItsColumnOfTheTable(t *testing.T) {
	template := environment(t, "prod")["FileStorage"]
	bucket := files(t, environment(t, "prod")).LogicalID
	for id, wanted := range map[string]struct {
		principal access.Principal
		roles     []string
	}{
		"GuestAccess": {access.Guest, []string{"UnauthenticatedRole"}},
		"UserAccess":  {access.User, []string{"AuthenticatedRole", "AdminRole"}},
		"AdminAccess": {access.Admins, []string{"AdminRole"}},
	} {
		policy := template.Only(t, "AWS::IAM::ManagedPolicy", id)
		compareStatements(t, id, many(policy.Get("PolicyDocument.Statement")), access.Statements(access.Rules(), wanted.principal), bucket)
		roles := many(policy.Get("Roles"))
		if len(roles) != len(wanted.roles) {
			t.Fatalf("%s: got %d roles, want %v", id, len(roles), wanted.roles)
		}
		for i, name := range wanted.roles {
			if output, _ := cdktest.Get(roles[i], "Fn::GetStackOutput.OutputName").(string); !strings.Contains(output, name) {
				t.Errorf("%s: got role %s, want %s", id, output, name)
			}
		}
	}
	if got := len(template.All("AWS::IAM::ManagedPolicy")); got != 3 {
		t.Errorf("got %d managed policies, want 3", got)
	}
}

// compareStatements holds the statements of a template against the compiled ones.
func compareStatements(t *testing.T, id string, got []any, wanted []access.Statement, bucket string) {
	t.Helper()
	if len(got) != len(wanted) {
		t.Fatalf("%s: got %d statements, want %d", id, len(got), len(wanted))
	}
	for i, statement := range wanted {
		if effect := cdktest.Get(got[i], "Effect"); effect != "Allow" {
			t.Errorf("%s %s: got effect %v, want Allow", id, statement.Sid, effect)
		}
		actions := list(statement.Actions...)
		slices.SortFunc(actions, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
		if got := many(cdktest.Get(got[i], "Action")); !reflect.DeepEqual(got, actions) {
			t.Errorf("%s %s: got actions %v, want %v", id, statement.Sid, got, actions)
		}
		arn := map[string]any{"Fn::GetAtt": list(bucket, "Arn")}
		resources, condition := []any{arn}, any(map[string]any{"StringLike": map[string]any{"s3:prefix": list(statement.Prefixes...)}})
		if len(statement.Keys) > 0 {
			resources, condition = nil, nil
			for _, key := range statement.Keys {
				resources = append(resources, map[string]any{"Fn::Join": []any{"", []any{arn, "/" + key}}})
			}
		}
		if got := many(cdktest.Get(got[i], "Resource")); !reflect.DeepEqual(got, resources) {
			t.Errorf("%s %s: got resources %v, want %v", id, statement.Sid, got, resources)
		}
		if got := cdktest.Get(got[i], "Condition"); !reflect.DeepEqual(got, condition) {
			t.Errorf("%s %s: got condition %v, want %v", id, statement.Sid, got, condition)
		}
		keys := slices.Sorted(maps.Keys(got[i].(map[string]any)))
		if slices.Contains(keys, "Principal") || slices.Contains(keys, "NotAction") || slices.Contains(keys, "NotResource") {
			t.Errorf("%s %s: got the elements %v", id, statement.Sid, keys)
		}
	}
}
