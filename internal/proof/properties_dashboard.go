package proof

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/alarms"
	"lightbox.example/lightbox/internal/proof/system"
)

// The keys of a page of graphs, exactly as CloudWatch writes them; of others nobody has looked at what they show, or call.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
var (
	bodyKeys       = []string{"widgets"}
	widgetKeys     = []string{"type", "x", "y", "width", "height", "properties"}
	graphKeys      = []string{"title", "alarms", "annotations", "metrics", "period", "region", "stat", "view"}
	annotationKeys = []string{"alarms"}
)

// dashboard judges what graphs show: the environment's alarms, all of them, and metrics of AWS. Of other widgets, one calls a function
// whenever somebody looks.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard.html
func (s judge) dashboard() properties {
	dashboard := properties{}
	dashboard.irrelevant(Name, "DashboardName")
	dashboard.holds("DashboardBody", func(value any) string {
		body, err := decodeOnce(fmt.Sprint(value))
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

// decodeOnce is what a JSON text says to every reader: no object in it has a key twice, in whatever case, of which one reader takes the
// first and another the last.
func decodeOnce(text string) (any, error) {
	d := json.NewDecoder(strings.NewReader(text))
	value, err := decodeValue(d)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("and nothing behind it")
	}
	return value, nil
}

// decodeValue is the value that is next.
func decodeValue(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, errors.New("as JSON")
	}
	delimiter, is := token.(json.Delim)
	if !is {
		return token, nil
	}
	object, list := map[string]any{}, []any{}
	seen := map[string]bool{}
	for d.More() {
		key := ""
		if delimiter == '{' {
			token, err := d.Token()
			if err != nil {
				return nil, errors.New("as JSON")
			}
			key = token.(string) // the decoder takes no other key
			folded := strings.ToLower(key)
			if seen[folded] {
				return nil, fmt.Errorf("the key %q once in an object, in one case", key)
			}
			seen[folded] = true
		}
		value, err := decodeValue(d)
		if err != nil {
			return nil, err
		}
		if object[key] = value; delimiter == '[' {
			list = append(list, value)
		}
	}
	if _, err := d.Token(); err != nil {
		return nil, errors.New("as JSON")
	}
	if delimiter == '[' {
		return list, nil
	}
	return object, nil
}
