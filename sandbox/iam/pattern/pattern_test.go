package pattern

import (
	"strings"
	"testing"
)

var all = Syntax{Wildcards: true, Variables: true}

func mustParse(t *testing.T, text string, syntax Syntax) (Pattern, []Variable) {
	t.Helper()
	p, vars, err := Parse(text, syntax)
	if err != nil {
		t.Fatalf("Parse(%q): %v", text, err)
	}
	return p, vars
}

func TestMatch(t *testing.T) {
	tests := []struct {
		pattern string
		syntax  Syntax
		text    string
		values  []string
		want    bool
	}{
		{"public/*", all, "public/", nil, true},
		{"public/*", all, "public/a/b/c.png", nil, true},
		{"public/*", all, "public", nil, false},
		{"public/*", all, "publicx/", nil, false},
		{"*", all, "", nil, true},
		{"**", all, "anything", nil, true},
		{"", all, "", nil, true},
		{"", all, "x", nil, false},
		{"a?c", all, "abc", nil, true},
		{"a?c", all, "ac", nil, false},
		{"a?c", all, "abbc", nil, false},
		{"a?c", all, "aéc", nil, true},
		{"?", all, "é", nil, true},
		{"??", all, "é", nil, false},
		{"*??", all, "€", nil, false},
		{"*??", all, "a€", nil, true},
		{"*/test/*", all, "1///test///object.jpg", nil, true},
		{"*/test/*", all, "test/object.jpg", nil, false},
		{"*ab*ab", all, "xabyabab", nil, true},
		{"*ab*ab", all, "xab", nil, false},
		{"*.png", all, "a.png.png", nil, true},
		{"*.png", all, "a.pngx", nil, false},
		{"Public/*", all, "public/x", nil, false},

		{"s3:Get*", Syntax{Wildcards: true, Fold: true}, "S3:getobject", nil, true},
		{"S3:GETOBJECT", Syntax{Wildcards: true, Fold: true}, "s3:GetObject", nil, true},
		{"s3:Get*", Syntax{Wildcards: true, Fold: true}, "s3:PutObject", nil, false},
		{"straße", Syntax{Fold: true}, "STRASSE", nil, false},
		{"ÉTÉ", Syntax{Fold: true}, "été", nil, true},

		{"a*b?c", Syntax{}, "a*b?c", nil, true},
		{"a*b?c", Syntax{}, "axbxc", nil, false},
		{"${a:b}", Syntax{Wildcards: true}, "${a:b}", nil, true},
		{"${*}", Syntax{Wildcards: true}, "${anything}", nil, true},

		{"x${*}y", all, "x*y", nil, true},
		{"x${*}y", all, "xzy", nil, false},
		{"x${?}y", all, "x?y", nil, true},
		{"x${?}y", all, "xzy", nil, false},
		{"x${$}{a:b}", all, "x${a:b}", nil, true},
		{"$5", all, "$5", nil, true},

		{"private/${a:b}/*", all, "private/me/x", []string{"me"}, true},
		{"private/${a:b}/*", all, "private/you/x", []string{"me"}, false},
		{"private/${a:b}/*", all, "private/you/x", []string{"*"}, false},
		{"private/${a:b}/*", all, "private/*/x", []string{"*"}, true},
		{"private/${a:b}/*", all, "private/you/x", []string{"???"}, false},
		{"private/${a:b}/*", all, "private/you/x", []string{"${a:b}"}, false},
		{"*${a:b}", all, "x", []string{""}, true},
		{"*${a:b}*", all, "xx1yy", []string{"1"}, true},
		{"${a:b}${c:d}", all, "12", []string{"1", "2"}, true},
		{"${a:b}${c:d}", all, "21", []string{"1", "2"}, false},
	}
	for _, test := range tests {
		p, _ := mustParse(t, test.pattern, test.syntax)
		if got := p.Match(test.text, test.values); got != test.want {
			t.Errorf("%q matches %q with %q: got %v, want %v", test.pattern, test.text, test.values, got, test.want)
		}
	}
}

func TestParse_readsVariablesAndDefaults(t *testing.T) {
	_, vars := mustParse(t, "a-${aws:PrincipalTag/team, 'company-wide'}-${aws:username}", all)
	want := []Variable{
		{Key: "aws:PrincipalTag/team", Default: "company-wide", HasDefault: true},
		{Key: "aws:username"},
	}
	if len(vars) != 2 || vars[0] != want[0] || vars[1] != want[1] {
		t.Errorf("got %+v, want %+v", vars, want)
	}
}

func TestParse_refusesWhatItCannotReadExactly(t *testing.T) {
	for _, text := range []string{
		"${", "x${aws:username", "${}", "${user}", "${:x}", "${aws:}", "${aws:user name}",
		"${aws:a,'b'}", "${aws:a, b}", "${aws:a, 'b*'}", "${aws:a, 'b'c'}", "${aws:${aws:a}}", "${aws:*}", "${**}", "\xff", "${aws:\xff}",
	} {
		if _, _, err := Parse(text, all); err == nil {
			t.Errorf("Parse(%q): got no error", text)
		}
	}
}

func TestMatch_endsOnHostilePatterns(t *testing.T) {
	p, _ := mustParse(t, strings.Repeat("*a", 1000)+"b", all)
	if p.Match(strings.Repeat("a", 1024), nil) {
		t.Error("matched")
	}
}

