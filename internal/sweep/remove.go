package sweep

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"lightbox.example/lightbox/internal/bucket"
)

// remove removes what two passes agree on. It answers what is gone, and what was touched: something of it may be.
func (p *pass) remove(ctx context.Context, due []string) (removed, touched []string) {
	for _, key := range due {
		if p.late("removing " + key) {
			break
		}
		gone, err := p.removeOne(ctx, key)
		switch {
		case err != nil:
			p.fault(key, err)
			touched = append(touched, key)
		case gone:
			p.Removed++
			removed, touched = append(removed, key), append(touched, key)
		}
	}
	return removed, touched
}

// removeOne looks at a thing again, and removes it if it is as it was.
func (p *pass) removeOne(ctx context.Context, key string) (gone bool, err error) {
	u, err := p.look(ctx, unitOf(key))
	if err != nil {
		return false, err
	}
	if one, photo := p.photos[key]; photo {
		return p.removePhoto(ctx, one, u)
	}
	if u == nil {
		return true, nil
	}
	if p.isYoung(u.newest) {
		return false, nil
	}
	if product, main := bucket.MainOwner(key); main {
		if live, err := p.isLive(ctx, product); err != nil || live {
			return false, err
		}
	}
	return true, p.Remove(ctx, []string{key})
}

// isLive tells whether a product is live by now.
func (p *pass) isLive(ctx context.Context, product string) (bool, error) {
	output, err := p.Tables.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &p.settings.Products, Key: item{"id": text(product)}, ConsistentRead: aws.Bool(true),
	})
	return err == nil && textIn(output.Item, "state") == "LIVE", err
}

// removePhoto removes a photo whose files are gone as deletePhoto does: its row, and what its owner's profile counts of it. The rest
// of its files, and its comments and likes, go by the table's stream.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
func (p *pass) removePhoto(ctx context.Context, one photo, u *unit) (gone bool, err error) {
	if u.hasAll(one.files) {
		return false, nil
	}
	minus := func(number string) types.AttributeValue {
		return &types.AttributeValueMemberN{Value: "-" + strings.TrimPrefix(number, "-")}
	}
	condition, values := "photoOwner = :owner AND likeCount = :likes AND folder = :folder", item{
		":owner": text(one.owner), ":likes": &types.AttributeValueMemberN{Value: one.likes}, ":folder": text(one.folder),
	}
	if one.hidden == nil {
		condition += " AND attribute_not_exists(#hidden)"
	} else {
		condition, values[":hidden"] = condition+" AND #hidden = :hidden", one.hidden
	}
	_, err = p.Tables.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
		{Delete: &types.Delete{
			TableName: &p.settings.Photos, Key: item{"photoId": text(one.id), "row": text("PHOTO")},
			ConditionExpression: &condition, ExpressionAttributeValues: values,
			// HIDDEN is one of DynamoDB's words, and so is BYTES.
			ExpressionAttributeNames: map[string]string{"#hidden": "hidden"},
		}},
		{Update: &types.Update{
			TableName: &p.settings.Photos, Key: item{"photoId": text("PROFILE#" + one.owner), "row": text("PROFILE")},
			UpdateExpression:          aws.String("ADD photoCount :photos, likeCount :likes, #bytes :bytes"),
			ExpressionAttributeNames:  map[string]string{"#bytes": "bytes"},
			ExpressionAttributeValues: item{":photos": minus("1"), ":likes": minus(one.likes), ":bytes": minus(one.bytes)},
		}},
	}})
	if cancelled, is := errors.AsType[*types.TransactionCanceledException](err); is {
		for _, reason := range cancelled.CancellationReasons {
			if aws.ToString(reason.Code) == "ConditionalCheckFailed" {
				return false, nil // it changed meanwhile: the next pass looks at it as it is then
			}
		}
	}
	return err == nil, err
}
