package cloudwatch

import (
	"context"
	"strings"
	"testing"
)

const aDashboard = `{"widgets": [
	{"type": "metric", "x": 0, "y": 0, "width": 12, "height": 6, "properties": {"region": "us-east-1", "metrics": [
		["AWS/Lambda", "Errors", "FunctionName", "f", {"stat": "Sum"}], [".", "Invocations", ".", "."], [{"expression": "m1/m2"}]]}},
	{"type": "metric", "properties": {"region": "us-east-1", "annotations": {"alarms": ["arn"]}}},
	{"type": "alarm", "properties": {"alarms": ["arn"]}}, {"type": "text", "properties": {"markdown": "# a"}},
	{"type": "log", "properties": {"region": "us-east-1", "query": "fields @message"}}]}`

func TestDashboard_isKeptUpdatedAndDeleted(t *testing.T) {
	r := newRig(t)
	kind := r.ResourceTypes()[dashboardType]
	of := declared("Dashboard", object{"DashboardName": "d", "DashboardBody": aDashboard})
	if state, err := kind.Create(context.Background(), of); err != nil || state.PhysicalID != "d" {
		t.Fatalf("got %+v and %v", state, err)
	}
	says(t, func() error {
		_, err := kind.Create(context.Background(), declared("Other", object{"DashboardName": "d", "DashboardBody": aDashboard}))
		return err
	}(), "already exists")
	of.PhysicalID, of.Properties = "d", object{"DashboardName": "d", "DashboardBody": `{"widgets": []}`}
	if _, err := kind.Update(context.Background(), nil, of); err != nil {
		t.Fatal(err)
	}
	got, err := r.getDashboard(context.Background(), dashboardInput{"d"})
	if o := decoded(t, got); err != nil || o["DashboardBody"] != `{"widgets": []}` {
		t.Errorf("got %v and %v, want the new body", o, err)
	}
	if err := kind.Delete(context.Background(), of); err != nil {
		t.Fatal(err)
	}
	if _, err := r.getDashboard(context.Background(), dashboardInput{"d"}); err == nil {
		t.Error("deleted: got it still")
	}
}

func TestDashboard_refusesWidgetsThatShowNothing(t *testing.T) {
	for change, want := range map[string]string{
		`"type": "text"`:             `widgets[3].type: got "tex"`,
		`"width": 12`:                "widgets[0].width: got x 0 and width 25",
		`"height": 6`:                "widgets[0].height",
		`"region": "us-east-1", "m`:  `widgets[0].properties.region: got ""`,
		`"FunctionName", "f", `:      "widgets[0].properties.metrics[0]: got 3 texts",
		`"query": "fields @message"`: "widgets[4].properties.query: got none",
		`"alarms": ["arn"]}}, {"typ`: "widgets[2].properties.alarms: got none",
		`{"widgets": [`:              "got what is no body of a dashboard",
	} {
		to := map[string]string{
			`"type": "text"`: `"type": "tex"`, `"width": 12`: `"width": 25`, `"height": 6`: `"height": 0`, `"region": "us-east-1", "m`: `"m`,
			`"FunctionName", "f", `: `"FunctionName", `, `"query": "fields @message"`: `"title": "t"`, `"alarms": ["arn"]}}, {"typ`: `"title": "t"}}, {"typ`, `{"widgets": [`: `{"widgets": {`,
		}[change]
		r := newRig(t)
		_, err := r.ResourceTypes()[dashboardType].Create(context.Background(), declared("Dashboard", object{"DashboardBody": strings.Replace(aDashboard, change, to, 1)}))
		says(t, err, want)
	}
}
