package cost

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// guarded is an assembly with a sender of its own and web ACLs before what is named.
func guarded(f Facts, by ...Guarded) Facts {
	f.WebACLs = maps.Clone(f.WebACLs)
	for _, one := range by {
		f.WebACLs[one] = "of " + string(one)
	}
	f.OwnSender = true
	return f
}

// What strangers can cause in a month of 2,678,400 seconds, before web ACLs and after, by hand. There are ten of them with 1 Gbit/s;
// a web ACL lets each make 300 requests in five minutes, so all together ten a second.
func TestCeiling_isWhatAPersonReckons(t *testing.T) {
	want := map[string][2]float64{
		// 26,784 million calls; 26.784 million.
		"guests' calls": {26_784 * 4, 26.784 * 4},
		// 334,800 GB through their line, of which 100 are free.
		"answers to them": {9900*0.09 + 40_000*0.085 + 100_000*0.07 + 184_800*0.05, 9900*0.09 + 40_000*0.085 + 100_000*0.07 + 184_800*0.05},
		// 26,784 GB, of which 5 are free, kept for 30 of 31 days.
		"lines in the log, each call failing": {26_779*0.50 + 26_784*0.03*30/31, 21.784*0.50 + 26.784*0.03*30/31},
		// The first of each second, and 5 %; 100,000 are free.
		"traces of them":           {(2.6784 + (26_784-2.6784)*0.05 - 0.1) * 5, (2.6784 + (26.784-2.6784)*0.05 - 0.1) * 5},
		"tables, read and written": {6 * 2.6784 * (160*0.125 + 65*0.625), 6 * 2.6784 * (160*0.125 + 65*0.625)},
		"sockets for updates":      {10_000 * 44_640 * 0.08 / 1e6, 10_000 * 44_640 * 0.08 / 1e6},
		// 133.92 million users and mails; 26.784 million.
		"sign-ups and their mails": {133_910_000*0.015 + 133_920*0.10, 26_774_000*0.015 + 26_784*0.10},
		// 125 MB a second are 334,800 GB; 250,000 requests a second are 669,600 million.
		"bytes from the CDN":               {334_800 * 0.12, 334_800 * 0.12},
		"requests to the CDN":              {669_600 * 2.20, 26.784 * 2.20},
		"the CDN's requests to the bucket": {669_600 * 0.40, 26.784 * 0.40},
		"uploads, kept for a month":        {50_000*0.023 + 284_800*0.022, 50_000*0.023 + 284_800*0.022},
		"downloads past the CDN":           {9900*0.09 + 40_000*0.085 + 100_000*0.07 + 184_800*0.05, 9900*0.09 + 40_000*0.085 + 100_000*0.07 + 184_800*0.05},
		// Ten prefixes, 3,500 a second.
		"empty files, written again and again": {93_744 * 5, 93_744 * 5},
		// 10 × 200 × 31 of 25 s × 1769/1024 GB are 2,677,685.546875 GB-seconds, of which 400,000 are free.
		"pictures made, each in all of the 25 s": {2_277_685.546875 * 13.3334 / 1e6, 2_277_685.546875 * 13.3334 / 1e6},
		"pictures deleted, forgotten by the CDN": {61_000 * 0.005, 61_000 * 0.005},
	}
	// 100,000 requests a second are 267,840 million, at the API and at the pool each; at the CDN it is 250,000.
	for of, millions := range map[string]float64{"API": 267_840, "pool": 267_840, "CDN": 669_600} {
		want["the web ACL's look at the "+of+"'s requests"] = [2]float64{0, 5 + 1 + millions*0.60}
	}
	f := guarded(factsOf(t, "prod"))
	got, wanted := map[string][2]string{}, map[string][2]string{}
	for _, threat := range NewCeiling(f, DefaultUsage()) {
		got[threat.Name] = [2]string{threat.Open.String(), threat.Guarded.String()}
	}
	for name, sums := range want {
		wanted[name] = [2]string{dollars(sums[0]), dollars(sums[1])}
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("ceiling (-by hand +got):\n%s", diff)
	}
}

