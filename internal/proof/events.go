package proof

import (
	"fmt"
	"slices"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/events/pattern"
)

// wantedEvent is one thing that EventBridge calls a function for.
type wantedEvent struct {
	function system.Function
	why      string // as in: pictures is called for what is created in uploads/{user}/
	pattern  any    // of a rule, or nil
	schedule any    // likewise
	rule     string // the ARN of the rule that does so; empty until it is found
}

// targets is whom the rule calls: the function alone, with the event as it is.
func (w wantedEvent) targets() any {
	return []any{map[string]any{"Arn": w.function.ARN, "Id": "Function"}}
}

// checkEvents makes sure that EventBridge calls our functions for what is declared, and for nothing else: each rule is one of the
// events, and buckets send their events where somebody hears them alone. It says who has to be permitted to call for that.
func checkEvents(s *system.System, declared []access.Function, rules []access.Rule) ([]Violation, []permission) {
	found := findings{rule: "events"}
	wanted := eventsOf(s, declared, rules)
	for _, rule := range ofType(s, "AWS::Events::Rule") {
		found.event(rule, wanted)
	}
	var permissions []permission
	for _, w := range wanted {
		if w.rule == "" {
			found.closes(w.function.At, "no rule of EventBridge calls it: %s", w.why)
			continue
		}
		permissions = append(permissions, permission{function: w.function, service: "events.amazonaws.com", source: w.rule, why: w.why})
	}
	found.retries(s, wanted)
	found.notifications(s, slices.ContainsFunc(wanted, func(w wantedEvent) bool { return w.pattern != nil }))
	return found.all, permissions
}

// eventsOf are the events of the declared functions. That one is not there is the rule services.
func eventsOf(s *system.System, declared []access.Function, rules []access.Rule) (all []wantedEvent) {
	for _, of := range declared {
		function, is := s.FunctionNamed(string(of.Name))
		if !is {
			continue
		}
		for _, area := range rules {
			if slices.Contains(of.Created, area.Area) {
				all = append(all, wantedEvent{function: function, pattern: createdBelow(s.Bucket.Name, area.Prefix()), why: fmt.Sprintf("%s is called for what is created in %s", of.Name, area.Area)})
			}
		}
		for _, expression := range of.Schedules {
			all = append(all, wantedEvent{function: function, schedule: expression, why: fmt.Sprintf("%s is called at %s", of.Name, expression)})
		}
	}
	return all
}

// createdBelow matches objects of a bucket that are written below a prefix, and nothing else.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
func createdBelow(bucket, prefix string) any {
	return map[string]any{
		"source": []any{"aws.s3"}, "detail-type": []any{"Object Created"},
		"detail": map[string]any{
			"bucket": map[string]any{"name": []any{bucket}},
			"object": map[string]any{"key": []any{map[string]any{"prefix": prefix}}},
		},
	}
}

// event finds out which of the events a rule is for, and what is wrong with it.
func (f *findings) event(rule system.Resource, wanted []wantedEvent) {
	p := rule.Properties
	var known []*wantedEvent // for what the rule is for
	for i := range wanted {
		if same(p["EventPattern"], wanted[i].pattern) && same(p["ScheduleExpression"], wanted[i].schedule) {
			known = append(known, &wanted[i])
		}
	}
	if len(known) == 0 {
		f.opens(rule.At, "EventPattern: got %v, ScheduleExpression: got %v: no function is declared to be called for that", show(p["EventPattern"]), show(p["ScheduleExpression"]))
		return
	}
	at := slices.IndexFunc(known, func(w *wantedEvent) bool { return same(p["Targets"], w.targets()) })
	switch {
	case at < 0:
		f.opens(rule.At, "Targets: got %v, want %v, because %s", show(p["Targets"]), show(known[0].targets()), known[0].why)
		return
	case known[at].rule != "":
		f.opens(rule.At, "the rule is there twice: want one, because %s", known[at].why)
	case p["State"] != "ENABLED":
		f.closes(rule.At, "State: got %v, want ENABLED, because %s", show(p["State"]), known[at].why)
	}
	known[at].rule = rule.ARN
}

// retries holds what is done about calls that fail: once for each function that EventBridge calls.
func (f *findings) retries(s *system.System, wanted []wantedEvent) {
	given := map[string]int{}
	for _, resource := range ofType(s, "AWS::Lambda::EventInvokeConfig") {
		name := fmt.Sprint(resource.Properties["FunctionName"])
		if given[name]++; given[name] > 1 || !slices.ContainsFunc(wanted, func(w wantedEvent) bool { return w.function.ID == name }) {
			f.opens(resource.At, "FunctionName: got %s, want it once for each function that EventBridge calls", name)
		}
	}
	for _, w := range wanted {
		if name := w.function.ID; given[name] == 0 {
			given[name] = 1
			f.closes(w.function.At, "nothing says how often a call that fails is made again: want an EventInvokeConfig, because %s", w.why)
		}
	}
}

// notifications holds what buckets tell others: EventBridge, where somebody hears of what is created, and nobody else.
func (f *findings) notifications(s *system.System, heard bool) {
	files := s.Files()
	for _, bucket := range s.Buckets() {
		got, want := bucket.Properties["NotificationConfiguration"], any(nil)
		if heard && bucket.Name == files.Name {
			want = map[string]any{"EventBridgeConfiguration": map[string]any{"EventBridgeEnabled": true}}
		}
		switch {
		case same(got, want):
		case want == nil:
			f.opens(bucket.At, "NotificationConfiguration: got %v, want none: no function is declared to hear of it", show(got))
		default:
			f.opens(bucket.At, "NotificationConfiguration: got %v, want %v", show(got), show(want))
		}
	}
}

// judgeEvents judges what calls functions.
func (s judge) judgeEvents(types map[string]properties) {
	rule := properties{}
	rule.irrelevant(Words, "Description")
	rule.proven("events", "EventPattern", "ScheduleExpression", "State", "Targets")
	types["AWS::Events::Rule"] = rule

	permission := properties{}
	permission.proven("permissions", "Action", "FunctionName", "Principal", "SourceAccount", "SourceArn")
	types["AWS::Lambda::Permission"] = permission

	retries := properties{} // as Lambda does by itself
	retries.proven("events", "FunctionName")
	retries.is("Qualifier", "$LATEST")
	retries.is("MaximumEventAgeInSeconds", 21600)
	retries.is("MaximumRetryAttempts", 2)
	types["AWS::Lambda::EventInvokeConfig"] = retries

	types["AWS::S3::Bucket"].proven("events", "NotificationConfiguration")
}

// hears tells a rule of a team's own that events of people's files may come to: of a bucket that sends its events to EventBridge, by
// a pattern that neither another source nor the name of another bucket keeps from them.
func hears(rule system.Outside, bucket system.Bucket) bool {
	tree, has := rule.Properties["EventPattern"].(map[string]any)
	if rule.Type != "AWS::Events::Rule" || !has || bucket.Properties["NotificationConfiguration"] == nil {
		return false
	}
	decisive := map[string]any{"version": []any{"0"}} // which all events have
	if source, says := tree["source"]; says {
		decisive["source"] = source
	}
	if name := system.Lookup(tree, "detail.bucket.name"); name != nil {
		decisive["detail"] = map[string]any{"bucket": map[string]any{"name": name}}
	}
	read, err := pattern.Parse(decisive)
	return err != nil || read.Matches(map[string]any{
		"version": "0", "source": "aws.s3", "detail": map[string]any{"bucket": map[string]any{"name": bucket.Name}},
	})
}
