package stacks

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/cdktest"
	"lightbox.example/lightbox/internal/config"
)

// A web ACL stands before the API and before the user pool where the settings name it, and nowhere else.
func TestWebACLs_standBeforeWhatTheSettingsSay(t *testing.T) {
	const kind = "AWS::WAFv2::WebACLAssociation"
	arn := func(name string) string {
		return "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/" + name + "/0f0e0d0c-0b0a-4908-8706-050403020100"
	}
	api, pool := arn("api"), arn("pool")
	for name, test := range map[string]struct {
		change func(*config.Config)
		want   map[string]string // the web ACL, by the stack
	}{
		"none":   {func(*config.Config) {}, nil},
		"an API": {func(cfg *config.Config) { cfg.API.WebACLARN = api }, map[string]string{"API": api}},
		"both":   {func(cfg *config.Config) { cfg.API.WebACLARN, cfg.Auth.WebACLARN = api, pool }, map[string]string{"API": api, "Auth": pool}},
	} {
		templates := environment(t, "prod", test.change)
		for _, stack := range []string{"API", "Auth"} {
			associations := templates[stack].All(kind)
			if test.want[stack] == "" {
				if len(associations) > 0 {
					t.Errorf("%s: %s has %d web ACLs, want none", name, stack, len(associations))
				}
				continue
			}
			guard := templates[stack].Only(t, kind, "WebACL")
			guarded := templates[stack].Only(t, map[string]string{"API": "AWS::AppSync::GraphQLApi", "Auth": "AWS::Cognito::UserPool"}[stack], "")
			want(t, guard, "WebACLArn", test.want[stack])
			want(t, guard, "ResourceArn", map[string]any{"Fn::GetAtt": list(guarded.LogicalID, "Arn")})
		}
	}
}

// A8: who keeps data and has no sender is told that strangers can lock everybody out.
func TestAuth_warnsOfFewMails(t *testing.T) {
	sender := func(cfg *config.Config) {
		cfg.Email = config.Email{From: "a@example.com", SESIdentityARN: "arn:aws:ses:us-east-1:111122223333:identity/example.com"}
	}
	for name, test := range map[string]struct {
		env    string
		change func(*config.Config)
		want   bool
	}{
		"data kept, no sender":          {"prod", func(*config.Config) {}, true},
		"data kept, a sender":           {"prod", sender, false},
		"data removed, no sender":       {"dev", func(*config.Config) {}, false},
		"data of dev kept, no sender":   {"dev", func(cfg *config.Config) { cfg.RemoveData = false }, true},
		"data of dev removed, a sender": {"dev", sender, false},
	} {
		cfg, err := config.Read(filepath.Join(cdktest.Root(t), "cdk.json"), test.env)
		if err != nil {
			t.Fatal(err)
		}
		test.change(&cfg)
		folder, _ := cdktest.Assembly(t, cdktest.Context(t, nil), func(app awscdk.App) error { return all(app, cfg, access.Functions()) })
		files, err := filepath.Glob(filepath.Join(folder, "*.json"))
		if err != nil {
			t.Fatal(err)
		}
		got := 0
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(text, []byte("aws:cdk:warning")) && bytes.Contains(text, []byte("environment "+test.env+" keeps data")) {
				got++
			}
		}
		if (got > 0) != test.want {
			t.Errorf("%s: got the warning in %d files, want it %t", name, got, test.want)
		}
	}
}

// What is closed at night is closed by settings.
func TestSettings_closeSignUpAndPictures(t *testing.T) {
	templates := environment(t, "prod", func(cfg *config.Config) { cfg.Auth.NoSignUp, cfg.Pictures.PerDay = true, 0 })
	want(t, userPool(t, templates), "AdminCreateUserConfig.AllowAdminCreateUserOnly", true)
	want(t, templates["API"].Only(t, "AWS::AppSync::GraphQLApi", ""), "EnvironmentVariables.PICTURES_PER_DAY", "0")
}