// What holds today is the sum with the web ACLs that there are.
func TestCeiling_todayFollowsTheWebACLs(t *testing.T) {
	prod, u := factsOf(t, "prod"), DefaultUsage()
	none := NewCeiling(guarded(prod), u)
	all := NewCeiling(guarded(prod, GuardedAPI, GuardedAuth, GuardedCDN), u)
	if none.Today() != none.Open() || none.Today() == none.Guarded() {
		t.Errorf("without: got %s of %s and %s", none.Today(), none.Open(), none.Guarded())
	}
	if all.Today() != all.Guarded() || all.Open() != none.Open() {
		t.Errorf("with all: got %s of %s and %s", all.Today(), all.Open(), all.Guarded())
	}
	saved := func(by Guarded) Money { return none.Today() - NewCeiling(guarded(prod, by), u).Today() }
	if together := saved(GuardedAPI) + saved(GuardedAuth) + saved(GuardedCDN); together != none.Today()-all.Today() {
		t.Errorf("each alone saves %s together, all at once %s", together, none.Today()-all.Today())
	}
}

// Each guard of Lightbox ends one thing or another.
func TestCeiling_followsTheLimitsOfTheSettings(t *testing.T) {
	prod, u := factsOf(t, "prod"), DefaultUsage()
	sum := func(name string, change func(f *Facts, u *Usage)) Money {
		f, u := prod, u
		change(&f, &u)
		for _, threat := range NewCeiling(f, u) {
			if threat.Name == name {
				return threat.Today
			}
		}
		return 0
	}
	crowd := func(f *Facts, u *Usage) { u.Strangers.Accounts = 100_000 }
	for name, test := range map[string]struct {
		threat        string
		before, after func(f *Facts, u *Usage)
	}{
		"pictures.perDay": {"pictures made, each in all of the 25 s", crowd, func(f *Facts, u *Usage) { crowd(f, u); f.PicturesADay = 20 }},
		"pictures.reservedConcurrency": {"pictures made, each in all of the 25 s", crowd, func(f *Facts, u *Usage) {
			crowd(f, u)
			f.Functions = each(f.Functions, func(of *Function) { of.Concurrency = 5 })
		}},
		"tables": {"tables, read and written", func(*Facts, *Usage) {}, func(f *Facts, _ *Usage) { f.Tables = each(f.Tables, halve) }},
		"no ceiling of tables": {"tables, read and written", func(f *Facts, _ *Usage) {
			f.Tables = each(f.Tables, func(t *Table) { t.Reads = make([]int64, len(t.Reads)) })
		}, func(*Facts, *Usage) {}},
		"cdn.priceClass":       {"bytes from the CDN", func(*Facts, *Usage) {}, func(f *Facts, _ *Usage) { f.PriceClass = "PriceClass_100" }},
		"disableTracing":       {"traces of them", func(*Facts, *Usage) {}, func(f *Facts, _ *Usage) { f.Traced = false }},
		"no sender of its own": {"sign-ups and their mails", func(f *Facts, _ *Usage) { f.OwnSender = true }, func(*Facts, *Usage) {}},
	} {
		if before, after := sum(test.threat, test.before), sum(test.threat, test.after); before <= after {
			t.Errorf("%s: got %s before and %s after, want less", name, before, after)
		}
	}
}

