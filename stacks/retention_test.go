package stacks

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/cdktest"
	"lightbox.example/lightbox/internal/config"
)

// social is prod with everything that a setting adds to what is kept.
func social(cfg *config.Config) {
	cfg.Social = config.Social{Provider: config.Google, ClientID: "id", ClientSecretName: "lightbox/google", DomainPrefix: "shop"}
}

// kept are the resources that stay when their stack goes, by type, with their deletion policy.
func kept(template *cdktest.Template) map[string][]string {
	found := map[string][]string{}
	for _, r := range template.Resources {
		if strings.HasPrefix(r.DeletionPolicy, "Retain") {
			found[r.Type] = append(found[r.Type], r.DeletionPolicy)
		}
	}
	return found
}

// What is kept is data, and what names its owners or is how clients reach it. RetainExceptOnCreate is the policy of what
// a rollback can delete; a pool and a table have a protection that keeps even a rollback out.
func TestRetention_keepsDataAndWhatNamesItsOwners(t *testing.T) {
	const retain, exceptOnCreate = "Retain", "RetainExceptOnCreate"
	wanted := map[string]map[string][]string{
		"Auth": {
			"AWS::Cognito::UserPool": {retain}, "AWS::Cognito::UserPoolClient": {exceptOnCreate},
			"AWS::Cognito::UserPoolIdentityProvider": {exceptOnCreate},
		},
		"Identity": {
			"AWS::Cognito::IdentityPool": {exceptOnCreate}, "AWS::Cognito::IdentityPoolRoleAttachment": {exceptOnCreate},
			"AWS::Cognito::IdentityPoolPrincipalTag": {exceptOnCreate}, "AWS::Cognito::UserPoolGroup": {exceptOnCreate},
			"AWS::IAM::Role": {exceptOnCreate, exceptOnCreate, exceptOnCreate},
		},
		"FileStorage": {"AWS::S3::Bucket": {exceptOnCreate, exceptOnCreate, exceptOnCreate}},
		"CDN":         {},
		"API": {
			"AWS::AppSync::GraphQLApi": {exceptOnCreate}, "AWS::DynamoDB::GlobalTable": {retain, retain},
			"AWS::Logs::LogGroup": {exceptOnCreate, exceptOnCreate, exceptOnCreate}, "AWS::IAM::Role": {exceptOnCreate},
		},
	}
	for range triggersThatShip() {
		wanted["Auth"]["AWS::Logs::LogGroup"] = append(wanted["Auth"]["AWS::Logs::LogGroup"], exceptOnCreate)
	}
	for id, template := range environment(t, "prod", social) {
		if diff := cmp.Diff(wanted[id], kept(template)); diff != "" {
			t.Errorf("%s keeps other resources (-wanted +got):\n%s", id, diff)
		}
		for _, r := range template.Resources {
			if strings.HasPrefix(r.DeletionPolicy, "Retain") != (r.UpdateReplacePolicy == "Retain") {
				t.Errorf("%s: got %s and %s, want a replaced one kept where a removed one is", r.LogicalID, r.DeletionPolicy, r.UpdateReplacePolicy)
			}
		}
	}
	// The control: where data goes, nothing stays.
	for id, template := range environment(t, "dev", social) {
		if got := kept(template); len(got) > 0 {
			t.Errorf("%s of dev keeps %v, want nothing", id, got)
		}
	}
}

// A resource that stays while one that it refers to goes would be broken, or keep the stack from going. A pool whose functions are
// gone is one that nobody signs up to, and people sign in.
func TestRetention_keepsWhatTheKeptReferTo(t *testing.T) {
	references := 0
	for id, template := range environment(t, "prod", social) {
		for _, r := range template.Resources {
			if !strings.HasPrefix(r.DeletionPolicy, "Retain") {
				continue
			}
			for _, other := range referred(template, r) {
				references++
				if r.Type == "AWS::Cognito::UserPool" && template.Resources[other].Type == "AWS::Lambda::Function" {
					continue
				}
				if !strings.HasPrefix(template.Resources[other].DeletionPolicy, "Retain") {
					t.Errorf("%s: %s stays and refers to %s, which goes", id, r.LogicalID, other)
				}
			}
		}
	}
	if references == 0 {
		t.Error("no reference was found: this test looks at nothing")
	}
}

// referred are the logical ids of the resources of its own template that a resource refers to or depends on.
func referred(template *cdktest.Template, r cdktest.Resource) []string {
	found := map[string]bool{}
	note := func(name string) {
		id, _, _ := strings.Cut(name, ".")
		if _, ok := template.Resources[id]; ok {
			found[id] = true
		}
	}
	var look func(value any)
	look = func(value any) {
		switch v := value.(type) {
		case string: // of Ref, Fn::GetAtt, DependsOn and anything else that is just a logical id
			note(v)
			for _, part := range strings.Split(v, "${")[1:] {
				name, _, _ := strings.Cut(part, "}")
				note(name)
			}
		case map[string]any:
			for _, child := range v {
				look(child)
			}
		case []any:
			for _, child := range v {
				look(child)
			}
		}
	}
	look(r.Properties)
	look(r.DependsOn)
	return slices.Sorted(maps.Keys(found))
}

func TestRetention_protectsStacksFromDeletionUntilAllowed(t *testing.T) {
	for name, test := range map[string]struct {
		templates cdktest.Templates
		want      bool
	}{
		"prod":             {environment(t, "prod"), true},
		"prod, but may go": {environment(t, "prod", func(cfg *config.Config) { cfg.AllowDeletion = true }), false},
		"dev":              {environment(t, "dev"), false},
	} {
		for id, template := range test.templates {
			if template.TerminationProtection != test.want {
				t.Errorf("%s, %s: got termination protection %v, want %v", name, id, template.TerminationProtection, test.want)
			}
		}
		if len(test.templates) != 5 {
			t.Errorf("%s: got %d stacks, want 5", name, len(test.templates))
		}
	}
}
