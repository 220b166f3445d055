package sandbox_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox"
)

// written is an assembly of two stacks: one of eu-west-1 with a log group, and one of us-east-1, whose resources refer to the former. Each
// has its template among the files that are put into the bucket of its region.
func written(t *testing.T, resources string) string {
	t.Helper()
	folder, artifacts := t.TempDir(), []string{}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, stack := range []struct{ name, region, needs, template string }{
		{"Home", "eu-west-1", "", `{"Resources": {"Log": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "g"}}}, "Outputs": {"Name": {"Value": {"Ref": "Log"}}}}`},
		{"There", "us-east-1", `"Home", `, `{"Resources": {` + resources + `}}`},
	} {
		names := strings.NewReplacer("NAME", stack.name, "REGION", stack.region, "NEEDS", stack.needs)
		write(stack.name+".template.json", stack.template)
		write(stack.name+".assets.json", names.Replace(`{"version": "48.0.0", "dockerImages": {}, "files": {"NAME": {
			"source": {"path": "NAME.template.json", "packaging": "file"}, "destinations": {"d": {
				"bucketName": "cdk-hnb659fds-assets-000000000000-REGION", "objectKey": "NAME.json", "region": "REGION",
				"assumeRoleArn": "arn:aws:iam::000000000000:role/cdk-hnb659fds-file-publishing-role-000000000000-REGION"}}}}}`))
		artifacts = append(artifacts, names.Replace(`"NAME.assets": {"type": "cdk:asset-manifest", "properties": {"file": "NAME.assets.json"}},
			"NAME": {"type": "aws:cloudformation:stack", "environment": "aws://000000000000/REGION", "dependencies": [NEEDS"NAME.assets"], "properties": {
				"templateFile": "NAME.template.json", "stackName": "NAME", "bootstrapStackVersionSsmParameter": "/cdk-bootstrap/hnb659fds/version",
				"assumeRoleArn": "arn:aws:iam::000000000000:role/cdk-hnb659fds-deploy-role-000000000000-REGION",
				"stackTemplateAssetObjectUrl": "s3://cdk-hnb659fds-assets-000000000000-REGION/NAME.json"}}`))
	}
	write("manifest.json", `{"version": "48.0.0", "artifacts": {`+strings.Join(artifacts, ",")+`}}`)
	return folder
}

const anAlarmThere = `"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "t"}},
	"Alarm": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"AlarmName": "a", "Namespace": "AWS/CloudFront", "MetricName": "5xxErrorRate", "Statistic": "Average",
		"Period": 300, "EvaluationPeriods": 1, "Threshold": 5, "ComparisonOperator": "GreaterThanThreshold", "AlarmActions": [{"Ref": "Topic"}],
		"AlarmDescription": {"Fn::GetStackOutput": {"StackName": "Home", "OutputName": "Name", "Region": "eu-west-1"}}}},
	"Budget": {"Type": "AWS::Budgets::Budget", "Properties": {"Budget": {"BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": {"Amount": 5, "Unit": "USD"}}}}`

