package person

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

const (
	batch = 25 // rows of a BatchWriteItem
	tries = 10 // of what meets others, or the table's ceiling
)

// pause waits before another try, longer each time: five seconds in all.
func pause(ctx context.Context, try int) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Duration(try) * 100 * time.Millisecond):
		return nil
	}
}

// remove removes rows by their keys, whatever they say.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
func (s *Stores) remove(ctx context.Context, keys []item) error {
	for chunk := range slices.Chunk(keys, batch) {
		var requests []types.WriteRequest
		for _, key := range chunk {
			requests = append(requests, types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: key}})
		}
		left := map[string][]types.WriteRequest{s.Photos: requests}
		for try := 1; len(left) > 0; try++ {
			output, err := s.Tables.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: left})
			if err != nil {
				return err
			}
			if left = output.UnprocessedItems; len(left) == 0 {
				break
			}
			if try == tries {
				return fmt.Errorf("%s: got %d rows unprocessed after %d tries", s.Photos, len(left[s.Photos]), tries)
			}
			if err := pause(ctx, try); err != nil {
				return err
			}
		}
	}
	return nil
}

// takeBack removes a comment or a like on another's photo, and counts it down there, as deleteComment and unlikePhoto do. Where the
// photo is gone nothing counts, and the row goes alone. It is no error if the row is gone.
func (s *Stores) takeBack(ctx context.Context, row item, what string) error {
	photo := textIn(row, "photoId")
	owner := ownerOf(photo)
	count := "commentCount"
	if what == Likes {
		count = "likeCount"
	}
	minusOne := func(key item) *types.Update {
		return &types.Update{
			TableName: &s.Photos, Key: key, UpdateExpression: aws.String("ADD #count :minusOne"),
			ExpressionAttributeNames:  map[string]string{"#count": count},
			ExpressionAttributeValues: item{":minusOne": &types.AttributeValueMemberN{Value: "-1"}},
		}
	}
	onPhoto := minusOne(key(photo, photoRow))
	onPhoto.ConditionExpression = aws.String("photoOwner = :owner")
	onPhoto.ExpressionAttributeValues[":owner"] = text(owner)
	items := []types.TransactWriteItem{
		{Delete: &types.Delete{TableName: &s.Photos, Key: row, ConditionExpression: aws.String("attribute_exists(photoId)")}},
		{Update: onPhoto},
	}
	if what == Likes {
		items = append(items, types.TransactWriteItem{Update: minusOne(key(ProfilePartition+owner, profileRow))})
	}
	err := s.transact(ctx, items)
	switch {
	case failed(err, 1):
		_, err = s.Tables.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &s.Photos, Key: row})
		return err
	case failed(err, 0):
		return nil
	}
	return err
}

// transact writes all of it or nothing. Likes of one owner's photos meet in their profile: it tries again.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
func (s *Stores) transact(ctx context.Context, items []types.TransactWriteItem) error {
	for try := 1; ; try++ {
		_, err := s.Tables.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: items})
		if !busy(err) || try == tries {
			return err
		}
		if err := pause(ctx, try); err != nil {
			return err
		}
	}
}

// reasons are why a transaction was cancelled, one for each of its items.
func reasons(err error) (codes []string) {
	cancelled, _ := errors.AsType[*types.TransactionCanceledException](err)
	if cancelled == nil {
		return nil
	}
	for _, one := range cancelled.CancellationReasons {
		codes = append(codes, aws.ToString(one.Code))
	}
	return codes
}

// failed tells a transaction whose item had a condition that failed.
func failed(err error, at int) bool {
	codes := reasons(err)
	return at < len(codes) && codes[at] == "ConditionalCheckFailed"
}

// busy tells a transaction that can succeed another time: nothing but others, or the table's ceiling, was in its way.
func busy(err error) bool {
	codes := slices.DeleteFunc(reasons(err), func(code string) bool { return code == "None" })
	return len(codes) > 0 && !slices.ContainsFunc(codes, func(code string) bool {
		return code != "TransactionConflict" && code != "ThrottlingError" && code != "ProvisionedThroughputExceeded"
	})
}
