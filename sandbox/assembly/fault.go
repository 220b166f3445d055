package assembly

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Fault is one reason why a template can't be read or resolved. The errors of this package join as many as there are;
// errors.As finds the first of them.
type Fault struct {
	Stack     string // name of the stack
	Kind      Kind   // what of the template is at fault; "" is the template itself
	LogicalID string // its logical id or name; "" with Kind ""
	Construct string // construct path of a resource, as in "Identity/PrincipalTag"; "" where it is not known
	Path      string // where in it, as in `Properties.Roles[0].Fn::Join[1][2]`; "" is all of it
	Err       error  // got and want
}

// Kind is a kind of entry of a template.
type Kind string

// The kinds of entries, one a section of a template.
const (
	KindParameter Kind = "parameter"
	KindMapping   Kind = "mapping"
	KindCondition Kind = "condition"
	KindRule      Kind = "rule"
	KindResource  Kind = "resource"
	KindOutput    Kind = "output"
)

// Error gives all that is known of the place, and then the reason, as in
// `Lightbox-dev-CDN: resource Distribution830FAC52 (CDN/Distribution/Resource): Properties.DistributionConfig: …`.
func (f *Fault) Error() string {
	var b strings.Builder
	if f.Stack != "" {
		b.WriteString(f.Stack + ": ")
	}
	if f.Kind != "" {
		b.WriteString(string(f.Kind) + " " + clip(f.LogicalID))
		if f.Construct != "" {
			b.WriteString(" (" + f.Construct + ")")
		}
		b.WriteString(": ")
	}
	if f.Path != "" {
		b.WriteString(f.Path + ": ")
	}
	b.WriteString(f.Err.Error())
	return b.String()
}

// Unwrap returns the reason.
func (f *Fault) Unwrap() error { return f.Err }

// maxFaults is how many faults one error joins at most: a template of nothing but faults stays readable.
const maxFaults = 100

// faults collects faults.
type faults struct {
	list []*Fault
	more int // than maxFaults
}

func (f *faults) add(fault *Fault) {
	if len(f.list) >= maxFaults {
		f.more++
		return
	}
	f.list = append(f.list, fault)
}

// addAll adds those of other.
func (f *faults) addAll(other faults) {
	f.more += other.more
	for _, fault := range other.list {
		f.add(fault)
	}
}

func (f *faults) err() error {
	var all []error
	for _, fault := range f.list {
		all = append(all, fault)
	}
	if f.more > 0 {
		all = append(all, fmt.Errorf("and %d more", f.more))
	}
	return errors.Join(all...)
}

// path is a place in a JSON value.
type path []step

type step struct {
	key   string
	index int // -1 for a key
}

func keyStep(key string) step { return step{key, -1} }

func indexStep(i int) step { return step{index: i} }

// String writes the path as in `Properties.Statement[0].Condition["s3:prefix"]`.
func (p path) String() string {
	var b strings.Builder
	for _, s := range p {
		switch {
		case s.index >= 0:
			fmt.Fprintf(&b, "[%d]", s.index)
		case !plainKey(s.key):
			b.WriteString("[" + strconv.Quote(clip(s.key)) + "]")
		default:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(s.key)
		}
	}
	return b.String()
}

// plainKey reports whether the key can stand between dots: a name, or a function's name.
func plainKey(key string) bool {
	key = strings.TrimPrefix(key, functionPrefix)
	return key != "" && len(key) < 100 && strings.IndexFunc(key, func(r rune) bool {
		return (r < 'A' || 'Z' < r) && (r < 'a' || 'z' < r) && (r < '0' || '9' < r) && r != '_' && r != '-'
	}) < 0
}

// clip keeps messages short: values come from templates and can have any length.
func clip(s string) string {
	if len(s) <= 100 {
		return s
	}
	return strings.ToValidUTF8(s[:100], "") + "…"
}

// describe says what a value is, for "got …".
func describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return strconv.Quote(clip(v))
	case json.Number:
		return "the number " + clip(v.String())
	case bool:
		return strconv.FormatBool(v)
	case []any:
		return fmt.Sprintf("a list of %d", len(v))
	case map[string]any:
		return fmt.Sprintf("an object of %d", len(v))
	case nothing:
		return "AWS::NoValue"
	}
	return fmt.Sprintf("a %T", v)
}
