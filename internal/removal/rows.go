package removal

import (
	"context"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/bucket"
)

// image is a row as a stream has it, item as the table has it.
type (
	image = map[string]events.DynamoDBAttributeValue
	item  = map[string]types.AttributeValue
)

// keyOf is the table of a row, and its key there.
func (r *Remover) keyOf(row image) (table *string, key item) {
	if _, photo := row["row"]; photo {
		return &r.settings.Photos, item{"photoId": text(row["photoId"]), "row": text(row["row"])}
	}
	return &r.settings.Products, item{"id": text(row["id"])}
}

// text is an attribute of a key, which is a text.
func text(of events.DynamoDBAttributeValue) types.AttributeValue {
	return &types.AttributeValueMemberS{Value: of.String()}
}

// now is what the row of that key names, read consistently, and when it was made: empty for a row that is not there.
func (r *Remover) now(ctx context.Context, row image) (named bucket.Named, made string, err error) {
	table, key := r.keyOf(row)
	output, err := r.Tables.GetItem(ctx, &dynamodb.GetItemInput{TableName: table, Key: key, ConsistentRead: aws.Bool(true)})
	if err != nil {
		return named, "", err
	}
	named, err = bucket.NamedBy(bucket.Image(output.Item))
	return named, textsOf(output.Item)["createdAt"], err
}

// textsOf are the attributes of a row that are texts.
func textsOf(row item) map[string]string {
	texts := map[string]string{}
	for name, value := range row {
		if value, is := value.(*types.AttributeValueMemberS); is {
			texts[name] = value.Value
		}
	}
	return texts
}

// removeChildren removes the rows that go with a photo, a page of the table after the other: those before the photo was made anew, if
// it was.
func (r *Remover) removeChildren(ctx context.Context, photo image, anew string) error {
	id, is := photo["photoId"]
	if !is {
		return nil
	}
	pages := dynamodb.NewQueryPaginator(r.Tables, &dynamodb.QueryInput{
		TableName: &r.settings.Photos, KeyConditionExpression: aws.String("photoId = :id"), ConsistentRead: aws.Bool(true),
		ExpressionAttributeValues: item{":id": text(id)},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		var requests []types.WriteRequest
		for _, row := range page.Items {
			texts := textsOf(row)
			kind, _ := access.KindOf(access.Photos, texts)
			if kind.Parent() == access.Photo && (anew == "" || texts["createdAt"] < anew) {
				requests = append(requests, types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: item{"photoId": row["photoId"], "row": row["row"]}}})
			}
		}
		if err := r.write(ctx, requests); err != nil {
			return err
		}
	}
	return nil
}

// mostWrites is how many writes a batch has.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
const mostWrites = 25

// write writes to the table of photos, a batch after the other. What a batch leaves undone is in the next one.
func (r *Remover) write(ctx context.Context, requests []types.WriteRequest) error {
	for len(requests) > 0 {
		batch := requests[:min(mostWrites, len(requests))]
		output, err := r.Tables.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{r.settings.Photos: batch}})
		if err != nil {
			return err
		}
		undone := output.UnprocessedItems[r.settings.Photos]
		if len(undone) > 0 { // the table is busy
			select {
			case <-time.After(time.Second):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		requests = append(undone, requests[len(batch):]...)
	}
	return nil
}
