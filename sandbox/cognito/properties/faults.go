package properties

import (
	"fmt"
	"net/url"
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

// redirects adds the addresses that Cognito sends nobody to: only apps and this machine are reached without TLS.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html
func (f *faults) redirects(property string, addresses []string) {
	for _, address := range addresses {
		at, err := url.Parse(address)
		switch {
		case err != nil || at.Scheme == "" || strings.Contains(address, "#"):
			f.add(property, "got %q, want an absolute address without a fragment, as in https://shop.example/", address)
		case at.Scheme == "http" && !slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, at.Hostname()):
			f.add(property, "got %q, want https: Cognito takes http of localhost alone", address)
		}
	}
}

// only adds the values that are not known; an empty one is none.
func (f *faults) only(property string, got []string, known ...string) {
	for _, value := range got {
		if value != "" && !slices.Contains(known, value) {
			f.add(property, "got %q, want one of %s: no other is supported by the sandbox", value, strings.Join(known, ", "))
		}
	}
}
