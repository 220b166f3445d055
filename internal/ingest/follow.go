package ingest

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"lightbox.example/lightbox/internal/bucket"
)

// follow gives a live product's JPEG its address, and takes it away when the product is live no more, whatever became of the call
// that changed the product. The changes of a row come in their order, so the last one holds. At the first that fails it ends: Lambda
// brings that one again, with those that follow.
//
// https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
func (p *Pictures) follow(ctx context.Context, changes []bucket.Change) Answer {
	for _, change := range changes {
		if err := p.followOne(ctx, change); err != nil {
			log.Printf("stream: change %s: %v", change.Number, err)
			return Answer{Failures: &[]events.DynamoDBBatchItemFailure{{ItemIdentifier: change.Number}}}
		}
	}
	return Answer{}
}

func (p *Pictures) followOne(ctx context.Context, change bucket.Change) error {
	before, err := bucket.MainOf(change.Before)
	if err != nil {
		return fmt.Errorf("before: %w", err)
	}
	after, err := bucket.MainOf(change.After)
	if err != nil {
		return fmt.Errorf("after: %w", err)
	}
	switch {
	case after == nil && before == nil, after != nil && before != nil && *after == *before:
		return nil
	case after != nil:
		err := p.main(ctx, after)
		if errors.Is(err, errNotThere) {
			log.Printf("stream: change %s: the product has changed since: %v", change.Number, err)
			return nil
		}
		return err
	}
	key := bucket.MainKey(before.Product)
	_, err = p.store.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &p.store.name, Key: &key})
	return err
}
