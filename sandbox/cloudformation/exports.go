package cloudformation

import (
	"fmt"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/assembly"
)

// checkExports refuses outputs that export what another stack exports, or that change or lack what others import. No outputs
// at all are those of a stack that is to be deleted. s.mu is held.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
func (s *Service) checkExports(st *stack, outputs []assembly.OutputValue) error {
	exports := map[string]string{}
	for _, out := range outputs {
		if out.Export == "" {
			continue
		}
		exports[out.Export] = out.Value
		for _, other := range s.active {
			if _, taken := other.exports(out.Export); taken && other != st {
				return fmt.Errorf("Export with name %s is already exported by stack %s", out.Export, other.Name)
			}
		}
	}
	for _, out := range st.Outputs {
		users := s.importers(st, out.Export)
		value, kept := exports[out.Export]
		switch {
		case len(users) == 0 || kept && value == out.Value:
		case len(outputs) == 0 && len(exports) == 0:
			return fmt.Errorf("Export %s cannot be deleted as it is in use by %s", out.Export, strings.Join(users, " and "))
		case kept:
			return fmt.Errorf("Cannot update export %s as it is in use by %s", out.Export, strings.Join(users, " and ")) //nolint:staticcheck // AWS's words
		default:
			return fmt.Errorf("Cannot delete export %s as it is in use by %s", out.Export, strings.Join(users, " and ")) //nolint:staticcheck // AWS's words
		}
	}
	return nil
}

// importers are the names of the other stacks that use an export.
func (s *Service) importers(st *stack, export string) []string {
	var names []string
	for _, other := range s.active {
		if export != "" && other != st && slices.Contains(other.Imports, export) {
			names = append(names, other.Name)
		}
	}
	slices.Sort(names)
	return names
}
