package lambda

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/dynamodb"
	"lightbox.example/lightbox/sandbox/store"
)

// Streams are the streams of tables. Of each step allow says whether it may be taken.
type Streams interface {
	DescribeStreamFor(arn string, allow func(needs []aws.Request) error) (dynamodb.StreamDescription, error)
	ShardIteratorFor(arn, kind string, allow func(needs []aws.Request) error) (after string, err error)
	StreamRecordsFor(arn, after string, limit int, allow func(needs []aws.Request) error) ([]dynamodb.StreamRecord, error)
	// StreamsChanged is closed at the next change of any stream.
	StreamsChanged() <-chan struct{}
}

// mappingProperties are the properties of AWS::Lambda::EventSourceMapping that the sandbox knows.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html
type mappingProperties struct {
	EventSourceArn, FunctionName, StartingPosition string

	Enabled                    *bool
	BatchSize                  *int
	BisectBatchOnFunctionError bool
	DestinationConfig          *struct{ OnFailure struct{ Destination string } }
	FilterCriteria             *struct{ Filters []struct{ Pattern string } }
	FunctionResponseTypes      []string
	MaximumRecordAgeInSeconds  *int
	MaximumRetryAttempts       *int
	MetricsConfig              *struct{ Metrics []string }
	Tags                       []struct{ Key, Value string }
}

// mapping is an event source mapping as it is stored.
type mapping struct {
	ID       string // a UUID
	Function string
	Settings mappingProperties
}

// The spaces of mappings: both by their ids. A checkpoint is the sequence number of the last change that was dealt with.
const (
	spaceMappings    = "lambda/mappings"
	spaceCheckpoints = "lambda/checkpoints"
)

// forever is the value of a limit that is none.
const forever = -1

// defaultBatch is how many records an event has at most.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
const defaultBatch = 100

func (p *mappingProperties) batch() int    { return aws.Or(p.BatchSize, defaultBatch) }
func (p *mappingProperties) attempts() int { return aws.Or(p.MaximumRetryAttempts, forever) }
func (p *mappingProperties) enabled() bool { return p.Enabled == nil || *p.Enabled }
func (p *mappingProperties) reports() bool { return len(p.FunctionResponseTypes) > 0 }

// age is how old a record gets before it is given up.
func (p *mappingProperties) age() time.Duration {
	return time.Duration(aws.Or(p.MaximumRecordAgeInSeconds, forever)) * time.Second
}

// bucket is the one that gets what is given up, "" for none.
func (p *mappingProperties) bucket() string {
	if p.DestinationConfig == nil {
		return ""
	}
	return strings.TrimPrefix(p.DestinationConfig.OnFailure.Destination, bucketARN)
}

const bucketARN = "arn:aws:s3:::"

var (
	streamPattern = regexp.MustCompile(`^arn:aws:dynamodb:[a-z0-9-]+:\d{12}:table/[a-zA-Z0-9_.-]+/stream/.+$`)
	bucketPattern = regexp.MustCompile(`^` + bucketARN + `[a-z0-9.-]{3,63}$`)
)

// maxFilters is how many a mapping has, unless the quota was raised.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
const maxFilters = 5

