package cloudwatch

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/smithy-go"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
)

// keys are one key, of a role that may look.
type keys struct{ policy []*iam.Policy }

func (k keys) Credentials(id string) (aws.Credentials, bool) {
	return aws.Credentials{
		Secret: "secret", Account: "000000000000", Identity: k.policy,
		Principal: iam.RoleSession{Role: "arn:aws:iam::000000000000:role/Looks", Name: "s"},
	}, id == "AKIDEXAMPLE000000000"
}

// client is AWS's own for Go, which speaks CBOR.
func (r *rig) client() *cloudwatch.Client {
	policy, err := iam.Parse(iam.Identity, "looks", []byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
		"Action": ["cloudwatch:Describe*", "cloudwatch:Get*", "cloudwatch:List*", "cloudwatch:Put*"], "Resource": "*"}]}`))
	if err != nil {
		r.Fatal(err)
	}
	r.Keys = keys{[]*iam.Policy{policy}}
	server := httptest.NewServer(r.Service)
	r.Cleanup(server.Close)
	return cloudwatch.New(cloudwatch.Options{
		Region: "us-east-1", BaseEndpoint: &server.URL, Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE000000000", "secret", ""),
		Retryer: sdk.NopRetryer{},
	})
}

func TestClient_ofAWSReadsWhatThereIs(t *testing.T) {
	r := newRig(t)
	r.clock.Pass(time.Since(r.clock.Now())) // signatures are of now
	r.make(object{"EvaluationPeriods": 1.0, "TreatMissingData": asGood, "AlarmDescription": "d"})
	r.count(2)
	r.count(4)
	now := r.clock.Now()
	r.clock.Pass(time.Minute)
	r.Tick()
	c, ctx := r.client(), context.Background()
	described, err := c.DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{StateValue: types.StateValueAlarm, AlarmNames: []string{"a"}, MaxRecords: sdk.Int32(5)})
	if err != nil || len(described.MetricAlarms) != 1 {
		t.Fatalf("got %+v and %v, want the alarm", described, err)
	}
	if a := described.MetricAlarms[0]; *a.AlarmName != "a" || *a.Threshold != 1 || a.StateTransitionedTimestamp.Unix() != r.clock.Now().Unix() || *a.AlarmDescription != "d" ||
		a.Statistic != types.StatisticSum || *a.Dimensions[0].Value != "f" || a.StateValue != types.StateValueAlarm || !strings.Contains(*a.StateReason, "[6.0] was greater than or equal to the threshold (1.0)") {
		t.Errorf("got %+v", a)
	}
	history, err := c.DescribeAlarmHistory(ctx, &cloudwatch.DescribeAlarmHistoryInput{AlarmName: sdk.String("a"), HistoryItemType: types.HistoryItemTypeStateUpdate})
	if err != nil || len(history.AlarmHistoryItems) != 1 || *history.AlarmHistoryItems[0].HistorySummary != "Alarm updated from INSUFFICIENT_DATA to ALARM" {
		t.Errorf("got %+v and %v, want one change", history, err)
	}
	metric := &types.Metric{Namespace: sdk.String("AWS/Lambda"), MetricName: sdk.String("Errors"), Dimensions: []types.Dimension{{Name: sdk.String("FunctionName"), Value: sdk.String("f")}}}
	data, err := c.GetMetricData(ctx, &cloudwatch.GetMetricDataInput{
		StartTime: sdk.Time(now.Add(-time.Hour)), EndTime: sdk.Time(now.Add(time.Hour)), MetricDataQueries: []types.MetricDataQuery{
			{Id: sdk.String("m1"), MetricStat: &types.MetricStat{Metric: metric, Period: sdk.Int32(60), Stat: sdk.String("Average")}},
			{Id: sdk.String("e1"), Expression: sdk.String("m1*2")},
		},
	})
	if err != nil || len(data.MetricDataResults) != 2 || len(data.MetricDataResults[1].Values) != 1 || data.MetricDataResults[1].Values[0] != 6 ||
		!data.MetricDataResults[1].Timestamps[0].Equal(now.Truncate(time.Minute)) {
		t.Errorf("got %+v and %v, want 3 and 6", data, err)
	}
	figures, err := c.GetMetricStatistics(ctx, &cloudwatch.GetMetricStatisticsInput{
		Namespace: metric.Namespace, MetricName: metric.MetricName, Dimensions: metric.Dimensions, Period: sdk.Int32(300),
		StartTime: sdk.Time(now.Add(-time.Hour)), EndTime: sdk.Time(now.Add(time.Hour)), Statistics: []types.Statistic{types.StatisticSum, types.StatisticMaximum},
	})
	if err != nil || len(figures.Datapoints) != 1 || *figures.Datapoints[0].Sum != 6 || *figures.Datapoints[0].Maximum != 4 || figures.Datapoints[0].Unit != types.StandardUnitCount {
		t.Errorf("got %+v and %v", figures, err)
	}
	if list, err := c.ListMetrics(ctx, &cloudwatch.ListMetricsInput{Namespace: metric.Namespace}); err != nil || len(list.Metrics) != 1 {
		t.Errorf("got %+v and %v, want one metric", list, err)
	}
}

func TestClient_isRefusedByName(t *testing.T) {
	r := newRig(t)
	r.clock.Pass(time.Since(r.clock.Now()))
	r.make(nil)
	c, ctx := r.client(), context.Background()
	_, put := c.PutMetricData(ctx, &cloudwatch.PutMetricDataInput{Namespace: sdk.String("n"), MetricData: []types.MetricDatum{{MetricName: sdk.String("m"), Value: sdk.Float64(1)}}})
	_, set := c.SetAlarmState(ctx, &cloudwatch.SetAlarmStateInput{AlarmName: sdk.String("a"), StateValue: types.StateValueAlarm, StateReason: sdk.String("to see it")})
	for want, err := range map[string]error{"InvalidAction PutMetricData is not supported by the sandbox: its figures": put, "AccessDeniedException User: ": set} {
		var fault smithy.APIError
		if !errors.As(err, &fault) || !strings.HasPrefix(fault.ErrorCode()+" "+fault.ErrorMessage(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if r.Alarms()[0].State != insufficient {
		t.Error("who may not set a state has set it")
	}
	if _, err := r.setAlarmState(ctx, setInput{AlarmName: "a", StateReason: "to see it", StateValue: alarming}); err != nil || r.Alarms()[0].State != alarming {
		t.Errorf("who may: got %v and %+v", err, r.Alarms())
	}
	form := httptest.NewRequest(http.MethodPost, "https://monitoring.us-east-1.amazonaws.com/", strings.NewReader("Action=DescribeAlarms"))
	form.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer := httptest.NewRecorder()
	if r.ServeHTTP(answer, form); answer.Code != http.StatusBadRequest || !strings.Contains(answer.Body.String(), "Query protocol") {
		t.Errorf("a form: got %d %s, want it refused by name", answer.Code, answer.Body)
	}
}
