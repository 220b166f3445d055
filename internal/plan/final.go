package plan

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"lightbox.example/lightbox/sandbox/assembly"
	"lightbox.example/lightbox/sandbox/cloudformation/schema"
)

// final are the changes of a resource in place that delete something, or let it be deleted.
func final(old, next part) []Finding {
	var found []Finding
	add := func(loses string, changes ...Change) {
		f := finding(Final, next)
		f.Loss, f.Because = true, changes
		f.Says = loses
		found = append(found, f)
	}
	switch next.Resource.Type {
	case "AWS::Logs::LogGroup":
		was, is := days(old, "RetentionInDays"), days(next, "RetentionInDays")
		if is > 0 && (was == 0 || is < was) {
			add(fmt.Sprintf("Lines that are older than %d days are deleted.", is), Change{"RetentionInDays", shown(old.Properties["RetentionInDays"]), shown(next.Properties["RetentionInDays"])})
		}
	case "AWS::DynamoDB::GlobalTable":
		const life = "TimeToLiveSpecification.Enabled"
		if a, b := schema.At(old.Properties, life), schema.At(next.Properties, life); !schema.Same(a, true) && schema.Same(b, true) {
			add("Rows are deleted when their time is over, those that are there too.", Change{life, shown(a), shown(b)})
		}
		const backups = "Replicas.PointInTimeRecoverySpecification."
		for path, fewer := range map[string]func(was, is any) bool{"PointInTimeRecoveryEnabled": switchedOff, "RecoveryPeriodInDays": fewerDays} {
			a, b := schema.At(old.Properties, backups+path), schema.At(next.Properties, backups+path)
			if anyItem(a, b, fewer) {
				add("Backups that the table has by now are deleted.", Change{backups + path, shown(a), shown(b)})
			}
		}
	case "AWS::S3::Bucket":
		const version = "VersioningConfiguration.Status"
		if a, b := schema.At(old.Properties, version), schema.At(next.Properties, version); schema.Same(a, "Enabled") && !schema.Same(a, b) {
			add("What is overwritten or deleted from now on has no version of before.", Change{version, shown(a), shown(b)})
		}
		const rules = "LifecycleConfiguration.Rules"
		if a, b := expiring(old), expiring(next); !schema.Same(a, b) && sooner(a, b) {
			add("Files that a rule is about are deleted when it says so, those that are there too.", Change{rules, shown(a), shown(b)})
		}
	}
	return found
}

// days are a number of days; 0 is for ever.
func days(p part, path string) int {
	n, err := strconv.Atoi(shown(schema.At(p.Properties, path)))
	if err != nil {
		return 0
	}
	return n
}

// items are the values at a path, of each item of a list.
func items(value any) []any {
	if list, ok := value.([]any); ok {
		return list
	}
	return []any{value}
}

// anyItem reports whether a rule holds of some item before and the one in its place.
func anyItem(was, is any, holds func(was, is any) bool) bool {
	next := items(is)
	for i, before := range items(was) {
		var now any
		if i < len(next) {
			now = next[i]
		}
		if holds(before, now) {
			return true
		}
	}
	return false
}

func switchedOff(was, is any) bool { return schema.Same(was, true) && !schema.Same(is, true) }

// fewerDays reports whether backups are kept for a shorter time; without a number it is the longest.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PointInTimeRecoverySpecification.html
func fewerDays(was, is any) bool {
	const longest = "35"
	before, errBefore := strconv.Atoi(cmp.Or(shown(was), longest))
	now, errNow := strconv.Atoi(cmp.Or(shown(is), longest))
	return errBefore == nil && errNow == nil && now < before
}

