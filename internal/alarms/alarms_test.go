package alarms_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/alarms"
	"lightbox.example/lightbox/internal/config"
)

// The table as people read it: who changes a threshold or a metric changes this too.
func TestAll_isThisTable(t *testing.T) {
	var got []string
	for _, alarm := range alarms.All(access.Functions(), true) {
		var metrics []string
		for _, metric := range alarm.Metrics {
			metrics = append(metrics, metric.Name)
		}
		got = append(got, strings.Join([]string{alarm.ID, string(alarm.Place), strings.Join(slices.Compact(metrics), " "), alarm.Figure(), alarm.Anchor}, "; "))
	}
	want := []string{
		"ApiErrors; Operations; 5XXError; m1; api-errors",
		"CdnErrors; OperationsGlobal; 5xxErrorRate; m1; cdn-errors",
		"SiteErrors; OperationsGlobal; 5xxErrorRate; m1; site-errors",
		"ThrottledProducts; Operations; ReadThrottleEvents WriteThrottleEvents ReadThrottleEvents WriteThrottleEvents; FILL(SUM([m1,m2,m3,m4]),0); throttled-tables",
		"ThrottledPhotos; Operations; " + strings.TrimSpace(strings.Repeat("ReadThrottleEvents WriteThrottleEvents ", 4)) +
			"; FILL(SUM([m1,m2,m3,m4,m5,m6,m7,m8]),0); throttled-tables",
		"ThrottledUsers; Operations; SignUpThrottles SignInThrottles TokenRefreshThrottles; SUM([m1,m2,m3]); throttled-users",
		"SignInFailures; Operations; SignInSuccesses; m1-m2; sign-in-failures",
		"PicturesFunctionErrors; Operations; Errors; m1; function-errors",
		"PicturesProductsFailedRecords; Operations; OnFailureDestinationDeliveredEventCount DroppedEventCount; SUM([m1,m2]); failed-records",
		"RemoverFunctionErrors; Operations; Errors; m1; function-errors",
		"RemoverProductsFailedRecords; Operations; OnFailureDestinationDeliveredEventCount DroppedEventCount; SUM([m1,m2]); failed-records",
		"RemoverPhotosFailedRecords; Operations; OnFailureDestinationDeliveredEventCount DroppedEventCount; SUM([m1,m2]); failed-records",
		"RemoverFailedEvents; Operations; AsyncEventsDropped; m1; failed-events",
		"BucketGrowth; Operations; BucketSizeBytes; DIFF(m1); bucket-growth",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("alarms (-want +got):\n%s", diff)
	}
}

func TestAll_hasTheSitesOnlyWithASite(t *testing.T) {
	without := alarms.All(access.Functions(), false)
	with := slices.DeleteFunc(alarms.All(access.Functions(), true), func(a alarms.Alarm) bool { return a.ID == "SiteErrors" })
	if diff := cmp.Diff(with, without); diff != "" || len(without) == 0 {
		t.Errorf("with a site (-) and without (+), but for SiteErrors:\n%s", diff)
	}
}

var (
	figure     = regexp.MustCompile(`^(?:m1|m1-m2|DIFF\(m1\)|SUM\(\[m1(,m[0-9])+\]\)|FILL\(SUM\(\[m1(,m[0-9])+\]\),0\))$`)
	id         = regexp.MustCompile(`m[0-9]+`)
	dimensions = map[string][]string{
		"AWS/AppSync": {"GraphQLAPIId"}, "AWS/CloudFront": {"DistributionId", "Region"}, "AWS/Cognito": {"UserPool", "UserPoolClient"},
		"AWS/DynamoDB": {"GlobalSecondaryIndexName", "TableName"}, "AWS/Lambda": {"EventSourceMappingUUID", "FunctionName"}, "AWS/S3": {"BucketName", "StorageType"},
	}
)

