package cloudformation

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"lightbox.example/lightbox/sandbox/assembly"
)

// outlook is what there is beside a stack, as its plan looks at it: the other stacks as they are and, in the place of those that
// were planned before it, as they will be.
type outlook struct {
	planned map[*Service]map[string]*prospect // by the stacks' names
	// files are the objects of S3's that are put there before anything is deployed.
	files map[assembly.Destination]bool
	// looking says that nobody deploys yet, as for a change set: other stacks, and objects, may be there by then.
	looking bool
	// importing says that what is there is taken over.
	importing bool
}

// prospect is what other stacks find of one.
type prospect struct {
	name    string
	outputs []assembly.OutputValue
	imports []string
	unsure  bool // whether it may have other outputs: its template could not be worked out
	// holds are what its resources alone have; asked of a stack that is only when somebody wants to know.
	holds func() []holding
}

// prospect is what others find of the stack as it is.
func (st *stack) prospect() *prospect {
	return &prospect{name: st.Name, outputs: st.Outputs, imports: st.Imports, holds: sync.OnceValue(st.holds)}
}

// will notes what a stack will be.
func (o *outlook) will(s *Service, p *prospect) {
	if o.planned == nil {
		o.planned = map[*Service]map[string]*prospect{}
	}
	if o.planned[s] == nil {
		o.planned[s] = map[string]*prospect{}
	}
	o.planned[s][p.name] = p
}

// stacks are the stacks of a region by their names, but one. s.mu is held.
func (o *outlook) stacks(s *Service, but string) []*prospect {
	var list []*prospect
	for _, st := range s.sortedStacks(false) {
		if st.Name != but && o.planned[s][st.Name] == nil {
			list = append(list, st.prospect())
		}
	}
	for name, planned := range o.planned[s] {
		if name != but {
			list = append(list, planned)
		}
	}
	slices.SortFunc(list, func(a, b *prospect) int { return strings.Compare(a.name, b.name) })
	return list
}

// exportFaults are outputs that export what another stack exports, or that change or lack what others import. No outputs at all are
// those of a stack that is to be deleted. A value that is not known yet is as it was. s.mu is held.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
func (o *outlook) exportFaults(s *Service, st *stack, outputs []assembly.OutputValue) (faults []error) {
	beside := o.stacks(s, st.Name)
	exports := map[string]string{}
	for _, out := range outputs {
		if out.Export == "" {
			continue
		}
		if _, twice := exports[out.Export]; twice {
			faults = append(faults, fmt.Errorf("Export with name %s is already exported by stack %s, in another output", out.Export, st.Name))
		}
		exports[out.Export] = out.Value
		for _, other := range beside {
			if _, taken := exported(other.outputs, out.Export); taken {
				faults = append(faults, fmt.Errorf("Export with name %s is already exported by stack %s", out.Export, other.name))
			}
		}
	}
	for _, out := range st.Outputs {
		users := importers(beside, out.Export)
		value, kept := exports[out.Export]
		verb := "Cannot delete"
		switch {
		case len(users) == 0 || kept && (value == out.Value || strings.Contains(value, placeholder)):
			continue
		case len(outputs) == 0:
			faults = append(faults, fmt.Errorf("Export %s cannot be deleted as it is in use by %s", out.Export, strings.Join(users, " and ")))
			continue
		case kept:
			verb = "Cannot update"
		}
		faults = append(faults, fmt.Errorf("%s export %s as it is in use by %s", verb, out.Export, strings.Join(users, " and ")))
	}
	return faults
}

// importers are the names of those stacks that use an export.
func importers(stacks []*prospect, export string) []string {
	var names []string
	for _, other := range stacks {
		if export != "" && slices.Contains(other.imports, export) {
			names = append(names, other.name)
		}
	}
	return names
}

// checkExports tells the first of exportFaults, with all stacks as they are. s.mu is held.
func (s *Service) checkExports(st *stack, outputs []assembly.OutputValue) error {
	if faults := new(outlook).exportFaults(s, st, outputs); len(faults) > 0 {
		return faults[0]
	}
	return nil
}

// elsewhere answers a planner for other stacks.
type elsewhere struct{ *planner }

// Export is what a stack of the region exports, or will.
func (e elsewhere) Export(name string) (string, error) {
	p := e.planner
	if !slices.Contains(p.imports, name) {
		p.imports = append(p.imports, name)
	}
	unsure := p.outlook.looking
	for _, other := range p.around(p.Service) {
		if other.name == p.st.Name {
			continue
		}
		if value, ok := exported(other.outputs, name); ok {
			return p.seen(value), nil
		}
		unsure = unsure || other.unsure
	}
	if unsure {
		return p.later(), nil
	}
	return p.lacks(fmt.Errorf("No export named %s found", name)) //nolint:staticcheck // AWS's words
}

// StackOutput is an output that a stack has, or will have.
func (e elsewhere) StackOutput(region, name, key string) (string, error) {
	p, of := e.planner, e.Service
	if region != of.Region {
		if of = p.Beside; of == nil || region != of.Region {
			return p.lacks(fmt.Errorf("got the region %s, want %s: the sandbox has no other", region, p.Region))
		}
	}
	unsure := p.outlook.looking
	fault := fmt.Errorf("Stack with id %s does not exist", name)
	for _, other := range p.around(of) {
		if other.name != name {
			continue
		}
		if at := slices.IndexFunc(other.outputs, func(out assembly.OutputValue) bool { return out.Key == key }); at >= 0 {
			return p.seen(other.outputs[at].Value), nil
		}
		unsure = unsure || other.unsure
		fault = fmt.Errorf("the stack %s has no output %s", name, key)
	}
	if unsure {
		return p.later(), nil
	}
	return p.lacks(fault)
}

// exported is the value that outputs export under a name.
func exported(outputs []assembly.OutputValue, name string) (string, bool) {
	for _, out := range outputs {
		if out.Export == name {
			return out.Value, true
		}
	}
	return "", false
}
