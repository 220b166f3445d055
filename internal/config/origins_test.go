package config

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// M75: origins that would let strangers in, or that no browser ever sends.
func TestLoad_refusesOrigins(t *testing.T) {
	const like = `, as in "https://shop.example.com"`
	for _, test := range []struct{ name, origin, want string }{
		{"any site", `*`, `real origins` + like + `; "*" needs "openOrigins": true`},
		{"plain http", `http://shop.example.com`, `https://; http:// needs "openOrigins": true`},
		{"plain http on this machine", `http://localhost:3000`, `https://; http:// needs "openOrigins": true`},
		{"sandboxed pages", `null`, `a real origin` + like + `; "null" is what every sandboxed page sends`},
		{"every host of a domain", `https://*.example.com`, `an origin without a wildcard: list each host`},
		{"every host", `https://*.com`, `an origin without a wildcard: list each host`},
		{"a trailing slash", `https://shop.example.com/`, `an origin without a trailing slash` + like},
		{"a trailing slash after a port", `https://shop.example.com:8443/`, `an origin without a trailing slash, as in "https://shop.example.com:8443"`},
		{"a path", `https://shop.example.com/a`, `an origin without path, query or fragment` + like},
		{"two trailing slashes", `https://shop.example.com//`, `an origin without path, query or fragment` + like},
		{"a query", `https://shop.example.com?a`, `an origin without path, query or fragment` + like},
		{"a fragment", `https://shop.example.com#a`, `an origin without path, query or fragment` + like},
		{"a user name", `https://user@shop.example.com`, `an origin without user name and password` + like},
		{"another site behind a password", `https://shop.example.com:x@evil.example`, `an origin without user name and password` + like},
		{"upper case", `https://Shop.example.com`, `lower case` + like},
		{"no scheme", `shop.example.com`, `an origin that begins with https://` + like},
		{"another scheme", `ftp://shop.example.com`, `an origin that begins with https://` + like},
		{"the scheme in upper case", `HTTPS://shop.example.com`, `an origin that begins with https://` + like},
		{"an empty text", ``, `an origin that begins with https://` + like},
		{"no host", `https://`, `a host name or address after https://` + like},
		{"a port alone", `https://:443`, `a host name or address after https://` + like},
		{"a space", `https://shop example.com`, `a host name or address after https://` + like},
		{"letters beyond ASCII", `https://schön.example`, `a host name or address after https://` + like},
		{"an empty label", `https://shop..example`, `a host name or address after https://` + like},
		{"a label that is too long", `https://` + strings.Repeat("x", 64) + `.example`, `a host name or address after https://` + like},
		{"half an address", `https://10.0.0`, `a host name or address after https://` + like},
		{"an address in long form", `https://[0:0:0:0:0:0:0:1]`, `a host name or address after https://` + like},
		{"an address without its bracket", `https://[::1`, `a host name or address after https://` + like},
		{"an address of version 4 in brackets", `https://[192.0.2.1]`, `a host name or address after https://` + like},
		{"an address with a zone", `https://[fe80::1%eth0]`, `a host name or address after https://` + like},
		{"a host that is too long", `https://` + strings.Repeat("a.", 126) + `ab`, `a host name or address after https://` + like},
		{"no port after the colon", `https://shop.example.com:`, `a port from 1 to 65535`},
		{"port 0", `https://shop.example.com:0`, `a port from 1 to 65535`},
		{"a port that is too high", `https://shop.example.com:65536`, `a port from 1 to 65535`},
		{"a port with a zero before", `https://shop.example.com:08443`, `a port from 1 to 65535`},
		{"the scheme's own port", `https://shop.example.com:443`, `no port where it is the scheme's own` + like + `: browsers leave it out`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := loadWith(t, `"webOrigins": ["https://www.example.com", `+strconv.Quote(test.origin)+`]`)
			want := []string{"environments.prod.webOrigins[1]: got " + quote(test.origin) + ", want " + test.want}
			if diff := cmp.Diff(want, faultsOf(err)); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLoad_acceptsOrigins(t *testing.T) {
	for _, test := range []struct {
		name, origin string
		open         bool
	}{
		{"a host", `https://shop.example.com`, false},
		{"a host in punycode", `https://xn--schn-7qa.example`, false},
		{"a host with a port", `https://shop.example.com:8443`, false},
		{"a host of one label", `https://localhost:3000`, false},
		{"an address", `https://192.0.2.1`, false},
		{"an address of version 6", `https://[2001:db8::1]`, false},
		{"an address of version 6 with a port", `https://[2001:db8::1]:8443`, false},
		{"the longest host", `https://` + strings.Repeat("a.", 126) + `a`, false},
		{"port 80 over TLS", `https://shop.example.com:80`, false},
		{"any site, where origins are open", `*`, true},
		{"plain http, where origins are open", `http://localhost:3000`, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			members := `"webOrigins": ["` + test.origin + `"]`
			if test.open {
				members += `, "openOrigins": true`
			}
			cfg, err := loadWith(t, members)
			if err != nil || cfg.WebOrigins[0] != test.origin {
				t.Errorf("got %q, %v, want %q", cfg.WebOrigins, err, test.origin)
			}
		})
	}
}

func TestLoad_keepsTheRestOfTheRulesForOpenOrigins(t *testing.T) {
	for _, origin := range []string{`null`, `https://*.example.com`, `http://localhost:3000/`, `http://localhost:80`} {
		if _, err := loadWith(t, `"openOrigins": true, "webOrigins": ["`+origin+`"]`); err == nil {
			t.Errorf("%s: got no fault", origin)
		}
	}
}

func TestLoad_needsAnOrigin(t *testing.T) {
	const want = `environments.prod.webOrigins: got nothing, want at least one origin, as in ["https://shop.example.com"], or "site": {}`
	_, err := loadWith(t, `"webOrigins": []`)
	if diff := cmp.Diff([]string{want}, faultsOf(err)); diff != "" {
		t.Errorf("an empty list: faults (-want +got):\n%s", diff)
	}
	_, err = Load(contextOf(t, `{"environments": {"dev": {"region": "eu-west-1"}}}`))
	if diff := cmp.Diff([]string{strings.Replace(want, "prod", "dev", 1)}, faultsOf(err)); diff != "" {
		t.Errorf("no list: faults (-want +got):\n%s", diff)
	}
}

func TestLoad_refusesAnOriginTwice(t *testing.T) {
	_, err := loadWith(t, `"webOrigins": ["https://a.example", "https://b.example", "https://a.example"]`)
	want := []string{`environments.prod.webOrigins[2]: got "https://a.example", want each origin once: it is [0] already`}
	if diff := cmp.Diff(want, faultsOf(err)); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

func TestLoad_returnsFromSocialSignInToRealOriginsOnly(t *testing.T) {
	const social = `"openOrigins": true, "social": {"provider": "Google", "clientId": "id", "clientSecretName": "lightbox/google", "domainPrefix": "shop"}, `
	for _, test := range []struct{ name, origins, want string }{
		{"any site", `"https://a.example", "*"`,
			`environments.prod.social: got web origin "*", want real origins only: a sign-in must know where to return to`},
		{"plain http", `"http://a.example:3000"`,
			`environments.prod.social: got web origin "http://a.example:3000", want https:// origins, or http://localhost: Cognito returns to no others`},
		{"plain http on this machine", `"http://localhost:3000", "http://localhost"`, ``},
		{"https", `"https://a.example"`, ``},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := loadWith(t, social+`"webOrigins": [`+test.origins+`]`)
			if got := strings.Join(faultsOf(err), "\n"); got != test.want {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestLoad_needsNoOriginBesideASite(t *testing.T) {
	load := func(members map[string]any) (Config, error) {
		members["region"] = "eu-west-1"
		return Load(func(key string) any { return map[string]any{"environments": map[string]any{"dev": members}}[key] })
	}
	got, err := load(map[string]any{"site": map[string]any{}})
	if err != nil || !got.Site.Present || got.WebOrigins != nil {
		t.Errorf("a site alone: got %+v and %v", got.Site, err)
	}
	got, err = load(map[string]any{"site": map[string]any{}, "webOrigins": []any{"https://a.example"}})
	if err != nil || !got.Site.Present || len(got.WebOrigins) != 1 {
		t.Errorf("both: got %+v, %v and %v", got.Site, got.WebOrigins, err)
	}
	if got, err = load(map[string]any{"webOrigins": []any{"https://a.example"}}); err != nil || got.Site.Present {
		t.Errorf("no site: got %+v and %v", got.Site, err)
	}
}

// Pages at another port than usual are of another origin, which no cdk.json can foresee.
func TestLoad_takesOneMoreOrigin(t *testing.T) {
	of := func(open, origin string) (Config, error) {
		return Load(contextOf(t, `{"origin": "`+origin+`", "environments": {"dev": {"region": "eu-west-1", "webOrigins": ["https://a.example"], "openOrigins": `+open+`}}}`))
	}
	for origin, want := range map[string][]string{
		"http://localhost:3001": {"https://a.example", "http://localhost:3001"},
		"https://a.example":     {"https://a.example"},
	} {
		if got, err := of("true", origin); err != nil || !slices.Equal(got.WebOrigins, want) {
			t.Errorf("%s: got %v, %v, want %v", origin, got.WebOrigins, err, want)
		}
	}
	for _, test := range []struct{ open, origin, want string }{
		{"false", "http://localhost:3001", `origin: got "http://localhost:3001", want https://; http:// needs "openOrigins": true`},
		{"true", "*", `origin: got "*", want an origin, as in "http://localhost:3001"`},
		{"true", "http://localhost:3001/", `origin: got "http://localhost:3001/", want an origin without a trailing slash, as in "http://localhost:3001"`},
	} {
		if _, err := of(test.open, test.origin); err == nil || err.Error() != test.want {
			t.Errorf("%s: got %v, want %s", test.origin, err, test.want)
		}
	}
}