// What CloudWatch accepts of an alarm, and what the table says of its expressions.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
func TestAll_areAlarmsThatCloudWatchTakes(t *testing.T) {
	const mostMetrics, day, week = 10, 86_400, 7 * 86_400
	ids, names := map[string]bool{}, map[string]bool{}
	cfg := config.Config{App: strings.Repeat("a", 20), Env: strings.Repeat("e", 20), Region: "ap-southeast-1"}
	for _, alarm := range alarms.All(access.Functions(), true) {
		if ids[alarm.ID] || names[alarm.Name(cfg)] || len(alarm.Name(cfg)) > 255 {
			t.Errorf("%s: got the name %q, want one of its own of at most 255 characters", alarm.ID, alarm.Name(cfg))
		}
		ids[alarm.ID], names[alarm.Name(cfg)] = true, true
		if length, most := alarm.Seconds*alarm.Periods, map[bool]int{true: week, false: day}[alarm.Seconds >= 3600]; length > most || alarm.Datapoints > alarm.Periods || alarm.Datapoints < 1 {
			t.Errorf("%s: got %d of %d periods of %d seconds, want at most %d seconds", alarm.ID, alarm.Datapoints, alarm.Periods, alarm.Seconds, most)
		}
		if alarm.Title == "" || alarm.MissingReason == "" || alarm.Anchor == "" || len(alarm.Text()) > 1024 {
			t.Errorf("%s: got title %q, reason %q, anchor %q, want each", alarm.ID, alarm.Title, alarm.MissingReason, alarm.Anchor)
		}
		if len(alarm.Metrics) > mostMetrics || alarm.Expression == "" && len(alarm.Metrics) != 1 {
			t.Errorf("%s: got %d metrics and the expression %q, want one, or an expression over 10 at most", alarm.ID, len(alarm.Metrics), alarm.Expression)
		}
		if !figure.MatchString(alarm.Figure()) {
			t.Errorf("%s: got the figure %q, want m1, m1-m2, DIFF(m1), SUM([m1,m2]) or FILL(SUM([m1,m2]),0)", alarm.ID, alarm.Figure())
		}
		used := id.FindAllString(alarm.Figure(), -1)
		var own []string
		for _, metric := range alarm.Metrics {
			own = append(own, metric.ID)
			judgeMetric(t, alarm, metric)
		}
		if diff := cmp.Diff(own, used); diff != "" {
			t.Errorf("%s: metrics that its expression is over (-want +got):\n%s", alarm.ID, diff)
		}
	}
}

// judgeMetric wants a metric to be as its source says.
func judgeMetric(t *testing.T, alarm alarms.Alarm, metric alarms.Metric) {
	t.Helper()
	if !strings.HasPrefix(metric.Source.Page, "https://docs.aws.amazon.com/") || metric.Source.Says == "" {
		t.Errorf("%s: %s: got the source %+v, want AWS's page and what it says", alarm.ID, metric.Name, metric.Source)
	}
	if strings.HasPrefix(metric.Namespace, "AWS/CloudFront") != (alarm.Place == alarms.Global) {
		t.Errorf("%s: got %s in %s, want CloudFront's metrics, and no others, in %s", alarm.ID, metric.Namespace, alarm.Place, alarms.Global)
	}
	for _, dimension := range metric.Dimensions {
		if !slices.Contains(dimensions[metric.Namespace], dimension.Name) {
			t.Errorf("%s: %s: got the dimension %s, want one of %v", alarm.ID, metric.Name, dimension.Name, dimensions[metric.Namespace])
		}
		if (dimension.Value == "") == (dimension.Of.Kind == "") {
			t.Errorf("%s: %s: got %+v, want a resource or a value", alarm.ID, metric.Name, dimension)
		}
	}
}

func TestIn_isOneStackInHomeAndTwoElsewhere(t *testing.T) {
	all := alarms.All(access.Functions(), true)
	for region, want := range map[string][2]int{alarms.Home: {14, 0}, "eu-west-1": {12, 2}} {
		got := [2]int{len(alarms.In(all, alarms.Operations, region)), len(alarms.In(all, alarms.Global, region))}
		if got != want {
			t.Errorf("in %s: got %v alarms in Operations and OperationsGlobal, want %v", region, got, want)
		}
	}
}

