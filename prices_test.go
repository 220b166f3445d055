package main

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/cdktest"
)

// DynamoDB's prices of on-demand requests in us-east-1, in USD a million, as of November 2026.
// https://aws.amazon.com/dynamodb/pricing/on-demand/
const (
	millionReads  = 0.125
	millionWrites = 0.625
)

// month is the longest month, in millions of seconds.
const month = 31 * 24 * 60 * 60 / 1e6

// A ceiling is what a table or an index may serve a second.
type ceiling struct{ reads, writes float64 }

// ceilings are those of the tables and of the indexes of a template. None is left open.
func ceilings(t *testing.T, template *cdktest.Template) []ceiling {
	t.Helper()
	number := func(what string, value any) float64 {
		n, _ := value.(float64)
		if n < 1 {
			t.Errorf("%s: got %v, want a ceiling", what, value)
		}
		return n
	}
	var all []ceiling
	for _, table := range template.All("AWS::DynamoDB::GlobalTable") {
		replicas, _ := table.Get("Replicas").([]any)
		if len(replicas) != 1 {
			t.Fatalf("%s: got %d replicas, want the ceilings of one", table.LogicalID, len(replicas))
		}
		all = append(all, ceiling{
			number(table.LogicalID, cdktest.Get(replicas[0], "ReadOnDemandThroughputSettings.MaxReadRequestUnits")),
			number(table.LogicalID, table.Get("WriteOnDemandThroughputSettings.MaxWriteRequestUnits")),
		})
		indexes, _ := table.Get("GlobalSecondaryIndexes").([]any)
		reads, _ := cdktest.Get(replicas[0], "GlobalSecondaryIndexes").([]any)
		if len(indexes) != len(reads) {
			t.Fatalf("%s: got %d indexes and the reads of %d", table.LogicalID, len(indexes), len(reads))
		}
		for i, index := range indexes {
			what := table.LogicalID + " index"
			all = append(all, ceiling{
				number(what, cdktest.Get(reads[i], "ReadOnDemandThroughputSettings.MaxReadRequestUnits")),
				number(what, cdktest.Get(index, "WriteOnDemandThroughputSettings.MaxWriteRequestUnits")),
			})
		}
	}
	return all
}

// monthly is what a month at the ceilings costs, in USD.
func monthly(all []ceiling) float64 {
	var sum float64
	for _, c := range all {
		sum += month * (c.reads*millionReads + c.writes*millionWrites)
	}
	return sum
}

// A7: with the defaults, all that the tables and indexes may serve in a month costs a thousand dollars at most.
func TestTables_atTheirCeilingsCostAThousandDollarsAMonth(t *testing.T) {
	for _, env := range environments(t) {
		all := ceilings(t, synth(t, env)["API"])
		cost := monthly(all)
		if cost > 1000 {
			t.Errorf("%s: got %.2f USD a month at the ceilings %v, want 1,000 at most", env, cost, all)
		}
		readme, err := os.ReadFile("README.md")
		if err != nil {
			t.Fatal(err)
		}
		for _, figure := range []float64{float64(len(all)) * month * millionReads, float64(len(all)) * month * millionWrites} {
			if text := fmt.Sprintf("%.2f USD", figure); !strings.Contains(string(readme), text) {
				t.Errorf("%s: the README does not say that a unit costs %s", env, text)
			}
		}
		if text := fmt.Sprintf("%.0f USD at the defaults", math.Round(cost)); !strings.Contains(string(readme), text) {
			t.Errorf("%s: the README does not say %q", env, text)
		}
		// The control: what was the default before, 1,000 of each.
		for i := range all {
			all[i] = ceiling{1000, 1000}
		}
		if cost := monthly(all); len(all) != 6 || cost < 10_000 {
			t.Errorf("%s: got %.2f USD for %d tables and indexes at 1,000, want more than 10,000 for 6", env, cost, len(all))
		}
	}
}
