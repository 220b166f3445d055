package access

// PathRules says who may do what below which path, in the words of Amplify's
// outputs file: from a path that ends with "/*" to who to the actions "get",
// "list", "write", "delete", in that order. Who is "guest", "authenticated",
// "groupsNAME" as in "groupsAdmins", or for the caller's own folder "entityidentity" and
// "entityuser".
//
// Each entry says all that its principal may do there: a group's includes what
// signed-in users have, an owner's too.
//
// https://github.com/aws-amplify/amplify-backend/blob/main/packages/client-config/src/client-config-schema/schema_v1.4.json
type PathRules map[string]map[string][]string

// Paths is the table for storage.buckets[].paths of the outputs file, as in
//
//	"public/products/*": {"guest": ["get"], "authenticated": ["get"], "groupsAdmins": ["get", "list"]}
//	"private/${cognito-identity.amazonaws.com:sub}/*": {"entityidentity": ["get", "list", "write", "delete"]}
//
// It holds all but the folders named by {user}: Amplify's format knows an owner
// only by identity id. Those are in UserPaths; the two together say exactly what
// the policies of guests, users and groups allow.
func Paths(rules []Rule) PathRules {
	paths := PathRules{}
	for _, rule := range rules {
		paths.add(rule.everybody(), "guest", rule.Guest)
		paths.add(rule.everybody(), "authenticated", rule.SignedIn)
		for _, group := range Groups() {
			paths.add(rule.everybody(), "groups"+string(group.Name), rule.In(group.Name))
		}
		if _, token := rule.stem(); token == IdentityToken {
			paths.add(rule.own(), "entityidentity", rule.Owner|rule.SignedIn)
		}
	}
	return paths
}

// UserPaths is the part of the table that Paths cannot say, for
// custom.lightbox.paths of the outputs file, as in
//
//	"uploads/${aws:PrincipalTag/user}/*": {"entityuser": ["get", "write"]}
//
// A client puts its user's sub in place of the variable.
func UserPaths(rules []Rule) PathRules {
	paths := PathRules{}
	for _, rule := range rules {
		if _, token := rule.stem(); token == UserToken {
			paths.add(rule.own(), "entityuser", rule.Owner|rule.SignedIn)
		}
	}
	return paths
}

// add grants verbs below path, unless there are none.
func (p PathRules) add(path, who string, verbs Verbs) {
	words := [...]string{"get", "list", "write", "delete"}
	var granted []string
	for i, word := range words {
		if verbs&(1<<i) != 0 {
			granted = append(granted, word)
		}
	}
	if granted == nil {
		return
	}
	if p[path] == nil {
		p[path] = map[string][]string{}
	}
	p[path][who] = granted
}
