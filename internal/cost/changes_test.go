package cost

import (
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/config"
)

// Each change is of a setting that there is, and what it says is what the other assembly says.
func TestChanges_areOfSettingsAndTrue(t *testing.T) {
	prod, u := factsOf(t, "prod"), DefaultUsage()
	u.Views = 20_000_000 // more than CloudFront gives
	var keys []string
	for _, setting := range config.Settings() {
		keys = append(keys, setting.Key)
	}
	changes := map[string]Change{}
	for _, change := range Changes(prod, u) {
		stem := strings.TrimSuffix(change.Setting, "…RequestUnits")
		known := slices.ContainsFunc(keys, func(key string) bool { return strings.HasPrefix(key, stem) })
		if !known && change.Setting != "-c architecture" {
			t.Errorf("%s is no setting", change.Setting)
		}
		changes[change.Setting+" "+change.Value] = change
	}
	for name, with := range map[string]Facts{
		"threatProtection true":         factsOf(t, "prod", replacing(t, "Auth", `"ESSENTIALS"`, `"PLUS"`)),
		"cdn.priceClass PriceClass_100": factsOf(t, "prod", replacing(t, "CDN", "PriceClass_All", "PriceClass_100")),
		"pictures.avif true":            factsOf(t, "prod", replacing(t, "API", `"AVIF": "false"`, `"AVIF": "true"`)),
		"pictures.keepOriginals false":  factsOf(t, "prod", replacing(t, "API", `"KEEP_ORIGINALS": "true"`, `"KEEP_ORIGINALS": "false"`)),
	} {
		want := NewBill(with, u).Total() - NewBill(prod, u).Total()
		if got, ok := changes[name]; !ok || got.Month != want || want == 0 {
			t.Errorf("%s: got %+v, want %s a month", name, got, want)
		}
		ceiling := NewCeiling(with, u).Today() - NewCeiling(prod, u).Today()
		if changes[name].Ceiling != ceiling {
			t.Errorf("%s: got %s of the ceiling, want %s", name, changes[name].Ceiling, ceiling)
		}
	}
	// By hand: Plus takes 0.02 USD of each of the thousand, and Essentials nothing.
	if got := changes["threatProtection true"].Month.String(); got != "20.00" {
		t.Errorf("threatProtection: got %s, want 20.00", got)
	}
	// And a web ACL with one rule 6, with 0.60 for a million calls.
	if got, want := changes["api.webAclArn set"].Month.String(), dollars(6+0.24*0.6); got != want {
		t.Errorf("api.webAclArn: got %s, want %s", got, want)
	}
}

// One web ACL before the API and the user pool is paid once, and looks at the requests of both.
func TestWebACLs_arePaidOnceEach(t *testing.T) {
	one, two := guarded(factsOf(t, "prod"), GuardedAPI, GuardedAuth), guarded(factsOf(t, "prod"), GuardedAPI, GuardedAuth)
	one.WebACLs[GuardedAPI], one.WebACLs[GuardedAuth] = "it", "it"
	looks := (0.24 + 1000*30/1e6) * 0.60 // 240,000 calls, and 30 requests to the pool of each of 1,000 users
	for name, test := range map[string]struct {
		facts Facts
		want  float64
	}{"one": {one, 5 + 1 + looks}, "two": {two, 2*(5+1) + looks}} {
		if got := NewBill(test.facts, DefaultUsage()).Services()["WAF"].String(); got != dollars(test.want) {
			t.Errorf("%s: got %s, want %s", name, got, dollars(test.want))
		}
	}
}

// A setting that is on can be switched off.
func TestChanges_goBothWays(t *testing.T) {
	on := guarded(factsOf(t, "prod"), GuardedAPI)
	on.Plan, on.Traced = Plus, false
	var names []string
	for _, change := range Changes(on, DefaultUsage()) {
		names = append(names, change.Setting+" "+change.Value)
	}
	for _, want := range []string{"threatProtection false", "disableTracing false", "api.webAclArn left out", "auth.webAclArn set"} {
		if !slices.Contains(names, want) {
			t.Errorf("got %v, want %q among them", names, want)
		}
	}
	if slices.Contains(names, "email set") {
		t.Errorf("got %v, want no sender for whoever has one", names)
	}
}

// A thousand more are what the bill grows by.
func TestThousands_areWhatTheBillGrowsBy(t *testing.T) {
	prod, u := factsOf(t, "prod"), usageOf(t, "crowd")
	for _, more := range Thousands(prod, u) {
		with := u
		*map[string]*int64{"users": &with.Users, "calls": &with.Calls, "pictures": &with.Pictures, "views": &with.Views}[more.Of] += 1000
		if want := NewBill(prod, with).Total() - NewBill(prod, u).Total(); more.Now != want || want <= 0 {
			t.Errorf("%s: got %s, want %s", more.Of, more.Now, want)
		}
	}
	// For whoever is alone, all is free but what never is: a thousand users cost nothing, and 15 USD past the free ones.
	if got := Thousands(prod, usageOf(t, "idle"))[0]; got.Now != 0 || got.Past != 15*dollar {
		t.Errorf("got %+v, want 0 and 15", got)
	}
}