// check refuses what Lambda refuses, and by name what is not carried out. The filters are those of the criteria, compiled.
func (p *mappingProperties) check() (filters, error) {
	var faults []error
	fault := func(property, format string, args ...any) {
		faults = append(faults, fmt.Errorf(mappingType+"."+property+": "+format, args...))
	}
	if !streamPattern.MatchString(p.EventSourceArn) {
		fault("EventSourceArn", "got %q, want a stream of DynamoDB's: no other source is supported by the sandbox", p.EventSourceArn)
	}
	if p.StartingPosition != "TRIM_HORIZON" && p.StartingPosition != "LATEST" {
		fault("StartingPosition", "got %q, want TRIM_HORIZON or LATEST, which are those of DynamoDB's streams", p.StartingPosition)
	}
	for _, limit := range []struct {
		name        string
		got         int
		least, most int
	}{
		{"BatchSize", p.batch(), 1, 10_000},
		{"MaximumRetryAttempts", p.attempts(), forever, 10_000},
		{"MaximumRecordAgeInSeconds", aws.Or(p.MaximumRecordAgeInSeconds, forever), 60, 604_800},
	} {
		if (limit.got < limit.least || limit.got > limit.most) && (limit.got != forever || limit.name == "BatchSize") {
			fault(limit.name, "got %d, want %d to %d", limit.got, limit.least, limit.most)
		}
	}
	if d := p.DestinationConfig; d != nil && !bucketPattern.MatchString(d.OnFailure.Destination) {
		fault("DestinationConfig.OnFailure.Destination", "got %q, want a bucket of S3's, as in %sname: no other is supported by the sandbox", d.OnFailure.Destination, bucketARN)
	}
	if of := p.MetricsConfig; of != nil && !slices.Equal(of.Metrics, []string{eventCount}) {
		fault("MetricsConfig.Metrics", "got %q, want %s: no other is supported by the sandbox", of.Metrics, eventCount)
	}
	for i, kind := range p.FunctionResponseTypes {
		if kind != "ReportBatchItemFailures" || i > 0 {
			fault("FunctionResponseTypes", "got %q, want ReportBatchItemFailures, once", p.FunctionResponseTypes)
			break
		}
	}
	var all filters
	if p.FilterCriteria != nil {
		if n := len(p.FilterCriteria.Filters); n < 1 || n > maxFilters {
			fault("FilterCriteria.Filters", "got %d, want 1 to %d", n, maxFilters)
		}
		for i, f := range p.FilterCriteria.Filters {
			compiled, err := compileFilter(f.Pattern)
			if err != nil {
				fault(fmt.Sprintf("FilterCriteria.Filters[%d].Pattern", i), "%w", err)
			}
			all = append(all, compiled)
		}
	}
	return all, errors.Join(faults...)
}

// readMapping reads the properties of a mapping and checks them.
func readMapping(r aws.Resource) (p mappingProperties, err error) {
	if err := aws.Decode(mappingType, r.Properties, &p); err != nil {
		return p, err
	}
	_, err = p.check()
	return p, err
}

// reader is Lambda with a function's role: who it is, and what IAM says to each step of its reading.
func (s *Service) reader(ctx context.Context, f *live) (aws.Caller, func(needs []aws.Request) error, error) {
	ctx, _ = aws.WithEntry(aws.ByService(ctx))
	caller, err := s.as(ctx, f.Settings.Role, f.Name)
	return caller, func(needs []aws.Request) error { return aws.Permit(ctx, caller, needs) }, err
}

// readable refuses a mapping whose function's role may not do what it takes: to read the stream, and to use the bucket. It answers
// after which change a new one begins.
//
// Lambda looks whether the role may list the bucket, and write to it under every key, although it writes below aws/lambda/ alone.
// https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html#dynamodb-on-failure-destination-console
func (s *Service) readable(ctx context.Context, f *live, p *mappingProperties) (begin string, err error) {
	_, allow, err := s.reader(ctx, f)
	if err != nil {
		return "", err
	}
	_, describing := s.Streams.DescribeStreamFor(p.EventSourceArn, allow)
	begin, iterating := s.Streams.ShardIteratorFor(p.EventSourceArn, p.StartingPosition, allow)
	_, reading := s.Streams.StreamRecordsFor(p.EventSourceArn, "", 1, allow)
	var faults []error
	if err := errors.Join(describing, iterating, reading); err != nil {
		faults = append(faults, invalidParameter("Cannot access stream %s. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM. (%s)",
			p.EventSourceArn, strings.ReplaceAll(err.Error(), "\n", "; ")))
	}
	if bucket := p.bucket(); bucket != "" {
		for _, need := range []aws.Request{{Action: "s3:ListBucket", Resource: bucketARN + bucket}, {Action: "s3:PutObject", Resource: bucketARN + bucket + "/*"}} {
			need.Account = s.Account
			if err := allow([]aws.Request{need}); err != nil {
				faults = append(faults, invalidParameter("The function's execution role can't use the destination: %s", err))
			}
		}
	}
	return begin, errors.Join(faults...)
}

