package pattern

import (
	"fmt"
	"strings"
)

// parts is how many an ARN has: arn:partition:service:region:account:resource.
const parts = 6

// Name is an ARN cut into its six parts. The resource part keeps any further colons, as in the S3 key
// private/us-east-1:1b2c/x.png.
type Name [parts]string

// SplitName cuts text after its first five colons. It reports false when text is not an ARN (it has fewer parts, or the
// first is not "arn").
func SplitName(text string) (Name, bool) {
	var n Name
	for i := range parts - 1 {
		part, rest, ok := strings.Cut(text, ":")
		if !ok {
			return Name{}, false
		}
		n[i], text = part, rest
	}
	n[parts-1] = text
	return n, n[0] == "arn"
}

// Account returns the account part, "" where the service leaves it out (as S3 does).
func (n *Name) Account() string { return n[4] }

// Resource returns the last part, as in role/admin or bucket/key.
func (n *Name) Resource() string { return n[5] }

// ARN is a pattern whose six parts are matched one by one: a wildcard never reaches across a colon into the next part,
// but within the last part * takes slashes and colons alike.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
// ("Each of the six colon-delimited components of the ARN is checked separately and each can include multi-character match
// wildcards (*) or single-character match wildcards (?)", so the service too) and
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html#reference_policies_elements_resource_wildcards
// ("wildcard characters within ARN segments").
type ARN struct {
	parts [parts]Pattern
}

// ParseARN reads the ARN pattern text: six parts, the first "arn", the service not empty. With variables set, the
// policy's variables are understood in all parts.
func ParseARN(text string, variables bool) (ARN, []Variable, error) {
	cut, ok := cutARN(text, variables)
	if !ok {
		return ARN{}, nil, fmt.Errorf("got %q, want an ARN of six parts, as in \"arn:aws:s3:::bucket/*\"", text)
	}
	if cut[2] == "" {
		return ARN{}, nil, fmt.Errorf("got %q: an ARN names a service", text)
	}
	var a ARN
	var vars []Variable
	for i, part := range cut {
		p, err := parse(part, Syntax{Wildcards: true, Variables: variables}, &vars)
		if err != nil {
			return ARN{}, nil, err
		}
		a.parts[i] = p
	}
	return a, vars, nil
}

// cutARN is SplitName for a pattern: the colons inside of ${…} do not count.
func cutARN(text string, variables bool) (Name, bool) {
	var n Name
	part, start, open := 0, 0, false
	for i := 0; i < len(text) && part < parts-1; i++ {
		switch {
		case variables && strings.HasPrefix(text[i:], "${"):
			open = true
		case text[i] == '}':
			open = false
		case text[i] == ':' && !open:
			n[part] = text[start:i]
			part, start = part+1, i+1
		}
	}
	n[part] = text[start:]
	return n, part == parts-1 && n[0] == "arn"
}

// Match reports whether name is one that a describes. The values are those of its variables, as for Pattern.Match.
func (a *ARN) Match(name *Name, values []string) bool {
	for i := range a.parts {
		// Backwards: the parts that tell resources of one service apart come last.
		at := parts - 1 - i
		if !a.parts[at].Match(name[at], values) {
			return false
		}
	}
	return true
}

// VariableBeforeResource reports whether a has a variable in a part other than the last. A Resource element may not.
func (a *ARN) VariableBeforeResource() bool {
	for i := range a.parts[:parts-1] {
		for _, t := range a.parts[i].tokens {
			if t.kind == variable {
				return true
			}
		}
	}
	return false
}

// NamesService reports whether the service of a is without wildcard and variable. A Resource element's has to be.
func (a *ARN) NamesService() bool { return a.parts[2].Fixed() }

// Fixed reports whether a has neither a wildcard nor a variable.
func (a *ARN) Fixed() bool {
	for i := range a.parts {
		if !a.parts[i].Fixed() {
			return false
		}
	}
	return true
}
