package access

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// FuzzValidate feeds any table, an area a line and five columns of verbs each.
// Nothing may panic, whatever the table; one that is accepted keeps to its areas
// and says in its paths what it grants.
func FuzzValidate(f *testing.F) {
	var areas []string
	var verbs []byte
	for _, rule := range Rules() {
		areas = append(areas, rule.Area)
		verbs = append(verbs, byte(rule.CDN), byte(rule.Guest), byte(rule.SignedIn), byte(rule.Owner), byte(rule.Groups[Admins]))
	}
	f.Add(strings.Join(areas, "\n"), verbs)
	for _, seed := range []string{
		"a/{user}/\na-b/\nc/{identity}/", "public/\npublic-old/", "{user}/", "a/{user}/b/", "a/*/", "a/${aws:userid}/", "a//", "../", "own/a/\na/{user}/",
		"a/{identity}/{user}/", "a/{user}{identity}/", "a\x00/", "é/", "public/a/\nprivate/{identity}/",
	} {
		f.Add(seed, []byte{1, 1, 1, 1, 1, 0, 3, 5, 7, 15, 0, 0, 0, 15, 0})
	}
	f.Fuzz(func(t *testing.T, areas string, verbs []byte) {
		rules := tableOf(areas, verbs)
		fault := Validate(rules)
		granted := compiled(rules)
		Sizes(rules)
		Paths(rules)
		UserPaths(rules)
		if fault != nil {
			if slices.Contains(faultsOf(fault), "") {
				t.Errorf("fault %q has an empty line", fault)
			}
			return
		}
		for principal, statements := range granted {
			sids := map[string]bool{}
			for _, statement := range statements {
				if sids[statement.Sid] || !alphanumeric.MatchString(statement.Sid) {
					t.Errorf("%s: sid %q is not alphanumeric or not unique", principal, statement.Sid)
				}
				sids[statement.Sid] = true
				for _, pattern := range slices.Concat(statement.Keys, statement.Prefixes) {
					if !keepsToAnArea(pattern, rules, principal) {
						t.Errorf("%s.%s: %q leaves every area that %s has in %q", principal, statement.Sid, pattern, principal, areas)
					}
				}
			}
		}
		var keys []string
		for _, rule := range rules {
			fixed, _, _ := strings.Cut(rule.Area, "{")
			for _, owner := range []string{"", aliceID + "/", aliceSub + "/", bobID + "/", guestID + "/"} {
				keys = append(keys, fixed+owner, fixed+owner+"x", strings.TrimSuffix(fixed, "/")+owner)
			}
		}
		for _, difference := range differences(rules, keys) {
			t.Errorf("%q: %s", areas, difference)
		}
	})
}

var alphanumeric = regexp.MustCompile(`^[A-Za-z0-9]+$`)

// tableOf builds a table of at most ten rows.
func tableOf(areas string, verbs []byte) []Rule {
	var rules []Rule
	for i, area := range strings.Split(areas, "\n") {
		if i == 10 {
			break
		}
		column := func(n int) Verbs {
			if at := 5*i + n; at < len(verbs) {
				return Verbs(verbs[at])
			}
			return 0
		}
		rules = append(rules, Rule{Area: area, CDN: column(0), Guest: column(1), SignedIn: column(2), Owner: column(3), Groups: map[Principal]Verbs{Admins: column(4)}})
	}
	return rules
}

// keepsToAnArea tells whether all that a pattern can match lies in an area in
// which the principal has something: the area's fixed part comes first, then at
// most one variable as a whole folder, then the only wildcard.
func keepsToAnArea(pattern string, rules []Rule, principal Principal) bool {
	for _, rule := range rules {
		column := map[Principal]Verbs{CDN: rule.CDN, Guest: rule.Guest, User: rule.SignedIn | rule.Owner, Admins: rule.Groups[Admins]}[principal]
		fixed, token, _ := strings.Cut(rule.Area, "{")
		rest, within := strings.CutPrefix(pattern, fixed)
		if column == 0 || !within || !strings.HasSuffix(fixed, "/") || len(fixed) < 2 || strings.ContainsAny(fixed, "*?$") {
			continue
		}
		variable := map[string]string{"identity}/": "${cognito-identity.amazonaws.com:sub}/*", "user}/": "${aws:PrincipalTag/user}/*"}[token]
		everybody := rest == "*" && (principal != User || rule.SignedIn != 0)
		own := principal == User && rule.Owner != 0 && variable != "" && rest == variable
		if everybody || own {
			return true
		}
	}
	return false
}
