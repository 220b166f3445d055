package identity_test

import (
	"log"
	"net/http"

	"lightbox/sandbox/cognito"
	"lightbox/sandbox/identity"
	"lightbox/sandbox/roles"
	"lightbox/sandbox/store"
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
	http.Handle("/", identity.New(identity.Config{Store: db, Tokens: users, Roles: accounts, Keys: accounts}))
}