func TestText_saysWhatIsWrongAndWhereToReadOn(t *testing.T) {
	alarm := alarms.All(access.Functions(), false)[0]
	if got, want := alarm.Text(), "The API fails: it answers with status 5xx. What to do: docs/RUNBOOK.md#api-errors"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	cfg := config.Config{App: "shop", Env: "prod", Region: "eu-west-1"}
	for got, want := range map[string]string{
		alarm.Name(cfg):                       "shop-prod-eu-west-1-ApiErrors",
		alarms.BudgetName(cfg):                "shop-prod-eu-west-1-Budget",
		alarms.DashboardName(cfg):             "shop-prod-eu-west-1",
		alarms.QueryName(cfg, "denied"):       "shop-prod-eu-west-1/denied",
		alarms.PageOf("failed-records"):       "docs/RUNBOOK.md#failed-records",
		cfg.NameOf("x"):                       "shop-prod-eu-west-1-x",
		cfg.SiteName():                        "shop-prod-eu-west-1-site",
		string(alarms.Global.In("x-1")):       "OperationsGlobal",
		string(alarms.Global.In("us-east-1")): "Operations",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// The page of an alarm says from which figure on it rings, and in how long, in words: who changes the table changes the page.
func TestAll_haveTheirFiguresInTheRunbook(t *testing.T) {
	runbook, err := os.ReadFile("../../docs/RUNBOOK.md")
	if err != nil {
		t.Fatal(err)
	}
	figures := map[string][]string{
		"ApiErrors": {"five requests", "within five minutes"}, "CdnErrors": {"5 %", "a quarter of an hour"}, "SiteErrors": {"5 %"},
		"ThrottledProducts": {"ten requests", "in five minutes"}, "ThrottledPhotos": {"ten requests", "in five minutes"},
		"ThrottledUsers": {"Ten sign-ups", "in five minutes"}, "SignInFailures": {"Fifty sign-ins", "in five minutes"},
		"PicturesFunctionErrors": {"five times", "in five minutes"}, "RemoverFunctionErrors": {"five times", "in five minutes"},
		"PicturesProductsFailedRecords": {"within five minutes"}, "RemoverProductsFailedRecords": {"within five minutes"},
		"RemoverPhotosFailedRecords": {"within five minutes"}, "RemoverFailedEvents": {"given up on"}, "BucketGrowth": {"50 GB", "in a day"},
	}
	numbers := map[string]float64{"five": 5, "ten": 10, "fifty": 50, "5": 5, "50": 50}
	for _, alarm := range alarms.All(access.Functions(), true) {
		_, page, found := strings.Cut(string(runbook), `<a id="`+alarm.Anchor+`"></a>`)
		page, _, _ = strings.Cut(page, "<a id=")
		said := figures[alarm.ID]
		if !found || len(said) == 0 {
			t.Errorf("%s: got no page with a figure, want one in docs/RUNBOOK.md and a row here", alarm.ID)
			continue
		}
		for _, words := range said {
			if !strings.Contains(page, words) {
				t.Errorf("%s: got %q, want %q in it", alarm.ID, page, words)
			}
		}
		first, _, _ := strings.Cut(said[0], " ")
		if want, is := numbers[strings.ToLower(first)]; is && want != alarm.Threshold && want*1_000_000_000 != alarm.Threshold {
			t.Errorf("%s: the page says %q, the table %v", alarm.ID, said[0], alarm.Threshold)
		}
		spans := map[string]int{"five minutes": 300, "a quarter of an hour": 900, "in a day": 86_400}
		for span, seconds := range spans {
			all := alarm.Seconds * alarm.Datapoints
			if strings.HasSuffix(said[len(said)-1], span) && seconds != all {
				t.Errorf("%s: the page says %q, the table %d seconds", alarm.ID, said[len(said)-1], all)
			}
		}
	}
}
