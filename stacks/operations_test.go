package stacks

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/alarms"
	"lightbox.example/lightbox/internal/cdktest"
	"lightbox.example/lightbox/internal/config"
)

// everything remembers the templates of operated.
var everything = map[string]cdktest.Templates{}

// operated is prod with alarms, a budget and a site, in a region.
func operated(t *testing.T, region string) cdktest.Templates {
	t.Helper()
	if everything[region] == nil {
		everything[region] = synthesized(t, region)
	}
	return everything[region]
}

func synthesized(t *testing.T, region string) cdktest.Templates {
	t.Helper()
	return environment(t, "prod", func(cfg *config.Config) {
		cfg.Region, cfg.Site.Present, cfg.Alarms.Email, cfg.Budget.Monthly = region, true, "ops@example.com", 50
	})
}

// An alarm of a template as the table has it: what it looks at, and what a period without data counts for. What a dimension is of, a
// template says by the output that it reads.
func written(r cdktest.Resource) string {
	var metrics []string
	add := func(of any, path string) {
		var dimensions []string
		for _, d := range cdktest.Get(of, path+"Dimensions").([]any) {
			value := fmt.Sprint(cdktest.Get(d, "Value"))
			if output := cdktest.Get(d, "Value.Fn::GetStackOutput"); output != nil {
				value = fmt.Sprint(cdktest.Get(output, "StackName"), " ", cdktest.Get(output, "OutputName"))
			}
			dimensions = append(dimensions, fmt.Sprint(cdktest.Get(d, "Name"), "=", value))
		}
		metrics = append(metrics, fmt.Sprint(cdktest.Get(of, path+"Namespace"), " ", cdktest.Get(of, path+"MetricName"), " ", strings.Join(dimensions, ",")))
	}
	if r.Get("Metrics") == nil {
		add(r.Properties, "")
	} else {
		for _, query := range r.Get("Metrics").([]any)[1:] {
			add(query, "MetricStat.Metric.")
		}
	}
	return fmt.Sprint(r.Get("TreatMissingData"), ": ", strings.Join(metrics, "; "))
}

// outputs are what the stacks call the values that dimensions want.
var outputs = map[alarms.Subject]string{
	{Kind: alarms.API}:                                     "API PublishOutputFnGetAttGraphQL",
	{Kind: alarms.Distribution}:                            "CDN PublishOutputRefDistribution",
	{Kind: alarms.Site}:                                    "Site PublishOutputRefDistribution",
	{Kind: alarms.UserPool}:                                "Auth PublishOutputRefUserPool",
	{Kind: alarms.Client}:                                  "Auth PublishOutputRefWebClient",
	{Kind: alarms.Files}:                                   "FileStorage PublishOutputRefFiles",
	{Kind: alarms.Table, Name: "Products"}:                 "API PublishOutputRefProducts",
	{Kind: alarms.Table, Name: "Photos"}:                   "API PublishOutputRefPhotos",
	{Kind: alarms.Function, Name: "pictures"}:              "API PublishOutputRefPicturesFunction",
	{Kind: alarms.Function, Name: "remover"}:               "API PublishOutputRefRemoverFunction",
	{Kind: alarms.Mapping, Name: "PicturesProductsStream"}: "API PublishOutputFnGetAttPicturesProductsStreamId",
	{Kind: alarms.Mapping, Name: "RemoverProductsStream"}:  "API PublishOutputFnGetAttRemoverProductsStreamId",
	{Kind: alarms.Mapping, Name: "RemoverPhotosStream"}:    "API PublishOutputFnGetAttRemoverPhotosStreamId",
}

// wanted is written of a row, with the outputs without the letters at their end.
func wanted(row alarms.Alarm) string {
	var metrics []string
	for _, metric := range row.Metrics {
		var dimensions []string
		for _, d := range metric.Dimensions {
			value := d.Value
			if d.Of.Kind == alarms.Index {
				value = d.Of.Name
			} else if value == "" {
				value = "Lightbox-prod-" + outputs[d.Of]
			}
			dimensions = append(dimensions, d.Name+"="+value)
		}
		metrics = append(metrics, fmt.Sprint(metric.Namespace, " ", metric.Name, " ", strings.Join(dimensions, ",")))
	}
	return fmt.Sprint(row.Missing, ": ", strings.Join(metrics, "; "))
}

// isWritten tells whether a template says what is wanted, but for the letters and digits by which the library ends the name of an output.
func isWritten(got, want string) bool {
	split := func(text string) []string {
		return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' })
	}
	gots, wants := split(got), split(want)
	return slices.EqualFunc(gots, wants, func(g, w string) bool {
		return g == w || strings.Contains(w, "PublishOutput") && strings.HasPrefix(g, w)
	})
}