func TestSplitName(t *testing.T) {
	n, ok := SplitName("arn:aws:s3:::b/private/us-east-1:1b2c/x")
	if !ok || n.Account() != "" || n.Resource() != "b/private/us-east-1:1b2c/x" {
		t.Errorf("got %q, %v", n, ok)
	}
	for _, text := range []string{"", "*", "arn:aws:s3:::", "urn:aws:s3:::b", "arn:aws:s3::b"} {
		n, ok := SplitName(text)
		if want := text == "arn:aws:s3:::"; ok != want {
			t.Errorf("SplitName(%q): got %q, %v, want %v", text, n, ok, want)
		}
	}
}

func TestARN_matchesPartByPart(t *testing.T) {
	tests := []struct {
		pattern, name string
		values        []string
		want          bool
	}{
		// The example of the documentation of the ARN operators.
		{"arn:aws:someservice:*:111122223333:finance/*", "arn:aws:someservice:us-east-2:111122223333:finance/document.txt", nil, true},
		{"arn:aws:someservice:*:111122223333:finance/*", "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt", nil, false},
		{"arn:aws:s3:::b/*", "arn:aws:s3:::b/a:b/c", nil, true},
		{"arn:aws:s3:::b*", "arn:aws:s3:::b", nil, true},
		{"arn:aws:s3:::b/*", "arn:aws:s3:::B/x", nil, false},
		{"arn:aws:s3:::b/*", "arn:aws-cn:s3:::b/x", nil, false},
		{"arn:*:s3:::b/*", "arn:aws-cn:s3:::b/x", nil, true},
		{"arn:aws:cloudfront::1:distribution/*", "arn:aws:cloudfront::2:distribution/E", nil, false},
		{"arn:aws:s3:::b/${c:s}/*", "arn:aws:s3:::b/us-east-1:1/x", []string{"us-east-1:1"}, true},
		{"arn:aws:iam::${aws:PrincipalAccount}:role/x", "arn:aws:iam::1:role/x", []string{"1"}, true},
		{"arn:aws:iam::${aws:PrincipalAccount}:role/x", "arn:aws:iam::1:2:role/x", []string{"1:2"}, false},
	}
	for _, test := range tests {
		a, _, err := ParseARN(test.pattern, true)
		if err != nil {
			t.Fatalf("ParseARN(%q): %v", test.pattern, err)
		}
		n, ok := SplitName(test.name)
		if !ok {
			t.Fatalf("SplitName(%q) failed", test.name)
		}
		if got := a.Match(&n, test.values); got != test.want {
			t.Errorf("%q matches %q: got %v, want %v", test.pattern, test.name, got, test.want)
		}
	}
}

func TestParseARN_refuses(t *testing.T) {
	for _, text := range []string{"", "*", "b/*", "arn:aws:s3:*", "arn:aws:s3::b", "arn:aws:::b:c", "arn:aws:s3:::${a:b", "${aws:PrincipalArn}"} {
		if _, _, err := ParseARN(text, true); err == nil {
			t.Errorf("ParseARN(%q): got no error", text)
		}
	}
}

func TestString_isCanonical(t *testing.T) {
	tests := []struct {
		text   string
		syntax Syntax
		want   string
	}{
		{"a**b", all, "a*b"},
		{"a*?*?b", all, "a??*b"},
		{"${*}${AWS:UserName}", all, "${*}${aws:username}"},
		{"${AWS:t, 'X'}", all, "${aws:t, 'X'}"},
		{"a*${x:y}", Syntax{}, "a${*}${$}{x:y}"},
		{"s3:GET*", Syntax{Wildcards: true, Fold: true}, "s3:get*"},
		{"\u212A", Syntax{Fold: true}, "k"},
	}
	for _, test := range tests {
		p, vars := mustParse(t, test.text, test.syntax)
		got := p.String(vars)
		if got != test.want {
			t.Errorf("%q: got %q, want %q", test.text, got, test.want)
		}
		again, vars := mustParse(t, got, all)
		if got2 := again.String(vars); got2 != got {
			t.Errorf("%q: written again %q", got, got2)
		}
	}
}

func TestCovers(t *testing.T) {
	tests := []struct {
		p, q string
		want bool
	}{
		{"*", "anything", true},
		{"*", "a*b?${x:y}", true},
		{"a*", "ab*", true},
		{"ab*", "a*", false},
		{"a?c", "abc", true},
		{"a?c", "a*c", false},
		{"a?*", "ab*", true},
		{"a?*", "a*", false},
		{"a/${x:y}/*", "a/${X:Y}/b", true},
		{"a/${x:y}/*", "a/${x:z}/b", false},
		{"a/*/b", "a/${x:y}/b", true},
		{"a/?/b", "a/${x:y}/b", false},
		{"a${*}", "ab", false},
		{"a*", "a${*}", true},
		{"*a*b", "xxaybzb", true},
	}
	for _, test := range tests {
		p, pv := mustParse(t, test.p, all)
		q, qv := mustParse(t, test.q, all)
		if got := p.Covers(pv, &q, qv); got != test.want {
			t.Errorf("%q covers %q: got %v, want %v", test.p, test.q, got, test.want)
		}
	}
}
