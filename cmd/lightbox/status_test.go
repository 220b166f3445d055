package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/internal/health"
	"lightbox.example/lightbox/sandbox"
)

// watched is a cdk.json whose prod has a site and somebody who hears of trouble.
func watched(t *testing.T) (file string) {
	t.Helper()
	text, err := os.ReadFile("../../cdk.json")
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "cdk.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = config.Set(file, "prod", config.Change{Key: "site", Value: "{}"}, config.Change{Key: "alarms.email", Value: `"night@example.com"`})
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// rings has CloudWatch say that an alarm of prod rings.
func rings(t *testing.T, id string) {
	t.Helper()
	settings, err := awsconfig.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = cloudwatch.NewFromConfig(settings).SetAlarmState(t.Context(), &cloudwatch.SetAlarmStateInput{
		AlarmName: aws.String("lightbox-prod-us-east-1-" + id), StateReason: aws.String("a test"), StateValue: types.StateValueAlarm,
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestStatus_saysWhetherItIsUs(t *testing.T) {
	s := startedSandbox(t, sandbox.Config{}, deploytest.Assembly(t, "../..", "prod-operations"))
	file := watched(t)
	status := func(env string, want int, says ...string) string {
		t.Helper()
		exit, out, faults := code("status", "--env", env, "--config", file)
		if exit != want || faults != "" {
			t.Errorf("%s: got %d and %q, want %d\n%s", env, exit, faults, want, out)
		}
		for _, text := range says {
			if !strings.Contains(out, text) {
				t.Errorf("%s: got no %q in\n%s", env, text, out)
			}
		}
		return out
	}
	quiet := status("prod", 0, "FINE", "alarms. Mails go to night@example.com.", "Operations       CREATE_COMPLETE", "Site             CREATE_COMPLETE", "lightbox verify")
	if strings.Contains(quiet, "ALARM ") || strings.Contains(quiet, "MISSING") {
		t.Errorf("nothing rings: got\n%s", quiet)
	}
	status("dev", 2, "the stack Auth is not there", "alarms.email is not set")

	rings(t, "ApiErrors")
	status("prod", 2, "WRONG: 1 alarm is ringing.", "ALARM    since ", "less than a minute", "The API fails", "docs/RUNBOOK.md#api-errors", "The first alarm rang ")

	// A deployment that fails is said with what it could not change.
	broken := deploytest.Assembly(t, "../..", "prod-operations", func(stack string, template []byte) []byte {
		if stack == "Auth" {
			template = bytes.Replace(template, []byte(`"MinimumLength": 12`), []byte(`"MinimumLength": 1000`), 1)
		}
		return template
	})
	if err := s.Deploy(t.Context(), broken, nil); err == nil {
		t.Fatal("got the broken templates deployed, want them refused")
	}
	status("prod", 2, "the last deployment of Auth failed", "UPDATE_ROLLBACK_COMPLETE", "(AWS::Cognito::UserPool): ")

	exit, out, _ := code("status", "--env", "prod", "--config", file, "--format", "json")
	var read health.Status
	if err := json.Unmarshal([]byte(out), &read); exit != 2 || err != nil || len(read.Wrong) != 2 || len(read.Stacks) != 7 || read.Alarms[0].State != health.Rings || read.Alarms[0].Since.IsZero() {
		t.Errorf("got %d, %v and\n%s\nwant the same for programs", exit, err, out)
	}
}

func TestStatus_refusesWhatItDoesNotKnow(t *testing.T) {
	for args, says := range map[string]string{
		"status --format yaml":         "want text or json",
		"status --within 2h":           "got no --error",
		"status --error 1234":          "want 8 to 64 letters",
		"status --env nowhere":         "nowhere",
		"settings --set auth.signUp=1": "got no --env",
		"settings --env dev --set x":   "want KEY=VALUE",
	} {
		if exit, _, faults := on(strings.Fields(args)...); exit != 1 || !strings.Contains(faults, says) {
			t.Errorf("%s: got %d and %q, want %q", args, exit, faults, says)
		}
	}
}
