package proof

import (
	"maps"
	"regexp"
	"strings"
)

// codeMutations change resolvers as a slip would, one place at a time.
var codeMutations = []struct {
	operator, pattern, with string
	// only is a text of the resolvers that the slip could happen in; "" is all.
	only string
}{
	{"remove an owner's condition", `#(photoOwner|owner|onPhotoOf) = :(me|owner)`, `(#$1 = :$2 OR #$1 <> :$2)`, ""},
	{"remove a version's condition", `#version = :version`, `(#version = :version OR #version <> :version)`, ""},
	{"remove a state's condition", `#state = :(draft|live)`, `(#state = :$1 OR #state <> :$1)`, ""},
	{"remove a count's condition", `#likeCount = :likes`, `(#likeCount = :likes OR #likeCount <> :likes)`, ""},
	{"take anybody for an admin", `return !!ctx\.identity && !!ctx\.identity\.groups && [^;]*;`, `return true;`, ""},
	{"take nobody for an admin", `return !!ctx\.identity && !!ctx\.identity\.groups && [^;]*;`, `return false;`, ""},
	{"let anybody in", `if \(!ctx\.identity \|\| !ctx\.identity\.sub\)`, `if (false)`, ""},
	{"trust the input for the owner", `sub: ctx\.identity\.sub`, `sub: ctx.args.input && ctx.args.input.owner || ctx.identity.sub`, "input.caption"},
	{"trust the input for the author", `username: ctx\.identity\.username`, `username: ctx.args.input && ctx.args.input.uploadedBy || "somebody"`, ": username"},
	{"show drafts", `row\.state !== "LIVE"`, `false`, ""},
	{"list drafts", `"LIVE"`, `"DRAFT"`, ""},
	{"forget a subscription's filter", `extensions\.setSubscriptionFilter\([^;]*;`, ``, ""},
	{"turn a subscription's filter around", `\{ eq: `, `{ ne: `, "setSubscriptionFilter"},
	{"answer for somebody else", `ctx\.source\.viewer !== sub`, `false`, ""},
	{"mark a mutation's answer", `return toPhoto\(ctx\.result\)`, `return { ...toPhoto(ctx.result), viewer: ctx.identity.sub }`, ""},
	{"forget the viewer", `viewer: sub`, `viewer: row.photoOwner`, ""},
}

// unknown adds what no trial knows: the same resolver for another field, and the same function
// outside of every pipeline.
func (m mutation) unknown() {
	for kind, change := range map[string]func(properties map[string]any){
		"AWS::AppSync::Resolver":              func(p map[string]any) { p["FieldName"] = "peek" },
		"AWS::AppSync::FunctionConfiguration": func(p map[string]any) { p["Name"] = "peek" },
	} {
		if m.resource["Type"] != kind {
			continue
		}
		m.visit("add what no trial calls", "a copy of "+m.id, func(template map[string]any) {
			resources := template["Resources"].(map[string]any)
			added := maps.Clone(resources[m.id].(map[string]any))
			properties := maps.Clone(added["Properties"].(map[string]any))
			change(properties)
			added["Properties"] = properties
			delete(added, "Metadata")
			resources["Peek"] = added
		})
	}
}

// code mutates the code of a resolver or function.
func (m mutation) code() {
	code, _ := m.properties()["Code"].(string)
	for _, change := range codeMutations {
		if !strings.Contains(code, change.only) {
			continue
		}
		pattern := regexp.MustCompile(change.pattern)
		for _, place := range pattern.FindAllStringSubmatchIndex(code, -1) {
			with := string(pattern.ExpandString(nil, change.with, code, place))
			line := code[strings.LastIndex(code[:place[0]], "\n")+1 : place[1]]
			m.edit(change.operator, strings.TrimSpace(line), func(p map[string]any) {
				p["Code"] = code[:place[0]] + with + code[place[1]:]
			})
		}
	}
}