// Each alarm of the table is in its template, and each of a template in the table.
func TestOperations_alarmsAreThoseOfTheTable(t *testing.T) {
	for _, region := range []string{"us-east-1", "eu-west-1"} {
		templates := operated(t, region)
		rows := alarms.All(access.Functions(), true)
		for _, place := range []alarms.Place{alarms.Operations, alarms.Global} {
			there := alarms.In(rows, place, region)
			template := templates[string(place)]
			if template == nil {
				if len(there) > 0 {
					t.Errorf("%s: got no stack %s, want it", region, place)
				}
				continue
			}
			if got := len(template.All("AWS::CloudWatch::Alarm")); got != len(there) || got == 0 {
				t.Errorf("%s: %s: got %d alarms, want the %d of the table", region, place, got, len(there))
			}
			for _, row := range there {
				alarm := template.Only(t, "AWS::CloudWatch::Alarm", row.ID)
				if got, want := written(alarm), wanted(row); !isWritten(got, want) {
					t.Errorf("%s: %s: got\n%s\nwant\n%s", region, row.ID, got, want)
				}
				want(t, alarm, "AlarmName", "lightbox-prod-"+region+"-"+row.ID)
				want(t, alarm, "AlarmDescription", row.Text())
			}
		}
	}
}

// A table's alarm counts each index for itself, so that it has to know all.
func TestOperations_lookAtEveryIndex(t *testing.T) {
	for id, table := range environment(t, "prod")["API"].All("AWS::DynamoDB::GlobalTable") {
		var there, watched []string
		for _, index := range table.Get("GlobalSecondaryIndexes").([]any) {
			there = append(there, fmt.Sprint(cdktest.Get(index, "IndexName")))
		}
		for _, row := range alarms.All(access.Functions(), false) {
			if !strings.HasPrefix(table.LogicalID, strings.TrimPrefix(row.ID, "Throttled")) {
				continue
			}
			for _, metric := range row.Metrics {
				for _, dimension := range metric.Dimensions {
					if dimension.Of.Kind == alarms.Index {
						watched = append(watched, dimension.Of.Name)
					}
				}
			}
		}
		slices.Sort(there)
		if diff := cmp.Diff(there, slices.Compact(watched)); diff != "" {
			t.Errorf("%d: %s: indexes (-there +watched):\n%s", id, table.LogicalID, diff)
		}
	}
}

func TestOperations_standBesideTheOthersWhereSomebodyIsToHear(t *testing.T) {
	if got := environment(t, "prod"); got["Operations"] != nil || bytes.Contains(got["API"].Text, []byte("MetricsConfig")) {
		t.Error("prod has alarms, or counts for some, and nobody who hears")
	}
	for region, want := range map[string]map[string][]string{
		"us-east-1": {"Operations": {"API", "Auth", "CDN", "FileStorage", "Site"}},
		"eu-west-1": {"Operations": {"API", "Auth", "CDN", "FileStorage", "Site"}, "OperationsGlobal": {"CDN", "Site"}},
	} {
		got := map[string][]string{}
		for id, template := range operated(t, region) {
			for _, other := range template.DependsOn {
				if strings.HasPrefix(other, "Operations") {
					t.Errorf("%s: %s depends on %s, want nothing to", region, id, other)
				}
			}
			if strings.HasPrefix(id, "Operations") {
				got[id] = slices.Sorted(slices.Values(template.DependsOn))
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: stacks, and those that they depend on (-want +got):\n%s", region, diff)
		}
	}
}

// What a stack reads of others it reads as often as it says it, and 75 times in a template are throttled.
//
// https://github.com/aws/aws-cdk/issues/38010
func TestOperations_readNotTooOften(t *testing.T) {
	text := operated(t, "us-east-1")["Operations"].Text
	if got := bytes.Count(text, []byte("Fn::GetStackOutput")); got == 0 || got > 55 {
		t.Errorf("got %d references to other stacks, want some, and at most 55", got)
	}
}

func TestOperations_haveABudgetOnlyWhereTheSettingsSayOne(t *testing.T) {
	budgets := func(templates cdktest.Templates) (all []string) {
		for id, template := range templates {
			for range template.All("AWS::Budgets::Budget") {
				all = append(all, id)
			}
			if policies := template.All("AWS::SNS::TopicPolicy"); len(policies) == 1 && strings.Contains(fmt.Sprint(policies[0].Properties), "budgets.amazonaws.com") {
				all = append(all, id+" takes it")
			}
		}
		return slices.Sorted(slices.Values(all))
	}
	without := environment(t, "prod", func(cfg *config.Config) { cfg.Alarms.Email = "ops@example.com" })
	for name, test := range map[string]struct {
		templates cdktest.Templates
		want      []string
	}{
		"none":            {without, nil},
		"in us-east-1":    {operated(t, "us-east-1"), []string{"Operations", "Operations takes it"}},
		"in other places": {operated(t, "eu-west-1"), []string{"OperationsGlobal", "OperationsGlobal takes it"}},
	} {
		if diff := cmp.Diff(test.want, budgets(test.templates)); diff != "" {
			t.Errorf("%s: budgets (-want +got):\n%s", name, diff)
		}
	}
}
