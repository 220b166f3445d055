package access

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// faultsOf are the lines of an error.
func faultsOf(err error) []string {
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}

func TestValidate_refusesAreas(t *testing.T) {
	for _, test := range []struct {
		name, area string
		want       []string
	}{
		{"no name", "", []string{`must name a folder, as in "files/"`}},
		{"no slash at the end", "files", []string{`must end with /, as in "files/": a bare prefix matches its longer neighbours as well`}},
		{"a slash at the start", "/files/", []string{`must not begin with /: keys are relative to the bucket`}},
		{"a slash alone", "/", []string{`must not begin with /: keys are relative to the bucket`, `must not hold an empty folder ("//")`}},
		{"two slashes", "a//b/", []string{`must not hold an empty folder ("//")`}},
		{"two slashes at the end", "a//", []string{`must not hold an empty folder ("//")`}},
		{"the parent", "a/../b/", []string{`must not hold "..": S3 takes it literally, clients resolve it`}},
		{"the folder itself", "./a/", []string{`must not hold ".": S3 takes it literally, clients resolve it`}},
		{"a wildcard", "a/*/", []string{`must not hold a wildcard, got "*"`}},
		{"a wildcard for a letter", "file?/", []string{`must not hold a wildcard, got "file?"`}},
		{"a policy variable", "a/${aws:userid}/", []string{`must not hold $, got "${aws:userid}": policy variables are compiled from owner tokens`}},
		{"upper case", "Files/", []string{`folder "Files" must be lower-case letters and digits, with single hyphens between them`}},
		{"a space", "my files/", []string{`folder "my files" must be lower-case letters and digits, with single hyphens between them`}},
		{"a backslash", `a\b/`, []string{`folder "a\\b" must be lower-case letters and digits, with single hyphens between them`}},
		{"a line break", "a\nb/", []string{`folder "a\nb" must be lower-case letters and digits, with single hyphens between them`}},
		{"a percent sign", "a%2f/", []string{`folder "a%2f" must be lower-case letters and digits, with single hyphens between them`}},
		{"an unknown token", "a/{group}/", []string{`owner token must be a whole folder, {identity} or {user}, got "{group}"`}},
		{"a token that is part of a folder", "a/x-{user}/", []string{`owner token must be a whole folder, {identity} or {user}, got "x-{user}"`}},
		{"a token without a folder before it", "{user}/", []string{`must have a folder before {user}, as in "files/{user}/": for others the token stands for any key`}},
		{"a token without a slash after it", "a/{user}", []string{`must end with /, as in "a/{user}/": a bare prefix matches its longer neighbours as well`}},
		{"a token in the middle", "a/{user}/b/", []string{`must end after {user}: for others the token stands for a wildcard, and that crosses folders`}},
		{"two tokens", "a/{user}/{identity}/", []string{
			`must end after {user}: for others the token stands for a wildcard, and that crosses folders`,
			`must have at most one owner token, got 2`,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			rule := Rule{Area: test.area, Guest: Get}
			if _, token := rule.stem(); token != "" {
				rule.Owner = Get // no fault of its own
			}
			var want []string
			for _, fault := range test.want {
				want = append(want, "access rule 1, area "+quoted(test.area)+": "+fault)
			}
			if diff := cmp.Diff(want, faultsOf(Validate([]Rule{rule}))); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}

func TestValidate_acceptsAreas(t *testing.T) {
	for _, area := range []string{"a/", "files/", "a/b/c/", "my-files/2026/", "1/", "a/{user}/", "a/b/{identity}/"} {
		rule := Rule{Area: area, Guest: Get}
		if strings.Contains(area, "{") {
			rule.Owner = Put
		}
		if err := Validate([]Rule{rule}); err != nil {
			t.Errorf("%s: got %v, want no fault", area, err)
		}
	}
}

func TestValidate_refusesGrants(t *testing.T) {
	for _, test := range []struct {
		name string
		rule Rule
		want string
	}{
		{"nothing to anybody", Rule{Area: "a/"}, `area "a/": grants nothing to anybody; want at least one verb, or no row`},
		{"an unknown verb", Rule{Area: "a/", Guest: Get | 1<<6}, `area "a/": Guest has an unknown verb: got bits 0b1000001, want some of get list put delete list-versions erase`},
		{"versions to people", Rule{Area: "a/", SignedIn: Get, Groups: verbs{Admins: Get | Erase}}, `area "a/": Admins got erase, want none of these: they reach versions, and are for functions`},
		{"a column of no function", Rule{Area: "a/", Functions: verbs{"nope": Get}}, `area "a/": has a column for the function nope, which is not one of access.Functions`},
		{"an unknown verb of a function", Rule{Area: "a/", Functions: verbs{Pictures: Get | 1<<6}}, `area "a/": function pictures has an unknown verb: got bits 0b1000001, want some of get list put delete list-versions erase`},
		{"days below none", Rule{Area: "a/", Guest: Get, Days: -1}, `area "a/": got -1 days, want none or more`},
		{"a listing by the CDN", Rule{Area: "public/a/", CDN: Get | List}, `area "public/a/": CDN got get list, want at most get: a distribution reads single objects`},
		{"writing by the CDN", Rule{Area: "public/a/", CDN: Put | Delete}, `area "public/a/": CDN got put delete, want at most get: a distribution reads single objects`},
		{"the CDN outside its origin path", Rule{Area: "files/", CDN: Get}, `area "files/": CDN got get outside "public/", want nothing: a distribution asks only for keys below its origin path`},
		{"the CDN in a neighbour of its origin path", Rule{Area: "public-old/", CDN: Get}, `area "public-old/": CDN got get outside "public/", want nothing: a distribution asks only for keys below its origin path`},
		{"an owner without a token", Rule{Area: "a/", Owner: Put}, `area "a/": Owner got put, want an owner token at the end of the area, as in "private/{identity}/"`},
		{"a token without an owner", Rule{Area: "a/{user}/", SignedIn: Get, Groups: verbs{Admins: Get}}, `area "a/{user}/": Owner got nothing, want at least one verb where the area ends with {user}`},
		{"admins with less than users", Rule{Area: "a/", SignedIn: Get | List, Groups: verbs{Admins: List | Put}}, `area "a/": Admins lack get, want all that SignedIn has: admins have signed in too`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff([]string{"access rule 1, " + test.want}, faultsOf(Validate([]Rule{test.rule}))); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}

func TestValidate_acceptsGrants(t *testing.T) {
	for name, rule := range map[string]Rule{
		"reading by the CDN":            {Area: "public/a/", CDN: Get},
		"all the CDN serves":            {Area: "public/", CDN: Get},
		"guests who write":              {Area: "inbox/", Guest: Put},
		"a function alone":              {Area: "a/", Functions: verbs{Remover: ListVersions | Erase}, Days: 1},
		"an owner alone":                {Area: "a/{user}/", Owner: Get},
		"an owner with what all have":   {Area: "a/{user}/", SignedIn: Get, Owner: Get | Put, Groups: verbs{Admins: Get}},
		"admins with as much as users":  {Area: "a/", SignedIn: Get, Groups: verbs{Admins: Get}},
		"admins who own nothing":        {Area: "a/{identity}/", Owner: Get | List | Put | Delete},
		"admins with more than is seen": {Area: "a/", Groups: verbs{Admins: List}},
	} {
		if err := Validate([]Rule{rule}); err != nil {
			t.Errorf("%s: got %v, want no fault", name, err)
		}
	}
}

func TestValidate_refusesOverlap(t *testing.T) {
	for _, test := range []struct{ name, first, second string }{
		{"the same area", "a/", "a/"},
		{"an area within another", "a/", "a/b/"},
		{"an area around another", "a/b/", "a/"},
		{"a folder beside the owners' folders", "a/{user}/", "a/b/"},
		{"two kinds of owner in one place", "a/{user}/", "a/{identity}/"},
		{"owners within an area", "a/", "a/b/{user}/"},
	} {
		t.Run(test.name, func(t *testing.T) {
			rule := func(area string) Rule {
				if strings.Contains(area, "{") {
					return Rule{Area: area, Owner: Get}
				}
				return Rule{Area: area, Guest: Get}
			}
			want := []string{"access rule 2, area " + quoted(test.second) + ": overlaps rule 1, " + quoted(test.first) + "; want each key in one area"}
			if diff := cmp.Diff(want, faultsOf(Validate([]Rule{rule(test.first), rule(test.second)}))); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}

// Prefixes that are the beginning of one another as texts, but not as folders.
func TestValidate_acceptsNeighbours(t *testing.T) {
	rules := []Rule{
		{Area: "public/pro/", Guest: Get},
		{Area: "public/products/", Guest: Get},
		{Area: "public/products-old/", Guest: Get},
		{Area: "public/prod/{user}/", Owner: Get},
		{Area: "pub/", Guest: Get},
	}
	if err := Validate(rules); err != nil {
		t.Errorf("got %v, want no fault", err)
	}
}

func TestValidate_refusesStatementsOfOneName(t *testing.T) {
	for _, test := range []struct {
		name  string
		rules []Rule
		want  []string
	}{
		{"folders that differ in punctuation", []Rule{{Area: "a-b/", Guest: Get | List}, {Area: "a/b/", Guest: Get | List}}, []string{
			`access policy of Guest: "a-b/*" and "a/b/*" are both named GetAB, want folders that differ in letters or digits`,
			`access policy of Guest: "a-b/*" and "a/b/*" are both named ListAB, want folders that differ in letters or digits`,
		}},
		{"a folder called own", []Rule{{Area: "own/a/", SignedIn: Get, Groups: verbs{Admins: Get}}, {Area: "a/{user}/", Owner: Get}}, []string{
			`access policy of User: "own/a/*" and "a/${aws:PrincipalTag/user}/*" are both named GetOwnA, want folders that differ in letters or digits`,
		}},
		{"the same folders in different policies", []Rule{{Area: "a-b/", Guest: Get}, {Area: "a/b/", Groups: verbs{Admins: Get}}}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, faultsOf(Validate(test.rules))); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}

func TestValidate_reportsAllFaultsAtOnce(t *testing.T) {
	want := []string{
		`access rule 1, area "files": must end with /, as in "files/": a bare prefix matches its longer neighbours as well`,
		`access rule 1, area "files": CDN got list, want at most get: a distribution reads single objects`,
		`access rule 1, area "files": CDN got list outside "public/", want nothing: a distribution asks only for keys below its origin path`,
		`access rule 2, area "files/*/": must not hold a wildcard, got "*"`,
		`access rule 2, area "files/*/": Owner got put, want an owner token at the end of the area, as in "private/{identity}/"`,
		`access rule 2, area "files/*/": overlaps rule 1, "files"; want each key in one area`,
	}
	got := faultsOf(Validate([]Rule{{Area: "files", CDN: List}, {Area: "files/*/", Owner: Put}}))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

func TestValidate_refusesAnEmptyTable(t *testing.T) {
	want := []string{"access rules: got none, want at least one area"}
	if diff := cmp.Diff(want, faultsOf(Validate(nil))); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

func TestValidate_refusesPoliciesThatAWSWouldRefuse(t *testing.T) {
	// areas are n rows that differ in their number.
	areas := func(n int, rule Rule) []Rule {
		var rules []Rule
		for i := range n {
			rule.Area = "public/" + strings.Repeat("x", 10) + string(rune('a'+i/26)) + string(rune('a'+i%26)) + "/"
			rules = append(rules, rule)
		}
		return rules
	}
	for _, test := range []struct {
		name      string
		rule      Rule
		principal Principal
		limit     string
	}{
		{"a guest's", Rule{Guest: Get}, Guest, "6144"},
		{"a user's", Rule{SignedIn: Get, Groups: verbs{Admins: Get}}, User, "6144"},
		{"the admins'", Rule{Groups: verbs{Admins: Put}}, Admins, "6144"},
		{"the bucket's", Rule{CDN: Get}, CDN, "20480"},
	} {
		t.Run(test.name, func(t *testing.T) {
			n := 1
			for Validate(areas(n, test.rule)) == nil && n < 500 {
				n++
			}
			lines := faultsOf(Validate(areas(n, test.rule)))
			if len(lines) != 1 || !strings.HasPrefix(lines[0], "access policy of "+string(test.principal)+": got ") ||
				!strings.HasSuffix(lines[0], " bytes, want at most "+test.limit+"; take areas away or join them") {
				t.Errorf("%d areas: got %q, want one fault that names %s and %s bytes", n, lines, test.principal, test.limit)
			}
			if n < 15 {
				t.Errorf("got a fault with %d areas already", n)
			}
		})
	}
}

// quoted is a text as the messages show it.
func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`).Replace(text) + `"`
}
