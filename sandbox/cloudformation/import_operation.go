package cloudformation

import "lightbox.example/lightbox/sandbox/aws"

// importAll takes over the resources that are to be imported, each after those that it refers to. Their properties are noted
// as the template has them, whatever they are.
func (r *run) importAll() (next, reason string, err error) {
	failed := func(reason string) (string, string, error) { return importRollbackInProgress, reason, nil }
	resolver, others, err := r.resolver()
	if err != nil {
		return failed(oneLine(err))
	}
	for _, res := range resolver.Resources() {
		have := r.st.resources[res.LogicalID]
		by, wanted := r.op.Imports[res.LogicalID]
		if !wanted || have != nil && have.PhysicalID != "" {
			continue
		}
		if err := r.stopped(); err != nil {
			return "", "", err
		}
		properties, fault := resolver.Properties(res.LogicalID)
		taken := declared(res, properties, resolver.Dependencies(res.LogicalID))
		made, err := r.importResource(taken, res.LogicalID, by, fault)
		switch {
		case err != nil:
			return "", "", err
		case !made:
			return failed(failedTo("import", res.LogicalID))
		}
	}
	outputs, err := resolver.Outputs()
	if err != nil {
		return failed(oneLine(err))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.commit(resolver, outputs, others.imports)
	return importComplete, "", nil
}

// importResource takes one resource over. made is false if that failed, which the resource then says.
func (r *run) importResource(taken version, logicalID string, by identifier, fault error) (made bool, err error) {
	taken.Suffix = suffixOf(r.st.ID, logicalID, r.op.ID)
	have := &resource{LogicalID: logicalID, version: taken, New: true}
	add := func() { r.st.resources[logicalID] = have }
	if err := r.note(have, importInProgress, "Resource import started.", add); err != nil {
		return false, err
	}
	if fault != nil {
		return false, r.note(have, "IMPORT_FAILED", oneLine(fault), nil)
	}
	kind := r.Types[taken.Type]
	state, fault := kind.Find(r.background(), aws.Identifier(by))
	if fault == nil && kind.Own != nil {
		taken.PhysicalID = state.PhysicalID
		fault = kind.Own(r.background(), r.declare(logicalID, taken))
	}
	if fault != nil {
		return false, r.note(have, "IMPORT_FAILED", r.handlerReason(fault), nil)
	}
	return true, r.note(have, importComplete, "Resource import completed.", func() {
		have.PhysicalID, have.Attributes = state.PhysicalID, state.Attributes
	})
}

// undoImport lets go of what an import that failed has taken over. Nothing of it is deleted.
func (r *run) undoImport() (next, reason string, err error) {
	for _, res := range r.st.sorted() {
		if !res.New {
			continue
		}
		for _, status := range []string{importRollbackInProgress, importRollbackComplete} {
			if err := r.note(res, status, "", nil); err != nil {
				return "", "", err
			}
		}
		r.mu.Lock()
		delete(r.st.resources, res.LogicalID)
		r.mu.Unlock()
	}
	return importRollbackComplete, "", nil
}
