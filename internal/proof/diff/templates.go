package diff

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"lightbox.example/lightbox/internal/proof"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/iam"
)

// UnreadChange is a change of the templates that Compare has not compared: it says nothing of who may
// do more or less by it.
type UnreadChange struct {
	// Stack is the construct id, LogicalID a resource's, "" for what is no resource.
	Stack, LogicalID string
	Type             string // of the resource
	// Path leads to what differs, as in Properties.ReplicationConfiguration.Role or
	// Outputs.BucketName.Value; "" is the whole of the resource, or of the stack.
	Path string
	// Old and New are values as JSON, a line of a longer text, or nothing.
	Old, New string
}

// IrrelevantChange is a change that matters to nobody's access, for a reason.
type IrrelevantChange struct {
	UnreadChange
	Reason proof.Irrelevance
}

// String says where, old, new and why.
func (c IrrelevantChange) String() string { return fmt.Sprintf("%s (%s)", c.UnreadChange, c.Reason) }

const notThere = "nothing"

// String says where, old and new.
func (u UnreadChange) String() string {
	where := u.Stack
	if u.LogicalID != "" {
		where += " " + u.LogicalID + " (" + u.Type + ")"
	}
	if u.Path != "" {
		where += " " + u.Path
	}
	return fmt.Sprintf("%s: %s -> %s", where, u.Old, u.New)
}

// compareSources lists what differs between the templates and was neither read to be asked about
// nor is held to one value by an invariant, and apart from it what matters to nobody's access. Nothing else is taken for compared: what nobody reads
// is listed because it is in the template, not because somebody thought of it.
func (p *pair) compareSources() {
	known := p.compared()
	for _, stack := range keys(p.before.Templates, p.after.Templates) {
		was, is := p.before.Templates[stack], p.after.Templates[stack]
		if was == nil || is == nil {
			p.unread(UnreadChange{Stack: stack, Old: presence(was, "a stack"), New: presence(is, "a stack")})
		}
		for _, section := range keys(was, is) {
			if section == "Resources" {
				p.compareResources(stack, object(was[section]), object(is[section]), known)
				continue
			}
			for _, leaf := range leaves(section, was[section], is[section]) {
				p.unread(UnreadChange{Stack: stack, Path: leaf.path, Old: leaf.old, New: leaf.new})
			}
		}
	}
}

func (p *pair) unread(u UnreadChange) { p.diff.Unread = append(p.diff.Unread, u) }

// irrelevance answers why a place in a resource matters to nobody's access, or is empty. Both systems
// have the same reasons: they depend on types alone.
func (p *pair) irrelevance(kind, path string) proof.Irrelevance {
	if path == "Metadata.aws:cdk:path" {
		return proof.Words
	}
	if property, is := strings.CutPrefix(path, "Properties."); is {
		return p.reasons(kind, property)
	}
	return ""
}

// compared are the properties that Compare takes in wholly: what was read to decide by it, in
// either system, and what an invariant holds to one value.
func (p *pair) compared() map[system.Property]bool {
	all := map[system.Property]bool{}
	for _, s := range []*system.System{p.before, p.after} {
		maps.Copy(all, s.Decisive)
		for _, fixed := range proof.FixedProperties(s) {
			all[fixed] = true
		}
	}
	return all
}

// compareResources compares the resources of a stack, property by property. One that is there once
// only is listed whole, less what is compared of it.
func (p *pair) compareResources(stack string, was, is map[string]any, known map[system.Property]bool) {
	for _, id := range keys(was, is) {
		before, after := object(was[id]), object(is[id])
		u := UnreadChange{Stack: stack, LogicalID: id, Type: fmt.Sprint(cmp.Or(after["Type"], before["Type"]))}
		if before == nil || after == nil {
			u.Old, u.New = uncompared(stack, id, before, known), uncompared(stack, id, after, known)
			if u.Old != u.New {
				p.unread(u)
			}
			continue
		}
		for _, leaf := range leaves("", before, after) {
			path, isProperty := strings.CutPrefix(leaf.path, "Properties.")
			if isProperty && !leaf.choice && covered(known, system.Property{Stack: stack, LogicalID: id, Path: path}) {
				continue
			}
			u.Path, u.Old, u.New = leaf.path, leaf.old, leaf.new
			if reason := p.irrelevance(u.Type, leaf.path); reason != "" && before["Type"] == after["Type"] && !leaf.choice {
				p.diff.Irrelevant = append(p.diff.Irrelevant, IrrelevantChange{u, reason})
				continue
			}
			p.unread(u)
		}
	}
}

// uncompared shows those properties of a resource that are not compared, or nothing where all are.
func uncompared(stack, id string, resource map[string]any, known map[system.Property]bool) string {
	properties := map[string]any{}
	maps.Copy(properties, object(resource["Properties"]))
	some := len(properties) > 0
	maps.DeleteFunc(properties, func(name string, value any) bool {
		return covered(known, system.Property{Stack: stack, LogicalID: id, Path: name}) && !strings.Contains(shown(value), `"Fn::If":`)
	})
	if resource == nil || some && len(properties) == 0 {
		return notThere
	}
	return shown(properties)
}

// covered tells whether a property is compared, by itself or as a part of one that is.
func covered(known map[system.Property]bool, at system.Property) bool {
	for {
		if known[at] {
			return true
		}
		dot := strings.LastIndex(at.Path, ".")
		if dot < 0 {
			return false
		}
		at.Path = at.Path[:dot]
	}
}

