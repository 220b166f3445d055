package policy

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// readElement reads one element into s. Each element of the language is one case here.
func (s *Statement) readElement(m member) (err error) {
	switch m.key {
	case "Sid":
		s.Sid, err = text(m.value)
	case "Effect":
		s.Deny, err = effect(m.value)
	case "Principal":
		s.Principals, err = principals(m.value)
	case "NotPrincipal":
		s.NotPrincipal = true
		s.Principals, err = principals(m.value)
	case "Action":
		s.Actions, err = actions(m.value)
	case "NotAction":
		s.NotAction = true
		s.Actions, err = actions(m.value)
	case "Resource":
		s.Resources, err = texts(m.value)
	case "NotResource":
		s.NotResource = true
		s.Resources, err = texts(m.value)
	case "Condition":
		s.Conditions, err = conditions(m.value)
	default:
		err = errUnknown
	}
	return err
}

func effect(v any) (deny bool, err error) {
	s, err := text(v)
	if err == nil && s != "Allow" && s != "Deny" {
		err = fmt.Errorf("got %q, want Allow or Deny", s)
	}
	return s == "Deny", err
}

// actionForm is a service prefix and a name with wildcards.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
var actionForm = regexp.MustCompile(`^[A-Za-z0-9-]+:[A-Za-z0-9_*?-]+$`)

func actions(v any) ([]string, error) {
	list, err := texts(v)
	if err != nil {
		return nil, err
	}
	for _, a := range list {
		if a != "*" && !actionForm.MatchString(a) {
			return nil, fmt.Errorf("got %q, want * or a service's prefix and an action, as in s3:GetObject or s3:Get*", a)
		}
	}
	return list, nil
}

func conditions(v any) ([]Condition, error) {
	operators, ok := v.(object)
	if !ok {
		return nil, fmt.Errorf("got %s, want an object of operators", describe(v))
	}
	if len(operators) == 0 {
		return nil, errors.New("it is empty; leave it out")
	}
	var out []Condition
	for _, op := range operators {
		keys, ok := op.value.(object)
		if !ok || len(keys) == 0 {
			return nil, fmt.Errorf("%s: got %s, want an object of at least one key", op.key, describe(op.value))
		}
		seen := map[string]bool{}
		for _, key := range keys {
			// "Context key names are not case-sensitive":
			// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
			low := strings.ToLower(key.key)
			if seen[low] {
				return nil, fmt.Errorf("%s: %s comes twice", op.key, key.key)
			}
			seen[low] = true
			values, err := scalars(key.value)
			if err != nil {
				return nil, fmt.Errorf("%s: %s: %w", op.key, key.key, err)
			}
			out = append(out, Condition{Operator: op.key, Key: key.key, Values: values})
		}
	}
	return out, nil
}

func principals(v any) (Principals, error) {
	if v == "*" {
		return Principals{Everyone: true}, nil
	}
	types, ok := v.(object)
	if !ok || len(types) == 0 {
		return Principals{}, fmt.Errorf("got %s, want \"*\" or an object of principal types", describe(v))
	}
	var p Principals
	for _, m := range types {
		list, err := texts(m.value)
		if err == nil {
			switch m.key {
			case "AWS":
				err = p.addAWS(list)
			case "Service":
				p.Service, err = named(list, serviceForm, "a service, as in cloudfront.amazonaws.com")
			case "Federated":
				p.Federated, err = named(list, providerForm, "an identity provider, as in cognito-identity.amazonaws.com")
			case "CanonicalUser":
				p.Canonical, err = named(list, canonicalForm, "a canonical id: 64 to 96 hexadecimal digits")
			default:
				err = errors.New("not a type of principal that is supported; those are AWS, CanonicalUser, Service and Federated")
			}
		}
		if err != nil {
			return Principals{}, fmt.Errorf("%s: %w", m.key, err)
		}
	}
	return p, nil
}

var (
	accountForm = regexp.MustCompile(`^[0-9]{12}$`)
	rootForm    = regexp.MustCompile(`^arn:[a-z0-9-]+:iam::([0-9]{12}):root$`)
	entityForm  = regexp.MustCompile(`^arn:[a-z0-9-]+:(iam::[0-9]{12}:(role|user)|sts::[0-9]{12}:(assumed-role/[\w+=,.@-]+|federated-user))/[\w+=,.@/-]+$`)
	originForm  = regexp.MustCompile(`^arn:[a-z0-9-]+:iam::cloudfront:user/CloudFront Origin Access Identity [A-Z0-9]+$`)
	serviceForm = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)+$`)
	// An account's has 64 digits, an origin access identity's 96.
	canonicalForm = regexp.MustCompile(`^[0-9a-f]{64,96}$`)
	providerForm  = regexp.MustCompile(`^([a-z0-9-]+(\.[a-z0-9-]+)+(/[\w./-]+)?|arn:[a-z0-9-]+:iam::[0-9]{12}:(saml|oidc)-provider/[\w./-]+)$`)
)

// addAWS reads the AWS principals: everyone, accounts, and roles, users and sessions by their ARN. "You cannot use a
// wildcard to match part of a principal name or ARN."
func (p *Principals) addAWS(list []string) error {
	for _, s := range list {
		root := rootForm.FindStringSubmatch(s)
		switch {
		case s == "*":
			p.Everyone = true
		case root != nil:
			p.AWS = append(p.AWS, root[1])
		case accountForm.MatchString(s), entityForm.MatchString(s), originForm.MatchString(s):
			p.AWS = append(p.AWS, s)
		default:
			return fmt.Errorf("got %q, want *, an account's 12 digits, or the ARN of a root, role, user or session without wildcards", s)
		}
	}
	return nil
}

func named(list []string, form *regexp.Regexp, want string) ([]string, error) {
	for _, s := range list {
		if !form.MatchString(s) {
			return nil, fmt.Errorf("got %q, want %s", s, want)
		}
	}
	return list, nil
}
