package proof

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/system"
)

// Irrelevance is why a property is nobody's way to do more, or less. What concerns how people sign in,
// what an attacker would like, what is billed, or how long data lives has no reason here.
type Irrelevance string

// The reasons there are.
const (
	Name    Irrelevance = "a name that nothing is decided by"
	Words   Irrelevance = "words for people"
	Label   Irrelevance = "a tag that no policy looks at"
	Speed   Irrelevance = "how fast an answer arrives, and not what it says"
	Tracing Irrelevance = "what operators see of requests, without what is in them"
)

// judge says of a system what its properties have to be.
type judge struct {
	*system.System
	declared []access.Function
}

// A judgement says what a property is held to: proven by a rule, one of some values, or of no
// matter for a reason. It is about all that is below its path.
type judgement struct {
	rule   string // the rule that proves it; empty for values and reasons
	reason Irrelevance
	values []any
	within *span
	holds  func(value any) (want string) // empty if it does
	needed bool
	choice bool // of the settings in cdk.json: other values are as right
}

// properties are the judgements of a type, by path; a step * is any item of a list.
type properties map[string]judgement

// proven is for what another rule takes in wholly.
func (p properties) proven(rule string, paths ...string) {
	for _, path := range paths {
		p[path] = judgement{rule: rule}
	}
}

// is is for what has to be there, with one of some values.
func (p properties) is(path string, values ...any) {
	p[path] = judgement{values: values, needed: true}
}

// may is for what, where it is there, has one of some values.
func (p properties) may(path string, values ...any) {
	p[path] = judgement{values: values}
}

// choice is is for what cdk.json chooses.
func (p properties) choice(path string, values ...any) {
	p[path] = judgement{values: values, needed: true, choice: true}
}

// within is for a number that cdk.json chooses, from 1 to a bound.
func (p properties) within(path string, most float64) {
	p[path] = judgement{within: &span{1, most}, needed: true, choice: true}
}

// fromNone is within for a number that may be 0.
func (p properties) fromNone(path string, most float64) {
	p[path] = judgement{within: &span{0, most}, needed: true, choice: true}
}

// holds is for what a function has to find right; it answers what it wants otherwise.
func (p properties) holds(path string, check func(value any) (want string)) {
	p[path] = judgement{holds: check, needed: true}
}

// needs is for what has to be there besides.
func (p properties) needs(path string) {
	j := p[path]
	j.needed = true
	p[path] = j
}

// irrelevant is for what matters to nobody's access.
func (p properties) irrelevant(reason Irrelevance, paths ...string) {
	for _, path := range paths {
		p[path] = judgement{reason: reason}
	}
}

// propertyCheck holds the properties of all resources against the judgements of their types.
type propertyCheck struct {
	findings
	count   *Count
	reasons map[Irrelevance]bool
}

// checkProperties makes sure that every property of every resource is proven, or irrelevant for a
// reason: one that nobody has looked at could open anything.
func checkProperties(of *system.System, declared []access.Function, count *Count) []Violation {
	s := judge{of, declared}
	c := propertyCheck{findings{rule: "properties"}, count, map[Irrelevance]bool{}}
	types := s.judgements()
	for _, resource := range s.Resources {
		judgements, known := types[s.judgedAs(resource)]
		if !known {
			c.opens(resource.At, "%s", resource.Unknown())
			continue
		}
		for _, path := range slices.Sorted(maps.Keys(resource.Properties)) {
			c.visit(resource, judgements, path, path, resource.Properties[path])
		}
		if resource.Type == "AWS::DynamoDB::GlobalTable" {
			c.table(resource)
		}
		for _, path := range slices.Sorted(maps.Keys(judgements)) {
			if j := judgements[path]; j.needed {
				for _, place := range missing(resource.Properties, "", path) {
					c.judge(resource, j, place, nil)
				}
			}
		}
	}
	count.Reasons, count.Outside = len(c.reasons), len(of.Outside)
	return c.all
}

