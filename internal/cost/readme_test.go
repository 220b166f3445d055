package cost

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// A7: with the defaults, all that the tables and indexes may serve in a month costs a thousand dollars at most. The README says what.
func TestTables_atTheirCeilingsCostAThousandDollarsAMonth(t *testing.T) {
	for _, env := range []string{"dev", "prod"} {
		facts := factsOf(t, env)
		sum, number := Tables(facts), 0
		if sum > 1000*dollar {
			t.Errorf("%s: got %s USD a month at the ceilings %v, want 1,000 at most", env, sum, facts.Tables)
		}
		for _, table := range facts.Tables {
			number += len(table.Reads)
		}
		readmeSays(t, fmt.Sprintf("each read a second costs %s USD and each write %s USD, so %d USD at the defaults (%s, %s: %s USD a million reads, %s USD a million writes",
			Prices[Reads].Of(int64(number)*seconds), Prices[Writes].Of(int64(number)*seconds), (sum+dollar/2)/dollar,
			Region, Of.Format("January 2006"), unit(Reads), unit(Writes)))
		// The control: what was the default before, 1,000 of each.
		facts.Tables = each(facts.Tables, func(t *Table) {
			thousand := func(n *int64) { *n = 1000 }
			t.Reads, t.Writes = each(t.Reads, thousand), each(t.Writes, thousand)
		})
		if sum := Tables(facts); number != 6 || sum < 10_000*dollar {
			t.Errorf("%s: got %s USD for %d tables and indexes at 1,000, want more than 10,000 for 6", env, sum, number)
		}
	}
}

// unit is the price of a unit of an item, in USD, as people write it.
func unit(item Item) string {
	return strconv.FormatFloat(float64(Prices[item].First())/1e6, 'f', -1, 64)
}

// readmeSays fails the test unless the README has a text, however its lines are broken.
func readmeSays(t *testing.T, text string) {
	t.Helper()
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(strings.Join(strings.Fields(string(readme)), " "), text) {
		t.Errorf("the README does not say %q", text)
	}
}

// What the README says of prices elsewhere is what the table has.
func TestREADME_hasThePricesOfTheTable(t *testing.T) {
	paths := Prices[Invalidations]
	if paths.Tiers[0] != (Tier{1000, 0}) || paths.First() != 5000 {
		t.Errorf("got %v for paths, want the README to say something else than half a cent beyond a thousand", paths.Tiers)
	}
	prod := factsOf(t, "prod")
	bill := NewBill(prod, usageOf(t, "shop"))
	if files := bill.Services()["S3"]; files < bill.Total()*45/100 || files > bill.Total()*55/100 {
		t.Errorf("got %s of %s USD for files, want half, as the README says", files, bill.Total())
	}
	readmeSays(t, fmt.Sprintf("ten thousand users with [this use](internal/cost/testdata/shop.json) cost %d USD", (bill.Total()+dollar/2)/dollar))
	if idle := Idle(prod, DefaultUsage()).Total(); idle >= cent {
		t.Errorf("got %s USD for an idle month, want nothing, as the README says", idle)
	}
	seen := map[Seen]int{}
	for _, price := range Prices {
		seen[price.Seen]++
	}
	readmeSays(t, fmt.Sprintf("of which %d were read at AWS, %d at others who quote AWS, and %d were not looked up", seen[OnPage], seen[ByOthers], seen[Known]))
	most := map[string]string{}
	for _, threat := range NewCeiling(prod, DefaultUsage()) {
		most[threat.Name] = strings.TrimSuffix(threat.Open.String(), ".00")
	}
	readmeSays(t, fmt.Sprintf("guests' calls alone can cost %s USD a month, and requests to the CDN %s", most["guests' calls"], most["requests to the CDN"]))
	for _, threat := range NewCeiling(prod, DefaultUsage()) {
		if threat.Name == "the web ACL's look at the pool's requests" {
			readmeSays(t, fmt.Sprintf("at WAF's quota %s USD a month before the API or the user pool", strings.TrimSuffix(threat.Guarded.String(), ".00")))
		}
	}
	if unit(WebACLs) != "5" || unit(WebACLRules) != "1" || unit(WebACLInspected) != "0.6" {
		t.Errorf("got %s, %s and %s for web ACLs", unit(WebACLs), unit(WebACLRules), unit(WebACLInspected))
	}
	readmeSays(t, "a web ACL costs 5 USD a month, a rule of it 1, and a million requests that it looks at 0.60")
	readmeSays(t, fmt.Sprintf("Cognito's own sender has %d mails a day", cognitoMails))
	readmeSays(t, "CloudFront takes half a cent for each path it forgets, beyond a thousand a month")
}
