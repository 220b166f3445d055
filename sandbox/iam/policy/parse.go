package policy

import (
	"errors"
	"fmt"
	"strings"
)

// Parse reads the policy document data of the given kind. The name stands in every message and later in every reason.
// The error joins all faults of the document.
func Parse(kind Kind, name string, data []byte) (Document, error) {
	doc := Document{Name: name, Kind: kind}
	errs := doc.read(data)
	for i, err := range errs {
		errs[i] = fmt.Errorf("%s %q: %w", kind, name, err)
	}
	if err := errors.Join(errs...); err != nil {
		return Document{}, err
	}
	return doc, nil
}

func (d *Document) read(data []byte) []error {
	root, err := readJSON(data)
	if err != nil {
		return []error{err}
	}
	var errs []error
	hasStatement := false
	for _, m := range root {
		switch m.key {
		case "Version":
			d.Variables, err = version(m.value)
		case "Id":
			_, err = text(m.value)
			if err == nil && !d.Kind.hasPrincipal() {
				err = errors.New("only a policy with principals has one")
			}
		case "Statement":
			hasStatement, err = true, nil
			errs = append(errs, d.readStatements(m.value)...)
		default:
			err = errUnknown
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", m.key, err))
		}
	}
	if !hasStatement {
		errs = append(errs, errors.New("Statement: missing"))
	}
	return errs
}

var errUnknown = errors.New("not an element of the policy language")

// version reports whether the policy may use variables. A document without Version is one of 2008-10-17.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
func version(v any) (bool, error) {
	s, err := text(v)
	if err != nil {
		return false, err
	}
	switch s {
	case "2012-10-17":
		return true, nil
	case "2008-10-17":
		return false, nil
	}
	return false, fmt.Errorf("got %q, want 2012-10-17 or 2008-10-17", s)
}

// readStatements reads one statement or a list of at least one.
func (d *Document) readStatements(v any) []error {
	items, ok := v.([]any)
	if !ok {
		items = []any{v}
	}
	if len(items) == 0 {
		return []error{errors.New("Statement: the list is empty")}
	}
	var errs []error
	sids := map[string]int{}
	for i, item := range items {
		s := Statement{Index: i + 1}
		for _, err := range d.readStatement(&s, item) {
			errs = append(errs, fmt.Errorf("%s: %w", s.Ref(), err))
		}
		// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html: unique in a policy.
		// The services that take resource policies have rules of their own.
		if first := sids[s.Sid]; first > 0 && d.Kind != Resource {
			errs = append(errs, fmt.Errorf("%s: Sid: statement %d has the same", s.Ref(), first))
		}
		if s.Sid != "" {
			sids[s.Sid] = s.Index
		}
		d.Statements = append(d.Statements, s)
	}
	return errs
}

func (d *Document) readStatement(s *Statement, v any) []error {
	obj, ok := v.(object)
	if !ok {
		return []error{fmt.Errorf("got %s, want an object", describe(v))}
	}
	var errs []error
	seen := map[string]string{} // Action → Action or NotAction, and so on
	for _, m := range obj {
		if err := s.readElement(m); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", m.key, err))
		}
		pair := strings.TrimPrefix(m.key, "Not")
		if other := seen[pair]; other != "" {
			errs = append(errs, fmt.Errorf("%s: the statement has %s as well", m.key, other))
		}
		seen[pair] = m.key
	}
	errs = append(errs, d.required(seen)...)
	if s.NotPrincipal && !s.Deny && len(errs) == 0 {
		errs = append(errs, errors.New("NotPrincipal: with Effect Allow it opens the resource to everyone else, which is not supported"))
	}
	return errs
}

// required lists the elements that a statement of this kind of policy lacks, and those it may not have.
func (d *Document) required(seen map[string]string) []error {
	var errs []error
	need := func(name string, wanted bool) {
		switch got := seen[name]; {
		case wanted && got == "":
			errs = append(errs, fmt.Errorf("%s: missing", name))
		case !wanted && got != "":
			errs = append(errs, fmt.Errorf("%s: a statement of this kind of policy has none", got))
		}
	}
	need("Effect", true)
	need("Action", true)
	need("Resource", d.Kind != Trust)
	need("Principal", d.Kind.hasPrincipal())
	if d.Kind == Trust && seen["Principal"] == "NotPrincipal" {
		errs = append(errs, errors.New("NotPrincipal: a trust policy has none"))
	}
	return errs
}
