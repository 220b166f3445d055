package access

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Group is a group of the user pool. Its members are signed-in users with a role of their own.
type Group struct {
	// Name is what the user pool, its tokens and the schema's directives call the group, and its
	// column in Rules and Fields.
	Name Principal
	// Member is what one of the group is called, in small letters: who asks in `lightbox access
	// explain`, and with a capital the beginning of the ids of the group's role and policy.
	Member string
	// Description says in the user pool what the group is for.
	Description string
}

// Admins edit the catalogue and remove what others posted.
const Admins Principal = "Admins"

// Groups are the groups of the user pool. One more is one line here, and its columns in Rules and
// Fields; without a column its members have what every signed-in user has.
//
// A group's index is its precedence, so that no two have the same: AWS credentials are of one role,
// and who is in several groups has that of the first (cognito:preferred_role). Tokens name all groups
// of their user (cognito:groups), so that the API lets them do what any of their groups may.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateGroup.html
func Groups() []Group {
	return []Group{
		{Admins, "admin", "May edit the catalogue and remove what others posted"},
	}
}

// GroupNamed is the group of a name; of one that is not declared nothing but the name is known.
func GroupNamed(name Principal) Group {
	groups := Groups()
	if i := indexOf(name); i >= 0 {
		return groups[i]
	}
	return Group{Name: name}
}

// indexOf is where a group stands among Groups, -1 for one that is not declared.
func indexOf(name Principal) int {
	return slices.IndexFunc(Groups(), func(group Group) bool { return group.Name == name })
}

// ID is the construct id of what a group has of its own, as in AdminRole.
func (g Group) ID(of string) string { return title(g.Member) + of }

// One is a member of the group in a sentence, as in "an admin".
func (g Group) One() string {
	switch {
	case g.Member == "":
		return "a member of " + string(g.Name)
	case strings.Contains("aeiou", g.Member[:1]):
		return "an " + g.Member
	}
	return "a " + g.Member
}

// Many are the members of the group in a sentence, as in "admins".
func (g Group) Many() string {
	if g.Member == "" {
		return "members of " + string(g.Name)
	}
	return g.Member + "s"
}

// mostGroups are as many as Callers has bits for, and one for what is none.
const mostGroups = 32 - groupBits - 1

// What groups and their members may be called. The names are in construct ids, in the outputs file
// and in the schema; a user pool would take more.
var (
	groupName   = regexp.MustCompile(`^[A-Z][A-Za-z0-9]{0,63}$`)
	groupMember = regexp.MustCompile(`^[a-z]{1,32}$`)
)

// Those who ask and are in no group: the names of their columns, and what they are called.
var (
	reservedNames   = []Principal{CDN, Guest, User, "SignedIn", "Owner"}
	reservedMembers = []string{"anyone", "cdn", "guest", "user"}
)

// ValidateGroups reports every fault of the groups at once, one line each, joined; nil for groups
// that Cognito, Amplify and the templates can tell apart. None at all is no fault.
func ValidateGroups(groups []Group) error {
	var faults []error
	for i, group := range groups {
		fault := func(format string, args ...any) {
			faults = append(faults, fmt.Errorf("access group %d, %q: %s", i+1, group.Name, fmt.Sprintf(format, args...)))
		}
		switch {
		case slices.Contains(reservedNames, group.Name):
			fault("the name is that of a column for others, want another")
		case !groupName.MatchString(string(group.Name)):
			fault("want a name of up to 64 letters and digits that begins with a capital")
		}
		switch {
		case slices.Contains(reservedMembers, group.Member):
			fault("the member is called %q, as others are, want another word", group.Member)
		case !groupMember.MatchString(group.Member):
			fault("the member is called %q, want a word of up to 32 small letters", group.Member)
		}
		for j, other := range groups[:i] {
			switch a, b := string(group.Name), string(other.Name); {
			case a == b:
				fault("stands twice, as group %d too; want one line", j+1)
			case b != "" && strings.Contains(a, b) || a != "" && strings.Contains(b, a):
				// Amplify's listPaths finds a group's rule by a part of its key.
				fault("one of the names %q and %q is part of the other, want names that Amplify tells apart", a, b)
			}
			if group.Member == other.Member {
				fault("the member is called %q, as of group %d, want another word", group.Member, j+1)
			}
		}
	}
	if len(groups) > mostGroups {
		faults = append(faults, fmt.Errorf("access groups: got %d, want at most %d", len(groups), mostGroups))
	}
	return errors.Join(faults...)
}
