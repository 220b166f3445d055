package proof

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/prooftest"
	"lightbox.example/lightbox/internal/proof/system"
)

// withOperations is prod with alarms, a budget and a site, which no environment that ships has.
const withOperations = "prod-operations"

func TestOperations_areProven(t *testing.T) {
	result, err := Check(prooftest.Assembly(t, withOperations))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range result.Violations {
		t.Errorf("%s: %s: %s", v.Path, v.Rule, v.Text)
	}
}

// Every change of the stack's template that a machine makes is noticed, but for what cdk.json chooses and what matters to nobody. CI takes
// one of each kind.
func TestOperations_mutantsAreNoticed(t *testing.T) {
	dir := prooftest.Assembly(t, withOperations)
	original, before := decode(t, dir), prooftest.Read(t, dir)
	kinds := map[string]int{}
	for _, m := range mutants(t, templates{"Operations": original["Operations"]}, before) {
		if kinds[m.kind+m.operator]++; kinds[m.kind+m.operator] > 1 && !*everyMutant {
			continue
		}
		if err := put(dir, m.stack, m.template); err != nil {
			t.Fatal(err)
		}
		var found []Violation
		s, err := system.Open(dir)
		if err == nil {
			found = CheckInvariants(s, access.Rules())
		}
		if err == nil && len(found) == 0 && m.reason == "" && !saysTheSame(s, before) {
			t.Errorf("%s: %s: nothing notices it", m.operator, m.what)
		}
		if err := put(dir, m.stack, original[m.stack]); err != nil {
			t.Fatal(err)
		}
	}
	if len(kinds) < 30 {
		t.Errorf("got mutants of %d kinds, want some of each type", len(kinds))
	}
}

