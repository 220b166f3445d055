package plan

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"lightbox.example/lightbox/internal/alarms"
	"lightbox.example/lightbox/sandbox/assembly"
	"lightbox.example/lightbox/sandbox/cloudformation/schema"
)

// final are the changes of a resource in place that delete something, or let it be deleted. Each has an id of its own, which
// names what is lost.
func final(old, next part) []Finding {
	switch next.Resource.Type {
	case "AWS::Logs::LogGroup":
		const retention = "RetentionInDays"
		was, is := days(old, retention), days(next, retention)
		if is > 0 && (was == 0 || is < was) {
			return []Finding{losing(next, "lines", fmt.Sprintf("Lines that are older than %d days are deleted.", is),
				Change{retention, shown(old.Properties[retention]), shown(next.Properties[retention])})}
		}
	case "AWS::DynamoDB::GlobalTable":
		return finalOfTable(old, next)
	case "AWS::S3::Bucket":
		return finalOfBucket(old, next)
	}
	return nil
}

// losing is a loss by a change in place; what is a word for what is lost.
func losing(next part, what, says string, because ...Change) Finding {
	f := finding(Final, next)
	f.ID += "/" + what
	f.Loss, f.Says, f.Because = true, says, because
	return f
}

func finalOfBucket(old, next part) []Finding {
	var found []Finding
	const version = "VersioningConfiguration.Status"
	if a, b := schema.At(old.Properties, version), schema.At(next.Properties, version); schema.Same(a, "Enabled") && !schema.Same(a, b) {
		found = append(found, losing(next, "versions", "What is overwritten or deleted from now on has no version of before.", Change{version, shown(a), shown(b)}))
	}
	const rules = "LifecycleConfiguration.Rules"
	if a, b := expiring(old), expiring(next); !schema.Same(a, b) && sooner(a, b) {
		found = append(found, losing(next, "files", "Files that a rule is about are deleted when it says so, those that are there too.", Change{rules, shown(a), shown(b)}))
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
func (c *comparison) lifted(was, is *assembly.Resolved) []Finding {
	var deletes, at, open []string // at are those that the deployment itself deletes
	if was.Stack.TerminationProtection && !is.Stack.TerminationProtection {
		open = append(open, "the stack itself")
	}
	for _, r := range is.Resources {
		old, ok := was.Resource(r.Resource.LogicalID)
		if !ok {
			continue
		}
		next := part{is.Stack, r}
		held := heldBy(r.Resource.Type)
		deletion := spares(old.Resource.DeletionPolicy) && !spares(r.Resource.DeletionPolicy)
		replacement := spares(old.Resource.UpdateReplacePolicy) && !spares(r.Resource.UpdateReplacePolicy)
		if (held.loss || held.interrupts) && (deletion || replacement) {
			deletes = append(deletes, next.path())
			if c.is.fresh[next.place()] && !keeps(r.Resource.UpdateReplacePolicy) {
				at = append(at, next.path())
			}
		}
		for _, path := range []string{"DeletionProtection", "Replicas.DeletionProtectionEnabled"} {
			if safe(schema.At(old.Properties, path)) && !safe(schema.At(r.Properties, path)) {
				open = append(open, next.path())
			}
		}
	}
	slices.Sort(deletes)
	slices.Sort(at)
	slices.Sort(open)
	var found []Finding
	if len(deletes) > 0 {
		f := ofStack(Final, is.Stack)
		f.ID += "/policies"
		f.Loss = true
		f.Says = "From now on these are deleted with the stack, and when a change replaces them, and nothing brings them back: " + listed(deletes) + "."
		f.Ways = []string{"Deploy the policies of before again as long as the stack is there: by them, nothing is deleted by this deployment itself."}
		if len(at) > 0 {
			f.Ways = []string{"This deployment makes anew, and deletes at once: " + listed(at) + ". For the others, deploy the policies of before again as long as the stack is there."}
		}
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

// spares reports whether a policy leaves what a resource holds, in it or in a snapshot.
func spares(policy string) bool { return keeps(policy) || policy == "Snapshot" }

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
	f.Says = "It stays in " + c.whereabouts(was.Stack) + " as it is, is paid for, and no deployment reaches it any more."
	var kept []string
	for _, r := range was.Resources {
		if held := heldBy(r.Resource.Type); held.loss && !held.kept {
			kept = append(kept, part{was.Stack, r}.path())
		}
	}
	slices.Sort(kept)
	if len(kept) > 0 {
		f.Says += " It holds " + listed(kept) + "."
	}
	if was.Stack.ID == string(alarms.Operations) && c.uncounted(was.Stack) {
		f.Says += " Its alarms of failed records see none any more: delete it."
	}
	s.Findings = append(s.Findings, f)
	return s
}

// uncounted reports whether there is a mapping of an abandoned stack's environment whose events AWS counts no more: alarms of a metric that
// nobody publishes stay silent.
//
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
func (c *comparison) uncounted(of *assembly.Stack) bool {
	app, env, _ := parts(of.Name)
	for _, next := range c.is.stacks {
		if a, e, _ := parts(next.Stack.Name); a != app || e != env {
			continue
		}
		for _, r := range next.Resources {
			if _, counted := r.Properties["MetricsConfig"]; r.Resource.Type == "AWS::Lambda::EventSourceMapping" && !counted {
				return true
			}
		}
	}
	return false
}
