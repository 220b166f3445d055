package config

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A5: which regions are refused, and for which service.
func TestRegions_thatLackAServiceAreRefusedByIt(t *testing.T) {
	lacking := map[string]string{"ap-east-2": "AppSync", "ap-southeast-6": "AppSync", "mx-central-1": "AppSync"}
	for _, r := range regions {
		_, err := loadWith(t, `"region": "`+r.name+`"`)
		service := lacking[r.name]
		switch {
		case service == "" && err != nil:
			t.Errorf("%s: got %v, want it taken", r.name, err)
		case service != "" && (err == nil || !strings.Contains(err.Error(), "lacks "+service+" (")):
			t.Errorf("%s: got %v, want a refusal that names %s", r.name, err, service)
		}
		delete(lacking, r.name)
	}
	if len(lacking) > 0 {
		t.Errorf("the table does not have %v", lacking)
	}
}

func TestRegions_areSortedDatedAndPlausible(t *testing.T) {
	if day, err := time.Parse(time.DateOnly, regionsAsOf); err != nil || day.Year() < 2026 {
		t.Errorf("got the date %q (%v), want that of the schemas", regionsAsOf, err)
	}
	var names []string
	for _, r := range regions {
		names = append(names, r.name)
		for _, service := range r.lacks {
			if !slices.Contains(services, service) {
				t.Errorf("%s lacks %s, which the stacks don't need", r.name, service)
			}
		}
		if !regionPattern.MatchString(r.name) {
			t.Errorf("got %q, want the name of a region", r.name)
		}
		for _, other := range partitions {
			if strings.HasPrefix(r.name, other.prefix) {
				t.Errorf("%s is of the partition %s", r.name, other.name)
			}
		}
	}
	if unique := slices.Compact(slices.Sorted(slices.Values(names))); !slices.Equal(unique, names) {
		t.Errorf("got %v, want each region once, in order", names)
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
	var found []string
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
			if parts := strings.Split(resource.Type, "::"); parts[0] == "AWS" {
				found = append(found, parts[1])
			}
		}
	}
	slices.Sort(found)
	if diff := cmp.Diff(services, slices.Compact(found)); diff != "" {
		t.Errorf("services (-the table's +the templates'):\n%s", diff)
	}
}
