package stacks

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/cdktest"
	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/proof"
	"lightbox.example/lightbox/internal/proof/system"
)

// proven is prod with some functions and a sender of mail, whose calls are proven.
func proven(t *testing.T, declared []access.Function) cdktest.Templates {
	t.Helper()
	cfg := sending(t)
	folder, templates := cdktest.Assembly(t, cdktest.Context(t, nil), func(app awscdk.App) error { return all(app, cfg, declared) })
	read, err := system.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, violation := range proof.CheckCalls(read, declared, access.Rules()) {
		t.Errorf("the proof: %s", violation)
	}
	return templates
}

// withoutEvents are the functions that ship, without what EventBridge calls them for.
func withoutEvents() []access.Function {
	all := access.Functions()
	for i := range all {
		all[i].Created, all[i].Schedules = nil, nil
	}
	return all
}

// withEvents are those, one of them with events.
func withEvents() []access.Function {
	all := withoutEvents()
	all[0].Created, all[0].Schedules = []string{"uploads/{user}/"}, []string{"rate(1 hour)", "cron(0 3 * * ? *)"}
	return all
}

func TestFunctionEvents_standBesideTheFunction(t *testing.T) {
	templates := proven(t, withEvents()) // which fails on a cycle
	want(t, templates["FileStorage"].Only(t, "AWS::S3::Bucket", "Files"), "NotificationConfiguration", map[string]any{
		"EventBridgeConfiguration": map[string]any{"EventBridgeEnabled": true},
	})
	want(t, templates["FileStorage"].Only(t, "AWS::S3::Bucket", "AccessLogs"), "NotificationConfiguration", nil)
	for name, template := range templates {
		for _, kind := range []string{"AWS::Events::Rule", "AWS::Lambda::Permission", "AWS::Lambda::EventInvokeConfig", "Custom::S3BucketNotifications"} {
			wanted := map[string]int{"AWS::Events::Rule": 3, "AWS::Lambda::Permission": 3, "AWS::Lambda::EventInvokeConfig": 1}[kind]
			if name != "API" {
				wanted = 0
			}
			if got := template.All(kind); len(got) != wanted {
				t.Errorf("%s: got %d of %s, want %d", name, len(got), kind, wanted)
			}
		}
	}
	function := templates["API"].Only(t, "AWS::Lambda::Function", "Pictures")
	arn := map[string]any{"Fn::GetAtt": []any{function.LogicalID, "Arn"}}
	rules := map[string]string{} // their logical ids
	for _, rule := range templates["API"].All("AWS::Events::Rule") {
		want(t, rule, "State", "ENABLED")
		want(t, rule, "Targets", []any{map[string]any{"Arn": arn, "Id": "Function"}})
		schedule, _ := rule.Get("ScheduleExpression").(string)
		rules[schedule] = rule.LogicalID
		if schedule != "" {
			want(t, rule, "EventPattern", nil)
			continue
		}
		want(t, rule, "EventPattern.source", list("aws.s3"))
		want(t, rule, "EventPattern.detail-type", list("Object Created"))
		want(t, rule, "EventPattern.detail.object", map[string]any{"key": []any{map[string]any{"prefix": "uploads/"}}})
		if bucket := fmt.Sprint(rule.Get("EventPattern.detail.bucket.name")); !strings.Contains(bucket, "Files") {
			t.Errorf("got %v, want the bucket of files", bucket)
		}
	}
	for _, schedule := range []string{"", "rate(1 hour)", "cron(0 3 * * ? *)"} {
		if rules[schedule] == "" {
			t.Errorf("got the rules %v, want one of %q", rules, schedule)
		}
	}
	for _, permission := range templates["API"].All("AWS::Lambda::Permission") {
		want(t, permission, "Action", "lambda:InvokeFunction")
		want(t, permission, "FunctionName", arn)
		want(t, permission, "Principal", "events.amazonaws.com")
		of, _ := permission.Get("SourceArn.Fn::GetAtt.0").(string)
		for schedule, id := range rules {
			if id == of {
				delete(rules, schedule)
			}
		}
	}
	if len(rules) > 0 {
		t.Errorf("got no permission for %v", rules)
	}
	retries := templates["API"].Only(t, "AWS::Lambda::EventInvokeConfig", "Pictures")
	want(t, retries, "FunctionName", map[string]any{"Ref": function.LogicalID})
	want(t, retries, "MaximumRetryAttempts", 2)
	want(t, retries, "MaximumEventAgeInSeconds", 21600)
}

// All that can call a function, at once: there is no cycle between stacks, and each stands where it belongs.
func TestFunctionEvents_ofEveryKindStandTogether(t *testing.T) {
	declared := append(withEvents(), signup, wording)
	declared[1].Streams = []access.Stream{{Of: access.Photos, Rows: []access.Row{access.Photo}, Changes: access.AllChanges(), Batch: 1}}
	templates := proven(t, declared)
	for kind, wanted := range map[string]map[string]int{
		"AWS::Lambda::EventSourceMapping": {"API": len(access.Functions()[0].Streams) + 1},
		"AWS::Events::Rule":               {"API": 3},
		"AWS::Lambda::Permission":         {"API": 3, "Auth": 2},
		"AWS::Lambda::Function":           {"API": 2, "Auth": 2},
	} {
		for name, template := range templates {
			if got := len(template.All(kind)); got != wanted[name] {
				t.Errorf("%s: got %d of %s, want %d", name, got, kind, wanted[name])
			}
		}
	}
}

func TestFunctionEvents_areNoneWhereNoneAreDeclared(t *testing.T) {
	templates := proven(t, withoutEvents())
	want(t, templates["FileStorage"].Only(t, "AWS::S3::Bucket", "Files"), "NotificationConfiguration", nil)
	for _, kind := range []string{"AWS::Events::Rule", "AWS::Lambda::EventInvokeConfig"} {
		if got := templates["API"].All(kind); len(got) > 0 {
			t.Errorf("got %d of %s, want none", len(got), kind)
		}
	}
	scheduled := withoutEvents()
	scheduled[1].Schedules = []string{"rate(1 day)"}
	want(t, proven(t, scheduled)["FileStorage"].Only(t, "AWS::S3::Bucket", "Files"), "NotificationConfiguration", nil)
}

func TestFunctionEvents_areRefusedBeforeTheSynth(t *testing.T) {
	declared := access.Functions()
	declared[0].Created, declared[0].Schedules = []string{"private/{identity}/"}, []string{"rate(1 hours)"}
	cfg, err := config.Read(filepath.Join(cdktest.Root(t), "cdk.json"), "prod")
	if err != nil {
		t.Fatal(err)
	}
	got := cdktest.SynthError(t, cdktest.Context(t, nil), func(app awscdk.App) error { return all(app, cfg, declared) })
	for _, want := range []string{`is called for what is created in "private/{identity}/"`, "schedule: rate(1 hours)"} {
		if !strings.Contains(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
