package proof

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/alarms"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/internal/strictjson"
)

// The keys of a page of graphs, exactly as CloudWatch writes them; of others nobody has looked at what they show, or call.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
var (
	bodyKeys       = []string{"widgets"}
	widgetKeys     = []string{"type", "x", "y", "width", "height", "properties"}
	graphKeys      = []string{"title", "alarms", "annotations", "metrics", "period", "region", "stat", "view"}
	annotationKeys = []string{"alarms"}
	optionKeys     = []string{"stat", "yAxis"} // of a metric
)

// dashboard judges what graphs show: the environment's alarms, all of them, and metrics by their names. Of other widgets, and of expressions,
// some call a function whenever somebody looks.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard.html
func (s judge) dashboard() properties {
	dashboard := properties{}
	dashboard.irrelevant(Name, "DashboardName")
	dashboard.holds("DashboardBody", func(value any) string {
		body, err := strictjson.Decode(fmt.Sprint(value))
		if err != nil {
			return "a page of graphs, " + err.Error()
		}
		if want := onlyKeys("the page", body, bodyKeys); want != "" {
			return want
		}
		listed, drawn := map[string]bool{}, map[string]bool{}
		for i, widget := range system.Items(system.Lookup(body, "widgets")) {
			if want := judgeWidget(fmt.Sprintf("widgets[%d]", i), widget); want != "" {
				return want
			}
			for _, arn := range system.Items(system.Lookup(widget, "properties.alarms")) {
				listed[fmt.Sprint(arn)] = true
			}
			for _, arn := range system.Items(system.Lookup(widget, "properties.annotations.alarms")) {
				drawn[fmt.Sprint(arn)] = true
			}
		}
		return s.shows(listed, drawn)
	})
	return dashboard
}

// judgeWidget is what one has to be, "" if it is.
func judgeWidget(where string, widget any) string {
	for _, of := range []struct {
		path string
		keys []string
	}{{"", widgetKeys}, {"properties", graphKeys}, {"properties.annotations", annotationKeys}} {
		node := widget
		if of.path != "" {
			node = system.Lookup(widget, of.path)
		}
		if node == nil && of.path == "properties.annotations" {
			continue
		}
		if want := onlyKeys(strings.TrimSuffix(where+"."+of.path, "."), node, of.keys); want != "" {
			return want
		}
	}
	if kind := system.Lookup(widget, "type"); kind != "alarm" && kind != "metric" {
		return where + " of the type alarm or metric: graphs of metrics and of the environment's alarms alone"
	}
	for i, metric := range system.Items(system.Lookup(widget, "properties.metrics")) {
		if want := judgeMetric(fmt.Sprintf("%s.properties.metrics[%d]", where, i), metric); want != "" {
			return want
		}
	}
	return ""
}

// judgeMetric wants a metric by its names, with how it is drawn. An expression in its place may search all metrics of the account, or
// call a function whenever somebody looks.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
func judgeMetric(where string, metric any) string {
	parts := system.Items(metric)
	for i, part := range parts {
		if _, is := part.(string); is {
			continue
		}
		if i == 0 || i < len(parts)-1 {
			return where + ": the names of a metric, and how it is drawn behind them"
		}
		if want := onlyKeys(where, part, optionKeys); want != "" {
			return want
		}
	}
	if len(parts) == 0 {
		return where + ": the names of a metric"
	}
	return ""
}

// shows wants the alarms of a dashboard's own region, and no others, among those that its list and its graphs have by ARN.
func (s judge) shows(listed, drawn map[string]bool) string {
	own := map[string]bool{}
	for _, alarm := range alarms.In(alarms.All(s.declared, s.Site != nil), alarms.Operations, s.Region) {
		arn := fmt.Sprintf("arn:%s:cloudwatch:%s:%s:alarm:%s%s", s.Partition, s.Region, s.Account, s.prefix(), alarm.ID)
		if own[arn] = true; !listed[arn] || !drawn[arn] {
			return "the alarm " + alarm.ID + " in the list of alarms, and a graph of it"
		}
	}
	for _, all := range []map[string]bool{listed, drawn} {
		for arn := range all {
			if !own[arn] {
				return "graphs of metrics and of the environment's alarms alone"
			}
		}
	}
	return ""
}

// onlyKeys wants an object that has no keys but these.
func onlyKeys(where string, node any, keys []string) string {
	object, is := node.(map[string]any)
	if !is {
		return where + ": an object"
	}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if !slices.Contains(keys, key) {
			return fmt.Sprintf("no key %q in %s, but %s", key, where, strings.Join(keys, ", "))
		}
	}
	return ""
}
