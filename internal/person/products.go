package person

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// products calls with each product whose picture was made of an original of theirs: of an admin. It reads all products, since no index
// says it.
func (s *Stores) products(ctx context.Context, sub string, do func(product item) error) error {
	var faults []error
	for _, state := range []string{"LIVE", "DRAFT"} {
		pages := dynamodb.NewQueryPaginator(s.Tables, &dynamodb.QueryInput{
			TableName: &s.Products, IndexName: aws.String("byState"), KeyConditionExpression: aws.String("#state = :state"),
			FilterExpression: aws.String("begins_with(original, :folder)"), ProjectionExpression: aws.String("id, original"),
			ExpressionAttributeNames:  map[string]string{"#state": "state"},
			ExpressionAttributeValues: item{":state": text(state), ":folder": text(sub + "/")},
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return errors.Join(append(faults, err)...)
			}
			for _, product := range page.Items {
				faults = append(faults, do(product))
			}
		}
	}
	return errors.Join(faults...)
}

// withoutOriginal has a product forget what its picture was made of, as where originals are not kept: the catalogue stays, and is made
// anew of its largest rendition. One with another picture by now is left alone.
func (s *Stores) withoutOriginal(ctx context.Context, product item) error {
	_, err := s.Tables.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.Products, Key: item{"id": product["id"]},
		UpdateExpression: aws.String("SET original = :none"), ConditionExpression: aws.String("original = :theirs"),
		ExpressionAttributeValues: item{":none": text(""), ":theirs": product["original"]},
	})
	if _, another := errors.AsType[*types.ConditionalCheckFailedException](err); another {
		return nil
	}
	return err
}
