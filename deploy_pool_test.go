package main

import (
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/deploytest"
)

const (
	poolKind    = "AWS::Cognito::UserPool"
	typeMissing = "Invalid AttributeDataType input, consider using the provided AttributeDataType enum."
)

// writtenByCDK is the schema that the CDK's StandardAttributes puts into the template.
func writtenByCDK() []any {
	return []any{map[string]any{"Name": "email", "Required": true, "Mutable": true}}
}

// authWith is an assembly with another Auth stack: change has the pool's properties, and all resources.
func authWith(t *testing.T, folder string, change func(pool, resources map[string]any)) string {
	t.Helper()
	return changed(t, folder, edit(t, "Auth", func(resources map[string]any) {
		pool := resources[find(t, resources, poolKind, "UserPool")].(map[string]any)
		change(pool["Properties"].(map[string]any), resources)
	}))
}

// pool is the id of prod's user pool, and the status of its stack.
func (c cloud) pool() (id, status string) {
	c.t.Helper()
	stack := c.one("Auth")
	for _, resource := range stack.Resources {
		if resource.Type == poolKind {
			return resource.PhysicalID, stack.Status
		}
	}
	c.t.Fatal("got no user pool in Lightbox-prod-Auth")
	return "", ""
}

// A1: what was deployed with a Schema, as the CDK's own property writes it, can be changed once it is left out, and what is
// deployed without one can be changed again and again. With one, every change of the pool fails, as it does on AWS.
func TestDeploy_changesAUserPoolThatIsThere(t *testing.T) {
	c, good := newCloud(t), shipped(t, "prod").folder
	with := authWith(t, good, func(pool, _ map[string]any) { pool["Schema"] = writtenByCDK() })
	c.must(with)
	made, _ := c.pool()
	for _, step := range []struct {
		name    string
		change  func(pool, resources map[string]any)
		refused string
		status  string
	}{
		{"the schema is dropped", func(p, _ map[string]any) { p["MfaConfiguration"] = "ON" }, "", "UPDATE_COMPLETE"},
		{"more is changed", func(p, _ map[string]any) {
			p["MfaConfiguration"], p["DeletionProtection"], p["UserPoolTags"] = "OPTIONAL", "INACTIVE", map[string]any{"team": "shop"}
		}, "", "UPDATE_COMPLETE"},
		{"it is there again", func(p, _ map[string]any) { p["MfaConfiguration"], p["Schema"] = "ON", writtenByCDK() }, typeMissing, "UPDATE_ROLLBACK_COMPLETE"},
		{"and dropped", func(p, _ map[string]any) { p["MfaConfiguration"] = "ON" }, "", "UPDATE_COMPLETE"},
	} {
		err := c.Deploy(t.Context(), authWith(t, good, step.change), nil)
		if (err == nil) != (step.refused == "") || err != nil && !strings.Contains(err.Error(), step.refused) {
			t.Errorf("%s: got %v, want %q", step.name, err, step.refused)
		}
		if id, status := c.pool(); id != made || status != step.status {
			t.Errorf("%s: got the pool %s and %s, want %s and %s", step.name, id, status, made, step.status)
		}
	}
}

// Why the update that drops a Schema must not fail for another reason (ADR 0023): the rollback sends the Schema again.
func TestDeploy_cannotRollBackToASchema(t *testing.T) {
	good := shipped(t, "prod").folder
	bad := func(pool, resources map[string]any) {
		pool["MfaConfiguration"] = "ON"
		resources["Bad"] = deploytest.Unmakeable(find(t, resources, poolKind, "UserPool"))
	}
	for name, test := range map[string]struct {
		schema []any
		status string
	}{
		"from one":    {writtenByCDK(), "UPDATE_ROLLBACK_FAILED"},
		"the control": {nil, "UPDATE_ROLLBACK_COMPLETE"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCloud(t)
			before := authWith(t, good, func(pool, _ map[string]any) {
				if test.schema != nil {
					pool["Schema"] = test.schema
				}
			})
			c.must(before)
			if err := c.Deploy(t.Context(), authWith(t, good, bad), nil); err == nil || !strings.Contains(err.Error(), deploytest.WhyUnmakeable) {
				t.Errorf("got %v, want a failure half-way", err)
			}
			if _, status := c.pool(); status != test.status {
				t.Errorf("got %s, want %s", status, test.status)
			}
		})
	}
}
