package policy

import (
	"bytes"
	"encoding/json"
)

// MarshalJSON writes the statement as IAM has it, its elements in the order of the reference. An account's root is written as the
// account, which is the same.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
func (s *Statement) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	element := func(name string, value any) error {
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		b.WriteString(`"` + name + `":`)
		text, err := json.Marshal(value)
		b.Write(text)
		return err
	}
	not := func(is bool, name string) string {
		if is {
			return "Not" + name
		}
		return name
	}
	effect := "Allow"
	if s.Deny {
		effect = "Deny"
	}
	var errs [6]error
	if s.Sid != "" {
		errs[0] = element("Sid", s.Sid)
	}
	errs[1] = element("Effect", effect)
	if principal := s.Principals.element(); principal != nil {
		errs[2] = element(not(s.NotPrincipal, "Principal"), principal)
	}
	errs[3] = element(not(s.NotAction, "Action"), single(s.Actions))
	if s.Resources != nil {
		errs[4] = element(not(s.NotResource, "Resource"), single(s.Resources))
	}
	if len(s.Conditions) > 0 {
		operators := map[string]map[string]any{}
		for _, c := range s.Conditions {
			if operators[c.Operator] == nil {
				operators[c.Operator] = map[string]any{}
			}
			operators[c.Operator][c.Key] = single(c.Values)
		}
		errs[5] = element("Condition", operators)
	}
	b.WriteByte('}')
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}

// single is the only one of a list, or the list.
func single(list []string) any {
	if len(list) == 1 {
		return list[0]
	}
	return list
}

// element is the value of a Principal element, nil if the policy has none.
func (p Principals) element() any {
	if p.Everyone {
		return "*"
	}
	kinds := map[string]any{}
	for kind, list := range map[string][]string{"AWS": p.AWS, "CanonicalUser": p.Canonical, "Service": p.Service, "Federated": p.Federated} {
		if len(list) > 0 {
			kinds[kind] = single(list)
		}
	}
	if len(kinds) == 0 {
		return nil
	}
	return kinds
}
