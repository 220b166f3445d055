package access

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestGroups_thatShipHoldTogether(t *testing.T) {
	if err := ValidateGroups(Groups()); err != nil {
		t.Error(err)
	}
	for _, group := range Groups() {
		if GroupNamed(group.Name) != group || !slices.Contains(Principals(), group.Name) || !slices.Contains(SignedInPrincipals(), group.Name) {
			t.Errorf("%s is not found by its name, or no principal", group.Name)
		}
	}
}

func TestValidateGroups_reportsAllFaultsAtOnce(t *testing.T) {
	faulty := []Group{
		{"Admins", "admin", ""}, {"Admins", "boss", ""}, {"", "nobody", ""}, {"my editors", "editor", ""}, {"Guest", "visitor", ""},
		{"CDN", "edge", ""}, {"User", "person", ""}, {"Owner", "landlord", ""}, {"Readers", "guest", ""}, {"Writers", "admin", ""}, {"Staff", "Staff", ""}, {"StaffOfToday", "clerk", ""},
	}
	want := []string{
		`access group 2, "Admins": stands twice, as group 1 too; want one line`,
		`access group 3, "": want a name of up to 64 letters and digits that begins with a capital`,
		`access group 4, "my editors": want a name of up to 64 letters and digits that begins with a capital`,
		`access group 5, "Guest": the name is that of a column for others, want another`,
		`access group 6, "CDN": the name is that of a column for others, want another`,
		`access group 7, "User": the name is that of a column for others, want another`,
		`access group 8, "Owner": the name is that of a column for others, want another`,
		`access group 9, "Readers": the member is called "guest", as others are, want another word`,
		`access group 10, "Writers": the member is called "admin", as of group 1, want another word`,
		`access group 11, "Staff": the member is called "Staff", want a word of up to 32 small letters`,
		`access group 12, "StaffOfToday": one of the names "StaffOfToday" and "Staff" is part of the other, want names that Amplify tells apart`,
	}
	if diff := cmp.Diff(want, faultsOf(ValidateGroups(faulty))); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
	if err := ValidateGroups(slices.Repeat([]Group{{"Admins", "admin", ""}}, mostGroups+1)); !strings.HasSuffix(err.Error(), "access groups: got 27, want at most 26") {
		t.Errorf("27 groups: got %v", err)
	}
	if err := ValidateGroups([]Group{{"Admins", "admin", ""}, {"Editors", "editor", ""}}); err != nil {
		t.Errorf("the control: got %v, want no fault", err)
	}
}

// A column is of a group that is declared, and a group without one has what SignedIn has.
func TestRule_columnsAreOfDeclaredGroups(t *testing.T) {
	want := []string{`access rule 1, area "a/": has a column for Nobodies, which is no group of access.Groups`}
	if diff := cmp.Diff(want, faultsOf(Validate([]Rule{{Area: "a/", Groups: verbs{"Nobodies": Get}}}))); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
	rule := Rule{Area: "a/", SignedIn: Get}
	if err := Validate([]Rule{rule}); err != nil || rule.In(Admins) != Get || Statements([]Rule{rule}, Admins) != nil {
		t.Errorf("without a column: got %v and %s, want what SignedIn has", err, rule.In(Admins))
	}
	said := PathRules{"a/*": {"authenticated": {"get"}}}
	for _, group := range Groups() {
		said["a/*"]["groups"+string(group.Name)] = []string{"get"}
	}
	if diff := cmp.Diff(said, Paths([]Rule{rule})); diff != "" {
		t.Errorf("paths without a column (-want +got):\n%s", diff)
	}
}

func TestGroup_isCalledInSentences(t *testing.T) {
	for _, test := range []struct {
		group     Group
		one, many string
	}{
		{Group{"Admins", "admin", ""}, "an admin", "admins"},
		{Group{"Writers", "writer", ""}, "a writer", "writers"},
		{GroupNamed("Nobodies"), "a member of Nobodies", "members of Nobodies"},
	} {
		if one, many := test.group.One(), test.group.Many(); one != test.one || many != test.many {
			t.Errorf("%s: got %q and %q, want %q and %q", test.group.Name, one, many, test.one, test.many)
		}
	}
}
