package alarms

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/access"
)

const (
	minutes = 60
	day     = 24 * 60 * minutes
	// often is the period of what matters at once.
	often = 5 * minutes
	gb    = 1_000_000_000
)

// All are the alarms of an environment with these functions, and with a site or without.
func All(declared []access.Function, site bool) []Alarm {
	all := []Alarm{apiErrors(), distributionErrors("CdnErrors", "pictures", Distribution, "cdn-errors")}
	if site {
		all = append(all, distributionErrors("SiteErrors", "the pages", Site, "site-errors"))
	}
	for _, table := range []access.Source{access.Products, access.Photos} {
		all = append(all, throttledTable(table, indexesOf(declared, table)))
	}
	all = append(all, throttledUsers(), signInFailures())
	for _, function := range declared {
		all = append(all, functionErrors(function))
		for _, stream := range function.Streams {
			all = append(all, failedRecords(function, stream))
		}
		if function.HasEvents() {
			all = append(all, failedEvents(function))
		}
	}
	return append(all, bucketGrowth())
}

// apiErrors counts what AppSync itself could not answer: what a resolver refuses or fails with is an answer, with status 200.
func apiErrors() Alarm {
	return Alarm{
		ID: "ApiErrors", Title: "The API fails: it answers with status 5xx", Place: Operations, Anchor: "api-errors",
		Metrics: []Metric{{
			ID: "m1", Namespace: "AWS/AppSync", Name: "5XXError", Statistic: "Sum", Unit: "Count",
			Dimensions: []Dimension{{Name: "GraphQLAPIId", Of: Subject{Kind: API}}}, Source: appSync("5XXError"),
		}},
		Seconds: often, Periods: 1, Datapoints: 1, Comparison: AtLeast, Threshold: 5,
		Missing: Good, MissingReason: "a period without calls has no errors",
	}
}

// distributionErrors looks at a share, so that it takes a quarter of an hour of it: with few viewers, one error is a large one.
func distributionErrors(id, what string, of Kind, anchor string) Alarm {
	return Alarm{
		ID: id, Title: "CloudFront fails to serve " + what + ": of its answers, 5 % or more have status 5xx", Place: Global, Anchor: anchor,
		Metrics: []Metric{{
			ID: "m1", Namespace: "AWS/CloudFront", Name: "5xxErrorRate", Statistic: "Average", Unit: "Percent",
			Dimensions: []Dimension{{Name: "DistributionId", Of: Subject{Kind: of}}, {Name: "Region", Value: "Global"}}, Source: cloudFront,
		}},
		Seconds: often, Periods: 3, Datapoints: 3, Comparison: AtLeast, Threshold: 5,
		Missing: Good, MissingReason: "a period without viewers has no errors",
	}
}

// throttledTable counts what DynamoDB refuses of a table and of its indexes, each of which counts for itself. DynamoDB publishes nothing
// where it refuses nothing, and an alarm of its metrics stays as it is then: by FILL, it ends. It looks at three periods, so that a
// figure which comes late, after FILL has put a 0 there, is still seen.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
func throttledTable(table access.Source, indexes []string) Alarm {
	alarm := Alarm{
		ID: "Throttled" + string(table), Title: fmt.Sprintf("The table %s is asked for more than it may serve: requests are refused", table),
		Place: Operations, Anchor: "throttled-tables",
		Seconds: often, Periods: 3, Datapoints: 1, Comparison: AtLeast, Threshold: 10,
		Missing: Same, MissingReason: "it is so whatever one says, of metrics of AWS/DynamoDB; by FILL nothing is missing once there was something",
	}
	of := []Dimension{{Name: "TableName", Of: Subject{Table, string(table)}}}
	for _, dimensions := range append([][]Dimension{of}, each(indexes, func(index string) []Dimension {
		return append(slices.Clone(of), Dimension{Name: "GlobalSecondaryIndexName", Of: Subject{Index, index}})
	})...) {
		for _, name := range []string{"ReadThrottleEvents", "WriteThrottleEvents"} {
			alarm.Metrics = append(alarm.Metrics, Metric{
				ID: fmt.Sprintf("m%d", len(alarm.Metrics)+1), Namespace: "AWS/DynamoDB", Name: name, Statistic: "Sum", Unit: "Count",
				Dimensions: dimensions, Source: dynamoDB(name),
			})
		}
	}
	alarm.Expression = strings.Join(each(alarm.Metrics, func(m Metric) string { return "FILL(" + m.ID + ",0)" }), "+")
	return alarm
}

// throttledUsers counts whom Cognito turned away, which it does by the account's quotas.
//
// https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
func throttledUsers() Alarm {
	alarm := Alarm{
		ID: "ThrottledUsers", Title: "People are turned away: more sign-ups, sign-ins or renewals of sessions than Cognito's quotas",
		Place: Operations, Anchor: "throttled-users", Expression: "m1+m2+m3",
		Seconds: often, Periods: 1, Datapoints: 1, Comparison: AtLeast, Threshold: 10,
		Missing: Good, MissingReason: "it is published when somebody is turned away",
	}
	for i, name := range []string{"SignUpThrottles", "SignInThrottles", "TokenRefreshThrottles"} {
		alarm.Metrics = append(alarm.Metrics, poolMetric(fmt.Sprintf("m%d", i+1), name, "Sum"))
	}
	return alarm
}

