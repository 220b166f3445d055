package appsync_test

import (
	"log"
	"net/http"

	"lightbox.example/lightbox/sandbox/appsync"
	"lightbox.example/lightbox/sandbox/cognito"
	"lightbox.example/lightbox/sandbox/dynamodb"
	"lightbox.example/lightbox/sandbox/roles"
	"lightbox.example/lightbox/sandbox/store"
)

func Example() {
	db := store.NewMemory()
	accounts, err := roles.New(roles.Config{Store: db})
	if err != nil {
		log.Fatal(err)
	}
	users, err := cognito.New(cognito.Config{Store: db, Keys: accounts})
	if err != nil {
		log.Fatal(err)
	}
	tables, err := dynamodb.New(db, dynamodb.Config{})
	if err != nil {
		log.Fatal(err)
	}
	apis, err := appsync.New(appsync.Config{Store: db, Keys: accounts, Tokens: users.Tokens(), Roles: accounts, Tables: tables})
	if err != nil {
		log.Fatal(err)
	}
	http.Handle("/", apis) // POST https://ID.appsync-api.REGION.amazonaws.com/graphql; realtime calls Connect and Start
}