// Whoever else may send, gets what is sent, or is not told any more, is named where it stands.
func TestOperations_slipsAreNamed(t *testing.T) {
	set := func(path string, value any) func(map[string]any) {
		return func(resource map[string]any) {
			prooftest.Set(resource["Properties"].(map[string]any), path, value)
		}
	}
	statement := func(index int, path string, value any) func(map[string]any) {
		return func(resource map[string]any) {
			of := system.Lookup(resource, "Properties.PolicyDocument.Statement").([]any)[index].(map[string]any)
			prooftest.Set(of, path, value)
		}
	}
	// body changes a text in that of the dashboard, which has the parts of a join.
	body := func(old, by string) func(map[string]any) {
		return func(resource map[string]any) {
			changed := false
			for i, part := range system.Items(system.Lookup(resource, "Properties.DashboardBody.Fn::Join.1")) {
				if text, is := part.(string); is && !changed && strings.Contains(text, old) {
					system.Items(system.Lookup(resource, "Properties.DashboardBody.Fn::Join.1"))[i], changed = strings.Replace(text, old, by, 1), true
				}
			}
			if !changed {
				t.Fatalf("DashboardBody has no %s", old)
			}
		}
	}
	anybody := []any{map[string]any{"Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": "*"}}
	for what, test := range map[string]struct {
		path   string
		change func(resource map[string]any)
		want   string // "" for nothing
	}{
		"anybody sends": {"Operations/TopicPolicy", func(r map[string]any) {
			prooftest.Set(r["Properties"].(map[string]any)["PolicyDocument"].(map[string]any), "Statement", anybody)
		}, "PolicyDocument: got"},
		"another service sends":                {"Operations/TopicPolicy", statement(0, "Principal.Service", "events.amazonaws.com"), "PolicyDocument: got"},
		"alarms of any account send":           {"Operations/TopicPolicy", statement(0, "Condition.StringEquals", nil), "PolicyDocument: got"},
		"all alarms of the account send":       {"Operations/TopicPolicy", statement(0, "Condition.ArnLike.aws:SourceArn", "arn:aws:cloudwatch:us-east-1:000000000000:alarm:*"), "PolicyDocument: got"},
		"budgets of any account send":          {"Operations/TopicPolicy", statement(1, "Condition", nil), "PolicyDocument: got"},
		"alarms subscribe others":              {"Operations/TopicPolicy", statement(0, "Action", []any{"sns:Publish", "sns:Subscribe"}), "PolicyDocument: got"},
		"without TLS":                          {"Operations/TopicPolicy", statement(2, "Effect", "Allow"), "PolicyDocument: got"},
		"a policy of another topic":            {"Operations/TopicPolicy", set("Topics", []any{"arn:aws:sns:us-east-1:111122223333:other"}), "Topics: got"},
		"a page of somebody's gets it":         {"Operations/Subscription", set("Protocol", "https"), "Protocol: got https, want email"},
		"nobody's address":                     {"Operations/Subscription", set("Endpoint", "ops"), "Endpoint: got ops, want an address"},
		"another address, and a control":       {"Operations/Subscription", set("Endpoint", "night@example.com"), ""},
		"a topic in a queue":                   {"Operations/Topic", set("FifoTopic", true), "FifoTopic: got true"},
		"an archive of it":                     {"Operations/Topic", set("ArchivePolicy", map[string]any{"MessageRetentionPeriod": 30}), "ArchivePolicy.MessageRetentionPeriod: got"},
		"another name shown, and a control":    {"Operations/Topic", set("DisplayName", "Night"), ""},
		"an alarm that is off":                 {"Operations/ApiErrors", set("ActionsEnabled", false), "ActionsEnabled: got false"},
		"an alarm that tells nobody":           {"Operations/ApiErrors", set("AlarmActions", []any{}), "AlarmActions: got"},
		"an alarm that does something":         {"Operations/ApiErrors", set("AlarmActions", []any{"arn:aws:lambda:us-east-1:111122223333:function:x"}), "AlarmActions: got"},
		"an alarm of another metric":           {"Operations/ApiErrors", set("MetricName", "4XXError"), "MetricName: got 4XXError, want 5XXError"},
		"an alarm of another namespace":        {"Operations/ApiErrors", set("Namespace", "Custom"), "Namespace: got Custom, want AWS/AppSync"},
		"an alarm of another API":              {"Operations/ApiErrors", set("Dimensions", []any{map[string]any{"Name": "GraphQLAPIId", "Value": "other"}}), "Dimensions: got"},
		"an alarm that is late":                {"Operations/ApiErrors", set("EvaluationPeriods", 12), "EvaluationPeriods: got 12, want 1"},
		"an alarm that never goes off":         {"Operations/ApiErrors", set("Threshold", 5000), "Threshold: got 5000, want 5"},
		"an alarm that goes off by silence":    {"Operations/ApiErrors", set("TreatMissingData", "breaching"), "TreatMissingData: got breaching, want notBreaching"},
		"an alarm that says nothing of a page": {"Operations/ApiErrors", set("AlarmDescription", "Bad"), "AlarmDescription: got Bad, want The API fails"},
		"an alarm under another's name":        {"Operations/ApiErrors", set("AlarmName", "shop-prod-us-east-1-ApiErrors"), "AlarmName: got"},
		"another sum": {"Operations/ThrottledUsers", func(r map[string]any) {
			prooftest.Set(system.Lookup(r, "Properties.Metrics.0").(map[string]any), "Expression", "m1*0")
		}, "Metrics: got"},
		"another table": {"Operations/ThrottledPhotos", func(r map[string]any) {
			prooftest.Set(system.Lookup(r, "Properties.Metrics.1.MetricStat.Metric.Dimensions.0").(map[string]any), "Value", "other")
		}, "Metrics: got"},
		"a function that graphs call":                    {"Operations/Dashboard", set("DashboardBody", `{"widgets":[{"type":"custom","properties":{"endpoint":"arn:aws:lambda:us-east-1:111122223333:function:x"}}]}`), "DashboardBody: got"},
		"graphs of others' alarms":                       {"Operations/Dashboard", set("DashboardBody", `{"widgets":[{"type":"alarm","properties":{"alarms":["arn:aws:cloudwatch:us-east-1:111122223333:alarm:x"]}}]}`), "DashboardBody: got"},
		"a function, by a key that is there twice":       {"Operations/Dashboard", body(`"type":"alarm"`, `"type":"custom","Type":"alarm"`), `the key "Type" once`},
		"a function, by a key that is there twice alike": {"Operations/Dashboard", body(`"type":"alarm"`, `"type":"custom","type":"alarm"`), `the key "type" once`},
		"widgets that are there twice":                   {"Operations/Dashboard", body(`{"widgets":`, `{"widgets":[{"type":"custom"}],"Widgets":`), `the key "Widgets" once`},
		"a key in another case":                          {"Operations/Dashboard", body(`"type":"alarm"`, `"Type":"alarm"`), `no key "Type" in widgets[0]`},
		"a key that nobody knows":                        {"Operations/Dashboard", body(`"type":"alarm"`, `"type":"alarm","endpoint":"arn"`), `no key "endpoint" in widgets[0]`},
		"a function, by an expression of a graph":        {"Operations/Dashboard", body(`"metrics":[[`, `"metrics":[[{"expression":"LAMBDA(\"x\")","id":"e1"}],[`), "metrics[0]: the names of a metric"},
		"a function, by an option of a metric":           {"Operations/Dashboard", body(`{"stat":"Average","yAxis":"right"}`, `{"stat":"Average","expression":"LAMBDA('x')"}`), `no key "expression" in widgets[1].properties.metrics[2]`},
		"metrics of another account":                     {"Operations/Dashboard", body(`{"stat":"Average","yAxis":"right"}`, `{"stat":"Average","accountId":"111122223333"}`), `no key "accountId"`},
		"another axis of a metric, and a control":        {"Operations/Dashboard", body(`{"stat":"Average","yAxis":"right"}`, `{"stat":"Maximum","yAxis":"left"}`), ""},
		"a text behind the page":                         {"Operations/Dashboard", body(`{"widgets":[`, `{"widgets":[]}`), "DashboardBody: got"},
		"another title of a graph, and a control":        {"Operations/Dashboard", body(`"title":"Alarms"`, `"title":"What wakes us"`), ""},
		"a budget without an end":                        {"Operations/Budget", set("Budget.BudgetLimit.Amount", 0), "Budget.BudgetLimit.Amount: got 0"},
		"a larger budget, and a control":                 {"Operations/Budget", set("Budget.BudgetLimit.Amount", 5000), ""},
		"a budget of another kind":                       {"Operations/Budget", set("Budget.BudgetType", "USAGE"), "Budget.BudgetType: got USAGE, want COST"},
		"a budget that tells nobody":                     {"Operations/Budget", set("NotificationsWithSubscribers", []any{}), "NotificationsWithSubscribers: got"},
		"another question to the logs":                   {"Operations/Denied", set("QueryString", "fields @message"), "QueryString: got"},
		"logs of others":                                 {"Operations/Denied", set("LogGroupNames", []any{"/aws/lambda/other"}), "LogGroupNames: got"},
		"streams that nobody counts":                     {"API/RemoverPhotosStream", set("MetricsConfig", nil), "MetricsConfig.Metrics: got nothing, want [EventCount]"},
	} {
		t.Run(what, func(t *testing.T) {
			found := slipped(t, test.path, func(resources map[string]any, id string) { test.change(resources[id].(map[string]any)) })
			named := func(v Violation) bool { return strings.Contains(v.Text, test.want) && v.Path == test.path }
			if test.want != "" && !slices.ContainsFunc(found, named) || test.want == "" && len(found) > 0 {
				t.Errorf("got %v, want a violation of %s with %q", found, test.path, test.want)
			}
		})
	}
}