// expiring are the rules of a bucket that delete, by what they are about, with the days until they do.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
func expiring(p part) map[string]any {
	found := map[string]any{}
	rules, _ := schema.At(p.Properties, "LifecycleConfiguration.Rules").([]any)
	for _, item := range rules {
		rule, _ := item.(map[string]any)
		if rule["Status"] != "Enabled" {
			continue
		}
		about := map[string]any{}
		for _, key := range []string{"Prefix", "TagFilters", "ObjectSizeGreaterThan", "ObjectSizeLessThan"} {
			if value, ok := rule[key]; ok {
				about[key] = value
			}
		}
		text, _ := json.Marshal(about) // out of JSON
		for _, path := range []string{"ExpirationInDays", "NoncurrentVersionExpiration.NoncurrentDays", "ExpirationDate"} {
			if value := schema.At(rule, path); value != nil {
				found[path+" of "+string(text)] = value
			}
		}
	}
	return found
}

// sooner reports whether something is deleted earlier than before, or at all.
func sooner(was, is map[string]any) bool {
	for what, value := range is {
		before, there := was[what]
		if !there {
			return true
		}
		a, errA := strconv.Atoi(shown(before))
		b, errB := strconv.Atoi(shown(value))
		if errA != nil || errB != nil || b < a {
			return true
		}
	}
	return false
}

// lifted is what of a stack is no longer safe from a deletion.
func lifted(was, is *assembly.Resolved) []Finding {
	var deletes, open []string
	if was.Stack.TerminationProtection && !is.Stack.TerminationProtection {
		open = append(open, "the stack itself")
	}
	for _, r := range is.Resources {
		old, ok := was.Resource(r.Resource.LogicalID)
		if !ok {
			continue
		}
		next := part{is.Stack, r}
		held := holdings[r.Resource.Type]
		before := keeps(old.Resource.DeletionPolicy) || keeps(old.Resource.UpdateReplacePolicy)
		if (held.loss || held.interrupts) && before && (!keeps(r.Resource.DeletionPolicy) || !keeps(r.Resource.UpdateReplacePolicy)) {
			deletes = append(deletes, next.path())
		}
		for _, path := range []string{"DeletionProtection", "Replicas.DeletionProtectionEnabled"} {
			if safe(schema.At(old.Properties, path)) && !safe(schema.At(r.Properties, path)) {
				open = append(open, next.path())
			}
		}
	}
	slices.Sort(deletes)
	slices.Sort(open)
	var found []Finding
	if len(deletes) > 0 {
		f := ofStack(Final, is.Stack)
		f.Loss = true
		f.Says = "From now on these are deleted with the stack, and when a change replaces them, and nothing brings them back: " + listed(deletes) + "."
		f.Ways = []string{"Deploy the policies of before again as long as the stack is there: nothing is deleted by this deployment itself."}
		found = append(found, f)
	}
	if len(open) > 0 {
		f := ofStack(Final, is.Stack)
		f.ID += "/protection"
		f.Says = "From now on a deletion is not refused: of " + listed(open) + "."
		found = append(found, f)
	}
	return found
}

// safe reports whether a protection is on; of a list, in all items.
func safe(value any) bool {
	if list, ok := value.([]any); ok {
		for _, item := range list {
			if !safe(item) {
				return false
			}
		}
		return len(list) > 0
	}
	return schema.Same(value, true) || schema.Same(value, "ACTIVE")
}

// abandoned is a stack that nothing deploys any more.
func (c *comparison) abandoned(was *assembly.Resolved) Stack {
	s := Stack{ID: was.Stack.ID, Name: was.Stack.Name, Region: was.Stack.Region, Deed: Abandoned, Findings: []Finding{}}
	f := ofStack(LeftOver, was.Stack)
	f.Says = "It stays in " + regionOf(was.Stack) + " as it is, is paid for, and no deployment reaches it any more."
	var kept []string
	for _, r := range was.Resources {
		if held := holdings[r.Resource.Type]; held.loss && !held.kept {
			kept = append(kept, part{was.Stack, r}.path())
		}
	}
	slices.Sort(kept)
	if len(kept) > 0 {
		f.Says += " It holds " + listed(kept) + "."
	}
	s.Findings = append(s.Findings, f)
	return s
}
