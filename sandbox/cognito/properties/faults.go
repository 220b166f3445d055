package properties

import (
	"fmt"
	"slices"
	"strings"
)

// faults are what is wrong with the properties of a resource.
type faults struct {
	of   string // the type, as in AWS::Cognito::UserPool
	errs []error
}

func (f *faults) add(property, format string, args ...any) {
	f.errs = append(f.errs, fmt.Errorf(f.of+"."+property+": "+format, args...))
}

// only adds the values that are not known; an empty one is none.
func (f *faults) only(property string, got []string, known ...string) {
	for _, value := range got {
		if value != "" && !slices.Contains(known, value) {
			f.add(property, "got %q, want one of %s: no other is supported by the sandbox", value, strings.Join(known, ", "))
		}
	}
}
