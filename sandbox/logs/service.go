package logs

import (
	"net/http"
	"strings"
	"time"

	"lightbox/sandbox/aws"
	"lightbox/sandbox/jsonapi"
	"lightbox/sandbox/store"
)

// Limit is how many lines a group keeps.
const Limit = 10_000

// Config is what a Service takes from its surroundings.
type Config struct {
	Store   store.Store      // required; the Service is alone in the spaces whose names begin with "logs/"
	Region  string           // of the groups, as in us-east-1; that if empty
	Account string           // in ARNs; "000000000000" if empty
	Now     func() time.Time // time.Now if nil
	Keys    aws.Keys
}

// A Service is CloudWatch Logs in one account and region. It is safe for concurrent use.
type Service struct{ Config }

// New returns the service of the groups that are in the store.
func New(config Config) *Service {
	if config.Region == "" {
		config.Region = "us-east-1"
	}
	if config.Account == "" {
		config.Account = "000000000000"
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	return &Service{config}
}

// Operations are the operations by name, as in the header X-Amz-Target: Logs_20140328.NAME.
var Operations = jsonapi.Table[*Service]{
	"DescribeLogGroups":  jsonapi.Signed((*Service).allGroups, (*Service).describeGroups),
	"DescribeLogStreams": jsonapi.Signed((*Service).streamsARN, (*Service).describeStreams),
	"FilterLogEvents":    jsonapi.Signed((*Service).filterARN, (*Service).filterEvents),
	"GetLogEvents":       jsonapi.Signed((*Service).eventsARN, (*Service).getEvents),
}

var api = jsonapi.API[*Service]{
	Name: "logs", Operations: Operations, BodyLimit: 64 << 10, Invalid: "InvalidParameterException",
	Protocol: aws.JSONProtocol{Version: "1.1", Target: "Logs_20140328", Internal: "InternalErrorException"},
}

// ServeHTTP answers requests to logs.REGION.amazonaws.com. IAM decides on logs:OPERATION for the group's streams, or the
// stream.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	api.Serve(s, jsonapi.Surroundings{Region: s.Region, Keys: s.Keys, Now: s.Now}, w, r)
}

// groupARN is the ARN of a group, which stands before all ARNs of what is in it.
func (s *Service) groupARN(group string) string {
	return "arn:aws:logs:" + s.Region + ":" + s.Account + ":log-group:" + group
}

// streamARN is the ARN of a stream; that of no stream is what requests about a group are decided on.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html#CWL_ARN_Format
func (s *Service) streamARN(group, stream string) string {
	return s.groupARN(group) + ":log-stream:" + stream
}

// reference names a group, by name or by ARN.
type reference struct{ name, identifier string }

// group is the name of the group that is referred to.
func (s *Service) group(r reference) string {
	if r.name != "" {
		return r.name
	}
	return strings.TrimSuffix(strings.TrimPrefix(r.identifier, s.groupARN("")), ":*")
}

func refuse(code, format string, args ...any) error {
	return aws.Refuse(http.StatusBadRequest, code, format, args...)
}

func invalid(format string, args ...any) error {
	return refuse("InvalidParameterException", format, args...)
}

func noGroup() error {
	return refuse("ResourceNotFoundException", "The specified log group does not exist.")
}
