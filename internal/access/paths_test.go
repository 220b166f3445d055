package access

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPaths_sayTheTableInAmplifysWords(t *testing.T) {
	every := []string{"get", "list", "write", "delete"}
	get, look, moderate := []string{"get"}, []string{"get", "list"}, []string{"get", "list", "delete"}
	want := PathRules{
		"public/products/*": {"guest": get, "authenticated": get, "groupsAdmins": look},
		"public/photos/*":   {"guest": get, "authenticated": get, "groupsAdmins": look},
		"protected/*":       {"authenticated": get, "groupsAdmins": moderate},
		"drafts/*":          {"groupsAdmins": look},
		"protected/${cognito-identity.amazonaws.com:sub}/*": {"entityidentity": every},
		"private/${cognito-identity.amazonaws.com:sub}/*":   {"entityidentity": every},
	}
	if diff := cmp.Diff(want, Paths(Rules())); diff != "" {
		t.Errorf("paths (-want +got):\n%s", diff)
	}
	want = PathRules{
		"uploads/${aws:PrincipalTag/user}/*":   {"entityuser": {"get", "write"}},
		"originals/${aws:PrincipalTag/user}/*": {"entityuser": get},
	}
	if diff := cmp.Diff(want, UserPaths(Rules())); diff != "" {
		t.Errorf("paths by user (-want +got):\n%s", diff)
	}
}

func TestPaths_sayExactlyWhatThePoliciesAllow(t *testing.T) {
	var keys []string
	for _, object := range objects {
		keys = append(keys, object.key)
	}
	for _, listing := range listings {
		keys = append(keys, listing.prefix)
	}
	for _, difference := range differences(Rules(), keys) {
		t.Error(difference)
	}
}

// The comparison must be able to fail: each path and each word of it counts.
func TestPaths_areComparedWithThePolicies(t *testing.T) {
	for i, rule := range Rules() {
		admins := rule.Groups[Admins]
		for name, column := range map[string]*Verbs{"Guest": &rule.Guest, "SignedIn": &rule.SignedIn, "Owner": &rule.Owner, "Admins": &admins} {
			for _, verb := range []Verbs{Get, List, Put, Delete} {
				if *column&verb == 0 {
					continue
				}
				*column &^= verb
				rule.Groups = verbs{Admins: admins}
				fewer := slices.Replace(Rules(), i, i+1, rule)
				*column |= verb
				said := statedBy(fewer)
				if cmp.Equal(said, statedBy(Rules())) && (name != "Admins" || rule.SignedIn&verb == 0) {
					t.Errorf("%s %s of %s is not said by the paths", name, verb, rule.Area)
				}
			}
		}
	}
}

// statedBy are both halves of the paths.
func statedBy(rules []Rule) PathRules {
	stated := Paths(rules)
	maps.Copy(stated, UserPaths(rules))
	return stated
}

// differences compares, for people and keys, what the paths say with what the
// policies allow.
func differences(rules []Rule, keys []string) []string {
	var found []string
	stated, granted := statedBy(rules), compiled(rules)
	words := map[string]string{
		"s3:GetObject": "get", "s3:ListBucket": "list", "s3:PutObject": "write", "s3:AbortMultipartUpload": "write",
		"s3:ListMultipartUploadParts": "write", "s3:DeleteObject": "delete",
	}
	for _, c := range callers {
		if slices.ContainsFunc(c.principals, func(p Principal) bool { return p == CDN || p.IsFunction() }) {
			continue // Amplify has no word for them
		}
		roles := []string{"guest"}
		if slices.Contains(c.principals, User) {
			roles = []string{"authenticated", "entityidentity", "entityuser"}
		}
		if slices.Contains(c.principals, Admins) {
			roles = append(roles, "groupsAdmins")
		}
		for _, key := range keys {
			for action, word := range words {
				said := false
				for path, rule := range stated {
					for _, role := range roles {
						said = said || slices.Contains(rule[role], word) && c.matches(path, key)
					}
				}
				if got := granted.allows(c, action, key, action == "s3:ListBucket"); got != said {
					found = append(found, strings.Join([]string{c.name, action, key}, " ")+map[bool]string{true: ": allowed, not said", false: ": said, not allowed"}[got])
				}
			}
		}
	}
	return found
}
