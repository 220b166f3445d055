package appsyncjs

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

// Every function of the table must be named by a test, so that none can be added without one.
func TestFunctions_areAllTested(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var tests strings.Builder
	for _, entry := range entries {
		if strings.HasSuffix(entry.Name(), "_test.go") {
			text, err := os.ReadFile(entry.Name())
			if err != nil {
				t.Fatal(err)
			}
			tests.Write(text)
		}
	}
	for _, f := range Functions() {
		if !strings.Contains(tests.String(), f.Name+"(") {
			t.Errorf("no test calls %s", f.Name)
		}
	}
}

func TestFunctions_areDocumented(t *testing.T) {
	list := Functions()
	if len(list) < 60 {
		t.Errorf("got %d functions, want at least 60", len(list))
	}
	for i, f := range list {
		if !strings.HasPrefix(f.Args, "(") || !strings.HasSuffix(f.Args, ")") || !strings.HasSuffix(f.Does, ".") {
			t.Errorf("%s: arguments %q and purpose %q", f.Name, f.Args, f.Does)
		}
		if i > 0 && list[i-1].Name >= f.Name {
			t.Errorf("%s comes after %s", f.Name, list[i-1].Name)
		}
	}
}

func TestUtil_refusesWhatItDoesNotKnowByName(t *testing.T) {
	for expression, want := range map[string]string{
		"util.xml.toMap('<a/>')":                         "util.xml is not supported by this runtime",
		"util.xml":                                       "util.xml is not supported by this runtime",
		"typeof util.rds":                                "util.rds is not supported by this runtime",
		"util.http.addResponseHeader('a', 1)":            "util.http is not supported by this runtime",
		"util.escapeJavaScript('a')":                     "util.escapeJavaScript is not supported by this runtime",
		"util.transform.toElasticsearchQueryDSL({})":     "util.transform.toElasticsearchQueryDSL is not supported by this runtime",
		"extensions.evictFromApiCache('Q', 'f', {})":     "extensions.evictFromApiCache is not supported by this runtime",
		"runtime.later()":                                "runtime.later is not supported by this runtime",
		"console.warn('a')":                              "console.warn is not supported by this runtime",
		"ddb.operations.union([1])":                      "ddb.operations.union is not supported by this runtime",
		"Object.freeze({})":                              "Object.freeze is not supported by this runtime",
		"Math.sqrt(4)":                                   "Math.sqrt is not supported by this runtime",
		"util['x' + 'ml']":                               "util.xml is not supported by this runtime",
		"((u) => { const { xml } = u; return 1 })(util)": "util.xml is not supported by this runtime",
	} {
		wantRefusal(t, expression, want)
	}
}

func TestUtil_canBeListedButNotChanged(t *testing.T) {
	wantValue(t, "Object.keys(util)", `["appendError","authType","autoId","autoKsuid","autoUlid","base64Decode","base64Encode","dynamodb","error","matches","math","str","time","transform","unauthorized","urlDecode","urlEncode"]`)
	wantValue(t, "Object.keys(Math)", "[]")
	wantValue(t, "JSON.stringify(util.math)", `"{}"`)
	wantRefusal(t, "delete util.autoId", "util.autoId is read-only")
	wantRefusal(t, "delete Math.min", "Math.min is read-only")
	wantRefusal(t, "(Math.min = 1)", "Math.min is read-only")
}

func TestGlobals_areThoseOfAppSync(t *testing.T) {
	wantValue(t, "[typeof util, typeof extensions, typeof runtime, typeof console, typeof Math, typeof JSON, typeof Object, typeof Number, typeof NaN, typeof Infinity, typeof undefined]",
		`["object","object","object","object","object","object","object","object","number","number","undefined"]`)
	wantValue(t, "typeof somethingElse", `"undefined"`)
}

func TestGlobals_thatAppSyncLacksAreNotThere(t *testing.T) {
	global := newRealm().vm.GlobalObject()
	for name := range absentGlobals() {
		if v := global.Get(name); v != nil {
			t.Errorf("%s is %s", name, v)
		}
	}
}

func TestGlobals_offerNoWayToOtherCode(t *testing.T) {
	for _, expression := range []string{
		"[].constructor", "({}).constructor", "'a'.constructor", "(1).constructor", "true.constructor", "(() => 1).constructor",
		"({}).__proto__", "(() => 1).call", "(() => 1).apply", "(() => 1).bind", "util.autoId.constructor", "[].map.constructor",
		"({}).hasOwnProperty", "({}).__defineGetter__", "[].values", "'a'.padStart", "'a'.match", "'a'.at",
	} {
		wantValue(t, expression, "null")
	}
}

