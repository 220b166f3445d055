package sweep

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"lightbox.example/lightbox/internal/bucket"
)

type item = map[string]types.AttributeValue

// Rows of the table of photos, all with the same photoId: what was found, by its key, with the time of the pass that found it first;
// and where the next pass begins.
const (
	noted      = "SWEEP"
	candidates = noted + "#"
	// hollow begins the note of a photo whose files are gone, PHOTO#<photoId>#<folder>, and hollowHidden that of one which is hidden.
	hollow       = "PHOTO#"
	hollowHidden = "HIDDEN#"
)

// notes are what earlier passes left.
type notes struct {
	seen     map[string]time.Time
	position string
}

// unitOf is the unit that a note is about.
func unitOf(note string) string {
	for begin, area := range map[string]string{hollow: bucket.Photos, hollowHidden: bucket.Hidden} {
		if strings.HasPrefix(note, begin) {
			return area + note[strings.LastIndex(note, "#")+1:] + "/"
		}
	}
	return note
}

func text(value string) types.AttributeValue { return &types.AttributeValueMemberS{Value: value} }

func textIn(row item, name string) string {
	value, is := row[name].(*types.AttributeValueMemberS)
	if !is {
		return ""
	}
	return value.Value
}

// readNotes reads them. A note without a time is as one that was never made.
func (s *Sweeper) readNotes(ctx context.Context) (notes, error) {
	n := notes{seen: map[string]time.Time{}}
	pages := dynamodb.NewQueryPaginator(s.Tables, &dynamodb.QueryInput{
		TableName: &s.settings.Photos, KeyConditionExpression: aws.String("photoId = :noted"), ConsistentRead: aws.Bool(true),
		ExpressionAttributeValues: item{":noted": text(noted)},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return n, err
		}
		for _, row := range page.Items {
			key, candidate := strings.CutPrefix(textIn(row, "row"), candidates)
			if !candidate {
				n.position = textIn(row, "position")
				continue
			}
			if seen, err := time.Parse(time.RFC3339, textIn(row, "seenAt")); err == nil {
				n.seen[key] = seen
			}
		}
	}
	return n, nil
}

func noteKey(row string) item { return item{"photoId": text(noted), "row": text(row)} }

func deletion(row string) types.WriteRequest {
	return types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: noteKey(row)}}
}

// note notes what is found for the first time, and where the next pass begins.
func (p *pass) note(ctx context.Context, keys []string) error {
	var requests []types.WriteRequest
	put := func(row, attribute, value string) {
		put := noteKey(row)
		put[attribute] = text(value)
		requests = append(requests, types.WriteRequest{PutRequest: &types.PutRequest{Item: put}})
	}
	switch p.position {
	case p.notes.position: // as it is
	case "":
		requests = append(requests, deletion(noted))
	default:
		put(noted, "position", p.position)
	}
	for _, key := range keys {
		put(candidates+key, "seenAt", p.now.Format(time.RFC3339))
	}
	return p.write(ctx, requests)
}

// unnote forgets what was noted.
func (p *pass) unnote(ctx context.Context, keys []string) error {
	var requests []types.WriteRequest
	for _, key := range keys {
		requests = append(requests, deletion(candidates+key))
	}
	return p.write(ctx, requests)
}

// write writes to the table of photos, 25 rows at a time.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
func (p *pass) write(ctx context.Context, requests []types.WriteRequest) error {
	for len(requests) > 0 {
		batch := requests[:min(25, len(requests))]
		output, err := p.Tables.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{p.settings.Photos: batch}})
		if err != nil {
			return fmt.Errorf("%d rows: %w", len(requests), err)
		}
		undone := output.UnprocessedItems[p.settings.Photos]
		if err := pause(ctx, time.Duration(min(len(undone), 1))*time.Second); err != nil { // the table is busy
			return err
		}
		requests = append(undone, requests[len(batch):]...)
	}
	return nil
}

// pause waits.
func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
