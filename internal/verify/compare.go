package verify

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/cloudformation/schema"
)

// A drift is a property that is not as the template has it.
type drift struct {
	path      string
	got, want any // nil for nothing
}

// A comparison holds what lives against what a template says, of one resource.
type comparison struct {
	kind   string
	madeUp func(path string, value any) bool // tells a name that CloudFormation made up
	drifts []drift
	unread []string // what AWS does not answer
}

// nothing stands for a member that is not there.
type nothing struct{}

// merge is the template's node where want, what it gives, and got are the same; and else what is got, with the template's words
// in all parts that are the same.
func (c *comparison) merge(path string, node, want, got any) any {
	if c.equal(path, got, want) {
		return keep(node, got)
	}
	if strings.HasSuffix(path, "PolicyDocument") {
		got, want = ofPolicy(got), ofPolicy(want)
	}
	switch want := want.(type) {
	case map[string]any:
		if got, is := got.(map[string]any); is {
			return c.members(path, node, want, got)
		}
	case []any:
		if got, is := got.([]any); is {
			return c.items(path, node, want, got)
		}
	}
	if fmt.Sprint(want) == unreadSecret || strings.Contains(fmt.Sprint(want), unreadSecret) {
		c.unread = append(c.unread, path)
		return keep(node, want)
	}
	c.drifts = append(c.drifts, drift{path, given(got), given(want)})
	return got
}

func given(value any) any {
	if value == (any)(nothing{}) {
		return nil
	}
	return value
}

// keep is the template's node; where there is none by itself, what it gives.
func keep(node, value any) any {
	if node == nil {
		return value
	}
	return node
}

// equal is same, or what AWS answers for what a template does not say.
func (c *comparison) equal(path string, got, want any) bool {
	switch {
	case want == (any)(nothing{}):
		return plain(path, got) == nil || isDefault(c.kind, path, got) || c.madeUp != nil && c.madeUp(path, got)
	case got == (any)(nothing{}):
		return plain(path, want) == nil || isDefault(c.kind, path, want)
	case c.kind == "AWS::AppSync::GraphQLSchema" && path == "Definition":
		return sameSchema(fmt.Sprint(got), fmt.Sprint(want))
	case strings.HasPrefix(c.kind, "AWS::Lambda::") && path == "FunctionName":
		return functionName(fmt.Sprint(got)) == functionName(fmt.Sprint(want))
	}
	return same(path, got, want)
}

func (c *comparison) members(path string, node any, want, got map[string]any) any {
	words, all := wordsOf(node), map[string]any{}
	keys := maps.Clone(want)
	maps.Copy(keys, got)
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		at := strings.TrimPrefix(path+"."+key, ".")
		is, lives := got[key]
		was, declared := want[key]
		switch {
		case !lives && isUnread(c.kind, at):
			c.unread = append(c.unread, at)
			all[key] = keep(words[key], was)
			continue
		case !lives:
			is = nothing{}
		case !declared:
			was = nothing{}
		}
		if value := c.merge(at, words[key], was, is); value != (any)(nothing{}) && (declared || !c.equal(at, is, was)) {
			all[key] = value
		}
	}
	return all
}

// wordsOf are the members of a node that is an object, and no function.
func wordsOf(node any) map[string]any {
	words, _ := node.(map[string]any)
	for key := range words {
		if key == "Ref" || strings.HasPrefix(key, "Fn::") {
			return nil
		}
	}
	return words
}

// items pairs what is equal, then what has the same name, then what is left, in its order.
func (c *comparison) items(path string, node any, want, got []any) any {
	words, _ := node.([]any)
	if len(words) != len(want) {
		words = make([]any, len(want)) // a function made it
	}
	of, taken := make([]int, len(want)), make([]bool, len(got))
	for i := range of {
		of[i] = -1
	}
	pair := func(fit func(is, was any) bool) {
		for i, was := range want {
			for j, is := range got {
				if of[i] < 0 && !taken[j] && fit(is, was) && (!isOrdered(path) || i == j) {
					of[i], taken[j] = j, true
				}
			}
		}
	}
	pair(func(is, was any) bool { return c.equal(path+".*", is, was) })
	pair(func(is, was any) bool { return named(is) != "" && named(is) == named(was) })
	if len(want) == len(got) {
		pair(func(any, any) bool { return true })
	}
	var all []any
	for i, was := range want {
		at := fmt.Sprintf("%s.%d", path, i)
		if of[i] < 0 {
			c.drifts = append(c.drifts, drift{at, nil, was})
			continue
		}
		all = append(all, c.merge(at, words[i], was, got[of[i]]))
	}
	for j, is := range got {
		if !taken[j] {
			c.drifts = append(c.drifts, drift{fmt.Sprintf("%s.%d", path, len(all)), is, nil})
			all = append(all, is)
		}
	}
	return all
}

// named is what an item of a list is called by, "" for one that is not.
func named(item any) string {
	members, _ := item.(map[string]any)
	for _, key := range []string{"Id", "PolicyName", "Sid", "Key", "Name", "IndexName", "AttributeName", "Region", "PathPattern", "ErrorCode"} {
		if name, is := members[key].(string); is {
			return key + " " + name
		}
	}
	return ""
}

// isUnread tells what AWS takes and does not answer.
func isUnread(kind, path string) bool {
	return slices.ContainsFunc(schema.Current().Types[kind].WriteOnly, func(one string) bool {
		return matches(one, path) || strings.HasPrefix(one, path+".")
	})
}

// matches compares a path with one that has stars for the items of lists.
func matches(pattern, path string) bool {
	a, b := strings.Split(pattern, "."), strings.Split(path, ".")
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] && (a[i] != "*" || strings.Trim(b[i], "0123456789*") != "") {
			return false
		}
	}
	return true
}

// answered are the properties that lives are compared by: without what no template can say, and the tags that AWS sets itself.
func answered(kind string, live map[string]any, stackTags map[string]string) map[string]any {
	all := map[string]any{}
	t := schema.Current().Types[kind]
	for key, value := range live {
		if slices.Contains(t.ReadOnly, key) {
			continue
		}
		if key == t.TagProperty {
			value = ownTags(value, stackTags)
		}
		all[key] = without(t.ReadOnly, key, value)
	}
	return all
}

// without is a value less the parts that no template can say.
func without(readOnly []string, path string, value any) any {
	members, is := value.(map[string]any)
	if !is || !slices.ContainsFunc(readOnly, func(one string) bool { return strings.HasPrefix(one, path+".") }) {
		return value
	}
	all := map[string]any{}
	for key, member := range members {
		if !slices.Contains(readOnly, path+"."+key) {
			all[key] = without(readOnly, path+"."+key, member)
		}
	}
	return all
}

// ownTags are the tags that a template's resource has by itself: neither AWS's nor its stack's.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-console-add-tags.html
func ownTags(tags any, ofStack map[string]string) any {
	own := func(key string, value any) bool {
		of, given := ofStack[key]
		return !strings.HasPrefix(key, "aws:") && (!given || of != fmt.Sprint(value))
	}
	switch tags := tags.(type) {
	case map[string]any:
		all := map[string]any{}
		for key, value := range tags {
			if own(key, value) {
				all[key] = value
			}
		}
		return all
	case []any:
		return slices.DeleteFunc(slices.Clone(tags), func(tag any) bool {
			members, _ := tag.(map[string]any)
			return !own(fmt.Sprint(members["Key"]), members["Value"])
		})
	}
	return tags
}