func TestLibrary_hasWhatAppSyncDocuments(t *testing.T) {
	for expression, want := range map[string]string{
		"Object.assign({ a: 1 }, { b: 2 })":                      `{"a":1,"b":2}`,
		"Object.entries({ a: 1 })":                               `[["a",1]]`,
		"[Object.keys({ a: 1 }), Object.values({ a: 1 })]":       `[["a"],[1]]`,
		"[Object.hasOwn({ a: 1 }, 'a'), Object.hasOwn({}, 'a')]": `[true,false]`,
		"[Number.isFinite(1), Number.isNaN(NaN)]":                `[true,true]`,
		"[Math.min(1, 2), Math.max(1, 2), Math.round(1.5)]":      `[1,2,2]`,
		"[Math.floor(1.5), Math.ceil(1.5), Math.random() < 1]":   `[1,2,true]`,
		`[JSON.parse('{"a":1}'), JSON.stringify({ a: 1 })]`:      `[{"a":1},"{\"a\":1}"]`,
		"JSON.parse('{')": `""`,
		"['abc'.charAt(1), 'a'.concat('b'), 'ab'.endsWith('b')]":                                   `["b","ab",true]`,
		"['ab'.indexOf('b'), 'aa'.lastIndexOf('a'), 'ab'.length]":                                  `[1,1,2]`,
		"['ab'.includes('b'), 'abc'.substring(1), 'abc'.slice(1, 2)]":                              `[true,"bc","b"]`,
		"['aa'.replace('a', 'b'), 'aa'.replaceAll('a', 'b')]":                                      `["ba","bb"]`,
		"['a.b'.split('.'), 'ab'.startsWith('a')]":                                                 `[["a","b"],true]`,
		"['A'.toLowerCase(), 'a'.toUpperCase(), ' a '.trim()]":                                     `["a","A","a"]`,
		"[' a '.trimStart(), ' a '.trimEnd()]":                                                     `["a "," a"]`,
		"[[1].concat([2]), [1, 2].fill(0), [[1], 2].flat()]":                                       `[[1,2],[0,0],[1,2]]`,
		"[[1].includes(1), [1].indexOf(1), [1, 1].lastIndexOf(1)]":                                 `[true,0,1]`,
		"[[1, 2].join('-'), [1, 2].pop(), [1].push(2)]":                                            `["1-2",2,2]`,
		"[[1, 2].reverse(), [1, 2].shift(), [2].unshift(1)]":                                       `[[2,1],1,2]`,
		"[[1, 2, 3].slice(1), [3, 1, 2].sort(), [1, 2].splice(0, 1)]":                              `[[2,3],[1,2,3],[1]]`,
		"[[1].map((x) => x + 1), [1].flatMap((x) => [x, x])]":                                      `[[2],[1,1]]`,
		"[[1, 2].filter((x) => x > 1), [1, 2].find((x) => x > 1)]":                                 `[[2],2]`,
		"[[1].some((x) => x), [1].every((x) => x)]":                                                `[true,true]`,
		"[[1, 2].reduce((a, b) => a + b), ['a', 'b'].reduceRight((a, b) => a + b)]":                `[3,"ba"]`,
		"[[1, 2].findIndex((x) => x > 1), [1, 2].findLast((x) => x), [1].findLastIndex((x) => x)]": `[1,2,0]`,
		"(() => { let n = 0; [1, 2].forEach((x) => { n += x }); return n })()":                     `3`,
	} {
		wantValue(t, expression, want)
	}
}

func TestLibrary_refusesWhatAppSyncDoesDifferently(t *testing.T) {
	wantRefusal(t, "[2, 1].sort((a, b) => a - b)", "sort with an argument is not supported")
	wantRefusal(t, "'a.b'.replace('.', '')", "as in Java's regular expressions")
	wantRefusal(t, "'a'.replaceAll('a+', '')", "as in Java's regular expressions")
	wantRefusal(t, "'a'.replace('a', '$1')", "as in Java's regular expressions")
	wantRefusal(t, "'a'.replace('a', () => 'b')", "is not a string")
	wantRefusal(t, "`${{}}`", "")
	wantRefusal(t, "`${[]}`", "")
}

func TestUtil_makesIDs(t *testing.T) {
	tests := []struct{ expression, pattern string }{
		{"util.autoId()", `^"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"$`},
		{"util.autoUlid()", `^"01C5P7XAC5[0-9A-HJKMNP-TV-Z]{16}"$`},
		{"util.autoKsuid()", `^"[0-9A-Za-z]{27}"$`},
	}
	for _, test := range tests {
		first, second := value(t, test.expression), value(t, test.expression)
		if !regexp.MustCompile(test.pattern).MatchString(first) {
			t.Errorf("%s: got %s, want %s", test.expression, first, test.pattern)
		}
		if first == second {
			t.Errorf("%s answered %s twice", test.expression, first)
		}
	}
}

func TestUtil_makesIDsThatSortByTime(t *testing.T) {
	for _, id := range []func(time.Time) string{newULID, newKSUID} {
		if early, late := id(now), id(now.Add(2*time.Second)); early >= late {
			t.Errorf("%s of an earlier time comes after %s", early, late)
		}
	}
}