func TestAbroad_hasAlarmsTopicsAndBudgetsInUsEast1(t *testing.T) {
	folder := t.TempDir()
	s := start(t, sandbox.Config{Region: "eu-west-1", Data: folder})
	if err := s.Deploy(t.Context(), written(t, anAlarmThere), nil); err != nil {
		t.Fatal(err)
	}
	if here, there := s.Alarms.Alarms(), s.Abroad.Alarms.Alarms(); len(here) > 0 || len(there) != 1 {
		t.Errorf("got the alarms %v in eu-west-1 and %v in us-east-1, want one there", here, there)
	}
	call := func(operation, body string) answer {
		return do(t, client(t, s), by(t, root, http.MethodPost, "https://monitoring.us-east-1.amazonaws.com/", "monitoring", "GraniteServiceVersion20100801."+operation, body))
	}
	var described struct {
		MetricAlarms []struct{ AlarmArn, AlarmDescription string }
	}
	got := call("DescribeAlarms", `{}`)
	if err := json.Unmarshal([]byte(got.body), &described); err != nil || len(described.MetricAlarms) != 1 || described.MetricAlarms[0].AlarmDescription != "g" ||
		described.MetricAlarms[0].AlarmArn != "arn:aws:cloudwatch:us-east-1:000000000000:alarm:a" {
		t.Errorf("got %d %s, want the alarm, which refers to the stack of the other region", got.status, got.body)
	}
	// Stacks are found by the region of the request, too.
	look := do(t, client(t, s), by(t, root, http.MethodPost, "https://cloudformation.us-east-1.amazonaws.com/", "cloudformation", "", "Action=ListStacks&Version=2010-05-15"))
	if look.status != http.StatusOK || !strings.Contains(look.body, ">There<") || strings.Contains(look.body, ">Home<") {
		t.Errorf("got %d %s, want the stack of us-east-1 alone", look.status, look.body)
	}
	if stacks := s.Overview().Stacks; len(stacks) != 2 {
		t.Errorf("got the stacks %v, want both", stacks)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again := start(t, sandbox.Config{Region: "eu-west-1", Data: folder})
	if there := again.Abroad.Alarms.Alarms(); len(there) != 1 {
		t.Errorf("after a restart: got %v, want the alarm", there)
	}
}

func TestAbroad_refusesAllElseByName(t *testing.T) {
	s := start(t, sandbox.Config{Region: "eu-west-1"})
	err := s.Deploy(t.Context(), written(t, `"Log": {"Type": "AWS::Logs::LogGroup"}`), nil)
	if err == nil || !strings.Contains(err.Error(), "AWS::Logs::LogGroup: got the region us-east-1, want eu-west-1: the sandbox has nothing in us-east-1 but AWS::Budgets::Budget, AWS::CDK::Metadata, AWS::CloudWatch::Alarm") {
		t.Errorf("got %v, want it refused by name", err)
	}
	if home := start(t, sandbox.Config{}); home.Abroad != nil {
		t.Error("in us-east-1: got another beside it")
	}
}

// The CDK's own command puts the template into the bucket of us-east-1, by the roles of its bootstrap there, and deploys both stacks.
func TestAbroad_isDeployedByTheCLI(t *testing.T) {
	s := start(t, sandbox.Config{Region: "eu-west-1"})
	c := &running{http: s.HTTP(), https: s.HTTPS(), folder: filepath.Dir(filepath.Dir(s.CAFile())), region: "eu-west-1"}
	c.cdk(t, "deploy", "--all", "--require-approval", "never", "--app", written(t, anAlarmThere))
	if there := s.Abroad.Alarms.Alarms(); len(there) != 1 || len(s.Stacks.Stacks()) != 1 {
		t.Errorf("got the alarms %v in us-east-1 and %d stacks in eu-west-1, want one of each", there, len(s.Stacks.Stacks()))
	}
}

// A link of a mail is followed from wherever the mail is read, and by no script of another site; its topic says which region it is for.
func TestLink_isFollowedAndNotFetched(t *testing.T) {
	s := start(t, sandbox.Config{Region: "eu-west-1"})
	const resources = `"Topic": {"Type": "AWS::SNS::Topic"}, "Subscription": {"Type": "AWS::SNS::Subscription", "Properties": {
		"TopicArn": {"Ref": "Topic"}, "Protocol": "email", "Endpoint": "ops@example.com"}}`
	if err := s.Deploy(t.Context(), written(t, resources), nil); err != nil {
		t.Fatal(err)
	}
	mails := s.Inbox.Messages()
	if len(mails) != 1 {
		t.Fatalf("got %+v, want the mail that asks to confirm", mails)
	}
	for mode, want := range map[string]int{"navigate": http.StatusOK, "no-cors": http.StatusForbidden} {
		request, err := http.NewRequest(http.MethodGet, mails[0].Link, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Sec-Fetch-Site", "cross-site")
		request.Header.Set("Sec-Fetch-Mode", mode)
		request.Header.Set("Sec-Fetch-Dest", map[string]string{"navigate": "document"}[mode])
		if got := do(t, http.DefaultClient, request); got.status != want {
			t.Errorf("%s: got %d %.300s, want %d", mode, got.status, got.body, want)
		}
	}
}
