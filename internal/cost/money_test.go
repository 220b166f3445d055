package cost

import (
	"maps"
	"net/url"
	"slices"
	"testing"
	"time"
)

func TestMoney_isWrittenInDollarsAndCents(t *testing.T) {
	for money, want := range map[Money]string{
		0: "0.00", 4_999_999: "0.00", 5_000_000: "0.01", -4_999_999: "0.00", -5_000_000: "-0.01",
		999_995_000_000: "1,000.00", 1_350 * dollar: "1,350.00", -1_234_567_890 * cent: "-12,345,678.90", 5 * cent: "0.05",
	} {
		if got := money.String(); got != want {
			t.Errorf("%d: got %s, want %s", int64(money), got, want)
		}
	}
}

func TestPrice_isThatOfEachTier(t *testing.T) {
	tiered := Price{Per: 1000, Tiers: []Tier{{500, 0}, {2000, 3_000_000}, {0, 1_000_000}}}
	for quantity, want := range map[int64]Money{
		-1: 0, 0: 0, 500: 0, 501: 3_000_000, 2000: 4500 * dollar / 1000, 4000: 6500 * dollar / 1000,
	} {
		if got := tiered.Of(quantity); got != want {
			t.Errorf("%d: got %d, want %d", quantity, got, want)
		}
	}
	if got, want := tiered.Past(1000), 3*dollar; got != want {
		t.Errorf("past what is free: got %d, want %d", got, want)
	}
	// Products of more than 64 bits: a billion pictures of 25 seconds with ten gigabytes.
	if got, want := Prices[X86].Of(1_000_000_000*25_000*10_240).String(), "4,166,668.33"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Each item is in a bill once, has a page of AWS, and tiers that go up.
func TestPrices_areWhole(t *testing.T) {
	if got, want := slices.Sorted(slices.Values(items)), slices.Sorted(maps.Keys(Prices)); !slices.Equal(got, want) {
		t.Errorf("got %v in the order of a bill, want each of %v once", got, want)
	}
	for _, item := range items {
		p, ok := Prices[item]
		page, err := url.Parse(p.Page)
		if !ok || p.Service == "" || p.What == "" || p.Unit == "" || p.Per < 1 || err != nil || page.Host != "aws.amazon.com" || p.Seen == "" {
			t.Errorf("%s: got %+v, want a service, what it is, a unit, AWS's page and where it was seen", item, p)
		}
		last := len(p.Tiers) - 1
		for i, tier := range p.Tiers {
			if (tier.UpTo == 0) != (i == last) || i > 0 && i < last && tier.UpTo <= p.Tiers[i-1].UpTo {
				t.Errorf("%s: got the tiers %v, want them to go up to an open one", item, p.Tiers)
			}
		}
		if p.First() == 0 {
			t.Errorf("%s: got nothing to pay", item)
		}
	}
}

func TestPrices_growOldAfterAYear(t *testing.T) {
	for day, want := range map[time.Time]bool{
		Of: false,
		time.Date(2027, 11, 30, 0, 0, 0, 0, time.UTC): false,
		time.Date(2027, 12, 2, 0, 0, 0, 0, time.UTC):  true,
	} {
		if got := Old(day); got != want {
			t.Errorf("on %s: got old %t, want %t", day.Format(time.DateOnly), got, want)
		}
	}
}

// What CloudFront gives is for all continents together: 1,000 GB and 10 million requests, the cheapest first.
func TestBill_hasWhatCloudFrontGivesOnce(t *testing.T) {
	for name, test := range map[string]struct {
		use  Use
		want string
	}{
		"all from Asia":              {Use{AsiaBytes: 1000 * gb, AsiaViews: 10 * million}, "0.00"},
		"more from Asia":             {Use{AsiaBytes: 1100 * gb, AsiaViews: 11 * million}, "13.20"},                          // 100 × 0.12 + 1.2
		"a third from each":          {Use{NearBytes: 400 * gb, SouthBytes: 400 * gb, AsiaBytes: 400 * gb}, "24.00"},         // 200 × 0.12
		"requests of each":           {Use{NearViews: 4 * million, AsiaViews: 4 * million, SouthViews: 4 * million}, "4.40"}, // 2 × 2.2
		"as much as is free of each": {Use{NearBytes: 1000 * gb, SouthBytes: 1000 * gb, AsiaBytes: 1000 * gb}, "234.00"},     // 114 + 120
	} {
		if got := bill(test.use).Total().String(); got != test.want {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}
