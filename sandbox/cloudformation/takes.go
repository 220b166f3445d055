package cloudformation

import (
	"errors"
	"fmt"
	"slices"

	"lightbox.example/lightbox/sandbox/assembly"
)

// Takes says all of why an assembly can't be deployed here, before anything of it is: a stack is for another account or region, its
// template does not hold together, or a resource has what its service will refuse.
func (s *Service) Takes(a *assembly.Assembly) error {
	return Takes(a, func(string) *Service { return s })
}

// Takes is that of an assembly whose stacks are of several regions, of each of which of returns the service. Each stack is looked
// at as it will be deployed: after those before it, whose outputs and resources are there by then. Each line of the error begins
// with the stack's name. What Open has told of the templates is told again.
func Takes(a *assembly.Assembly, of func(region string) *Service) error {
	o := &outlook{files: map[assembly.Destination]bool{}}
	for _, wanted := range a.Stacks {
		s := of(wanted.Region)
		for _, asset := range wanted.Assets {
			for _, to := range asset.Destinations {
				o.files[to.In(partition, s.Account, s.Region)] = true
			}
		}
	}
	var faults []error
	for _, wanted := range a.Stacks {
		for _, line := range of(wanted.Region).takes(wanted, o) {
			faults = append(faults, fmt.Errorf("%s: %w", wanted.Name, line))
		}
	}
	return errors.Join(faults...)
}

// takes are the faults of one stack. What it will be is noted, as far as that is known.
func (s *Service) takes(wanted *assembly.Stack, o *outlook) []error {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.forget()
	o.will(s, &prospect{name: wanted.Name, unsure: true, holds: func() []holding { return nil }}) // until it is planned
	switch {
	case wanted.Region != "" && wanted.Region != s.Region:
		return []error{fmt.Errorf("got the region %s, want %s: the sandbox has no other", wanted.Region, s.Region)}
	case wanted.Account != "" && wanted.Account != s.Account:
		return []error{fmt.Errorf("got the account %s, want %s or none: the sandbox has no other", wanted.Account, s.Account)}
	}
	st := s.active[wanted.Name]
	if st == nil || slices.Contains(begunAnew, st.Status) {
		st = newStack()
		st.Name, st.Status = wanted.Name, reviewInProgress
		st.ID = s.stackARN(wanted.Name, "00000000-0000-0000-0000-000000000000")
	}
	template, fault := assembly.Sketch(wanted.Name, wanted.Text)
	faults := parts(fault)
	if template == nil {
		return faults
	}
	template.Constructs(wanted.Template)
	p := s.planner(st, o)
	p.sketched = fault != nil
	plan, err := p.plan(targetOf(wanted, s.take(wanted.Text)), template)
	if err != nil {
		if fault == nil {
			faults = append(faults, err)
		}
		return faults
	}
	if plan.empty() && len(plan.faults) == 0 {
		o.will(s, st.prospect())
	}
	return append(faults, parts(plan.err())...)
}

// parts are the errors that one joins.
func parts(err error) []error {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}