// signInFailures counts sign-ins that ended without tokens: a 0 of SignInSuccesses each, so that what is counted less what is summed is them.
func signInFailures() Alarm {
	return Alarm{
		ID: "SignInFailures", Title: "Many sign-ins fail: somebody guesses passwords, or nobody gets in", Place: Operations, Anchor: "sign-in-failures",
		Metrics:    []Metric{poolMetric("m1", "SignInSuccesses", "SampleCount"), poolMetric("m2", "SignInSuccesses", "Sum")},
		Expression: "m1-m2",
		Seconds:    often, Periods: 1, Datapoints: 1, Comparison: AtLeast, Threshold: 50,
		Missing: Good, MissingReason: "a period without sign-ins has none that failed",
	}
}

func poolMetric(id, name, statistic string) Metric {
	return Metric{
		ID: id, Namespace: "AWS/Cognito", Name: name, Statistic: statistic, Unit: "Count",
		Dimensions: []Dimension{{Name: "UserPool", Of: Subject{Kind: UserPool}}, {Name: "UserPoolClient", Of: Subject{Kind: Client}}},
		Source:     cognito(name),
	}
}

func functionErrors(of access.Function) Alarm {
	return Alarm{
		ID: of.ID("FunctionErrors"), Title: fmt.Sprintf("The function %s fails: it ends with an error, or is stopped", of.Name), Place: Operations, Anchor: "function-errors",
		Metrics: []Metric{functionMetric(of, "Errors", "the number of invocations that result in a function error")},
		Seconds: often, Periods: 1, Datapoints: 1, Comparison: AtLeast, Threshold: 5,
		Missing: Good, MissingReason: "a period without calls has no errors",
	}
}

// failedEvents counts events that nobody will deal with any more: called for three times, or for six hours, in vain.
func failedEvents(of access.Function) Alarm {
	return Alarm{
		ID: of.ID("FailedEvents"), Title: fmt.Sprintf("The function %s was called for an event in vain, and is not called again", of.Name), Place: Operations, Anchor: "failed-events",
		Metrics: []Metric{functionMetric(of, "AsyncEventsDropped", "the number of events that are dropped without successfully executing the function")},
		Seconds: often, Periods: 1, Datapoints: 1, Comparison: AtLeast, Threshold: 1,
		Missing: Good, MissingReason: "a period without events has none that failed",
	}
}

func functionMetric(of access.Function, name, says string) Metric {
	return Metric{
		ID: "m1", Namespace: "AWS/Lambda", Name: name, Statistic: "Sum", Unit: "Count",
		Dimensions: []Dimension{{Name: "FunctionName", Of: Subject{Function, string(of.Name)}}}, Source: Source{lambdaPage, says},
	}
}

// failedRecords counts records of a stream that a function could not deal with: those that lie in the bucket of failures, and those that
// could not be put there. The mapping has to be told that it counts: see MetricsConfig.
func failedRecords(of access.Function, stream access.Stream) Alarm {
	mapping := of.StreamID(stream)
	metric := func(id, name, says string) Metric {
		return Metric{
			ID: id, Namespace: "AWS/Lambda", Name: name, Statistic: "Sum", Unit: "Count",
			Dimensions: []Dimension{{Name: "EventSourceMappingUUID", Of: Subject{Mapping, mapping}}}, Source: Source{lambdaPage, says},
		}
	}
	return Alarm{
		ID: of.ID(string(stream.Of) + "FailedRecords"), Place: Operations, Anchor: "failed-records",
		Title: fmt.Sprintf("The function %s gave up on a change of the table %s", of.Name, stream.Of),
		Metrics: []Metric{
			metric("m1", "OnFailureDestinationDeliveredEventCount", "For event source mappings with an on-failure destination configured, the number of events sent to that destination"),
			metric("m2", "DroppedEventCount", "The number of events that Lambda dropped due to expiry or retry exhaustion … excludes events that you send to an on-failure destination"),
		},
		Expression: "m1+m2",
		Seconds:    often, Periods: 1, Datapoints: 1, Comparison: AtLeast, Threshold: 1,
		Missing: Good, MissingReason: "a period without changes has none that failed",
	}
}

// bucketGrowth compares a day's size with that of the day before. S3 counts once a day.
func bucketGrowth() Alarm {
	return Alarm{
		ID: "BucketGrowth", Title: "The bucket of files grew by 50 GB or more in a day", Place: Operations, Anchor: "bucket-growth",
		Metrics: []Metric{{
			ID: "m1", Namespace: "AWS/S3", Name: "BucketSizeBytes", Statistic: "Average", Unit: "Bytes",
			Dimensions: []Dimension{{Name: "BucketName", Of: Subject{Kind: Files}}, {Name: "StorageType", Value: "StandardStorage"}}, Source: s3,
		}},
		Expression: "DIFF(m1)",
		Seconds:    day, Periods: 1, Datapoints: 1, Comparison: AtLeast, Threshold: 50 * gb,
		Missing: Same, MissingReason: "S3 counts once a day, and hours after the day's end: until then nobody knows",
	}
}

// indexesOf are the indexes of a table that anything asks.
func indexesOf(declared []access.Function, table access.Source) []string {
	seen := map[string]bool{}
	for _, grant := range access.Actions(table) {
		seen[grant.Index] = true
	}
	for _, function := range declared {
		for _, grant := range function.Grants(table) {
			seen[grant.Index] = true
		}
	}
	delete(seen, "")
	return slices.Sorted(maps.Keys(seen))
}

func each[A, B any](list []A, of func(A) B) []B {
	all := make([]B, 0, len(list))
	for _, one := range list {
		all = append(all, of(one))
	}
	return all
}
