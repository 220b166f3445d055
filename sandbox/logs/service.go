package logs

import (
	"net/http"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/paging"
	"lightbox.example/lightbox/sandbox/pipeline"
	"lightbox.example/lightbox/sandbox/pipeline/input"
	"lightbox.example/lightbox/sandbox/store"
)

// Limit is how many lines a group keeps.
const Limit = 10_000

// Config is what a Service needs.
type Config struct {
	Store   store.Store      // required; the Service is alone in the spaces whose names begin with "logs/"
	Region  string           // of the groups, as in us-east-1; that if empty
	Account string           // in ARNs; "000000000000" if empty
	Now     func() time.Time // time.Now if nil
	Keys    aws.Keys
}

// A Service is CloudWatch Logs in one account and region. It is safe for concurrent use.
type Service struct {
	Config
	pages *paging.Sealer
}

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
	return &Service{config, paging.New(config.Store)}
}

// Operations are the operations by name, as in the header X-Amz-Target: Logs_20140328.NAME.
var Operations = pipeline.Table[*Service]{
	"DescribeLogGroups":        pipeline.Signed((*Service).allGroups, (*Service).describeGroups),
	"DescribeLogStreams":       pipeline.Signed((*Service).streamsARN, (*Service).describeStreams),
	"DescribeQueryDefinitions": pipeline.Signed(anyQuery, (*Service).describeQueries),
	"FilterLogEvents":          pipeline.Signed((*Service).filterARN, (*Service).filterEvents),
	"GetLogEvents":             pipeline.Signed((*Service).eventsARN, (*Service).getEvents),

	"ListTagsForResource": pipeline.Signed((*Service).taggedARN, (*Service).listTags),
}

// API is how the service is reached over the wire.
var API = pipeline.API[*Service]{
	Name: "logs", Operations: Operations, BodyLimit: 64 << 10, Input: pipeline.Words("InvalidParameterException", shapes),
	Protocol: aws.JSONProtocol{Version: "1.1", Target: "Logs_20140328", Internal: "InternalErrorException"},
	Place: func(s *Service) pipeline.Place {
		return pipeline.Place{Region: s.Region, Account: s.Account, Keys: s.Keys, Now: s.Now}
	},
}

// shapes are the types of the service model that have a pattern.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
var shapes = map[string]input.Shape{
	"AmazonResourceName":  {Min: 1, Max: 1011, Pattern: `[\w+=/:,.@\-*]*`},
	"LogGroupIdentifier":  {Min: 1, Max: 2048, Pattern: `[\w#+=/:,.@*-]*`},
	"LogGroupName":        {Min: 1, Max: 512, Pattern: `[.\-_/#A-Za-z0-9]+`},
	"LogGroupNamePattern": {Max: 512, Pattern: `[.\-_/#A-Za-z0-9]*`},
	"LogStreamName":       {Min: 1, Max: 512, Pattern: `[^:*]*`},
}

// ServeHTTP answers requests to logs.REGION.amazonaws.com. IAM decides on logs:OPERATION for the group's streams, or the
// stream.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	API.Serve(s, w, r)
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
