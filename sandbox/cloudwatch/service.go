package cloudwatch

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/paging"
	"lightbox.example/lightbox/sandbox/pipeline"
	"lightbox.example/lightbox/sandbox/pipeline/input"
	"lightbox.example/lightbox/sandbox/sns"
	"lightbox.example/lightbox/sandbox/store"
)

// Topics are where alarms tell that they go off. SNS has them.
type Topics interface {
	PublishFor(ctx context.Context, caller aws.Caller, m sns.Message) error
}

// Config is what a Service needs.
type Config struct {
	Store   store.Store // required; the Service is alone in the spaces whose names begin with "cloudwatch/REGION/"
	Region  string      // of the alarms, as in us-east-1
	Account string      // 12 digits
	Now     func() time.Time
	Keys    aws.Keys
	Topics  Topics

	// Daily has figures of the day reported that services count once a day; nil has none.
	Daily func(aws.Meter)
	// Fault gets what goes wrong outside of any call; nil for nobody.
	Fault func(operation string, err error)
}

// A Service is CloudWatch in one account and region. It is safe for concurrent use.
type Service struct {
	Config
	pages   *paging.Sealer
	metrics metrics

	mu     sync.Mutex
	alarms map[string]*alarm // by name
	day    string            // whose daily figures are there

	ticking sync.Mutex // held while alarms are evaluated
	stop    context.CancelFunc
	stopped context.Context
	running sync.WaitGroup
}

// The spaces of the store, of a region.
const (
	alarmSpace     = "alarms"
	dashboardSpace = "dashboards"
)

func (s *Service) space(name string) string { return "cloudwatch/" + s.Region + "/" + name }

// New opens the alarms that are in the store. Nothing is evaluated until Run, or Tick.
func New(config Config) (*Service, error) {
	s := &Service{Config: config, pages: paging.New(config.Store), alarms: map[string]*alarm{}, metrics: metrics{all: map[metric]*series{}}}
	if s.Now == nil {
		s.Now = time.Now
	}
	if s.Fault == nil {
		s.Fault = func(string, error) {}
	}
	s.stopped, s.stop = context.WithCancel(context.Background())
	err := s.Store.View(func(tx store.Reader) error {
		for name := range tx.Range(s.space(alarmSpace), store.Range{}) {
			a := &alarm{}
			if _, err := store.GetJSON(tx, s.space(alarmSpace), string(name), a); err != nil {
				return err
			}
			if err := a.compile(); err != nil {
				return fmt.Errorf("the alarm %s: %w", name, err)
			}
			s.alarms[a.Name] = a
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("cloudwatch: %w", err)
	}
	return s, nil
}

// Meter is where services report what they count.
func (s *Service) Meter() aws.Meter {
	return func(d aws.Datum) { s.metrics.add(d, s.Now()) }
}

// Operations are the operations by name.
var Operations = pipeline.Table[*Service]{
	"DescribeAlarmHistory": signed("DescribeAlarmHistory", (*Service).historyARN, (*Service).describeAlarmHistory),
	"DescribeAlarms":       signed("DescribeAlarms", anything[describeInput], (*Service).describeAlarms),
	"GetDashboard":         signed("GetDashboard", (*Service).namedDashboard, (*Service).getDashboard),
	"GetMetricData":        signed("GetMetricData", anything[dataInput], (*Service).getMetricData),
	"GetMetricStatistics":  signed("GetMetricStatistics", anything[statisticsInput], (*Service).getMetricStatistics),
	"ListDashboards":       signed("ListDashboards", anything[dashboardsInput], (*Service).listDashboards),
	"ListMetrics":          signed("ListMetrics", anything[metricsInput], (*Service).listMetrics),
	"SetAlarmState":        signed("SetAlarmState", (*Service).alarmSet, (*Service).setAlarmState),
}

// signed is an operation that IAM decides on: signatures call the service monitoring, policies cloudwatch.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
func signed[In any](operation string, resource func(*Service, In) string, run func(*Service, context.Context, In) (any, error)) pipeline.Operation[*Service] {
	return pipeline.SignedEach(func(s *Service, in In) []aws.Request {
		return []aws.Request{{Action: "cloudwatch:" + operation, Resource: resource(s, in)}}
	}, run)
}

func anything[In any](*Service, In) string { return "*" }

// API is how the service is reached over the wire.
var API = pipeline.API[*Service]{
	Name: "monitoring", Operations: Operations, BodyLimit: 512 << 10, Input: pipeline.Words("ValidationError", shapes),
	Protocol: protocol{aws.JSONProtocol{Version: "1.0", Target: target, TypeName: "com.amazonaws.cloudwatch", Internal: "InternalServiceFault"}},
	Unknown:  unknownOperation,
	Place: func(s *Service) pipeline.Place {
		return pipeline.Place{Region: s.Region, Account: s.Account, Keys: s.Keys, Now: s.Now}
	},
}

// refused are operations that people script, and the reason why the sandbox has them not.
var refused = map[string]string{
	"PutMetricData":       "its figures are those that its own services count",
	"PutMetricAlarm":      "alarms come by a template",
	"DeleteAlarms":        "alarms go with their stack",
	"PutDashboard":        "dashboards come by a template",
	"DeleteDashboards":    "dashboards go with their stack",
	"EnableAlarmActions":  "it is a property of the template",
	"DisableAlarmActions": "it is a property of the template",
}

func unknownOperation(name string) error {
	if reason := refused[name]; reason != "" {
		return aws.Refuse(http.StatusBadRequest, "InvalidAction", "%s is not supported by the sandbox: %s", name, reason)
	}
	return aws.Refuse(http.StatusBadRequest, "InvalidAction", "%s is not an operation of CloudWatch that the sandbox knows", name)
}

var shapes = map[string]input.Shape{
	"AlarmName":  {Min: 1, Max: 255},
	"StateValue": {Enum: states},
	"Statistic":  {Enum: statistics},
}

// ServeHTTP answers requests to monitoring.REGION.amazonaws.com.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { API.Serve(s, w, r) }

// arn is the ARN of an alarm.
func (s *Service) arn(alarm string) string {
	return "arn:aws:cloudwatch:" + s.Region + ":" + s.Account + ":alarm:" + alarm
}
