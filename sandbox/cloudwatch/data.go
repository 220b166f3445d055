package cloudwatch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
)

// A moment is a time as requests have it: seconds since 1970. They may have a fraction, as boto3 sends them, which figures by the minute
// have no use for.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
type moment int64

// FromTree implements input.Tree.
func (m *moment) FromTree(tree any) error {
	number, ok := tree.(json.Number)
	if !ok {
		return fmt.Errorf("got %T, want seconds since 1970", tree)
	}
	seconds, err := number.Float64()
	*m = moment(math.Floor(seconds))
	return err
}

type dataInput struct {
	EndTime           moment `required:"true"`
	MaxDatapoints     int    `min:"1" max:"100800"`
	MetricDataQueries []query
	ScanBy            string `enum:"TimestampDescending,TimestampAscending"`
	StartTime         moment `required:"true"`
}

type statisticsInput struct {
	Dimensions []dimension
	EndTime    moment   `required:"true"`
	MetricName string   `required:"true" min:"1" max:"255"`
	Namespace  string   `required:"true" min:"1" max:"255"`
	Period     int      `required:"true" min:"1"`
	StartTime  moment   `required:"true"`
	Statistics []string `required:"true" min:"1" each:"Statistic"`
	Unit       string
}

type metricsInput struct {
	Dimensions []struct {
		Name  string `required:"true" min:"1" max:"255"`
		Value string
	}
	MetricName, Namespace, NextToken string
}

// mostPoints is how many data points of a metric an answer has.
const mostPoints = 1440

func invalid(format string, args ...any) error {
	return aws.Refuse(http.StatusBadRequest, "InvalidParameterValue", format, args...)
}

// span are the periods of a time: the end of the last one, and how many there are.
func span(from, to moment, period time.Duration) (end time.Time, length int, err error) {
	first, end := time.Unix(int64(from), 0).UTC().Truncate(period), time.Unix(int64(to)-1, 0).UTC().Truncate(period).Add(period)
	length = int(end.Sub(first) / period)
	switch {
	case to <= from:
		return end, 0, invalid("The parameter StartTime must be less than the parameter EndTime.")
	case length > mostPoints:
		return end, 0, invalid("You have requested up to %d datapoints, which exceeds the limit of %d.", length, mostPoints)
	}
	return end, length, nil
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
func (s *Service) getMetricData(_ context.Context, in dataInput) (any, error) {
	f, c := faults{}, compiled{metrics: map[string]source{}, expressions: map[string]expression{}}
	if c.queries(&f, in.MetricDataQueries); len(f) > 0 {
		return nil, aws.Refuse(http.StatusBadRequest, "ValidationError", "%s", strings.ReplaceAll(errors.Join(f...).Error(), alarmType+".Metrics", "MetricDataQueries"))
	}
	if len(c.metrics) == 0 {
		return nil, aws.Refuse(http.StatusBadRequest, "ValidationError", "MetricDataQueries: got no metric, want one at least")
	}
	end, length, err := span(in.StartTime, in.EndTime, c.period)
	if err != nil {
		return nil, err
	}
	named, results := s.computes(&c, end, length+c.reach), []map[string]any{}
	for _, q := range in.MetricDataQueries {
		if q.ReturnData != nil && !*q.ReturnData {
			continue
		}
		times, values := []seconds{}, []float64{}
		for i, value := range named(q.Id)[:length] {
			if value != nil {
				times, values = append(times, seconds{end.Add(-time.Duration(i+1) * c.period)}), append(values, *value)
			}
		}
		if in.ScanBy == "TimestampAscending" {
			slices.Reverse(times)
			slices.Reverse(values)
		}
		label := q.Label
		if label == "" && q.MetricStat != nil {
			label = q.MetricStat.Metric.MetricName
		}
		if label == "" {
			label = q.Id
		}
		results = append(results, map[string]any{"Id": q.Id, "Label": label, "StatusCode": "Complete", "Timestamps": times, "Values": values})
	}
	return map[string]any{"MetricDataResults": results, "Messages": []any{}}, nil
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
func (s *Service) getMetricStatistics(_ context.Context, in statisticsInput) (any, error) {
	if in.Period%60 != 0 {
		return nil, invalid("The parameter Period must be a multiple of 60: the sandbox has no other.")
	}
	period := time.Duration(in.Period) * time.Second
	end, length, err := span(in.StartTime, in.EndTime, period)
	if err != nil {
		return nil, err
	}
	list, key := []map[string]any{}, keyOf(in.Namespace, in.MetricName, in.Dimensions)
	for i := range length {
		from := end.Add(-time.Duration(i+1) * period)
		point := map[string]any{"Timestamp": seconds{from}}
		for _, name := range in.Statistics {
			if value, ok := s.metrics.between(key, from, from.Add(period)).statistic(name); ok {
				point[name], point["Unit"] = value, s.metrics.unit(key)
			}
		}
		if len(point) > 1 {
			list = append(list, point)
		}
	}
	return map[string]any{"Label": in.MetricName, "Datapoints": list}, nil
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html
func (s *Service) listMetrics(_ context.Context, in metricsInput) (any, error) {
	list := []map[string]any{}
	for _, m := range s.metrics.list(s.Now().Add(-kept)) {
		has := true
		for _, wanted := range in.Dimensions {
			has = has && slices.ContainsFunc(m.dimensions, func(d aws.Dimension) bool {
				return d.Name == wanted.Name && (wanted.Value == "" || d.Value == wanted.Value)
			})
		}
		if !has || in.Namespace != "" && in.Namespace != m.namespace || in.MetricName != "" && in.MetricName != m.name {
			continue
		}
		var of []dimension
		for _, d := range m.dimensions {
			of = append(of, dimension(d))
		}
		list = append(list, map[string]any{"Namespace": m.namespace, "MetricName": m.name, "Dimensions": dimensionsOf(of)})
	}
	return paged(s, "Metrics", in.NextToken, 500, list)
}

// unit is what a metric is reported in.
func (m *metrics) unit(key metric) string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if s := m.all[key]; s != nil {
		return s.unit
	}
	return "None"
}
