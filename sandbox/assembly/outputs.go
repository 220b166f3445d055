package assembly

// OutputValue is what an output has in a stack.
type OutputValue struct {
	Key         string
	Value       string
	Description string
	Export      string // the name under which other stacks may import it; "" without one
}

// Outputs returns the outputs whose conditions hold, in the order of the template. The error joins all faults in them.
func (r *Resolver) Outputs() ([]OutputValue, error) {
	var list []OutputValue
	var all faults
	for key, out := range r.template.Outputs.All() {
		if out.Condition != "" && !r.conditions[out.Condition] {
			continue
		}
		w := r.walk(Fault{Stack: r.template.Name, Kind: KindOutput, LogicalID: key}, InOutputs)
		value := OutputValue{Key: key, Description: out.Description}
		value.Value, _ = w.text(keyStep("Value"), out.Value)
		if out.Export != nil {
			w.path = path{keyStep("Export")}
			value.Export, _ = w.asConstant("the name of an export", func() (string, bool) {
				return w.plain(keyStep("Name"), out.Export)
			})
			if value.Export == "" && len(w.faults.list) == 0 {
				w.fail("got an empty Name, want one")
			}
			w.path = nil
		}
		if len(w.faults.list) == 0 {
			value.Value = w.dynamicText(path{keyStep("Value")}, value.Value)
		}
		list = append(list, value)
		all.addAll(w.faults)
	}
	if err := all.err(); err != nil {
		return nil, err
	}
	return list, nil
}