// The CDN's bytes and requests are of the dearest continent of the price class, and end where the slower of strangers and CloudFront does.
func TestCeiling_ofTheCDNSaysWhichLimitEndsIt(t *testing.T) {
	prod := factsOf(t, "prod")
	for name, test := range map[string]struct {
		class           string
		gigabits        int64
		bytes, requests string
		limits          [2]string
	}{
		// A Gbit/s is 125 MB a second: 334,800 GB a month, and 669,600 million requests.
		"as it ships":        {"PriceClass_All", 1, "40,176.00", "1,473,120.00", [2]string{"their 1 Gbit/s", "CloudFront's quota, 250,000"}},
		"without the south":  {"PriceClass_200", 1, "40,176.00", "803,520.00", [2]string{"their 1 Gbit/s", "CloudFront's quota, 250,000"}},
		"the nearest":        {"PriceClass_100", 1, "28,458.00", "803,520.00", [2]string{"their 1 Gbit/s", "CloudFront's quota, 250,000"}},
		"more than it takes": {"PriceClass_All", 1000, "6,026,400.00", "1,473,120.00", [2]string{"CloudFront's quota, 150 Gbit/s", "CloudFront's quota, 250,000"}},
		"none":               {"PriceClass_All", 0, "0.00", "0.00", [2]string{"their 0 Gbit/s", "their 0 Gbit/s, by the file of use, in answers of 100 bytes"}},
	} {
		f, u := prod, DefaultUsage()
		f.PriceClass, u.Strangers.GigabitsPerSecond = test.class, test.gigabits
		u.Each.ViewBytes = 1 // what people load as a rule is not what strangers choose
		cdn := strangers{f, u}.cdn()
		if got := [2]string{cdn[0].Open.String(), cdn[1].Open.String()}; got != [2]string{test.bytes, test.requests} {
			t.Errorf("%s: got %v, want %s and %s", name, got, test.bytes, test.requests)
		}
		for i, want := range test.limits {
			if !strings.HasPrefix(cdn[i].Limit, want) {
				t.Errorf("%s: got the limit %q, want %q", name, cdn[i].Limit, want)
			}
		}
	}
}

// A web ACL before the pool costs what it looks at, whoever sends the mails; one that the API has as well is counted there, once.
func TestCeiling_hasTheWebACLOfThePool(t *testing.T) {
	const name = "the web ACL's look at the pool's requests"
	bare := factsOf(t, "prod")
	with := func(api, auth string, own bool) Facts {
		f := bare
		f.WebACLs, f.OwnSender = map[Guarded]string{GuardedAuth: auth}, own
		if api != "" {
			f.WebACLs[GuardedAPI] = api
		}
		return f
	}
	for what, test := range map[string]struct {
		facts Facts
		today string
	}{
		"no web ACL":                 {bare, "0.00"},
		"without a sender":           {with("", "pool", false), "160,710.00"},
		"with a sender":              {with("", "pool", true), "160,710.00"},
		"another one before the API": {with("api", "pool", false), "160,710.00"},
		"the API's":                  {with("api", "api", false), "0.00"},
	} {
		found := false
		for _, threat := range NewCeiling(test.facts, DefaultUsage()) {
			if threat.Name == name {
				found = true
				if threat.Today.String() != test.today {
					t.Errorf("%s: got %s, want %s", what, threat.Today, test.today)
				}
			}
		}
		if !found {
			t.Errorf("%s: got no row, want %q", what, name)
		}
	}
}

// What a file says of people's pictures and answers is no ceiling for strangers; what it says of strangers is named.
func TestCeiling_dependsOnWhatStrangersHaveAlone(t *testing.T) {
	prod, little, much := factsOf(t, "prod"), DefaultUsage(), DefaultUsage()
	little.Each = Each{}
	much.Each.AnswerBytes, much.Each.ViewBytes, much.Each.PictureMilliseconds = 1_000_000, 100_000_000, 25_000
	if diff := cmp.Diff(NewCeiling(prod, little), NewCeiling(prod, much)); diff != "" {
		t.Errorf("(-little +much):\n%s", diff)
	}
	var named int
	for _, threat := range NewCeiling(prod, much) {
		if strings.Contains(threat.Limit, "10 accounts of theirs, by the file of use") {
			named++
		}
	}
	if named != 2 {
		t.Errorf("got %d rows that name the accounts, want those of empty files and of pictures", named)
	}
}