func invalidParameter(format string, args ...any) error {
	return aws.Refuse(http.StatusBadRequest, "InvalidParameterValueException", format, args...)
}

func (s *Service) mappingState(id string) aws.State {
	return aws.State{PhysicalID: id, Attributes: map[string]any{
		"Id": id, "EventSourceMappingArn": "arn:aws:lambda:" + s.Region + ":" + s.Account + ":event-source-mapping:" + id,
	}}
}

func (s *Service) createMapping(ctx context.Context, r aws.Resource) (aws.State, error) {
	sum := sha256.Sum256([]byte(r.Owner()))
	id := aws.UUID(sum[:16])
	if err := s.onlyMapping(id, r); err != nil {
		return aws.State{}, err
	}
	return s.putMapping(ctx, id, r)
}

// onlyMapping refuses a second mapping of a stream for a function.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
func (s *Service) onlyMapping(id string, r aws.Resource) error {
	var p mappingProperties
	if err := aws.Decode(mappingType, r.Properties, &p); err != nil {
		return err
	}
	f, err := s.named(p.FunctionName, "")
	if err != nil {
		return err
	}
	all, err := s.mappings()
	if err != nil {
		return err
	}
	for _, m := range all {
		if m.ID != id && m.Function == f.Name && m.Settings.EventSourceArn == p.EventSourceArn {
			return aws.Refuse(http.StatusConflict, "ResourceConflictException", "The event source arn (%q) and function (%q) provided mapping already exists. "+
				"Please update or delete the existing mapping with UUID %s", p.EventSourceArn, f.Name, m.ID)
		}
	}
	return nil
}

func (s *Service) updateMapping(ctx context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
	return s.putMapping(ctx, r.PhysicalID, r)
}

// putMapping stores a mapping and lets it read. One that was there goes on where it was.
func (s *Service) putMapping(ctx context.Context, id string, r aws.Resource) (aws.State, error) {
	settings, err := readMapping(r)
	if err != nil {
		return aws.State{}, err
	}
	m := mapping{ID: id, Settings: settings}
	f, err := s.named(m.Settings.FunctionName, "")
	if err != nil {
		return aws.State{}, err
	}
	m.Function = f.Name
	begin, err := s.readable(ctx, f, &m.Settings)
	if err != nil {
		return aws.State{}, err
	}
	s.stopPolling(id)
	err = s.Store.Update(func(tx store.Writer) error {
		if _, found := tx.Get(spaceCheckpoints, []byte(id)); !found {
			if err := store.PutJSON(tx, spaceCheckpoints, id, begin); err != nil {
				return err
			}
		}
		return store.PutJSON(tx, spaceMappings, id, m)
	})
	if err != nil {
		return aws.State{}, err
	}
	return s.mappingState(id), s.startPolling(m)
}

func (s *Service) deleteMapping(_ context.Context, r aws.Resource) error {
	s.stopPolling(r.PhysicalID)
	return s.Store.Update(func(tx store.Writer) error {
		return errors.Join(tx.Delete(spaceMappings, []byte(r.PhysicalID)), tx.Delete(spaceCheckpoints, []byte(r.PhysicalID)))
	})
}

// mappings are all there are, by their ids.
func (s *Service) mappings() (all []mapping, err error) {
	var ids []string
	err = s.Store.View(func(tx store.Reader) error {
		for key := range tx.Range(spaceMappings, store.Range{}) {
			ids = append(ids, string(key))
		}
		slices.Sort(ids)
		for _, id := range ids {
			var m mapping
			if _, err := store.GetJSON(tx, spaceMappings, id, &m); err != nil {
				return err
			}
			all = append(all, m)
		}
		return nil
	})
	return all, err
}
