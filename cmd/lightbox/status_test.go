package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
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
	_, err = config.Set(file, "prod", config.Change{Key: "site", Value: "{}"}, config.Change{Key: "alarms.email", Value: `"ops@example.com"`})
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

// confirms follows the link of the mail that asks whether somebody wants to hear of alarms.
func confirms(t *testing.T, s *sandbox.Sandbox) {
	t.Helper()
	for _, mail := range s.Inbox.Messages() {
		if mail.Link == "" {
			continue
		}
		answer, err := http.Get(mail.Link)
		if err != nil {
			t.Fatal(err)
		}
		if err := answer.Body.Close(); err != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("%s: got %s, %v", mail.Link, answer.Status, err)
		}
	}
}

// What was found of an error is said though a log could not be read; and of what is nowhere, where else to look.
func TestStatus_saysWhatLogsHaveOfAnError(t *testing.T) {
	lines := []health.Line{{Group: "/aws/appsync/apis/a", Message: "it failed"}}
	unread := errors.New("/aws/lambda/b: denied")
	for name, test := range map[string]struct {
		lines  []health.Line
		err    error
		format string
		says   []string
		exit   error
	}{
		"control":               {lines, nil, "text", []string{"/aws/appsync/apis/a\n  it failed"}, nil},
		"a log is not read":     {lines, unread, "text", []string{"it failed"}, unread},
		"the same for programs": {lines, unread, "json", []string{`"message": "it failed"`}, unread},
		"nothing, and not read": {nil, unread, "text", nil, unread},
		"it is not in the logs": {nil, nil, "text", []string{"No line of the logs of prod has 1a2b3c4d", "the bucket of access logs", "CloudTrail"}, exit(codeWrong)},
	} {
		var out bytes.Buffer
		err := statusFlags{format: test.format, id: "1a2b3c4d"}.writeFound(&out, "prod", test.lines, test.err)
		if !errors.Is(err, test.exit) || (len(test.says) == 0) != (out.Len() == 0) {
			t.Errorf("%s: got %v, want %v, and\n%s", name, err, test.exit, out.String())
		}
		for _, text := range test.says {
			if !strings.Contains(out.String(), text) {
				t.Errorf("%s: got no %q in\n%s", name, text, out.String())
			}
		}
	}
}

// An alarm whose actions are off rings for nobody, and is as wrong as none.
func TestStatus_saysThatNobodyIsTold(t *testing.T) {
	of := func(says string, alarms func(template []byte) []byte) {
		t.Run(says, func(t *testing.T) {
			s := startedSandbox(t, sandbox.Config{}, deploytest.Assembly(t, "../..", "prod-operations", func(stack string, template []byte) []byte {
				if stack == "Operations" {
					template = alarms(template)
				}
				return template
			}))
			confirms(t, s)
			exit, out, faults := code("status", "--env", "prod", "--config", watched(t))
			if exit != 2 || !strings.Contains(out, "WRONG: ") || !strings.Contains(out, says) {
				t.Errorf("got %d and %q, want %q in\n%s", exit, faults, says, out)
			}
		})
	}
	off := []byte(`"ActionsEnabled": false, "AlarmActions": [`)
	of(" alarms are silent: nobody is told", func(template []byte) []byte { return bytes.ReplaceAll(template, []byte(`"AlarmActions": [`), off) })
	of("1 alarm is silent: nobody is told", func(template []byte) []byte { return bytes.Replace(template, []byte(`"AlarmActions": [`), off, 1) })
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
	unheard := status("prod", 2, "WRONG: ops@example.com is not confirmed for the mails of Operations", "No mail goes to ops@example.com.")
	if strings.Contains(unheard, "FINE") {
		t.Errorf("nobody has confirmed: got\n%s", unheard)
	}
	confirms(t, s)
	quiet := status("prod", 0, "FINE", "alarms. Mails go to ops@example.com.", "Operations       CREATE_COMPLETE", "Site             CREATE_COMPLETE", "lightbox verify")
	if strings.Contains(quiet, "ALARM ") || strings.Contains(quiet, "MISSING") {
		t.Errorf("nothing rings: got\n%s", quiet)
	}
	status("dev", 2, "the stack Auth is not there", "alarms.email is not set")

	// Settings without alarms don't take those away that are there.
	file, settings := "../../cdk.json", file
	status("prod", 2, "the stack Operations in us-east-1 is left over")
	file = settings

	rings(t, "ApiErrors")
	status("prod", 2, "WRONG: 1 alarm is ringing.", "ALARM    since ", "less than a minute", "The API fails", "docs/RUNBOOK.md#api-errors", "The first alarm rang ")

	// A deployment that fails is said with what it could not change.
	broken := deploytest.Assembly(t, "../..", "prod-operations", func(stack string, template []byte) []byte {
		if stack != "Auth" {
			return template
		}
		bad, err := json.Marshal(deploytest.Unmakeable())
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Replace(template, []byte(`"Resources": {`), []byte(`"Resources": {"Bad": `+string(bad)+`,`), 1)
	})
	if err := s.Deploy(t.Context(), broken, nil); err == nil {
		t.Fatal("got the broken templates deployed, want them refused")
	}
	status("prod", 2, "the last deployment of Auth failed", "UPDATE_ROLLBACK_COMPLETE", "(Custom::S3AutoDeleteObjects): ")

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
		"status --error=":              `got "" for the id of an error`,
		"status --env nowhere":         "nowhere",
		"settings --set auth.signUp=1": "got no --env",
		"settings --env dev --set x":   "want KEY=VALUE",
	} {
		if exit, _, faults := on(strings.Fields(args)...); exit != 1 || !strings.Contains(faults, says) {
			t.Errorf("%s: got %d and %q, want %q", args, exit, faults, says)
		}
	}
}
