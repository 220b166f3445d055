package lambda

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
)

// discarded is the document about records that were given up.
// https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
type discarded struct {
	RequestContext struct {
		RequestID   string `json:"requestId"`
		FunctionARN string `json:"functionArn"`
		Condition   string `json:"condition"`
		Invocations int    `json:"approximateInvokeCount"`
	} `json:"requestContext"`
	ResponseContext struct {
		StatusCode      int    `json:"statusCode"`
		ExecutedVersion string `json:"executedVersion"`
		FunctionError   string `json:"functionError,omitempty"`
	} `json:"responseContext"`
	Version   string `json:"version"`
	Timestamp string `json:"timestamp"`
	Batch     struct {
		ShardID string `json:"shardId"`
		Start   string `json:"startSequenceNumber"`
		End     string `json:"endSequenceNumber"`
		First   string `json:"approximateArrivalOfFirstRecord"`
		Last    string `json:"approximateArrivalOfLastRecord"`
		Size    int    `json:"batchSize"`
		Stream  string `json:"streamArn"`
	} `json:"DDBStreamBatchInfo"`
	Payload string `json:"payload"`
}

// giveUp leaves the records of a part behind: they go to the bucket, as the function's role, and the stream goes on. Where the bucket
// takes nothing they are lost, as on AWS.
func (p *poller) giveUp(ctx context.Context, w part, condition string) error {
	first, last := w.records[0], w.records[len(w.records)-1]
	where, err := "nowhere: the mapping has no destination", error(nil)
	if bucket := p.Settings.bucket(); bucket != "" {
		where, err = p.putDiscarded(ctx, bucket, w, condition)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	switch {
	case err != nil:
		where = "nowhere: " + err.Error()
		p.count(dropped, len(w.records))
		p.service.Meter.Count(namespace, "DestinationDeliveryFailures", 1, "Count", "FunctionName", p.Function)
	case p.Settings.bucket() == "":
		p.count(dropped, len(w.records))
	default:
		p.count(delivered, len(w.records))
	}
	p.service.Fault("EventSourceMapping", fmt.Errorf("the mapping %s of the function %s gives up %d records, %s to %s (%s): they are %s",
		p.ID, p.Function, len(w.records), first.SequenceNumber, last.SequenceNumber, condition, where))
	return p.checkpoint(last)
}

// putDiscarded writes the document, and says where it is.
func (p *poller) putDiscarded(ctx context.Context, bucket string, w part, condition string) (where string, err error) {
	s, now := p.service, p.service.Now().UTC()
	f := s.find(p.Function)
	if f == nil {
		return "", fmt.Errorf("there is no function %s", p.Function)
	}
	caller, allow, err := s.reader(ctx, f)
	if err != nil {
		return "", err
	}
	stream, err := s.Streams.DescribeStreamFor(p.Settings.EventSourceArn, allow)
	if err != nil {
		return "", err
	}
	text, err := p.document(f, stream.Shard, w, condition, now)
	if err != nil {
		return "", err
	}
	key := fmt.Sprintf("aws/lambda/%s/%s/%s/%s-%s", p.ID, stream.Shard, now.Format("2006/01/02"), now.Format("2006-01-02T15.04.05"), aws.NewUUID())
	sub, _ := aws.WithEntry(aws.ByService(ctx))
	return "in s3://" + bucket + "/" + key, s.PutObject(sub, caller, bucket, key, text)
}

func (p *poller) document(f *live, shard string, w part, condition string, now time.Time) ([]byte, error) {
	first, last := w.records[0], w.records[len(w.records)-1]
	d := discarded{Version: "1.0", Timestamp: now.Format("2006-01-02T15:04:05.000Z"), Payload: string(p.event(w.records))}
	d.RequestContext.RequestID, d.RequestContext.FunctionARN = w.last.request, f.arn
	d.RequestContext.Condition, d.RequestContext.Invocations = condition, w.failed
	d.ResponseContext.StatusCode, d.ResponseContext.ExecutedVersion = 200, latest
	if w.last.errored {
		d.ResponseContext.FunctionError = "Unhandled"
	}
	d.Batch.ShardID, d.Batch.Stream, d.Batch.Size = shard, p.Settings.EventSourceArn, len(w.records)
	d.Batch.Start, d.Batch.End = first.SequenceNumber, last.SequenceNumber
	d.Batch.First, d.Batch.Last = first.Created.UTC().Format(time.RFC3339), last.Created.UTC().Format(time.RFC3339)
	return json.Marshal(d)
}
