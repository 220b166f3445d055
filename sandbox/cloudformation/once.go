package cloudformation

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/assembly"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cloudformation/schema"
)

// A holding is what there can be only once, and the resource that has it.
type holding struct {
	key                  string // the type, the paths of the properties and their values
	scope                schema.Scope
	logicalID, construct string
	paths                []string
	values               []string // as people read them; nil where one is known only when something is made
}

// holds are what the resources of the stack alone have.
func (st *stack) holds() (list []holding) {
	for _, r := range st.sorted() {
		list = append(list, st.held(r)...)
	}
	return list
}

// held are what a resource of the stack alone has.
func (st *stack) held(r *resource) []holding {
	if r == nil || r.PhysicalID == "" {
		return nil
	}
	return holdings(st.Name, &assembly.Resource{LogicalID: r.LogicalID, Type: r.Type}, r.Properties)
}

// holdings are what a resource alone has, of which properties are the resolved ones. For a value that is not known yet stands
// what the template says: whatever that becomes, it is the same wherever the stack says it.
func holdings(stack string, res *assembly.Resource, properties map[string]any) (list []holding) {
	for _, identity := range schema.Identities(res.Type) {
		h := holding{scope: identity.Scope, logicalID: res.LogicalID, construct: res.Construct, paths: identity.Paths}
		parts := []any{res.Type, identity.Paths}
		known, all := true, true
		for _, path := range identity.Paths {
			if value := schema.At(properties, path); scalar(value) && !has(value, placeholder) {
				parts, h.values = append(parts, fmt.Sprint(value)), append(h.values, fmt.Sprintf("%q", fmt.Sprint(value)))
				continue
			}
			value := schema.At(res.Properties, path)
			all, known = all && value != nil, false
			if asksStack(value) {
				parts = append(parts, stack)
			}
			parts = append(parts, value)
		}
		text, err := json.Marshal(parts)
		if err != nil || !all {
			continue // what is left out AWS makes
		}
		if h.key = string(text); !known {
			h.values = nil
		}
		list = append(list, h)
	}
	return list
}

// scalar reports whether a value is one text, number or boolean.
func scalar(value any) bool {
	switch value.(type) {
	case nil, map[string]any, []any:
		return false
	}
	return true
}

// asksStack reports whether a value of a template has functions that give something else in another stack.
func asksStack(value any) bool {
	switch value := value.(type) {
	case []any:
		return slices.ContainsFunc(value, asksStack)
	case map[string]any:
		for key, item := range value {
			if (key == "Ref" || strings.HasPrefix(key, "Fn::")) && !slices.Contains(alike, key) || asksStack(item) {
				return true
			}
		}
	}
	return false
}

// alike are functions that give the same in all stacks of a region, of the same arguments.
var alike = []string{"Fn::GetStackOutput", "Fn::ImportValue", "Fn::Join", "Fn::Select", "Fn::Split"}

// taken tells what of the resource another has, of which there can be only one. What was there before the deployment stays until
// its end: CloudFormation makes the new one first.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html
func (p *planner) taken(res *assembly.Resource, properties map[string]any, replaced bool) (faults []error) {
	if p.outlook.importing {
		return nil
	}
	now := p.st.resources[res.LogicalID]
	var had []string
	for _, h := range p.st.held(now) {
		had = append(had, h.key)
	}
	for _, h := range holdings(p.st.Name, res, properties) {
		own := slices.Contains(had, h.key)
		switch by := p.holder(h); {
		case own && !replaced: // it has it already
		case own:
			faults = append(faults, h.refused(res.Type, "that of the resource itself, which the change makes anew", "the new one is made before the old one goes"))
		case by != "":
			faults = append(faults, h.refused(res.Type, "that of "+by, "there can be only one"))
		case p.exists(res.Type, h, properties):
			faults = append(faults, h.refused(res.Type, "that of one that is there, of no stack", "there can be only one"))
		}
		p.holds = append(p.holds, h)
	}
	return faults
}

// refused says that a resource can't have what another has.
func (h holding) refused(typeName, by, why string) error {
	got := strings.Join(append(slices.Clone(h.values), by), ", ")
	return fmt.Errorf("%s.%s: got %s, want another: %s", typeName, strings.Join(h.paths, " and "), got, why)
}

// holder is who else has, or will have, the same; "" if nobody.
func (p *planner) holder(h holding) string {
	same := func(other holding) bool { return other.key == h.key }
	if at := slices.IndexFunc(p.holds, same); at >= 0 {
		return p.holds[at].name()
	}
	for _, r := range p.st.sorted() {
		planned, anew := p.replaced[r.LogicalID]
		if stays := planned && !anew; r.LogicalID != h.logicalID && !stays && slices.ContainsFunc(p.st.held(r), same) {
			return r.LogicalID
		}
	}
	for _, of := range []*Service{p.Service, p.Beside} {
		if of == nil || of != p.Service && h.scope != schema.Global && h.scope != schema.Account {
			continue
		}
		for _, other := range p.around(of) {
			if of == p.Service && other.name == p.st.Name {
				continue
			}
			if held := other.holds(); slices.ContainsFunc(held, same) {
				return held[slices.IndexFunc(held, same)].name() + " of the stack " + other.name
			}
		}
	}
	return ""
}

func (h holding) name() string {
	if h.construct != "" {
		return h.logicalID + " (" + h.construct + ")"
	}
	return h.logicalID
}

// exists asks the service whether there is one that no stack has. One that a stack has goes before this one is made: of the
// stack itself, which is deleted before it is made anew, or of one that is deployed before. While something is under way, what is
// there may be a stack's that has not noted it yet.
func (p *planner) exists(typeName string, h holding, properties map[string]any) bool {
	read := p.Types[typeName].Read
	identifier := schema.Current().Types[typeName].PrimaryIdentifier
	if read == nil || h.values == nil || !slices.Equal(slices.Sorted(slices.Values(identifier)), slices.Sorted(slices.Values(h.paths))) {
		return false
	}
	for st := range maps.Values(p.active) {
		if st.inProgress() || slices.ContainsFunc(st.holds(), func(other holding) bool { return other.key == h.key }) {
			return false
		}
	}
	of := aws.Identifier{}
	for _, path := range h.paths {
		of[path] = fmt.Sprint(schema.At(properties, path))
	}
	return guarded(func() error {
		_, err := read(context.WithoutCancel(p.ctx), of)
		return err
	}) == nil
}