func TestUtil_convertsText(t *testing.T) {
	for expression, want := range map[string]string{
		"util.base64Encode('hello ä')":                `"aGVsbG8gw6Q="`,
		"util.base64Decode('aGVsbG8gw6Q=')":           `"hello ä"`,
		"util.urlEncode('a b&c=ä*~-_.')":              `"a+b%26c%3D%C3%A4*%7E-_."`,
		"util.urlDecode('a+b%26c%3D%C3%A4')":          `"a b&c=ä"`,
		"util.str.normalize('a\\u0308', 'nfc')":       `"ä"`,
		"util.str.normalize('\\u00e4', 'nfd').length": `2`,
		"util.str.normalize('\\ufb01', 'nfkc')":       `"fi"`,
		"util.str.normalize('\\ufb01', 'nfkd')":       `"fi"`,
	} {
		wantValue(t, expression, want)
	}
	wantRefusal(t, "util.base64Decode('*')", "illegal base64")
	wantRefusal(t, "util.base64Decode('/w==')", "not UTF-8")
	wantRefusal(t, "util.urlDecode('%x')", "util.urlDecode")
	wantRefusal(t, "util.str.normalize('a', 'nfx')", `form "nfx"`)
	wantRefusal(t, "util.base64Encode(1)", "the first argument of util.base64Encode is a number, want a string")
}

func TestUtil_calculates(t *testing.T) {
	for expression, want := range map[string]string{
		"[util.math.roundNum(1.5), util.math.roundNum(-1.5), util.math.roundNum(2.4)]":       `[2,-1,2]`,
		"[util.math.minVal(1, 2), util.math.maxVal(1, 2)]":                                   `[1,2]`,
		"((x) => x >= 0 && x < 1)(util.math.randomDouble())":                                 `true`,
		"((x) => x >= 3 && x < 5 && x === Math.floor(x))(util.math.randomWithinRange(3, 5))": `true`,
		"util.math.randomWithinRange(3, 4)":                                                  `3`,
	} {
		wantValue(t, expression, want)
	}
	wantRefusal(t, "util.math.randomWithinRange(4, 4)", "start 4 is not below end 4")
	wantRefusal(t, "util.math.roundNum(NaN)", "want a finite number")
	wantRefusal(t, "util.math.randomWithinRange(0.5, 4)", "want a whole number")
}

func TestUtil_matchesRegularExpressions(t *testing.T) {
	for expression, want := range map[string]string{
		"util.matches('a*b', 'aaaaab')":    `true`, // AWS's example
		"util.matches('^[0-9]+$', '123')":  `true`,
		"util.matches('^[0-9]+$', '12a')":  `false`,
		"util.matches('^(a|b)$', 'b')":     `true`,
		"util.matches('^a$', 'b\\n')":      `false`,
		"util.matches('^a\\\\.b$', 'a.b')": `true`,
		"util.matches('^a\\\\.b$', 'axb')": `false`,
	} {
		wantValue(t, expression, want)
	}
	wantRefusal(t, "util.matches('a', 'xax')", "put it between ^ and $")
	wantRefusal(t, "util.matches('^a$', 'a\\n')", "mind a line break")
	wantRefusal(t, "util.matches('^a.$', 'a\\r')", "several lines")
	wantRefusal(t, "util.matches('(?=a)a', 'a')", "is not supported by this runtime")
	wantRefusal(t, "util.matches('(', 'a')", "is not supported by this runtime")
}

// The shapes and answers are those that AppSync's EvaluateCode gives.
func TestUtil_tellsTheAuthType(t *testing.T) {
	iam := IAMIdentity{AccountID: "1", SourceIP: []string{"1.2.3.4"}, Username: "u", UserARN: "arn:aws:iam::1:user/u"}
	pool := UserPoolIdentity{Sub: "s", Issuer: "i", Username: "u", Claims: map[string]any{"sub": "s"}, SourceIP: []string{"1.2.3.4"}, DefaultAuthStrategy: "ALLOW"}
	noIP, noStrategy := iam, pool
	noIP.SourceIP = nil
	tests := []struct {
		name     string
		identity any
		want     string
	}{
		{"nobody", nil, "API Key Authorization"},
		{"IAM", iam, "IAM Authorization"},
		{"IAM without an address", noIP, "API Key Authorization"},
		{"user pool", pool, "User Pool Authorization"},
		{"OIDC", map[string]any{"sub": "s", "issuer": "i", "claims": map[string]any{}}, "Open ID Connect Authorization"},
		{"OIDC with a user name", map[string]any{"sub": "s", "issuer": "i", "claims": map[string]any{}, "username": "u"}, "API Key Authorization"},
		{"claims alone", map[string]any{"claims": map[string]any{}}, "API Key Authorization"},
		{"a Lambda's context", map[string]any{"resolverContext": map[string]any{"a": 1}}, "Lambda Authorization"},
		{"a Lambda without context", map[string]any{}, "Lambda Authorization"},
		{"user pool without a strategy", map[string]any{"sub": "s", "issuer": "i", "username": "u", "claims": noStrategy.Claims, "sourceIp": []string{"1"}}, "API Key Authorization"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			outcome, err := request(t, "return util.authType()", Context{Identity: test.identity})
			if err != nil {
				t.Fatal(err)
			}
			if got := string(outcome.Value); got != `"`+test.want+`"` {
				t.Errorf("got %s, want %q", got, test.want)
			}
		})
	}
}