// What is missing, there twice, or beside what there has to be.
func TestOperations_areWhole(t *testing.T) {
	twice := func(as string) func(map[string]any, string) {
		return func(resources map[string]any, id string) {
			copied := maps.Clone(resources[id].(map[string]any))
			copied["Metadata"] = map[string]any{"aws:cdk:path": "Operations/" + as}
			resources[as] = copied
		}
	}
	remove := func(resources map[string]any, id string) {
		delete(resources, id)
		delete(resources["Budget"].(map[string]any), "DependsOn")
		prooftest.Set(resources["Dashboard"].(map[string]any), "Properties.DashboardBody", `{"widgets":[]}`)
	}
	for what, test := range map[string]struct {
		path   string
		change func(resources map[string]any, id string)
		want   string
	}{
		"no alarm of functions":  {"Operations/RemoverFunctionErrors", remove, "got no such alarm, want it"},
		"nobody hears":           {"Operations/Subscription", remove, "got 0 resources of type AWS::SNS::Subscription, want 1"},
		"somebody hears besides": {"Operations/Subscription", twice("Other"), "got 2 resources of type AWS::SNS::Subscription, want 1"},
		"the account may send":   {"Operations/TopicPolicy", remove, "got 0 resources of type AWS::SNS::TopicPolicy, want 1"},
		"another policy":         {"Operations/TopicPolicy", twice("OtherPolicy"), "got 2 resources of type AWS::SNS::TopicPolicy, want 1"},
		"another alarm":          {"Operations/ApiErrors", twice("Others"), "AlarmName: got"},
		"no dashboard":           {"Operations/Dashboard", func(resources map[string]any, id string) { delete(resources, id) }, "want one of type AWS::CloudWatch::Dashboard"},
		"no question":            {"Operations/Denied", func(resources map[string]any, id string) { delete(resources, id) }, "want one of type AWS::Logs::QueryDefinition"},
		"no graphs": {"Operations/Dashboard", func(resources map[string]any, id string) {
			prooftest.Set(resources[id].(map[string]any), "Properties.DashboardBody", `{"widgets":[]}`)
		}, "want the alarm ApiErrors in the list of alarms, and a graph of it"},
		"another question": {"Operations/Denied", twice("Others"), "nobody has looked at"},
	} {
		t.Run(what, func(t *testing.T) {
			found := slipped(t, test.path, test.change)
			if !slices.ContainsFunc(found, func(v Violation) bool { return strings.Contains(v.Text, test.want) && v.Stack == "Operations" }) {
				t.Errorf("got %v, want a violation with %q", found, test.want)
			}
		})
	}
}

// slipped are the violations of prod with alarms, where something of the resource at a construct path, or beside it, is another.
func slipped(t *testing.T, path string, change func(resources map[string]any, id string)) []Violation {
	t.Helper()
	stack, _, _ := strings.Cut(path, "/")
	dir := prooftest.Assembly(t, withOperations)
	template := decode(t, dir)[stack]
	resources := template["Resources"].(map[string]any)
	for id, resource := range resources {
		if system.Lookup(resource, "Metadata.aws:cdk:path") == path {
			change(resources, id)
			if err := put(dir, stack, template); err != nil {
				t.Fatal(err)
			}
			return CheckInvariants(prooftest.Read(t, dir), access.Rules())
		}
	}
	t.Fatalf("no resource at %s", path)
	return nil
}
