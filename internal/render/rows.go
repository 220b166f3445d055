package render

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"lightbox.example/lightbox/internal/ingest"
)

func text(value string) types.AttributeValue { return &types.AttributeValueMemberS{Value: value} }

func number[N int | int64](value N) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(int64(value), 10)}
}

func list(values []types.AttributeValue) types.AttributeValue {
	return &types.AttributeValueMemberL{Value: values}
}

// at is the table of a row, and its key there.
func (d *Deployment) at(k Key) (table *string, key item) {
	if k.Photo {
		return &d.photos, item{"photoId": text(k.ID), "row": text("PHOTO")}
	}
	return &d.products, item{"id": text(k.ID)}
}

// each calls with every row that has an index's key, by Query. What it is called with is as new as the index.
func (d *Deployment) each(ctx context.Context, photo bool, index, name, value string, do func(row, error)) error {
	table, _ := d.at(Key{Photo: photo})
	pages := dynamodb.NewQueryPaginator(d.tables, &dynamodb.QueryInput{
		TableName: table, IndexName: &index, KeyConditionExpression: aws.String("#name = :value"),
		ExpressionAttributeNames:  map[string]string{"#name": name},
		ExpressionAttributeValues: item{":value": text(value)},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("%s of %s: %w", index, *table, err)
		}
		for _, attributes := range page.Items {
			do(readRow(photo, attributes))
		}
	}
	return nil
}

// read reads a row consistently. There is none where its folder is "".
func (d *Deployment) read(ctx context.Context, k Key) (row, error) {
	table, key := d.at(k)
	output, err := d.tables.GetItem(ctx, &dynamodb.GetItemInput{TableName: table, Key: key, ConsistentRead: aws.Bool(true)})
	if err != nil {
		return row{}, err
	}
	if len(output.Item) == 0 {
		return row{Key: k}, nil
	}
	return readRow(k.Photo, output.Item)
}

// changed are the expressions that give a row a set in the place of its own.
func (r row) changed(to ingest.Answer) (set string, names map[string]string, values item) {
	var renditions, replaced []types.AttributeValue
	for _, one := range to.Picture.Renditions {
		renditions = append(renditions, &types.AttributeValueMemberM{Value: item{"width": number(one.Width), "format": text(one.Format)}})
	}
	for _, file := range []string{r.set(), answers(r.claim)} {
		replaced = append(replaced, text(file))
	}
	names, values = map[string]string{}, item{":old": text(r.folder)}
	set = "SET "
	for i, attribute := range []struct {
		name  string
		value types.AttributeValue
	}{
		{"folder", text(to.Picture.Folder)}, {"claim", text(to.Claim)}, {"placeholder", text(to.Picture.Placeholder)},
		{"renditions", list(renditions)}, {"bytes", number(to.Picture.Bytes)}, {"replaced", list(replaced)},
	} {
		if i > 0 {
			set += ", "
		}
		set += "#" + attribute.name + " = :" + attribute.name
		names["#"+attribute.name], values[":"+attribute.name] = attribute.name, attribute.value
	}
	return set, names, values
}

var stillThere = aws.String("#folder = :old")

// write gives a row another set, unless it has another folder by now, or is a photo that is hidden: its set is elsewhere. A photo's owner has its bytes more or less, in the same
// transaction; a product has another version.
func (d *Deployment) write(ctx context.Context, r row, to ingest.Answer) (done bool, err error) {
	table, key := d.at(r.Key)
	set, names, values := r.changed(to)
	if !r.Photo {
		set += " ADD #version :one"
		names["#version"], values[":one"] = "version", number(1)
		_, err := d.tables.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: table, Key: key, UpdateExpression: &set, ConditionExpression: stillThere,
			ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		})
		return settled(err)
	}
	names["#hidden"] = "hidden"
	input := &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
		{Update: &types.Update{
			TableName: table, Key: key, UpdateExpression: &set, ConditionExpression: aws.String(*stillThere + " AND attribute_not_exists(#hidden)"),
			ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		}},
		{Update: &types.Update{
			TableName: table, Key: item{"photoId": text("PROFILE#" + r.owner), "row": text("PROFILE")},
			UpdateExpression: aws.String("ADD #bytes :more"), ExpressionAttributeNames: map[string]string{"#bytes": "bytes"},
			ExpressionAttributeValues: item{":more": number(to.Picture.Bytes - r.bytes)},
		}},
	}}
	// Likes of the photo and of its owner's others write the same rows.
	for try := range clashes {
		_, err = d.tables.TransactWriteItems(ctx, input)
		if !clashed(err) {
			break
		}
		time.Sleep(time.Duration(try) * 50 * time.Millisecond)
	}
	return settled(err)
}

const clashes = 10 // tries of a transaction that meets others

// finished takes the list of what was to be removed off a row, unless it has another folder by now.
func (d *Deployment) finished(ctx context.Context, r row) (done bool, err error) {
	table, key := d.at(r.Key)
	_, err = d.tables.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: table, Key: key, UpdateExpression: aws.String("REMOVE #replaced"), ConditionExpression: stillThere,
		ExpressionAttributeNames:  map[string]string{"#replaced": "replaced", "#folder": "folder"},
		ExpressionAttributeValues: item{":old": text(r.folder)},
	})
	return settled(err)
}

// settled takes a failed condition on the row for the news that it changed.
func settled(err error) (done bool, _ error) {
	if _, failed := errors.AsType[*types.ConditionalCheckFailedException](err); failed || reason(err, "ConditionalCheckFailed") {
		return false, nil
	}
	return err == nil, err
}

// clashed tells a transaction that met another write of the same moment.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
func clashed(err error) bool { return reason(err, "TransactionConflict") }

func reason(err error, code string) bool {
	cancelled, ok := errors.AsType[*types.TransactionCanceledException](err)
	if !ok {
		return false
	}
	for _, one := range cancelled.CancellationReasons {
		if aws.ToString(one.Code) == code {
			return true
		}
	}
	return false
}
