package person

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// products calls with each product whose picture was made of an original of theirs: of an admin.
func (s *Stores) products(ctx context.Context, sub string, do func(product item) error) error {
	return s.inCatalogue(ctx, "begins_with(original, :mark)", text(sub+"/"), []string{"id", "original"}, do)
}

// inCatalogue calls with the attributes of each product of which a condition is true, whose value is :mark. It reads all products, since no
// index says what the conditions ask.
func (s *Stores) inCatalogue(ctx context.Context, condition string, mark types.AttributeValue, attributes []string, do func(product item) error) error {
	var faults []error
	for _, state := range []string{"LIVE", "DRAFT"} {
		pages := dynamodb.NewQueryPaginator(s.Tables, &dynamodb.QueryInput{
			TableName: &s.Products, IndexName: aws.String("byState"), KeyConditionExpression: aws.String("#state = :state"),
			FilterExpression: &condition, ProjectionExpression: aws.String(strings.Join(attributes, ", ")),
			ExpressionAttributeNames:  map[string]string{"#state": "state"},
			ExpressionAttributeValues: item{":state": text(state), ":mark": mark},
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
