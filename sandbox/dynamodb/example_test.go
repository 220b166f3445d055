package dynamodb_test

import (
	"fmt"

	"lightbox.example/lightbox/sandbox/dynamodb"
	"lightbox.example/lightbox/sandbox/dynamodb/item"
	"lightbox.example/lightbox/sandbox/store"
)

func Example() {
	db, err := dynamodb.New(store.NewMemory(), dynamodb.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = db.CreateTable(dynamodb.CreateTableInput{
		TableName:            "Photos",
		BillingMode:          "PAY_PER_REQUEST",
		AttributeDefinitions: []dynamodb.AttributeDefinition{{AttributeName: "photoId", AttributeType: "S"}},
		KeySchema:            []dynamodb.KeySchemaElement{{AttributeName: "photoId", KeyType: "HASH"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err = db.PutItem(dynamodb.PutItemInput{TableName: "Photos", Item: item.Item{"photoId": item.String("p1")}}); err != nil {
		fmt.Println(err)
		return
	}
	out, err := db.GetItem(dynamodb.GetItemInput{TableName: "Photos", Key: item.Item{"photoId": item.String("p1")}})
	fmt.Println(len(out.Item), err)
	// Output: 1 <nil>
}
