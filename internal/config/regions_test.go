package config

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/cloudformation/schema"
)

// A5: which regions are refused, and for which service.
func TestRegions_thatLackAServiceAreRefusedByIt(t *testing.T) {
	lacking := map[string]string{"ap-east-2": "AppSync", "ap-southeast-6": "AppSync", "mx-central-1": "AppSync"}
	for name := range regions() {
		_, err := loadWith(t, `"region": "`+name+`"`)
		service := lacking[name]
		switch {
		case service == "" && err != nil:
			t.Errorf("%s: got %v, want it taken", name, err)
		case service != "" && (err == nil || !strings.Contains(err.Error(), "lacks "+service+" (")):
			t.Errorf("%s: got %v, want a refusal that names %s", name, err, service)
		}
		delete(lacking, name)
	}
	if len(lacking) > 0 {
		t.Errorf("the table does not have %v", lacking)
	}
}

func TestRegions_areSortedDatedAndPlausible(t *testing.T) {
	if day, err := time.Parse(time.DateOnly, schema.Current().Date); err != nil || day.Year() < 2026 {
		t.Errorf("got the date %q (%v), want that of the schemas", schema.Current().Date, err)
	}
	names := slices.Sorted(maps.Keys(regions()))
	for _, name := range names {
		for _, service := range regions()[name] {
			if !slices.Contains(services(slices.Collect(maps.Keys(schema.Current().Types))), service) {
				t.Errorf("%s lacks %s, which the stacks don't need", name, service)
			}
		}
		if !regionPattern.MatchString(name) {
			t.Errorf("got %q, want the name of a region", name)
		}
		for _, other := range partitions {
			if strings.HasPrefix(name, other.prefix) {
				t.Errorf("%s is of the partition %s", name, other.name)
			}
		}
	}
	// AWS Budgets, which many regions lack, is asked in us-east-1 alone.
	if !slices.Contains(schema.Current().Regions["eu-north-1"], "AWS::Budgets::Budget") || len(regions()["eu-north-1"]) > 0 {
		t.Errorf("eu-north-1 lacks %v, want Budgets in the table and not here", schema.Current().Regions["eu-north-1"])
	}
	if good := goodRegions(); !slices.IsSorted(good) || len(good) < 25 {
		t.Errorf("got %v, want most regions, in order", good)
	}
	for _, old := range []string{"eu-central-1", "eu-west-1", "us-east-1", "us-west-2"} {
		if !slices.Contains(names, old) {
			t.Errorf("the table does not have %s", old)
		}
	}
}

// The table was read for these services. One more in a template is one more to look for in each region.
func TestRegions_wereReadForTheServicesOfTheTemplates(t *testing.T) {
	files, err := filepath.Glob("../../testdata/*/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("got no template (%v)", err)
	}
	found := []string{"CloudWatch", "Events", "SNS", "WAFv2"} // of alarms, functions that a team declares, and web ACLs in the settings
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var template struct {
			Resources map[string]struct{ Type string }
		}
		if err := json.Unmarshal(text, &template); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, resource := range template.Resources {
			if parts := strings.Split(resource.Type, "::"); parts[0] == "AWS" && !slices.Contains(central, parts[1]) {
				found = append(found, parts[1])
			}
		}
	}
	slices.Sort(found)
	if diff := cmp.Diff(services(slices.Collect(maps.Keys(schema.Current().Types))), slices.Compact(found)); diff != "" {
		t.Errorf("services (-the table's +the templates'):\n%s", diff)
	}
}