// IrrelevanceOf answers why a property of a resource type matters to nobody's access, or is empty for one that may. The path is as in
// DistributionConfig.Origins.0.Id; what is below an irrelevant property is as irrelevant.
func IrrelevanceOf(s *system.System) func(kind, path string) Irrelevance {
	types := judge{s, access.Functions()}.judgements()
	return func(kind, path string) Irrelevance {
		as := ""
		for step := range strings.SplitSeq(path, ".") {
			if _, err := strconv.Atoi(step); err == nil {
				step = "*"
			}
			as = strings.TrimPrefix(as+"."+step, ".")
			if reason := types[kind][as].reason; reason != "" {
				return reason
			}
		}
		return ""
	}
}

// missing are the places that a path leads to and where there is nothing: one, or of a path through a
// list one an item.
func missing(properties any, above, path string) []string {
	list, rest, through := strings.Cut(path, ".*.")
	if !through {
		if system.Lookup(properties, path) == nil {
			return []string{above + path}
		}
		return nil
	}
	var all []string
	for i, item := range system.Items(system.Lookup(properties, list)) {
		all = append(all, missing(item, fmt.Sprintf("%s%s.%d.", above, list, i), rest)...)
	}
	return all
}

// visit goes down a property until a judgement is about it. At is the path in the resource, as the
// one that judgements have.
func (c *propertyCheck) visit(of system.Resource, judgements properties, at, as string, value any) {
	if j, judged := judgements[as]; judged {
		if j.reason != "" {
			c.count.Irrelevant++
			c.reasons[j.reason] = true
			return
		}
		c.count.Proven++
		c.judge(of, j, at, value)
		return
	}
	switch value := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			c.visit(of, judgements, at+"."+key, as+"."+key, value[key])
		}
		if len(value) > 0 {
			return
		}
	case []any:
		for i, item := range value {
			c.visit(of, judgements, fmt.Sprintf("%s.%d", at, i), as+".*", item)
		}
		if len(value) > 0 {
			return
		}
	}
	c.count.Unknown++
	c.opens(of.At, "%s: got %v, and nobody has looked at what that property opens: the proof has no line for it", at, show(value))
}

func (c *propertyCheck) judge(of system.Resource, j judgement, at string, value any) {
	want := ""
	switch {
	case repeats(value):
		want = "each item once"
	case j.needed && j.rule != "" && value == nil:
		want = "it"
	case j.rule != "":
		return
	case j.within != nil:
		if !satisfies(value, *j.within) {
			want = j.within.String()
		}
	case j.holds != nil:
		want = j.holds(value)
	case !slices.ContainsFunc(j.values, func(one any) bool { return same(value, one) }):
		want = orList(j.values)
	}
	if want != "" {
		c.opens(of.At, "%s: got %v, want %s", at, show(value), want)
	}
}

// repeats tells a list that has a text twice.
func repeats(value any) bool {
	seen := map[string]bool{}
	for _, item := range system.Items(value) {
		if text, isText := item.(string); isText {
			if seen[text] {
				return true
			}
			seen[text] = true
		}
	}
	return false
}

// same compares values as CloudFormation takes them: a number or a boolean may be a text.
func same(got, want any) bool { return reflect.DeepEqual(asTexts(got), asTexts(want)) }

// asTexts makes all scalars in a value texts.
func asTexts(value any) any {
	switch value := value.(type) {
	case map[string]any:
		all := map[string]any{}
		for key, member := range value {
			all[key] = asTexts(member)
		}
		return all
	case []any:
		all := make([]any, len(value))
		for i, item := range value {
			all[i] = asTexts(item)
		}
		return all
	case nil:
		return nil
	default:
		return fmt.Sprint(value)
	}
}

func orList(values []any) string {
	var all []string
	for _, value := range values {
		all = append(all, fmt.Sprint(show(value)))
	}
	return cmp.Or(strings.Join(all, " or "), "nothing")
}
