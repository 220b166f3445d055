package identity_test

import (
	"log"
	"net/http"

	"lightbox.example/lightbox/sandbox/cognito"
	"lightbox.example/lightbox/sandbox/identity"
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
	http.Handle("/", identity.New(identity.Config{Store: db, Tokens: users.Tokens(), Roles: accounts, Keys: accounts}))
}