// compareRules lists the rules of policies that differ and that asking does not tell all of: who
// somebody is and what a condition looks at are asked by samples. Actions, resources and prefixes
// of listings are asked by one of every class.
func (p *pair) compareRules() {
	was, is := p.before.Documents, p.after.Documents
	for _, at := range slices.SortedFunc(maps.Keys(union(was, is)), func(a, b system.Property) int {
		return cmp.Or(cmp.Compare(a.Stack, b.Stack), cmp.Compare(a.LogicalID, b.LogicalID), cmp.Compare(a.Path, b.Path))
	}) {
		old, young := sampled(was[at].Compiled, p.toAfter), sampled(is[at].Compiled, strings.NewReplacer())
		u := UnreadChange{at.Stack, at.LogicalID, cmp.Or(resourceType(p.after, at), resourceType(p.before, at)), "Properties." + at.Path, notThere, notThere}
		for _, u.Old = range without(old, young) {
			p.unread(u)
		}
		u.Old = notThere
		for _, u.New = range without(young, old) {
			p.unread(u)
		}
	}
}

// isAsked tells a condition, in canonical form, of which every class is asked about. A text with
// a star that is no wildcard is not in a class of its own.
func isAsked(condition string) bool {
	operator, operands, _ := strings.Cut(condition, " s3:prefix ")
	switch operator {
	case "StringLike", "StringNotLike":
		return true
	case "StringEquals", "StringNotEquals":
		return operands != "" && !strings.ContainsAny(operands, "*?")
	default:
		return false
	}
}

// sampled are the rules of a policy that name principals, or conditions of which samples are
// asked, in canonical form: the same rule written differently is the same.
func sampled(p *iam.Policy, ids *strings.Replacer) []string {
	if p == nil {
		return nil
	}
	var rules []string
	for _, rule := range iam.Normalize(p) {
		open := slices.ContainsFunc(rule.Conditions, func(condition string) bool { return !isAsked(condition) })
		if rule.Principal != "" || open {
			rules = append(rules, ids.Replace(rule.String()))
		}
	}
	return rules
}

// without are the texts of a list that another one lacks.
func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(text string) bool { return slices.Contains(other, text) })
}

// resourceType is the type of the resource at a place, "" without one.
func resourceType(s *system.System, at system.Property) string {
	kind, _ := object(object(object(s.Templates[at.Stack])["Resources"])[at.LogicalID])["Type"].(string)
	return kind
}

// leaf is a value that differs.
type leaf struct {
	path, old, new string
	// choice says that a condition chooses the value: one side of it was compared at most.
	choice bool
}

// leaves are the places below a path at which two decoded values differ, each as deep as it goes.
func leaves(path string, was, is any) []leaf {
	wasObject, isObject := children(was), children(is)
	if len(wasObject)+len(isObject) == 0 || chooses(was) || chooses(is) || was != nil && is != nil && kind(was) != kind(is) {
		if shown(was) == shown(is) {
			return nil
		}
		old, young := lines(was, is)
		return []leaf{{path, old, young, chooses(was) || chooses(is)}}
	}
	var all []leaf
	for _, key := range slices.SortedFunc(maps.Keys(union(wasObject, isObject)), byNumber) {
		below := key
		if path != "" {
			below = path + "." + key
		}
		all = append(all, leaves(below, wasObject[key], isObject[key])...)
	}
	return all
}

// kind is '[' for a list, '{' for an object and 0 for any other value.
func kind(value any) rune {
	switch value.(type) {
	case []any:
		return '['
	case map[string]any:
		return '{'
	default:
		return 0
	}
}

// chooses tells a choice that a condition makes. It is shown whole.
func chooses(value any) bool { return object(value)["Fn::If"] != nil }

// children are the members of an object, or of a list by their indexes; nil for other values.
func children(value any) map[string]any {
	list, isList := value.([]any)
	if !isList {
		members, _ := value.(map[string]any)
		return members
	}
	members := map[string]any{}
	for i, element := range list {
		members[strconv.Itoa(i)] = element
	}
	return members
}

// byNumber orders indexes as numbers, and names as texts.
func byNumber(a, b string) int {
	i, err := strconv.Atoi(a)
	j, err2 := strconv.Atoi(b)
	if err == nil && err2 == nil {
		return cmp.Compare(i, j)
	}
	return cmp.Compare(a, b)
}

// lines shows two values: of texts of several lines the first line that differs, with its number.
func lines(was, is any) (string, string) {
	before, isText := was.(string)
	after, isText2 := is.(string)
	if !isText || !isText2 || !strings.Contains(before+after, "\n") {
		return shown(was), shown(is)
	}
	old, young := strings.Split(before, "\n"), strings.Split(after, "\n")
	line := 0
	for line < min(len(old), len(young)) && old[line] == young[line] {
		line++
	}
	at := func(text []string) string {
		if line >= len(text) {
			return "no line " + strconv.Itoa(line+1)
		}
		return "line " + strconv.Itoa(line+1) + " " + shown(strings.TrimSpace(text[line]))
	}
	return at(old), at(young)
}

// shown is a value as JSON.
func shown(value any) string {
	if value == nil {
		return notThere
	}
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return fmt.Sprint(value)
	}
	return strings.TrimSuffix(text.String(), "\n")
}

func presence(section map[string]any, what string) string {
	if section == nil {
		return notThere
	}
	return what
}

func object(value any) map[string]any {
	members, _ := value.(map[string]any)
	return members
}

func union[K comparable, V any](a, b map[K]V) map[K]bool {
	all := map[K]bool{}
	for _, from := range []map[K]V{a, b} {
		for key := range from {
			all[key] = true
		}
	}
	return all
}

// keys are those of either map, sorted.
func keys[V any](a, b map[string]V) []string { return slices.Sorted(maps.Keys(union(a, b))) }
